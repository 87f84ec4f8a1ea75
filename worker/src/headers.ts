// Which headers go on, and which end here.

import { toHex } from './hex.ts';

/** Of one connection (RFC 9110, 7.6.1), not of the request. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * Expect: workerd takes `100 Continue` for the final answer. Host and Content-Length follow from the new request. The rest is
 * Cloudflare's word about the client, which is nobody's business behind here.
 */
const NOT_FORWARDED = [
  ...HOP_BY_HOP,
  'expect',
  'host',
  'content-length',
  'forwarded',
  'x-real-ip',
  'true-client-ip',
  'cdn-loop',
  'cookie',
];

const CORS_AND_FRAMING = /^(access-control-.*|content-length|content-encoding|set-cookie|server|date|alt-svc)$/;

/** The request's headers for proverd, with this key in place of the client's: null for none, undefined for the client's own. */
export function forwardHeaders(given: Headers, requestId: string, proverKey: string | null | undefined): Headers {
  const named = (given.get('Connection') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const dropped = new Set([...NOT_FORWARDED, ...named]);
  const forwarded = new Headers();
  for (const [name, value] of given)
    if (!dropped.has(name.toLowerCase()) && !/^(cf-|x-forwarded-|sec-)/i.test(name)) forwarded.append(name, value);
  forwarded.set('X-Request-Id', requestId);
  if (proverKey === undefined) return forwarded;
  forwarded.delete('X-API-Key');
  forwarded.delete('Authorization');
  if (proverKey !== null) forwarded.set('Authorization', `Bearer ${proverKey}`);
  return forwarded;
}

/**
 * proverd tells clients apart by their keys, or else by their addresses, and sees one address here. So the Worker makes an
 * idempotency key the client's own. What is not fit to be one goes on as it is: proverd says so.
 */
export async function scopeIdempotencyKey(headers: Headers, client: string): Promise<void> {
  const [, quoted, bare] = /^(?:"([!#-~]{1,255})"|([!#-~]{1,255}))$/.exec(headers.get('Idempotency-Key') ?? '') ?? [];
  const key = quoted ?? bare;
  if (key === undefined) return;
  const scoped = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${client}\n${key}`));
  headers.set('Idempotency-Key', toHex(scoped));
}

/** The answer's headers for the client; CORS is the Worker's own. */
export function answerHeaders(given: Headers): Headers {
  const answer = new Headers();
  for (const [name, value] of given)
    if (!HOP_BY_HOP.includes(name) && !CORS_AND_FRAMING.test(name)) answer.append(name, value);
  const vary = (answer.get('Vary') ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '' && item.toLowerCase() !== 'origin');
  if (vary.length > 0) answer.set('Vary', vary.join(', '));
  else answer.delete('Vary');
  return answer;
}

/** A caller's id is kept by proverd's own rule, so that traces meet; else a new one is made. */
export function chooseRequestId(given: string | null): string {
  return given !== null && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : crypto.randomUUID().replaceAll('-', '');
}
