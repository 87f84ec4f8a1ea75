// A request's way: its id, the log, CORS, then every check that needs no prover, then the prover.

import { type Context, Hono } from 'hono';
import { findHolder, keyRefusal } from './access.ts';
import { chooseBackends, type Forward } from './backend.ts';
import { bodyOf } from './body.ts';
import { findSlot, forgetIdentities, proveOnce } from './cache.ts';
import { networkOf } from './client.ts';
import { addCorsHeaders, checkOrigin, preflight } from './cors.ts';
import { describe, Failure, toFailure } from './failure.ts';
import { answerHeaders, chooseRequestId, forwardHeaders, scopeIdempotencyKey } from './headers.ts';
import { log } from './log.ts';
import { type Query, readQuery } from './query.ts';
import { findRoute, pathOf, type Route } from './routes.ts';
import { type Env, readSettings, type Settings } from './settings.ts';
import { orderFor, sendEverywhere, sendSpilling } from './spread.ts';

type CorsSettings = Pick<Settings, 'corsOrigins' | 'corsCredentials'>;

interface Variables {
  cors: CorsSettings | null;
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
  const client =
    holder === null ? `address ${networkOf(c.req.header('CF-Connecting-IP') ?? 'unknown')}` : `key ${holder}`;
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

interface Checked {
  readonly route: Route;
  /** The circuit that the path or the query names; null for the default one. */
  readonly circuit: string | null;
  readonly query: Query;
  readonly forward: Forward;
}

/** What no prover is needed for. A body that is too long is refused before one is woken. */
async function check(c: AppContext, settings: Settings): Promise<Checked> {
  const request = c.req.raw;
  const { search } = new URL(request.url);
  const path = pathOf(request.url);
  const { route, circuit } = findRoute(request.method, path);
  const client = await admit(c, settings, route);
  const query = readQuery(route, search);
  const headers = forwardHeaders(request.headers, c.get('requestId'), proverKeyFor(c, settings));
  await scopeIdempotencyKey(headers, client);
  const several = settings.origins.length > 1 || (settings.origins.length === 0 && settings.instances > 1);
  const cached = route.proves === true && settings.proofCacheSecret !== null;
  const kept = several || cached ? settings.keptBodyBytes : 0;
  const forward: Forward = {
    method: request.method,
    target: path + search,
    headers,
    body: bodyOf(request, { most: settings.maxBodyBytes, kept }),
    signal: AbortSignal.any([AbortSignal.timeout(settings.requestMilliseconds), request.signal]),
  };
  return { route, circuit: circuit ?? query.circuit ?? null, query, forward };
}

async function send(c: AppContext, settings: Settings, { route, circuit, query, forward }: Checked): Promise<Response> {
  const backends = chooseBackends(c.env, settings);
  const ask = async () => {
    const sent =
      route.everywhere === true
        ? await sendEverywhere(backends, forward).finally(forgetIdentities)
        : await sendSpilling(backends, circuit ?? '', forward, c.get('requestId'));
    c.set('backend', sent.backend);
    c.set('spilled', sent.spilled);
    return sent;
  };
  const [first] = orderFor(backends, circuit ?? '');
  const wanted = { circuit, target: query.verifierTarget ?? null };
  const slot =
    route.proves === true && first !== undefined ? await findSlot(c.env, settings, first, wanted, forward) : null;
  if (slot === null) return (await ask()).response;
  const { response, hit } = await proveOnce(slot, backends, ask, (work) => c.executionCtx.waitUntil(work));
  c.set('cache', hit ? 'hit' : 'miss');
  return response;
}

async function forwardToProver(c: AppContext): Promise<Response> {
  const settings = readSettings(c.env);
  const checked = await check(c, settings);
  const response = await send(c, settings, checked).finally(() => checked.forward.body?.discard());
  const headers = answerHeaders(response.headers);
  headers.set('X-Request-Id', c.get('requestId'));
  return new Response(response.body, { status: response.status, headers });
}

/** Whom the settings let call from a browser; null when they are wrong, which every answer then says. */
function corsSettings(env: Env): CorsSettings | null {
  try {
    return readSettings(env);
  } catch {
    return null;
  }
}

function logRequest(c: AppContext, started: number): void {
  const failure = c.get('failure') as Failure | undefined;
  log(failure !== undefined && failure.status >= 500 ? 'error' : 'info', 'request', {
    request_id: c.get('requestId'),
    method: c.req.method,
    path: pathOf(c.req.url),
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
  c.set('cors', corsSettings(c.env));
  await next();
  c.res.headers.set('X-Request-Id', c.get('requestId'));
  addCorsHeaders(
    c.res.headers,
    c.req.header('Origin') ?? null,
    c.get('cors') ?? { corsOrigins: [], corsCredentials: false },
  );
  logRequest(c, started);
});

app.use(async (c, next) => {
  const cors = c.get('cors');
  if (cors !== null) checkOrigin(c.req.header('Origin') ?? null, new URL(c.req.url).origin, cors);
  await next();
});

app.options('*', (c) => preflight(pathOf(c.req.url)));
app.all('*', forwardToProver);

app.onError((error, c) => {
  const failure = toFailure(error);
  c.set('failure', failure);
  return failure.toResponse(c.get('requestId'));
});
