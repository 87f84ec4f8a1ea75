// The command behind script/faults.

import { main, progress, readOptions } from './lib/command.mjs';
import { killBb, killDaemon } from './lib/kills.mjs';
import { compareWithDrippers } from './lib/crowd.mjs';

const MOST_RATIO = 1.2;

const parts = {
  'kill-bb': async ({ bb, seed }) => {
    const { proven, failed } = await killBb({ count: bb, seed, progress });
    console.log(`kill-bb: ${bb} kills: ${proven} proofs came all the same, ${failed} were a 500; no zombie, no file, and the next proof each time`);
  },
  'kill-daemon': async ({ daemon, seed }) => {
    const { starting, serving } = await killDaemon({ count: daemon, seed, progress });
    console.log(`kill-daemon: ${daemon} kills, ${starting} of them while it started and ${serving} while it served; no process, no file, and the next proof each time`);
  },
  drippers: async ({ drippers, rounds }) => {
    const { alone, crowded, gone } = await compareWithDrippers({ count: drippers, rounds, progress });
    const ratio = crowded / alone;
    console.log(`drippers: ${drippers} in headers and ${drippers} in bodies: a proof takes ${alone.toFixed(1)} ms without and ${crowded.toFixed(1)} ms with them, ${ratio.toFixed(3)} times; all gone after ${gone.toFixed(1)} s`);
    if (ratio > MOST_RATIO) throw new Error(`a good proof is ${ratio.toFixed(2)} times slower, more than ${MOST_RATIO}`);
  },
};

await main(async () => {
  const { words, ...options } = readOptions({ bb: 500, daemon: 100, drippers: 500, rounds: 30 }, { words: true });
  for (const word of words) if (!(word in parts)) throw new Error(`no such part: ${word}; there are ${Object.keys(parts).join(', ')}`);
  console.log(`seed ${options.seed}`);
  for (const word of words.length > 0 ? words : Object.keys(parts)) await parts[word](options);
});
