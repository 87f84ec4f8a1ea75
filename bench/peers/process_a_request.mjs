// Peer (b): what the server that proverd follows does. Each request starts a `bb prove` with every thread, however many
// run already, and files carry the witness in and the proof out. It is given the verification key, which the original
// had computed for each proof.
//
//   node process_a_request.mjs BB CIRCUIT KEY CRS_FOLDER

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from './serve.mjs';

const [bb, circuit, key, crs] = process.argv.slice(2);

function run(folder, gone) {
  return new Promise((resolve, reject) => {
    const args = ['prove', '-b', circuit, '-w', join(folder, 'witness.gz'), '-k', key, '-c', crs, '-o', folder];
    const child = spawn(bb, args, { stdio: ['ignore', 'ignore', 'pipe'], signal: gone, killSignal: 'SIGKILL' });
    let said = '';
    child.stderr.on('data', (text) => (said = (said + text).slice(-500)));
    child.on('error', reject);
    child.on('close', (status) => (status === 0 ? resolve() : reject(new Error(`bb ended with ${status}: ${said}`))));
  });
}

serve(async (witness, gone) => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    await writeFile(join(folder, 'witness.gz'), witness);
    await run(folder, gone);
    return await readFile(join(folder, 'proof'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
