import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { testCases } from './cases.mjs';
import { compileProgram, executeProgram } from './compile.mjs';
import { currentSeed } from './generate.mjs';
import * as m from './maze.mjs';
import { packageFolder } from './packages.mjs';
import { generatedFiles } from './sources.mjs';
import { parseToml } from './toml.mjs';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const MAX_ROWS = 2 ** 13;
const SEEDS = [1, 2, 42, 12345, m.MAX_SEED];

const maze = m.generateMaze(currentSeed());
const cases = testCases(maze);
const scratch = mkdtempSync(join(tmpdir(), 'circuit-test-'));
after(() => rmSync(scratch, { recursive: true }));

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw error;
  return { status, stdout, stderr };
}

function runScript(name, ...args) {
  return run(process.execPath, [join(FOLDER, name), ...args]);
}

function bb(...args) {
  const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch];
  const system = { linux: 'linux', darwin: 'macos' }[process.platform];
  return run(join(packageFolder('@aztec/bb.js'), 'build', `${architecture}-${system}`, 'bb'), args);
}

function succeed({ status, stdout, stderr }) {
  assert.equal(status, 0, stderr);
  return stdout;
}

/** Asserts that executing with `inputs` goes as a test case says: by no message it must succeed. */
async function assertExecution(program, inputs, message) {
  if (message === undefined) await executeProgram(program, inputs);
  else await assert.rejects(executeProgram(program, inputs), (error) => error.message.includes(message));
}

describe('the generator', () => {
  test('park_miller__gives_the_published_value', () => {
    const random = m.parkMiller(1);
    assert.equal(random(), 48271);
    for (let i = 2; i < 10000; i++) random();
    assert.equal(random(), 399268537); // the C++ standard's value for minstd_rand
  });

  test('park_miller__refuses_seeds_that_it_would_not_leave', () => {
    for (const seed of [0, m.MAX_SEED + 1, -1, 1.5, NaN]) assert.throws(() => m.parkMiller(seed), RangeError);
  });

  test('generate_maze__gives_the_same_maze_for_a_seed_and_others_for_others', () => {
    assert.deepEqual(m.generateMaze(7), m.generateMaze(7));
    const drawings = SEEDS.map((seed) => m.draw(m.generateMaze(seed)));
    assert.equal(new Set(drawings).size, SEEDS.length);
  });

  for (const seed of SEEDS) {
    test(`generate_maze__is_perfect_for_seed_${seed}`, () => {
      const { passages } = m.generateMaze(seed);
      const doors = passages.reduce((sum, directions) => sum + directions.size, 0);
      assert.equal(doors, 2 * (m.CELLS - 1));
      const reached = new Set([m.START]);
      for (const cell of reached) for (const d of passages[cell]) reached.add(m.neighbour(cell, d));
      assert.equal(reached.size, m.CELLS);
      assert.ok(!reached.has(m.OUTSIDE));
    });

    test(`generate_maze__solves_the_41x41_grid_for_seed_${seed}`, () => {
      const solved = m.generateMaze(seed);
      const grid = m.toGrid(solved);
      const path = m.gridPath(solved.solution);
      assert.deepEqual([grid.length, grid[0].length], [41, 41]);
      assert.deepEqual([path[0], path.at(-1)], [[1, 1], [39, 39]]);
      for (const [row, column] of path) assert.ok(grid[row][column], `wall at ${row},${column}`);
      assert.equal(new Set(path.map(String)).size, path.length, 'the shortest path passes nothing twice');
    });

    test(`next_cell__follows_the_grid_for_seed_${seed}`, () => {
      const { passages, nextCell } = m.generateMaze(seed);
      const grid = m.toGrid({ passages });
      const drawnStep = (cell, move) => {
        const [row, column] = [Math.floor(cell / m.SIZE), cell % m.SIZE];
        const [down, right] = [[-1, 0], [0, 1], [1, 0], [0, -1], [0, 0]][move];
        const inside = [row + down, column + right].every((x) => x >= 0 && x < m.SIZE);
        if (!inside) return m.OUTSIDE;
        return grid[2 * row + 1 + down][2 * column + 1 + right] ? cell + m.SIZE * down + right : m.WALL;
      };
      for (let place = 0; place < m.CELLS + 2; place++) {
        for (const move of m.MOVES) {
          const expected = place < m.CELLS ? drawnStep(place, move) : place;
          assert.equal(nextCell[5 * place + move], expected, `place ${place}, move ${move}`);
        }
      }
      assert.equal(nextCell.length, 5 * (m.CELLS + 2));
    });
  }
});

