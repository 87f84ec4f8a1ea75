// Small circuits, compiled once and kept in the cache that git ignores, and what bb makes of circuits on its own.

import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compileProgram, executeProgram } from '../../../circuit/compile.mjs';
import { packageFolder } from '../../../circuit/packages.mjs';
import { BB, CRS, MAZE, ROOT, temporaryFolder } from './paths.mjs';
import { MODULUS } from './witness.mjs';

const CACHE = join(ROOT, '.cache', 'e2e');
const execute = promisify(execFile);

/** Compiles a Noir source. Gives the path of what nargo would call target/NAME.json. */
export async function compiled(name, source) {
  const compiler = readFileSync(join(packageFolder('@noir-lang/noir_wasm'), 'package.json'), 'utf8');
  const key = createHash('sha256').update(JSON.stringify([compiler, name, source, 'paths'])).digest('hex').slice(0, 16);
  const path = join(CACHE, key, `${name}.json`);
  if (existsSync(path)) return path;
  const project = mkdtempSync(join(temporaryFolder('circuit'), 'project-'));
  mkdirSync(join(project, 'src'));
  writeFileSync(join(project, 'Nargo.toml'), `[package]\nname = "${name}"\ntype = "bin"\n\n[dependencies]\n`);
  writeFileSync(join(project, 'src', 'main.nr'), source);
  mkdirSync(join(CACHE, key), { recursive: true });
  const part = `${path}.${process.pid}`;
  const program = await compileProgram(project);
  // A circuit's id covers the names of its sources: they are not to lie in another folder each time.
  for (const file of Object.values(program.file_map)) file.path = file.path.replace(project, `/${name}`);
  writeFileSync(part, JSON.stringify(program));
  renameSync(part, path); // whole or not at all, should two test files want it at once
  return path;
}

/** Knowledge of a square root: two witnesses, x and y, of which x stays secret. */
export function squareCircuit() {
  return compiled('square', 'fn main(x: Field, y: pub Field) {\n    assert(x * x == y);\n}\n');
}

/** A witness of the square circuit, and its secret: 31 random bytes, which nothing else will hold by chance. */
export async function squareWitness() {
  const secret = randomBytes(31);
  const x = BigInt(`0x${secret.toString('hex')}`);
  const y = (x * x) % MODULUS;
  const program = JSON.parse(readFileSync(await squareCircuit(), 'utf8'));
  const hex = (value) => `0x${value.toString(16)}`;
  return { secret, x, y, gzipped: Buffer.from(await executeProgram(program, { x: hex(x), y: hex(y) })) };
}

/** A copy of the CRS that bb may write into. */
export function crsCopy() {
  const folder = temporaryFolder('crs');
  cpSync(CRS, folder, { recursive: true });
  return folder;
}

const keys = new Map();

/** bb's verification key of a circuit: computed by bb alone, once a test file. */
export function verificationKey(circuit = MAZE) {
  if (!keys.has(circuit)) {
    const folder = temporaryFolder('key');
    const crs = crsCopy();
    const made = execute(BB, ['write_vk', '-b', circuit, '-o', folder, '-c', crs]);
    keys.set(circuit, made.then(() => ({ path: join(folder, 'vk'), crs, bytes: readFileSync(join(folder, 'vk')) })));
  }
  return keys.get(circuit);
}

/** What `bb verify` says of a proof; it knows nothing of proverd. */
export async function bbVerifies(proof, publicInputs, circuit = MAZE) {
  const key = await verificationKey(circuit);
  const folder = temporaryFolder('verify');
  writeFileSync(join(folder, 'proof'), proof);
  writeFileSync(join(folder, 'public_inputs'), publicInputs);
  const files = ['-k', key.path, '-p', join(folder, 'proof'), '-i', join(folder, 'public_inputs'), '-c', key.crs];
  try {
    await execute(BB, ['verify', '-t', 'noir-recursive', ...files]);
    return true;
  } catch (error) {
    if (error.code === 1) return false;
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function fromHex(hex) {
  return Buffer.from(hex.replace(/^0x/, ''), 'hex');
}

/** The public inputs that a response names in X-Public-Inputs, as bytes. */
export function publicInputsOf(response) {
  return Buffer.concat(response.headers['x-public-inputs'].split(',').filter(Boolean).map(fromHex));
}
