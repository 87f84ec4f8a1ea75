// The maze as a graph of cells: how it is made from a seed, solved, tabled for the circuit and drawn.

export const SIZE = 20;
export const CELLS = SIZE * SIZE;
export const MAX_MOVES = 250;

export const NORTH = 0;
export const EAST = 1;
export const SOUTH = 2;
export const WEST = 3;
export const STAY = 4;

export const DIRECTIONS = [NORTH, EAST, SOUTH, WEST];
export const MOVES = [...DIRECTIONS, STAY];

// Rows and columns that each move advances.
const STEPS = [
  [-1, 0],
  [0, 1],
  [1, 0],
  [0, -1],
  [0, 0],
];

export const START = 0;
export const GOAL = CELLS - 1;

// Two places behind the last cell, which no move leaves: where a move across a wall and one across the border lead.
export const WALL = CELLS;
export const OUTSIDE = CELLS + 1;

const MODULUS = 2 ** 31 - 1;
const MULTIPLIER = 48271;
export const MAX_SEED = MODULUS - 1;

/** The Park-Miller generator: each call gives the next state, in 1..=MAX_SEED. */
export function parkMiller(seed) {
  if (!Number.isInteger(seed) || seed < 1 || seed > MAX_SEED) {
    throw new RangeError(`the seed must be a whole number from 1 to ${MAX_SEED}, not ${seed}`);
  }
  let state = seed;
  return () => (state = (state * MULTIPLIER) % MODULUS); // the product stays below 2^47, exact in a double
}

export function opposite(direction) {
  return (direction + 2) % 4;
}

/** The cell next to `cell`, walls or not, or OUTSIDE. */
export function neighbour(cell, direction) {
  const row = Math.floor(cell / SIZE) + STEPS[direction][0];
  const column = (cell % SIZE) + STEPS[direction][1];
  const inside = row >= 0 && row < SIZE && column >= 0 && column < SIZE;
  return inside ? row * SIZE + column : OUTSIDE;
}

/** Recursive backtracker, its recursion on a stack of its own. Gives the set of open directions of each cell. */
function carve(random) {
  const passages = Array.from({ length: CELLS }, () => new Set());
  const visited = new Set([START]);
  const trail = [START];
  while (trail.length > 0) {
    const cell = trail.at(-1);
    const choices = DIRECTIONS.filter((direction) => {
      const next = neighbour(cell, direction);
      return next !== OUTSIDE && !visited.has(next);
    });
    if (choices.length === 0) {
      trail.pop();
      continue;
    }
    const direction = choices[random() % choices.length];
    const next = neighbour(cell, direction);
    passages[cell].add(direction);
    passages[next].add(opposite(direction));
    visited.add(next);
    trail.push(next);
  }
  return passages;
}

function destination(passages, cell, move) {
  if (move === STAY) return cell;
  const next = neighbour(cell, move);
  return next === OUTSIDE || passages[cell].has(move) ? next : WALL;
}

/** Where each move leads from each place: entry `MOVES.length * place + move`. */
function tabulate(passages) {
  const cells = passages.flatMap((_, cell) => MOVES.map((move) => destination(passages, cell, move)));
  const traps = [WALL, OUTSIDE].flatMap((trap) => MOVES.map(() => trap));
  return [...cells, ...traps];
}

/** The shortest moves from START to GOAL, breadth first. */
function solve(passages) {
  const moves = new Map([[START, []]]);
  for (const [cell, path] of moves) {
    for (const direction of passages[cell]) {
      const next = neighbour(cell, direction);
      if (!moves.has(next)) moves.set(next, [...path, direction]);
    }
  }
  return moves.get(GOAL);
}

export function generateMaze(seed) {
  const passages = carve(parkMiller(seed));
  return { seed, passages, nextCell: tabulate(passages), solution: solve(passages) };
}

/** `moves` with STAY up to the length that the circuit takes. */
export function pad(moves) {
  if (moves.length > MAX_MOVES) {
    throw new RangeError(`${moves.length} moves are more than the circuit takes (${MAX_MOVES})`);
  }
  return [...moves, ...Array(MAX_MOVES - moves.length).fill(STAY)];
}

/** The 41x41 grid: cells at odd rows and columns, between them a passage or a wall. True is open. */
export function toGrid(maze) {
  const grid = Array.from({ length: 2 * SIZE + 1 }, () => Array(2 * SIZE + 1).fill(false));
  maze.passages.forEach((directions, cell) => {
    const [row, column] = gridPosition(cell);
    for (const move of [STAY, ...directions]) {
      grid[row + STEPS[move][0]][column + STEPS[move][1]] = true;
    }
  });
  return grid;
}

function gridPosition(cell) {
  return [2 * Math.floor(cell / SIZE) + 1, 2 * (cell % SIZE) + 1];
}

/** The grid positions that `moves` passes, a cell and a passage in turn. */
export function gridPath(moves) {
  const positions = [gridPosition(START)];
  for (const move of moves) {
    for (let half = 0; half < 2; half++) {
      const [row, column] = positions.at(-1);
      positions.push([row + STEPS[move][0], column + STEPS[move][1]]);
    }
  }
  return positions;
}

/** The grid as text, each position two characters wide to come out square. */
export function draw(maze, moves = []) {
  const onPath = new Set(moves.length > 0 ? gridPath(moves).map(String) : []);
  const paint = (open, row, column) => {
    if (!open) return '██';
    return onPath.has(String([row, column])) ? '··' : '  ';
  };
  return toGrid(maze)
    .map((cells, row) => cells.map((open, column) => paint(open, row, column)).join('') + '\n')
    .join('');
}
