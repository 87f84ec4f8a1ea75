// Under load: whose turn it is, who waits for memory, how many threads a proof gets, and what is told to whom comes too late.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { keyFile } from '../api/lib/keys.mjs';
import { bbVerifies, publicInputsOf, squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { FakeBb, shellProgram } from './lib/fake.mjs';
import { assertError, request } from './lib/http.mjs';
import { BB, MAZE, temporaryFolder } from './lib/paths.mjs';
import { bytesRead, environmentOf } from './lib/processes.mjs';
import { until } from './lib/wait.mjs';
import { mazeWitness } from './lib/witness.mjs';

const MIB = 1 << 20;
const CORES = availableParallelism();

async function serve(t, options, settings) {
  const daemon = await Daemon.start(options, settings);
  t.after(() => daemon.over || daemon.abandon());
  return daemon;
}

function signal(daemon, name) {
  for (const pid of daemon.children()) process.kill(pid, name);
}

async function untilJobs(daemon, processing, pending) {
  await until(`${processing} at work, ${pending} waiting`, async () => {
    const { jobsProcessing, jobsPending } = (await daemon.get('/api/ready')).json();
    return jobsProcessing === processing && jobsPending === pending;
  });
}

async function assertProof(response, circuit) {
  assert.equal(response.status, 200, response.body.toString('latin1').slice(0, 300));
  assert.ok(await bbVerifies(response.body, publicInputsOf(response), circuit));
}

describe('turns', () => {
  const KEYS = { anna: 'the-key-that-anna-has', bert: 'the-key-that-bert-has' };

  /** A server whose one bb stands still, and what each client has asked, in the order of the answers. */
  async function standstill(t, options = {}) {
    const circuit = await squareCircuit();
    const daemon = await serve(t, { circuit, threads: 1, 'api-key-file': keyFile(KEYS), ...options });
    const { gzipped } = await squareWitness();
    const order = [];
    const ask = async (name) => {
      const response = await daemon.prove(gzipped, { Authorization: `Bearer ${KEYS[name]}` });
      order.push([name, response.status]);
      return response;
    };
    assert.equal((await ask('anna')).status, 200);
    order.pop();
    signal(daemon, 'SIGSTOP');
    return { daemon, ask, order };
  }

  test('a_flood_of_one_key__does_not_hold_up_another', async (t) => {
    const { daemon, ask, order } = await standstill(t);
    const asked = [ask('anna')];
    await untilJobs(daemon, 1, 0);
    asked.push(...Array.from({ length: 20 }, () => ask('anna')));
    await untilJobs(daemon, 1, 20);
    asked.push(ask('bert'), ask('bert'));
    await untilJobs(daemon, 1, 22);
    signal(daemon, 'SIGCONT');
    await Promise.all(asked);
    assert.deepEqual(order.map(([, status]) => status), new Array(23).fill(200));
    const places = order.flatMap(([name], place) => (name === 'bert' ? [place] : []));
    assert.ok(places[0] <= 3 && places[1] <= 5, `behind one or two of the flood each: ${places}`);
  });

  test('a_flood_of_one_address__does_not_hold_up_another', async (t) => {
    const { daemon, order } = await standstill(t, { 'api-key-file': undefined });
    const { gzipped } = await squareWitness();
    const askFrom = async (localAddress) => {
      await request(daemon.port, { method: 'POST', path: '/api/prove', body: gzipped, agent: new Agent({ localAddress }) });
      order.push(localAddress);
    };
    const asked = Array.from({ length: 10 }, () => askFrom('127.0.0.2'));
    await untilJobs(daemon, 1, 9);
    asked.push(askFrom('127.0.0.3'));
    await untilJobs(daemon, 1, 10);
    signal(daemon, 'SIGCONT');
    await Promise.all(asked);
    assert.ok(order.indexOf('127.0.0.3') <= 3, order.join());
  });

  test('a_full_queue__has_the_flood_make_way', async (t) => {
    const { daemon, ask, order } = await standstill(t, { queue: 4 });
    const asked = [ask('anna')];
    await untilJobs(daemon, 1, 0);
    asked.push(...Array.from({ length: 4 }, () => ask('anna')));
    await untilJobs(daemon, 1, 4);
    assertError(await ask('anna'), 429, 'queue_full');
    const bert = ask('bert');
    await until('one of the flood is told', () => order.length === 2);
    assert.deepEqual(order[1], ['anna', 429]);
    await untilJobs(daemon, 1, 4);
    signal(daemon, 'SIGCONT');
    assert.equal((await bert).status, 200);
    await Promise.all(asked);
    assert.equal(order.filter(([, status]) => status === 200).length, 5);
  });
});

describe('what comes too late', () => {
  test('retry_after__follows_from_what_waits_and_the_times_seen', async (t) => {
    const daemon = await serve(t, { queue: 12, threads: 1 });
    for (let i = 0; i < 3; i++) assert.equal((await daemon.prove(mazeWitness)).status, 200);
    const { proofs } = (await daemon.get('/api/circuits/circuit')).json();
    signal(daemon, 'SIGSTOP');
    const waiting = [daemon.prove(mazeWitness)];
    await untilJobs(daemon, 1, 0);
    waiting.push(...Array.from({ length: 12 }, () => daemon.prove(mazeWitness)));
    await untilJobs(daemon, 1, 12);
    const refused = await daemon.prove(mazeWitness);
    assertError(refused, 429, 'queue_full', /12 requests/);
    const seconds = Number(refused.headers['retry-after']);
    const expected = (12 * proofs.mean_milliseconds) / 1000;
    assert.ok(seconds >= expected / 2 && seconds <= 2 * expected + 2, `${seconds} s, when ${expected} s of work wait`);
    signal(daemon, 'SIGCONT');
    for (const { status } of await Promise.all(waiting)) assert.equal(status, 200);
  });

  test('a_request_that_would_not_be_done_in_time__is_refused_at_once', async (t) => {
    const daemon = await serve(t, { threads: 1, 'request-timeout': 4 });
    assert.equal((await daemon.prove(mazeWitness)).status, 200);
    signal(daemon, 'SIGSTOP');
    const waiting = [];
    let refused;
    while (refused === undefined && waiting.length < 64) {
      const askedAt = performance.now();
      const answer = daemon.prove(mazeWitness).then((response) => ({ response, took: performance.now() - askedAt }));
      waiting.push(answer);
      const seen = await Promise.race([answer, untilJobs(daemon, 1, waiting.length - 1).catch(() => {})]);
      refused = seen?.response.status === 429 ? seen : undefined;
    }
    assert.ok(refused, 'before the queue is full');
    assertError(refused.response, 429, 'queue_too_long', /would not be done in time.*--request-timeout/);
    assert.ok(refused.took < 2000, `${refused.took} ms`);
    assert.match(refused.response.headers['retry-after'], /^[1-9]\d*$/);
    signal(daemon, 'SIGCONT');
    for (const { response } of await Promise.all(waiting)) assert.ok([200, 429, 504].includes(response.status));
    assert.equal((await daemon.prove(mazeWitness)).status, 200);
  });
});

describe('memory', () => {
  /** Of four proofs so many are at work side by side, and stay so while nothing ends. */
  async function assertSideBySide(t, memory, expected) {
    const daemon = await serve(t, { workers: 2, threads: 1, memory });
    signal(daemon, 'SIGSTOP');
    const proofs = Array.from({ length: 4 }, () => daemon.prove(mazeWitness));
    await untilJobs(daemon, expected, 4 - expected);
    assert.equal((await daemon.get('/api/ready')).json().jobsProcessing, expected);
    signal(daemon, 'SIGCONT');
    for (const proof of await Promise.all(proofs)) await assertProof(proof);
  }

  test('two_that_do_not_fit_together__run_one_after_the_other', async (t) => {
    await assertSideBySide(t, 48 * MIB, 1);
    await assertSideBySide(t, 480 * MIB, 2);
  });

  test('a_circuit_that_never_fits__is_told_at_the_start', async (t) => {
    const circuit = await squareCircuit();
    const daemon = await serve(t, { circuit: [circuit], memory: 20 * MIB });
    assert.equal((await daemon.prove((await squareWitness()).gzipped)).status, 200);
    await assert.rejects(Daemon.start({ circuit: MAZE, memory: 20 * MIB }), /to prove circuit circuit takes about 40 MiB.* 20 MiB .*--memory/);
  });

  const limited = (kibibytes, flag) => shellProgram(`[ ! -e '${flag}' ] || ulimit -v ${kibibytes}\nexec '${BB}' "$@"`);

  test('a_bb_that_gets_none__is_a_503_of_its_own_and_the_next_is_proven', async (t) => {
    const flag = join(temporaryFolder('short'), 'short');
    const daemon = await serve(t, { bb: limited(45_000, flag), threads: 1 });
    writeFileSync(flag, '');
    signal(daemon, 'SIGKILL');
    assertError(await daemon.prove(mazeWitness), 503, 'prover_out_of_memory', /no more memory.*--memory/);
    rmSync(flag);
    signal(daemon, 'SIGKILL');
    await assertProof(await daemon.prove(mazeWitness));
  });

  /** A cgroup of version 1 or 2 with so much memory; undefined where none can be made. */
  function cgroup(bytes) {
    const lines = readFileSync('/proc/self/cgroup', 'utf8').split('\n');
    const first = lines.map((line) => /^\d+:(memory|):(.*)$/.exec(line)).filter(Boolean);
    for (const [, controller, path] of first.sort((a, b) => b[1].length - a[1].length)) {
      const folder = `/sys/fs/cgroup${controller && '/'}${controller}${path === '/' ? '' : path}/proverd-test-${process.pid}`;
      const limit = controller ? 'memory.limit_in_bytes' : 'memory.max';
      try {
        mkdirSync(folder);
        if (existsSync(join(folder, limit))) {
          writeFileSync(join(folder, limit), String(bytes));
          if (!controller && existsSync(join(folder, 'memory.swap.max'))) writeFileSync(join(folder, 'memory.swap.max'), '0');
          return folder;
        }
        rmdirSync(folder);
      } catch {
        // not ours to make
      }
    }
    return undefined;
  }

  test('a_bb_that_the_kernel_kills__is_told_from_one_that_somebody_else_did', async (t) => {
    const folder = cgroup(512 * MIB);
    if (folder === undefined) return t.skip('no cgroup with a limit of memory can be made here');
    t.after(() => until('the cgroup is empty', () => {
      try {
        rmdirSync(folder);
        return true;
      } catch {
        return false;
      }
    }));
    const launcher = ['sh', '-c', 'echo $$ >"$0/cgroup.procs" && exec "$@"', folder];
    const fake = new FakeBb('greedy');
    const daemon = await serve(t, { bb: fake.path, threads: 1, memory: 4096 * MIB }, { launcher });
    assertError(await daemon.prove(mazeWitness), 503, 'prover_out_of_memory');
    const told = () => daemon.events('bb child ended').map(({ how }) => how);
    assert.deepEqual(told(), ['ended by signal 9 (Killed): out of memory']);
    assert.match((await daemon.get('/metrics')).body.toString(), /^prover_restarts_total\{cause="out_of_memory"\} 1$/m);
    fake.behave('hang');
    const proof = daemon.prove(mazeWitness);
    await untilJobs(daemon, 1, 0);
    await until('bb is there', () => daemon.children().length === 1);
    signal(daemon, 'SIGKILL');
    await until('its death is told', () => told().length === 2);
    assert.equal(told()[1], 'ended by signal 9 (Killed)');
    fake.behave('real');
    assert.equal((await proof).status, 200);
    await daemon.stop();
  });
});

describe('threads', { skip: CORES < 2 && 'there is one core' }, () => {
  const threadsOf = (pid) => Number(environmentOf(pid).HARDWARE_CONCURRENCY);

  /** With how many threads each of the proofs in `work` was made, by which bb has read a witness meanwhile. */
  async function threadsDuring(daemon, work) {
    const before = daemon.readSoFar();
    await work();
    const used = daemon.children().filter((pid) => bytesRead(pid) - (before.get(pid) ?? 0) > 50_000);
    return new Set(used.map(threadsOf));
  }

  test('one_alone_has_every_core__and_many_a_thread_each', async (t) => {
    const daemon = await serve(t, { workers: 0, threads: 0 });
    assert.equal((await daemon.health()).workers, CORES);
    assert.deepEqual(await threadsDuring(daemon, () => daemon.prove(mazeWitness)), new Set([CORES]));
    const many = Array.from({ length: 4 * CORES }, () => () => daemon.prove(mazeWitness));
    const answers = [];
    const used = await threadsDuring(daemon, async () => answers.push(...await Promise.all(many.map((ask) => ask()))));
    assert.ok(used.has(1), [...used].join());
    for (const answer of answers) await assertProof(answer);
    assert.deepEqual(daemon.events('bb child ended'), [], 'nothing is interrupted for it');
    // A second later the crowd is forgotten.
    await until('one alone has every core again', async () => (await threadsDuring(daemon, () => daemon.prove(mazeWitness))).has(CORES), 60);
  });

  test('given_threads__are_kept_to', async (t) => {
    const daemon = await serve(t, { workers: 2, threads: 3 });
    const used = await threadsDuring(daemon, () => Promise.all(Array.from({ length: 6 }, () => daemon.prove(mazeWitness))));
    assert.deepEqual(used, new Set([3]));
  });

  test('engine_cli__gets_them_too', async (t) => {
    const said = join(temporaryFolder('threads'), 'said');
    const bb = shellProgram(`[ "$1" != prove ] || echo "$HARDWARE_CONCURRENCY" >>'${said}'\nexec '${BB}' "$@"`);
    const daemon = await serve(t, { bb, engine: 'cli', workers: 0, threads: 0 });
    assert.equal((await daemon.prove(mazeWitness)).status, 200);
    await Promise.all(Array.from({ length: 3 * CORES }, () => daemon.prove(mazeWitness)));
    const threads = readFileSync(said, 'utf8').trim().split('\n').map(Number);
    assert.equal(threads[0], CORES);
    assert.ok(threads.includes(1), threads.join());
  });
});

describe('worn provers', () => {
  const retired = (daemon, cause) => daemon.events('bb child retired').filter((line) => line.cause === cause);

  test('after_N_proofs__another_goes_on_and_nothing_is_dropped', async (t) => {
    const daemon = await serve(t, { workers: 2, threads: 1, 'prover-proofs': 2 });
    const first = daemon.children();
    const answers = await Promise.all(Array.from({ length: 12 }, () => daemon.prove(mazeWitness)));
    for (const answer of answers) await assertProof(answer);
    assert.ok(daemon.children().every((pid) => !first.includes(pid)));
    assert.ok(retired(daemon, 'proofs').length >= 4);
    assert.deepEqual(daemon.events('bb child ended'), []);
    assert.match((await daemon.get('/metrics')).body.toString(), /^prover_restarts_total\{cause="proofs"\} [1-9]/m);
  });

  test('grown_past_its_share__it_is_replaced_after_the_proof', async (t) => {
    const daemon = await serve(t, { 'prover-memory': 12 * MIB });
    const [pid] = daemon.children();
    await assertProof(await daemon.prove(mazeWitness));
    await until('it is replaced', () => retired(daemon, 'memory_growth').some((line) => line.pid === pid));
    await assertProof(await daemon.prove(mazeWitness));
  });
});

describe('GET /api/ready', () => {
  test('ready__is_busy_while_the_queue_is_full_and_ok_again', async (t) => {
    const circuit = await squareCircuit();
    const daemon = await serve(t, { circuit, queue: 1 });
    const { gzipped } = await squareWitness();
    const state = async () => {
      const response = await daemon.get('/api/ready');
      const { timestamp, ...state } = response.json();
      assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000);
      return [response.status, state];
    };
    assert.deepEqual(await state(), [200, { status: 'ok', jobsProcessing: 0, jobsPending: 0, jobCapacity: 1 }]);
    signal(daemon, 'SIGSTOP');
    const first = daemon.prove(gzipped);
    await untilJobs(daemon, 1, 0);
    assert.equal((await state())[0], 200);
    const second = daemon.prove(gzipped);
    await untilJobs(daemon, 1, 1);
    assert.deepEqual(await state(), [503, { status: 'busy', jobsProcessing: 1, jobsPending: 1, jobCapacity: 1 }]);
    signal(daemon, 'SIGCONT');
    assert.deepEqual([(await first).status, (await second).status], [200, 200]);
    assert.equal((await state())[0], 200);
  });
});
