// For the tests of the scripts: a copy of scripts in an empty repository of its own, so that nothing here is touched.

import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

export class Fixture {
  constructor(...scripts) {
    this.folder = mkdtempSync(join(tmpdir(), 'proverd-script-'));
    this.root = join(this.folder, 'repository');
    this.home = join(this.folder, 'home');
    mkdirSync(this.home);
    for (const name of ['lib.sh', ...scripts]) cpSync(join(HERE, name), join(this.root, 'script', name));
  }

  // Writes a file, its path starting at the root of the repository.
  write(path, content, mode = 0o644) {
    const whole = join(this.root, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, content);
    chmodSync(whole, mode);
    return whole;
  }

  program(path, body) {
    return this.write(path, `#!/bin/sh\n${body}\n`, 0o755);
  }

  // Runs a script; resolves to { status, stdout, output }, the last with standard error. The promise has the process.
  // Programs of bin/ come first.
  run(name, args = [], environment = {}) {
    const { NODE_TEST_CONTEXT, CRS_PATH, PROVERD_CRS_URL, ...inherited } = process.env;
    const env = { ...inherited, HOME: this.home, PATH: `${join(this.root, 'bin')}:${process.env.PATH}`, ...environment };
    let child;
    const ended = new Promise((resolve) => {
      child = execFile(join(this.root, 'script', name), args, { env, timeout: 60_000 }, (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : error.code, output: stdout + stderr, stdout });
      });
    });
    return Object.assign(ended, { process: child });
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
