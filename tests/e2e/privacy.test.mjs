// A witness is its owner's secret: on no disk, in no log, and gone from memory once its proof is made.

import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { FakeBb } from './lib/fake.mjs';
import { Wire } from './lib/http.mjs';
import { temporaryFolder } from './lib/paths.mjs';
import { commandLineOf, descriptorsOf, environmentOf, limitOf } from './lib/processes.mjs';
import { found, foundInFiles, foundInMemory, needlesOf } from './lib/search.mjs';
import { until } from './lib/wait.mjs';
import * as w from './lib/witness.mjs';

const SINCE = Date.now() - 1000; // the file system's clock is a coarse one
const FORMS_IN_FILES = ['as sent', 'its end as sent', 'in little-endian limbs', 'in hex', 'as gzipped'];
const OCTETS = { 'Content-Type': 'application/octet-stream' };
const IS_ROOT = process.getuid() === 0;

let circuit;
before(async () => (circuit = await squareCircuit()));

/** Everywhere that a daemon, or its bb, could have put a file. */
function foldersOf(daemon, cwd) {
  return [daemon.tmp, cwd, tmpdir(), '/tmp', '/var/tmp', '/dev/shm'];
}

/** Has all that can happen to a witness happen, each time to another one. Gives the needles of each. */
async function useWitnesses(daemon) {
  const used = {};
  const next = async (name) => {
    const witness = await squareWitness();
    witness.raw = w.encodeWitness([[0, witness.x], [1, witness.y]]);
    used[name] = needlesOf(witness);
    return witness;
  };

  const gzipped = await next('proven, gzipped');
  assert.equal((await daemon.prove(gzipped.gzipped)).status, 200);
  const raw = await next('proven, raw');
  assert.equal((await daemon.prove(raw.raw)).status, 200);
  const json = await next('proven, as JSON');
  assert.equal((await daemon.prove(json.gzipped, { Accept: 'application/json' })).status, 200);
  const chunked = await next('proven, in chunks');
  assert.equal((await daemon.prove(chunked.raw, { 'Transfer-Encoding': 'chunked' })).status, 200);

  const pieces = await next('proven, in small chunks');
  const wire = await Wire.open(daemon.port);
  wire.sendHead('POST', '/api/prove', { ...OCTETS, 'Transfer-Encoding': 'chunked' });
  for (let at = 0; at < pieces.raw.length; at += 5) wire.sendChunk(pieces.raw.subarray(at, at + 5));
  wire.send('0\r\n\r\n');
  assert.equal((await wire.response()).status, 200);

  // On a connection that stays open: what its buffers held must be gone too.
  const piped = [await next('proven, first of two in a pipeline'), await next('proven, second of two in a pipeline')];
  wire.send(Buffer.concat(piped.map(({ raw: body }) => Buffer.concat([Buffer.from(`POST /api/prove HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`), body]))));
  assert.deepEqual((await wire.responses(3)).map(({ status }) => status), [200, 200, 200]);

  const unsatisfied = await next('unsatisfied');
  assert.equal((await daemon.prove(w.encodeWitness([[0, unsatisfied.x], [1, 5]]))).status, 400);
  const malformed = {
    'refused: too few': ({ x }) => w.encodeWitness([[0, x]]),
    'refused: too many': ({ x, y }) => w.encodeWitness([[0, x], [1, y], [2, 0]]),
    'refused: twice': ({ x }) => w.encodeWitness([[0, x], [0, x]]),
    'refused: past the modulus': ({ x }) => w.encodeWitness([[0, x], [1, w.MODULUS]]),
    'refused: a string': ({ secret }) => Buffer.concat([Buffer.from([3, 0x91, 0x91, 0x92, 0, 0x82, 0]), w.text(secret.toString('latin1').slice(0, 31)), Buffer.from([1, 0])]),
    'refused: trailing bytes': ({ raw: bytes }) => Buffer.concat([bytes, bytes]),
    'refused: cut off': ({ raw: bytes }) => bytes.subarray(0, 45),
    'refused: marker': ({ raw: bytes }) => w.zip(Buffer.concat([Buffer.from([1]), bytes.subarray(1)])),
    'refused: gzip cut off': ({ gzipped: bytes }) => bytes.subarray(0, -9),
    'refused: gzip CRC': ({ gzipped: bytes }) => Buffer.concat([bytes.subarray(0, -8), Buffer.alloc(8)]),
    'refused: nothing known': ({ raw: bytes }) => Buffer.concat([Buffer.from([0x7f]), bytes]),
  };
  for (const [name, make] of Object.entries(malformed)) {
    assert.equal((await daemon.prove(make(await next(name)))).status, 400, name);
  }
  const typed = await next('refused: type');
  assert.equal((await daemon.post('/api/prove', typed.raw, { 'Content-Type': 'text/plain' })).status, 415);
  const lost = await next('sent to a wrong path');
  assert.equal((await daemon.post('/api/proof', lost.raw)).status, 404);
  const toVerify = await next('sent to verify');
  assert.equal((await daemon.verify(toVerify.raw)).status, 400);
  const long = await next('past the limit');
  assert.equal((await daemon.prove(w.zip(Buffer.concat([long.raw, Buffer.alloc(200_000)])))).status, 413);
  const left = await next('left in the midst');
  const leaving = await Wire.open(daemon.port);
  leaving.sendHead('POST', '/api/prove', { ...OCTETS, 'Content-Length': left.raw.length }).send(left.raw.subarray(0, 60));
  await until('it has taken the half', async () => (await daemon.health()).status === 'ok');
  await leaving.close();
  const late = await next('late');
  const waiting = await Wire.open(daemon.port);
  waiting.sendHead('POST', '/api/prove', { ...OCTETS, 'Content-Length': late.raw.length }).send(late.raw.subarray(0, 60));
  assert.equal((await waiting.response()).status, 408);
  await waiting.close();
  return { used, wire };
}

