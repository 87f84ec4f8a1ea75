// `ultrahonk write_vk` beside `bb write_vk`: the same files, for each target, and where there is no key, why.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { crsCopy } from '../e2e/lib/circuits.mjs';
import { BB, MAZE, ROOT, temporaryFolder } from '../e2e/lib/paths.mjs';

const ULTRAHONK = process.env.ULTRAHONK ?? join(ROOT, 'build', 'src', 'ultrahonk');
const execute = promisify(execFile);

/** What the program ended with and said. */
async function writeKey(...args) {
  try {
    return { code: 0, ...(await execute(ULTRAHONK, ['write_vk', ...args])) };
  } catch (error) {
    if (typeof error.code !== 'number') throw error;
    return { code: error.code, stderr: error.stderr };
  }
}

describe('ultrahonk write_vk', () => {
  const crs = crsCopy();

  for (const target of ['evm', 'evm-no-zk', 'noir-recursive', 'noir-recursive-no-zk'])
    test(`writes the files of bb, ${target}`, async () => {
      const [ours, bbs] = [temporaryFolder('ours'), temporaryFolder('bb')];
      assert.equal((await writeKey('-b', MAZE, '-o', ours, '-t', target, '-c', crs)).code, 0);
      await execute(BB, ['write_vk', '-b', MAZE, '-o', bbs, '-t', target, '-c', crs]);
      for (const file of ['vk', 'vk_hash']) assert.deepEqual(readFileSync(join(ours, file)), readFileSync(join(bbs, file)), file);
    });

  test('says what is missing', async () => {
    const folder = temporaryFolder('missing');
    const nothing = join(folder, 'nothing.json');
    writeFileSync(nothing, '{}');
    for (const [args, said] of [
      [[], /a circuit by -b and a folder by -o/],
      [['-b', join(folder, 'none'), '-o', folder], /No such file/],
      [['-b', nothing, '-o', folder, '-c', crs], /it has no bytecode/],
      [['-b', MAZE, '-o', folder, '-c', folder], /give the CRS's folder by -c/],
      [['-b', MAZE, '-o', folder, '-t', 'starknet'], /no target "starknet"/],
    ]) {
      const { code, stderr } = await writeKey(...args);
      assert.equal(code, 2);
      assert.match(stderr, said);
    }
  });
});

describe('ultrahonk gates', () => {
  const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);

  test('counts each row once, by kind of gate and by opcode, and knows lines of source', async () => {
    const { stdout } = await execute(ULTRAHONK, ['gates', '-b', MAZE, '--json']);
    const { rows, logRows, kinds, opcodes, sharedRows, lines } = JSON.parse(stdout);
    const FIRST_ROW = 5;
    assert.equal(logRows, 13);
    assert.equal(sum(Object.values(kinds)) + FIRST_ROW, rows);
    assert.equal(sum(opcodes.map((share) => share.rows)) + sharedRows + FIRST_ROW, rows);
    assert.ok(opcodes.some(({ opcode, rows: made }) => opcode === 'MemoryInit' && made > 0));
    assert.ok(sum(lines.map((share) => share.rows)) <= sum(opcodes.map((share) => share.rows)));
    assert.ok(lines[0].rows > rows / 2 && lines[0].file === 'src/main.nr' && lines[0].line > 1);
  });

  test('says it to people, largest first', async () => {
    const { stdout } = await execute(ULTRAHONK, ['gates', '-b', MAZE]);
    assert.match(stdout, /^\d+ rows used of 2\^13\n/);
    assert.match(stdout, /rows by opcode\n +\d+ {2}MemoryInit, 1 of them\n/);
    assert.match(stdout, /rows by line of source\n +\d+ {2}src\/main\.nr:\d+\n/);
  });
});
