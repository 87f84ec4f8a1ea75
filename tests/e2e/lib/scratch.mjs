// A place in which the shell of the documentation can do as it likes: a clone that is none, a home, and stand-ins for what
// needs a cluster, an account, an hour or another machine. A stand-in looks at its arguments and does as little as it can.

import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment } from './daemon.mjs';
import { BB, CRS, PROVERD, ROOT, temporaryFolder } from './paths.mjs';

const ARCHITECTURE = { x64: 'amd64', arm64: 'arm64' }[process.arch];
const STAND_IN = join(ROOT, 'tests/e2e/lib/stand_in.mjs');

// Those that only look at what they are told.
const PROGRAMS = ['docker', 'kubectl', 'systemctl', 'install', 'npx', 'npm', 'nargo', 'git', 'meson'];
// Of script/ these are the real ones: they are quick and write to the clone alone.
const REAL_SCRIPTS = ['compile', 'crs', 'lib.sh', 'crs.sha256'];

// What script/server and build/src/proverd are here: the server of this place ends, another begins, and curl finds it
// at the port that the page names.
const SERVE = `
[ ! -f "$SCRATCH/pid" ] || {
    kill "$(cat "$SCRATCH/pid")" 2>/dev/null || :
    while kill -0 "$(cat "$SCRATCH/pid")" 2>/dev/null; do sleep 0.02; done
}
rm -f "$SCRATCH/log"
"${PROVERD}" "$@" --listen 127.0.0.1:0 --log-format json --log-level info </dev/null >"$SCRATCH/log" 2>&1 &
echo $! >"$SCRATCH/pid"
until port=$(sed -n 's/.*"event":"ready".*"port":\\([0-9]*\\).*/\\1/p' "$SCRATCH/log" 2>/dev/null) && [ -n "$port" ]; do
    kill -0 "$(cat "$SCRATCH/pid")" 2>/dev/null || { cat "$SCRATCH/log" >&2; exit 1; }
    sleep 0.02
done
for place in localhost:8080 127.0.0.1:8080 localhost:8787; do
    echo "connect-to = $place:127.0.0.1:$port"
done | cat "$SCRATCH/curl" - >"$SCRATCH/.curlrc"
`;

const compiled = temporaryFolder('docs-compiled');
const places = new Set();
process.on('exit', () => places.forEach((place) => place.stop('SIGKILL')));

export class Scratch {
  constructor(name) {
    this.folder = temporaryFolder(`docs-${name}`);
    this.clone = join(this.folder, 'proverd');
    this.#program('bin/git-clone', `cp -R "${this.clone}" "$1"`);
    for (const program of PROGRAMS) this.#program(`bin/${program}`, `exec "${process.execPath}" "${STAND_IN}" ${program} "$@"`);
    this.#makeClone();
    places.add(this);
    mkdirSync(join(this.folder, 'home'));
    mkdirSync(join(this.folder, 'empty'));
    mkdirSync(join(this.folder, 'tmp'));
    // Whatever the page says: an answer that is none ends the block, and nobody is asked on the way.
    writeFileSync(join(this.folder, 'curl'), 'fail-with-body\nsilent\nshow-error\nnoproxy = "*"\nmax-time = 60\n');
    cpSync(join(this.folder, 'curl'), join(this.folder, '.curlrc'));
  }

  #program(path, body) {
    const whole = join(this.folder, path);
    mkdirSync(join(whole, '..'), { recursive: true });
    writeFileSync(whole, `#!/bin/sh\nset -eu\n${body}\n`);
    chmodSync(whole, 0o755);
  }

  #makeClone() {
    mkdirSync(this.clone);
    for (const name of ['node_modules', 'deploy', 'Dockerfile', 'Dockerfile.dev', 'openapi.yaml', 'package.json', 'tests']) {
      symlinkSync(join(ROOT, name), join(this.clone, name));
    }
    cpSync(join(ROOT, 'circuit'), join(this.clone, 'circuit'), { recursive: true, filter: (path) => !path.includes('node_modules') });
    cpSync(CRS, join(this.clone, '.cache', 'crs'), { recursive: true });
    for (const folder of ['worker', 'client']) {
      mkdirSync(join(this.clone, folder));
      for (const file of ['package.json', 'package-lock.json', 'wrangler.jsonc']) {
        if (existsSync(join(ROOT, folder, file))) cpSync(join(ROOT, folder, file), join(this.clone, folder, file));
      }
    }
    for (const name of readdirSync(join(ROOT, 'script'))) {
      const [from, to] = [join(ROOT, 'script', name), join('proverd', 'script', name)];
      if (REAL_SCRIPTS.includes(name)) cpSync(from, join(this.folder, to));
      else if (!name.includes('.')) this.#program(to, `exec "${process.execPath}" "${STAND_IN}" script "${name}" "$@"`);
    }
    const served = `--circuit circuit/target/circuit.json --crs-path .cache/crs --bb "${BB}"`;
    this.#program('proverd/script/server', `cd "$(dirname "$0")/.."\nset -- ${served} "$@"\n${SERVE}`);
    this.#program('proverd/build/src/proverd', SERVE);
  }

  get environment() {
    const installed = join(this.folder, 'installed', 'usr', 'local');
    const library = join(installed, 'lib', `${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch]}-linux-gnu`);
    return cleanEnvironment({
      SCRATCH: this.folder, ROOT, CLONE: this.clone, COMPILED: compiled, HOME: join(this.folder, 'home'), CURL_HOME: this.folder,
      TMPDIR: join(this.folder, 'tmp'), REPOSITORY: 'https://example.org/proverd.git', DESTDIR: join(this.folder, 'installed'),
      PKG_CONFIG_PATH: join(library, 'pkgconfig'), PKG_CONFIG_SYSROOT_DIR: join(this.folder, 'installed'), LD_LIBRARY_PATH: library,
      PATH: [join(this.folder, 'bin'), join(installed, 'bin'), process.env.PATH].join(':'),
    });
  }

  /** Runs shell in a folder of the place; gives { status, stdout, stderr }. */
  run(text, folder = this.clone) {
    const script = join(this.folder, 'block.sh');
    writeFileSync(script, text.replaceAll('amd64-linux', `${ARCHITECTURE}-linux`));
    const streams = ['stdout', 'stderr'].map((name) => join(this.folder, name));
    // To files: what a block starts in the background must not keep us waiting.
    const line = 'sh -eu "$1" </dev/null >"$2" 2>"$3"; echo $?';
    const status = execFileSync('sh', ['-c', line, 'sh', script, ...streams], { cwd: folder, env: this.environment, timeout: 120_000, encoding: 'utf8' });
    const [stdout, stderr] = streams.map((path) => readFileSync(path, 'utf8'));
    return { status: Number(status), stdout, stderr };
  }

  stop(signal = 'SIGTERM') {
    const path = join(this.folder, 'pid');
    if (!existsSync(path)) return;
    try {
      process.kill(Number(readFileSync(path, 'utf8')), signal);
    } catch {
      // It is gone.
    }
  }
}
