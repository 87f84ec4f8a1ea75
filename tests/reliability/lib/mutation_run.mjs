// Mutated requests against the running server: it stays up, each answer is one that the contract knows, memory does not
// grow, and what is answered with 200 is right.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bbVerifies, fromHex, publicInputsOf, squareCircuit, squareWitness } from '../../e2e/lib/circuits.mjs';
import { Daemon } from '../../e2e/lib/daemon.mjs';
import { parseResponses, Wire } from '../../e2e/lib/http.mjs';
import { MAZE, ROOT, temporaryFolder } from '../../e2e/lib/paths.mjs';
import { mazeRaw } from '../../e2e/lib/witness.mjs';
import { driftOf, privateMemory } from './memory.mjs';
import { KEY, mutate, originals, unsatisfiedMaze, unsatisfiedSquare } from './mutants.mjs';
import { Random } from './random.mjs';

const AT_A_TIME = 4;
const SAMPLES = 100;
const WARMING_ROUNDS = 6;
const FAILED = join(ROOT, '.cache', 'mutate');

const rows = (header, row) => [...readFileSync(join(ROOT, 'src', header), 'utf8').matchAll(row)];
const statuses = new Map(rows('api/status.h', /X\((RESULT_\w+), (\d+)\)/g).map(([, name, status]) => [name, status]));
const codes = new Set(rows('base/result.h', /X\((RESULT_\w+),\s+"(\w+)"\)/g).map(([, name, code]) => `${statuses.get(name)} ${code}`));

async function optionsOfDaemon() {
  const keys = join(temporaryFolder('keys'), 'keys');
  writeFileSync(keys, `mutants:${KEY}\n`);
  return {
    circuit: [`square=${await squareCircuit()}`, `maze=${MAZE}`],
    'api-key-file': keys, 'allow-uploads': 'on', 'data-dir': temporaryFolder('data'), 'max-circuits': 8,
    'header-timeout': 1, 'body-timeout': 2, // a mutant may be a request without an end
  };
}

/** An answer by the server's own words: a success, or an error with a code of its table. */
function assertTyped({ status, headers, body }) {
  if (status < 400) return;
  assert.match(headers['content-type'] ?? '', /^application\/json/, `status ${status}: ${body.toString('latin1', 0, 200)}`);
  const { code } = JSON.parse(body.toString('utf8'));
  assert.ok(codes.has(`${status} ${code}`), `status ${status} with code ${code}`);
}

/**
 * What is not even HTTP may be refused by libmicrohttpd, which ends the connection, or answers with a page of its own:
 * version 0.9.75 with its headers twice, when it is the Content-Length that it cannot read.
 */
function assertTypedOrNoHttp(response) {
  if (response === undefined) return;
  const page = !('x-request-id' in response.headers) && /^(HTTP|<html>)/.test(response.body.toString('latin1'));
  if (page) assert.match(`${response.status}`, /^(4\d\d|50[15])$/);
  else assertTyped(response);
}

async function exchangeRaw(daemon, bytes) {
  const wire = await Wire.open(daemon.port);
  wire.send(bytes);
  wire.socket.end();
  const received = await wire.receive('the end of the connection', () => false, 60);
  if (received === '') return undefined;
  assert.match(received, /^HTTP\/1\.[01] \d{3} [^\r\n]*\r\n/);
  return parseResponses(received)[0];
}

async function exchange(daemon, original, mutant) {
  if (original.raw) {
    const response = await exchangeRaw(daemon, mutant);
    assertTypedOrNoHttp(response);
    return response;
  }
  const { method, path, headers, wrap = (bytes) => bytes } = original;
  const response = await daemon.request({ method, path, headers: { ...headers, 'X-API-Key': KEY }, body: wrap(mutant) });
  assertTyped(response);
  return response;
}

/** The proof and public inputs of an answer; undefined when it holds none. */
function proofOf(response) {
  if (response?.status !== 200) return undefined;
  const type = response.headers['content-type'];
  if (type === 'application/octet-stream' && 'x-public-inputs' in response.headers) {
    return { proof: response.body, publicInputs: publicInputsOf(response) };
  }
  const json = type === 'application/json' && response.body.length > 0 ? response.json() : {};
  return json.proof && { proof: fromHex(json.proof), publicInputs: Buffer.concat(json.publicInputs.map(fromHex)) };
}

