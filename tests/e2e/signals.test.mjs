// What a parent, a terminal or an operator may do to it: signals at any time, and a log that nobody reads.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { constants as system } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon, defaultOptions, runToEnd } from './lib/daemon.mjs';
import { shellProgram } from './lib/fake.mjs';
import { BB, MAZE, PROVERD, temporaryFolder } from './lib/paths.mjs';
import { childrenOf, read } from './lib/processes.mjs';
import { until } from './lib/wait.mjs';

// More lines than the pipe takes and than may wait: 64 KiB and 1 MiB.
const MANY = 2400;

const HANGING = join(dirname(dirname(PROVERD)), 'tests', 'fault', 'libfile_that_hangs.so');

function fifo(name) {
  const path = join(temporaryFolder('fifo'), name);
  execFileSync('mkfifo', [path]);
  return path;
}

/** A bb that hangs when it is asked for `what`, by its first argument. */
const hanging = (what) => shellProgram(`[ "$1" != '${what}' ] || exec sleep 1000\nexec '${BB}' "$@"`);

/** A bb whose long-lived children wait until the file is there. */
const waiting = (file) =>
  shellProgram(`[ "$2" != run ] || until [ -e '${file}' ]; do sleep 0.02; done\nexec '${BB}' "$@"`);

describe('a start that is told to stop', () => {
  /** It has got to where it waits for a bb. */
  const waits = (daemon) => until('it waits for a bb', () => daemon.children().length > 0);

  async function assertEndsAtOnce(daemon, signal, milliseconds = 1500) {
    const toldAt = performance.now();
    await daemon.stop(signal);
    assert.ok(performance.now() - toldAt < milliseconds, `${performance.now() - toldAt} ms`);
    for (const event of ['cannot serve', 'ready']) assert.deepEqual(daemon.events(event), []);
    for (const event of ['stopping', 'stopped']) assert.equal(daemon.events(event).length, 1, event);
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT']) {
    test(`${signal}__ends_the_wait_for_a_circuits_key`, async () => {
      const never = join(temporaryFolder(), 'never');
      const daemon = Daemon.begin({ circuit: [MAZE, await squareCircuit()], bb: waiting(never) });
      await daemon.listens();
      await waits(daemon);
      await assertEndsAtOnce(daemon, signal);
    });
  }

  for (const [engine, what] of [['pool', '--version'], ['pool', 'msgpack'], ['cli', '--version'], ['cli', 'gates']]) {
    test(`SIGTERM__ends_the_wait_for_bb_${what}_with_engine_${engine}`, async () => {
      const daemon = Daemon.begin({ bb: hanging(what), engine });
      await waits(daemon);
      await assertEndsAtOnce(daemon, 'SIGTERM');
    });
  }

  // Nobody may ever write into it.
  for (const option of ['circuit', 'api-key-file']) {
    test(`a_pipe_as_${option}__is_waited_for_by_nobody`, async () => {
      const { status, stderr } = await runToEnd(defaultOptions({ [option]: fifo('pipe') }));
      assert.equal(status, 1);
      assert.match(stderr, /is a pipe, not a file/);
    });
  }

  // As on a file system whose server is gone: before there is a private folder, and when there is one.
  for (const option of ['circuit', 'circuits-dir']) {
    test(`a_file_of_${option}_that_never_comes__is_given_up_after_two_seconds`, async () => {
      const note = join(temporaryFolder(), 'note');
      const folder = temporaryFolder();
      const file = join(folder, 'hangs.json');
      writeFileSync(file, '{}');
      writeFileSync(note, '');
      const options = option === 'circuit' ? { circuit: [MAZE, file] } : { circuit: MAZE, 'circuits-dir': folder };
      const env = { LD_PRELOAD: HANGING, HANGING_FILE: '/hangs.json', HANGING_NOTE: note };
      const daemon = Daemon.begin(options, { env });
      await until('it hangs', () => daemon.over || readFileSync(note, 'utf8') !== '');
      const toldAt = performance.now();
      await daemon.stop();
      const took = performance.now() - toldAt;
      assert.ok(took > 1900 && took < 10_000, `${took} ms`);
      const events = daemon.log.map(({ event }) => event);
      assert.ok(events.includes('the start does not end by itself, and is given up'), daemon.stderr);
      assert.equal(events.at(-1), 'stopped');
    });
  }

  test('SIGHUP_and_others__wait_until_it_serves', async () => {
    const go = join(temporaryFolder(), 'go');
    const daemon = Daemon.begin({ circuit: await squareCircuit(), bb: waiting(go) });
    await daemon.listens();
    await waits(daemon);
    for (const signal of ['SIGHUP', 'SIGCHLD', 'SIGUSR1']) daemon.child.kill(signal);
    writeFileSync(go, '');
    await daemon.serves();
    await until('it has read again', () => daemon.events('circuits read again').length > 0);
    assert.equal((await daemon.prove((await squareWitness()).gzipped)).status, 200);
    await daemon.stop();
  });
});

