// UltraHonkBackend of bb.js, for the maze: what RemoteBackend takes the place of, and what says whether its proofs are right.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackendType, Barretenberg, UltraHonkBackend } from '@aztec/bb.js';
import { verificationKey } from '../../../tests/e2e/lib/circuits.mjs';
import { CRS, MAZE } from '../../../tests/e2e/lib/paths.mjs';

const POINT_BYTES = 64;

/** `{ backend, destroy }`. */
export async function startLocalBackend() {
  const api = await Barretenberg.new({ backend: BackendType.Wasm, threads: 1, skipSrsInit: true });
  // bb has written the points that it unpacked; bb.js would ask the internet for them.
  const pointsBuf = readFileSync(join((await verificationKey()).crs, 'bn254_g1.dat'));
  const g2Point = readFileSync(join(CRS, 'bn254_g2.dat'));
  await api.srsInitSrs({ pointsBuf, numPoints: pointsBuf.length / POINT_BYTES, g2Point });
  const backend = new UltraHonkBackend(JSON.parse(readFileSync(MAZE, 'utf8')).bytecode, api);
  return { backend, destroy: () => api.destroy() };
}
