// Which prover serves which circuit, and who takes over when it is full. A circuit goes to the same prover again, where its
// verification keys are; a prover that said "later" is left alone until then.

import type { Backend, Forward } from './backend.ts';
import { Failure, RETRY_SECONDS, toFailure } from './failure.ts';
import { log } from './log.ts';

/** FNV-1a over UTF-16 units, then mixed, so that names that differ in the last letter are far apart. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/** When each prover may be asked again; of this isolate alone, which is enough to spare most of the tries. */
const restsUntil = new Map<string, number>();

/** For tests. */
export function forgetRests(): void {
  restsUntil.clear();
}

/**
 * Provers in the order in which they are asked for a circuit: by rendezvous hashing, so that a prover more or less moves only
 * the circuits that it wins or loses. Those that rest come last.
 */
export function orderFor(backends: readonly Backend[], circuit: string, now: number = Date.now()): Backend[] {
  const weight = new Map(backends.map((backend) => [backend, hash(`${circuit}\n${backend.name}`)]));
  const rests = (backend: Backend) => Number((restsUntil.get(backend.name) ?? 0) > now);
  return [...backends].sort((a, b) => rests(a) - rests(b) || (weight.get(b) ?? 0) - (weight.get(a) ?? 0));
}

function retryAfter(headers: Headers): number {
  const seconds = Number(headers.get('Retry-After') ?? RETRY_SECONDS);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 300) : RETRY_SECONDS;
}

export interface Sent {
  readonly response: Response;
  readonly backend: string;
  /** How many provers were asked before this one. */
  readonly spilled: number;
}

/** Sends to the circuit's prover, and to the next when that one is full, stopping or lost. */
export async function sendSpilling(
  backends: readonly Backend[],
  circuit: string,
  forward: Forward,
  requestId: string,
): Promise<Sent> {
  const order = orderFor(backends, circuit);
  let soonest = Infinity;
  for (const [spilled, backend] of order.entries()) {
    const isLast = () => spilled === order.length - 1 || forward.signal.aborted || forward.body?.repeatable === false;
    try {
      const response = await backend.send(forward);
      if (response.status !== 429 && response.status !== 503) return { response, backend: backend.name, spilled };
      const seconds = retryAfter(response.headers);
      soonest = Math.min(soonest, seconds);
      restsUntil.set(backend.name, Date.now() + seconds * 1000);
      log('warning', 'prover_full', {
        request_id: requestId,
        backend: backend.name,
        status: response.status,
        retry_after: seconds,
      });
      if (isLast()) {
        const headers = new Headers(response.headers);
        headers.set('Retry-After', String(soonest));
        return {
          response: new Response(response.body, { status: response.status, headers }),
          backend: backend.name,
          spilled,
        };
      }
      await response.body?.cancel();
    } catch (error) {
      const failure = toFailure(error);
      if (failure.status !== 503 || isLast()) throw error;
      restsUntil.set(backend.name, Date.now() + RETRY_SECONDS * 1000);
      log('warning', 'prover_failed', {
        request_id: requestId,
        backend: backend.name,
        code: failure.code,
        message: failure.message,
      });
    }
  }
  throw new Failure('prover_unreachable', 'there is no prover: set PROVER_ORIGIN or the MY_CONTAINER binding');
}

/**
 * Sends to every prover, one after the other: a circuit must be everywhere that a proof of it may go. The first refusal ends it;
 * that a prover does not have what is to be deleted is none.
 */
export async function sendEverywhere(backends: readonly Backend[], forward: Forward): Promise<Sent> {
  let answer: Sent | null = null;
  for (const backend of backends) {
    if (answer !== null && forward.body?.repeatable === false)
      throw new Failure(
        'body_too_large',
        'the body is longer than what can be sent to several provers (KEPT_BODY_BYTES of the Worker)',
      );
    const response = await backend.send(forward);
    const isRefusal = !response.ok && response.status !== 404;
    if (answer === null || isRefusal || (response.ok && !answer.response.ok)) {
      await answer?.response.body?.cancel();
      answer = { response, backend: backend.name, spilled: 0 };
    } else {
      await response.body?.cancel();
    }
    if (isRefusal) break;
  }
  if (answer === null)
    throw new Failure('prover_unreachable', 'there is no prover: set PROVER_ORIGIN or the MY_CONTAINER binding');
  return answer;
}
