// The program `ultrahonk` beside the real bb: what bb proves it verifies, for each target, over the real CRS and over a
// development CRS; what is not a proof it refuses with its reason.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { crsCopy } from '../e2e/lib/circuits.mjs';
import { BB, MAZE, MAZE_WITNESS, ROOT, temporaryFolder } from '../e2e/lib/paths.mjs';

const ULTRAHONK = process.env.ULTRAHONK ?? join(ROOT, 'build', 'src', 'ultrahonk');
const TARGETS = ['evm', 'evm-no-zk', 'noir-recursive', 'noir-recursive-no-zk'];
const LOG_ROWS = 13;
const execute = promisify(execFile);

/** Runs the program to its end, whatever its exit code. */
async function ultrahonk(...args) {
  try {
    return { code: 0, ...(await execute(ULTRAHONK, args)) };
  } catch (error) {
    if (typeof error.code !== 'number') throw error;
    return { code: error.code, stdout: error.stdout, stderr: error.stderr };
  }
}

/** bb's key and proof of the maze, in a folder. */
async function prove(target, crs) {
  const folder = temporaryFolder('proof');
  await execute(BB, ['write_vk', '-b', MAZE, '-o', folder, '-t', target, '-c', crs]);
  await execute(BB, ['prove', '-b', MAZE, '-w', MAZE_WITNESS, '-k', join(folder, 'vk'), '-o', folder, '-t', target, '-c', crs]);
  return folder;
}

const files = (folder) => ['-k', join(folder, 'vk'), '-p', join(folder, 'proof'), '-i', join(folder, 'public_inputs')];

/** The same files, one of them changed. */
function changed(folder, name, change) {
  const copy = temporaryFolder('changed');
  for (const file of ['vk', 'proof', 'public_inputs']) copyFileSync(join(folder, file), join(copy, file));
  writeFileSync(join(copy, name), change(readFileSync(join(copy, name))));
  return copy;
}

function flip(at) {
  return (bytes) => {
    bytes[at] ^= 1;
    return bytes;
  };
}

describe('ultrahonk verify', () => {
  const proofs = {};
  before(async () => {
    const crs = crsCopy();
    for (const target of TARGETS) proofs[target] = await prove(target, crs);
  });

  for (const target of TARGETS) {
    test(`${target}__what_bb_has_proven_is_verified`, async () => {
      assert.deepEqual(await ultrahonk('verify', '-t', target, ...files(proofs[target])), { code: 0, stdout: 'verified\n', stderr: '' });
    });

    test(`${target}__a_changed_bit_anywhere_is_refused_as_bb_refuses_it`, async () => {
      const length = readFileSync(join(proofs[target], 'proof')).length;
      for (const at of [31, 8 * 32 + 31, Math.floor(length / 64) * 32 + 31, length - 1]) {
        const folder = changed(proofs[target], 'proof', flip(at));
        const { code, stdout } = await ultrahonk('verify', '-t', target, ...files(folder));
        assert.equal(code, 1, `byte ${at}`);
        assert.match(stdout, /^not verified: .+\n$/);
        await assert.rejects(execute(BB, ['verify', '-t', target, ...files(folder)]));
      }
    });
  }

  test('a_public_input_that_was_not_proven__is_refused', async () => {
    const { code, stdout } = await ultrahonk('verify', '-t', 'evm', ...files(changed(proofs.evm, 'public_inputs', flip(31))));
    assert.deepEqual([code, stdout], [1, 'not verified: a round of the sumcheck does not add up (round 0)\n']);
  });

  test('a_proof_of_another_target_or_length__is_refused_and_said_so', async () => {
    const other = await ultrahonk('verify', '-t', 'evm', ...files(proofs['noir-recursive']));
    assert.deepEqual([other.code, other.stdout], [1, 'not verified: the verification key has another length than the target\'s keys\n']);
    const long = changed(proofs.evm, 'proof', (bytes) => Buffer.concat([bytes, Buffer.alloc(32)]));
    const { code, stdout } = await ultrahonk('verify', '-t', 'evm', ...files(long));
    assert.deepEqual([code, stdout], [1, 'not verified: the proof has another length than the key and the target ask for\n']);
  });

  test('what_cannot_be_told__is_neither_yes_nor_no', async () => {
    const missing = await ultrahonk('verify', '-t', 'evm', ...files(temporaryFolder('empty')));
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /^ultrahonk: .*\/vk: No such file or directory\n$/);
    const rollup = await ultrahonk('verify', '-t', 'noir-rollup', ...files(proofs.evm));
    assert.equal(rollup.code, 2);
    assert.match(rollup.stderr, /no target "noir-rollup".*bb verifies/);
    for (const args of [['verify', '--nonsense'], ['verify', 'extra'], ['refute']]) {
      const { code, stderr } = await ultrahonk(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, /see ultrahonk (verify )?--help/);
    }
  });

  test('help__teaches_and_ends_well', async () => {
    for (const args of [[], ['--help'], ['verify', '--help'], ['development_crs', '--help']]) {
      const { code, stdout } = await ultrahonk(...args);
      assert.equal(code, 0);
      assert.match(stdout, /^usage: ultrahonk /);
      for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
    }
  });
});

