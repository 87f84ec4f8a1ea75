// What `nargo execute` does, by npm packages: compiles a Nargo project and executes it with the inputs of Prover.toml.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packageFolder } from './packages.mjs';
import { parseToml } from './toml.mjs';

const HELP = `Usage: node circuit/compile.mjs [--program-dir DIR] [--force]

Compiles a Nargo project with noir_wasm and executes it with noir_js, so that nargo is not
needed. Writes what \`nargo execute\` writes:

  target/NAME.json   the circuit: its ABI and bytecode
  target/NAME.gz     the witness of the inputs in Prover.toml, where there is one

  --program-dir DIR  the folder of Nargo.toml; without it, that of the maze
  --force            also when Nargo.toml, src/ and Prover.toml are those of the last time
  --help             this text

Example:
  node circuit/compile.mjs && bb gates -b circuit/target/circuit.json

Exit status: 0 done, or nothing to do; 1 the circuit does not compile; 2 wrong usage, or no
npm packages; 3 the inputs do not satisfy the circuit.
`;

const NOT_COMPILED = 1;
const WRONG_USAGE = 2;
const NOT_SATISFIED = 3;

class Failure extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Compiles the Nargo project in `folder`. Gives the object that nargo writes to target/NAME.json. */
export async function compileProgram(folder) {
  const { compile, createFileManager } = await import('@noir-lang/noir_wasm'); // only here: it takes a second to load
  const ignore = () => {};
  const { program, warnings } = await compile(createFileManager(resolve(folder)), undefined, ignore, ignore);
  for (const { file, message } of warnings) console.error(`warning: ${file}: ${message}`);
  return program;
}

/** Executes a compiled program. Gives the gzipped witness, or throws what the circuit says to the inputs. */
export async function executeProgram(program, inputs) {
  const { Noir } = await import('@noir-lang/noir_js');
  const { witness } = await new Noir(program).execute(inputs);
  return witness;
}

/** Runs `build` and writes what it gives to `path`, unless `path` was made of the same ingredients. */
async function make(path, ingredients, { force }, build) {
  const stamp = createHash('sha256').update(JSON.stringify(ingredients)).digest('hex');
  const stampPath = `${path}.stamp`;
  const shown = relative('', path);
  if (!force && existsSync(path) && existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) {
    console.log(`${shown} is up to date`);
    return;
  }
  for (const stale of [stampPath, path]) rmSync(stale, { force: true }); // a failed build leaves nothing to mistake
  const content = await build();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, content);
  renameSync(`${path}.part`, path);
  writeFileSync(stampPath, stamp);
  console.log(`wrote ${shown}`);
}

function readProject(folder) {
  const manifest = join(folder, 'Nargo.toml');
  if (!existsSync(manifest)) throw new Failure(WRONG_USAGE, `there is no ${manifest}: see --program-dir`);
  const name = readFileSync(manifest, 'utf8').match(/^name\s*=\s*"(\w+)"/m)?.[1];
  if (name === undefined) throw new Failure(WRONG_USAGE, `${manifest} names no package`);
  const sources = readdirSync(join(folder, 'src'), { recursive: true }).filter((path) => path.endsWith('.nr'));
  const files = [manifest, ...sources.sort().map((path) => join(folder, 'src', path))];
  return { name, sources: files.map((path) => [path, readFileSync(path, 'utf8')]) };
}

/** The manifest of an npm package: another version of the compiler may make another circuit. */
function packageManifest(name) {
  return readFileSync(join(packageFolder(name), 'package.json'), 'utf8');
}

async function compileToJson(folder) {
  try {
    return JSON.stringify(await compileProgram(folder));
  } catch (error) {
    throw new Failure(NOT_COMPILED, `the circuit does not compile:\n${error.message}`);
  }
}

async function executeToml(programPath, inputsPath, toml) {
  const program = JSON.parse(readFileSync(programPath, 'utf8'));
  try {
    return await executeProgram(program, parseToml(toml));
  } catch (error) {
    throw new Failure(NOT_SATISFIED, `${relative('', inputsPath)}: ${error.message}`);
  }
}

async function compileAndExecute(folder, options) {
  const { name, sources } = readProject(folder);
  const programPath = join(folder, 'target', `${name}.json`);
  await make(programPath, [packageManifest('@noir-lang/noir_wasm'), sources], options, () => compileToJson(folder));

  const inputsPath = join(folder, 'Prover.toml');
  if (!existsSync(inputsPath)) return;
  const toml = readFileSync(inputsPath, 'utf8');
  const ingredients = [packageManifest('@noir-lang/noir_js'), readFileSync(programPath, 'utf8'), toml];
  const witnessPath = join(folder, 'target', `${name}.gz`);
  await make(witnessPath, ingredients, options, () => executeToml(programPath, inputsPath, toml));
}

function parseOptions(args) {
  const options = { 'program-dir': { type: 'string' }, force: { type: 'boolean' }, help: { type: 'boolean' } };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new Failure(WRONG_USAGE, `${error.message}\nTry: node circuit/compile.mjs --help`);
  }
}

async function run(args) {
  const options = parseOptions(args);
  const folder = options['program-dir'] ?? fileURLToPath(new URL('.', import.meta.url));
  if (options.help) process.stdout.write(HELP);
  else await compileAndExecute(resolve(folder), options);
}

async function main(args) {
  try {
    await run(args);
    return 0;
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') console.error(`${error.message.split('\n')[0]}: run npm ci`);
    else if (error instanceof Failure) console.error(error.message);
    else throw error;
    return error.status ?? WRONG_USAGE;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
