// Writes what the circuit takes from the maze: src/maze.nr, src/tests.nr, Prover.toml and inputs.json.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { draw, generateMaze, MAX_MOVES, MAX_SEED } from './maze.mjs';
import { generatedFiles } from './sources.mjs';

const HELP = `Usage: node circuit/generate.mjs [--seed N] [--print | --check]

Makes the maze of a seed and writes it into the circuit: the table of next cells
(src/maze.nr), the tests (src/tests.nr) and the inputs of a proof (Prover.toml, and
the same for proverd, inputs.json).

  --seed N   a whole number from 1 to ${MAX_SEED}; without it, the seed of src/maze.nr
  --print    draw the maze and its solution and write nothing
  --check    write nothing; fail when a file is not what would be written
  --help     this text

Examples:
  node circuit/generate.mjs --seed 42 --print    look at a maze
  node circuit/generate.mjs --seed 42            put it into the circuit
  node circuit/compile.mjs                       compile the circuit and execute it

Exit status: 0 done; 1 the maze does not fit, or --check found a difference; 2 wrong usage.
`;

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const MAZE_SOURCE = new URL('src/maze.nr', import.meta.url);

class UsageError extends Error {}

/** The seed that the circuit is made from now. */
export function currentSeed() {
  const match = existsSync(MAZE_SOURCE) && readFileSync(MAZE_SOURCE, 'utf8').match(/MAZE_SEED: u32 = (\d+);/);
  if (!match) throw new UsageError('src/maze.nr names no seed: give one with --seed');
  return Number(match[1]);
}

function fits(maze) {
  return maze.solution.length <= MAX_MOVES;
}

function nextFittingSeed(seed) {
  let candidate = seed;
  do candidate = (candidate % MAX_SEED) + 1;
  while (!fits(generateMaze(candidate)));
  return candidate;
}

function isUpToDate(path, content) {
  const url = new URL(path, import.meta.url);
  return existsSync(url) && readFileSync(url, 'utf8') === content;
}

function check(files) {
  const stale = Object.keys(files).filter((path) => !isUpToDate(path, files[path]));
  for (const path of stale) console.error(`${path} differs from what the seed gives: run node circuit/generate.mjs`);
  return stale.length === 0 ? 0 : EXIT_FAILED;
}

function write(files) {
  for (const [path, content] of Object.entries(files)) {
    if (isUpToDate(path, content)) continue; // keeps its date, for build tools
    writeFileSync(new URL(path, import.meta.url), content);
    console.log(`wrote ${path}`);
  }
  return 0;
}

function print(maze) {
  process.stdout.write(draw(maze, maze.solution));
  console.log(`seed ${maze.seed}: ${maze.solution.length} moves from the top left to the bottom right`);
  return 0;
}

function parseOptions(args) {
  const options = {
    seed: { type: 'string' },
    print: { type: 'boolean' },
    check: { type: 'boolean' },
    help: { type: 'boolean' },
  };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
}

function parseSeed(text) {
  const seed = /^\d+$/.test(text) ? Number(text) : NaN;
  if (seed >= 1 && seed <= MAX_SEED) return seed;
  throw new UsageError(`--seed takes a number from 1 to ${MAX_SEED}, not ${text}`);
}

function run(args) {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.print && options.check) throw new UsageError('--print and --check exclude each other');
  const maze = generateMaze(options.seed === undefined ? currentSeed() : parseSeed(options.seed));
  if (options.print) return print(maze);
  if (!fits(maze)) {
    console.error(
      `seed ${maze.seed}: the solution takes ${maze.solution.length} moves and the circuit ${MAX_MOVES}; ` +
        `the next seed that fits is ${nextFittingSeed(maze.seed)}`,
    );
    return EXIT_FAILED;
  }
  const files = generatedFiles(maze);
  return options.check ? check(files) : write(files);
}

function main(args) {
  try {
    return run(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nTry: node circuit/generate.mjs --help`);
    return EXIT_USAGE;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2));
