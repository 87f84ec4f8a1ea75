// What was measured on, and of what.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { packageFolder } from '../circuit/packages.mjs';
import { BB, PROVERD, ROOT } from './paths.mjs';

function output(command, args) {
  try {
    return execFileSync(command, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null; // no git, or no repository
  }
}

function distribution() {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

export function machineFacts() {
  return {
    cpu: cpus()[0]?.model.trim() ?? null,
    architecture: process.arch,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: release(),
    distribution: distribution(),
  };
}

export function versionFacts() {
  const { version } = JSON.parse(readFileSync(join(packageFolder('@aztec/bb.js'), 'package.json'), 'utf8'));
  return {
    proverd: output(PROVERD, ['--version']),
    commit: output('git', ['rev-parse', '--short', 'HEAD']),
    changed: output('git', ['status', '--porcelain', '--untracked-files=no']) !== '',
    bb: output(BB, ['--version']),
    bbJs: version,
    node: process.version,
  };
}
