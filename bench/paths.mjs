// Where things are. What the benchmark makes once stays in .cache/bench.

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BB, MAZE, MAZE_WITNESS, PROVERD, ROOT } from '../tests/e2e/lib/paths.mjs';

export { BB, MAZE, MAZE_WITNESS, PROVERD, ROOT };
export const CACHE = join(ROOT, '.cache', 'bench');
export const ULTRAHONK = join(ROOT, 'build', 'src', 'ultrahonk');
export const REAL_CRS = join(ROOT, '.cache', 'crs');

/** The folder `name` of the cache; `fill(folder)` makes it, and it is there whole or not at all. */
export async function cached(name, fill) {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  await fill(part);
  renameSync(part, folder);
  return folder;
}