describe('signals that mean nothing to it', () => {
  test('none_of_them__ends_it', async () => {
    const daemon = await Daemon.start({ circuit: await squareCircuit() });
    const named = ['SIGALRM', 'SIGVTALRM', 'SIGPROF', 'SIGIO', 'SIGPWR', 'SIGSTKFLT', 'SIGXFSZ', 'SIGPIPE', 'SIGURG', 'SIGWINCH', 'SIGCONT'];
    const realTime = Array.from({ length: 31 }, (_, i) => 34 + i);
    for (const number of [...named.map((name) => system.signals[name]), ...realTime]) process.kill(daemon.pid, number);
    for (const signal of ['SIGUSR1', 'SIGUSR2']) {
      const seen = daemon.events('a signal that means nothing to proverd').length;
      daemon.child.kill(signal);
      await until(`${signal} is logged`, () => daemon.events('a signal that means nothing to proverd').length > seen);
    }
    assert.equal((await daemon.prove((await squareWitness()).gzipped)).status, 200);
    await daemon.stop();
  });

  for (const signal of ['SIGQUIT', 'SIGXCPU']) {
    test(`${signal}__stops_it_as_SIGTERM_does`, async () => {
      const daemon = await Daemon.start({ circuit: await squareCircuit() });
      await daemon.stop(signal);
      assert.equal(daemon.events('stopped').length, 1);
    });
  }
});

describe('what a parent leaves behind', () => {
  const launchers = {
    'every_signal_ignored': ['env', '--ignore-signal'],
    'every_signal_blocked': ['env', '--block-signal'],
    'SIGCHLD_ignored': ['env', '--ignore-signal=CHLD'],
  };
  for (const [name, launcher] of Object.entries(launchers)) {
    test(`${name}__changes_nothing`, async () => {
      const daemon = await Daemon.start({ circuit: await squareCircuit() }, { launcher });
      const { gzipped } = await squareWitness();
      assert.equal((await daemon.prove(gzipped)).status, 200);
      for (const pid of childrenOf(daemon.pid)) {
        const status = read(pid, 'status');
        for (const set of ['SigBlk', 'SigIgn']) assert.match(status, new RegExp(`^${set}:\\s+0+$`, 'm'), `${set} of ${pid}`);
        process.kill(pid, 'SIGKILL');
      }
      await until('its death is noticed', () => daemon.events('bb child ended').length > 0);
      assert.equal((await daemon.prove(gzipped)).status, 200);
      daemon.child.kill('SIGHUP');
      await until('it has read again', () => daemon.events('circuits read again').length > 0);
      await daemon.stop();
    });
  }

  test('a_limit_of_its_files__ends_neither_it_nor_what_it_does', async () => {
    const path = join(temporaryFolder('log'), 'log');
    const errors = openSync(path, 'a');
    after(() => closeSync(errors));
    const launcher = ['sh', '-c', 'ulimit -f 256 && exec "$@"', 'sh']; // of 512 bytes
    const daemon = Daemon.begin({ circuit: await squareCircuit() }, { launcher, errors });
    const text = () => readFileSync(path, 'utf8');
    const line = await until('it serves', () => /^.*"event":"ready".*$/m.exec(text()));
    daemon.port = JSON.parse(line[0]).port;
    await ask(daemon, 300);
    assert.equal(text().length, 131072);
    assert.ok((await lost(daemon)) > 0);
    assert.equal((await daemon.prove((await squareWitness()).gzipped)).status, 200);
    await daemon.stop();
  });
});

