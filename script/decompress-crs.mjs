// node script/decompress-crs.mjs FOLDER: leaves a CRS folder with its points decompressed, and only so.
//
// bb decompresses as many points as the circuit has that it works on, and writes them beside the others. Where there is no
// such circuit, or the folder will be read-only, it is done here: the file is the one that bb would write. A compressed point
// is x in 32 bytes, big-endian, with the parity of y in the topmost bit. On the curve, y^2 = x^3 + 3.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// The field that BN254 is defined over. It leaves 3 when divided by 4, so a square root is one power.
const MODULUS = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;
const ROOT_EXPONENT = ((MODULUS + 1n) / 4n).toString(16);
const POINT_BYTES = 32;
const PARITY = 1n << 255n;

/** a to ROOT_EXPONENT, four bits at a time. */
function candidateRoot(a) {
  const powers = [1n];
  for (let i = 1; i < 16; i++) powers.push((powers[i - 1] * a) % MODULUS);
  let root = 1n;
  for (const digit of ROOT_EXPONENT) {
    for (let i = 0; i < 4; i++) root = (root * root) % MODULUS;
    root = (root * powers[parseInt(digit, 16)]) % MODULUS;
  }
  return root;
}

function toBytes(number) {
  return Buffer.from(number.toString(16).padStart(2 * POINT_BYTES, '0'), 'hex');
}

/** x and y of one point; throws when no point has that x. */
function decompressPoint(bytes) {
  const word = BigInt(`0x${bytes.toString('hex')}`);
  const x = word & (PARITY - 1n);
  const square = (x * x * x + 3n) % MODULUS;
  const root = candidateRoot(square);
  if (x >= MODULUS || (root * root) % MODULUS !== square) throw new Error('not on the curve');
  const isOdd = (root & 1n) === 1n;
  const wantsOdd = word >= PARITY;
  return Buffer.concat([toBytes(x), toBytes(isOdd === wantsOdd ? root : MODULUS - root)]);
}

/** The points of a whole file; throws when one of them is none. */
export function decompress(compressed) {
  const count = Math.floor(compressed.length / POINT_BYTES);
  const points = [];
  for (let i = 0; i < count; i++) {
    try {
      points.push(decompressPoint(compressed.subarray(i * POINT_BYTES, (i + 1) * POINT_BYTES)));
    } catch (error) {
      throw new Error(`point ${i} of the CRS is corrupt: ${error.message}`);
    }
  }
  return Buffer.concat(points);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder] = process.argv.slice(2);
  const [from, to] = ['bn254_g1_compressed.dat', 'bn254_g1.dat'].map((name) => join(folder, name));
  if (!existsSync(to)) writeFileSync(to, decompress(readFileSync(from)));
  rmSync(from, { force: true });
}
