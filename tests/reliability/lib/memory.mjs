// Memory of processes, and whether it grows.

import { readFileSync } from 'node:fs';

/** Resident bytes of a process: RssAnon, what it has written to and nobody shares. */
export function privateMemory(pid) {
  return Number(readFileSync(`/proc/${pid}/status`, 'latin1').match(/RssAnon:\s+(\d+) kB/)[1]) * 1024;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The line through samples, [step, bytes] each, by least squares: bytes a step, and the standard error of that. Whoever
 * does not grow has a slope of less than a few errors.
 */
export function slopeOf(samples) {
  const x = mean(samples.map(([step]) => step));
  const y = mean(samples.map(([, bytes]) => bytes));
  const squares = samples.reduce((sum, [step]) => sum + (step - x) ** 2, 0);
  const slope = samples.reduce((sum, [step, bytes]) => sum + (step - x) * (bytes - y), 0) / squares;
  const rest = samples.reduce((sum, [step, bytes]) => sum + (bytes - y - slope * (step - x)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (samples.length - 2) / squares) };
}

/** How much more the last part of samples holds than the part after the first: 0.05 is five hundredths. */
export function driftOf(samples, parts = 5) {
  const size = Math.max(1, Math.floor(samples.length / parts));
  const bytes = samples.map(([, value]) => value);
  const before = mean(bytes.slice(size, 2 * size));
  return (mean(bytes.slice(-size)) - before) / before;
}