/** Asks for nothing: a line of some 600 bytes each. */
async function ask(daemon, times) {
  for (let done = 0; done < times; done += 20) {
    const answers = Array.from({ length: 20 }, () => daemon.get(`/${'x'.repeat(500)}`, { 'X-Request-Id': 'y'.repeat(128) }));
    for (const { status } of await Promise.all(answers)) assert.equal(status, 404);
  }
}

async function lost(daemon) {
  return Number(/^prover_log_lines_lost_total (\d+)$/m.exec((await daemon.get('/metrics')).body)[1]);
}

/** A pipe of which a test reads what it likes. */
class Pipe {
  constructor() {
    this.path = fifo('log');
    this.reader = openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.writer = openSync(this.path, constants.O_WRONLY);
    this.text = '';
  }

  /** Reads what there is. */
  read() {
    const piece = Buffer.alloc(65536);
    for (;;) {
      try {
        const length = readSync(this.reader, piece);
        if (length === 0) return this.text;
        this.text += piece.toString('latin1', 0, length);
      } catch (error) {
        if (error.code === 'EAGAIN') return this.text;
        throw error;
      }
    }
  }

  get lines() {
    return this.read().split('\n').slice(0, -1).map((line) => JSON.parse(line));
  }

  close() {
    closeSync(this.reader);
    closeSync(this.writer);
  }
}

describe('a log that nobody reads', () => {
  /** A daemon whose log is a pipe that is read until it serves, and no more. */
  async function start(options = {}, settings = {}) {
    const pipe = new Pipe();
    after(() => pipe.close());
    const daemon = Daemon.begin({ circuit: await squareCircuit(), ...options }, { errors: pipe.writer, ...settings });
    daemon.port = await until('it serves', () => pipe.lines.find(({ event }) => event === 'ready')?.port);
    return { daemon, pipe };
  }

  test('it_goes_on__proves_and_says_later_how_many_lines_were_lost', async () => {
    const { daemon, pipe } = await start();
    await ask(daemon, MANY);
    assert.equal((await daemon.prove((await squareWitness()).gzipped)).status, 200);
    const many = await lost(daemon);
    assert.ok(many > 50, `${many} lines`);
    await until('the rest is read', () => pipe.lines.some(({ event }) => event === 'log lines were lost'));
    const told = pipe.lines.filter(({ event }) => event === 'log lines were lost');
    assert.equal(told.reduce((sum, { lines }) => sum + lines, 0), await lost(daemon));
    await ask(daemon, 20);
    await until('new lines come', () => pipe.lines.at(-1).event === 'request');
    const asked = pipe.lines.filter(({ path }) => path?.startsWith('/xxx')).length;
    assert.ok(asked + (await lost(daemon)) >= MANY, `${asked} lines`);
    await daemon.stop();
    assert.equal(pipe.lines.at(-1).event, 'stopped');
  });

  test('SIGTERM__ends_it_all_the_same', async () => {
    const { daemon } = await start();
    await ask(daemon, MANY);
    const toldAt = performance.now();
    await daemon.stop();
    assert.ok(performance.now() - toldAt < 4000, `${performance.now() - toldAt} ms`);
  });

  test('SIGTERM__ends_a_start_all_the_same', async () => {
    const pipe = new Pipe();
    after(() => pipe.close());
    const filler = openSync(pipe.path, constants.O_WRONLY | constants.O_NONBLOCK);
    execFileSync('sh', ['-c', 'head -c 65536 /dev/zero'], { stdio: ['ignore', filler, 'inherit'] });
    closeSync(filler);
    const daemon = Daemon.begin({ bb: hanging('--version') }, { errors: pipe.writer });
    await until('it waits for a bb', () => daemon.children().length > 0);
    await daemon.stop();
  });

  test('the_pipe_of_others__is_left_as_it_was', async () => {
    const { daemon, pipe } = await start();
    await ask(daemon, 200);
    const flags = /flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${pipe.writer}`, 'utf8'))[1];
    assert.equal(parseInt(flags, 8) & constants.O_NONBLOCK, 0);
    await daemon.stop();
  });

  test('a_reader_that_goes__ends_nothing', async () => {
    const { daemon, pipe } = await start();
    closeSync(pipe.writer);
    closeSync(pipe.reader);
    pipe.close = () => {};
    await ask(daemon, 20);
    assert.ok((await lost(daemon)) >= 2);
    await daemon.stop();
  });
});
