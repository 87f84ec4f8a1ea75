// What script/check-docs runs.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeWords, readPages, resolveLink } from './pages.mjs';

const MOST_BYTES = { 'README.md': 6000, 'ARCHITECTURE.md': 4000 };
const MOST_BYTES_OF_A_PAGE = 16_000;
const LANGUAGES = ['sh', 'json', 'http', 'js', 'c', 'rust', 'toml', 'yaml', 'text'];

const read = (path) => readFileSync(path, 'utf8');
const found = [];
const say = (where, what) => found.push(`${where}: ${what}`);

// The rows of an X-macro's table, as lists of its arguments; strings that C joins are joined.
function tableOf(path, name) {
  const source = existsSync(path) ? read(path).replaceAll(/\\\n/g, ' ') : '';
  const [, body] = new RegExp(`#define ${name}\\(X\\)(.*)`).exec(source) ?? [];
  const rows = [...(body ?? '').matchAll(/X\(((?:"(?:[^"\\]|\\.)*"|[^")])*)\)/g)].map(([, inside]) =>
    [...inside.matchAll(/((?:"(?:[^"\\]|\\.)*"\s*)+|[^",\s]+)/g)].map(([cell]) =>
      cell.includes('"') ? [...cell.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text).join('') : cell,
    ),
  );
  if (rows.length === 0) throw new Error(`${path} has no ${name} that can be read`);
  return rows;
}

const cell = (text) => text.replaceAll('|', '\\|');
const code = (text) => `\`${cell(text)}\``;
const row = (...cells) => `| ${cells.join(' | ')} |`;
const head = (...cells) => [row(...cells), row(...cells.map(() => '---'))];

// An option has a line `  --flag VALUE`, then what it does, deeper and perhaps over several lines, and then one
// `[VARIABLE, default X]`, or `[VARIABLE, repeatable]`, which --check, --version and --help lack.
function readOptions() {
  const options = [];
  for (const line of execFileSync('build/src/proverd', ['--help'], { encoding: 'utf8' }).split('\n')) {
    const flag = /^ {2}(--.*)$/.exec(line)?.[1];
    const origin = /^ +\[([A-Z_]+), (.*)\]$/.exec(line);
    if (flag !== undefined) options.push({ flag, about: [], variable: '', value: '' });
    else if (origin && options.length > 0) Object.assign(options.at(-1), { variable: origin[1], value: origin[2] });
    else if (/^ {6}/.test(line) && options.length > 0) options.at(-1).about.push(line.trim());
  }
  if (!options.some(({ flag }) => flag.startsWith('--listen '))) throw new Error('proverd --help cannot be read any more');
  return options;
}

const options = readOptions();

function writeOptions() {
  const rows = options.map(({ flag, variable, value, about }) => {
    const byDefault = /^default (.*)$/.exec(value);
    return row(code(flag), variable && code(variable), byDefault ? code(byDefault[1]) : value, cell(about.join(' ')));
  });
  return [...head('option', 'environment', 'default', 'meaning'), ...rows];
}

function readCodes() {
  const codes = new Map(tableOf('src/base/result.h', 'RESULT_TABLE'));
  const seen = new Map();
  for (const [outcome, status] of tableOf('src/api/status.h', 'STATUS_TABLE')) {
    if (Number(status) >= 400) seen.set(`${status} ${codes.get(outcome)}`, { status, name: codes.get(outcome) });
  }
  return [...seen.values()].sort((a, b) => a.status - b.status);
}

// What a code means is said in the page alone: those two columns are kept.
function writeErrors(before) {
  const known = new Map();
  for (const line of before) {
    const [, name, rest] = /^\| \d+ \| `([a-z_]+)` \| (.* \| .*) \|$/.exec(line) ?? [];
    if (name !== undefined) known.set(name, rest);
  }
  const rows = readCodes().map(({ status, name }) => row(status, code(name), known.get(name) ?? ' | '));
  return [...head('status', 'code', 'meaning', 'what to do'), ...rows];
}

const metrics = tableOf('src/metrics/metrics.h', 'METRIC_TABLE');

