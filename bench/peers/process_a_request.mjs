// Peer (b): what the server that proverd follows does. Each request starts a `bb prove` with every thread, however many
// run already, and files carry the witness in and the proof out. The key is computed for each proof, unless one is given.
//
//   node process_a_request.mjs BB CIRCUIT CRS_FOLDER [KEY]

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from './serve.mjs';

const [bb, circuit, crs, key] = process.argv.slice(2);

function run(folder, gone) {
  return new Promise((resolve, reject) => {
    const withKey = key === undefined ? ['--write_vk'] : ['-k', key];
    const args = ['prove', '-b', circuit, '-w', join(folder, 'witness.gz'), ...withKey, '-c', crs, '-o', folder];
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
