// wrangler, as someone at a terminal uses it; with folders of its own, so that a test leaves nothing behind.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../../../tests/e2e/lib/paths.mjs';
import { until, within } from '../../../../tests/e2e/lib/wait.mjs';

export const WORKER = fileURLToPath(new URL('../../..', import.meta.url));
const WRANGLER = join(WORKER, 'node_modules/wrangler/bin/wrangler.js');
const START_SECONDS = 90;

function environment(): NodeJS.ProcessEnv {
  const own = { WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true', CI: '1', NO_COLOR: '1' };
  const folders = {
    XDG_CONFIG_HOME: temporaryFolder('wrangler'),
    WRANGLER_CACHE_DIR: temporaryFolder('wrangler-cache'),
  };
  return { PATH: process.env.PATH, HOME: process.env.HOME, ...own, ...folders };
}

/** Runs wrangler to its end. */
export function wrangler(...args: string[]): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [WRANGLER, ...args], { cwd: WORKER, env: environment() }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? -1), output: stdout + stderr });
    });
  });
}

/** `wrangler dev` that serves. */
export class Dev {
  origin = '';
  output = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;

  private constructor(args: readonly string[]) {
    const folders = ['--persist-to', temporaryFolder('wrangler-state')];
    const all = [WRANGLER, ...args, '--port', '0', '--inspector-port', '0', ...folders];
    // A group of its own: wrangler starts workerd, and both are to end.
    this.child = spawn(process.execPath, all, {
      cwd: WORKER,
      env: environment(),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    this.exited = new Promise((resolve) => this.child.once('close', resolve));
  }

  static async start(args: readonly string[], variables: Record<string, string>): Promise<Dev> {
    const dev = new Dev([
      ...args,
      ...Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}:${value}`]),
    ]);
    try {
      const ready = await until(
        'wrangler dev is ready',
        () => {
          if (dev.child.exitCode !== null) throw new Error(`wrangler dev ended:\n${dev.output}`);
          return /Ready on (http:\S+)/.exec(dev.output);
        },
        START_SECONDS,
      );
      dev.origin = ready[1] ?? '';
      return dev;
    } catch (error) {
      await dev.stop();
      throw error;
    }
  }

  get port(): number {
    return Number(new URL(this.origin).port);
  }

  async stop(): Promise<void> {
    try {
      process.kill(-(this.child.pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    await within(30, 'wrangler dev ends', this.exited);
  }
}
