// Clients that go away, over HTTP: the Worker lets go of its prover at once.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { RemoteBackend } from '../../../client/dist/index.js';
import { Wire } from '../../../tests/e2e/lib/http.mjs';
import { until } from '../../../tests/e2e/lib/wait.mjs';
import { mazeWitness } from '../../../tests/e2e/lib/witness.mjs';
import { freeze, load, originOf, type Prover, startProver, thaw } from './lib/prover.ts';
import { Runtime } from './lib/runtime.ts';
import { type Manner, StandIn } from './lib/stand-in.ts';

const MAZE_PROOF_BYTES = 14_656;

let prover: Prover;
let worker: Runtime;
beforeAll(async () => {
  prover = await startProver();
  worker = await Runtime.start({ PROVER_ORIGIN: originOf(prover) });
});
afterAll(async () => {
  await worker?.stop();
  await prover?.abandon();
});

/** A Worker in front of a stand-in, and a connection to it. */
async function inFrontOf(manner: Manner, work: (standIn: StandIn, wire: Wire) => Promise<void>): Promise<void> {
  const standIn = await StandIn.start(manner);
  const own = await Runtime.start({ PROVER_ORIGIN: standIn.origin });
  try {
    await work(standIn, await Wire.open(own.port));
  } finally {
    await own.stop();
    await standIn.stop();
  }
}

test('abort__in_the_midst_of_a_proof_leaves_no_connection', () =>
  inFrontOf('silent', async (prover, wire) => {
    wire.sendHead('POST', '/api/prove', { 'Content-Length': 3 }).send('abc');
    await until('the prover has the whole request', () => prover.seen[0]?.whole, 30);
    wire.socket.resetAndDestroy();
    await until('the prover sees it go', () => prover.seen[0]?.gone && prover.connections === 0, 30);
  }));

test('abort__in_the_midst_of_an_answer_leaves_no_connection', () =>
  inFrontOf('stall', async (prover, wire) => {
    wire.sendHead('GET', '/api/docs');
    await wire.receive('the start of the answer', (text: string) => text.length > 1000, 30);
    wire.socket.resetAndDestroy();
    await until('the prover sees it go', () => prover.seen[0]?.gone && prover.connections === 0, 30);
  }));

test('abort__in_the_midst_of_a_body_is_no_whole_body', () =>
  inFrontOf('echo', async (prover, wire) => {
    wire.sendHead('POST', '/api/prove', { 'Transfer-Encoding': 'chunked' }).sendChunk(Buffer.alloc(50_000));
    await until('the prover has the start', () => (prover.seen[0]?.bytes ?? 0) > 0, 30);
    await wire.close();
    await until('the prover sees it go', () => prover.connections === 0, 30);
    expect(prover.seen.filter(({ whole }) => whole)).toEqual([]);
  }));

test('abort__leaves_the_prover_free', async () => {
  const remote = () => new RemoteBackend(worker.origin, { retries: 0 });
  freeze(prover);
  const abort = new AbortController();
  const aborted = remote().generateProof(mazeWitness, { signal: abort.signal });
  await until('it proves', async () => (await load(prover)) === 1, 30);
  abort.abort(new Error('no longer wanted'));
  await expect(aborted).rejects.toThrow('no longer wanted');
  thaw(prover);
  await until('it is free', async () => (await load(prover)) === 0, 60);
  expect((await remote().generateProof(mazeWitness)).proof).toHaveLength(MAZE_PROOF_BYTES);
});
