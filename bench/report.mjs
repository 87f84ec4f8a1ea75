// Results as people read them: a table for the terminal, and the same in Markdown.

import { SYSTEMS } from './names.mjs';

const COLUMNS = ['proofs/s', 'p50', 'p99', 'CPU s/proof', 'peak memory', 'proofs', 'errors', '429', 'cut'];

const NOTE =
  'proverd verifies each proof before it answers, the others do not; "cut" are requests that had no answer when their time was over, and their work is in the CPU time';

/** Three digits, or more where the number has more before the point. */
export function digits(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export function duration(seconds) {
  return seconds < 1 ? `${digits(seconds * 1000)} ms` : `${digits(seconds)} s`;
}

function megabytes(bytes) {
  return `${digits(bytes / 1e6)} MB`;
}

/** A time that most did not finish within is more than that; one that is not known at all is a dash. */
function time(seconds, { proofs, unfinished, seconds: measured }) {
  if (seconds !== null) return duration(seconds);
  return proofs + unfinished > 0 ? `> ${duration(measured)}` : '–';
}

function row(cell) {
  if (cell.skipped !== undefined) return [`not measured: ${cell.skipped}`];
  const { median } = cell;
  return [
    median.proofs === 0 ? '–' : digits(median.proofsPerSecond),
    time(median.p50, median),
    time(median.p99, median),
    median.cpuSecondsPerProof === null ? '–' : digits(median.cpuSecondsPerProof),
    megabytes(median.peakMemoryBytes),
    String(median.proofs),
    String(median.errors),
    String(median.refused),
    String(median.unfinished),
  ];
}

/** The rows of one circuit: [clients, system, ...numbers]. */
function rowsOf(results, circuit) {
  const cells = results.cells.filter((cell) => cell.circuit === circuit);
  return cells.map((cell) => [String(cell.clients), SYSTEMS[cell.system].title, ...row(cell)]);
}

function circuitTitle({ name, rows, gates, development }) {
  const log = Math.log2(rows);
  const crs = development ? '; over a development CRS' : '';
  return `${name === 'maze' ? 'the maze' : `circuit ${name}`}: ${gates.toLocaleString('en')} gates, 2^${log} rows${crs}`;
}

function rounds(results) {
  const { rounds: count } = results.options;
  return `${count} round${count === 1 ? '' : 's'}, the systems in turn; rates, times and memory are medians of the rounds, counts are sums`;
}

export function machineLine({ machine, versions }) {
  return `${machine.cores} cores, ${machine.cpu}, ${machine.architecture}, Linux ${machine.kernel}; bb ${versions.bb}, bb.js ${versions.bbJs}, Node ${versions.node.slice(1)}; ${versions.proverd}, commit ${versions.commit}${versions.changed ? ' with changes' : ''}`;
}

function pad(cells, widths) {
  return cells.map((cell, place) => (place === 1 ? cell.padEnd(widths[place]) : cell.padStart(widths[place] ?? 0))).join('  ').trimEnd();
}

export function textTable(results) {
  const head = ['clients', 'system', ...COLUMNS];
  const lines = [machineLine(results), rounds(results), NOTE];
  for (const circuit of results.circuits) {
    const rows = rowsOf(results, circuit.name);
    const widths = head.map((title, place) => Math.max(title.length, ...rows.filter(({ length }) => length === head.length).map((cells) => cells[place].length)));
    widths[1] = Math.max(widths[1], ...rows.map((cells) => cells[1].length));
    lines.push('', circuitTitle(circuit), pad(head, widths));
    let last;
    for (const cells of rows) {
      if (last !== undefined && last !== cells[0]) lines.push('');
      last = cells[0];
      lines.push(pad(cells, widths));
    }
  }
  return `${lines.join('\n')}\n`;
}

function verdict({ met }) {
  if (met === null) return 'not measured';
  return met ? 'met' : 'MISSED';
}

function aimValue({ value, digits: places = 2, unit = '' }) {
  return value === null ? '–' : `${value.toFixed(places)}${unit}`;
}

export function textAims(aims) {
  const width = Math.max(...aims.map(({ name }) => name.length));
  return aims.map((aim) => `${aim.name.padEnd(width)}  ${aimValue(aim).padStart(9)}  aim: ${aim.aim.padEnd(14)}  ${verdict(aim)}\n`).join('');
}

function markdownRow(cells) {
  return `| ${cells.join(' | ')} |\n`;
}

export function markdown(results) {
  const head = ['clients', 'system', ...COLUMNS];
  let text = `${machineLine(results)}. ${rounds(results)}. ${NOTE}.\n`;
  for (const circuit of results.circuits) {
    text += `\n**${circuitTitle(circuit)}**\n\n${markdownRow(head)}${markdownRow(head.map((_, place) => (place === 1 ? '---' : '---:')))}`;
    for (const cells of rowsOf(results, circuit.name)) text += markdownRow([...cells, ...Array(head.length - cells.length).fill('')]);
  }
  text += `\n${markdownRow(['aim', 'measured', '', ''])}${markdownRow(['---', '---:', '---', '---'])}`;
  for (const aim of results.aims) text += markdownRow([aim.name, aimValue(aim), aim.aim, verdict(aim)]);
  return text;
}

function badRequestsLine({ options, seconds, requestsPerSecond, counts, memory }) {
  const good = counts['a right witness'] ?? 0;
  return `${options.requests} requests by ${options.clients} clients in ${duration(seconds)}, ${digits(requestsPerSecond)} a second, ${good} of them right: the daemon's own memory was at most ${megabytes(memory.warm)} in the first tenth, ${megabytes(memory.last)} in the last and ${megabytes(memory.most)} in all`;
}

export function textBadRequests(results) {
  const kinds = Object.entries(results.counts).map(([name, count]) => `${String(count).padStart(8)}  ${name}\n`);
  return `${machineLine(results)}\n${badRequestsLine(results)}\n\n${kinds.join('')}\n${textAims(results.aims)}`;
}

export function markdownBadRequests(results) {
  return `${machineLine(results)}. ${badRequestsLine(results)}.\n`;
}

const EXECUTE_COLUMNS = [
  ['noir_js, warm', ({ median }) => milliseconds(median.noirJs)],
  ['a request', ({ median }) => milliseconds(median.request)],
  ['within the executor', ({ median }) => milliseconds(median.executor)],
  ['a new process', ({ median }) => milliseconds(median.process)],
  ['noir_js / request', ({ ratios }) => digits(ratios.request)],
  ['noir_js / new process', ({ ratios }) => digits(ratios.process)],
];

function milliseconds(value) {
  return `${digits(value)} ms`;
}

function executeRows({ cells }) {
  return cells.map((cell) => [cell.title, ...EXECUTE_COLUMNS.map(([, value]) => value(cell))]);
}

function executeRounds({ options }) {
  return `${options.rounds} rounds, in turns of five; medians, ratios of the same round; the witnesses are equal`;
}

export function textExecute(results) {
  const table = [['circuit', ...EXECUTE_COLUMNS.map(([title]) => title)], ...executeRows(results)];
  const widths = table[0].map((_, place) => Math.max(...table.map((cells) => cells[place].length)));
  const line = (cells) => cells.map((cell, place) => (place === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[place]))).join('  ');
  return `${machineLine(results)}\n${executeRounds(results)}\n\n${table.map(line).join('\n')}\n`;
}

