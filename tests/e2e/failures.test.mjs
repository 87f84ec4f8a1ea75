// A bb that dies, hangs or talks nonsense: the request is answered, no process stays, the next request is served.

import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { bbVerifies, publicInputsOf, squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { FakeBb } from './lib/fake.mjs';
import { assertError } from './lib/http.mjs';
import { temporaryFolder } from './lib/paths.mjs';
import { isRunning, stateOf } from './lib/processes.mjs';
import { until } from './lib/wait.mjs';
import { mazeWitness } from './lib/witness.mjs';

async function assertProof(response, circuit) {
  assert.equal(response.status, 200, response.body.toString('latin1').slice(0, 300));
  assert.ok(await bbVerifies(response.body, publicInputsOf(response), circuit), 'bb verify');
}

describe('a bb that is killed', () => {
  let daemon;

  before(async () => (daemon = await Daemon.start()));
  after(() => daemon.stop());

  test('between_requests__is_replaced_unnoticed', async () => {
    const [pid] = daemon.children();
    process.kill(pid, 'SIGKILL');
    await assertProof(await daemon.prove(mazeWitness));
    assert.ok(!isRunning(pid));
    assert.notEqual(daemon.children()[0], pid);
  });

  test('while_it_idles__is_reaped_at_once', async () => {
    const [pid] = daemon.children();
    process.kill(pid, 'SIGKILL');
    await until('no zombie is left', () => stateOf(pid) === undefined);
    await assertProof(await daemon.prove(mazeWitness));
  });

  test('in_the_midst_of_a_proof__is_replaced_and_the_proof_made_all_the_same', async () => {
    const obituaries = daemon.events('bb child ended').length;
    const before = daemon.readSoFar();
    const proof = daemon.prove(mazeWitness);
    const pid = await daemon.proving(before);
    process.kill(pid, 'SIGKILL');
    await assertProof(await proof);
    const told = daemon.events('bb child ended').slice(obituaries);
    assert.deepEqual(told.map((line) => [line.pid, /signal 9|Killed/i.test(line.how)]), [[pid, true]], JSON.stringify(told));
    await until('the killed one is reaped', () => !isRunning(pid) && daemon.children().length === 1);
  });

  test('twice_in_a_proof__is_a_500_and_the_next_is_proven', async () => {
    const before = daemon.readSoFar();
    const proof = daemon.prove(mazeWitness);
    const first = await daemon.proving(before);
    process.kill(first, 'SIGKILL');
    const second = await daemon.proving(new Map([[first, Infinity]]));
    process.kill(second, 'SIGKILL');
    assertError(await proof, 500, 'prover_failed', /failed twice/);
    await assertProof(await daemon.prove(mazeWitness));
  });

  test('by_a_signal_that_stops_it__is_a_504_and_it_is_gone', async (t) => {
    const patient = await Daemon.start({ 'prove-timeout': 1 });
    t.after(() => patient.stop());
    const [pid] = patient.children();
    process.kill(pid, 'SIGSTOP');
    assertError(await patient.prove(mazeWitness), 504, 'prove_timeout', /no proof within 1 seconds \(--prove-timeout\)/);
    assert.ok(!isRunning(pid), 'dead by the time of the answer');
  });

  test('with_engine_cli__is_a_proof_all_the_same_or_a_500_and_the_next_is_proven', async (t) => {
    const cli = await Daemon.start({ engine: 'cli' });
    t.after(() => cli.stop());
    const proof = cli.prove(mazeWitness);
    process.kill(await cli.proving(new Map()), 'SIGKILL');
    const response = await proof;
    if (response.status === 200) await assertProof(response);
    else assertError(response, 500, 'prover_failed');
    await assertProof(await cli.prove(mazeWitness));
  });
});

describe('a request whose time is over while it waits', () => {
  test('request_timeout__is_a_504', async (t) => {
    const fake = new FakeBb('hang');
    const daemon = await Daemon.start({ circuit: await squareCircuit(), bb: fake.path, 'prove-timeout': 3, 'request-timeout': 1 });
    t.after(() => daemon.stop());
    const { gzipped } = await squareWitness();
    const responses = await Promise.all([daemon.prove(gzipped), daemon.prove(gzipped), daemon.prove(gzipped)]);
    for (const response of responses) assertError(response, 504, 'request_timeout', /--request-timeout/);
  });
});

describe('a key that is not known', () => {
  const start = async (fake, t, options) => {
    const daemon = await Daemon.start({ circuit: await squareCircuit(), bb: fake.path, workers: 2, threads: 1, ...options });
    t.after(() => daemon.stop());
    return daemon;
  };
  const proveCold = (daemon, witness) =>
    daemon.post('/api/prove?verifierTarget=evm', witness, { 'Content-Type': 'application/octet-stream' });

  test('that_hangs__holds_up_those_alone_who_need_it_and_they_leave_in_time', async (t) => {
    const fake = new FakeBb('real');
    const daemon = await start(fake, t, { 'request-timeout': 8 });
    const { gzipped } = await squareWitness();
    fake.behave('key:hang');
    const waiting = Array.from({ length: 4 }, () => proveCold(daemon, gzipped));
    await until('they wait for one key', async () => {
      const { jobs_processing: processing, jobs_pending: pending } = await daemon.health();
      return processing === 1 && pending === waiting.length;
    });
    await assertProof(await daemon.prove(gzipped), await squareCircuit());
    for (const response of await Promise.all(waiting)) assertError(response, 504, 'request_timeout', /--request-timeout/);
    await until('nobody makes it for nobody', async () => (await daemon.health()).jobs_processing === 0);
    fake.behave('real');
    assert.equal((await proveCold(daemon, gzipped)).status, 200);
    assert.equal(daemon.events('key computed').filter(({ target }) => target === 'evm').length, 1);
  });

  test('that_bb_dies_of__is_a_500_for_those_who_wait_and_made_later', async (t) => {
    const fake = new FakeBb('real');
    const daemon = await start(fake, t);
    const { gzipped } = await squareWitness();
    fake.behave('key:crash');
    assertError(await proveCold(daemon, gzipped), 500, 'prover_failed');
    fake.behave('real');
    await until('it is tried again', async () => (await proveCold(daemon, gzipped)).status === 200);
    assert.equal((await daemon.get('/api/circuits/square')).json().state, 'ready');
  });
});

describe('a circuit that bb dies of', () => {
  test('while_it_is_loaded__is_loaded_later_and_has_not_failed', async (t) => {
    const fake = new FakeBb('real');
    const folder = temporaryFolder('circuits');
    const daemon = await Daemon.start({ 'circuits-dir': folder, bb: fake.path });
    t.after(() => daemon.stop());
    const { gzipped } = await squareWitness();
    fake.behave('load:crash');
    copyFileSync(await squareCircuit(), join(folder, 'square.json'));
    daemon.kill('SIGHUP');
    await until('it could not be loaded', () => daemon.events('a circuit cannot be served')[0]);
    fake.behave('real');
    const prove = () => daemon.post('/api/circuits/square/prove', gzipped, { 'Content-Type': 'application/octet-stream' });
    await until('it is tried again', async () => (await prove()).status === 200);
    assert.equal((await daemon.get('/api/circuits/square')).json().state, 'ready');
  });
});

// What a fake bb does at a proof, and what the client hears of it.
const POOL_ROWS = [
  ['hang', 504, 'prove_timeout'],
  ['deaf', 504, 'prove_timeout'],
  ['half_and_hang', 504, 'prove_timeout'],
  ['crash', 500, 'prover_failed'],
  ['abort', 500, 'prover_failed'],
  ['silent_end', 500, 'prover_failed'],
  ['garbage', 500, 'prover_failed'],
  ['not_a_response', 500, 'prover_failed'],
  ['another_response', 500, 'prover_failed'],
  ['huge', 500, 'prover_failed'],
  ['half', 500, 'prover_failed'],
  ['empty', 500, 'prover_failed'],
  ['no_proof', 500, 'prover_failed'],
  ['short_words', 500, 'prover_failed'],
];
const CLI_ROWS = [
  ['hang', 504, 'prove_timeout'],
  ['crash', 500, 'prover_failed'],
  ['abort', 500, 'prover_failed'],
  ['silent_end', 500, 'prover_failed'],
  ['garbage', 500, 'prover_failed'],
];

for (const [engine, rows] of [['pool', POOL_ROWS], ['cli', CLI_ROWS]]) {
  describe(`a bb that misbehaves, with --engine ${engine}`, () => {
    let circuit;
    let daemon;
    let fake;
    let witness;

    before(async () => {
      fake = new FakeBb('real');
      circuit = await squareCircuit();
      witness = (await squareWitness()).gzipped;
      daemon = await Daemon.start({ circuit, bb: fake.path, engine, 'prove-timeout': 2 });
    });
    after(() => daemon.stop());

    async function assertHealthy() {
      fake.behave('real');
      assert.equal((await daemon.get('/api/health')).status, 200);
      await assertProof(await daemon.prove(witness), circuit);
    }

    for (const [behaviour, status, code] of rows) {
      test(`${behaviour}__is_a_${status}_and_no_process_stays`, async () => {
        fake.behave(behaviour);
        const pids = new Set(daemon.children());
        const watching = setInterval(() => daemon.children().forEach((pid) => pids.add(pid)), 5);
        const response = await daemon.prove(witness);
        clearInterval(watching);
        assertError(response, status, code);
        if (status === 504) for (const pid of pids) assert.ok(!isRunning(pid), `${pid} outlived the answer`);
        await assertHealthy();
        for (const pid of pids) assert.ok(!isRunning(pid), `${pid} still runs`);
      });
    }

    if (engine === 'pool') {
      test('more_than_asked__is_never_taken_for_the_next_answer', async () => {
        fake.behave('more_than_asked');
        assertError(await daemon.prove(witness), 500, 'prover_failed');
        await assertHealthy();
      });

      test('no_points__is_the_fault_of_the_circuits_size_and_not_of_the_witness', async () => {
        fake.behave('no_points');
        assertError(await daemon.prove(witness), 422, 'circuit_too_large', /script\/crs/);
        await assertHealthy();
      });

      test('junk_proof__is_never_returned', async () => {
        fake.behave('junk_proof');
        const response = await daemon.prove(witness);
        assertError(response, 400, 'witness_unsatisfied');
        await assertHealthy();
      });
    }

    if (engine === 'cli') {
      const word = `0x${'00'.repeat(32)}`;
      const endings = ['killed', 'out_of_time', 'forbidden', 'not_found', 'other'];
      for (const ending of endings) {
        test(`verifier_${ending}__has_given_no_verdict_where_bb_is_asked_for_one`, async () => {
          fake.behave(`verifier_${ending}`);
          await assertProof(await daemon.prove(witness), circuit);
          const since = daemon.log.length;
          const response = await daemon.verify({ proof: word, publicInputs: [], vk: word, verifierTarget: 'noir-rollup' });
          assertError(response, 500, 'prover_failed');
          assert.doesNotMatch(response.body.toString(), /SIG|signal|status|\//);
          await daemon.logOf(response.headers['x-request-id']);
          const told = daemon.log.slice(since).filter(({ event }) => event === 'the prover failed');
          assert.equal(told.length, 1, JSON.stringify(daemon.log.slice(since)));
          await assertHealthy();
        });
      }
    }

    if (engine === 'cli') {
      test('verifier_without_words__has_given_no_verdict_on_a_proof_for_rollup', async (t) => {
        const patient = await Daemon.start({ circuit, bb: new FakeBb('verifier_without_words').path, engine });
        t.after(() => patient.stop());
        const response = await patient.post('/api/prove?verifierTarget=noir-rollup', witness, { 'Content-Type': 'application/octet-stream' });
        assertError(response, 500, 'prover_failed');
      });
    }

    test('the_log__tells_what_happened', async () => {
      fake.behave('crash');
      const since = daemon.log.length;
      const response = await daemon.prove(witness);
      await daemon.logOf(response.headers['x-request-id']);
      const told = daemon.log.slice(since).filter(({ level }) => level === 'warning' || level === 'error');
      assert.match(JSON.stringify(told), /exited with status 3/);
      await assertHealthy();
    });
  });
}
