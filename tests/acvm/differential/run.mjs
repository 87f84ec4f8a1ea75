// What script/fuzz-execute runs: random programs with random inputs, executed by noir_js and by the executor of proverd.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { compileProgram } from '../../../circuit/compile.mjs';
import { ROOT } from '../../e2e/lib/paths.mjs';
import { Executor } from './executor.mjs';
import { generateInputs, generateProgram } from './generate.mjs';
import { execute } from './reference.mjs';

const BATCH = 25; // programs a process: the compiler's memory only grows
const CASES = 24; // inputs a program
const KEPT = join(ROOT, '.cache', 'fuzz-execute');

const COUNTED = ['programs', 'uncompiled', 'solved', 'refused', 'failed', 'crashes', 'differences'];
const nothing = () => Object.fromEntries(COUNTED.map((name) => [name, 0]));

/** Compiles a source. Undefined for one that the compiler refuses, as when it sees that an assertion cannot hold. */
async function compile(source) {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-execute-'));
  const { error, log } = console;
  console.error = console.log = () => {};
  try {
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'Nargo.toml'), '[package]\nname = "random"\ntype = "bin"\n\n[dependencies]\n');
    writeFileSync(join(folder, 'src', 'main.nr'), source);
    return await compileProgram(folder);
  } catch {
    return undefined;
  } finally {
    Object.assign(console, { error, log });
    rmSync(folder, { recursive: true });
  }
}

/** What the executor should have answered and did not; undefined when it did. */
function difference(expected, found) {
  if (expected.ok) {
    if (found.code !== 'ok') return 'fails where noir_js does not';
    if (!expected.witness.equals(found.witness)) return 'another witness';
    return isDeepStrictEqual(expected.returnValue ?? null, found.returnValue) ? undefined : 'another return value';
  }
  if (expected.inputs) return ['inputs_invalid', 'body_malformed'].includes(found.code) ? undefined : 'takes inputs that noir_js refuses';
  if (!['assertion_failed', 'execution_failed'].includes(found.code)) return 'does not fail as noir_js does';
  const { message, payload, callStack } = found.details.assertion;
  // noir_js adds inner details to some messages.
  if (expected.message !== message && !(message && expected.message.startsWith(message))) return 'another message';
  if (!isDeepStrictEqual(payload, expected.payload)) return 'another payload';
  const own = callStack.filter(({ file }) => file.startsWith('src/'));
  return isDeepStrictEqual(own, expected.places) ? undefined : 'another place';
}

function keep(seed, files) {
  const folder = join(KEPT, String(seed));
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const json = (value) => JSON.stringify(value, (_, item) => (item?.type === 'Buffer' ? Buffer.from(item.data).toString('hex') : item), 1);

async function compareCase(program, source, inputs, seed, executor, counts) {
  const expected = await execute(program, inputs);
  const found = await executor.execute(program, inputs);
  counts[expected.ok ? 'solved' : expected.inputs ? 'refused' : 'failed']++;
  const what = difference(expected, found);
  if (what === undefined) return;
  counts.differences++;
  const folder = keep(seed, { 'main.nr': source, 'inputs.json': json(inputs), 'noir_js.json': json(expected), 'executor.json': json(found) });
  console.error(`execute: seed ${seed}, ${what}: FAILED, see ${folder}`);
}

/** The programs of the seeds from `first` on, in this process. Ends early when noir_js crashes, which breaks it for good. */
async function runBatch(first, deadline) {
  const counts = nothing();
  const executor = new Executor();
  for (let seed = first; seed < first + BATCH && Date.now() < deadline; seed++) {
    const { source, parameters } = generateProgram(seed);
    const program = await compile(source);
    counts[program === undefined ? 'uncompiled' : 'programs']++;
    for (let place = 0; program !== undefined && place < CASES; place++) {
      const inputs = generateInputs(parameters, seed * CASES + place);
      try {
        await compareCase(program, source, inputs, seed, executor, counts);
      } catch (error) {
        if (!(error instanceof WebAssembly.RuntimeError)) throw error;
        counts.crashes++;
        await executor.stop();
        return counts;
      }
    }
  }
  await executor.stop();
  return counts;
}

/** Batches one after the other, each in a process of its own. */
function runAll(first, deadline) {
  const total = nothing();
  for (let seed = first; Date.now() < deadline; seed += BATCH) {
    const args = [fileURLToPath(import.meta.url), '--batch', '--seed', String(seed), '--until', String(deadline)];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    if (status !== 0) throw new Error(`the batch from seed ${seed} on ended with ${status}`);
    const counts = JSON.parse(stdout.trim().split('\n').at(-1));
    for (const name of COUNTED) total[name] += counts[name];
    if (process.stderr.isTTY) process.stderr.write(`\r${total.programs} programs, ${total.differences} differences `);
  }
  return total;
}

function report(total, first) {
  const { programs, uncompiled, solved, failed, refused, crashes, differences } = total;
  console.log(`seeds from ${first}: ${programs} programs (${uncompiled} more do not compile)`);
  console.log(`${solved} executions solved, ${failed} failed, ${refused} of inputs refused, ${crashes} crashes of noir_js`);
  console.log(`${differences === 0 && programs > 0 ? 1 : 0} passed, ${differences} failed`);
  return differences === 0 && programs > 0 ? 0 : 1;
}

const options = { seconds: { type: 'string', default: '60' }, seed: { type: 'string' }, batch: { type: 'boolean' }, until: { type: 'string' } };
const { values } = parseArgs({ options });
const first = Number(values.seed ?? Math.floor(Math.random() * 2 ** 24) * BATCH);
if (values.batch) console.log(JSON.stringify(await runBatch(first, Number(values.until))));
else process.exitCode = report(runAll(first, Date.now() + 1000 * Number(values.seconds)), first);
