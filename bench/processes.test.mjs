// What processes take: of real ones.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { memoryOf, treeOf, Watch } from './processes.mjs';

const BYTES = 64 << 20;

/** A shell that waits for a Node that takes memory and CPU time, says so, and ends when its input does. */
async function start(context) {
  const program = `const all = Buffer.alloc(${BYTES}, 1); const end = Date.now() + 300; while (Date.now() < end); process.stdout.write('ready'); process.stdin.resume().on('end', () => process.exit(all[0] - 1))`;
  const shell = spawn('sh', ['-c', '"$0" -e "$1"; exit 0', process.execPath, program], { stdio: ['pipe', 'pipe', 'inherit'] });
  context.after(() => shell.kill('SIGKILL'));
  const exited = once(shell, 'exit');
  return { shell, ready: once(shell.stdout, 'data'), end: () => (shell.stdin.end(), exited) };
}

test('watch__sees_all_below_the_root', async (context) => {
  const { shell, ready, end } = await start(context);
  const watch = new Watch(() => [shell.pid]).start();
  await ready;
  assert.equal(treeOf([shell.pid]).length, 2);
  assert.ok(watch.memoryBytes() > BYTES);
  const { peakMemoryBytes, cpuSeconds } = watch.stop();
  assert.ok(peakMemoryBytes > BYTES && peakMemoryBytes < 8 * BYTES, `${peakMemoryBytes} bytes`);
  assert.ok(cpuSeconds > 0.05 && cpuSeconds < 60, `${cpuSeconds} s`);
  await end();
  assert.equal(memoryOf(shell.pid), 0);
});

test('watch__counts_what_a_parent_waited_for', async (context) => {
  const watch = new Watch(() => [], { parent: process.pid }).start();
  const { ready, end } = await start(context);
  await ready;
  await end();
  assert.ok(watch.stop().cpuSeconds > 0.05);
});
