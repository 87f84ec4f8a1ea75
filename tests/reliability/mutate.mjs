// The command behind script/mutate.

import { main, mebibytes, percent, progress, readOptions } from './lib/command.mjs';
import { mutationRun } from './lib/mutation_run.mjs';

const MOST_DRIFT = 0.05;

await main(async () => {
  const { count, unsatisfied, seed } = readOptions({ count: 10_000, unsatisfied: 500 });
  console.log(`seed ${seed}`);
  const { answers, verified, proofs, drift, memory } = await mutationRun({ count, unsatisfied, seed, progress });
  for (const [kind, seen] of Object.entries(answers)) {
    const shown = Object.entries(seen).sort(([, a], [, b]) => b - a).map(([answer, times]) => `${times} x ${answer}`);
    console.log(`${kind}: ${shown.join(', ')}`);
  }
  console.log(`${count} mutants: all answered; ${verified} proofs came back, and bb verify takes each`);
  console.log(`${unsatisfied} witnesses that do not satisfy: ${proofs} proofs`);
  console.log(`memory at the end ${mebibytes(memory)}, drift ${percent(drift)}`);
  if (proofs > 0) throw new Error(`${proofs} proofs of witnesses that do not satisfy their circuit`);
  if (drift > MOST_DRIFT) throw new Error(`memory has grown by ${percent(drift)}, more than ${percent(MOST_DRIFT)}`);
});
