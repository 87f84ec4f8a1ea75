// `ultrahonk prove` beside `bb prove`: without ZK the same bytes, with ZK proofs that bb verifies, and where there is no
// proof, why.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { executeProgram } from '../../circuit/compile.mjs';
import { compiled, crsCopy, squareCircuit, squareWitness } from '../e2e/lib/circuits.mjs';
import { BB, MAZE, MAZE_WITNESS, ROOT, temporaryFolder } from '../e2e/lib/paths.mjs';
import { decodeWitness, encodeWitness, withValues, word, zip } from '../e2e/lib/witness.mjs';

const ULTRAHONK = process.env.ULTRAHONK ?? join(ROOT, 'build', 'src', 'ultrahonk');
const execute = promisify(execFile);

/** A memory that is written, one that is only read, and a lookup table or a permutation. */
const SOURCES = {
  memory: {
    source: `fn main(t: [Field; 4], i: [u32; 4], v: Field) -> pub Field {
    let mut a = t;
    for k in 0..4 { a[i[k]] = a[i[(k + 1) % 4]] + v; }
    let r = [5, 6, 7, 8, 9];
    a[i[0]] + r[i[1]]
}
`,
    inputs: { t: ['1', '2', '3', '4'], i: [0, 3, 1, 2], v: '77' },
  },
  lookups: {
    source: `use std::hash::poseidon2_permutation;
fn main(a: u32, b: u32) -> pub Field {
    let p = poseidon2_permutation([a as Field, 1, 2, 3]);
    p[0] + ((a ^ b) + (a & 77)) as Field
}
`,
    inputs: { a: 123456, b: 987654 },
  },
};

/** What the program ended with and said. */
async function prove(...args) {
  try {
    return { code: 0, ...(await execute(ULTRAHONK, ['prove', ...args])) };
  } catch (error) {
    if (typeof error.code !== 'number') throw error;
    return { code: error.code, stderr: error.stderr };
  }
}

const read = (folder, file) => readFileSync(join(folder, file));

/** Keys and proofs of bb, and ours, over one CRS; gives the two folders. */
async function both(circuit, witness, target, crs, ...more) {
  const [ours, bbs] = [temporaryFolder('ours'), temporaryFolder('bb')];
  const common = ['-b', circuit, '-t', target, '-c', crs];
  await execute(BB, ['write_vk', ...common, '-o', bbs]);
  await execute(BB, ['prove', ...common, '-w', witness, '-k', join(bbs, 'vk'), '-o', bbs]);
  const { code, stderr } = await prove(...common, '-w', witness, '-o', ours, ...more);
  assert.equal(code, 0, stderr);
  return { ours, bbs };
}

