// What the system can do to a server: a full disk, no descriptors, a bb that floods its pipes, a clock that jumps.
// Kills at random moments are in tests/reliability/, each failing system call in tests/fault/.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { bbVerifies, compiled, publicInputsOf, squareCircuit, squareWitness } from './lib/circuits.mjs';
import { cleanEnvironment, Daemon, defaultOptions } from './lib/daemon.mjs';
import { FakeBb } from './lib/fake.mjs';
import { assertError } from './lib/http.mjs';
import { PROVERD, temporaryFolder } from './lib/paths.mjs';
import { descriptorsOf, filesBelow, peakMemory } from './lib/processes.mjs';
import { until } from './lib/wait.mjs';

const KEY = 'a-key-of-sixteen-or-more';
const MEBIBYTE = 1 << 20;

async function assertProves(daemon, headers = {}) {
  const circuit = await squareCircuit();
  const response = await daemon.prove((await squareWitness()).gzipped, headers);
  assert.equal(response.status, 200, response.body.toString('latin1', 0, 300));
  assert.ok(await bbVerifies(response.body, publicInputsOf(response), circuit));
}

describe('a bb that floods standard error', () => {
  for (const engine of ['pool', 'cli']) {
    test(`1_GiB__costs_no_memory_and_the_proof_comes__${engine}`, async (t) => {
      const fake = new FakeBb('real');
      const daemon = await Daemon.start({ circuit: await squareCircuit(), bb: fake.path, engine });
      t.after(() => daemon.stop());
      await assertProves(daemon);
      const before = peakMemory(daemon.pid);
      fake.behave('flood');
      await assertProves(daemon);
      const grown = peakMemory(daemon.pid) - before;
      assert.ok(grown < MEBIBYTE, `${grown} bytes more`);
      assert.ok(daemon.stderr.length < MEBIBYTE, 'and is not passed on to the log');
    });
  }
});

