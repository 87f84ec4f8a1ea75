// What trees of processes take, as /proc shows it.
//
// Memory is what is resident and belongs to one process alone (resident less shared pages): those numbers add up, while
// the pages of a program's file are there once, however many processes run it. CPU time is that of the living and of
// the dead whom a living parent has waited for.

import { execFileSync } from 'node:child_process';
import { childrenOf, read } from '../tests/e2e/lib/processes.mjs';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK']));
const PAGE_BYTES = Number(execFileSync('getconf', ['PAGESIZE']));
const SAMPLE_MS = 100;

/** These processes and all below them. */
export function treeOf(pids) {
  const tree = [...pids];
  for (const pid of tree) tree.push(...childrenOf(pid));
  return tree;
}

/** Bytes that are the process's own; 0 when it has gone. */
export function memoryOf(pid) {
  const statm = read(pid, 'statm');
  if (statm === undefined) return 0;
  const [, resident, shared] = statm.split(' ').map(Number);
  return (resident - shared) * PAGE_BYTES;
}

/** CPU seconds of the process itself, and of its children that it has waited for. */
function timesOf(pid) {
  const stat = read(pid, 'stat');
  if (stat === undefined) return { own: 0, waited: 0 };
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number);
  const [user, system, waitedUser, waitedSystem] = fields.slice(11, 15);
  return { own: (user + system) / TICKS_PER_SECOND, waited: (waitedUser + waitedSystem) / TICKS_PER_SECOND };
}

const sum = (values) => values.reduce((total, value) => total + value, 0);

/** Watches what trees of processes take between start() and stop(). */
export class Watch {
  #roots;
  #parent;
  #timer;
  #peak;
  #before;

  /**
   * `roots` gives the roots of the trees at a time. Where the roots come and go, `parent` is who waits for them, and
   * who waits for nothing else meanwhile.
   */
  constructor(roots, { parent } = {}) {
    this.#roots = roots;
    this.#parent = parent;
  }

  cpuSeconds() {
    const living = sum(treeOf(this.#roots()).map((pid) => sum(Object.values(timesOf(pid)))));
    return living + (this.#parent === undefined ? 0 : timesOf(this.#parent).waited);
  }

  memoryBytes() {
    return sum(treeOf(this.#roots()).map(memoryOf));
  }

  start() {
    this.#before = this.cpuSeconds();
    this.#peak = 0;
    const look = () => (this.#peak = Math.max(this.#peak, this.memoryBytes()));
    look();
    this.#timer = setInterval(look, SAMPLE_MS);
    return this;
  }

  stop() {
    clearInterval(this.#timer);
    this.#peak = Math.max(this.#peak, this.memoryBytes());
    return { peakMemoryBytes: this.#peak, cpuSeconds: this.cpuSeconds() - this.#before };
  }
}
