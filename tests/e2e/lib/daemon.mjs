// A proverd of a test's own: on a free port, with its own TMPDIR, and nothing left of it when it stops.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { request } from './http.mjs';
import { BB, CRS, MAZE, PROVERD, temporaryFolder } from './paths.mjs';
import { bytesRead, childrenOf, isRunning, processesWithEnvironment } from './processes.mjs';
import { until, within } from './wait.mjs';

const START_SECONDS = 30;
const STOP_SECONDS = 60;

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

function toArguments(options) {
  return Object.entries(options).flatMap(([name, value]) => [value].flat().map((one) => `--${name}=${one}`));
}

/** The environment of the tests without what would reach into the daemon's options. */
export function cleanEnvironment(more = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PROVERD|NODE_|CRS_PATH$|TMPDIR$)/.test(name));
  return { ...Object.fromEntries(kept), ...more };
}

/** A proverd process, whether it gets to serve or not. */
export class Process {
  constructor(args, { env = {}, cwd, tmp = temporaryFolder('tmp'), launcher = [], proverd = PROVERD, errors = 'pipe' } = {}) {
    const [command, ...rest] = [...launcher, proverd, ...args];
    this.tmp = tmp;
    this.stdout = '';
    this.stderr = '';
    this.child = spawn(command, rest, { cwd, env: cleanEnvironment({ TMPDIR: tmp, ...env }), stdio: ['ignore', 'pipe', errors] });
    running.add(this.child);
    this.pid = this.child.pid;
    this.child.stdout.setEncoding('utf8').on('data', (text) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text) => (this.stderr += text));
    this.exited = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (status, signal) => {
        running.delete(this.child);
        if (this.serving && !this.told) console.error(`proverd ended by itself: ${status ?? signal}\n${this.stderr.slice(-2000)}`);
        resolve({ status, signal });
      });
    });
    this.over = false;
    this.exited.then(() => (this.over = true), () => (this.over = true));
  }

  /** The whole lines logged so far, parsed. */
  get log() {
    const lines = this.stderr.slice(0, this.stderr.lastIndexOf('\n') + 1).split('\n').filter(Boolean);
    return lines.map((line) => {
      try {
        return JSON.parse(line);
      } catch {
        return { event: 'not JSON', line };
      }
    });
  }

  events(name) {
    return this.log.filter(({ event }) => event === name);
  }

  async exit(seconds = STOP_SECONDS) {
    return within(seconds, `proverd exits; it said:\n${this.stderr}`, this.exited);
  }

  kill(signal) {
    this.told = true;
    this.child.kill(signal);
  }

  /** All processes that this daemon started and that still run. */
  offspring() {
    return processesWithEnvironment(this.tmp).filter((pid) => pid !== this.pid && isRunning(pid));
  }

  /** What is left in the daemon's TMPDIR. */
  leftovers() {
    return readdirSync(this.tmp);
  }
}

/** Runs proverd to its end: for --help, and for what it refuses to start with. */
export async function runToEnd(args, options) {
  const daemon = new Process(args, options);
  const { status, signal } = await daemon.exit(START_SECONDS);
  return { status, signal, stdout: daemon.stdout, stderr: daemon.stderr, daemon };
}

/**
 * One worker and one shape of prover: there is one child, and it stays; tests of the scheduler say otherwise.
 * Tests send one witness many times, and mean a proof for each: only those of sharing switch it on, by `undefined`.
 * A fake bb is a script that starts others: it cannot be confined.
 */
export function defaultOptions(options = {}) {
  const sandbox = [undefined, BB].includes(options.bb) ? undefined : 'off';
  const all = { sandbox, listen: '127.0.0.1:0', circuit: MAZE, 'crs-path': CRS, bb: BB, workers: 1, threads: 2, 'share-proofs': 'off', ...options };
  return toArguments(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));
}

/** A proverd that serves. */
export class Daemon extends Process {
  /** Starts one with `options` over the tests' own, and does not wait: see listens() and serves(). */
  static begin(options = {}, settings = {}) {
    return new Daemon(settings.args ?? defaultOptions(options), settings);
  }

  /** Starts one and waits until it serves. */
  static start(options, settings) {
    return Daemon.begin(options, settings).serves();
  }

  /** Does `work` with a server, which then stops; if the work fails it is killed, or nobody would end. */
  static async during(options, work, settings) {
    const daemon = Daemon.begin(options, settings);
    try {
      const result = await work(await daemon.serves());
      await daemon.stop();
      return result;
    } catch (error) {
      if (!daemon.over) await daemon.abandon();
      throw error;
    }
  }

  /** Waits until it listens; its circuits may yet have to be loaded. */
  async listens() {
    this.port = (await this.#said('listening')).port;
    return this;
  }

  async serves() {
    await this.listens();
    this.ready = await this.#said('ready');
    this.serving = true;
    return this;
  }

  async #said(event) {
    const line = await until(`proverd is ${event}`, () => this.over || this.events(event)[0], START_SECONDS);
    assert.ok(line !== true, `proverd ended instead of serving:\n${this.stderr}`);
    return line;
  }

  request(what) {
    return request(this.port, what);
  }

  get(path, headers) {
    return this.request({ path, headers });
  }

  post(path, body, headers = {}) {
    return this.request({ method: 'POST', path, body, headers });
  }

  prove(witness, headers = {}) {
    return this.post('/api/prove', witness, { 'Content-Type': 'application/octet-stream', ...headers });
  }

  verify(body) {
    const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    return this.post('/api/verify', Buffer.from(text), { 'Content-Type': 'application/json' });
  }

  async health() {
    return (await this.get('/api/health')).json();
  }

  /** The log line of a request. */
  logOf(requestId) {
    return until(`the log line of ${requestId}`, () =>
      this.events('request').find((line) => line.request_id === requestId),
    );
  }

  children() {
    return childrenOf(this.pid);
  }

  /**
   * Waits until some bb has read the question that a proof of the maze is, a circuit and a witness, since `before`
   * was taken with readSoFar(), and is at work on it. Gives its process id.
   */
  proving(before) {
    const least = 50_000;
    return until('a bb has begun with a proof', () =>
      this.children().find((pid) => bytesRead(pid) - (before.get(pid) ?? 0) >= least),
    );
  }

  readSoFar() {
    return new Map(this.children().map((pid) => [pid, bytesRead(pid)]));
  }

  /** Stops it as an operator would. It must end well and leave nothing; again is fine. */
  async stop(signal = 'SIGTERM') {
    if (!this.over) this.kill(signal);
    const how = await this.exit();
    assert.deepEqual(how, { status: 0, signal: null }, this.stderr);
    assert.deepEqual(this.offspring(), [], 'processes left behind');
    assert.deepEqual(this.leftovers(), [], 'files left behind in TMPDIR');
  }

  /** For what a test leaves in the middle of something. */
  async abandon() {
    this.kill('SIGKILL');
    await this.exit();
  }
}
