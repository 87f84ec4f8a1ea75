// The runs of script/mutate and script/faults, short: they find what has broken, and show that they can be run.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { killBb, killDaemon } from './lib/kills.mjs';
import { driftOf, slopeOf } from './lib/memory.mjs';
import { mutationRun } from './lib/mutation_run.mjs';
import { newSeed, Random } from './lib/random.mjs';

describe('short runs', () => {
  test('mutate__300_mutants_and_20_unsatisfied_witnesses', async (t) => {
    const seed = newSeed();
    t.diagnostic(`seed ${seed}`);
    const { proofs, drift } = await mutationRun({ count: 300, unsatisfied: 20, seed });
    assert.equal(proofs, 0, 'proofs of witnesses that do not satisfy their circuit');
    assert.ok(drift < 0.2, `memory drift ${drift} in a run too short to be exact`);
  });

  test('kill_bb__10_times', async (t) => {
    const seed = newSeed();
    t.diagnostic(`seed ${seed}`);
    const { proven, failed } = await killBb({ count: 10, seed });
    assert.equal(proven + failed, 10);
  });

  test('kill_daemon__5_times', async (t) => {
    const seed = newSeed();
    t.diagnostic(`seed ${seed}`);
    const { starting, serving } = await killDaemon({ count: 5, seed });
    assert.equal(starting + serving, 5);
  });
});

describe('what the runs measure with', () => {
  test('a_seed__gives_the_same_again', () => {
    const draw = (seed, name) => {
      const random = new Random(seed, name);
      return [random.below(1000), random.bytes(4).toString('hex'), random.of('abc')];
    };
    assert.deepEqual(draw(7, 'a'), draw(7, 'a'));
    assert.notDeepEqual(draw(7, 'a'), draw(7, 'b'));
    assert.notDeepEqual(draw(7, 'a'), draw(8, 'a'));
  });

  test('slope_and_drift__tell_growth_from_noise', () => {
    const noise = (step) => 1000 * Math.sin(step * 12.9898);
    const flat = Array.from({ length: 200 }, (_, step) => [step, 1e6 + noise(step)]);
    const leaking = flat.map(([step, bytes]) => [step, bytes + 100 * step]);
    assert.ok(Math.abs(slopeOf(flat).slope) < 3 * slopeOf(flat).error);
    assert.ok(Math.abs(slopeOf(leaking).slope - 100) < 3 * slopeOf(leaking).error);
    assert.ok(Math.abs(driftOf(flat)) < 0.001);
    assert.ok(driftOf(leaking) > 0.01);
  });
});
