// The inside's hand on the outside: tests/node/launcher.ts.

import { env } from 'cloudflare:workers';

declare global {
  namespace Cloudflare {
    interface Env {
      LAUNCHER: string;
      TEST_CACHE: KVNamespace;
      RATE_LIMITER: RateLimit;
      MY_CONTAINER: DurableObjectNamespace<import('./test-container.ts').TestContainer>;
    }
  }
}

export async function ask<T>(command: string, body: Record<string, unknown> = {}): Promise<T> {
  const response = await fetch(`${env.LAUNCHER}${command}`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
  return await response.json<T>();
}

export interface Started {
  readonly id: number;
  readonly origin: string;
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly bytes: number;
  readonly whole: boolean;
  readonly gone: boolean;
}

export const startProver = (options: Record<string, string | number | boolean> = {}) =>
  ask<Started>('/prover/start', { options });
/** proverd's log line of a request. */
export const logOf = ({ id }: Started, requestId: string) =>
  ask<Record<string, unknown>>('/prover/log-of', { id, requestId });
export const startStandIn = (manner: string) => ask<Started>('/stand-in/start', { manner });
export const seenBy = ({ id }: Started) => ask<{ seen: Seen[]; connections: number }>('/stand-in/seen', { id });

let witness: Uint8Array | null = null;

export async function mazeWitness(): Promise<Uint8Array> {
  witness ??= Uint8Array.from(atob(await ask<string>('/maze/witness')), (letter) => letter.charCodeAt(0));
  return witness;
}
