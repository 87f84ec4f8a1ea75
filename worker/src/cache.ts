// The proof cache: off unless wrangler.jsonc binds PROOF_CACHE. The same witness of the same circuit, for the same target and
// by the same bb, is answered with the proof that it got before.
//
// Its key is an HMAC with a secret over all of these. A bare hash of a witness would let whoever can list the keys guess
// inputs: they would hash their guess and look.

import type { Backend, Forward } from './backend.ts';
import { Failure } from './failure.ts';
import type { Env, Settings } from './settings.ts';

/** Headers of an answer that are kept with it. */
const KEPT_HEADERS = ['Content-Type', 'Server-Timing', 'X-Public-Inputs'];
const IDENTITY_MILLISECONDS = 300_000;
const FORMS = ['application/json', 'application/zip', 'multipart/mixed'];

interface Identity {
  readonly circuit: string;
  readonly bb: string;
}

interface Entry {
  readonly headers: Record<string, string>;
}

/** What a circuit's name means, and which bb proves: asked of the prover, and believed for five minutes. */
const identities = new Map<string, { readonly until: number; readonly identity: Promise<Identity> }>();

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

async function askIdentity(backend: Backend, circuit: string, forward: Forward): Promise<Identity> {
  const health = await askJson(backend, '/api/health', forward);
  const path = circuit === '' ? '/api/circuits' : `/api/circuits/${encodeURIComponent(circuit)}`;
  const described = await askJson(backend, path, forward);
  const first = circuit === '' ? (described.circuits as Record<string, unknown>[] | undefined)?.[0] : described;
  if (typeof first?.id !== 'string' || typeof health.bb_version !== 'string')
    throw new Failure('prover_answer_invalid', `${backend.name} does not say which circuit and which bb it has`);
  return { circuit: first.id, bb: health.bb_version };
}

async function identify(backend: Backend, circuit: string, forward: Forward): Promise<Identity> {
  const key = `${backend.name}\n${circuit}`;
  const known = identities.get(key);
  if (known !== undefined && known.until > Date.now()) return known.identity;
  const identity = askIdentity(backend, circuit, forward);
  identities.set(key, { until: Date.now() + IDENTITY_MILLISECONDS, identity });
  identity.catch(() => identities.delete(key));
  return identity;
}

/** As proverd reads Accept. */
function formOf(accept: string | null): string {
  const listed = (accept ?? '').split(',').map((item) => item.split(';')[0]?.trim().toLowerCase());
  return FORMS.find((form) => listed.includes(form)) ?? 'application/octet-stream';
}

async function authenticate(secret: string, parts: readonly string[], witness: Uint8Array): Promise<string> {
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
  const code = new Uint8Array(await crypto.subtle.sign('HMAC', key, message));
  return Array.from(code, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** One request's place in the cache. */
export class CacheSlot {
  private constructor(
    private readonly namespace: KVNamespace,
    private readonly key: string,
    private readonly seconds: number,
  ) {}

  /** The place of a proof; null when the cache is off, or the witness too long to be kept, or the circuit unknown. */
  static async find(
    env: Env,
    settings: Settings,
    backend: Backend,
    circuit: string,
    forward: Forward,
  ): Promise<CacheSlot | null> {
    if (env.PROOF_CACHE === undefined || settings.proofCacheSecret === null || forward.body === null) return null;
    const witness = await forward.body.whole();
    if (witness === null || witness.length === 0) return null;
    const query = new URL(forward.target, 'http://container').searchParams;
    const identity = await identify(backend, circuit, forward).catch(() => null);
    if (identity === null) return null;
    const parts = [
      identity.bb,
      query.get('verifierTarget') ?? 'noir-recursive',
      identity.circuit,
      formOf(forward.headers.get('Accept')),
    ];
    return new CacheSlot(
      env.PROOF_CACHE,
      await authenticate(settings.proofCacheSecret, parts, witness),
      settings.proofCacheSeconds,
    );
  }

  async read(): Promise<Response | null> {
    const { value, metadata } = await this.namespace.getWithMetadata<Entry>(this.key, 'arrayBuffer');
    if (value === null || metadata === null) return null;
    return new Response(value, { headers: { ...metadata.headers, 'X-Proof-Cache': 'hit' } });
  }

  async write(headers: Headers, proof: ArrayBuffer): Promise<void> {
    const kept = KEPT_HEADERS.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? ''] as const] : []));
    // KV takes 1 KB of metadata: a long list of public inputs is left out, as proverd does past 64.
    const short = kept.filter(([, value]) => value.length <= 700);
    await this.namespace.put(this.key, proof, {
      expirationTtl: this.seconds,
      metadata: { headers: Object.fromEntries(short) } satisfies Entry,
    });
  }
}
