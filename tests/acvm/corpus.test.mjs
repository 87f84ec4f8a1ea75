// The corpus of Noir programs and of hand-made bytecode, with what the reference made of each: witness stacks byte for
// byte, return values, and the text, payload and place of errors. It is not part of the repository: where it is absent,
// these tests are skipped and say so.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileProgram } from '../../circuit/compile.mjs';
import { packageFolder } from '../../circuit/packages.mjs';
import { ROOT } from '../e2e/lib/paths.mjs';

const SOURCE = process.env.ACVM_CORPUS ?? join(ROOT, '..', 'shared', 'specs', 'acvm');
const RUNNERS = ['build', 'build-asan'].map((folder) => join(ROOT, folder, 'tests', 'unit', 'acvm', 'corpus_runner'));
const ARCHIVES = ['programs.tar.xz', 'hand.tar.xz'].map((name) => join(SOURCE, name));
const PROGRAM_CASES = 975;
const HAND_CASES = 1497;

const missing = ARCHIVES.find((path) => !existsSync(path));
const skip = missing && `there is no corpus at ${missing}; ACVM_CORPUS names its folder`;

/** Unpacks the archives and compiles every program, once for each corpus and compiler. Gives the folder. */
async function prepared() {
  const compiler = readFileSync(join(packageFolder('@noir-lang/noir_wasm'), 'package.json'));
  const ingredients = [compiler, ...ARCHIVES.map((path) => readFileSync(path))];
  const key = ingredients.reduce((hash, bytes) => hash.update(bytes), createHash('sha256')).digest('hex').slice(0, 16);
  const cache = join(ROOT, '.cache', 'acvm');
  const folder = join(cache, key);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const part = mkdtempSync(join(cache, 'part-'));
  for (const archive of ARCHIVES) execFileSync('tar', ['-xJf', archive, '-C', part]);
  for (const { name } of readdirSync(join(part, 'programs'), { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const program = join(part, 'programs', name);
    writeFileSync(join(program, 'circuit.json'), JSON.stringify(await compileProgram(program)));
  }
  renameSync(part, folder); // whole or not at all
  return folder;
}

for (const runner of RUNNERS) {
  const absent = !existsSync(runner) && `${runner} is not built`;
  test(`corpus__is_executed_as_by_the_reference (${runner.slice(ROOT.length)})`, { skip: skip || absent }, async () => {
    const { status, stdout } = spawnSync(runner, [await prepared()], { encoding: 'utf8', maxBuffer: 1 << 26 });
    const [, passed, failed] = stdout.match(/(\d+) passed, (\d+) failed\n$/) ?? [];
    assert.deepEqual([status, failed], [0, '0'], stdout.slice(-4000));
    assert.equal(Number(passed), PROGRAM_CASES + HAND_CASES, 'cases that were run');
  });
}
