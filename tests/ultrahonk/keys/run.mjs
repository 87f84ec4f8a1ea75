// What script/fuzz-keys runs: random programs, whose keys and proofs without ZK bb and libultrahonk make.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../../acvm/differential/random.mjs';
import { CRS, ROOT } from '../../e2e/lib/paths.mjs';
import { KeyBb, Keymaker } from './makers.mjs';
import { changedProgram, KINDS, programBytes, randomProgram, witnessBytes } from './programs.mjs';

const KEPT = join(ROOT, '.cache', 'fuzz-keys', 'found');
const COUNTS = ['keys equal', 'proofs equal', 'both refuse', 'bb alone', 'changed', 'different'];
const TARGETS = ['evm', 'evm-no-zk', 'noir-recursive', 'noir-recursive-no-zk'];
const PROVEN_TARGETS = ['evm-no-zk', 'noir-recursive-no-zk'];
const PROVEN_PERCENT = 15;
const CHANGED_PERCENT = 10;

// bb makes a key of an all-zero run, and stops where a value there is one that the program cannot have.
const ZERO_RUN = /native_index < length|_native.get_msb\(\) <= num_bits/;

class Run {
  #bb = new KeyBb(CRS);
  #ours = new Keymaker(CRS);
  #table = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, Object.fromEntries(COUNTS.map((count) => [count, 0]))]));

  constructor(seed) {
    this.seed = seed;
  }

  async step(number) {
    const random = new Random(this.seed + number);
    const kind = Object.keys(KINDS)[number % Object.keys(KINDS).length];
    const { program, values } = randomProgram(random, kind);
    const isProven = values !== undefined && random.chance(PROVEN_PERCENT);
    const target = random.pick(isProven ? PROVEN_TARGETS : TARGETS);
    const bytes = programBytes(program);
    const note = (outcome, why) => this.#note(number, kind, target, bytes, outcome, why);
    const [bb, ours] = await Promise.all([this.#bb.key(target, bytes), this.#ours.key(target, bytes)]);
    if (bb.refusal !== undefined) return note(ours.refusal !== undefined ? 'both refuse' : ZERO_RUN.test(bb.refusal) ? 'bb alone' : 'different', `bb: ${bb.refusal}`);
    if (ours.refusal !== undefined) return note('different', `ours: ${ours.refusal}`);
    note(bb.key.equals(ours.key) ? 'keys equal' : 'different', 'the keys');
    if (isProven) await this.#prove(target, bytes, bb.key, values, note);
    if (random.chance(CHANGED_PERCENT)) await this.#change(random, program, target, bb.key, note);
  }

  async #prove(target, bytes, key, values, note) {
    const witness = witnessBytes(values);
    const [bb, ours] = await Promise.all([this.#bb.prove(target, bytes, key, witness), this.#ours.prove(target, bytes, values)]);
    const equal = bb.refusal === undefined && ours.refusal === undefined && bb.proof.equals(ours.proof);
    note(equal ? 'proofs equal' : 'different', `the proofs: ${bb.refusal ?? ''} ${ours.refusal ?? ''}`);
  }

  /** A changed program must have another key, or the comparison would show nothing. */
  async #change(random, program, target, key, note) {
    const changed = changedProgram(random, program);
    if (changed === undefined) return;
    const ours = await this.#ours.key(target, programBytes(changed));
    if (ours.key !== undefined) note(ours.key.equals(key) ? 'different' : 'changed', 'a changed program has the same key');
  }

  #note(number, kind, target, bytes, outcome, why) {
    this.#table[kind][outcome]++;
    if (outcome !== 'different') return;
    const folder = join(KEPT, `${this.seed}-${number}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'program.acir'), bytes);
    console.error(`keys: ${kind}, ${target}, program ${number} (${why}): FAILED, see ${folder}`);
  }

  stop() {
    return Promise.all([this.#bb.stop(), this.#ours.stop()]);
  }

  /** Prints the table, and gives how many kinds had a difference and how many had none. */
  report() {
    const width = Math.max(...Object.keys(KINDS).map(({ length }) => length));
    console.log([''.padEnd(width), ...COUNTS].join('  '));
    for (const [kind, counts] of Object.entries(this.#table)) console.log([kind.padEnd(width), ...COUNTS.map((count) => String(counts[count]).padStart(count.length))].join('  '));
    const failed = Object.values(this.#table).filter(({ different }) => different > 0).length;
    return { passed: Object.keys(KINDS).length - failed, failed };
  }
}

async function main({ seconds, count, seed }) {
  const run = new Run(seed);
  const deadline = Date.now() + 1000 * seconds;
  let number = 0;
  for (; number < count && Date.now() < deadline; number++) await run.step(number);
  await run.stop();
  console.log(`seed ${seed}: ${number} programs`);
  const { passed, failed } = run.report();
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && number >= Object.keys(KINDS).length ? 0 : 1;
}

const options = { seconds: { type: 'string' }, count: { type: 'string' }, seed: { type: 'string' } };
const { values } = parseArgs({ options });
const seconds = Number(values.seconds ?? (values.count === undefined ? 60 : Infinity));
process.exitCode = await main({ seconds, count: Number(values.count ?? Infinity), seed: Number(values.seed ?? Math.floor(Math.random() * 2 ** 31)) });
