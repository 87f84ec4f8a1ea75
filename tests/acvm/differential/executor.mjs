// The child that executes circuits in proverd, spoken to as the daemon does: the frames of src/engine/executor/message_internal.h.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { PROVERD, ROOT } from '../../e2e/lib/paths.mjs';

const LIMITS = { memoryBytes: 1 << 29, steps: 1 << 30, witnessBytes: 1 << 27, sealed: 0 };
const RETURN_VALUE = 2;
const MESSAGE = { question: 1, answer: 2, progress: 3 };

/** The outcomes by their place in RESULT_TABLE: an answer's first byte is one. */
const OUTCOMES = [...readFileSync(`${ROOT}src/base/result.h`, 'utf8').matchAll(/^ {4}X\(RESULT_\w+, "(\w+)"\)/gm)].map(([, code]) => code);

function sectionsOf(payload, count) {
  const sections = [];
  for (let at = 1; sections.length < count; ) {
    const length = payload.readUInt32LE(at);
    sections.push(payload.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return sections;
}

function withLength(bytes) {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(bytes.length);
  return [header, bytes];
}

const NO_ARTIFACT = [0, 0, 0].map(() => Buffer.alloc(0));

/** What the child decodes: bytecode, ABI and what it takes to find lines of source. Made once a program. */
const artifacts = new WeakMap();
function artifactOf(program) {
  if (!artifacts.has(program)) {
    const { abi, debug_symbols: symbols, file_map: files } = program;
    const texts = [abi, { debug_symbols: symbols, file_map: files }].map((value) => Buffer.from(JSON.stringify(value)));
    artifacts.set(program, [gunzipSync(Buffer.from(program.bytecode, 'base64')), ...texts]);
  }
  return artifacts.get(program);
}

function questionOf(program, inputs) {
  // Over the ABI, too: the same bytecode takes other inputs by another one.
  const hash = createHash('sha256');
  for (const part of artifactOf(program)) hash.update(part);
  const id = hash.digest('hex');
  return [Buffer.from(id), Buffer.from(JSON.stringify({ inputs }))];
}

export class Executor {
  #received = Buffer.alloc(0);
  #wake = () => {};

  constructor() {
    this.child = spawn(PROVERD, ['--run-executor', ...Object.values(LIMITS).map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdout.on('data', (piece) => {
      this.#received = Buffer.concat([this.#received, piece]);
      this.#wake();
    });
    this.ended = new Promise((resolve) => this.child.on('close', (status, signal) => resolve(status ?? signal)));
    this.ended.then((how) => {
      this.how = how;
      this.#wake();
    });
  }

  async #take(length) {
    while (this.#received.length < length) {
      assert.equal(this.how, undefined, `the executor ended: ${this.how}`);
      await new Promise((resolve) => (this.#wake = resolve));
    }
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }

  async #answer() {
    for (;;) {
      const message = await this.#take((await this.#take(4)).readUInt32LE(0));
      if (message[0] === MESSAGE.answer) return message.subarray(1);
      assert.equal(message[0], MESSAGE.progress);
    }
  }

  async #ask(flags, sections) {
    const payload = Buffer.concat([Buffer.from([MESSAGE.question, flags]), ...sections.flatMap(withLength)]);
    this.child.stdin.write(Buffer.concat(withLength(payload)));
    const answer = await this.#answer();
    const [witness, details] = sectionsOf(answer, 2);
    return { code: OUTCOMES[answer[0]], witness, details: details.length > 0 ? JSON.parse(details) : undefined };
  }

  /** The witness, or what failed, and the return value when all went well. */
  async execute(program, inputs) {
    const question = questionOf(program, inputs);
    let answer = await this.#ask(0, [...question, ...NO_ARTIFACT]);
    if (answer.code === 'circuit_unknown') answer = await this.#ask(0, [...question, ...artifactOf(program)]);
    if (answer.code !== 'ok') return answer;
    const { details } = await this.#ask(RETURN_VALUE, [...question, ...NO_ARTIFACT]);
    return { ...answer, returnValue: details.returnValue };
  }

  /** The witness alone, with the program sent along: what a new child has to be asked. */
  async witness(program, inputs) {
    const { code, witness } = await this.#ask(0, [...questionOf(program, inputs), ...artifactOf(program)]);
    assert.equal(code, 'ok');
    return witness;
  }

  async stop() {
    this.child.stdin.end();
    return this.ended;
  }
}