function writeMetrics() {
  const rows = metrics.map(([, type, name, labels, about]) => {
    const shown = labels.split(',').filter(Boolean).map(code).join(', ');
    return row(code(name), type.replace('METRIC_', '').toLowerCase(), shown, cell(about));
  });
  return [...head('metric', 'type', 'labels', 'meaning'), ...rows];
}

const TABLES = [
  { page: 'docs/options.md', begin: '<!-- options:', end: '<!-- end of options -->', make: writeOptions },
  { page: 'docs/errors.md', begin: '<!-- errors:', end: '<!-- end of errors -->', make: writeErrors },
  { page: 'docs/metrics.md', begin: '<!-- metrics:', end: '<!-- end of metrics -->', make: writeMetrics },
];

function checkTable({ page, begin, end, make }, write) {
  const lines = existsSync(page) ? read(page).split('\n') : [];
  const from = lines.findIndex((line) => line.startsWith(begin)) + 1;
  const to = lines.indexOf(end);
  if (from === 0 || to < from) return say(page, `has no table between ${begin} and ${end}`);
  const before = lines.slice(from, to);
  const after = make(before);
  if (write) writeFileSync(page, [...lines.slice(0, from), ...after, ...lines.slice(to)].join('\n'));
  else {
    for (const line of before.filter((one) => !after.includes(one))) say(page, `not of the program: ${line}`);
    for (const line of after.filter((one) => !before.includes(one))) say(page, `missing: ${line}`);
    if (before.length === after.length && found.length === 0 && before.join() !== after.join()) say(page, 'its rows are in another order');
  }
  for (const line of after.filter((one) => /\|  \|  \|$/.test(one))) {
    if (page === 'docs/errors.md') say(page, `says neither what it means nor what to do: ${line}`);
  }
}

