// A request's way: its id, the log, CORS, then every check that needs no prover, then the prover.

import { type Context, Hono } from 'hono';
import { findHolder, keyRefusal } from './access.ts';
import { chooseBackends, type Forward } from './backend.ts';
import { bodyOf } from './body.ts';
import { findSlot, proveOnce } from './cache.ts';
import { addCorsHeaders, preflight } from './cors.ts';
import { describe, Failure, toFailure } from './failure.ts';
import { answerHeaders, chooseRequestId, forwardHeaders, scopeIdempotencyKey } from './headers.ts';
import { log } from './log.ts';
import { findRoute, type Match, type Route } from './routes.ts';
import { type Env, readSettings, type Settings } from './settings.ts';
import { orderFor, sendEverywhere, sendSpilling } from './spread.ts';

interface Variables {
  requestId: string;
  failure: Failure;
  holder: string;
  backend: string;
  spilled: number;
  cache: string;
}

type AppContext = Context<{ Bindings: Env; Variables: Variables }>;

async function holdRate(c: AppContext, { rateLimitSeconds }: Settings, client: string): Promise<void> {
  if (c.env.RATE_LIMITER === undefined) return;
  const { success } = await c.env.RATE_LIMITER.limit({ key: client });
  if (success) return;
  const [kind] = client.split(' ');
  throw new Failure('rate_limited', `too many requests from this ${kind}: try again in a while`, {
    headers: { 'Retry-After': String(rateLimitSeconds) },
  });
}

/** Calls are counted by key where one is known, else by address; so are guesses at keys. Gives who calls. */
async function admit(c: AppContext, settings: Settings, route: Route): Promise<string> {
  const { headers } = c.req.raw;
  const holder = settings.keys === null ? null : await findHolder(headers, settings.keys);
  const client = holder === null ? `address ${c.req.header('CF-Connecting-IP') ?? 'unknown'}` : `key ${holder}`;
  await holdRate(c, settings, client);
  if (holder !== null) c.set('holder', holder);
  else if (route.needsKey && settings.keys !== null) throw keyRefusal(headers);
  return client;
}

/** The prover's key is for those who have shown one here; where nobody has to, for all. */
function proverKeyFor(c: AppContext, { keys, proverKey }: Settings): string | null | undefined {
  if (proverKey === null) return undefined;
  return keys === null || c.get('holder') !== undefined ? proverKey : null;
}

/** What no prover is needed for. A body that is too long is refused before one is woken. */
async function check(c: AppContext, settings: Settings): Promise<{ match: Match; forward: Forward }> {
  const request = c.req.raw;
  const url = new URL(request.url);
  const match = findRoute(request.method, url);
  const client = await admit(c, settings, match.route);
  const headers = forwardHeaders(request.headers, c.get('requestId'), proverKeyFor(c, settings));
  await scopeIdempotencyKey(headers, client);
  const several = settings.origins.length > 1 || (settings.origins.length === 0 && settings.instances > 1);
  const cached = match.route.proves === true && settings.proofCacheSecret !== null;
  const kept = several || cached ? settings.keptBodyBytes : 0;
  const forward: Forward = {
    method: request.method,
    target: url.pathname + url.search,
    headers,
    body: bodyOf(request, { most: settings.maxBodyBytes, kept }),
    signal: AbortSignal.any([AbortSignal.timeout(settings.requestMilliseconds), request.signal]),
  };
  return { match, forward };
}

async function send(c: AppContext, settings: Settings, { route, circuit }: Match, forward: Forward): Promise<Response> {
  const backends = chooseBackends(c.env, settings);
  const ask = async () => {
    const sent =
      route.everywhere === true
        ? await sendEverywhere(backends, forward)
        : await sendSpilling(backends, circuit, forward, c.get('requestId'));
    c.set('backend', sent.backend);
    c.set('spilled', sent.spilled);
    return sent.response;
  };
  const [first] = orderFor(backends, circuit);
  const slot =
    route.proves === true && first !== undefined ? await findSlot(c.env, settings, first, circuit, forward) : null;
  if (slot === null) return ask();
  const { response, hit } = await proveOnce(slot, ask, (work) => c.executionCtx.waitUntil(work));
  c.set('cache', hit ? 'hit' : 'miss');
  return response;
}

async function forwardToProver(c: AppContext): Promise<Response> {
  const settings = readSettings(c.env);
  const { match, forward } = await check(c, settings);
  const response = await send(c, settings, match, forward).finally(() => forward.body?.discard());
  const headers = answerHeaders(response.headers);
  headers.set('X-Request-Id', c.get('requestId'));
  return new Response(response.body, { status: response.status, headers });
}

function corsSettings(env: Env): Pick<Settings, 'corsOrigins' | 'corsCredentials'> {
  try {
    return readSettings(env);
  } catch {
    return { corsOrigins: [], corsCredentials: false }; // the answer says what is wrong, to those who need no CORS
  }
}

function logRequest(c: AppContext, started: number): void {
  const failure = c.get('failure') as Failure | undefined;
  log(failure !== undefined && failure.status >= 500 ? 'error' : 'info', 'request', {
    request_id: c.get('requestId'),
    method: c.req.method,
    path: new URL(c.req.url).pathname,
    status: c.res.status,
    code: failure?.code,
    message: failure !== undefined && failure.status >= 500 ? failure.message : undefined,
    cause: failure?.cause === undefined ? undefined : describe(failure.cause),
    backend: c.get('backend'),
    spilled: c.get('spilled'),
    cache: c.get('cache'),
    key: c.get('holder'),
    total_ms: Date.now() - started,
  });
}

export const app = new Hono<{ Bindings: Env; Variables: Variables }>();

app.use(async (c, next) => {
  const started = Date.now();
  c.set('requestId', chooseRequestId(c.req.header('X-Request-Id') ?? null));
  await next();
  c.res.headers.set('X-Request-Id', c.get('requestId'));
  addCorsHeaders(c.res.headers, c.req.header('Origin') ?? null, corsSettings(c.env));
  logRequest(c, started);
});

app.options('*', (c) => preflight(new URL(c.req.url).pathname));
app.all('*', forwardToProver);

app.onError((error, c) => {
  const failure = toFailure(error);
  c.set('failure', failure);
  return failure.toResponse(c.get('requestId'));
});