describe('generate.mjs', () => {
  test('committed_files__are_those_of_the_seed', () => {
    for (const [path, content] of Object.entries(generatedFiles(maze))) {
      assert.equal(readFileSync(join(FOLDER, path), 'utf8'), content, `${path}: run node circuit/generate.mjs`);
    }
    assert.equal(runScript('generate.mjs', '--check').status, 0);
  });

  test('check__tells_the_files_of_another_seed', () => {
    const { status, stderr } = runScript('generate.mjs', '--check', '--seed', currentSeed() === 2 ? '3' : '2');
    assert.equal(status, 1);
    assert.match(stderr, /src\/maze\.nr differs/);
  });

  test('a_solution_longer_than_the_circuit_takes__is_refused_with_a_seed_that_fits', () => {
    const { status, stderr } = runScript('generate.mjs', '--seed', '18');
    assert.equal(status, 1);
    assert.match(stderr, /262 moves and the circuit 250; the next seed that fits is 19/);
    assert.throws(() => m.pad(m.generateMaze(18).solution), RangeError);
  });

  test('wrong_usage__is_refused', () => {
    for (const args of ['--seed=0', '--seed=2147483647', '--seed=x', '--sed', '--print --check']) {
      assert.equal(runScript('generate.mjs', ...args.split(' ')).status, 2, args);
    }
  });

  test('print__draws_41_lines', () => {
    const stdout = succeed(runScript('generate.mjs', '--seed', '42', '--print'));
    assert.equal(stdout.match(/██.*██\n/g).length, 41);
  });
});

describe('toml', () => {
  test('parse__reads_what_inputs_need', () => {
    const text = '# inputs\nx = 3 # three\ny = "0x10"\nok = true\nlist = [\n  1, "2",\n  3,\n]\nnone = []\n';
    assert.deepEqual(parseToml(text), { x: 3, y: '0x10', ok: true, list: [1, '2', 3], none: [] });
  });

  test('parse__refuses_the_rest', () => {
    const texts = ['x', 'x = ', '[table]\nx = 1', 'x = [[1], [2]]', 'x = 1 2', 'x = yes', 'x = 18446744073709551615'];
    for (const text of texts) assert.throws(() => parseToml(text), SyntaxError, text);
  });
});

describe('compile.mjs', () => {
  const folder = join(scratch, 'square');
  const compile = (...args) => runScript('compile.mjs', '--program-dir', folder, ...args);
  const writeSource = (text) => writeFileSync(join(folder, 'src', 'main.nr'), text);
  const writeInputs = (text) => writeFileSync(join(folder, 'Prover.toml'), text);

  before(() => {
    mkdirSync(join(folder, 'src'), { recursive: true });
    writeFileSync(join(folder, 'Nargo.toml'), '[package]\nname = "square"\ntype = "bin"\n\n[dependencies]\n');
    writeSource('fn main(x: Field, y: pub Field) {\n    assert(x * x == y, "no root");\n}\n');
    writeInputs('x = 3\ny = "9"\n');
  });

  test('compile__works_once_and_again_after_a_change', () => {
    assert.match(succeed(compile()), /wrote .*square\.json\nwrote .*square\.gz/);
    assert.match(succeed(compile()), /square\.json is up to date\n.*square\.gz is up to date/);
    writeInputs('x = 4\ny = 16\n');
    assert.match(succeed(compile()), /square\.json is up to date\nwrote .*square\.gz/);
  });

  test('inputs_that_do_not_satisfy__exit_3_and_leave_no_witness', () => {
    writeInputs('x = 3\ny = 10\n');
    const { status, stderr } = compile();
    assert.equal(status, 3);
    assert.match(stderr, /Prover\.toml: .*no root/);
    assert.ok(!existsSync(join(folder, 'target', 'square.gz')));
  });

  test('a_source_that_does_not_compile__exits_1', () => {
    writeSource('fn main(x: Field, y: pub Field) {\n    assert(x * z == y);\n}\n');
    const { status, stderr } = compile();
    assert.equal(status, 1);
    assert.match(stderr, /cannot find `z` in this scope/);
  });

  test('wrong_usage__exits_2', () => {
    assert.equal(runScript('compile.mjs', '--fast').status, 2);
    assert.equal(runScript('compile.mjs', '--program-dir', scratch).status, 2);
  });
});

