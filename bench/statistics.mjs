// Numbers out of measurements. What did not finish in its time is counted as slower than all that did: a quantile that
// falls among the unfinished is null, which says "more than the time there was", and never a smaller number.

/** The nearest-rank quantile of `values` and of `unfinished` more that are greater than each; null for one of those. */
export function quantile(values, q, unfinished = 0) {
  const count = values.length + unfinished;
  if (count === 0) return null;
  const rank = Math.max(1, Math.ceil(q * count));
  return rank > values.length ? null : [...values].sort((a, b) => a - b)[rank - 1];
}

/** The median; of an even number the mean of the two in the middle. A null counts as greater than any number. */
export function median(values) {
  if (values.length === 0) return null;
  const sorted = values.map((value) => value ?? Infinity).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const value = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return value === Infinity ? null : value;
}

/** What one round of one cell measured, as the numbers that the table has. */
export function summarize({ latencies, errors, refused, unfinished, seconds, peakMemoryBytes, cpuSeconds }) {
  const proofs = latencies.length;
  return {
    proofs,
    errors,
    refused,
    unfinished,
    seconds,
    proofsPerSecond: proofs / seconds,
    p50: quantile(latencies, 0.5, unfinished),
    p99: quantile(latencies, 0.99, unfinished),
    peakMemoryBytes,
    cpuSecondsPerProof: proofs === 0 ? null : cpuSeconds / proofs,
  };
}

const SUMMED = ['proofs', 'errors', 'refused', 'unfinished'];
const MIDDLE = ['seconds', 'proofsPerSecond', 'p50', 'p99', 'peakMemoryBytes', 'cpuSecondsPerProof'];

/** The rounds of a cell as one: counts are added, the rest are medians. */
export function combine(rounds) {
  const sum = (name) => rounds.reduce((total, round) => total + round[name], 0);
  return Object.fromEntries([
    ...SUMMED.map((name) => [name, sum(name)]),
    ...MIDDLE.map((name) => [name, median(rounds.map((round) => round[name]))]),
  ]);
}

/** The median over the rounds of one cell's number over another's, of the same round; null when it is not known. */
export function ratio(above, below, name) {
  const pairs = above.map((round, place) => [round[name], below[place]?.[name]]);
  const known = pairs.filter(([a, b]) => a != null && b != null && b !== 0);
  return known.length < pairs.length || known.length === 0 ? null : median(known.map(([a, b]) => a / b));
}
