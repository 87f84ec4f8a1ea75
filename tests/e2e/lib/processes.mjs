// Processes as /proc shows them.

import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Reads a file of a process; undefined when the process has gone. */
export function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(error.code)) return undefined;
    throw error;
  }
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(error.code)) return [];
    throw error;
  }
}

/** The state of a process, 'Z' for a zombie; undefined when there is none. */
export function stateOf(pid) {
  const stat = read(pid, 'stat');
  return stat?.slice(stat.lastIndexOf(')') + 2)[0];
}

export function isRunning(pid) {
  return !['Z', undefined].includes(stateOf(pid));
}

/** The children of all threads of a process. */
export function childrenOf(pid) {
  const lists = list(`/proc/${pid}/task`).map((thread) => read(pid, `task/${thread}/children`) ?? '');
  return lists.join(' ').split(' ').filter(Boolean).map(Number);
}

/** Every process, zombies left out, whose environment holds `text`: how the descendants of the dead are found. */
export function processesWithEnvironment(text) {
  const pids = list('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
  return pids.filter((pid) => {
    try {
      return read(pid, 'environ')?.includes(text);
    } catch {
      return false; // another user's
    }
  });
}

export function environmentOf(pid) {
  const entries = read(pid, 'environ').split('\0').filter(Boolean);
  return Object.fromEntries(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
}

export function commandLineOf(pid) {
  return read(pid, 'cmdline').split('\0').slice(0, -1);
}

/** What each open descriptor is: `pipe:[123]`, `socket:[123]`, a path. */
export function descriptorsOf(pid) {
  return list(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)];
    } catch {
      return []; // closed meanwhile
    }
  });
}

/** How many bytes a process has read so far, from pipes too. */
export function bytesRead(pid) {
  return Number(read(pid, 'io')?.match(/rchar: (\d+)/)[1] ?? 0);
}

/** The most memory a process has had resident, in bytes. */
export function peakMemory(pid) {
  return Number(read(pid, 'status').match(/VmHWM:\s+(\d+) kB/)[1]) * 1024;
}

export function limitOf(pid, name) {
  return read(pid, 'limits').match(new RegExp(`^${name}\\s+(\\S+)\\s+(\\S+)`, 'm')).slice(1, 3);
}

/**
 * Paths of all that is in a folder and below, on its own file system: what is mounted there, the /proc of somebody's
 * bare root for one, is none of it. Links are not followed.
 */
export function filesBelow(folder, device) {
  let entries;
  try {
    const here = lstatSync(folder).dev;
    if (device !== undefined && here !== device) return [];
    device = here;
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'EACCES'].includes(error.code)) return [];
    throw error;
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? [path, ...filesBelow(path, device)] : [path];
  });
}
