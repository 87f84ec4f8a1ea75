// The circuits of these tests, artifacts that are wrong in one way each, and bb on its own.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { decompressWitness } from '@noir-lang/acvm_js';
import { abiDecode } from '@noir-lang/noirc_abi';
import { executeProgram } from '../../../circuit/compile.mjs';
import { compiled, crsCopy, squareCircuit } from '../../e2e/lib/circuits.mjs';
import { BB, CRS, MAZE, temporaryFolder } from '../../e2e/lib/paths.mjs';

const execute = promisify(execFile);

const VALUES = `
struct Point { x: u8, y: i16 }

fn main(secret: Field, flag: pub bool, point: pub Point, label: pub str<3>, list: pub [u32; 2], pair: pub (u64, bool)) -> pub [Field; 2] {
    assert(secret != 0);
    [secret * secret, secret + 1]
}
`;

const VALUES_INPUTS = { secret: 3, flag: true, point: { x: 1, y: -2 }, label: 'abc', list: [7, 8], pair: [9, false] };

/** What it does with its inputs, and what becomes of it, depends on the mode. */
const MODES = `
fn main(mode: u8, x: Field) -> pub Field {
    assert(mode != 1, "mode 1 is refused");
    // Safety: what comes of it is not relied on
    unsafe { work(mode, x) }
}

unconstrained fn work(mode: u8, x: Field) -> Field {
    let mut y = x + 1;
    if mode == 2 {
        y = 1 / (y - x - 1);
    }
    while (mode == 3) & (y != 0) {
        y += 1;
    }
    y
}
`;

const PRICES = `
#[oracle(price)]
unconstrained fn price() -> Field {}

fn main(x: pub Field) {
    // Safety: it is compared
    assert(x == unsafe { price() });
}
`;

function read(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** A circuit: its path, artifact, id, and a witness with the values that noir_js reads from it. */
async function load(path, inputs) {
  const artifact = read(path);
  const witness = Buffer.from(await executeProgram(artifact, inputs));
  return { path, artifact, id: idOf(artifact), inputs, witness, decoded: decodedPublicInputs(artifact.abi, witness) };
}

function decodedPublicInputs(abi, witness) {
  const { inputs, return_value: result } = abiDecode(abi, decompressWitness(witness));
  const named = abi.parameters.filter(({ visibility }) => visibility === 'public').map(({ name }) => [name, inputs[name]]);
  return Object.fromEntries(abi.return_type === null ? named : [...named, ['return', result]]);
}

/** A value of every kind that the ABI has among its public inputs. */
export async function valuesCircuit() {
  return load(await compiled('values', VALUES), VALUES_INPUTS);
}

/** Modes: 0 ends well, 1 fails an assertion, 2 divides by zero, 3 never ends. */
export function modesCircuit() {
  return compiled('modes', MODES);
}

/** One that calls an oracle. */
export function pricesCircuit() {
  return compiled('prices', PRICES);
}

export async function square() {
  return load(await squareCircuit(), { x: 3, y: 9 });
}

/** The artifact of one that compares a secret x with a public y. */
export async function differing() {
  return read(await compiled('differing', 'fn main(x: Field, y: pub Field) { assert(x != y); }'));
}

/** As many different small circuits as are asked for; each artifact is about `bytes` long. */
export async function powers(count, bytes = 0) {
  const sources = Array.from({ length: count }, (_, place) => `fn main(x: Field, y: pub Field) { assert(x${' * x'.repeat(place + 2)} == y); }`);
  const artifacts = [];
  for (const [place, source] of sources.entries()) {
    artifacts.push({ ...read(await compiled(`power${place}`, source)), padding: 'x'.repeat(bytes) });
  }
  return artifacts;
}

export function maze() {
  const artifact = read(MAZE);
  return { path: MAZE, artifact, id: idOf(artifact), witness: readFileSync(MAZE.replace(/json$/, 'gz')) };
}

/** A chain of multiplications of so many gates, as bb counts them. */
export async function chain(gates) {
  const steps = gates - 18;
  const source = `fn main(x: Field, y: pub Field) {
    let mut z = x;
    for _ in 0..${steps} { z = z * z + 1; }
    assert(z == y);
}`;
  return read(await compiled(`chain${gates}`, source));
}

/** 4,112 rows of tables behind those of so many public inputs. */
export async function tables(publicInputs) {
  const source = `fn main(x: u32, y: u32, more: pub [Field; ${publicInputs - 1}]) -> pub u32 { x ^ y }`;
  return read(await compiled(`tables${publicInputs}`, source));
}

// Without what is of the machine that compiled it: own files from src on, others from their package's name on.
function shortPaths(files) {
  const paths = Object.values(files).map(({ path }) => path);
  const own = paths.find((path) => path.endsWith('/src/main.nr'))?.slice(0, -'src/main.nr'.length);
  const short = (path) => {
    if (own !== undefined && path.startsWith(`${own}src/`)) return path.slice(own.length);
    return /[^/]+\/src\/(?!.*\/src\/).*/.exec(path)?.[0] ?? path;
  };
  return Object.fromEntries(Object.entries(files).map(([key, file]) => [key, { ...file, path: short(file.path) }]));
}

/** The sha256 of what it is, as docs/api.md describes it. */
export function idOf({ bytecode, abi = {}, debug_symbols, file_map }) {
  const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
  const isExplained = debug_symbols !== undefined && file_map !== undefined;
  const parts = [sha256(gunzipSync(Buffer.from(bytecode, 'base64'))), sortedJson(abi), isExplained ? sortedJson({ debug_symbols, file_map: shortPaths(file_map) }) : ''];
  return sha256(Buffer.concat(parts.flatMap((part) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(Buffer.byteLength(part)));
    return [length, Buffer.from(part)];
  })));
}

