// What systemd says of a unit file, without a systemd that runs.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

function analyze(...args) {
  const { error, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  if (error) throw new Error(`systemd-analyze does not run: ${error.message}; script/bootstrap --tests installs it`);
  return { stdout, stderr };
}

/** The faults of the unit; that the program is not installed on this machine is none. */
export function verifyUnit(path) {
  const { stdout, stderr } = analyze('verify', '--man=no', path);
  const lines = `${stdout}${stderr}`.trim().split('\n');
  return lines.filter((line) => !line.endsWith('is not executable: No such file or directory')).join('\n');
}

/** How exposed the service is: from 0 to 10, the less the better. */
export function exposure(path) {
  const { stdout, stderr } = analyze('security', '--offline=yes', '--no-pager', path);
  const [, found] = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout) ?? [];
  if (found === undefined) throw new Error(`systemd-analyze security says nothing: ${stderr}`);
  return Number(found);
}

/** The settings of a unit file; each may stand there several times. */
export function unitSettings(path) {
  const settings = new Map();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) settings.set(name, [...(settings.get(name) ?? []), value]);
  }
  return settings;
}