/** The same for inputs, in every form that a number has in them and on every way that they can take. */
async function useInputs(daemon) {
  const used = {};
  const send = async (name, path, status, body, type = 'application/json', headers = {}) => {
    const witness = await squareWitness();
    used[name] = needlesOf({ secret: witness.secret });
    const text = body({ hex: `0x${witness.x.toString(16)}`, x: witness.x, y: witness.y });
    const answer = await daemon.post(path, Buffer.from(text), { 'Content-Type': type, ...headers });
    assert.equal(answer.status, status, `${name}: ${answer.body.toString('latin1').slice(0, 300)}`);
  };
  const json = (x, y) => JSON.stringify({ inputs: { x, y: `${y}` } });
  await send('inputs: proven', '/api/prove', 200, ({ hex, y }) => json(hex, y));
  await send('inputs: proven, decimal', '/api/prove', 200, ({ x, y }) => json(`${x}`, y));
  await send('inputs: proven, upper case', '/api/prove', 200, ({ x, y }) => json(`0x${x.toString(16).toUpperCase()}`, y));
  await send('inputs: proven, TOML', '/api/prove', 200, ({ hex, y }) => `x = "${hex}"\ny = "${y}"\n`, 'application/toml');
  await send('inputs: executed', '/api/execute', 200, ({ hex, y }) => json(hex, y));
  await send('inputs: executed, JSON', '/api/execute', 200, ({ hex, y }) => json(hex, y), 'application/json', { Accept: 'application/json' });
  await send('inputs: unsatisfied', '/api/prove', 400, ({ hex }) => json(hex, 5));
  await send('inputs: quoted in a mistake', '/api/prove', 400, ({ hex, y }) => json(`${hex}00`, y));
  await send('inputs: a name that the circuit lacks', '/api/prove', 200, ({ hex, y }) => JSON.stringify({ inputs: { x: hex, y: `${y}`, [hex]: hex } }));
  await send('inputs: cut off', '/api/prove', 400, ({ hex, y }) => json(hex, y).slice(0, -5));
  await send('inputs: a number too large', '/api/prove', 400, ({ x }) => `{"inputs": {"x": ${x}, "y": 1}}`);
  await send('inputs: TOML cut off', '/api/prove', 400, ({ hex }) => `x = "${hex}`, 'application/toml');
  return used;
}

