// The suite `verify`: one proof, judged by libultrahonk and by bb, in turns, one thread each.
//
//   bb         CircuitVerify over the pipe of a bb that runs already: the whole time until the answer is there
//   ultrahonk  ultrahonk_verify() in a process of its own: the time that the call takes

import assert from 'node:assert/strict';
import { Bb, Ultrahonk } from '../tests/ultrahonk/differential/judges.mjs';
import { prepareSubjects } from '../tests/ultrahonk/differential/subjects.mjs';
import { machineFacts, versionFacts } from './machine.mjs';
import { Progress } from './progress.mjs';
import { textAims, textVerify } from './report.mjs';
import { median } from './statistics.mjs';

const WARM_UP = 5;
const FASTER = 2;
const MEASURED = ['memory', 'xor']; // of 2^7 and 2^13 rows

async function measure(subject, { bb, ultrahonk }, { rounds }, progress) {
  const measured = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    progress.say(`${subject.name}, ${subject.target}, round ${round + 1} of ${rounds}`);
    const startedAt = performance.now();
    const answer = await bb.ask(subject);
    const row = { bb: performance.now() - startedAt };
    const { reason, milliseconds } = await ultrahonk.judge(subject);
    row.ultrahonk = milliseconds;
    assert.ok(!answer.includes('ErrorResponse') && reason === 'VERIFIED');
    if (round >= 0) measured.push(row);
    progress.done(1);
  }
  return measured;
}

function cellOf({ target, key }, rows) {
  const medianOf = (name) => median(rows.map((row) => row[name]));
  const leastOf = (name) => Math.min(...rows.map((row) => row[name]));
  return {
    target,
    logRows: key[31],
    median: { bb: medianOf('bb'), ultrahonk: medianOf('ultrahonk') },
    least: { bb: leastOf('bb'), ultrahonk: leastOf('ultrahonk') },
    ratio: median(rows.map((row) => row.bb / row.ultrahonk)),
    rounds: rows,
  };
}

export async function benchVerify(options, write) {
  const subjects = (await prepareSubjects()).filter(({ name }) => MEASURED.includes(name));
  const judges = { bb: new Bb(), ultrahonk: new Ultrahonk() };
  const progress = new Progress(subjects.length * (options.rounds + WARM_UP));
  const cells = [];
  try {
    for (const subject of subjects) cells.push(cellOf(subject, await measure(subject, judges, options, progress)));
  } finally {
    await Promise.all(Object.values(judges).map((judge) => judge.stop()));
    progress.end();
  }
  const aims = cells.map(({ target, logRows, ratio }) => ({ name: `${target}, 2^${logRows}: bb over ultrahonk`, value: ratio, aim: `at least ${FASTER}`, met: ratio >= FASTER }));
  const results = { options, machine: machineFacts(), versions: versionFacts(), cells, aims };
  write('verify.json', `${JSON.stringify(results, null, 1)}\n`);
  process.stdout.write(`${textVerify(results)}\n${textAims(aims)}`);
}
