// A bb for what the real one does not do on demand. All but the scripted question goes to the
// real bb; a fake never makes a proof of its own that could pass.

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BB, temporaryFolder } from './paths.mjs';

const SCRIPT = fileURLToPath(new URL('../fake_bb.mjs', import.meta.url));

/** Writes a program for /bin/sh. */
export function shellProgram(body, name = 'bb') {
  const path = join(temporaryFolder('bin'), name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

export class FakeBb {
  constructor(behaviour) {
    this.behaviourFile = join(temporaryFolder('fake'), 'behaviour');
    this.path = shellProgram(`exec '${process.execPath}' '${SCRIPT}' '${BB}' '${this.behaviourFile}' "$@"`);
    this.behave(behaviour);
  }

  /** What it does at the next proof: see fake_bb.mjs. */
  behave(behaviour) {
    writeFileSync(this.behaviourFile, behaviour);
  }
}
