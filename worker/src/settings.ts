// The Worker's variables and secrets, read once a request into one object. A wrong one is an error that names it: a typo
// must not open a door, nor shut one silently.

import { isSendable, type KeyHolder, parseKeys } from './access.ts';
import type { MyContainer } from './container.ts';
import { Failure } from './failure.ts';
import { meantBy } from './spelling.ts';

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
  readonly OPEN?: string;
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
  /** Who may use what needs a key; null: the Worker leaves the check to proverd, or OPEN says that anybody may. */
  readonly keys: readonly KeyHolder[] | null;
  /** What proverd is shown for those whom the Worker lets in. */
  readonly proverKey: string | null;
}

/** Every name that the Worker reads. */
const NAMES: Readonly<Record<keyof Env, true>> = {
  MY_CONTAINER: true,
  RATE_LIMITER: true,
  PROOF_CACHE: true,
  PROVER_ORIGIN: true,
  INSTANCES: true,
  CORS_ORIGINS: true,
  CORS_CREDENTIALS: true,
  REQUEST_SECONDS: true,
  START_SECONDS: true,
  SLEEP_SECONDS: true,
  MAX_BODY_BYTES: true,
  KEPT_BODY_BYTES: true,
  RATE_LIMIT_SECONDS: true,
  PROOF_CACHE_SECONDS: true,
  CONTAINER_ENV: true,
  API_KEYS: true,
  PROVER_API_KEY: true,
  OPEN: true,
  PROOF_CACHE_SECRET: true,
};

type TextName = Exclude<keyof Env, 'MY_CONTAINER' | 'RATE_LIMITER' | 'PROOF_CACHE'>;

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

function wrong(name: string, what: string): Failure {
  return new Failure('worker_misconfigured', `the Worker's variable ${name} ${what}`);
}

/** A name that is nearly one of ours, or that is proverd's, was meant to do something. */
function checkNames(env: Env): void {
  for (const name of Object.keys(env)) {
    if (Object.hasOwn(NAMES, name)) continue;
    const meant = meantBy(name, Object.keys(NAMES));
    if (meant !== null) throw wrong(name, `is none that it knows: ${meant} is meant, or another name`);
    if (name.startsWith('PROVERD_'))
      throw wrong(name, `is an option of proverd: put it into CONTAINER_ENV, as {"${name}":"..."}`);
  }
}

/** wrangler also gives numbers, and whatever else JSON has. */
function textOf(env: Env, name: TextName): string | undefined {
  const value: unknown = env[name];
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw wrong(name, 'must be a text');
}

function readSwitch(env: Env, name: TextName): boolean {
  const text = textOf(env, name) ?? 'off';
  if (text !== 'on' && text !== 'off') throw wrong(name, 'must be on or off');
  return text === 'on';
}

