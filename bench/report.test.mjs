// Tables, aims and the chart, of results that are made up.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeProofs } from './aims.mjs';
import { barChart, ceiling, escapeXml } from './chart.mjs';
import { digits, duration, markdown, markdownBadRequests, textAims, textBadRequests, textTable } from './report.mjs';
import { combine, summarize } from './statistics.mjs';

const machine = { cpu: 'a CPU', cores: 2, architecture: 'x64', kernel: '6.1' };
const versions = { proverd: 'proverd 0.1.0', commit: 'abc1234', changed: false, bb: '5.0.0', bbJs: '5.0.0', node: 'v20.0.0' };

function cell(system, clients, latencies, more = {}) {
  const measured = { latencies, errors: 0, refused: 0, unfinished: 0, seconds: 2, peakMemoryBytes: 25e6, cpuSeconds: 1, ...more };
  const rounds = [1, 2, 3].map(() => summarize(measured));
  return { circuit: 'maze', system, clients, rounds, median: combine(rounds), messages: [] };
}

function resultsOf(cells) {
  return {
    machine, versions, options: { rounds: 3, clients: [1, 8] }, circuits: [{ name: 'maze', rows: 8192, gates: 8084, development: false }],
    cells, aims: judgeProofs(cells),
  };
}

const CELLS = [
  cell('bb', 1, [0.2, 0.2]),
  cell('proverd', 1, [0.2, 0.22]),
  cell('proverd', 8, [0.5, 1, 1, 1.5]),
  cell('process', 8, [1.5, 2, 2]),
  cell('native', 8, [3], { unfinished: 7 }),
  { ...cell('wasm', 8, []), rounds: [], median: undefined, skipped: 'it is too large' },
];

function columns(line) {
  return line.trim().split(/ {2,}/);
}

test('text_table__has_a_row_a_cell', () => {
  const lines = textTable(resultsOf(CELLS)).split('\n');
  assert.match(lines[0], /^2 cores, a CPU, x64, Linux 6\.1; bb 5\.0\.0, bb\.js 5\.0\.0, Node 20\.0\.0; proverd 0\.1\.0, commit abc1234$/);
  const row = (title) => columns(lines.find((line) => line.includes(title)));
  assert.deepEqual(columns(lines.find((line) => line.includes('proofs/s'))).slice(0, 4), ['clients', 'system', 'proofs/s', 'p50']);
  assert.deepEqual(row('bb prove alone'), ['1', 'bb prove alone', '1.00', '200 ms', '200 ms', '0.500', '25.0 MB', '6', '0', '0', '0']);
  assert.deepEqual(row('bb.js, native'), ['8', 'bb.js, native', '0.500', '> 2.00 s', '> 2.00 s', '1.00', '25.0 MB', '3', '0', '0', '21']);
  assert.deepEqual(row('bb.js, WASM'), ['8', 'bb.js, WASM', 'not measured: it is too large']);
});

test('text_table__lines_its_columns_up', () => {
  const lines = textTable(resultsOf(CELLS)).split('\n').filter((line) => / ms | s /.test(line));
  assert.equal(new Set(lines.map((line) => line.length)).size, 1, lines.join('\n'));
});

test('text_table__says_what_was_proven_over_a_development_crs', () => {
  const results = resultsOf(CELLS);
  assert.doesNotMatch(textTable(results), /development/);
  results.circuits[0].development = true;
  assert.match(textTable(results), /2\^13 rows; over a development CRS/);
});

test('markdown__has_the_same_cells', () => {
  const text = markdown(resultsOf(CELLS));
  assert.ok(text.includes('| 1 | bb prove alone | 1.00 | 200 ms | 200 ms | 0.500 | 25.0 MB | 6 | 0 | 0 | 0 |\n'), text);
  const tables = text.split('\n\n').filter((part) => part.startsWith('|'));
  assert.equal(tables.length, 2);
  for (const table of tables) assert.equal(new Set(table.trim().split('\n').map((line) => line.split('|').length)).size, 1, table);
});