function executorsOf(daemon) {
  return daemon.children().filter((pid) => commandLineOf(pid)[1] === '--run-executor');
}

function assertNowhere(findings) {
  assert.deepEqual(findings, {});
}

const findEach = (used, look) =>
  Object.fromEntries(Object.entries(used).map(([name, needles]) => [name, look(needles)]).filter(([, list]) => list.length > 0));

for (const engine of ['pool', 'cli']) {
  describe(`after all has happened to witnesses, with --engine ${engine}`, () => {
    let daemon;
    let used;
    let wire;
    const cwd = temporaryFolder('cwd');

    before(async () => {
      const options = { circuit, engine, 'log-level': 'debug', 'body-timeout': 1, 'max-witness-bytes': 100_000 };
      daemon = await Daemon.start(options, { cwd });
      ({ used, wire } = await useWitnesses(daemon));
      Object.assign(used, await useInputs(daemon));
    });

    test('memory__of_the_daemon_holds_none_of_them', async (t) => {
      if (!IS_ROOT) return t.skip('only root reads the memory of another process');
      assertNowhere(findEach(used, (needles) => foundInMemory(daemon.pid, needles)));
    });

    test('memory__of_the_executors_holds_none_of_them', async (t) => {
      if (!IS_ROOT) return t.skip('only root reads the memory of another process');
      assert.ok(executorsOf(daemon).length > 0);
      for (const pid of executorsOf(daemon)) assertNowhere(findEach(used, (needles) => foundInMemory(pid, needles)));
    });

    test('files__hold_none_of_them', () => {
      const all = Object.assign({}, ...Object.entries(used).map(([name, needles]) =>
        Object.fromEntries(FORMS_IN_FILES.filter((form) => form in needles).map((form) => [`${name}, ${form}`, needles[form]]))));
      assert.deepEqual(foundInFiles(foldersOf(daemon, cwd), all, SINCE), []);
      assert.deepEqual(readdirSync(cwd), [], 'nothing at all is written where it was started');
    });

    test('log__holds_none_of_them', () => {
      const text = Buffer.from(daemon.stderr + daemon.stdout, 'utf8');
      assertNowhere(findEach(used, (needles) => found(text, needles)));
      assert.ok(daemon.events('request').length >= 20, 'and it did log');
    });

    test('stop__leaves_nothing', async () => {
      await wire.close();
      await daemon.stop();
    });
  });
}

describe('while a proof is made', () => {
  async function hanging(engine) {
    const fake = new FakeBb('hang');
    const cwd = temporaryFolder('cwd');
    const daemon = await Daemon.start({ circuit, bb: fake.path, engine, 'prove-timeout': 3 }, { cwd });
    const witness = await squareWitness();
    const needles = needlesOf(witness);
    const proof = daemon.prove(witness.gzipped);
    await until('it is at work', async () => (await daemon.health()).jobs_processing === 1);
    return { daemon, cwd, witness, needles, proof };
  }

  test('no_file__holds_the_witness_with_engine_pool', async (t) => {
    const { daemon, cwd, needles, proof } = await hanging('pool');
    t.after(() => daemon.stop());
    if (IS_ROOT) {
      // This also shows that the search of the memory finds what is there.
      await until('the search finds it', () => foundInMemory(daemon.pid, needles).length > 0, 2);
    }
    assert.deepEqual(foundInFiles(foldersOf(daemon, cwd), needles, SINCE), []);
    assert.equal((await proof).status, 504);
    if (IS_ROOT) assert.deepEqual(foundInMemory(daemon.pid, needles), [], 'gone with the answer');
  });

  test('the_private_folder__alone_holds_the_witness_with_engine_cli', async (t) => {
    const { daemon, cwd, needles, proof } = await hanging('cli');
    t.after(() => daemon.stop());
    const isWhole = () => foundInFiles(foldersOf(daemon, cwd), needles, SINCE);
    const holders = await until('the witness is written', () => isWhole().length > 0 && isWhole(), 2);
    assert.equal(holders.length, 1, holders.join());
    const [file] = holders;
    assert.ok(file.startsWith(daemon.tmp), file);
    const [scratch] = readdirSync(daemon.tmp);
    for (const folder of [dirname(file), join(daemon.tmp, scratch)]) {
      assert.equal(statSync(folder).mode & 0o777, 0o700, folder);
      assert.equal(statSync(folder).uid, process.getuid());
    }
    assert.equal((await proof).status, 504);
    assert.deepEqual(foundInFiles(foldersOf(daemon, cwd), needles, SINCE), [], 'gone with the answer');
    assert.deepEqual(readdirSync(join(daemon.tmp, scratch)).filter((name) => name.startsWith(basename(dirname(file)))), []);
  });

  test('the_private_folder__has_mode_0700_with_engine_pool', async (t) => {
    const daemon = await Daemon.start({ circuit });
    t.after(() => daemon.stop());
    const folders = readdirSync(daemon.tmp);
    assert.equal(folders.length, 1);
    assert.equal(statSync(join(daemon.tmp, folders[0])).mode & 0o777, 0o700);
  });
});

