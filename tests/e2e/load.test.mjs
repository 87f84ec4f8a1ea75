// Many at once: every proof is right, none is lost, and who comes when all places are taken is told so.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bbVerifies, publicInputsOf, squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { FakeBb } from './lib/fake.mjs';
import { assertError } from './lib/http.mjs';
import { until } from './lib/wait.mjs';
import { mazeWitness, word } from './lib/witness.mjs';

/** Runs `work` over the items, a few at a time. */
async function eachOf(items, atATime, work) {
  const waiting = [...items];
  const one = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atATime }, one));
}

describe('fifty proofs at once', () => {
  const COUNT = 50;
  let daemon;

  before(async () => (daemon = await Daemon.start({ workers: 2 })));
  after(() => daemon.stop());

  test('each__is_answered_and_verifies_by_bb_verify', async () => {
    const responses = await Promise.all(Array.from({ length: COUNT }, () => daemon.prove(mazeWitness)));
    assert.deepEqual(responses.map(({ status }) => status), new Array(COUNT).fill(200));
    assert.equal(new Set(responses.map(({ body }) => body.toString('base64'))).size, COUNT, 'each a proof of its own');
    assert.equal(new Set(responses.map(({ headers }) => headers['x-request-id'])).size, COUNT);
    let verified = 0;
    await eachOf(responses, 2, async (response) => {
      assert.ok(await bbVerifies(response.body, publicInputsOf(response)));
      verified++;
    });
    assert.equal(verified, COUNT);
    const { jobs_processing: processing, jobs_pending: pending } = await daemon.health();
    assert.deepEqual([processing, pending], [0, 0]);
  });
});

describe('proofs of different witnesses at once', () => {
  test('each__is_of_its_own_witness', async (t) => {
    const circuit = await squareCircuit();
    const daemon = await Daemon.start({ circuit, workers: 3 });
    t.after(() => daemon.stop());
    const witnesses = await Promise.all(Array.from({ length: 20 }, squareWitness));
    await eachOf(witnesses, witnesses.length, async ({ gzipped, y }) => {
      const response = await daemon.prove(gzipped);
      assert.deepEqual(publicInputsOf(response), word(y));
      assert.ok(await bbVerifies(response.body, word(y), circuit));
    });
    assert.equal(daemon.children().length, 3, 'one bb a worker');
  });
});

describe('a full queue', () => {
  test('queue_full__is_a_429_that_says_when_to_come_again', async (t) => {
    const fake = new FakeBb('hang');
    const daemon = await Daemon.start({ circuit: await squareCircuit(), bb: fake.path, queue: 1, 'prove-timeout': 2 });
    t.after(() => daemon.stop());
    const { gzipped } = await squareWitness();
    const state = async (processing, pending) => {
      const health = await daemon.health();
      return health.jobs_processing === processing && health.jobs_pending === pending;
    };
    const first = daemon.prove(gzipped);
    await until('the first is at work', () => state(1, 0));
    const second = daemon.prove(gzipped);
    await until('the second waits', () => state(1, 1));
    const third = await daemon.prove(gzipped);
    assertError(third, 429, 'queue_full', /try again later/);
    assert.match(third.headers['retry-after'], /^[1-9]\d*$/);
    assert.equal((await daemon.logOf(third.headers['x-request-id'])).prove_ms, 0);
    // A wrong one is told what is wrong even now, and looks are free.
    assertError(await daemon.prove(Buffer.from('x')), 400, 'witness_not_recognised');
    assert.equal((await daemon.get('/api/health')).status, 200);
    assertError(await first, 504, 'prove_timeout');
    fake.behave('real');
    assert.ok([200, 504].includes((await second).status));
    assert.equal((await daemon.prove(gzipped)).status, 200, 'a place is free again');
  });

  test('proofs__are_made_or_refused_by_429_and_nothing_else', async (t) => {
    const daemon = await Daemon.start({ queue: 1 });
    t.after(() => daemon.stop());
    const responses = await Promise.all(Array.from({ length: 6 }, () => daemon.prove(mazeWitness)));
    const refused = responses.filter(({ status }) => status === 429);
    const made = responses.filter(({ status }) => status === 200);
    assert.equal(refused.length + made.length, responses.length);
    assert.ok(refused.length > 0 && made.length > 0, `${refused.length} refused, ${made.length} made`);
    for (const response of refused) assert.ok(response.headers['retry-after']);
    for (const response of made) assert.ok(await bbVerifies(response.body, publicInputsOf(response)));
  });
});
