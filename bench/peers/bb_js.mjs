// Peers (c) and (d): a Node server on @aztec/bb.js as its documentation uses it, one UltraHonkBackend for all requests.
// The library makes one proof at a time; those whose client has gone are left out.
//
//   node bb_js.mjs native|wasm CIRCUIT CRS_FOLDER POINTS THREADS

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackendType, Barretenberg, UltraHonkBackend } from '@aztec/bb.js';
import { serve } from './serve.mjs';

const [kind, circuit, crs, points, threads] = process.argv.slice(2);
const POINT_BYTES = 64;

console.log = console.error; // the library speaks on standard output, which is for the port

async function start() {
  if (kind === 'native') return Barretenberg.new({ backend: BackendType.NativeUnixSocket, threads: Number(threads) });
  // Without the library's own setup, which downloads 2^19 points and a second curve's that this proof system has no use for.
  const api = await Barretenberg.new({ backend: BackendType.WasmWorker, threads: Number(threads), skipSrsInit: true });
  const pointsBuf = readFileSync(join(crs, 'bn254_g1.dat')).subarray(0, Number(points) * POINT_BYTES);
  await api.srsInitSrs({ pointsBuf, numPoints: Number(points), g2Point: readFileSync(join(crs, 'bn254_g2.dat')) });
  return api;
}

const api = await start();
const backend = new UltraHonkBackend(JSON.parse(readFileSync(circuit, 'utf8')).bytecode, api);
let last = Promise.resolve();

serve((witness, gone) => {
  const proof = last.then(async () => {
    gone.throwIfAborted();
    return Buffer.from((await backend.generateProof(witness, { verifierTarget: 'noir-recursive' })).proof);
  });
  last = proof.catch(() => {});
  return proof;
});