/** A proof that came back, whatever was sent for it, verifies without the server. */
async function assertProofVerifies(response, circuit) {
  const found = proofOf(response);
  if (found) assert.ok(await bbVerifies(found.proof, found.publicInputs, circuit), 'bb verify refuses a proof of a 200');
  return found !== undefined;
}

/** Runs `work` for each number below `count`, some at a time. */
async function eachBelow(count, work) {
  let next = 0;
  const one = async () => {
    for (let number = next++; number < count; number = next++) await work(number);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
}

function keep(name, bytes) {
  mkdirSync(FAILED, { recursive: true });
  writeFileSync(join(FAILED, name), bytes);
  return join('.cache', 'mutate', name);
}

/**
 * `count` mutants and `unsatisfied` witnesses that do not satisfy their circuit. Gives what came back, by kind and
 * answer; throws at the first breach, whose input is kept.
 */
export async function mutationRun({ count, unsatisfied, seed, progress = () => {} }) {
  return Daemon.during(await optionsOfDaemon(), (daemon) => runAgainst(daemon, { count, unsatisfied, seed, progress }));
}

async function runAgainst(daemon, { count, unsatisfied, seed, progress }) {
  const circuit = await squareCircuit();
  const { gzipped } = await squareWitness();
  const auth = { 'X-API-Key': KEY };
  const proof = (await daemon.prove(gzipped, { ...auth, Accept: 'application/json' })).json();
  const kinds = Object.entries(await originals(proof));
  const answers = {};
  const memory = [];
  let verified = 0;
  const note = (kind, response) => {
    const code = response?.status >= 400 && /json/.test(response.headers['content-type']) ? response.json().code : '';
    const answer = response === undefined ? 'closed' : `${response.status} ${code}`.trim();
    answers[kind] ??= {};
    answers[kind][answer] = (answers[kind][answer] ?? 0) + 1;
  };

  const remove = (response) => daemon.request({ method: 'DELETE', path: response.headers.location, headers: auth });

  // What each worker's thread takes at its first request of a kind, it keeps: that is no drift.
  await eachBelow(WARMING_ROUNDS * kinds.length, async (number) => {
    const original = kinds[number % kinds.length][1];
    const response = await exchange(daemon, original, original.body ?? original.raw);
    if (response?.status === 201) await remove(response);
  });

  await eachBelow(count, async (number) => {
    const random = new Random(seed, number);
    const [kind, original] = kinds[number % kinds.length];
    const mutant = mutate(original.body ?? original.raw, random);
    try {
      const response = await exchange(daemon, original, mutant);
      note(kind, response);
      if (await assertProofVerifies(response, circuit)) verified++;
      if (response?.status === 201) await remove(response);
      assert.ok(!daemon.over, `the server has ended:\n${daemon.stderr.slice(-2000)}`);
    } catch (error) {
      error.message = `mutant ${number} of ${kind}, seed ${seed}, kept as ${keep(`${kind}-${seed}-${number}`, mutant)}: ${error.message}`;
      throw error;
    }
    if (number % Math.max(1, Math.floor(count / SAMPLES)) === 0) memory.push([number, privateMemory(daemon.pid)]);
    progress(number + 1, count, 'mutants');
  });

  let proofs = 0;
  await eachBelow(unsatisfied, async (number) => {
    const random = new Random(seed, `unsatisfied ${number}`);
    const maze = number % 5 === 0 ? unsatisfiedMaze(mazeRaw, random) : undefined;
    const path = maze ? '/api/circuits/maze/prove' : '/api/prove';
    const response = await daemon.request({ method: 'POST', path, body: maze?.witness ?? unsatisfiedSquare(random), headers: auth });
    note('unsatisfied', response);
    if (response.status === 200) proofs++;
    assertTyped(response);
    progress(number + 1, unsatisfied, 'unsatisfied');
  });

  assert.equal((await daemon.prove(gzipped, auth)).status, 200, 'and then it still proves');
  return { answers, verified, proofs, drift: driftOf(memory), memory: memory.at(-1)?.[1] };
}
