// Who may call from a browser.

import { Failure } from './failure.ts';
import { methodsAt, notFound } from './routes.ts';
import type { Settings } from './settings.ts';

const EXPOSED = 'X-Request-Id, Server-Timing, X-Public-Inputs, Retry-After, ETag, Location, X-Cache';
const REQUEST_HEADERS =
  'Authorization, X-API-Key, Content-Type, Accept, X-Request-Id, Idempotency-Key, If-None-Match, traceparent, tracestate';

type CorsSettings = Pick<Settings, 'corsOrigins' | 'corsCredentials'>;

/** Adds to an answer what lets the page at `origin` read it; nothing for a page that is not on the list. */
export function addCorsHeaders(
  headers: Headers,
  origin: string | null,
  { corsOrigins, corsCredentials }: CorsSettings,
): void {
  if (corsOrigins.includes('*')) {
    headers.set('Access-Control-Allow-Origin', '*');
  } else {
    headers.append('Vary', 'Origin');
    if (origin === null || !corsOrigins.includes(origin)) return;
    headers.set('Access-Control-Allow-Origin', origin);
    if (corsCredentials) headers.set('Access-Control-Allow-Credentials', 'true');
  }
  headers.set('Access-Control-Expose-Headers', EXPOSED);
}

/**
 * Refuses the page at `origin` unless it is on the list. Not reading an answer is too little: a browser sends what needs no
 * preflight, and that would be proven. The Worker's own pages are no strangers.
 */
export function checkOrigin(origin: string | null, own: string, { corsOrigins }: CorsSettings): void {
  if (origin === null || origin === own || corsOrigins.includes('*') || corsOrigins.includes(origin)) return;
  throw new Failure(
    'origin_refused',
    `pages of ${origin.slice(0, 200)} may not call this server: its CORS_ORIGINS names those that may`,
  );
}

/** The answer to OPTIONS, without its CORS origin. */
export function preflight(path: string): Response {
  const methods = methodsAt(path).join(', ');
  if (methods === '') throw notFound(path);
  return new Response(null, {
    status: 204,
    headers: {
      Allow: methods,
      'Access-Control-Allow-Methods': methods,
      'Access-Control-Allow-Headers': REQUEST_HEADERS,
      'Access-Control-Max-Age': '86400',
    },
  });
}
