// What the numbers shall be, as ratios of one run.

import { combine, ratio } from './statistics.mjs';

function cellOf(cells, circuit, system, clients) {
  const cell = cells.find((each) => each.circuit === circuit && each.system === system && each.clients === clients);
  return cell?.rounds?.length > 0 ? cell : undefined;
}

function judge(name, value, aim, isMet) {
  return { name, value, aim, met: value === null ? null : isMet(value) };
}

function compare(cells, circuit, { name, above, below, number, atMost, atLeast }) {
  const [a, b] = [above, below].map(([system, clients]) => cellOf(cells, circuit, system, clients));
  const value = a && b ? ratio(a.rounds, b.rounds, number) : null;
  const aim = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
  return judge(`${circuit}: ${name}`, value, aim, (it) => it <= (atMost ?? Infinity) && it >= (atLeast ?? 0));
}

const RATIOS = [
  { name: 'p50 with 1 client, over bb prove alone', above: ['proverd', 1], below: ['bb', 1], number: 'p50', atMost: 1.05 },
  { name: 'proofs a second with 8 clients, over a process a request', above: ['proverd', 8], below: ['process', 8], number: 'proofsPerSecond', atLeast: 1.3 },
  { name: "proofs a second with 8 clients, over bb.js's native backend", above: ['proverd', 8], below: ['native', 8], number: 'proofsPerSecond', atLeast: 1.6 },
  { name: 'peak memory with 32 clients, over that with 8', above: ['proverd', 32], below: ['proverd', 8], number: 'peakMemoryBytes', atMost: 1.25 },
];

/** The aims for each circuit of these cells. */
export function judgeProofs(cells) {
  const circuits = [...new Set(cells.map(({ circuit }) => circuit))];
  return circuits.flatMap((circuit) => {
    const busy = cellOf(cells, circuit, 'proverd', 32);
    const errors = busy === undefined ? null : combine(busy.rounds).errors;
    return [
      ...RATIOS.map((rule) => compare(cells, circuit, rule)),
      { ...judge(`${circuit}: errors with 32 clients, other than 429`, errors, '0', (it) => it === 0), digits: 0 },
    ];
  });
}
