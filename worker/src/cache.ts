// The proof cache: off unless wrangler.jsonc binds PROOF_CACHE. The same witness of the same circuit, for the same target and
// by the same bb, is answered with the proof that it got before.
//
// Its key is an HMAC with a secret over all of these. A bare hash of a witness would let whoever can list the keys guess
// inputs: they would hash their guess and look.

import type { Backend, Forward } from './backend.ts';
import { describe, Failure } from './failure.ts';
import { toHex } from './hex.ts';
import { log } from './log.ts';
import type { Env, Settings } from './settings.ts';
import type { Sent } from './spread.ts';

/** Headers of an answer that are kept with it. */
const KEPT_HEADERS = ['Content-Type', 'Server-Timing', 'X-Public-Inputs'];
/** Of a body without a type, too. Inputs are not kept: proverd says what they mean. */
const WITNESS_TYPES = ['', 'application/octet-stream', 'application/gzip'];
const LONGEST_HEADER = 700;
const IDENTITY_MILLISECONDS = 60_000;

interface Identity {
  readonly circuit: string;
  readonly bb: string;
}

interface Entry {
  readonly headers: Record<string, string>;
}

/** What a circuit's name means, and which bb proves: asked of the prover, and believed for a minute. */
const identities = new Map<string, { readonly until: number; readonly identity: Promise<Identity> }>();

/** To be called when a name may mean something else now. */
export function forgetIdentities(): void {
  identities.clear();
}

async function askJson(backend: Backend, target: string, forward: Forward): Promise<Record<string, unknown>> {
  const response = await backend.send({
    ...forward,
    method: 'GET',
    target,
    body: null,
    headers: new Headers({ 'X-Request-Id': forward.headers.get('X-Request-Id') ?? '' }),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Failure('prover_answer_invalid', `${backend.name} answered ${response.status} at ${target}`);
  }
  return await response.json<Record<string, unknown>>();
}

async function askIdentity(backend: Backend, circuit: string | null, forward: Forward): Promise<Identity> {
  const health = await askJson(backend, '/api/health', forward);
  const path = circuit === null ? '/api/circuits' : `/api/circuits/${encodeURIComponent(circuit)}`;
  const described = await askJson(backend, path, forward);
  const first = circuit === null ? (described.circuits as Record<string, unknown>[] | undefined)?.[0] : described;
  if (typeof first?.id !== 'string' || typeof health.bb_version !== 'string')
    throw new Failure('prover_answer_invalid', `${backend.name} does not say which circuit and which bb it has`);
  return { circuit: first.id, bb: health.bb_version };
}

async function identify(backend: Backend, circuit: string | null, forward: Forward): Promise<Identity> {
  const key = JSON.stringify([backend.name, circuit]);
  const known = identities.get(key);
  if (known !== undefined && known.until > Date.now()) return known.identity;
  const identity = askIdentity(backend, circuit, forward);
  identities.set(key, { until: Date.now() + IDENTITY_MILLISECONDS, identity });
  identity.catch(() => identities.delete(key));
  return identity;
}

async function authenticate(secret: string, parts: readonly (string | null)[], witness: Uint8Array): Promise<string> {
  const head = new TextEncoder().encode(`${JSON.stringify(parts)}\n`);
  const message = new Uint8Array(head.length + witness.length);
  message.set(head);
  message.set(witness, head.length);
  const key = await crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  return toHex(await crypto.subtle.sign('HMAC', key, message));
}

/** What a request asks for, as its path and its query name it; null for the prover's defaults. */
export interface Wanted {
  readonly circuit: string | null;
  readonly target: string | null;
}

/** One request's place in the cache. */
export interface Slot {
  readonly namespace: KVNamespace;
  readonly key: string;
  readonly seconds: number;
  /** Whether a proof that this prover has just made is what the key stands for. */
  readonly isOf: (prover: Backend) => Promise<boolean>;
}

/**
 * The place of a proof; null when the cache is off, the circuit unknown, or the body no witness, or too long to be kept. The
 * key holds Accept as it came, so that no reading of it here can differ from proverd's, and what proverd is shown of keys, so
 * that nobody gets what proverd would have refused. What only proverd can judge has no place.
 */
export async function findSlot(
  { PROOF_CACHE: namespace }: Env,
  { proofCacheSecret: secret, proofCacheSeconds: seconds, requestMilliseconds }: Settings,
  backend: Backend,
  { circuit, target }: Wanted,
  forward: Forward,
): Promise<Slot | null> {
  if (namespace === undefined || secret === null || forward.body === null) return null;
  const { headers } = forward;
  const type = (headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (!WITNESS_TYPES.includes(type ?? '') || headers.has('Content-Encoding')) return null;
  if (circuit === '' || target === '') return null;
  const witness = await forward.body.whole();
  if (witness === null || witness.length === 0) return null;
  const identity = await identify(backend, circuit, forward).catch(() => null);
  if (identity === null) return null;
  const sent = ['Accept', 'Authorization', 'X-API-Key'].map((name) => headers.get(name) ?? '');
  const parts = [identity.bb, target, identity.circuit, ...sent];
  // Another prover may have proven, with another bb, or another circuit by this name, be it since a moment ago.
  const isOf = async (prover: Backend) => {
    const signal = AbortSignal.timeout(requestMilliseconds);
    const now = await askIdentity(prover, circuit, { ...forward, body: null, signal });
    return now.bb === identity.bb && now.circuit === identity.circuit;
  };
  return { namespace, seconds, key: await authenticate(secret, parts, witness), isOf };
}

async function read({ namespace, key }: Slot): Promise<Response | null> {
  const { value, metadata } = await namespace.getWithMetadata<Entry>(key, 'arrayBuffer');
  if (value === null || metadata === null) return null;
  return new Response(value, { headers: { ...metadata.headers, 'X-Cache': 'hit' } });
}

async function write({ namespace, key, seconds }: Slot, headers: Headers, proof: ArrayBuffer): Promise<void> {
  // KV takes 1 KB of metadata: a long list of public inputs is left out, as proverd does past 64.
  const kept = KEPT_HEADERS.map((name) => [name, headers.get(name) ?? ''] as const);
  const short = kept.filter(([, value]) => value !== '' && value.length <= LONGEST_HEADER);
  const metadata: Entry = { headers: Object.fromEntries(short) };
  await namespace.put(key, proof, { expirationTtl: seconds, metadata });
}

/** The proof that the cache has, else the one that `ask` gives; `later` is handed the work of keeping it. */
export async function proveOnce(
  slot: Slot,
  provers: readonly Backend[],
  ask: () => Promise<Sent>,
  later: (work: Promise<void>) => void,
): Promise<{ response: Response; hit: boolean }> {
  const warn = (error: unknown) => log('warning', 'proof_cache_failed', { message: describe(error) });
  const known = await read(slot).catch(warn);
  if (known) return { response: known, hit: true };
  const { response, backend } = await ask();
  if (response.status !== 200) return { response, hit: false };
  const proof = await response.arrayBuffer().catch((cause: unknown) => {
    throw new Failure('instance_lost', 'the prover was lost in the midst of its answer: send the request again', {
      cause,
    });
  });
  const keep = async () => {
    const prover = provers.find(({ name }) => name === backend);
    if (prover !== undefined && (await slot.isOf(prover))) await write(slot, response.headers, proof);
  };
  later(keep().catch(warn));
  return { response: new Response(proof, { status: 200, headers: response.headers }), hit: false };
}