export function markdownExecute(results) {
  const head = ['circuit', ...EXECUTE_COLUMNS.map(([title]) => title)];
  const rows = executeRows(results).map(markdownRow).join('');
  return `${machineLine(results)}. ${executeRounds(results)}.\n\n${markdownRow(head)}${markdownRow(head.map((_, place) => (place === 0 ? '---' : '---:')))}${rows}`;
}

const VERIFY_COLUMNS = [
  ['rows', ({ logRows }) => `2^${logRows}`],
  ['bb, over its pipe', ({ median }) => milliseconds(median.bb)],
  ['libultrahonk', ({ median }) => milliseconds(median.ultrahonk)],
  ['bb / libultrahonk', ({ ratio }) => digits(ratio)],
  ['bb, least', ({ least }) => milliseconds(least.bb)],
  ['libultrahonk, least', ({ least }) => milliseconds(least.ultrahonk)],
];

function verifyRows({ cells }) {
  return cells.map((cell) => [cell.target, ...VERIFY_COLUMNS.map(([, value]) => value(cell))]);
}

function verifyRounds({ options }) {
  return `${options.rounds} rounds, in turns, a thread each; medians, and the median of the ratios within a round`;
}

export function textVerify(results) {
  const table = [['target', ...VERIFY_COLUMNS.map(([title]) => title)], ...verifyRows(results)];
  const widths = table[0].map((_, place) => Math.max(...table.map((cells) => cells[place].length)));
  const line = (cells) => cells.map((cell, place) => (place === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[place]))).join('  ');
  return `${machineLine(results)}\n${verifyRounds(results)}\n\n${table.map(line).join('\n')}\n`;
}

export function markdownVerify(results) {
  const head = ['target', ...VERIFY_COLUMNS.map(([title]) => title)];
  const rows = verifyRows(results).map(markdownRow).join('');
  return `${machineLine(results)}. ${verifyRounds(results)}.\n\n${markdownRow(head)}${markdownRow(head.map((_, place) => (place === 0 ? '---' : '---:')))}${rows}`;
}