function readNumber(env: Env, name: NumberName): number {
  const [byDefault, least, most] = NUMBERS[name];
  const text = (textOf(env, name) ?? '').trim();
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

function readOrigins(env: Env): URL[] {
  const text = textOf(env, 'PROVER_ORIGIN');
  const origins = readList(text).map(readOrigin);
  if (text !== undefined && origins.length === 0)
    throw wrong('PROVER_ORIGIN', 'names no prover: set it, or delete it to use containers');
  if (new Set(origins.map(({ host }) => host)).size < origins.length)
    throw wrong('PROVER_ORIGIN', 'names a prover twice: name each once');
  if (origins.length === 0 && env.MY_CONTAINER === undefined)
    throw wrong('PROVER_ORIGIN', 'is not set, and there is no MY_CONTAINER binding: set one of them');
  return origins;
}

/** Whether a browser can send the text as a page's origin: in small letters, without a path or the scheme's own port. */
function isOrigin(text: string): boolean {
  if (/^https?:/.test(text)) return !text.includes('*') && URL.canParse(text) && new URL(text).origin === text;
  // Pages of extensions and of apps have schemes of their own.
  return /^(?!file:|data:|blob:|about:|javascript:|ftp:|wss?:)[a-z][a-z0-9+.-]*:\/\/[a-z0-9._-]+(:[0-9]+)?$/.test(text);
}

function readCors(env: Env): Pick<Settings, 'corsOrigins' | 'corsCredentials'> {
  const origins = readList(textOf(env, 'CORS_ORIGINS') ?? '*');
  const corsCredentials = readSwitch(env, 'CORS_CREDENTIALS');
  if (corsCredentials && origins.includes('*'))
    throw wrong('CORS_ORIGINS', 'is *, which browsers refuse with CORS_CREDENTIALS on: list the origins');
  const isAny = origins.length === 1 && origins[0] === '*';
  if (!isAny && (origins.length === 0 || !origins.every(isOrigin)))
    throw wrong('CORS_ORIGINS', 'must be * alone, or origins such as https://app.example.org, separated by commas');
  return { corsOrigins: origins, corsCredentials };
}

/** Where the Worker asks its container: proverd's default. */
const CONTAINER_PORT = ':8080';

function readContainerEnv(env: Env): Record<string, string> {
  const text = textOf(env, 'CONTAINER_ENV') ?? '';
  if (text.trim() === '') return {};
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Said below: it is no object.
  }
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  if (!isObject || Object.values(parsed as object).some((value) => typeof value !== 'string'))
    throw wrong('CONTAINER_ENV', 'must be a JSON object of texts, such as {"PROVERD_WORKERS":"2"}');
  const variables = parsed as Record<string, string>;
  if (variables.PROVERD_LISTEN?.endsWith(CONTAINER_PORT) === false)
    throw wrong('CONTAINER_ENV', `sets PROVERD_LISTEN, but the Worker asks at port ${CONTAINER_PORT.slice(1)}`);
  return variables;
}

function readCacheSecret(env: Env): string | null {
  const secret = textOf(env, 'PROOF_CACHE_SECRET') ?? '';
  if (env.PROOF_CACHE === undefined) return null;
  if (secret.length < 32)
    throw wrong(
      'PROOF_CACHE_SECRET',
      'must have 32 characters or more while there is a PROOF_CACHE: wrangler secret put PROOF_CACHE_SECRET',
    );
  return secret;
}

function readProverKey(env: Env): string | null {
  const key = textOf(env, 'PROVER_API_KEY')?.trim();
  if (key === undefined) return null;
  if (key === '') throw wrong('PROVER_API_KEY', 'is empty: set it, or delete it to hand on the keys of clients');
  if (!isSendable(key))
    throw wrong('PROVER_API_KEY', 'cannot be sent: a key is ASCII characters, none of them a blank');
  return key;
}

/**
 * What stands before proverd must not open it: with a key of its own the Worker would let anybody in where proverd lets nobody.
 */
function readAccess(env: Env): Pick<Settings, 'keys' | 'proverKey'> {
  const text = textOf(env, 'API_KEYS');
  const keys = text === undefined ? null : parseKeys(text);
  const proverKey = readProverKey(env);
  const open = readSwitch(env, 'OPEN');
  if (open && keys !== null) throw wrong('OPEN', 'is on, but API_KEYS asks for keys: delete one of them');
  if (proverKey !== null && keys === null && !open)
    throw wrong(
      'API_KEYS',
      'is missing: with PROVER_API_KEY alone anybody could prove, upload and delete under that key. ' +
        'Set API_KEYS (wrangler secret put API_KEYS), or OPEN to on if anybody may',
    );
  return { keys, proverKey };
}

export function readSettings(env: Env): Settings {
  checkNames(env);
  return {
    origins: readOrigins(env),
    ...readCors(env),
    ...readAccess(env),
    instances: readNumber(env, 'INSTANCES'),
    requestMilliseconds: readNumber(env, 'REQUEST_SECONDS') * 1000,
    startMilliseconds: readNumber(env, 'START_SECONDS') * 1000,
    sleepMilliseconds: readNumber(env, 'SLEEP_SECONDS') * 1000,
    maxBodyBytes: readNumber(env, 'MAX_BODY_BYTES'),
    keptBodyBytes: readNumber(env, 'KEPT_BODY_BYTES'),
    rateLimitSeconds: readNumber(env, 'RATE_LIMIT_SECONDS'),
    proofCacheSeconds: readNumber(env, 'PROOF_CACHE_SECONDS'),
    proofCacheSecret: readCacheSecret(env),
    containerEnv: readContainerEnv(env),
  };
}
