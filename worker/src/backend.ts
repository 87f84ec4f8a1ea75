// What a prover is to the Worker: one place that takes a request of proverd's API and answers it. origin.ts and
// containers.ts are the two kinds.

import type { Body } from './body.ts';
import { containerBackends } from './containers.ts';
import { Failure } from './failure.ts';
import { originBackends } from './origin.ts';
import type { Env, Settings } from './settings.ts';

/** A request that has passed every check, as proverd shall see it. */
export interface Forward {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: Body | null;
  /** Ends when the time is over or the client is gone. */
  readonly signal: AbortSignal;
}

export interface Backend {
  /** For the log. */
  readonly name: string;
  /** The answer of this prover. Throws a Failure when there is none. */
  send(forward: Forward): Promise<Response>;
}

export function chooseBackends(env: Env, settings: Settings): Backend[] {
  return settings.origins.length > 0 ? originBackends(settings) : containerBackends(env, settings);
}

/** The request once more; each call is a sending of its own. */
export function toRequestInit({ method, headers, body, signal }: Forward): RequestInit {
  const stop = body === null ? signal : AbortSignal.any([signal, body.broken]);
  return { method, headers, body: body === null ? null : body.open(), signal: stop, redirect: 'manual' };
}

/** Why a sending ended, if it was not the prover: the body, the time or the client. */
export function failureOfSender(
  { signal, body }: Pick<Forward, 'signal' | 'body'>,
  milliseconds: number,
): Failure | null {
  if (body !== null && body.failure !== null) return body.failure;
  if (!signal.aborted) return null;
  if (signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError')
    return new Failure(
      'request_timeout',
      `there was no answer within ${milliseconds / 1000} seconds (REQUEST_SECONDS of the Worker)`,
    );
  return new Failure('cancelled', 'the client went away before the answer');
}

/**
 * Holds an error to proverd's shape. proverd speaks JSON; another shape is the page of a proxy, or of a server that is not
 * proverd.
 */
export function checkAnswer(response: Response, name: string): Response {
  const type = response.headers.get('Content-Type') ?? '';
  const silent = response.status < 400 || response.status === 499;
  if (silent || type.includes('application/json') || type.includes('application/problem+json')) return response;
  void response.body?.cancel().catch(() => undefined);
  const what = `${name} answered ${response.status} with ${type === '' ? 'no type' : type.split(';')[0]}`;
  if (response.status === 504)
    throw new Failure('request_timeout', `${what}: what stands before proverd lost its patience`);
  if (response.status >= 500)
    throw new Failure('prover_unreachable', `${what}, which proverd does not do: see whether it runs`);
  throw new Failure('prover_answer_invalid', `${what}, which proverd does not do: see that PROVER_ORIGIN leads to it`);
}
