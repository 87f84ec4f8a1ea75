// What stands in for a program in the documentation's shell: `node stand_in.mjs PROGRAM ARGUMENT...`. It fails when the
// real one could not do what it is told with what is in this repository.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const { ROOT, SCRATCH, CLONE, COMPILED } = process.env;
const [program, ...args] = process.argv.slice(2);

function fail(what) {
  console.error(`${program} ${args.join(' ')}: ${what}`);
  process.exit(1);
}

const need = (path) => existsSync(path) || fail(`there is no ${path}`);
const run = (command, list, options = {}) => execFileSync(command, list, { stdio: 'inherit', ...options });

/** The values of an option, given as `--option value` or `--option=value`. */
function valuesOf(...names) {
  return args.flatMap((word, place) => {
    if (names.includes(word)) return [args[place + 1]];
    const [name, ...rest] = word.split('=');
    return names.includes(name) && rest.length > 0 ? [rest.join('=')] : [];
  });
}

function proverdVariables() {
  const help = execFileSync(join(ROOT, 'build/src/proverd'), ['--help'], { encoding: 'utf8' });
  return new Set([...help.matchAll(/\[(PROVERD_\w+),/g)].map(([, name]) => name));
}

function dockerBuild() {
  const file = valuesOf('-f', '--file')[0] ?? join(args.at(-1), 'Dockerfile');
  need(file);
  if (!statSync(args.at(-1)).isDirectory()) fail(`${args.at(-1)} is no folder`);
  const known = [...readFileSync(file, 'utf8').matchAll(/^ARG (\w+)/gm)].map(([, name]) => name);
  for (const setting of valuesOf('--build-arg')) if (!known.includes(setting.split('=')[0])) fail(`the Dockerfile has no ARG for ${setting}`);
}

function dockerRun() {
  const variables = proverdVariables();
  for (const setting of valuesOf('-e', '--env')) if (!variables.has(setting.split('=')[0])) fail(`proverd has no variable for ${setting}`);
  for (const mount of valuesOf('-v', '--volume')) need(mount.split(':')[0]);
  if (!valuesOf('-p', '--publish').every((ports) => ports.endsWith(':8080'))) fail('the image serves on port 8080');
}

function scriptOptions() {
  const [name, ...options] = args;
  const help = execFileSync(join(ROOT, 'script', name), ['--help'], { encoding: 'utf8' });
  for (const word of options) if (word.startsWith('-') && !help.includes(word.split('=')[0]) && word !== '--help') fail(`its --help has no ${word}`);
}

function npxWrangler() {
  if (args[0] !== 'wrangler') fail('only wrangler is known');
  const configuration = readFileSync('wrangler.jsonc', 'utf8');
  const [environment] = valuesOf('--env');
  if (environment !== undefined && !configuration.includes(`"${environment}": {`)) fail(`wrangler.jsonc has no env.${environment}`);
  if (!['dev', 'login', 'deploy', 'secret', 'kv', 'containers'].includes(args[1])) fail(`wrangler has no ${args[1]}`);
}

function nargoNew() {
  const folder = args[1];
  if (existsSync(folder)) fail(`${folder} is there already`);
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'Nargo.toml'), `[package]\nname = "${basename(folder)}"\ntype = "bin"\nauthors = [""]\n\n[dependencies]\n`);
  writeFileSync(join(folder, 'src/main.nr'), 'fn main(x: Field, y: pub Field) {\n    assert(x != y);\n}\n\n#[test]\nfn test_main() {\n    main(1, 2);\n}\n');
}

// What one page has compiled the next one need not.
function nargoCompile() {
  const sources = ['Nargo.toml', 'src/main.nr'].map((path) => readFileSync(path, 'utf8'));
  const kept = join(COMPILED, createHash('sha256').update(sources.join()).digest('hex'));
  if (existsSync(kept)) return cpSync(kept, 'target', { recursive: true });
  run(process.execPath, [join(CLONE, 'circuit/compile.mjs'), '--program-dir', '.']);
  cpSync('target', kept, { recursive: true });
}

const PROGRAMS = {
  git: () => (args[0] === 'clone' ? run(join(SCRATCH, 'bin/git-clone'), [args.at(-1)]) : fail('only clone is known')),
  script: scriptOptions,
  docker() {
    if (args[0] === 'build') dockerBuild();
    else if (args[0] === 'run') dockerRun();
    else if (args[0] === 'compose') valuesOf('-f').forEach(need);
    else fail('build, run and compose are known');
  },
  kubectl() {
    for (const path of valuesOf('-f')) if (!readdirSync(path).some((name) => name.endsWith('.yaml'))) fail(`${path} has no manifest`);
  },
  systemctl() {
    const unit = args.at(-1);
    if (args[0] !== 'daemon-reload') need(join(CLONE, `deploy/systemd/${unit}.service`));
  },
  // Nothing is installed here: what would be has to be there.
  install() {
    const words = args.filter((word, place) => !word.startsWith('-') && !['-m', '-t'].includes(args[place - 1]));
    for (const source of valuesOf('-t').length > 0 ? words : words.slice(0, -1)) need(source);
  },
  npm: () => need('package.json'),
  npx: npxWrangler,
  meson: () => run('/usr/bin/env', ['meson', ...args.map((word) => (word === 'build' ? join(ROOT, 'build') : word)), '--no-rebuild'], {
    env: { ...process.env, PATH: process.env.PATH.split(':').filter((folder) => !folder.startsWith(SCRATCH)).join(':') },
  }),
  nargo() {
    if (args[0] === 'new') nargoNew();
    else if (args[0] === 'compile') nargoCompile();
    else if (args[0] === 'execute') run(process.execPath, [join(CLONE, 'circuit/compile.mjs'), '--program-dir', '.']);
    else fail('new, compile and execute are known');
  },
};

PROGRAMS[program]();
