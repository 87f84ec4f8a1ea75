// script/decompress-crs.mjs, against the file that bb itself wrote of the same points.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decompress } from './decompress-crs.mjs';

const SCRIPT = fileURLToPath(new URL('decompress-crs.mjs', import.meta.url));
const CRS = process.env.CRS_PATH ?? fileURLToPath(new URL('../.cache/crs', import.meta.url));
const NAMES = ['bn254_g1_compressed.dat', 'bn254_g1.dat'];
const [COMPRESSED, DECOMPRESSED] = NAMES.map((name) => readFileSync(join(CRS, name)));

let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), 'proverd-decompress-'))));
after(() => rmSync(folder, { recursive: true }));

test('gives the points that bb gives', () => {
  const some = 500;
  assert.deepEqual(decompress(COMPRESSED.subarray(0, some * 32)), DECOMPRESSED.subarray(0, some * 64));
});

test('leaves the decompressed file alone, and a second run changes nothing', () => {
  copyFileSync(join(CRS, NAMES[0]), join(folder, NAMES[0]));
  for (let run = 0; run < 2; run++) {
    execFileSync('node', [SCRIPT, folder]);
    assert.deepEqual(readdirSync(folder), [NAMES[1]]);
    assert.deepEqual(readFileSync(join(folder, NAMES[1])).subarray(0, DECOMPRESSED.length), DECOMPRESSED);
  }
});

test('names a point that is on no curve', () => {
  const corrupt = Buffer.from(COMPRESSED.subarray(0, 64 * 32));
  // Half of all x have no y: one of these is among them.
  for (let i = 10; i < 20; i++) corrupt[i * 32 + 31] ^= 1;
  assert.throws(() => decompress(corrupt), /point 1\d of the CRS is corrupt: not on the curve/);
  const modulus = Buffer.from('30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47', 'hex');
  assert.throws(() => decompress(modulus), /point 0 of the CRS is corrupt/);
});