describe('the last words of a bb that shows its witness', () => {
  for (const engine of ['pool', 'cli']) {
    for (const behaviour of ['telltale', 'telltale_error']) {
      test(`${behaviour}__are_kept_out_of_log_and_answer__${engine}`, async (t) => {
        const fake = new FakeBb(behaviour);
        const daemon = await Daemon.start({ circuit, bb: fake.path, engine, 'log-level': 'debug', 'prove-timeout': 2 });
        t.after(() => daemon.stop());
        const witness = await squareWitness();
        const raw = w.encodeWitness([[0, witness.x], [1, witness.y]]);
        const response = await daemon.prove(raw);
        assert.ok(response.status >= 400);
        await daemon.logOf(response.headers['x-request-id']);
        const needles = needlesOf({ secret: witness.secret });
        assert.deepEqual(found(response.body, needles), []);
        assert.deepEqual(found(Buffer.from(daemon.stderr, 'utf8'), needles), [], daemon.stderr);
        assert.equal(daemon.events('not JSON').length, 0);
      });
    }
  }
});

describe('what is set up against leaks', () => {
  test('core_dumps__are_off_for_the_daemon_and_bb', async (t) => {
    const daemon = await Daemon.start({ circuit });
    t.after(() => daemon.stop());
    const pids = [daemon.pid, ...daemon.children()];
    assert.equal(pids.length, 2);
    for (const pid of pids) assert.deepEqual(limitOf(pid, 'Max core file size'), ['0', '0'], `process ${pid}`);
  });

  test('bb__gets_a_clean_environment_and_no_descriptors_but_its_pipes', async (t) => {
    const env = { SECRET_TOKEN: 'x', LD_BIND_NOW: '1', HTTP_PROXY: 'http://127.0.0.1:1', BB_SLOW_LOW_MEMORY: '1' };
    const daemon = await Daemon.start({ circuit, workers: 2, threads: 3 }, { env });
    t.after(() => daemon.stop());
    await daemon.get('/api');
    const wire = await Wire.open(daemon.port); // sockets are open, and are not bb's
    t.after(() => wire.close());
    for (const pid of daemon.children()) {
      const environment = environmentOf(pid);
      assert.deepEqual(Object.keys(environment).sort(), ['BB_MSM_NEW', 'HARDWARE_CONCURRENCY', 'HOME', 'PATH', 'TMPDIR']);
      assert.equal(environment.HARDWARE_CONCURRENCY, '3');
      for (const name of ['HOME', 'TMPDIR']) assert.ok(environment[name].startsWith(join(daemon.tmp, 'proverd-')), name);
      assert.deepEqual(commandLineOf(pid), ['bb', 'msgpack', 'run']);
      const open = descriptorsOf(pid).filter((target) => !target.startsWith(join(daemon.tmp, 'proverd-')));
      assert.deepEqual(open.filter((target) => !target.startsWith('pipe:')), []);
      assert.equal(open.length, 3);
    }
  });
});
