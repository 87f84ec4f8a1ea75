// script/test forgets no failure: with stand-ins for what it runs, each going wrong in its own way.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Fixture } from './fixture.mjs';

let fixture;

const GOOD = { name: 'wire', result: 'OK', stdout: '1..2\nok 1 - test_a\nok 2 - test_b\n# ok - wire\n' };

// `meson test -C FOLDER …` that reports these programs and ends with a status.
function meson(programs, status = 0) {
  const log = programs.map((program) => JSON.stringify(program)).join('\n');
  fixture.program('bin/meson', `mkdir -p "$3/meson-logs"\ncat >"$3/meson-logs/testlog.json" <<'END'\n${log}\nEND\nexit ${status}`);
}

// npm, whose `test` is vitest: it reports these tests, by status, and ends with a status.
function npm(tests, status = 0) {
  const assertionResults = Object.entries(tests).map(([fullName, status]) => ({ fullName, status }));
  const file = { name: 'a.test.ts', status: status === 0 ? 'passed' : 'failed', assertionResults };
  const report = JSON.stringify({ testResults: [file] });
  fixture.program('bin/npm', `case "$*" in *--outputFile*) ;; *) exit 0 ;; esac\nfor last; do :; done\ncat >"\${last#*=}" <<'END'\n${report}\nEND\nexit ${status}`);
}

beforeEach(() => {
  fixture = new Fixture('test');
  fixture.program('script/bootstrap', 'echo ready');
  fixture.program('script/build', 'echo built');
  fixture.program('script/lint', 'echo "lint: format: passed"; echo "lint: tidy: passed"; echo "2 passed, 0 failed"');
  fixture.program('script/fuzz', 'echo "fuzz: witness: passed, 9 inputs in 30 s"; echo "1 passed, 0 failed"');
  fixture.program('script/fuzz-execute', 'echo "25 programs"; echo "1 passed, 0 failed"');
  fixture.program('script/aarch64', 'echo "1 passed, 0 failed"');
  fixture.program('script/fuzz-keys', 'echo "seed 7: 99 programs"; echo "1 passed, 0 failed"');
  fixture.program('script/fuzz-verify', 'echo "seed 7: 99 questions"; echo "1 passed, 0 failed"');
  fixture.write('circuit/good.test.mjs', "import test from 'node:test';\ntest('one', () => {});\ntest('two', () => {});\n");
  for (const name of ['http', 'stop']) fixture.write(`tests/e2e/${name}.test.mjs`, "import test from 'node:test';\ntest('three', () => {});\n");
  fixture.write('deploy/good.test.mjs', "import test from 'node:test';\ntest('seven', () => {});\n");
  fixture.write('client/tests/good.test.mjs', "import test from 'node:test';\ntest('four', () => {});\n");
  npm({ five: 'passed', six: 'passed' });
  meson([GOOD]);
});

afterEach(() => fixture.remove());

async function assertSum(expected, failures = [], steps = []) {
  const { status, stdout } = await fixture.run('test', steps);
  assert.equal(stdout.trimEnd().split('\n').at(-1), expected, stdout);
  assert.equal(status, expected.endsWith(' 0 failed') ? 0 : 1);
  for (const line of failures) assert.ok(stdout.includes(`  ${line}\n`), stdout);
}

test('adds up all that passed', () => assertSum('23 passed, 0 failed'));

test('counts a failed unit test and goes on', () => {
  const bad = { name: 'pool', result: 'FAIL', stdout: '1..2\nok 1 - test_a\nnot ok 2 - test_b\n# 1 != 2\n# not ok - pool\n' };
  meson([GOOD, bad], 1);
  return assertSum('26 passed, 3 failed', ['unit: pool: test_b', 'unit-asan: pool: test_b', 'unit-tsan: pool: test_b']);
});

test('counts each test that a dying program never reported', () => {
  meson([{ name: 'pool', result: 'FAIL', stdout: '1..3\nok 1 - test_a\n' }], 1);
  return assertSum('1 passed, 2 failed', ['unit: pool: not reported: the program ended before it'], ['unit']);
});

test('counts a program that reports success and ends badly', () => {
  meson([{ ...GOOD, result: 'FAIL' }], 1);
  return assertSum('2 passed, 1 failed', ['unit: wire: ended with FAIL'], ['unit']);
});

test('counts a program that ends well before its tests are done', () => {
  meson([{ name: 'wire', result: 'OK', stdout: '1..2\nok 1 - test_a\n' }]);
  return assertSum('1 passed, 1 failed', [], ['unit']);
});

test('counts a program that timed out before it said anything', () => {
  meson([GOOD, { name: 'slow', result: 'TIMEOUT', stdout: '' }], 1);
  return assertSum('2 passed, 1 failed', ['unit: slow: ended with TIMEOUT'], ['unit']);
});

