// Looking for a secret: in files, in a process's memory, in text.

import { closeSync, lstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { filesBelow } from './processes.mjs';
import { MODULUS } from './witness.mjs';

const BLOCK_BYTES = 1 << 22;
const NEEDLE_BYTES = 12; // nothing else holds 96 bits of it by chance, and an edge overwritten does not hide it

function reversed(bytes) {
  return Buffer.from(bytes).reverse();
}

/**
 * The forms in which a field element could lie about: as it is sent, as limbs of either byte order, in Montgomery
 * form; and pieces of the gzip stream it was sent in. `secret` is 31 random bytes.
 */
export function needlesOf({ secret, gzipped }) {
  const value = BigInt(`0x${secret.toString('hex')}`);
  const montgomery = Buffer.from(((value << 256n) % MODULUS).toString(16).padStart(64, '0'), 'hex');
  const middle = (bytes, at = 8) => bytes.subarray(at, at + NEEDLE_BYTES);
  return {
    'as sent': middle(secret),
    'its end as sent': secret.subarray(-NEEDLE_BYTES),
    'in little-endian limbs': middle(reversed(secret)),
    'in big-endian words, the lowest first': Buffer.concat([secret.subarray(23, 31), secret.subarray(15, 23)]).subarray(0, NEEDLE_BYTES),
    'in Montgomery form': middle(reversed(montgomery)),
    'in Montgomery form, big-endian': middle(montgomery),
    'in hex': Buffer.from(middle(secret).toString('hex')),
    'in upper-case hex': Buffer.from(middle(secret).toString('hex').toUpperCase()),
    'in decimal': Buffer.from(value.toString().slice(4, 30)),
    ...(gzipped && { 'as gzipped': gzipped.subarray(24, 24 + NEEDLE_BYTES) }),
  };
}

/** Names of the needles that are in `hay`. */
export function found(hay, needles) {
  return Object.keys(needles).filter((name) => hay.includes(needles[name]));
}

/** Searches all writable memory of a process. Needs to be root. Gives `needle @ mapping` for each found. */
export function foundInMemory(pid, needles) {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8').trim().split('\n');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const findings = [];
  const block = Buffer.alloc(BLOCK_BYTES + 64); // blocks overlap by more than a needle
  try {
    for (const line of maps) {
      const [range, permissions] = line.split(' ');
      if (!permissions.startsWith('rw')) continue;
      const [from, to] = range.split('-').map((address) => BigInt(`0x${address}`));
      for (let at = from; at < to; at += BigInt(BLOCK_BYTES)) {
        const length = Number(to - at > BigInt(block.length) ? BigInt(block.length) : to - at);
        let got = 0;
        try {
          got = readSync(memory, block, 0, length, at);
        } catch (error) {
          if (!['EIO', 'EFAULT'].includes(error.code)) throw error; // a guard page, or the kernel's own
        }
        for (const name of found(block.subarray(0, got), needles)) findings.push(`${name} @ ${line}`);
      }
    }
  } finally {
    closeSync(memory);
  }
  return [...new Set(findings)];
}

/** Searches the files of folders that have changed since `since` (milliseconds), unzipped where they are gzip. */
export function foundInFiles(folders, needles, since) {
  const findings = [];
  for (const path of new Set(folders.flatMap((folder) => filesBelow(folder)))) {
    let content;
    try {
      const status = lstatSync(path);
      if (!status.isFile() || status.mtimeMs < since || status.size > 1 << 28) continue;
      content = readFileSync(path);
    } catch (error) {
      if (['ENOENT', 'EACCES'].includes(error.code)) continue; // gone meanwhile, or another's
      throw error;
    }
    let unzipped = content;
    try {
      unzipped = gunzipSync(content);
    } catch {
      // no gzip
    }
    const names = new Set([...found(content, needles), ...found(unzipped, needles)]);
    if (names.size > 0) findings.push(path);
  }
  return findings;
}
