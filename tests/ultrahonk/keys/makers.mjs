// Two who make keys and proofs of ACIR programs, each a process that is asked many times.

import { join } from 'node:path';
import { Packr, Unpackr } from 'msgpackr';
import { BB, ROOT } from '../../e2e/lib/paths.mjs';
import { framed, Process, settingsOf, TARGETS } from '../differential/judges.mjs';
import { field } from './programs.mjs';

const KEYMAKER = process.env.KEYMAKER ?? join(ROOT, 'build', 'tests', 'unit', 'ultrahonk', 'keymaker');
const POINTS = 8192;
const SHOWN = 200;

/** The first frame of what was written, taken; `head` bytes stand before its length. */
function takeFrame(process, head) {
  const { out } = process;
  if (out.length < head + 4 || out.length < head + 4 + out.readUInt32LE(head)) return undefined;
  const end = head + 4 + out.readUInt32LE(head);
  process.out = out.subarray(end);
  return { head: out.toString('latin1', 0, head), body: out.subarray(head + 4, end) };
}

export class KeyBb {
  #packr = new Packr({ useRecords: false });
  #unpackr = new Unpackr({ useRecords: false });

  constructor(crs) {
    this.crs = crs;
  }

  async #ask(command, fields) {
    this.process ??= new Process(BB, ['msgpack', 'run'], { ...process.env, CRS_PATH: this.crs, HARDWARE_CONCURRENCY: '1' });
    this.process.child.stdin.write(framed(this.#packr.pack([[command, fields]])));
    const frame = await this.process.until(() => takeFrame(this.process, 0));
    if (frame === undefined) {
      this.process = undefined;
      return { refusal: 'bb ended' };
    }
    const [kind, answer] = this.#unpackr.unpack(frame.body);
    return kind === 'ErrorResponse' ? { refusal: String(answer.message).slice(0, SHOWN) } : answer;
  }

  async key(target, bytecode) {
    const answer = await this.#ask('CircuitComputeVk', { circuit: { name: 'c', bytecode }, settings: settingsOf(target) });
    return answer.refusal === undefined ? { key: Buffer.from(answer.bytes) } : answer;
  }

  async prove(target, bytecode, key, witness) {
    const answer = await this.#ask('CircuitProve', { circuit: { name: 'c', bytecode, verification_key: key }, witness, settings: settingsOf(target) });
    return answer.refusal === undefined ? { proof: Buffer.concat(answer.proof) } : answer;
  }

  stop() {
    return this.process?.stop();
  }
}

export class Keymaker {
  constructor(crs) {
    this.process = new Process(KEYMAKER, [crs, String(POINTS)]);
  }

  async #ask(kind, target, pieces) {
    this.process.child.stdin.write(Buffer.concat([Buffer.from([kind.charCodeAt(0), TARGETS.indexOf(target)]), ...pieces.map(framed)]));
    const frame = await this.process.until(() => takeFrame(this.process, 1));
    if (frame === undefined) throw new Error(`the keymaker ended with ${this.process.ended}: ${this.process.log}`);
    return frame.head === 'n' ? { refusal: frame.body.toString() } : { made: frame.body };
  }

  async key(target, bytecode) {
    const { made, refusal } = await this.#ask('k', target, [bytecode, Buffer.alloc(0)]);
    return refusal === undefined ? { key: made } : { refusal };
  }

  async prove(target, bytecode, values) {
    const { made, refusal } = await this.#ask('p', target, [bytecode, Buffer.concat(values.map(field))]);
    return refusal === undefined ? { proof: made } : { refusal };
  }

  stop() {
    return this.process.stop();
  }
}
