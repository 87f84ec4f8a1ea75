// The circuits that are measured, each with its key and as many witnesses as there are clients at most: equal requests
// could share a proof, and every request here shall cost one.

import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { compileProgram, executeProgram } from '../circuit/compile.mjs';
import { generateMaze, MAX_MOVES, STAY } from '../circuit/maze.mjs';
import { currentSeed } from '../circuit/generate.mjs';
import { packageFolder } from '../circuit/packages.mjs';
import { DEVELOPMENT_POINTS, developmentCrs } from './development_crs.mjs';
import { CIRCUITS } from './names.mjs';
import { BB, cached, MAZE, REAL_CRS } from './paths.mjs';

const execute = promisify(execFile);
const SOURCE = new URL('circuits/main.nr', import.meta.url);

const digest = (...parts) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);

/** A path through the maze, with the moves that stand still somewhere else in each. */
function mazeInputs() {
  const { seed, solution } = generateMaze(currentSeed());
  const moves = [...solution];
  while (moves.length < MAX_MOVES) moves.splice(Math.floor(Math.random() * (moves.length + 1)), 0, STAY);
  return { moves, maze_seed: seed };
}

async function mazeWitnesses(program, count) {
  const witnesses = [];
  for (let i = 0; i < count; i++) witnesses.push(await executeProgram(program, mazeInputs()));
  return witnesses;
}

/** One execution with a salt that is easy to find, and then others in its place. */
async function saltedWitnesses(program, count) {
  const salt = Buffer.concat([Buffer.alloc(1), randomBytes(31)]);
  const raw = gunzipSync(await executeProgram(program, { secret: '0x2a', _salt: `0x${salt.toString('hex')}` }));
  const at = raw.indexOf(salt);
  if (at < 0 || raw.indexOf(salt, at + 1) >= 0) throw new Error('the salt is not once in the witness');
  return Array.from({ length: count }, () => {
    randomBytes(31).copy(raw, at + 1);
    return gzipSync(raw);
  });
}

async function compileLinks(name, links, folder) {
  const project = join(folder, 'project');
  mkdirSync(join(project, 'src'), { recursive: true });
  writeFileSync(join(project, 'Nargo.toml'), `[package]\nname = "${name}"\ntype = "bin"\n\n[dependencies]\n`);
  writeFileSync(join(project, 'src', 'main.nr'), readFileSync(SOURCE, 'utf8').replace('LINKS: u32 = 0', `LINKS: u32 = ${links}`));
  return JSON.stringify(await compileProgram(project));
}

async function fill(folder, name, count, crs) {
  const { links } = CIRCUITS[name];
  const artifact = join(folder, 'circuit.json');
  writeFileSync(artifact, links === undefined ? readFileSync(MAZE) : await compileLinks(name, links, folder));
  const program = JSON.parse(readFileSync(artifact, 'utf8'));
  const witnesses = await (links === undefined ? mazeWitnesses : saltedWitnesses)(program, count);
  mkdirSync(join(folder, 'witnesses'));
  witnesses.forEach((witness, place) => writeFileSync(join(folder, 'witnesses', `${place}.gz`), witness));
  await execute(BB, ['write_vk', '-b', artifact, '-o', folder, '-c', crs]);
  const { stdout } = await execute(BB, ['gates', '-b', artifact]);
  writeFileSync(join(folder, 'gates'), String(JSON.parse(stdout).functions[0].circuit_size));
}

/** A circuit of the table, compiled, executed `count` times, its key computed: once, and then from the cache. */
export async function prepareCircuit(name, count, say) {
  const { rows, links } = CIRCUITS[name];
  const development = links !== undefined;
  const crs = development ? await developmentCrs(say) : REAL_CRS;
  const compiler = readFileSync(join(packageFolder('@noir-lang/noir_wasm'), 'package.json'), 'utf8');
  const key = digest(compiler, links === undefined ? readFileSync(MAZE, 'utf8') : readFileSync(SOURCE, 'utf8'), links ?? 0, count, development ? DEVELOPMENT_POINTS : 0);
  say(`circuit ${name}`);
  const folder = await cached(`${name}-${key}`, (part) => fill(part, name, count, crs));
  const witnesses = readdirSync(join(folder, 'witnesses')).map((file) => join(folder, 'witnesses', file));
  const gates = Number(readFileSync(join(folder, 'gates'), 'utf8'));
  if (gates > rows || gates <= rows / 2) throw new Error(`circuit ${name} has ${gates} gates, which make no ${rows} rows`);
  return {
    name, rows, gates, crs, development, points: development ? DEVELOPMENT_POINTS : rows,
    artifact: join(folder, 'circuit.json'), key: join(folder, 'vk'), witnesses,
  };
}
