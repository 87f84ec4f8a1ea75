// Where things are: the repository's own build, unless the environment names another.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const WORKER = fileURLToPath(new URL('../../..', import.meta.url));
export const ROOT = join(WORKER, '..');

export const MAZE = join(ROOT, 'circuit/target/circuit.json');
export const MAZE_WITNESS = join(ROOT, 'circuit/target/circuit.gz');

const platform = process.arch === 'arm64' ? 'arm64-linux' : 'amd64-linux';
export const BB = join(ROOT, 'node_modules/@aztec/bb.js/build', platform, 'bb');
export const CRS = process.env.CRS_PATH ?? join(ROOT, '.cache/crs');
export const PROVERD = process.env.PROVERD ?? join(ROOT, 'build/src/proverd');

export function checkPaths(): void {
  for (const [path, remedy] of [
    [PROVERD, 'script/build'],
    [BB, 'script/bootstrap'],
    [CRS, 'script/bootstrap'],
    [MAZE, 'script/bootstrap'],
    [MAZE_WITNESS, 'script/bootstrap'],
  ] as const)
    if (!existsSync(path)) throw new Error(`${path} is not there: run ${remedy}`);
}
