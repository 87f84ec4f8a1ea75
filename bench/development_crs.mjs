// A CRS for circuits of up to 2^17 rows, made here: the real points as far as they are at hand, and behind them tau^i * G
// for a tau that is written below, each computed by bb's own Bn254G1Mul. It takes as long to prove with these points as
// with the real ones, but what is proven does not verify: bb has the G2 point of the real setup built in. The real ones
// stand first because bb.js refuses a CRS whose second point is not the real one, and so that proverd's check of them passes.

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { BackendType, Barretenberg } from '@aztec/bb.js';
import { MODULUS } from '../tests/e2e/lib/witness.mjs';
import { cached, REAL_CRS } from './paths.mjs';

export const DEVELOPMENT_POINTS = 2 ** 17 + 1;
const TAU = 0x70726f76657264n;
const COORDINATE_BYTES = 32;
const POINT_BYTES = 2 * COORDINATE_BYTES;
const CURVE_MODULUS = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const UNDER_WAY = 256; // to each bb: enough that none waits for this process

const word = (value) => Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * COORDINATE_BYTES, '0'), 'hex'));
const G = { x: word(1n), y: word(2n) };

function isOnCurve(point) {
  const [x, y] = [0, COORDINATE_BYTES].map((at) => BigInt(`0x${point.subarray(at, at + COORDINATE_BYTES).toString('hex')}`));
  return (y * y - x * x * x - 3n) % CURVE_MODULUS === 0n;
}

/** Fills points[first..] of a buffer of points; several bbs share the work. */
async function multiply(points, first, say) {
  const count = points.length / POINT_BYTES;
  const backends = await Promise.all(
    Array.from({ length: availableParallelism() }, () => Barretenberg.new({ backend: BackendType.NativeUnixSocket, threads: 1 })),
  );
  let next = first;
  let power = 1n;
  for (let i = 0; i < first; i++) power = (power * TAU) % MODULUS;

  async function work(bb) {
    while (next < count) {
      const at = next++ * POINT_BYTES;
      const scalar = word(power);
      power = (power * TAU) % MODULUS;
      const { point } = await bb.bn254G1Mul({ point: G, scalar });
      points.set(point.x, at);
      points.set(point.y, at + COORDINATE_BYTES);
      if (!isOnCurve(points.subarray(at, at + POINT_BYTES))) throw new Error(`bb gave a point ${at / POINT_BYTES} that is none`);
      if (next % 1024 === 0) say(`development CRS: ${next} of ${count} points`);
    }
  }

  await Promise.all(backends.flatMap((bb) => Array.from({ length: UNDER_WAY }, () => work(bb))));
  await Promise.all(backends.map((bb) => bb.destroy()));
}

/** The folder of the CRS, made at the first call ever. */
export function developmentCrs(say) {
  return cached(`crs-${DEVELOPMENT_POINTS}`, async (folder) => {
    const real = readFileSync(join(REAL_CRS, 'bn254_g1.dat'));
    const points = Buffer.alloc(DEVELOPMENT_POINTS * POINT_BYTES);
    real.copy(points, 0, 0, points.length);
    await multiply(points, Math.min(real.length / POINT_BYTES, DEVELOPMENT_POINTS), say);
    writeFileSync(join(folder, 'bn254_g1.dat'), points);
    copyFileSync(join(REAL_CRS, 'bn254_g2.dat'), join(folder, 'bn254_g2.dat'));
    writeFileSync(join(folder, 'DEVELOPMENT_CRS'), 'Points made by bench/development_crs.mjs: proofs with them do not verify.\n');
  });
}
