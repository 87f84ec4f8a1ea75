// script/bench still measures: each suite, as short as it can be. Nothing here depends on how fast anything was.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { ROOT, temporaryFolder } from './lib/paths.mjs';

const execute = promisify(execFile);
const output = temporaryFolder('bench');

function bench(...args) {
  return execute(process.execPath, [join(ROOT, 'bench', 'main.mjs'), ...args, '--output', output]);
}

const read = (name) => JSON.parse(readFileSync(join(output, name), 'utf8'));

test('proofs__are_made_by_every_system', async () => {
  const { stdout } = await bench('proofs', '--circuits', 'maze', '--clients', '1,2', '--rounds', '2', '--seconds', '1');
  const { cells, aims } = read('proofs.json');
  assert.deepEqual(cells.map(({ system, clients }) => `${system} ${clients}`),
    ['bb 1', 'proverd 1', 'process 1', 'native 1', 'wasm 1', 'proverd 2', 'process 2', 'native 2', 'wasm 2']);
  for (const { system, clients, median, rounds } of cells) {
    assert.equal(rounds.length, 2);
    assert.ok(median.proofs >= 2 && median.errors === 0 && median.proofsPerSecond > 0, `${system} ${clients}: ${JSON.stringify(median)}`);
    assert.ok(median.cpuSecondsPerProof > 0.01 && median.peakMemoryBytes > 1 << 20, `${system} ${clients}: ${JSON.stringify(median)}`);
  }
  assert.ok(aims.some(({ name, value }) => name.includes('over bb prove alone') && value > 0));
  assert.match(stdout, /the maze: 8,084 gates, 2\^13 rows\n/);
  assert.match(readFileSync(join(output, 'proofs.svg'), 'utf8'), /^<svg /);
});

test('bad_requests__are_all_answered_as_they_should_be', async () => {
  const { stdout } = await bench('bad-requests', '--requests', '2000', '--clients', '8');
  const { counts, memory } = read('bad-requests.json');
  assert.equal(Object.values(counts).reduce((sum, count) => sum + count, 0), 2000);
  assert.ok(memory.last > 1 << 20 && memory.most < 64 << 20, JSON.stringify(memory));
  assert.match(stdout, /growth of the daemon's own memory/);
});

test('markdown__has_both', async () => {
  const { stdout } = await bench('markdown');
  assert.match(stdout, /\| bb prove alone \|/);
  assert.match(stdout, /2000 requests by 8 clients/);
});
