// The systems that are measured side by side: how each is started, asked for a proof, watched and stopped.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { start } from './children.mjs';
import { HttpProver } from './load.mjs';
import { BB, PROVERD } from './paths.mjs';
import { Watch } from './processes.mjs';

export const THREADS = availableParallelism();
const START_SECONDS = 60;
const STOP_SECONDS = 20;

const peer = (name) => fileURLToPath(new URL(`peers/${name}.mjs`, import.meta.url));

/** All systems multiply points in the same way of bb's. Whatever its variable holds, the faster way is on. */
function environment(circuit, bbMsm) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PROVERD_') && !name.startsWith('BB_MSM_'));
  const msm = bbMsm === 'new' ? { BB_MSM_NEW: '1' } : {};
  return { ...Object.fromEntries(kept), ...msm, HARDWARE_CONCURRENCY: String(THREADS), CRS_PATH: circuit.crs };
}

/** A server process that says its port in a line of JSON. */
class Server {
  /** `stream` is where it says so; `isReady` finds the line. */
  static async start(command, args, { stream, env, isReady }) {
    const server = new Server();
    Object.assign(server, start(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
    server.said = '';
    server.child[stream === 'stdout' ? 'stderr' : 'stdout'].on('data', (text) => (server.said = (server.said + text).slice(-2000)));
    server.port = await Promise.race([
      server.#readPort(createInterface({ input: server.child[stream] }), isReady),
      server.ended.then((how) => Promise.reject(new Error(`${command} ${args[0]} ended with ${how}:\n${server.said}`))),
      sleep(START_SECONDS * 1000, undefined, { ref: false }).then(() => Promise.reject(new Error(`${command} ${args[0]} is not ready after ${START_SECONDS} s`))),
    ]);
    server.prover = new HttpProver(server.port);
    server.watch = new Watch(() => [server.child.pid]);
    return server;
  }

  /** Goes on reading what comes after, so that the server never waits for a reader. */
  #readPort(lines, isReady) {
    return new Promise((resolve) => {
      lines.on('line', (line) => {
        this.said = `${this.said}${line}\n`.slice(-2000);
        if (isReady(line)) resolve(JSON.parse(line).port);
      });
    });
  }

  get pid() {
    return this.child.pid;
  }

  prove(witness, signal) {
    return this.prover.prove(witness, signal);
  }

  async stop() {
    this.prover.close();
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_SECONDS * 1000);
    await this.ended;
    clearTimeout(timer);
  }
}

export function startProverd(circuit, more = [], bbMsm = 'new') {
  const args = ['--listen', '127.0.0.1:0', '--circuit', circuit.artifact, '--crs-path', circuit.crs, '--bb', BB, '--bb-msm', bbMsm, ...more];
  if (circuit.development) args.push('--development-crs', 'on');
  return Server.start(PROVERD, args, { stream: 'stderr', env: environment(circuit, bbMsm), isReady: (line) => line.includes('"event":"ready"') });
}

function startPeer(name, args, circuit, { bbMsm }) {
  return Server.start(process.execPath, [peer(name), ...args], { stream: 'stdout', env: environment(circuit, bbMsm), isReady: (line) => line.startsWith('{"port":') });
}

/** `bb prove` itself, with the key given: what a proof costs without any server. */
class Alone {
  #folder = mkdtempSync(join(tmpdir(), 'bench-bb-'));
  #circuit;
  #pids = new Set();
  #bbMsm;

  constructor(circuit, { bbMsm }) {
    this.#circuit = circuit;
    this.#bbMsm = bbMsm;
    this.watch = new Watch(() => this.#pids, { parent: process.pid });
  }

  async prove(witness, signal) {
    const { artifact, key, crs } = this.#circuit;
    const args = ['prove', '-b', artifact, '-w', witness.path, '-k', key, '-c', crs, '-o', this.#folder];
    const { child, ended } = start(BB, args, { stdio: 'ignore', env: environment(this.#circuit, this.#bbMsm), signal, killSignal: 'SIGKILL' });
    this.#pids.add(child.pid);
    const status = await ended.finally(() => this.#pids.delete(child.pid));
    if (status !== 0) throw new Error(`bb prove ended with ${status}`);
    return readFileSync(join(this.#folder, 'proof'));
  }

  stop() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** How each of SYSTEMS is started for a circuit. */
export const STARTERS = {
  bb: async (circuit, options) => new Alone(circuit, options),
  proverd: (circuit, { proverdOptions, bbMsm }) => startProverd(circuit, proverdOptions, bbMsm),
  process: (circuit, options) => startPeer('process_a_request', [BB, circuit.artifact, circuit.crs], circuit, options),
  keyed: (circuit, options) => startPeer('process_a_request', [BB, circuit.artifact, circuit.crs, circuit.key], circuit, options),
  native: (circuit, options) => startPeer('bb_js', ['native', circuit.artifact, circuit.crs, circuit.points, THREADS], circuit, options),
  wasm: (circuit, options) => startPeer('bb_js', ['wasm', circuit.artifact, circuit.crs, circuit.points, THREADS], circuit, options),
};