describe('ultrahonk development_crs', () => {
  test('is_whole__what_bb_proves_over_it_verifies_over_it_alone', async () => {
    const crs = join(temporaryFolder('crs'), 'development');
    assert.equal((await ultrahonk('development_crs', '-o', crs, '-n', `${LOG_ROWS}`)).code, 0);
    assert.match(readFileSync(join(crs, 'DEVELOPMENT_CRS'), 'utf8'), /UNSAFE/);
    assert.equal(readFileSync(join(crs, 'bn254_g1.dat')).length, (2 ** LOG_ROWS + 1) * 64);
    for (const target of ['evm', 'noir-recursive-no-zk']) {
      const proof = files(await prove(target, crs));
      const refused = await ultrahonk('verify', '-t', target, ...proof, '-c', crs);
      assert.equal(refused.code, 2);
      assert.match(refused.stderr, /development CRS.*add --development_crs/);
      const allowed = await ultrahonk('verify', '-t', target, ...proof, '-c', crs, '--development_crs');
      assert.deepEqual([allowed.code, allowed.stdout], [0, 'verified\n']);
      assert.match(allowed.stderr, /UNSAFE/);
      const real = await ultrahonk('verify', '-t', target, ...proof);
      assert.deepEqual([real.code, real.stdout], [1, 'not verified: the opening of the commitments does not hold\n']);
    }
  });

  test('a_size_or_folder_that_cannot_be__is_refused', async () => {
    const folder = temporaryFolder('crs');
    for (const size of ['0', '26', '-1', 'x']) assert.equal((await ultrahonk('development_crs', '-o', folder, '-n', size)).code, 2, size);
    assert.equal((await ultrahonk('development_crs')).code, 2);
    writeFileSync(join(folder, 'file'), '');
    assert.equal((await ultrahonk('development_crs', '-o', join(folder, 'file', 'x'), '-n', '1')).code, 2);
    assert.ok(!existsSync(join(folder, 'DEVELOPMENT_CRS')));
  });
});

// As somebody else's program would: with what is installed, and nothing else of the project.
describe('the installed library', () => {
  test('docs__the_example_compiles_and_verifies', async () => {
    const place = temporaryFolder('installed');
    await execute('meson', ['install', '-C', join(ROOT, 'build'), '--no-rebuild', '--tags', 'runtime,devel,ultrahonk'], { env: { ...process.env, DESTDIR: place } });
    const [, source] = /```c\n([\s\S]+?)```/.exec(readFileSync(join(ROOT, 'docs', 'library.md'), 'utf8'));
    const work = join(place, 'work');
    mkdirSync(work);
    writeFileSync(join(work, 'check.c'), source);
    const prefix = join(place, 'usr', 'local');
    const { stdout: found } = await execute('find', [place, '-name', 'pkgconfig']);
    const env = { ...process.env, PKG_CONFIG_PATH: found.trim(), PKG_CONFIG_SYSROOT_DIR: place };
    const { stdout: flags } = await execute('pkg-config', ['--cflags', '--libs', 'ultrahonk'], { env });
    await execute('cc', ['-Wall', '-Wextra', '-Werror', '-o', join(work, 'check'), join(work, 'check.c'), ...flags.trim().split(/\s+/)]);
    const library = join(found.trim(), '..');
    const { stdout: exported } = await execute('nm', ['-D', '--defined-only', join(library, 'libultrahonk.so')]);
    const promised = readFileSync(join(ROOT, 'include', 'ultrahonk.h'), 'utf8').match(/\bultrahonk_\w+(?=\()/g);
    assert.deepEqual(exported.trim().split('\n').map((line) => line.split(' ').at(-1)).sort(), promised.sort());
    writeFileSync(join(work, 'header.cc'), '#include <ultrahonk.h>\n');
    await execute('c++', ['-Wall', '-Wextra', '-Wpedantic', '-Werror', '-fsyntax-only', join(work, 'header.cc'), ...flags.trim().split(/\s+/)]);
    assert.ok(library.startsWith(prefix));
    const folder = await prove('evm', crsCopy());
    const run = (...args) => execute(join(work, 'check'), args, { cwd: folder, env: { ...process.env, LD_LIBRARY_PATH: library } });
    assert.equal((await run('evm', 'vk', 'proof', 'public_inputs')).stdout, 'the proof verifies\n');
    await assert.rejects(run('evm', 'vk', 'public_inputs', 'public_inputs'), /the proof has another length/);
  });
});