test('does not count a skipped test as passed, and says so', async () => {
  meson([{ name: 'wire', result: 'OK', stdout: '1..2\nok 1 - test_a\nnot ok 2 # SKIP test_b\n' }]);
  await assertSum('1 passed, 0 failed', [], ['unit']);
  assert.match((await fixture.run('test', ['unit'])).stdout, /^skipped: 1$/m);
});

test('fails when there are no unit tests, or meson dies', async () => {
  fixture.program('bin/meson', 'exit 0');
  await assertSum('0 passed, 1 failed', ['unit: ran no tests'], ['unit']);
  fixture.program('bin/meson', 'kill -9 $$');
  await assertSum('0 passed, 1 failed', [], ['unit']);
});

test('fails when meson fails and every test passed', () => {
  meson([GOOD], 3);
  return assertSum('2 passed, 1 failed', ['unit: ended with status 3'], ['unit']);
});

test('does not take the report of an earlier run for that of this one', async () => {
  await assertSum('2 passed, 0 failed', [], ['unit']);
  fixture.program('bin/meson', 'exit 1');
  await assertSum('0 passed, 1 failed', ['unit: ended with status 1'], ['unit']);
});

test('does not test what could not be built', () => {
  fixture.program('script/build', 'if [ "${1-}" = --asan ]; then echo built; else echo "no such type"; exit 1; fi');
  return assertSum('9 passed, 12 failed', [
    'build: ended with status 1', ...['unit', 'e2e', 'client', 'worker', 'image', 'execute', 'verify', 'keys'].map((step) => `${step}: not run, because build failed`)]);
});

test('names the checks of lint that failed', () => {
  fixture.program('script/lint', 'echo "lint: format: passed"; echo "lint: tidy: FAILED"; echo "1 passed, 1 failed"; exit 1');
  return assertSum('1 passed, 1 failed', ['lint: tidy'], ['lint']);
});

test('counts a lint that dies without a sum', () => {
  fixture.program('script/lint', 'echo "lint: format: passed"; exit 2');
  return assertSum('0 passed, 1 failed', ['lint: ended with status 2'], ['lint']);
});

test('counts failed Node tests, and files that do not even load', async () => {
  fixture.write('tests/e2e/bad.test.mjs', "import test from 'node:test';\ntest('four', () => { throw new Error('no'); });\n");
  await assertSum('2 passed, 1 failed', ['e2e: four'], ['e2e']);
  fixture.write('tests/e2e/bad.test.mjs', 'this is no program');
  await assertSum('2 passed, 1 failed', [], ['e2e']);
});

test('fails when there are no Node tests', () => {
  fixture.remove();
  fixture = new Fixture('test');
  fixture.write('circuit/none.mjs', '');
  return assertSum('0 passed, 1 failed', ['node: ran no tests'], ['node']);
});

test('counts a runner of Node tests that dies', () => {
  fixture.program('bin/node', 'kill -9 $$');
  return assertSum('0 passed, 1 failed', [], ['node']);
});

test('counts the tests of vitest, and a vitest that ends badly', async () => {
  npm({ five: 'passed', six: 'failed', seven: 'skipped' }, 1);
  await assertSum('1 passed, 1 failed', ['worker: six'], ['worker']);
  npm({ five: 'passed' }, 1);
  await assertSum('1 passed, 1 failed', ['worker: ended with status 1'], ['worker']);
  npm({}, 1);
  await assertSum('0 passed, 1 failed', ['worker: a.test.ts: did not load'], ['worker']);
  npm({});
  await assertSum('0 passed, 1 failed', ['worker: ran no tests'], ['worker']);
});

// A step that is told to say where it is, and stays there.
async function stopsIn(step, program, text) {
  fixture.program(program, text);
  const running = fixture.run('test', [step]);
  const pidFile = join(fixture.root, 'pid');
  const later = () => new Promise((resolve) => setTimeout(resolve, 20));
  while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await later();
  running.process.kill('SIGTERM');
  const { status, stdout } = await running;
  assert.equal(status, 1);
  assert.match(stdout, /  script\/test: interrupted\n0 passed, 1 failed\n$/);
  while (existsSync(`/proc/${readFileSync(pidFile, 'utf8').trim()}`)) await later();
}

test('counts a failure when it is stopped, and stops what computes', () => stopsIn('unit', 'bin/meson', 'echo $$ >pid; exec sleep 50'));

test('counts a failure when it is stopped, and stops what waits', () => stopsIn('worker', 'bin/npm', 'echo $$ >pid; exec sleep 50'));

// Each goes on when it has seen the other.
test('runs what waits beside what computes', () => {
  const meet = (mine, other) => `touch ${mine}\nwhile [ ! -e ${other} ]; do sleep 0.02; done\n`;
  fixture.program('bin/npm', `case "$*" in *"run build"*) ${meet('waits', 'computes')} ;; esac\nexit 1`);
  fixture.program('script/lint', `${meet('computes', 'waits')}echo "1 passed, 0 failed"`);
  return assertSum('1 passed, 1 failed', ['worker: ended with status 1'], ['lint', 'worker']);
});
