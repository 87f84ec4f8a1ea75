// The numbers: a benchmark that counts wrong is worse than none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combine, median, quantile, ratio, summarize } from './statistics.mjs';

test('quantile__is_the_nearest_rank', () => {
  const values = [5, 1, 4, 2, 3];
  assert.equal(quantile(values, 0.5), 3);
  assert.equal(quantile(values, 0.99), 5);
  assert.equal(quantile(values, 0), 1);
  assert.equal(quantile([7], 0.5), 7);
  assert.equal(quantile(Array.from({ length: 100 }, (_, place) => place + 1), 0.99), 99);
  assert.deepEqual(values, [5, 1, 4, 2, 3], 'the values stay in their order');
});

test('quantile__does_not_know_what_did_not_finish', () => {
  assert.equal(quantile([1, 2, 3], 0.5, 3), 3);
  assert.equal(quantile([1, 2, 3], 0.5, 4), null);
  assert.equal(quantile([1, 2, 3], 0.99, 1), null);
  assert.equal(quantile([], 0.5, 1), null);
  assert.equal(quantile([], 0.5), null);
});

test('median__of_odd_even_and_unknown', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([10, 9, 100]), 10);
  assert.equal(median([]), null);
  assert.equal(median([1, null, 2]), 2);
  assert.equal(median([1, null, null]), null);
  assert.equal(median([1, null]), null);
});

const ROUND = { latencies: [1, 2, 3], errors: 1, refused: 2, unfinished: 0, seconds: 6, peakMemoryBytes: 10, cpuSeconds: 12 };

test('summarize__divides_by_proofs_alone', () => {
  assert.deepEqual(summarize(ROUND), {
    proofs: 3, errors: 1, refused: 2, unfinished: 0, seconds: 6,
    proofsPerSecond: 0.5, p50: 2, p99: 3, peakMemoryBytes: 10, cpuSecondsPerProof: 4,
  });
  const none = summarize({ ...ROUND, latencies: [], unfinished: 8 });
  assert.deepEqual([none.proofsPerSecond, none.p50, none.cpuSecondsPerProof], [0, null, null]);
});

test('combine__adds_counts_and_takes_medians', () => {
  const rounds = [1, 2, 30].map((p50) => ({ ...summarize(ROUND), p50 }));
  const whole = combine(rounds);
  assert.deepEqual([whole.proofs, whole.errors, whole.refused], [9, 3, 6]);
  assert.deepEqual([whole.p50, whole.seconds], [2, 6]);
});

test('ratio__is_of_rounds_and_known_in_all_or_unknown', () => {
  const rounds = (...values) => values.map((p50) => ({ p50 }));
  assert.equal(ratio(rounds(2, 30, 8), rounds(1, 10, 2), 'p50'), 3);
  assert.equal(ratio(rounds(2, null, 8), rounds(1, 10, 2), 'p50'), null);
  assert.equal(ratio(rounds(2), rounds(0), 'p50'), null);
  assert.equal(ratio(rounds(2, 2), rounds(1), 'p50'), null);
  assert.equal(ratio([], [], 'p50'), null);
});
