// The command line: what it refuses, and what it prints of results.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));

function run(...args) {
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
}

for (const [args, pattern] of [
  [['nothing'], /no suite 'nothing'; there are proofs, bad-requests, execute, verify, markdown/],
  [['--rounds', '0'], /--rounds takes a whole number from 1 on, not '0'/],
  [['--clients', '1,x'], /--clients takes a whole number from 1 on, not 'x'/],
  [['--bb-msm', 'newer'], /--bb-msm takes one of new,legacy, not 'newer'/],
  [['--circuits', 'maze,moon'], /--circuits takes some of maze,rows14,rows15,rows17,rows18, not 'moon'/],
  [['proofs', '--systems', ''], /--systems takes some of bb,proverd,process,keyed,native,wasm/],
  [['bad-requests', '--rounds', '1'], /'--rounds'/],
  [['--nothing'], /'--nothing'/],
]) {
  test(`wrong_usage__is_told: ${args.join(' ')}`, () => {
    const { status, stderr, stdout } = run(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, pattern);
    assert.match(stderr, /Try: script\/bench --help\n$/);
    assert.equal(stdout, '');
  });
}

test('markdown__says_what_has_not_been_measured', (context) => {
  const output = mkdtempSync(join(tmpdir(), 'bench-test-'));
  context.after(() => rmSync(output, { recursive: true }));
  const { status, stdout, stderr } = run('markdown', '--output', output);
  assert.deepEqual([status, stdout], [0, '']);
  assert.match(stderr, /proofs\.json: script\/bench proofs writes it/);
});
