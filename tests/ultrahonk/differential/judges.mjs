// Two who say whether a proof is right, each a process that is asked many times: bb over its pipe, and libultrahonk.

import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Packr } from 'msgpackr';
import { BB, CRS, ROOT } from '../../e2e/lib/paths.mjs';

const JUDGE = process.env.JUDGE ?? join(ROOT, 'build', 'tests', 'unit', 'ultrahonk', 'judge');
const WORD = 32;
const MOST_MS = 60_000;

/** The targets, in the order of their numbers, and what bb's pipe calls them. */
export const TARGETS = ['evm', 'evm-no-zk', 'noir-recursive', 'noir-recursive-no-zk'];
export const settingsOf = (target) => ({
  ipa_accumulation: false,
  oracle_hash_type: target.startsWith('evm') ? 'keccak' : 'poseidon2',
  disable_zk: target.endsWith('no-zk'),
  optimized_solidity_verifier: false,
});

/** A process that answers one question after the other. What it writes is kept until it is taken. */
export class Process {
  out = Buffer.alloc(0);
  log = '';
  #wake = () => {};

  constructor(program, args, env = process.env) {
    this.child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    this.child.stdout.on('data', (piece) => this.#note(() => (this.out = Buffer.concat([this.out, piece]))));
    this.child.stderr.on('data', (piece) => this.#note(() => (this.log += piece)));
    this.child.stdin.on('error', () => {});
    this.child.on('close', (status, signal) => this.#note(() => (this.ended = signal ?? status)));
  }

  #note(what) {
    what();
    this.#wake();
  }

  /** Waits until `ready` gives something, or the process has ended, which is undefined. */
  async until(ready) {
    const deadline = setTimeout(() => this.child.kill('SIGKILL'), MOST_MS);
    try {
      for (;;) {
        const value = ready();
        if (value !== undefined || this.ended !== undefined) return value;
        await new Promise((resolve) => (this.#wake = resolve));
      }
    } finally {
      clearTimeout(deadline);
    }
  }

  stop() {
    this.child.stdin.end();
    return this.until(() => undefined);
  }
}

const wordsOf = (bytes) => Array.from({ length: bytes.length / WORD }, (_, place) => bytes.subarray(place * WORD, (place + 1) * WORD));

export function framed(bytes) {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(bytes.length);
  return Buffer.concat([header, bytes]);
}

/** How far bb has come: `accepts`, `pairing` when all was right but that, `refuses`. */
function verdictOf(log) {
  if (/Proof verified successfully/.test(log)) return 'accepts';
  return /failed at pairing check/.test(log) ? 'pairing' : 'refuses';
}

const CLOSING = /Proof verified successfully.*\n|Proof verification failed.*\n/;

export class Bb {
  #packr = new Packr({ useRecords: false });
  crashes = 0;

  #start() {
    this.process = new Process(BB, ['msgpack', 'run'], { ...process.env, CRS_PATH: CRS, HARDWARE_CONCURRENCY: '1' });
  }

  #takeFrame() {
    const { out } = this.process;
    if (out.length < 4 || out.length < 4 + out.readUInt32LE(0)) return undefined;
    const frame = out.subarray(4, 4 + out.readUInt32LE(0));
    this.process.out = out.subarray(4 + frame.length);
    return frame;
  }

  /** Sends the question, and gives the answer's bytes; undefined when the process has ended. */
  ask({ target, key, proof, publicInputs }) {
    if (this.process === undefined) this.#start();
    const fields = { verification_key: key, public_inputs: wordsOf(publicInputs), proof: wordsOf(proof), settings: settingsOf(target) };
    this.process.log = '';
    this.process.child.stdin.write(framed(this.#packr.pack([['CircuitVerify', fields]])));
    return this.process.until(() => this.#takeFrame());
  }

  /** A verdict. What ends the process is refused, and so is what bb does not take. */
  async judge(question) {
    if (question.proof.length % WORD !== 0 || question.publicInputs.length % WORD !== 0) return this.#judgeFiles(question);
    const frame = await this.ask(question);
    if (frame === undefined) {
      this.crashes++;
      this.process = undefined;
      return 'refuses';
    }
    if (frame.includes('ErrorResponse')) return 'refuses';
    await this.process.until(() => CLOSING.exec(this.process.log)?.[0]);
    return verdictOf(this.process.log);
  }

  /** The pipe knows whole words only: what is none goes through files. */
  async #judgeFiles({ target, key, proof, publicInputs }) {
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-verify-'));
    const paths = Object.entries({ key, proof, publicInputs }).map(([name, bytes]) => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    });
    try {
      const { stderr } = await promisify(execFile)(BB, ['verify', '-t', target, '-c', CRS, ...['-k', '-p', '-i'].flatMap((flag, place) => [flag, paths[place]])]);
      return verdictOf(stderr);
    } catch {
      return 'refuses';
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  async stop() {
    await this.process?.stop();
  }
}

export class Ultrahonk {
  /** `crs` is a folder; without one the CRS is the ceremony's. */
  constructor(crs) {
    this.process = new Process(JUDGE, crs === undefined ? [] : [crs]);
  }

  #takeLine() {
    const end = this.process.out.indexOf('\n');
    if (end < 0) return undefined;
    const line = this.process.out.toString('latin1', 0, end);
    this.process.out = this.process.out.subarray(end + 1);
    return line;
  }

  async judge({ target, key, proof, publicInputs }) {
    this.process.child.stdin.write(Buffer.concat([Buffer.from([TARGETS.indexOf(target)]), ...[key, proof, publicInputs].map(framed)]));
    const line = await this.process.until(() => this.#takeLine());
    if (line === undefined) throw new Error(`the judge ended with ${this.process.ended}: ${this.process.log}`);
    const [reason, at, nanoseconds] = line.split(' ');
    return { reason, at: Number(at), milliseconds: Number(nanoseconds) / 1e6 };
  }

  stop() {
    return this.process.stop();
  }
}
