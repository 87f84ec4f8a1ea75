// A real proverd with the real bb, on a port of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BB, CRS, MAZE, MAZE_WITNESS, PROVERD } from './paths.ts';
import { until } from './until.ts';

function parentOf(pid: number): number {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return all.filter((one) => parentOf(one) === pid);
}

export class Prover {
  readonly exited: Promise<string>;
  origin = '';
  private readonly child: ChildProcess;
  private readonly folder = mkdtempSync(join(tmpdir(), 'proverd-worker-'));
  private stderr = '';
  private over = false;

  private constructor(args: readonly string[], environment: Record<string, string>) {
    const own = { PATH: process.env.PATH ?? '', TMPDIR: this.folder };
    const all = [
      '--listen=127.0.0.1:0',
      `--circuit=${MAZE}`,
      `--crs-path=${CRS}`,
      `--bb=${BB}`,
      '--threads=1',
      ...args,
    ];
    const keys = join(this.folder, 'keys');
    writeFileSync(keys, 'test:a-key-of-the-prover-itself\n');
    mkdirSync(join(this.folder, 'data'));
    // KEYS and FOLDER stand for paths that those who ask cannot know.
    this.child = spawn(
      PROVERD,
      all.map((arg) => arg.replace('FOLDER', this.folder).replace('KEYS', keys)),
      { env: { ...own, ...environment }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exited = new Promise((resolve) =>
      this.child.once('close', (status, signal) => resolve(String(signal ?? status))),
    );
    void this.exited.then(() => {
      this.over = true;
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  static async start(args: readonly string[] = [], environment: Record<string, string> = {}): Promise<Prover> {
    const prover = new Prover(args, environment);
    const port = await until('proverd is ready', () => {
      if (prover.over) throw new Error(`proverd ended:\n${prover.stderr}`);
      return /"event":"ready".*"port":(\d+)/.exec(prover.stderr)?.[1];
    });
    prover.origin = `http://127.0.0.1:${port}`;
    return prover;
  }

  get running(): boolean {
    return !this.over;
  }

  get log(): string {
    return this.stderr;
  }

  /** Stops its provers in the midst of their work; they go on at `thaw`. */
  freeze(): void {
    for (const pid of childrenOf(this.child.pid ?? 0)) process.kill(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of childrenOf(this.child.pid ?? 0)) process.kill(pid, 'SIGCONT');
  }

  async health(): Promise<Record<string, unknown>> {
    return (await fetch(`${this.origin}/api/health`)).json() as Promise<Record<string, unknown>>;
  }

  /** Freezes it, and gives it as much as it takes: the next proof is answered 429. */
  async fill(count: number): Promise<void> {
    this.freeze();
    const body = readFileSync(MAZE_WITNESS);
    for (let i = 0; i < count; i++)
      void fetch(`${this.origin}/api/prove`, { method: 'POST', body })
        .then((response) => response.arrayBuffer())
        .catch(() => undefined);
    await until('proverd is full', async () => {
      const { jobs_processing: processing, jobs_pending: pending } = await this.health();
      return Number(processing) + Number(pending) === count;
    });
  }

  /** Without a goodbye, as when a machine is lost. */
  async kill(): Promise<void> {
    const children = childrenOf(this.child.pid ?? 0);
    this.child.kill('SIGKILL');
    for (const pid of children)
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // gone with its parent
      }
    await this.exited;
  }
}
