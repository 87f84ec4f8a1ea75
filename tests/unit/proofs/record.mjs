// node tests/unit/proofs/record.mjs: makes the proofs of this folder with the real bb. engine_fake.c hands them out, for
// whoever checks proofs takes no others. ROOT_TARGET proves to know a square root of ROOT * ROOT; its bytes are laid out
// as ../../fuzz/proof_input.h reads them.

import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { executeProgram } from '../../../circuit/compile.mjs';
import { crsCopy, squareCircuit } from '../../e2e/lib/circuits.mjs';
import { BB, temporaryFolder } from '../../e2e/lib/paths.mjs';

const execute = promisify(execFile);
/** Targets by their places in ultrahonk.h, and of which roots there are proofs. */
const RECORDED = { evm: { place: 0, roots: [1, 2, 3, 4] }, 'noir-recursive': { place: 2, roots: [1, 2, 3] } };

async function prove(circuit, crs, target, root) {
  const folder = temporaryFolder('record');
  const witness = join(folder, 'witness.gz');
  const program = JSON.parse(readFileSync(circuit, 'utf8'));
  writeFileSync(witness, await executeProgram(program, { x: `${root}`, y: `${root * root}` }));
  await execute(BB, ['write_vk', '-b', circuit, '-o', folder, '-t', target, '-c', crs]);
  await execute(BB, ['prove', '-b', circuit, '-w', witness, '-k', join(folder, 'vk'), '-o', folder, '-t', target, '-c', crs]);
  return ['public_inputs', 'vk', 'proof'].map((name) => readFileSync(join(folder, name)));
}

const circuit = await squareCircuit();
const crs = crsCopy();
for (const [target, { place, roots }] of Object.entries(RECORDED)) {
  for (const root of roots) {
    const [publicInputs, key, proof] = await prove(circuit, crs, target, root);
    const header = Buffer.from([place, publicInputs.length / 32]);
    writeFileSync(new URL(`${root}_${target.replaceAll('-', '_')}`, import.meta.url), Buffer.concat([header, publicInputs, key, proof]));
  }
}
