// How it ends: what runs is finished, no process and no file stays; and after SIGKILL the next start tidies up.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bbVerifies, publicInputsOf, squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { FakeBb } from './lib/fake.mjs';
import { assertError, Wire } from './lib/http.mjs';
import { isRunning } from './lib/processes.mjs';
import { until } from './lib/wait.mjs';
import { mazeWitness } from './lib/witness.mjs';

/** Waits until it says of itself that it stops: to whoever asks anew, while it finishes what it has. */
async function untilItStops(daemon) {
  const answer = await until('it stops', async () => {
    const ready = await daemon.get('/api/ready');
    return ready.status === 503 && ready;
  }, 5);
  assert.equal(answer.json().status, 'stopping');
  assert.match(answer.headers['retry-after'], /^\d+$/);
}

for (const engine of ['pool', 'cli']) {
  describe(`stopping, with --engine ${engine}`, () => {
    for (const signal of ['SIGTERM', 'SIGINT']) {
      test(`${signal}__stops_an_idle_daemon_at_once`, async () => {
        const daemon = await Daemon.start({ circuit: await squareCircuit(), engine });
        const startedAt = performance.now();
        await daemon.stop(signal);
        assert.ok(performance.now() - startedAt < 2000);
        assert.equal(daemon.events('stopped').length, 1);
      });
    }

    test('SIGTERM__in_the_midst_of_proofs_lets_them_finish_and_accepts_no_more', async () => {
      const daemon = await Daemon.start({ engine });
      const idle = await Wire.open(daemon.port);
      const before = daemon.readSoFar();
      const proofs = Array.from({ length: 3 }, () => daemon.prove(mazeWitness));
      await daemon.proving(before);
      await until('the others wait', async () => (await daemon.health()).jobs_pending === 2);
      daemon.kill('SIGTERM');
      await untilItStops(daemon);
      assert.equal((await daemon.health()).status, 'ok', 'it lives');
      assertError(await daemon.prove(mazeWitness), 503, 'server_stopping', /try again later/);
      for (const response of await Promise.all(proofs)) {
        assert.equal(response.status, 200);
        assert.ok(await bbVerifies(response.body, publicInputsOf(response)));
      }
      await daemon.stop();
      await idle.close();
    });

    test('grace_of_0__ends_proofs_at_once', async () => {
      const daemon = await Daemon.start({ engine, grace: 0 });
      const before = daemon.readSoFar();
      const proofs = Array.from({ length: 3 }, () => daemon.prove(mazeWitness).catch((error) => error));
      const pid = await daemon.proving(before);
      await until('the others wait', async () => (await daemon.health()).jobs_pending === 2);
      const startedAt = performance.now();
      daemon.kill('SIGTERM');
      for (const answer of await Promise.all(proofs)) {
        if (answer instanceof Error) assert.match(answer.message, /socket hang up|ECONNRESET/);
        else if (answer.status !== 200) assertError(answer, 503, 'server_stopping', /try again later/);
      }
      await daemon.stop();
      assert.ok(performance.now() - startedAt < 3000, `${performance.now() - startedAt} ms`);
      assert.ok(!isRunning(pid));
    });

    test('grace__is_not_waited_for_longer_than_given', async () => {
      const fake = new FakeBb('hang');
      const daemon = await Daemon.start({ circuit: await squareCircuit(), bb: fake.path, engine, grace: 1 });
      const proof = daemon.prove((await squareWitness()).gzipped);
      await until('it is at work', async () => (await daemon.health()).jobs_processing === 1);
      const startedAt = performance.now();
      daemon.kill('SIGTERM');
      const response = await proof;
      assertError(response, 503, 'server_stopping');
      assert.match(response.headers['retry-after'], /^\d+$/);
      await daemon.stop();
      const took = performance.now() - startedAt;
      assert.ok(took >= 950 && took < 4000, `${took} ms`);
    });

    test('SIGKILL__takes_every_bb_along_and_the_next_start_tidies_up', async () => {
      const circuit = await squareCircuit();
      const fake = new FakeBb('hang');
      const killed = await Daemon.start({ circuit, bb: fake.path, engine });
      const proof = killed.prove((await squareWitness()).gzipped).catch((error) => error);
      const children = await until('bb is at work', async () => {
        const { jobs_processing: processing } = await killed.health();
        const running = killed.offspring();
        return processing === 1 && running.length > 0 && running;
      });
      assert.ok(children.length > 0);
      killed.kill('SIGKILL');
      await killed.exit();
      assert.ok((await proof) instanceof Error);
      await until('no bb is left', () => killed.offspring().length === 0, 5);
      assert.equal(readdirSync(killed.tmp).length, 1, 'the folder stays, for nobody was there to remove it');

      // What is not its own it leaves alone.
      writeFileSync(join(killed.tmp, 'proverd-file'), '');
      mkdirSync(join(killed.tmp, 'proverd-folders'));
      mkdirSync(join(killed.tmp, 'other'));
      const next = await Daemon.start({ circuit, engine }, { tmp: killed.tmp });
      const alive = await Daemon.start({ circuit, engine }, { tmp: killed.tmp });
      const mine = readdirSync(killed.tmp).filter((name) => existsSync(join(killed.tmp, name, 'lock')));
      assert.equal(mine.length, 2, 'the folders of those that live');
      for (const daemon of [next, alive]) {
        daemon.kill('SIGTERM');
        assert.equal((await daemon.exit()).status, 0);
      }
      assert.deepEqual(readdirSync(killed.tmp).sort(), ['other', 'proverd-file', 'proverd-folders']);
    });
  });
}

