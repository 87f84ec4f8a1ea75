// The maze as text: the Noir sources and the inputs that generate.mjs writes.

import { testCases } from './cases.mjs';
import { GOAL, MAX_MOVES, OUTSIDE, pad, START, WALL } from './maze.mjs';

const HEADER = 'Written by generate.mjs from the seed: do not edit.';

/** Items in lines of up to 100 columns, as nargo fmt breaks them. */
function wrap(items, indent) {
  const lines = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + ` ${item},`.length <= 100) lines[lines.length - 1] += ` ${item},`;
    else lines.push(`${indent}${item},`);
  }
  return lines.join('\n');
}

function mazeSource({ seed, nextCell }) {
  return `// ${HEADER}

pub(crate) global MAZE_SEED: u32 = ${seed};
pub(crate) global MAX_MOVES: u32 = ${MAX_MOVES};

pub(crate) global START: u16 = ${START};
pub(crate) global GOAL: u16 = ${GOAL};
pub(crate) global WALL: u16 = ${WALL};
pub(crate) global OUTSIDE: u16 = ${OUTSIDE};

/// Where each move leads, five entries a place: north, east, south, west, stay. The places are the
/// ${WALL} cells by rows, WALL and OUTSIDE.
pub(crate) global NEXT_CELL: [u16; ${nextCell.length}] = [
${wrap(nextCell, '    ')}
];
`;
}

function testSource({ name, seed, moves, message }) {
  const attribute = message === undefined ? '#[test]' : `#[test(should_fail_with = "${message}")]`;
  return `
${attribute}
fn ${name}() {
    let moves = [
${wrap(moves, '        ')}
    ];
    main(moves, ${seed});
}
`;
}

function testsSource(maze) {
  return `// ${HEADER}

use super::main;
${testCases(maze).map(testSource).join('')}`;
}

function proverToml({ seed, solution }) {
  return `# ${HEADER}

maze_seed = ${seed}
moves = [
${wrap(pad(solution), '    ')}
]
`;
}

function inputsJson({ seed, solution }) {
  return `${JSON.stringify({ inputs: { maze_seed: seed, moves: pad(solution) } })}\n`;
}

/** The content of each file that comes from the maze, by its path in this folder. */
export function generatedFiles(maze) {
  return {
    'src/maze.nr': mazeSource(maze),
    'src/tests.nr': testsSource(maze),
    'Prover.toml': proverToml(maze),
    'inputs.json': inputsJson(maze),
  };
}