test('aims__are_met_missed_or_not_measured', () => {
  const aims = judgeProofs(CELLS);
  const found = (text) => aims.find(({ name }) => name.includes(text));
  assert.deepEqual([found('over bb prove alone').value, found('over bb prove alone').met], [1, true]);
  assert.equal(found('over a process a request').value, 4 / 3);
  assert.equal(found('over a process a request').met, true);
  assert.equal(found('native backend').value, 4);
  assert.equal(found('with 32 clients, over').met, null);
  const worse = judgeProofs([cell('proverd', 1, [0.3]), cell('bb', 1, [0.2]), cell('proverd', 8, [1]), cell('process', 8, [1]), cell('proverd', 32, [1], { errors: 1 })]);
  assert.deepEqual(worse.map(({ met }) => met), [false, false, null, true, false]);
  assert.match(textAims(worse), /MISSED[^]*not measured[^]*met/);
});

test('numbers__have_three_digits', () => {
  assert.deepEqual([0.01234, 1.234, 12.34, 123.4, 1234.4].map(digits), ['0.0123', '1.23', '12.3', '123', '1234']);
  assert.deepEqual([0.0123, 0.9, 1.5, 61].map(duration), ['12.3 ms', '900 ms', '1.50 s', '61.0 s']);
});

test('bad_requests__are_told_in_a_sentence', () => {
  const results = {
    machine, versions, options: { requests: 1000, clients: 32 }, seconds: 10, requestsPerSecond: 100, counts: { 'a right witness': 1, 'no body': 999 },
    memory: { warm: 4.5e6, last: 4.6e6, most: 4.7e6 }, aims: [{ name: 'growth', value: 97, digits: 0, unit: ' KiB', aim: 'at most 256 KiB', met: true }],
  };
  assert.match(markdownBadRequests(results), /1000 requests by 32 clients in 10\.0 s, 100 a second, 1 of them right: .* 4\.50 MB .* 4\.60 MB .* 4\.70 MB in all\.$/m);
  assert.match(textBadRequests(results), /999 {2}no body\n/);
  assert.match(textBadRequests(results), /growth +97 KiB +aim: at most 256 KiB +met/);
});

function chartOf(value, title = 'a panel') {
  return barChart({ title: 'a chart', panels: [{ title, groups: [{ label: '1 client', bars: [{ series: 'one', value: 4, title: '4' }, { series: 'two', value, title: 'v' }] }] }] });
}

const bars = (svg) => [...svg.matchAll(/<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)" fill="[^"]+"><title>/g)].map(([, y, height]) => [Number(y), Number(height)]);

test('bar_chart__draws_heights_in_proportion_from_one_base', () => {
  const [[firstY, first], [secondY, second]] = bars(chartOf(2));
  assert.ok(Math.abs(first / second - 2) < 0.01, `${first} and ${second}`);
  assert.ok(Math.abs(firstY + first - secondY - second) < 0.2);
});

test('bar_chart__leaves_out_what_was_not_measured', () => {
  assert.equal(bars(chartOf(null)).length, 1);
});

test('bar_chart__is_balanced_and_escaped_xml', () => {
  const svg = chartOf(1, '<&">');
  assert.ok(svg.includes('&lt;&amp;&quot;&gt;'));
  assert.ok(!/NaN|undefined|null/.test(svg));
  const open = [];
  for (const [, closing, name, , empty] of svg.matchAll(/<(\/?)(\w+)((?: [\w-]+="[^"<]*")*)(\/?)>/g)) {
    if (closing) assert.equal(open.pop(), name);
    else if (!empty) open.push(name);
  }
  assert.deepEqual(open, []);
  assert.equal(svg.replace(/<[^<>]*>/g, '').includes('<'), false);
});

test('ceiling__is_the_next_plain_number', () => {
  assert.deepEqual([0.3, 1, 1.1, 2, 4.9, 7, 10, 11, 0].map(ceiling), [0.5, 1, 2, 2, 5, 10, 10, 20, 1]);
  assert.equal(escapeXml(3), '3');
});