// The operations of openapi.yaml, as `GET /api`.
function readRoutes() {
  const [, paths] = /^paths:\n((?:(?: .*|#.*)?\n)*)/m.exec(read('openapi.yaml')) ?? [];
  let path;
  return (paths ?? '').split('\n').flatMap((line) => {
    path = /^ {2}(\/\S*):$/.exec(line)?.[1] ?? path;
    const method = /^ {4}(get|post|put|patch|delete):$/.exec(line)?.[1];
    return method === undefined ? [] : [`${method.toUpperCase()} ${path}`];
  });
}

function checkRoutes(pages) {
  const page = pages.find(({ path }) => path === 'docs/api.md');
  const routes = readRoutes();
  if (routes.length === 0 || page === undefined) return say('docs/api.md', 'cannot be held to openapi.yaml: one of them has no routes');
  const told = [...page.text.matchAll(/^\| `((?:GET|POST|PUT|PATCH|DELETE) \/\S*)` \|/gm)].map(([, route]) => route);
  for (const route of routes.filter((one) => !told.includes(one))) say(page.path, `no row for ${route}`);
  for (const route of told.filter((one) => !routes.includes(one))) say(page.path, `${route} is not in openapi.yaml`);
}

// What is set as code and looks like something of ours has to be: an option with a default, a variable, a metric, a file.
const FOLDERS = /^(src|include|tests|script|docs|deploy|worker|client|circuit|bench)\/[\w./-]+$/;
const ROOMS = /^[a-z_]+(?:\/[a-z0-9_]+)+\.[ch]$/;

function checkWords(page) {
  const variables = new Set(options.map(({ variable }) => variable));
  const names = new Set(metrics.map(([, , name]) => name));
  for (const { word, line } of codeWords(page)) {
    const variable = /^(PROVERD_[A-Z_]+)/.exec(word)?.[1];
    if (variable !== undefined && !variables.has(variable) && variable !== 'PROVERD_CRS_URL') say(`${page.path}:${line}`, `there is no variable ${variable}`);
    // The internals name functions, too.
    if (!page.path.startsWith('docs/internals/') && /^prover_[a-z_]+_(total|seconds|bytes|depth|info)$/.test(word) && !names.has(word)) say(`${page.path}:${line}`, `there is no metric ${word}`);
    const [path] = word.split(' ');
    if (FOLDERS.test(path) && !/NAME|FILE/.test(path) && !existsSync(path) && !existsSync(join(dirname(page.path), path)) && !isMade(path)) say(`${page.path}:${line}`, `there is no ${path}`);
    if (ROOMS.test(word) && !FOLDERS.test(word) && !existsSync(`src/${word}`)) say(`${page.path}:${line}`, `there is no src/${word}`);
  }
}

// What a build makes, and what the page speaks of relative to itself.
function isMade(path) {
  return /^circuit\/target\/|^bench\/results\/|^worker\/dist|^client\/dist/.test(path);
}

// Options of others that the pages name are said with their program: `wrangler deploy --dry-run`.
function checkOptions(page) {
  const known = new Set(options.map(({ flag }) => flag.split(' ')[0]));
  for (const { word, line } of codeWords(page)) {
    const [, flag] = /^(--[a-z][a-z-]*)(?=$|[ =])/.exec(word) ?? [];
    if (flag !== undefined && !known.has(flag)) say(`${page.path}:${line}`, `proverd has no ${flag}; with its program before it, another's option`);
  }
}

function checkLinks(page, byPath) {
  for (const { target, line } of page.links) {
    const link = resolveLink(page, target);
    if (link === undefined) {
      if (!/^https:\/\/[\w.-]+\.[a-z]+(\/|#|$)/.test(target)) say(`${page.path}:${line}`, `${target} is no https address`);
      continue;
    }
    if (!existsSync(link.path)) say(`${page.path}:${line}`, `${target} leads nowhere`);
    else if (link.anchor !== undefined && !byPath.get(link.path)?.anchors.includes(link.anchor)) say(`${page.path}:${line}`, `${target}: no such heading`);
  }
}

function checkReached(byPath) {
  const reached = new Set();
  const waiting = ['README.md'];
  while (waiting.length > 0) {
    const page = byPath.get(waiting.pop());
    if (page === undefined || reached.has(page.path)) continue;
    reached.add(page.path);
    waiting.push(...page.links.map(({ target }) => resolveLink(page, target)?.path).filter(Boolean));
  }
  for (const path of byPath.keys()) if (!reached.has(path)) say(path, 'no link leads here from README.md');
}

function checkPage(page) {
  const bytes = Buffer.byteLength(page.text);
  const most = MOST_BYTES[page.path] ?? MOST_BYTES_OF_A_PAGE;
  if (bytes > most) say(page.path, `has ${bytes} bytes, at most ${most}`);
  if (page.path.startsWith('docs/') && !/^# .*\n\nFor whoever /.test(page.text)) say(page.path, 'does not begin with its title and "For whoever ..."');
  for (const { language, line, unclosed } of page.blocks) {
    if (unclosed) say(`${page.path}:${line}`, 'the block has no end');
    else if (!LANGUAGES.includes(language)) say(`${page.path}:${line}`, `a block of ${language || 'no language'}; known are ${LANGUAGES.join(', ')}`);
  }
}

function check(write) {
  for (const table of TABLES) checkTable(table, write);
  const pages = readPages('.');
  const byPath = new Map(pages.map((page) => [page.path, page]));
  for (const page of pages) {
    checkPage(page);
    checkLinks(page, byPath);
    // The changelog tells of what was.
    if (page.path === 'CHANGELOG.md') continue;
    checkWords(page);
    if (page.path === 'README.md' || page.path.startsWith('docs/')) checkOptions(page);
  }
  checkReached(byPath);
  checkRoutes(pages);
  return pages;
}

try {
  const pages = check(process.argv[2] === '--write');
  for (const line of found) console.error(line);
  if (found.length > 0) {
    console.error(`check-docs: error: ${found.length} to mend (script/check-docs --write writes the tables)`);
    process.exitCode = 1;
  } else {
    const links = pages.reduce((sum, page) => sum + page.links.length, 0);
    console.log(`check-docs: ${pages.length} pages: ${options.length} options, ${readCodes().length} errors, ${metrics.length} metrics, ${readRoutes().length} routes, ${links} links`);
  }
} catch (error) {
  console.error(`check-docs: error: ${error.message}`);
  process.exitCode = 1;
}
