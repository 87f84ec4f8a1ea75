// The proof cache, in the platform's own KV: the real proverd makes the proofs.

import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Backend, Forward } from '../../src/backend.ts';
import { bodyOf } from '../../src/body.ts';
import { findSlot, forgetIdentities, proveOnce, type Slot } from '../../src/cache.ts';
import { type Env, readSettings } from '../../src/settings.ts';
import { forgetRests, orderFor, sendSpilling } from '../../src/spread.ts';
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

describe('queries', () => {
  test.each([
    'VERIFIERTARGET=evm',
    'verifiertarget=evm',
    'verifierTarget=evm&verifierTarget=noir-recursive',
    'verifierTarget',
    'CIRCUIT=circuit',
    'circuit=circuit&circuit=circuit',
    'a=b',
  ])('query_invalid__%s_is_neither_kept_nor_found', async (query) => {
    const refused = async () => {
      const { status, proof } = await prove({ path: `/api/prove?${query}` });
      const { code } = JSON.parse(new TextDecoder().decode(proof)) as { code: string };
      expect([status, code]).toEqual([400, 'query_invalid']);
    };
    await refused();
    expect(await keys()).toEqual([]);
    await prove();
    await refused();
  });

  test.each([
    ['verifierTarget=', 400],
    ['circuit=', 404],
  ])('query__%s_is_not_the_default', async (query, status) => {
    await prove();
    expect((await prove({ path: `/api/prove?${query}` })).status).toBe(status);
  });

  test('query__of_a_target_gets_the_proof_of_that_target', async () => {
    const [plain, evm] = [await prove(), await prove({ path: '/api/prove?verifierTarget=evm' })];
    const again = await prove({ path: '/api/prove?circuit=circuit&verifierTarget=%65vm' });
    expect([again.cache, again.proof]).toEqual(['hit', evm.proof]);
    expect((await prove()).proof).toEqual(plain.proof);
  });

  test('body__with_a_coding_of_its_own_is_not_kept', async () => {
    await prove({ headers: { 'Content-Encoding': 'identity' } });
    expect(await keys()).toEqual([]);
  });
});

describe('provers that differ', () => {
  interface Way {
    bb: string;
    circuit: string;
    full?: boolean;
  }

  /** A prover that says what it has, and whose proofs are its bb and its circuit. */
  const proverOf = (name: string, way: Way): Backend => ({
    name,
    send: async ({ method, target }) => {
      if (target === '/api/health') return Response.json({ bb_version: way.bb });
      if (method === 'GET') return Response.json({ id: way.circuit });
      return way.full === true
        ? Response.json({ code: 'queue_full' }, { status: 429 })
        : new Response(`proof by ${way.bb} of ${way.circuit}`);
    },
  });

  let number = 0;
  /** Two provers by the order in which they are asked, and what proves with them; names of a test's own. */
  function two(first: Way, second: Way) {
    forgetRests();
    number++;
    const names = [`one-${number}`, `other-${number}`].map((name) => ({ name }) as Backend);
    const [name, next] = orderFor(names, 'maze').map((backend) => backend.name) as [string, string];
    const backends = [proverOf(name, first), proverOf(next, second)];
    return async (): Promise<[string, boolean]> => {
      const request = new Request('http://worker.example/', { method: 'POST', body: 'a witness' });
      const forward: Forward = {
        method: 'POST',
        target: '/api/circuits/maze/prove',
        headers: new Headers(),
        body: bodyOf(request, { most: 1000, kept: 1000 }),
        signal: AbortSignal.timeout(60_000),
      };
      const bindings = { ...env, PROOF_CACHE: env.TEST_CACHE, PROOF_CACHE_SECRET: SECRET } as unknown as Env;
      const wanted = { circuit: 'maze', target: null };
      const slot = await findSlot(bindings, readSettings(bindings), backends[0] as Backend, wanted, forward);
      const work: Promise<void>[] = [];
      const ask = () => sendSpilling(backends, 'maze', forward, 'x');
      const { response, hit } = await proveOnce(slot as Slot, backends, ask, (later) => void work.push(later));
      await Promise.all(work);
      return [await response.text(), hit];
    };
  }

  test('spilled__to_a_prover_with_another_bb_is_not_kept_as_the_firsts', async () => {
    const [first, second]: [Way, Way] = [
      { bb: '5.0.0', circuit: 'a', full: true },
      { bb: '5.1.0', circuit: 'a' },
    ];
    const proveTwo = two(first, second);
    expect(await proveTwo()).toEqual(['proof by 5.1.0 of a', false]);
    first.full = false;
    forgetRests();
    expect(await proveTwo()).toEqual(['proof by 5.0.0 of a', false]);
    expect(await proveTwo()).toEqual(['proof by 5.0.0 of a', true]);
  });

  test('spilled__to_a_prover_with_the_same_bb_is_kept', async () => {
    const proveTwo = two({ bb: '5.0.0', circuit: 'b', full: true }, { bb: '5.0.0', circuit: 'b' });
    expect(await proveTwo()).toEqual(['proof by 5.0.0 of b', false]);
    expect(await proveTwo()).toEqual(['proof by 5.0.0 of b', true]);
  });

  test('name__that_means_another_circuit_since_is_not_kept_as_the_old_one', async () => {
    const way: Way = { bb: '5.0.0', circuit: 'c' };
    const proveTwo = two(way, { bb: '5.0.0', circuit: 'c' });
    way.full = true;
    await proveTwo(); // it is known what the name means
    for (const name of await keys()) await env.TEST_CACHE.delete(name);
    Object.assign(way, { circuit: 'd', full: false });
    forgetRests();
    expect(await proveTwo()).toEqual(['proof by 5.0.0 of d', false]);
    expect(await keys()).toEqual([]);
    forgetIdentities();
    expect(await proveTwo()).toEqual(['proof by 5.0.0 of d', false]);
    expect(await proveTwo()).toEqual(['proof by 5.0.0 of d', true]);
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
