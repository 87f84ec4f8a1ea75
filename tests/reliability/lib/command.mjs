// What the commands share: their numbers, a line that counts in a terminal, a table at the end.

import { parseArgs } from 'node:util';
import { newSeed } from './random.mjs';

/** The options `--NAME N`, each a number, and the words behind them; `defaults` names them. A seed is made up. */
export function readOptions(defaults, { words = false } = {}) {
  const names = { seed: newSeed(), ...defaults };
  const options = Object.fromEntries(Object.keys(names).map((name) => [name, { type: 'string' }]));
  const { values, positionals } = parseArgs({ options, allowPositionals: words });
  for (const [name, value] of Object.entries(values)) {
    if (!/^\d+$/.test(value)) throw new Error(`--${name} takes a number, not ${value}`);
    names[name] = Number(value);
  }
  return { ...names, words: positionals };
}

/** Counts in place on a terminal; else says nothing until the end. */
export function progress(done, all, what) {
  if (!process.stdout.isTTY) return;
  process.stdout.write(`\r\x1b[K${done === all ? '' : `${what}: ${done} of ${all}`}`);
}

export const percent = (share) => `${(share * 100).toFixed(1)} %`;
export const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** Runs a command's work; what it throws is one line and status 1. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    console.error(`\n${process.argv[1].replace(/.*\//, '')}: ${error.message}`);
    process.exit(1);
  }
}
