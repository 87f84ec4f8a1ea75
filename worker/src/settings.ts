// The Worker's variables and secrets, read once a request into one object. A wrong one is an error that names it: a typo
// must not open a door, nor shut one silently.

import { type KeyHolder, parseKeys } from './access.ts';
import type { MyContainer } from './container.ts';
import { Failure } from './failure.ts';

/** What wrangler.jsonc and `wrangler secret put` give. Every text may be missing. */
export interface Env {
  readonly MY_CONTAINER?: DurableObjectNamespace<MyContainer>;
  readonly RATE_LIMITER?: RateLimit;
  readonly PROOF_CACHE?: KVNamespace;

  readonly PROVER_ORIGIN?: string;
  readonly INSTANCES?: string;
  readonly CORS_ORIGINS?: string;
  readonly CORS_CREDENTIALS?: string;
  readonly REQUEST_SECONDS?: string;
  readonly START_SECONDS?: string;
  readonly SLEEP_SECONDS?: string;
  readonly MAX_BODY_BYTES?: string;
  readonly KEPT_BODY_BYTES?: string;
  readonly RATE_LIMIT_SECONDS?: string;
  readonly PROOF_CACHE_SECONDS?: string;
  readonly CONTAINER_ENV?: string;

  readonly API_KEYS?: string;
  readonly PROVER_API_KEY?: string;
  readonly PROOF_CACHE_SECRET?: string;
}

export interface Settings {
  /** Self-hosted provers; empty for containers. */
  readonly origins: readonly URL[];
  readonly instances: number;
  readonly corsOrigins: readonly string[];
  readonly corsCredentials: boolean;
  readonly requestMilliseconds: number;
  readonly startMilliseconds: number;
  readonly sleepMilliseconds: number;
  readonly maxBodyBytes: number;
  /** How much of a body is kept, to send it once more: to another instance, or to one that was started again. */
  readonly keptBodyBytes: number;
  readonly rateLimitSeconds: number;
  readonly proofCacheSeconds: number;
  readonly proofCacheSecret: string | null;
  readonly containerEnv: Readonly<Record<string, string>>;
  /** Who may use what needs a key; null: the Worker leaves the check to proverd. */
  readonly keys: readonly KeyHolder[] | null;
  readonly proverKey: string | null;
}

type NumberName =
  | 'INSTANCES'
  | 'REQUEST_SECONDS'
  | 'START_SECONDS'
  | 'SLEEP_SECONDS'
  | 'MAX_BODY_BYTES'
  | 'KEPT_BODY_BYTES'
  | 'RATE_LIMIT_SECONDS'
  | 'PROOF_CACHE_SECONDS';

/** Default, least, most. */
const NUMBERS: Readonly<Record<NumberName, readonly [number, number, number]>> = {
  INSTANCES: [1, 1, 100],
  REQUEST_SECONDS: [120, 1, 900],
  START_SECONDS: [60, 1, 600],
  SLEEP_SECONDS: [300, 1, 86_400],
  MAX_BODY_BYTES: [33_554_432, 1, 104_857_600],
  KEPT_BODY_BYTES: [8_388_608, 0, 33_554_432],
  RATE_LIMIT_SECONDS: [60, 1, 3600],
  PROOF_CACHE_SECONDS: [86_400, 60, 31_536_000],
};

function wrong(name: keyof Env, what: string): Failure {
  return new Failure('worker_misconfigured', `the Worker's variable ${name} ${what}`);
}

function readNumber(env: Env, name: NumberName): number {
  const [byDefault, least, most] = NUMBERS[name];
  const text = String(env[name] ?? '').trim();
  if (text === '') return byDefault;
  const number = Number(text);
  if (!/^[0-9]+$/.test(text) || number < least || number > most)
    throw wrong(name, `must be a whole number from ${least} to ${most}`);
  return number;
}

function readList(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function readOrigin(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.origin !== text.replace(/\/$/, ''))
    throw wrong('PROVER_ORIGIN', 'must be origins such as https://prover.example.org, separated by commas');
  return url;
}

function readCors(env: Env): Pick<Settings, 'corsOrigins' | 'corsCredentials'> {
  const origins = readList(env.CORS_ORIGINS ?? '*');
  const credentials = env.CORS_CREDENTIALS ?? 'off';
  if (credentials !== 'on' && credentials !== 'off') throw wrong('CORS_CREDENTIALS', 'must be on or off');
  if (credentials === 'on' && origins.includes('*'))
    throw wrong('CORS_ORIGINS', 'is *, which browsers refuse with CORS_CREDENTIALS on: list the origins');
  for (const origin of origins)
    if (origin !== '*' && (!URL.canParse(origin) || new URL(origin).origin !== origin))
      throw wrong('CORS_ORIGINS', 'must be * or origins such as https://app.example.org, separated by commas');
  return { corsOrigins: origins, corsCredentials: credentials === 'on' };
}

function readContainerEnv(text: string | undefined): Record<string, string> {
  if (text === undefined || text.trim() === '') return {};
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Said below: it is no object.
  }
  const isMap =
    typeof parsed === 'object' && parsed !== null && Object.values(parsed).every((value) => typeof value === 'string');
  if (!isMap) throw wrong('CONTAINER_ENV', 'must be a JSON object of texts, such as {"PROVERD_WORKERS":"2"}');
  return parsed as Record<string, string>;
}

function readCacheSecret(env: Env): string | null {
  if (env.PROOF_CACHE === undefined) return null;
  if ((env.PROOF_CACHE_SECRET ?? '').length < 32)
    throw wrong(
      'PROOF_CACHE_SECRET',
      'must have 32 characters or more while there is a PROOF_CACHE: wrangler secret put PROOF_CACHE_SECRET',
    );
  return env.PROOF_CACHE_SECRET ?? null;
}

export function readSettings(env: Env): Settings {
  const origins = readList(env.PROVER_ORIGIN).map(readOrigin);
  if (origins.length === 0 && env.MY_CONTAINER === undefined)
    throw wrong('PROVER_ORIGIN', 'is not set, and there is no MY_CONTAINER binding: set one of them');
  return {
    origins,
    ...readCors(env),
    instances: readNumber(env, 'INSTANCES'),
    requestMilliseconds: readNumber(env, 'REQUEST_SECONDS') * 1000,
    startMilliseconds: readNumber(env, 'START_SECONDS') * 1000,
    sleepMilliseconds: readNumber(env, 'SLEEP_SECONDS') * 1000,
    maxBodyBytes: readNumber(env, 'MAX_BODY_BYTES'),
    keptBodyBytes: readNumber(env, 'KEPT_BODY_BYTES'),
    rateLimitSeconds: readNumber(env, 'RATE_LIMIT_SECONDS'),
    proofCacheSeconds: readNumber(env, 'PROOF_CACHE_SECONDS'),
    proofCacheSecret: readCacheSecret(env),
    containerEnv: readContainerEnv(env.CONTAINER_ENV),
    keys: env.API_KEYS === undefined ? null : parseKeys(env.API_KEYS),
    proverKey: env.PROVER_API_KEY || null,
  };
}