describe('the circuit', () => {
  let program;

  before(() => {
    succeed(runScript('compile.mjs'));
    program = JSON.parse(readFileSync(join(FOLDER, 'target', 'circuit.json'), 'utf8'));
  });

  for (const { name, seed, moves, message } of cases) {
    test(name, () => assertExecution(program, { moves, maze_seed: seed }, message));
  }

  test('cases__are_all_there_for_a_solution_of_ordinary_length', () => {
    assert.ok(maze.solution.length > m.MAX_MOVES - 2 || cases.length === 20, `${cases.length} cases`);
  });

  test('only_the_seed_is_public', () => {
    const visibility = program.abi.parameters.map((parameter) => [parameter.name, parameter.visibility]);
    assert.deepEqual(visibility, [['moves', 'private'], ['maze_seed', 'public']]);
  });

  test('bb_gates__counts_no_more_rows_than_the_limit', () => {
    const report = JSON.parse(succeed(bb('gates', '-b', join(FOLDER, 'target', 'circuit.json'))));
    const rows = report.functions[0].circuit_size;
    assert.ok(rows <= MAX_ROWS, `${rows} rows`);
  });
});

/**
 * nargo is in no npm package, but a Noir test is a function: in a program whose only input chooses one of them, noir_js
 * runs them all, as unconstrained code.
 */
describe('the Noir tests', () => {
  const source = readFileSync(join(FOLDER, 'src', 'tests.nr'), 'utf8');
  const found = [...source.matchAll(/#\[test(?:\(should_fail_with = "(.*)"\))?\]\nfn (\w+)\(\)/g)];
  const tests = found.map(([, message, name]) => ({ name, message }));
  let program;

  before(async () => {
    const folder = join(scratch, 'noir-tests');
    const inFolder = (...path) => join(folder, ...path);
    cpSync(join(FOLDER, 'src'), inFolder('src', 'circuit'), { recursive: true });
    writeFileSync(inFolder('Nargo.toml'), '[package]\nname = "noir_tests"\ntype = "bin"\n\n[dependencies]\n');
    renameSync(inFolder('src', 'circuit', 'main.nr'), inFolder('src', 'circuit.nr'));
    writeFileSync(
      inFolder('src', 'circuit.nr'),
      readFileSync(inFolder('src', 'circuit.nr'), 'utf8').replace('maze_seed: pub u32', 'maze_seed: u32') +
        'pub unconstrained fn run(test: u32) {\n    tests::run(test);\n}\n',
    );
    const branches = tests.map(({ name }, i) => `    if test == ${i} {\n        ${name}();\n    }\n`).join('');
    writeFileSync(
      inFolder('src', 'circuit', 'tests.nr'),
      `${source}\npub(crate) unconstrained fn run(test: u32) {\n${branches}}\n`,
    );
    writeFileSync(
      inFolder('src', 'main.nr'),
      'mod circuit;\n\nunconstrained fn main(test: u32) {\n    circuit::run(test);\n}\n',
    );
    program = await compileProgram(folder);
  });

  test('noir_tests__are_the_cases', () => {
    assert.deepEqual(tests, cases.map(({ name, message }) => ({ name, message })));
  });

  for (const [i, { name, message }] of tests.entries()) {
    test(name, () => assertExecution(program, { test: i }, message));
  }
});

describe('a proof', () => {
  const circuit = join(FOLDER, 'target', 'circuit.json');
  const witness = join(FOLDER, 'target', 'circuit.gz');
  const crs = process.env.CRS_PATH;
  const verify = (publicInputs) =>
    bb('verify', '-k', join(scratch, 'vk'), '-p', join(scratch, 'proof'), '-i', publicInputs, '-c', crs);

  before(() => {
    const hint = 'a folder, writable, with bn254_g1.dat or bn254_g1_compressed.dat, and bn254_g2.dat';
    assert.ok(crs, `set CRS_PATH to the CRS that bb is to use: ${hint}`);
    succeed(bb('write_vk', '-b', circuit, '-o', scratch, '-c', crs));
    succeed(bb('prove', '-b', circuit, '-w', witness, '-k', join(scratch, 'vk'), '-o', scratch, '-c', crs));
  });

  test('proof__verifies_for_the_seed', () => {
    const publicInputs = readFileSync(join(scratch, 'public_inputs'));
    assert.equal(BigInt(`0x${publicInputs.toString('hex')}`), BigInt(maze.seed));
    succeed(verify(join(scratch, 'public_inputs')));
  });

  test('proof__does_not_verify_for_another_seed', () => {
    const other = readFileSync(join(scratch, 'public_inputs'));
    other[other.length - 1] ^= 1;
    writeFileSync(join(scratch, 'other_inputs'), other);
    assert.notEqual(verify(join(scratch, 'other_inputs')).status, 0);
  });
});
