// What is mutated: circuits that between them use each relation of the protocol, and bb's keys and proofs of them. They
// are made once and kept in .cache/fuzz-verify; proofs with pairing points in them come from the fuzz target's corpus.

import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { executeProgram } from '../../../circuit/compile.mjs';
import { packageFolder } from '../../../circuit/packages.mjs';
import { compiled, crsCopy } from '../../e2e/lib/circuits.mjs';
import { BB, ROOT } from '../../e2e/lib/paths.mjs';
import { TARGETS } from './judges.mjs';

const ULTRAHONK = process.env.ULTRAHONK ?? join(ROOT, 'build', 'src', 'ultrahonk');
const CACHE = join(ROOT, '.cache', 'fuzz-verify');
const CORPUS = join(ROOT, 'tests', 'fuzz', 'corpus', 'proof');
const LOG_ROWS = 16;
const WORD = 32;
const KEY_BYTES = { keccak: (3 + 28 * 2) * WORD, poseidon2: (3 + 28 * 4) * WORD };
const execute = promisify(execFile);

/** A signature that is right, with the lower of the two s, as bytes for the circuit. */
function signatureInputs() {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const message = Buffer.from('signed');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const signature = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const s = BigInt(`0x${signature.toString('hex', 32)}`);
  if (s > order / 2n) signature.write((order - s).toString(16).padStart(64, '0'), 32, 'hex');
  const { x, y } = publicKey.export({ format: 'jwk' });
  const [xBytes, yBytes] = [x, y].map((text) => [...Buffer.from(text, 'base64url')]);
  return { x: xBytes, y: yBytes, signature: [...signature], hash: [...createHash('sha256').update(message).digest()], a: '12', b: '10' };
}

const CIRCUITS = {
  square: { uses: 'permutation, arithmetic', source: 'fn main(x: Field, y: pub Field) { assert(x * x == y); }', inputs: { x: '3', y: '9' } },
  xor: { uses: 'lookup', source: 'fn main(a: u32, b: pub u32) -> pub u32 { a ^ b }', inputs: { a: '0xdeadbeef', b: '0x12345678' } },
  range: { uses: 'range', source: 'fn main(a: u64, b: u8, y: pub Field) { assert(a as Field * b as Field == y); }', inputs: { a: '300', b: '7', y: '2100' } },
  curve: {
    uses: 'elliptic',
    source: `use std::embedded_curve_ops::{embedded_curve_add, EmbeddedCurvePoint, EmbeddedCurveScalar, fixed_base_scalar_mul};
fn main(k: Field) -> pub Field {
    let p = fixed_base_scalar_mul(EmbeddedCurveScalar::from_field(k));
    let q = embedded_curve_add(p, EmbeddedCurvePoint::generator());
    q.x
}`,
    inputs: { k: '5' },
  },
  memory: {
    uses: 'memory: ROM and RAM',
    source: `global TABLE: [Field; 4] = [11, 22, 33, 44];
fn main(start: [Field; 6], i: u32, j: u32, y: pub Field) {
    let mut cells = start;
    cells[i] = TABLE[j];
    assert(cells[j] + cells[i] == y);
}`,
    inputs: { start: ['1', '2', '3', '4', '5', '6'], i: '4', j: '2', y: '36' },
  },
  poseidon2: { uses: 'Poseidon2', source: 'fn main(s: [Field; 4]) -> pub Field { std::hash::poseidon2_permutation(s)[0] }', inputs: { s: ['1', '2', '3', '4'] } },
  // More rows than the ceremony's CRS has points here: over a development CRS, where bb comes as far as the pairing.
  signature: {
    uses: 'non-native field, lookup, memory, range',
    development: true,
    source: `fn main(x: [u8; 32], y: [u8; 32], signature: [u8; 64], hash: [u8; 32], a: u8, b: u8) -> pub u8 {
    assert(std::ecdsa_secp256k1::verify_signature(x, y, signature, hash));
    a & b
}`,
    inputs: signatureInputs(),
  },
};

/** A folder of the cache; what is not there is made whole or not at all. */
async function cached(ingredients, make) {
  const folder = join(CACHE, createHash('sha256').update(JSON.stringify(ingredients)).digest('hex').slice(0, 16));
  if (existsSync(folder)) return folder;
  const part = `${folder}.${process.pid}`;
  mkdirSync(part, { recursive: true });
  await make(part);
  renameSync(part, folder);
  return folder;
}

/** A CRS of 2^16 rows whose secret is known. */
const developmentCrs = () => cached(['development', LOG_ROWS], (folder) => execute(ULTRAHONK, ['development_crs', '-o', folder, '-n', String(LOG_ROWS)]));

async function prove(folder, { source, inputs, name, crs }) {
  const circuit = await compiled(name, source);
  const witness = join(folder, 'witness.gz');
  writeFileSync(witness, await executeProgram(JSON.parse(readFileSync(circuit, 'utf8')), inputs));
  for (const target of TARGETS) {
    const own = join(folder, target);
    await execute(BB, ['write_vk', '-b', circuit, '-o', own, '-t', target, '-c', crs]);
    await execute(BB, ['prove', '-b', circuit, '-w', witness, '-k', join(own, 'vk'), '-o', own, '-t', target, '-c', crs]);
  }
}

const readProof = (folder) => Object.fromEntries([['key', 'vk'], ['proof', 'proof'], ['publicInputs', 'public_inputs']].map(([name, file]) => [name, readFileSync(join(folder, file))]));

/** The files of the corpus whose name begins with `nested`: a target, a count of public inputs, these, a key, a proof. */
function nestedSubjects() {
  const files = readdirSync(CORPUS).filter((name) => name.startsWith('nested'));
  return files.map((file) => {
    const bytes = readFileSync(join(CORPUS, file));
    const target = TARGETS[bytes[0]];
    const inputsEnd = 2 + bytes[1] * WORD;
    const keyEnd = inputsEnd + KEY_BYTES[target.startsWith('evm') ? 'keccak' : 'poseidon2'];
    return { name: file.replaceAll('_', ' '), uses: 'pairing points', target, publicInputs: bytes.subarray(2, inputsEnd), key: bytes.subarray(inputsEnd, keyEnd), proof: bytes.subarray(keyEnd) };
  });
}

/** Each proof with its circuit's name and its target; `crs` is the folder of a development CRS. */
export async function prepareSubjects() {
  const version = readFileSync(join(packageFolder('@aztec/bb.js'), 'package.json'), 'utf8');
  const ceremony = crsCopy();
  const subjects = [];
  for (const [name, { uses, source, inputs, development }] of Object.entries(CIRCUITS)) {
    const crs = development ? await developmentCrs() : undefined;
    const folder = await cached([version, name, source, crs ?? 'ceremony'], (part) => prove(part, { name, source, inputs, crs: crs ?? ceremony }));
    for (const target of TARGETS) subjects.push({ name, uses, target, crs, ...readProof(join(folder, target)) });
  }
  return [...subjects, ...nestedSubjects()];
}
