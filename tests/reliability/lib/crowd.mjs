// What a crowd of slow clients costs a good one.

import assert from 'node:assert/strict';
import { Daemon } from '../../e2e/lib/daemon.mjs';
import { Drippers } from '../../e2e/lib/drippers.mjs';
import { mazeWitness } from '../../e2e/lib/witness.mjs';

const median = (values) => values.slice().sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function proofMilliseconds(daemon) {
  const startedAt = performance.now();
  const { status } = await daemon.prove(mazeWitness);
  assert.equal(status, 200);
  return performance.now() - startedAt;
}

const openCrowds = (daemon, count) => Promise.all(['headers', 'body'].map((kind) => Drippers.open(daemon.port, kind, count)));
const closeCrowds = (crowds) => Promise.all(crowds.map((crowd) => crowd.close()));

async function proofsInTurns(quiet, held, count, rounds, progress) {
  const crowds = await openCrowds(held, count);
  const times = { alone: [], crowded: [] };
  for (let round = 0; round < rounds; round++) {
    times.alone.push(await proofMilliseconds(quiet));
    times.crowded.push(await proofMilliseconds(held));
    progress(round + 1, rounds, 'rounds');
  }
  assert.ok(crowds.every((crowd) => crowd.open === count), 'the crowd stayed for as long as it was measured');
  await closeCrowds(crowds);
  return { alone: median(times.alone), crowded: median(times.crowded) };
}

/**
 * Proofs in turns, one on a server that a crowd holds and one on a server without: medians in milliseconds. The crowd is
 * let be for the rounds; then another has the usual deadlines, and `gone` is how many seconds it took until it was gone.
 */
export function compareWithDrippers({ count, rounds, progress = () => {} }) {
  const patient = { 'header-timeout': 3600, 'body-timeout': 3600, 'min-body-rate': 0 };
  return Daemon.during({}, (quiet) => Daemon.during(patient, async (held) => {
    const times = await proofsInTurns(quiet, held, count, rounds, progress);
    const others = await openCrowds(quiet, count);
    const gone = Math.max(...await Promise.all(others.map((crowd) => crowd.gone(60))));
    await closeCrowds(others);
    return { ...times, gone };
  }));
}