describe('a full disk', () => {
  const inNamespace = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c'];
  const allowed = spawnSync('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).status === 0;

  /** A server whose data folder is a disk of `size` of its own; only it sees the disk. */
  async function onSmallDisk(t, size) {
    const data = temporaryFolder('disk');
    const keys = join(temporaryFolder('keys'), 'keys');
    writeFileSync(keys, `disk:${KEY}\n`);
    const launcher = [...inNamespace, `mount -t tmpfs -o size=${size} tmpfs '${data}' && exec "$@"`, 'sh'];
    const options = { circuit: await squareCircuit(), 'data-dir': data, 'api-key-file': keys, 'allow-uploads': 'on' };
    const daemon = await Daemon.start(options, { launcher });
    t.after(() => daemon.stop());
    return { daemon, seen: `/proc/${daemon.pid}/root${data}`, headers: { 'X-API-Key': KEY } };
  }

  test('storage_full__is_a_507_with_nothing_partial_and_proofs_go_on', async (t) => {
    if (!allowed) return t.skip('mount namespaces are not allowed here');
    const { daemon, seen, headers } = await onSmallDisk(t, '256k');
    const artifact = JSON.parse(readFileSync(await compiled('cube', 'fn main(x: Field, y: pub Field) { assert(x * x * x == y); }'), 'utf8'));
    const upload = (name, padding) => daemon.post(`/api/circuits?name=${name}`, Buffer.from(JSON.stringify({ ...artifact, padding: 'x'.repeat(padding) })), { ...headers, 'Content-Type': 'application/json' });
    const before = filesBelow(seen);
    assertError(await upload('large', MEBIBYTE), 507, 'storage_full', /disk/);
    assert.deepEqual(filesBelow(seen), before, 'nothing partial');
    assert.equal((await daemon.get('/api/circuits/large')).status, 404);
    await assertProves(daemon, headers);
    assert.equal((await upload('small', 0)).status, 201, 'what fits is taken');
    await daemon.request({ method: 'DELETE', path: '/api/circuits/small', headers });
  });

  test('no_room_for_a_key__is_no_reason_not_to_prove', async (t) => {
    if (!allowed) return t.skip('mount namespaces are not allowed here');
    const { daemon, seen, headers } = await onSmallDisk(t, '256k');
    const filler = join(seen, 'filler');
    spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4096']);
    assert.ok(existsSync(filler));
    const before = filesBelow(seen);
    const key = await daemon.get('/api/circuits/square/vk?verifierTarget=evm', headers);
    assert.equal(key.status, 200, 'a key that cannot be kept is computed again');
    assert.deepEqual(filesBelow(seen), before, 'nothing partial');
    await assertProves(daemon, headers);
  });

  test('no_room_in_TMPDIR__is_an_error_at_start_that_names_it', async (t) => {
    if (!allowed) return t.skip('mount namespaces are not allowed here');
    const tmp = temporaryFolder('tmp');
    const options = defaultOptions({ circuit: await squareCircuit() });
    const script = `mount -t tmpfs -o size=4k,nr_inodes=2 tmpfs '${tmp}' && exec "$@"`;
    const { status, stderr } = spawnSync(inNamespace[0], [...inNamespace.slice(1), script, 'sh', PROVERD, ...options], {
      env: cleanEnvironment({ TMPDIR: tmp }), encoding: 'utf8',
    });
    assert.equal(status, 1, stderr);
    const line = JSON.parse(stderr.trim().split('\n').at(-1));
    assert.equal(line.event, 'cannot serve');
    assert.ok(line.why.includes(tmp) && /No space left/.test(line.why), line.why);
  });
});

describe('descriptors that run out while it serves', () => {
  const allow = (daemon, count) => assert.equal(spawnSync('prlimit', [`--pid=${daemon.pid}`, `--nofile=${count}:`]).status, 0);

  for (const engine of ['pool', 'cli']) {
    test(`none_left__is_a_500_that_says_so_and_all_is_well_when_there_are_some__${engine}`, async (t) => {
      const daemon = await Daemon.start({ circuit: await squareCircuit(), engine });
      t.after(() => daemon.stop());
      const { gzipped } = await squareWitness();
      await assertProves(daemon);
      const open = descriptorsOf(daemon.pid).length;
      for (const pid of daemon.children()) process.kill(pid, 'SIGKILL');
      allow(daemon, open + 2); // the request's own, and one of the pipes that a new bb needs
      assertError(await daemon.prove(gzipped), 500, 'prover_unusable');
      allow(daemon, open + 100);
      await assertProves(daemon);
      await until('none was lost', () => descriptorsOf(daemon.pid).length <= open);
    });
  }

  test('no_more_connections__wait_and_are_served_when_there_are_some', async (t) => {
    const daemon = await Daemon.start({ circuit: await squareCircuit(), 'log-level': 'debug' });
    t.after(() => daemon.stop());
    allow(daemon, descriptorsOf(daemon.pid).length);
    const waiting = daemon.get('/api/health');
    await until('it has been refused a descriptor', () => daemon.events('http library').some(({ message }) => /resource limit/.test(message)));
    allow(daemon, 1000);
    assert.equal((await waiting).status, 200);
    await assertProves(daemon);
  });
});

describe('a clock that jumps', () => {
  const jumps = join(dirname(dirname(PROVERD)), 'tests', 'fault', 'libclock_jumps.so');

  test('proofs_and_deadlines__know_no_time_of_day', async (t) => {
    const env = { LD_PRELOAD: jumps };
    const daemon = await Daemon.start({ circuit: await squareCircuit(), 'prove-timeout': 60, 'proof-cache': MEBIBYTE }, { env });
    t.after(() => daemon.stop());
    for (let i = 0; i < 5; i++) await assertProves(daemon);
    const times = daemon.log.map(({ time }) => Date.parse(time));
    assert.ok(times.every(Number.isFinite), daemon.stderr);
    assert.ok(times.some((time, i) => i > 0 && time < times[i - 1] - 86_400_000), 'the clock does jump');
    for (const { total_ms: total } of daemon.events('request')) assert.ok(total >= 0 && total < 60_000, `${total} ms`);
  });

  test('time_for_a_proof__is_kept_all_the_same', async (t) => {
    const fake = new FakeBb('hang');
    const options = { circuit: await squareCircuit(), bb: fake.path, 'prove-timeout': 1, 'request-timeout': 20 };
    const daemon = await Daemon.start(options, { env: { LD_PRELOAD: jumps } });
    t.after(() => daemon.stop());
    const startedAt = performance.now();
    assertError(await daemon.prove((await squareWitness()).gzipped), 504, 'prove_timeout');
    const took = performance.now() - startedAt;
    assert.ok(took > 950 && took < 15_000, `${took} ms`);
  });
});