/** Without blanks, the keys of each object sorted by their bytes. */
function sortedJson(value) {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const keys = Object.keys(value).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${keys.map((key) => `${JSON.stringify(key)}:${sortedJson(value[key])}`).join(',')}}`;
}

/** The same circuit with the names of its two parameters exchanged: what x is for one is y for the other. */
export function exchanged({ abi, ...artifact }) {
  const [first, second] = abi.parameters;
  return { ...artifact, abi: { ...abi, parameters: [{ ...first, name: second.name }, { ...second, name: first.name }] } };
}

/** The same circuit as another Noir would write it: in bytecode of another format. */
export function ofAnotherNoir(artifact, version, format) {
  const bytes = gunzipSync(Buffer.from(artifact.bytecode, 'base64'));
  bytes[0] = format;
  return { ...artifact, noir_version: version, bytecode: gzipSync(bytes).toString('base64') };
}

/** How many rows the CRS of these tests serves. */
export function crsPoints() {
  return Math.floor(statSync(join(CRS, 'bn254_g1_compressed.dat')).size / 32) - 1;
}

let crs;

/** Runs bb, which knows nothing of proverd. */
export function bb(...args) {
  crs ??= crsCopy();
  return execute(BB, [...args, '-c', crs]);
}

/** What `bb verify` says of files. */
export async function bbVerifies(target, { proof, public_inputs: publicInputs, vk }) {
  const folder = temporaryFolder('files');
  for (const [name, bytes] of Object.entries({ proof, public_inputs: publicInputs, vk })) writeFileSync(join(folder, name), bytes);
  try {
    await bb('verify', '-t', target, '-p', join(folder, 'proof'), '-i', join(folder, 'public_inputs'), '-k', join(folder, 'vk'));
    return true;
  } catch (error) {
    if (error.code === 1) return false;
    throw error;
  }
}

/** The verification key and its hash that bb computes by itself. */
export async function bbKey(path, target) {
  const folder = temporaryFolder('vk');
  await bb('write_vk', '-t', target, '-b', path, '-o', folder);
  return { vk: readFileSync(join(folder, 'vk')), hash: readFileSync(join(folder, 'vk_hash')) };
}

export function bytesOf(hex) {
  return Buffer.from([hex].flat().map((word) => word.slice(2)).join(''), 'hex');
}

export function hexOf(bytes) {
  return `0x${bytes.toString('hex')}`;
}
