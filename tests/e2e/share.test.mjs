// Work that is not done twice, and work that is not done for nobody.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { keyFile } from '../api/lib/keys.mjs';
import { bbVerifies, publicInputsOf, squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { FakeBb } from './lib/fake.mjs';
import { assertError, Wire } from './lib/http.mjs';
import { MAZE } from './lib/paths.mjs';
import { isRunning } from './lib/processes.mjs';
import { until } from './lib/wait.mjs';
import { mazeRaw, mazeWitness, word } from './lib/witness.mjs';

const CIRCUITS = { maze: `maze=${MAZE}` };

before(async () => (CIRCUITS.square = `square=${await squareCircuit()}`));

/** A server that shares proofs, as it does when nobody tells it otherwise. */
async function serve(context, options = {}, settings = {}) {
  const daemon = await Daemon.start({ circuit: [CIRCUITS.maze, CIRCUITS.square], 'share-proofs': undefined, ...options }, settings);
  context.after(() => daemon.over || daemon.abandon());
  return daemon;
}

function prove(daemon, witness, { circuit = 'maze', target, headers } = {}) {
  const path = `/api/circuits/${circuit}/prove${target === undefined ? '' : `?verifierTarget=${target}`}`;
  return daemon.post(path, witness, { 'Content-Type': 'application/octet-stream', ...headers });
}

/** Sends a request for a proof on a connection that the test can close. */
async function ask(daemon, witness, { circuit = 'maze', sent = witness.length } = {}) {
  const wire = await Wire.open(daemon.port);
  const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': witness.length };
  wire.sendHead('POST', `/api/circuits/${circuit}/prove`, headers).send(witness.subarray(0, sent));
  return wire;
}

async function proofsMade(daemon, circuit = 'maze') {
  return (await daemon.get(`/api/circuits/${circuit}`)).json().proofs.count;
}

async function metric(daemon, name) {
  const text = (await daemon.get('/metrics')).body.toString();
  return Number(text.match(new RegExp(`^${name} (.*)$`, 'm'))?.[1] ?? 0);
}

const shared = (daemon, count) => until(`${count} requests share a proof`, async () => (await metric(daemon, 'prover_shared_proofs_total')) === count);
const working = (daemon, count) => until(`${count} jobs at work`, async () => (await daemon.health()).jobs_processing === count);
const waiting = (daemon, count) => until(`${count} jobs wait`, async () => (await daemon.health()).jobs_pending === count);

/** Stops the provers in the midst of what they do, so that what is in flight stays there. */
function freeze(daemon) {
  for (const pid of daemon.children()) process.kill(pid, 'SIGSTOP');
}

function thaw(daemon) {
  for (const pid of daemon.children()) process.kill(pid, 'SIGCONT');
}

/** Where the proofs of the first `count` requests for one came from, as the log has it. */
function origins(daemon, count) {
  const lines = () => daemon.events('request').filter(({ path }) => path.endsWith('/prove'));
  return until(`${count} lines of the log`, () => lines().length === count && lines().map(({ proof }) => proof));
}

describe('identical requests in flight', () => {
  test('ten_of_them__get_one_proof', async (context) => {
    const daemon = await serve(context, { workers: 2, threads: 1 });
    freeze(daemon);
    const asked = Array.from({ length: 10 }, () => prove(daemon, mazeWitness));
    await shared(daemon, 9);
    assert.equal((await daemon.health()).jobs_pending, 0, 'they take no place in the queue');
    thaw(daemon);
    const answers = await Promise.all(asked);
    assert.deepEqual(answers.map(({ status }) => status), new Array(10).fill(200));
    assert.equal(new Set(answers.map(({ body }) => body.toString('base64'))).size, 1);
    assert.ok(await bbVerifies(answers[9].body, publicInputsOf(answers[9])));
    assert.equal(await proofsMade(daemon), 1);
    assert.deepEqual((await origins(daemon, 10)).sort(), ['made', ...new Array(9).fill('shared')]);
    // What has been answered is not kept.
    const later = await prove(daemon, mazeWitness);
    assert.notDeepEqual(later.body, answers[0].body);
    assert.equal(later.headers['x-cache'], undefined);
    await daemon.stop();
  });

  test('others__get_a_proof_of_their_own', async (context) => {
    const keys = { one: 'the-key-of-holder-one', two: 'the-key-of-holder-two' };
    const daemon = await serve(context, { 'api-key-file': keyFile(keys), workers: 2, threads: 1 });
    const of = (key) => ({ headers: { 'X-API-Key': key } });
    const [first, second] = [await squareWitness(), await squareWitness()];
    freeze(daemon);
    const asked = [
      prove(daemon, first.gzipped, { circuit: 'square', ...of(keys.one) }),
      prove(daemon, first.gzipped, { circuit: 'square', target: 'noir-recursive-no-zk', ...of(keys.one) }),
      prove(daemon, second.gzipped, { circuit: 'square', ...of(keys.one) }),
      prove(daemon, first.gzipped, { circuit: 'square', ...of(keys.two) }),
    ];
    // Two proofs are at work, or one and the key that one of those who wait needs.
    await until('all have come', async () => {
      const { jobs_processing: processing, jobs_pending: pending } = await daemon.health();
      return processing === 2 && pending >= 2;
    });
    thaw(daemon);
    const answers = await Promise.all(asked);
    assert.deepEqual(answers.map(publicInputsOf), [first.y, first.y, second.y, first.y].map(word));
    assert.deepEqual(await origins(daemon, 4), new Array(4).fill('made'));
    assert.equal(new Set(answers.map(({ body }) => body.toString('base64'))).size, 4);
    await daemon.stop();
  });

  test('zipped_or_not__is_the_same_witness', async (context) => {
    const daemon = await serve(context);
    freeze(daemon);
    const asked = [prove(daemon, mazeWitness), prove(daemon, mazeRaw)];
    await shared(daemon, 1);
    thaw(daemon);
    const [zipped, raw] = await Promise.all(asked);
    assert.deepEqual(raw.body, zipped.body);
    await daemon.stop();
  });

  for (const leaver of [0, 1]) {
    test(`one_of_two__leaves_and_the_${leaver === 0 ? 'second' : 'first'}_gets_its_proof`, async (context) => {
      const daemon = await serve(context);
      freeze(daemon);
      const wires = [await ask(daemon, mazeWitness)];
      await working(daemon, 1);
      wires.push(await ask(daemon, mazeWitness));
      await shared(daemon, 1);
      await wires[leaver].close();
      await until('it is noticed', () => daemon.events('request').some(({ status }) => status === 499));
      thaw(daemon);
      const answer = await wires[1 - leaver].response();
      assert.equal(answer.status, 200);
      assert.ok(await bbVerifies(answer.body, publicInputsOf(answer)));
      assert.equal(await proofsMade(daemon), 1);
      assert.equal(await metric(daemon, 'prover_cancelled_jobs_total'), 0);
      await daemon.stop();
    });
  }

  test('each__has_a_deadline_of_its_own', async (context) => {
    const daemon = await serve(context, { 'request-timeout': 4 });
    freeze(daemon);
    const start = performance.now();
    const first = prove(daemon, mazeWitness);
    await until('half of its time is over', () => performance.now() - start > 2000);
    const second = prove(daemon, mazeWitness);
    await shared(daemon, 1);
    assertError(await first, 504, 'request_timeout');
    thaw(daemon);
    assert.equal((await second).status, 200);
    await daemon.stop();
  });
});

describe('a client that leaves', () => {
  test('while_it_waits__leaves_the_queue', async (context) => {
    const daemon = await serve(context);
    const { gzipped } = await squareWitness();
    freeze(daemon);
    const first = prove(daemon, mazeWitness);
    await working(daemon, 1);
    const wire = await ask(daemon, gzipped, { circuit: 'square' });
    await waiting(daemon, 1);
    await wire.close();
    await waiting(daemon, 0);
    const line = await until('it is logged', () => daemon.events('request').find(({ status }) => status === 499));
    assert.deepEqual([line.code, line.proof, line.prove_ms], ['cancelled', null, 0]);
    thaw(daemon);
    assert.equal((await first).status, 200, 'the one before it goes on');
    assert.equal(await proofsMade(daemon, 'square'), 0);
    assert.equal(await metric(daemon, 'prover_cancelled_jobs_total'), 1);
    await daemon.stop();
  });

  test('while_it_sends_its_body__is_noticed', async (context) => {
    const COUNT = 20; // the end of a body's last piece is easily missed, but not each time
    const daemon = await serve(context);
    for (let i = 0; i < COUNT; i++) await (await ask(daemon, mazeWitness, { sent: 100 })).close();
    await until('each is given up', () => daemon.events('request').filter(({ status }) => status === 499).length === COUNT);
    await daemon.stop();
  });

  test('while_it_sends_its_body__is_told_if_it_still_reads', async (context) => {
    const daemon = await serve(context);
    const wire = await ask(daemon, mazeWitness, { sent: 100 });
    wire.socket.end();
    assertError(await wire.response(), 499, 'cancelled');
    await daemon.stop();
  });

  for (const engine of ['pool', 'cli']) {
    for (const how of ['close', 'reset', 'half-close']) {
      test(`while_its_proof_is_made__frees_the_core__${engine}_${how}`, async (context) => {
        const daemon = await serve(context, { engine });
        const before = daemon.readSoFar();
        const bystander = await Wire.open(daemon.port); // libmicrohttpd looks at the oldest connection first
        const wire = await ask(daemon, mazeWitness);
        const pid = await daemon.proving(before);
        const left = performance.now();
        if (how === 'half-close') wire.socket.end();
        else if (how === 'reset') wire.socket.resetAndDestroy();
        else wire.socket.destroy();
        await until('its bb is gone', () => !isRunning(pid), 5);
        context.diagnostic(`the core was free after ${(performance.now() - left).toFixed(1)} ms`);
        await working(daemon, 0);
        if (how === 'half-close') assertError(await wire.response(), 499, 'cancelled');
        assert.equal(await proofsMade(daemon), 0);
        assert.equal((await prove(daemon, mazeWitness)).status, 200);
        await bystander.close();
        await daemon.stop();
      });
    }
  }
});

describe('the proof cache', () => {
  test('cache__is_off_unless_it_is_asked_for', async (context) => {
    const daemon = await serve(context);
    const answers = [await prove(daemon, mazeWitness), await prove(daemon, mazeWitness)];
    assert.deepEqual(answers.map(({ headers }) => headers['x-cache']), [undefined, undefined]);
    assert.equal(await proofsMade(daemon), 2);
    await daemon.stop();
  });

  test('cache__answers_the_same_again_and_nothing_else', async (context) => {
    const keys = { one: 'the-key-of-holder-one', two: 'the-key-of-holder-two' };
    const daemon = await serve(context, { 'proof-cache': 1_000_000, 'api-key-file': keyFile(keys) });
    const asked = async (key, { accept = 'application/json', ...options } = {}) => {
      const answer = await prove(daemon, mazeWitness, { headers: { 'X-API-Key': key, Accept: accept }, ...options });
      return [answer.headers['x-cache'], answer.body, answer];
    };
    const [first, made] = await asked(keys.one);
    const [second, kept] = await asked(keys.one);
    assert.deepEqual([first, second, kept], ['miss', 'hit', made]);
    assert.equal(await proofsMade(daemon), 1);
    const [archived, , zip] = await asked(keys.one, { accept: 'application/zip' });
    assert.deepEqual([archived, zip.status, zip.headers['content-type']], ['hit', 200, 'application/zip']);
    assert.equal((await asked(keys.two))[0], 'miss', 'nor does it tell the holder of another key');
    assert.equal((await asked(keys.one, { target: 'evm' }))[0], 'miss');
    await daemon.stop();
  });

  test('cache__forgets_after_its_time', async (context) => {
    const daemon = await serve(context, { 'proof-cache': 1_000_000, 'proof-cache-seconds': 2 });
    const { gzipped } = await squareWitness();
    const asked = async () => (await prove(daemon, gzipped, { circuit: 'square' })).headers['x-cache'];
    assert.equal(await asked(), 'miss');
    assert.equal(await asked(), 'hit');
    await until('it is forgotten', async () => (await asked()) === 'miss');
    assert.equal(await proofsMade(daemon, 'square'), 2);
    await daemon.stop();
  });

  test('cache__makes_room_by_what_was_used_least_recently', async (context) => {
    const daemon = await serve(context, { 'proof-cache': 35_000 }); // two proofs of the square circuit
    const witnesses = await Promise.all(Array.from({ length: 3 }, squareWitness));
    const asked = async (place) => (await prove(daemon, witnesses[place].gzipped, { circuit: 'square' })).headers['x-cache'];
    const seen = [];
    for (const place of [0, 1, 0, 2, 0, 1]) seen.push(await asked(place));
    assert.deepEqual(seen, ['miss', 'miss', 'hit', 'miss', 'hit', 'miss']);
    await daemon.stop();
  });
});

describe('an idempotency key', () => {
  const withKey = (key, more = {}) => ({ circuit: 'square', headers: { 'Idempotency-Key': key, ...more } });
  let first;
  let second;

  before(async () => ([first, second] = [(await squareWitness()).gzipped, (await squareWitness()).gzipped]));

  test('key__gets_the_same_answer_again_and_no_other', async (context) => {
    const daemon = await serve(context, { 'share-proofs': 'off' });
    const json = { Accept: 'application/json' };
    const made = await prove(daemon, first, withKey('a', json));
    const again = await prove(daemon, first, withKey('"a"', json));
    assert.deepEqual([made.status, made.headers['x-cache'], again.headers['x-cache']], [200, undefined, 'hit']);
    assert.deepEqual(again.body, made.body);
    assertError(await prove(daemon, second, withKey('a')), 422, 'idempotency_key_reused');
    assert.notDeepEqual((await prove(daemon, first, withKey('b', json))).body, made.body, 'another key, another proof');
    assert.deepEqual(await origins(daemon, 4), ['made', 'replayed', null, 'made']);
    await daemon.stop();
  });

  test('key__in_flight_waits_for_the_one_answer', async (context) => {
    const daemon = await serve(context, { 'share-proofs': 'off' });
    freeze(daemon);
    const asked = [prove(daemon, first, withKey('a')), prove(daemon, first, withKey('a'))];
    await shared(daemon, 1);
    assertError(await prove(daemon, second, withKey('a')), 422, 'idempotency_key_reused');
    thaw(daemon);
    const [one, other] = await Promise.all(asked);
    assert.deepEqual([one.status, other.body], [200, one.body]);
    await daemon.stop();
  });

  test('key__is_of_one_client', async (context) => {
    const keys = { one: 'the-key-of-holder-one', two: 'the-key-of-holder-two' };
    const daemon = await serve(context, { 'api-key-file': keyFile(keys) });
    const made = await prove(daemon, first, withKey('a', { 'X-API-Key': keys.one }));
    const others = await prove(daemon, second, withKey('a', { 'X-API-Key': keys.two }));
    assert.deepEqual([made.status, others.status], [200, 200]);
    assertError(await prove(daemon, second, withKey('a', { 'X-API-Key': keys.one })), 422, 'idempotency_key_reused');
    await daemon.stop();
  });

  test('key__is_free_after_its_time_and_for_want_of_room', async (context) => {
    const daemon = await serve(context, { 'idempotency-seconds': 2 });
    assert.equal((await prove(daemon, first, withKey('a'))).status, 200);
    await until('it is free', async () => (await prove(daemon, second, withKey('a'))).status === 200);
    await daemon.stop();
    const none = await serve(context, { 'idempotency-cache': 0 });
    assert.equal((await prove(none, first, withKey('a'))).status, 200);
    assert.equal((await prove(none, second, withKey('a'))).status, 200);
    await none.stop();
  });

  test('key__is_free_after_a_failure', async (context) => {
    const fake = new FakeBb('crash');
    const daemon = await serve(context, { bb: fake.path });
    assertError(await prove(daemon, first, withKey('a')), 500, 'prover_failed');
    fake.behave('real');
    assert.equal((await prove(daemon, second, withKey('a'))).status, 200);
    await daemon.stop();
  });
});
