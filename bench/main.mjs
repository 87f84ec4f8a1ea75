// The command line of script/bench: a table of suites.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BAD_REQUESTS, CIRCUITS, EXECUTE, PROOFS, SYSTEMS, VERIFY } from './names.mjs';
import { markdown, markdownBadRequests, markdownExecute, markdownVerify } from './report.mjs';

const WRONG_USAGE = 2;
const RESULTS = fileURLToPath(new URL('results', import.meta.url));

class UsageError extends Error {}

const text = { type: 'string' };

/** What an option's value has to be; each gives the value or throws. */
const read = {
  names: (known) => (value, flag) => {
    const names = value.split(',').filter(Boolean);
    const stranger = names.find((name) => !known.includes(name));
    if (names.length === 0 || stranger !== undefined) throw new UsageError(`--${flag} takes some of ${known.join(',')}, not '${stranger ?? value}'`);
    return known.filter((name) => names.includes(name));
  },
  numbers: (value, flag) => value.split(',').map((one) => read.number(one, flag)).sort((a, b) => a - b),
  number: (value, flag) => {
    if (!/^\d+$/.test(value) || Number(value) < 1) throw new UsageError(`--${flag} takes a whole number from 1 on, not '${value}'`);
    return Number(value);
  },
  choice: (known) => (value, flag) => {
    if (!known.includes(value)) throw new UsageError(`--${flag} takes one of ${known.join(',')}, not '${value}'`);
    return value;
  },
  words: (value) => value.split(' ').filter(Boolean),
};

function printMarkdown(options, write, output) {
  const suites = [['proofs', markdown], ['bad-requests', markdownBadRequests], ['execute', markdownExecute], ['verify', markdownVerify]];
  for (const [name, print] of suites) {
    const path = join(output, `${name}.json`);
    try {
      process.stdout.write(`${print(JSON.parse(readFileSync(path, 'utf8')))}\n`);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      process.stderr.write(`bench: no ${path}: script/bench ${name} writes it\n`);
    }
  }
}

/**
 * A suite: its options with how each is read, what they are without, and what it does with them; each writes NAME.json
 * and prints a table. What a suite needs is loaded when it runs.
 */
const SUITES = {
  proofs: {
    options: {
      circuits: read.names(Object.keys(CIRCUITS)), systems: read.names(Object.keys(SYSTEMS)), clients: read.numbers,
      rounds: read.number, seconds: read.number, 'proverd-options': read.words,
      'bb-msm': read.choice(['new', 'legacy']),
    },
    defaults: PROOFS,
    run: async (options, write) => (await import('./proofs.mjs')).benchProofs(options, write),
  },
  'bad-requests': {
    options: { requests: read.number, clients: read.number, 'proverd-options': read.words },
    defaults: BAD_REQUESTS,
    run: async (options, write) => (await import('./bad_requests.mjs')).benchBadRequests(options, write),
  },
  execute: {
    options: { rounds: read.number },
    defaults: EXECUTE,
    run: async (options, write) => (await import('./execute.mjs')).benchExecute(options, write),
  },
  verify: {
    options: { rounds: read.number },
    defaults: VERIFY,
    run: async (options, write) => (await import('./verify.mjs')).benchVerify(options, write),
  },
  markdown: { options: {}, defaults: {}, run: printMarkdown }, // of what there is in the folder of results
};

const camelCase = (flag) => flag.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

function parse([first, ...rest]) {
  const named = first !== undefined && !first.startsWith('-');
  const name = named ? first : 'proofs';
  const suite = SUITES[name];
  if (suite === undefined) throw new UsageError(`there is no suite '${name}'; there are ${Object.keys(SUITES).join(', ')}`);
  const flags = Object.fromEntries([...Object.keys(suite.options), 'output'].map((flag) => [flag, text]));
  let given;
  try {
    given = parseArgs({ args: named ? rest : [first, ...rest].filter((one) => one !== undefined), options: flags }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
  const { output = RESULTS, ...values } = given;
  const own = Object.entries(values).map(([flag, value]) => [camelCase(flag), suite.options[flag](value, flag)]);
  return { suite, options: { ...suite.defaults, ...Object.fromEntries(own) }, output };
}

async function main(args) {
  try {
    const { suite, options, output } = parse(args);
    mkdirSync(output, { recursive: true });
    await suite.run(options, (name, content) => writeFileSync(join(output, name), content), output);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`bench: ${error.message}\nTry: script/bench --help\n`);
    return WRONG_USAGE;
  }
}

process.exitCode = await main(process.argv.slice(2));
