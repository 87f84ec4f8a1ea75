// Requests that are right, and the same with something wrong in them.

import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { squareCircuit, squareWitness } from '../../e2e/lib/circuits.mjs';
import { decodeWitness, encodeWitness, MODULUS, word } from '../../e2e/lib/witness.mjs';

export const KEY = '0123456789abcdef-mutants';
const JSON_TYPE = { 'Content-Type': 'application/json' };
const OCTETS = { 'Content-Type': 'application/octet-stream' };

// Numbers on whose edges code goes wrong.
const EDGES = [0, 1, 0x7f, 0x80, 0xff];

/** Each takes bytes and gives other bytes. */
const changes = [
  (bytes, random) => flip(bytes, random, 1),
  (bytes, random) => flip(bytes, random, 1 + random.below(16)),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => bytes.subarray(random.below(bytes.length + 1)),
  (bytes, random) => splice(bytes, random, random.bytes(1 + random.below(8)), 0),
  (bytes, random) => splice(bytes, random, Buffer.alloc(0), 1 + random.below(64)),
  (bytes, random) => splice(bytes, random, Buffer.alloc(1 + random.below(2000), random.of(EDGES)), 0),
  (bytes, random) => splice(bytes, random, Buffer.from([random.of(EDGES)]), 1),
  (bytes, random) => {
    const at = random.below(bytes.length);
    return splice(bytes, random, bytes.subarray(at, at + 1 + random.below(200)), 0);
  },
  (bytes, random) => splice(bytes, random, Buffer.from(random.of(['\0', '"', '{', '[[[[', '\\u0000', '-1', '1e999', '0x', ',', '\r\n\r\n', '%00', 'é'])), random.below(3)),
];

function flip(bytes, random, count) {
  const changed = Buffer.from(bytes);
  for (let i = 0; i < count && changed.length > 0; i++) changed[random.below(changed.length)] ^= 1 << random.below(8);
  return changed;
}

/** Puts `piece` in the place of `length` bytes, somewhere. */
function splice(bytes, random, piece, length) {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + length)]);
}

export function mutate(bytes, random) {
  let mutant = bytes;
  for (let i = 1 + random.below(3); i > 0; i--) mutant = random.of(changes)(mutant, random);
  return mutant;
}

function form(files) {
  const parts = Object.entries(files).map(([name, bytes]) => Buffer.concat([
    Buffer.from(`--XX\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n\r\n`), bytes, Buffer.from('\r\n'),
  ]));
  return Buffer.concat([...parts, Buffer.from('--XX--\r\n')]);
}

/**
 * What is mutated, by name: a request (`method`, `path`, `headers`, `body`) whose body is mutated, or `raw`, all that goes
 * over the wire. `proof` is an answer of the server for the square circuit, as JSON.
 */
export async function originals(proof) {
  const { gzipped } = await squareWitness();
  const raw = gunzipSync(gzipped);
  const prove = { method: 'POST', path: '/api/prove', headers: OCTETS };
  const verify = { method: 'POST', path: '/api/verify', headers: JSON_TYPE };
  const fromHex = (hex) => Buffer.from(hex.slice(2), 'hex');
  const files = { proof: fromHex(proof.proof), public_inputs: Buffer.concat(proof.publicInputs.map(fromHex)) };
  const { noir_version, abi, bytecode } = JSON.parse(readFileSync(await squareCircuit(), 'utf8'));
  const upload = { method: 'POST', path: '/api/circuits?name=mutant', headers: JSON_TYPE };
  const bytes = gunzipSync(Buffer.from(bytecode, 'base64'));
  const head = `POST /api/prove?circuit=square&verifierTarget=noir-recursive HTTP/1.1\r\nHost: mutant\r\nX-API-Key: ${KEY}\r\nAccept: application/json\r\nContent-Type: application/octet-stream\r\nContent-Length: ${raw.length}\r\nConnection: close\r\n\r\n`;
  return {
    witness: { ...prove, body: raw },
    zipped_witness: { ...prove, body: raw, wrap: gzipSync },
    gzip: { ...prove, body: gzipped },
    verify_json: { ...verify, body: Buffer.from(JSON.stringify(proof)) },
    verify_form: { ...verify, headers: { 'Content-Type': 'multipart/form-data; boundary=XX' }, body: form(files) },
    circuit_json: { ...upload, body: Buffer.from(JSON.stringify({ noir_version, abi, bytecode })) },
    bytecode: {
      ...upload,
      body: bytes,
      wrap: (mutant) => Buffer.from(JSON.stringify({ noir_version, abi, bytecode: gzipSync(mutant).toString('base64') })),
    },
    http: { raw: Buffer.concat([Buffer.from(head), raw]) },
    http_head: { raw: Buffer.from(`GET /api/circuits/square/vk?verifierTarget=evm HTTP/1.1\r\nHost: mutant\r\nAccept: application/json\r\nIf-None-Match: "x"\r\nConnection: close\r\n\r\n`) },
  };
}

/** A witness of the square circuit, shape and all, whose values do not satisfy it. */
export function unsatisfiedSquare(random) {
  const x = BigInt(`0x${random.bytes(31).toString('hex')}`);
  const y = (x * x + 1n + BigInt(random.below(1000))) % MODULUS;
  return gzipSync(encodeWitness([[0, x], [1, y]]));
}

/** The maze's witness with one value changed. */
export function unsatisfiedMaze(mazeRaw, random) {
  const entries = decodeWitness(mazeRaw);
  const at = random.below(entries.length);
  const [index, value] = entries[at];
  entries[at] = [index, word((value + 1n + BigInt(random.below(5))) % MODULUS)];
  return { witness: gzipSync(encodeWitness(entries)), index };
}
