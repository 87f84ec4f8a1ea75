// The proof cache, in the platform's own KV: the real proverd makes the proofs.

import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { call, type Overrides } from './call.ts';
import { ask, mazeWitness, type Started, startProver } from './launcher.ts';

const SECRET = 'a secret of thirty-two characters or more';

let prover: Started;
beforeAll(async () => {
  prover = await startProver();
});

beforeEach(async () => {
  for (const { name } of (await env.TEST_CACHE.list()).keys) await env.TEST_CACHE.delete(name);
});

const keys = async () => (await env.TEST_CACHE.list()).keys.map(({ name }) => name);

async function prove(
  { path = '/api/prove', ...init }: RequestInit & { path?: string } = {},
  variables: Overrides = {},
): Promise<{ cache: string | null; status: number; proof: Uint8Array; headers: Headers }> {
  const bindings = {
    PROVER_ORIGIN: prover.origin,
    PROOF_CACHE: env.TEST_CACHE,
    PROOF_CACHE_SECRET: SECRET,
    ...variables,
  };
  const response = await call(path, { method: 'POST', body: await mazeWitness(), ...init }, bindings);
  const { status, headers } = response;
  return { cache: headers.get('X-Cache'), status, headers, proof: new Uint8Array(await response.arrayBuffer()) };
}

describe('hits', () => {
  test('hit__is_the_proof_that_was_made', async () => {
    const first = await prove();
    expect([first.status, first.cache]).toEqual([200, null]);
    const second = await prove();
    expect([second.status, second.cache]).toEqual([200, 'hit']);
    // Proofs hide what they are made of with random numbers: another one would differ.
    expect(second.proof).toEqual(first.proof);
    for (const name of ['Content-Type', 'X-Public-Inputs', 'Server-Timing'])
      expect(second.headers.get(name), name).toBe(first.headers.get(name));
    expect(second.headers.get('X-Request-Id')).not.toBe(first.headers.get('X-Request-Id'));
  });

  test('hit__needs_no_prover', async () => {
    const own = await startProver();
    const first = await prove({}, { PROVER_ORIGIN: own.origin });
    await ask('/prover/kill', { id: own.id });
    const second = await prove({}, { PROVER_ORIGIN: own.origin });
    expect([second.cache, second.proof]).toEqual(['hit', first.proof]);
  });

  test('hit__by_the_circuits_name_and_id', async () => {
    await prove();
    expect((await prove({ path: '/api/circuits/circuit/prove' })).cache).toBe('hit');
    const { id } = JSON.parse(await (await fetch(`${prover.origin}/api/circuits/circuit`)).text()) as { id: string };
    expect((await prove({ path: `/api/prove?circuit=${id}` })).cache).toBe('hit');
  });
});

describe('misses', () => {
  test.each<[string, RequestInit & { path?: string }, Overrides]>([
    ['another_target', { path: '/api/prove?verifierTarget=evm' }, {}],
    ['another_form', { headers: { Accept: 'application/json' } }, {}],
    ['another_key', { headers: { 'X-API-Key': 'somebody' } }, {}],
    ['another_secret', {}, { PROOF_CACHE_SECRET: `${SECRET}!` }],
  ])('miss__of_%s', async (_name, init, variables) => {
    await prove();
    const other = await prove(init, variables);
    expect([other.status, other.cache]).toEqual([200, null]);
    expect(await keys()).toHaveLength(2);
  });

  test('miss__of_an_error_which_is_not_kept', async () => {
    for (let i = 0; i < 2; i++) expect(await prove({ body: 'no witness' })).toMatchObject({ status: 400, cache: null });
    expect(await keys()).toEqual([]);
  });

  test('miss__of_inputs_which_are_not_kept', async () => {
    const body = JSON.stringify(JSON.parse(await ask<string>('/maze/inputs')));
    for (let i = 0; i < 2; i++)
      expect(await prove({ body, headers: { 'Content-Type': 'application/json' } })).toMatchObject({
        status: 200,
        cache: null,
      });
    expect(await keys()).toEqual([]);
  });

  test('miss__of_a_witness_too_long_to_be_kept', async () => {
    for (let i = 0; i < 2; i++)
      expect(await prove({}, { KEPT_BODY_BYTES: '100' })).toMatchObject({ status: 200, cache: null });
    expect(await keys()).toEqual([]);
  });
});

describe('what the cache holds', () => {
  test('key__is_no_hash_of_the_witness', async () => {
    await prove();
    await prove({}, { PROOF_CACHE_SECRET: `${SECRET}!` });
    const [one, other] = await keys();
    for (const key of [one, other]) expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(one).not.toBe(other);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await mazeWitness()));
    expect(await keys()).not.toContain(Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join(''));
  });

  test('cache__is_off_by_default', async () => {
    for (let i = 0; i < 2; i++) expect((await prove({}, { PROOF_CACHE: undefined })).cache).toBeNull();
    expect(await keys()).toEqual([]);
  });

  test('cache__that_fails_costs_no_proof', async () => {
    const broken = {
      getWithMetadata: () => Promise.reject(new Error('KV is down')),
      put: () => Promise.reject(new Error('KV is down')),
    };
    const response = await prove({}, { PROOF_CACHE: broken as unknown as KVNamespace });
    expect([response.status, response.cache]).toEqual([200, null]);
  });
});