describe('stopping while clients are slow', () => {
  test('SIGTERM__does_not_wait_for_a_body_that_does_not_come', async () => {
    const daemon = await Daemon.start({ circuit: await squareCircuit(), grace: 1 });
    const wire = await Wire.open(daemon.port);
    wire.sendHead('POST', '/api/prove', { 'Content-Length': 1000 }).send('x');
    const idle = await Wire.open(daemon.port);
    await until('it has the request', async () => (await daemon.health()).status === 'ok');
    const startedAt = performance.now();
    await daemon.stop();
    assert.ok(performance.now() - startedAt < 10_000, `${performance.now() - startedAt} ms`);
    await wire.close();
    await idle.close();
  });

  test('a_request_on_an_open_connection__is_a_503_while_it_stops', async () => {
    const fake = new FakeBb('hang');
    const daemon = await Daemon.start({ circuit: await squareCircuit(), bb: fake.path, grace: 2 });
    const { gzipped } = await squareWitness();
    const late = await Wire.open(daemon.port);
    late.sendHead('GET', '/api');
    await late.responses(1);
    const proof = daemon.prove(gzipped).catch((error) => error);
    await until('it is at work', async () => (await daemon.health()).jobs_processing === 1);
    daemon.kill('SIGTERM');
    await untilItStops(daemon);
    late.sendHead('POST', '/api/prove', { 'Content-Length': gzipped.length }).send(gzipped);
    const [, response] = await late.responses(2, 5);
    assertError(response, 503, 'server_stopping', /try again later/);
    assert.match(response.headers['retry-after'], /^\d+$/);
    await late.close();
    await proof;
    await daemon.stop();
  });

  test('a_second_signal__changes_nothing', async () => {
    const daemon = await Daemon.start();
    const before = daemon.readSoFar();
    const proof = daemon.prove(mazeWitness);
    await daemon.proving(before);
    daemon.kill('SIGTERM');
    daemon.kill('SIGTERM');
    daemon.kill('SIGINT');
    assert.equal((await proof).status, 200);
    await daemon.stop();
  });

  // Children that were replaced were started by the threads of workers, which end when there is no more to do.
  test('workers_that_have_nothing_to_do__do_not_take_the_bb_of_another_along', async () => {
    const circuit = await squareCircuit();
    const { gzipped } = await squareWitness();
    for (let run = 0; run < 2; run++) {
      const fake = new FakeBb('real');
      const daemon = await Daemon.start({ circuit, bb: fake.path, workers: 3, grace: 1 });
      for (const pid of daemon.children()) process.kill(pid, 'SIGKILL');
      for (const { status } of await Promise.all([1, 2, 3].map(() => daemon.prove(gzipped)))) assert.equal(status, 200);
      const obituaries = daemon.events('bb child ended').length;
      fake.behave('hang');
      const proof = daemon.prove(gzipped);
      await until('it is at work', async () => (await daemon.health()).jobs_processing === 1);
      daemon.kill('SIGTERM');
      assertError(await proof, 503, 'server_stopping');
      await daemon.stop();
      const died = daemon.events('bb child ended').slice(obituaries);
      assert.equal(died.length, 1, `only the one that was called off: ${JSON.stringify(died)}`);
    }
  });
});
