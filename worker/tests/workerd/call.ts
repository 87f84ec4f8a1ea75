// A request to the Worker under settings of the test's own.

import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import worker from '../../src/index.ts';
import type { Env } from '../../src/settings.ts';

export type Overrides = { [Name in keyof Env]?: Env[Name] | undefined };

let address = 0;

/** A client of its own, so that no test spends another's rate limit. */
export function newAddress(): string {
  address++;
  return `192.0.2.${address % 250}-${crypto.randomUUID()}`;
}

export async function call(path: string, init: RequestInit = {}, overrides: Overrides = {}): Promise<Response> {
  const request = new Request(`http://worker.example${path}`, init);
  if (!request.headers.has('CF-Connecting-IP')) request.headers.set('CF-Connecting-IP', newAddress());
  // As over HTTP: a body of text or bytes says how long it is, and not what it is.
  if (typeof init.body === 'string' || init.body instanceof Uint8Array) {
    const { length } = typeof init.body === 'string' ? new TextEncoder().encode(init.body) : init.body;
    request.headers.set('Content-Length', String(length));
    if (!new Headers(init.headers).has('Content-Type')) request.headers.delete('Content-Type');
  }
  const context = createExecutionContext();
  const response = await worker.fetch(request, { ...env, ...overrides } as Env, context);
  await waitOnExecutionContext(context);
  return response;
}

export interface ErrorBody {
  readonly error: string;
  readonly message: string;
  readonly code: string;
  readonly request_id: string;
  readonly available_endpoints?: Record<string, string>;
}
