// What script/fuzz-verify runs: the same mutated keys, proofs and public inputs for bb and for libultrahonk.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../../acvm/differential/random.mjs';
import { ROOT } from '../../e2e/lib/paths.mjs';
import { compare } from './compare.mjs';
import { Bb, Ultrahonk } from './judges.mjs';
import { mutate } from './mutate.mjs';
import { prepareSubjects } from './subjects.mjs';

const KEPT = join(ROOT, '.cache', 'fuzz-verify', 'found');
const OUTCOMES = ['accepted', 'refused', 'hole', 'stricter', 'different'];

class Run {
  #ours = new Map();
  #bb = new Bb();
  #table = new Map();
  reasons = new Map();
  kinds = new Map();

  constructor(subjects, seed) {
    this.subjects = subjects;
    this.seed = seed;
  }

  /** Ours over the CRS of the subject. */
  #judge(crs) {
    if (!this.#ours.has(crs)) this.#ours.set(crs, new Ultrahonk(crs));
    return this.#ours.get(crs);
  }

  #row({ name, target }) {
    const row = `${name}, ${target}`;
    if (!this.#table.has(row)) this.#table.set(row, Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])));
    return this.#table.get(row);
  }

  /** The mutation of that number; number 0 of each subject is none. */
  async step(number) {
    const random = new Random(this.seed + number);
    const subject = this.subjects[number % this.subjects.length];
    const unchanged = number < this.subjects.length;
    const { what, question } = unchanged ? { what: 'unchanged', question: subject } : mutate(subject, this.subjects, random);
    const [bb, ours] = await Promise.all([this.#bb.judge(question), this.#judge(question.crs).judge(question)]);
    const outcome = compare(question, bb, ours);
    this.#row(subject)[outcome]++;
    this.reasons.set(ours.reason, (this.reasons.get(ours.reason) ?? 0) + 1);
    this.kinds.set(what, (this.kinds.get(what) ?? 0) + 1);
    if (outcome === 'different') this.#keep(number, subject, question, `${what}: bb ${bb}, ours ${ours.reason}`);
  }

  #keep(number, { name, target }, { key, proof, publicInputs }, what) {
    const folder = join(KEPT, `${this.seed}-${number}`);
    mkdirSync(folder, { recursive: true });
    for (const [file, bytes] of Object.entries({ vk: key, proof, public_inputs: publicInputs })) writeFileSync(join(folder, file), bytes);
    console.error(`verify: ${name}, ${target}, mutation ${number} (${what}): FAILED, see ${folder}`);
  }

  async stop() {
    await Promise.all([this.#bb, ...this.#ours.values()].map((judge) => judge.stop()));
  }

  /** Prints the table, and gives the numbers of its rows with and without a difference. */
  report() {
    const width = Math.max(...[...this.#table.keys()].map(({ length }) => length));
    console.log([''.padEnd(width), ...OUTCOMES].join('  '));
    for (const [row, counts] of this.#table) console.log([row.padEnd(width), ...OUTCOMES.map((outcome) => String(counts[outcome]).padStart(outcome.length))].join('  '));
    const list = (map) => [...map].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`).join(', ');
    console.log(`reasons: ${list(this.reasons)}`);
    console.log(`${this.kinds.size} kinds of mutation; bb ended ${this.#bb.crashes} times`);
    const failed = [...this.#table.values()].filter(({ different }) => different > 0).length;
    return { passed: this.#table.size - failed, failed };
  }
}

async function main({ seconds, count, seed }) {
  const subjects = await prepareSubjects();
  const run = new Run(subjects, seed);
  const deadline = Date.now() + 1000 * seconds;
  let number = 0;
  for (; number < count && Date.now() < deadline; number++) await run.step(number);
  await run.stop();
  console.log(`seed ${seed}: ${number} questions about ${subjects.length} proofs`);
  const { passed, failed } = run.report();
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && number >= subjects.length ? 0 : 1;
}

const options = { seconds: { type: 'string' }, count: { type: 'string' }, seed: { type: 'string' } };
const { values } = parseArgs({ options });
const seconds = Number(values.seconds ?? (values.count === undefined ? 60 : Infinity));
process.exitCode = await main({ seconds, count: Number(values.count ?? Infinity), seed: Number(values.seed ?? Math.floor(Math.random() * 2 ** 31)) });
