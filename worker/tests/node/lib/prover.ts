// Real proverds with the real bb: the daemon of the end-to-end tests, and what is done to it here.

import { keyFile } from '../../../../tests/api/lib/keys.mjs';
import { Daemon } from '../../../../tests/e2e/lib/daemon.mjs';
import { request } from '../../../../tests/e2e/lib/http.mjs';
import { temporaryFolder } from '../../../../tests/e2e/lib/paths.mjs';
import { until } from '../../../../tests/e2e/lib/wait.mjs';
import { mazeWitness } from '../../../../tests/e2e/lib/witness.mjs';

/** One that serves. */
export type Prover = Daemon & { readonly port: number };

export const PROVER_KEY = 'a-key-of-the-prover-itself';

export interface ProverOptions {
  /** Asks for PROVER_KEY, and takes uploads. */
  readonly guarded?: boolean;
  /** Options of proverd. */
  readonly [option: string]: string | number | boolean;
}

export function startProver({ guarded = false, ...options }: ProverOptions = {}): Promise<Prover> {
  const access = {
    'api-key-file': keyFile({ test: PROVER_KEY }),
    'data-dir': temporaryFolder('data'),
    'allow-uploads': 'on',
  };
  return Daemon.start({ threads: 1, ...(guarded ? access : {}), ...options }) as Promise<Prover>;
}

export function originOf({ port }: Prover): string {
  return `http://127.0.0.1:${port}`;
}

function signalProvers(prover: Prover, signal: 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of prover.children()) process.kill(pid, signal);
}

/** Stops its bb in the midst of their work; they go on at `thaw`. */
export const freeze = (prover: Prover) => signalProvers(prover, 'SIGSTOP');
export const thaw = (prover: Prover) => signalProvers(prover, 'SIGCONT');

/** Requests that it is at work on, or has waiting. */
export async function load(prover: Prover): Promise<number> {
  const { jobs_processing: processing, jobs_pending: pending } = await prover.health();
  return processing + pending;
}

/** Freezes it, and gives it as much as it takes, one after the other: the next proof is answered 429. */
export async function fill(prover: Prover, count: number): Promise<void> {
  freeze(prover);
  const proof = { method: 'POST', path: '/api/prove', body: mazeWitness };
  for (let sent = 1; sent <= count; sent++) {
    request(prover.port, { ...proof, headers: { 'Content-Type': 'application/octet-stream' } }).catch(() => undefined);
    const isTaken = async () => (await load(prover)) === sent && (await prover.health()).jobs_processing === 1;
    await until('proverd takes another proof', isTaken, 30);
  }
}
