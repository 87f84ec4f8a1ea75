// Right and wrong paths through a maze: the circuit's Noir tests are written from them, and noir_js runs them too.

import * as m from './maze.mjs';

const CROSSES = 'path crosses a wall';
const LEAVES = 'path leaves the maze';
const ENDS_ELSEWHERE = 'path does not end at the goal';
const OTHER_SEED = "maze_seed is not the seed of this circuit's maze";
const NO_MOVE = 'call to assert_max_bit_size';

/** A step and the step back: on the way to the goal it changes nothing but what it passes. */
function thereAndBack(direction) {
  return [direction, m.opposite(direction)];
}

/** Steps aside through the first inner wall beside the solution and back. */
function throughWallAndBack({ passages, solution }) {
  let cell = m.START;
  for (const [i, move] of solution.entries()) {
    const wall = m.DIRECTIONS.find((d) => m.neighbour(cell, d) !== m.OUTSIDE && !passages[cell].has(d));
    if (wall !== undefined) return [...solution.slice(0, i), ...thereAndBack(wall), ...solution.slice(i)];
    cell = m.neighbour(cell, move);
  }
  throw new Error('no wall beside the solution');
}

/** Every path between these two corners has an even length, so steps back and forth fill it to the last move. */
function toFullLength(solution) {
  const backAndForth = thereAndBack(m.opposite(solution.at(-1)));
  return [...solution, ...Array((m.MAX_MOVES - solution.length) / 2).fill(backAndForth).flat()];
}

/**
 * Numbers that are no moves, but whose entries, if the circuit looked them up, belong to a STAY further down the
 * table: from cell 0 they arrive at the goal.
 */
function jumpsDownTheTable() {
  const jump = (cells) => m.MOVES.length * cells + m.STAY;
  const longest = 50;
  const jumps = Array(Math.floor(m.GOAL / longest)).fill(jump(longest));
  return [...jumps, jump(m.GOAL % longest)];
}

function accepted({ solution }) {
  const room = Array(m.MAX_MOVES - solution.length).fill(m.STAY);
  return {
    accepts_solution_then_padding: solution,
    accepts_padding_then_solution: [...room, ...solution],
    accepts_padding_on_the_way: [solution[0], ...room, ...solution.slice(1)],
    accepts_detour: [...thereAndBack(solution[0]), ...solution],
    accepts_full_length_without_padding: toFullLength(solution),
  };
}

function rejected(maze) {
  const { solution } = maze;
  return [
    [CROSSES, { rejects_crossing_a_wall: throughWallAndBack(maze) }],
    [LEAVES, {
      rejects_all_zero_moves: Array(m.MAX_MOVES).fill(0),
      rejects_leaving_north: [...thereAndBack(m.NORTH), ...solution],
      rejects_leaving_west: [...thereAndBack(m.WEST), ...solution],
      rejects_leaving_east_after_goal: [...solution, ...thereAndBack(m.EAST)],
      rejects_leaving_south_after_goal: [...solution, ...thereAndBack(m.SOUTH)],
    }],
    [ENDS_ELSEWHERE, {
      rejects_padding_alone: [],
      rejects_missing_last_move: solution.slice(0, -1),
      rejects_leaving_the_goal_again: [...solution, m.opposite(solution.at(-1))],
    }],
    [NO_MOVE, {
      rejects_move_5: [5, ...solution],
      rejects_move_8: [8, ...solution],
      rejects_move_255: [255, ...solution],
      rejects_move_5_after_goal: [...solution, 5],
      rejects_jumps_down_the_table: jumpsDownTheTable(),
    }],
  ];
}

/** `{ name, seed, moves, message }` each; `message` is what the circuit says to a wrong path. */
export function testCases(maze) {
  const right = Object.entries(accepted(maze)).map(([name, moves]) => ({ name, moves }));
  const wrong = rejected(maze).flatMap(([message, paths]) =>
    Object.entries(paths).map(([name, moves]) => ({ name, moves, message })));
  const otherSeed = { name: 'rejects_other_seed', moves: maze.solution, seed: maze.seed + 1, message: OTHER_SEED };
  return [...right, ...wrong, otherSeed]
    .filter(({ moves }) => moves.length <= m.MAX_MOVES) // a long solution leaves no room for some of them
    .map((test) => ({ seed: maze.seed, ...test, moves: m.pad(test.moves) }));
}