describe('ultrahonk prove', () => {
  const crs = crsCopy();
  const development = temporaryFolder('development');
  before(() => execute(ULTRAHONK, ['development_crs', '-n', '15', '-o', development]));

  for (const target of ['evm-no-zk', 'noir-recursive-no-zk'])
    test(`writes the files of bb, ${target}`, async () => {
      const { ours, bbs } = await both(MAZE, MAZE_WITNESS, target, crs);
      for (const file of ['proof', 'public_inputs']) assert.deepEqual(read(ours, file), read(bbs, file), file);
    });

  for (const [name, { source, inputs }] of Object.entries(SOURCES))
    test(`writes bb's proof of ${name}, whatever the threads`, async () => {
      const circuit = await compiled(name, source);
      const witness = join(temporaryFolder('witness'), 'witness.gz');
      writeFileSync(witness, await executeProgram(JSON.parse(readFileSync(circuit, 'utf8')), inputs));
      const { ours, bbs } = await both(circuit, witness, 'evm-no-zk', development, '--development_crs', '--threads', '1');
      assert.deepEqual(read(ours, 'proof'), read(bbs, 'proof'));
      assert.deepEqual(read(ours, 'public_inputs'), read(bbs, 'public_inputs'));
      for (const threads of ['2', '7']) {
        const args = ['-b', circuit, '-w', witness, '-t', 'evm-no-zk', '-c', development, '--development_crs'];
        assert.equal((await prove(...args, '-o', ours, '-k', join(bbs, 'vk'), '--threads', threads)).code, 0);
        assert.deepEqual(read(ours, 'proof'), read(bbs, 'proof'), `${threads} threads`);
      }
    });

  for (const target of ['evm', 'noir-recursive'])
    test(`makes proofs that bb verifies, each another, ${target}`, async () => {
      const { ours, bbs } = await both(MAZE, MAZE_WITNESS, target, crs);
      const verify = () => execute(BB, ['verify', '-t', target, '-c', crs, '-k', join(bbs, 'vk'), '-p', join(ours, 'proof'), '-i', join(ours, 'public_inputs')]);
      await verify();
      const first = read(ours, 'proof');
      assert.equal((await prove('-b', MAZE, '-w', MAZE_WITNESS, '-t', target, '-c', crs, '-k', join(bbs, 'vk'), '-o', ours)).code, 0);
      await verify();
      assert.notDeepEqual(read(ours, 'proof').subarray(256), first.subarray(256));
    });

  test('names the opcode that a witness does not satisfy, and writes nothing', async () => {
    const folder = join(temporaryFolder('wrong'), 'out');
    const witness = join(temporaryFolder('wrong'), 'witness.gz');
    const { gzipped } = await squareWitness();
    writeFileSync(witness, zip(encodeWitness(withValues(decodeWitness(gunzipSync(gzipped)), { 1: word(5n) }))));
    const { code, stderr } = await prove('-b', await squareCircuit(), '-w', witness, '-c', crs, '-o', folder);
    assert.equal(code, 1);
    assert.match(stderr, /opcode 0: /);
    assert.ok(!existsSync(folder));
  });

  test('writes no proof under the key of another circuit', async () => {
    const folder = join(temporaryFolder('wrong'), 'out');
    const witness = join(temporaryFolder('wrong'), 'witness.gz');
    const key = temporaryFolder('key');
    const other = await compiled('cube', 'fn main(x: Field, y: pub Field) {\n    assert(x * x * x == y);\n}\n');
    writeFileSync(witness, (await squareWitness()).gzipped);
    await execute(ULTRAHONK, ['write_vk', '-b', other, '-t', 'evm', '-c', crs, '-o', key]);
    const { code, stderr } = await prove('-b', await squareCircuit(), '-w', witness, '-t', 'evm', '-c', crs, '-k', join(key, 'vk'), '-o', folder);
    assert.equal(code, 1);
    assert.match(stderr, /does not verify .* the key is another circuit's/);
    assert.ok(!existsSync(folder));
  });

  test('says what is missing', async () => {
    const folder = mkdtempSync(join(temporaryFolder('missing'), 'out-'));
    const all = ['-b', MAZE, '-w', MAZE_WITNESS, '-o', folder];
    for (const [args, said] of [
      [['-b', MAZE], /a circuit by -b, a witness by -w and a folder by -o/],
      [['-b', MAZE, '-w', join(folder, 'none'), '-o', folder, '-c', crs], /No such file/],
      [['-b', MAZE, '-w', MAZE, '-o', folder, '-c', crs], /not a Noir witness|gzip/],
      [[...all, '-c', folder], /give the CRS's folder by -c/],
      [[...all, '-c', development], /add --development_crs if that is meant/],
      [[...all, '-c', crs, '-k', MAZE], /longer than any such file/],
      [[...all, '-c', crs, '--threads', '0'], /a number from 1 to 256/],
      [[...all, '-c', crs, '--threads', '257'], /a number from 1 to 256/],
      [[...all, '-c', crs, '-t', 'starknet'], /no target "starknet"/],
    ]) {
      const { code, stderr } = await prove(...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, said);
    }
  });
});
