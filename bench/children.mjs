// Processes that end with this one.

import { spawn } from 'node:child_process';

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

/** Starts a process; `ended` resolves to its exit status, or to the signal that ended it. */
export function start(command, args, options) {
  const child = spawn(command, args, options);
  running.add(child);
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      running.delete(child);
      resolve(signal ?? status);
    });
  });
  ended.catch(() => {}); // whoever waits for it hears of it; nobody has to
  return { child, ended };
}
