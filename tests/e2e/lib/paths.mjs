// Where things are: the daemon under test, the real bb, the real CRS, the maze.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFolder } from '../../../circuit/packages.mjs';

const ARCHITECTURE = { x64: 'amd64', arm64: 'arm64' }[process.arch];

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const PROVERD = process.env.PROVERD ?? join(ROOT, 'build', 'src', 'proverd');
export const BB = join(packageFolder('@aztec/bb.js'), 'build', `${ARCHITECTURE}-linux`, 'bb');
export const CRS = process.env.CRS_PATH ?? join(ROOT, '.cache', 'crs');
export const MAZE = join(ROOT, 'circuit', 'target', 'circuit.json');
export const MAZE_WITNESS = join(ROOT, 'circuit', 'target', 'circuit.gz');

for (const [path, hint] of [
  [PROVERD, 'script/build makes it, and PROVERD names another'],
  [CRS, 'script/bootstrap gets it, and CRS_PATH names another'],
  [MAZE_WITNESS, 'node circuit/compile.mjs makes it'],
]) {
  if (!existsSync(path)) throw new Error(`the end-to-end tests need ${path}: ${hint}`);
}

const folders = [];
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder that goes when the test file ends. */
export function temporaryFolder(name = 'folder') {
  const folder = mkdtempSync(join(tmpdir(), `e2e-${name}-`));
  folders.push(folder);
  return folder;
}
