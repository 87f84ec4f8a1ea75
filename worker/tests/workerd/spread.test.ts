// Which prover serves which circuit, and who takes over. The full ones are real provers that stand still with a full queue.

import { beforeEach, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backend.ts';
import { forgetRests, orderFor } from '../../src/spread.ts';
import { call, type ErrorBody } from './call.ts';
import { ask, logOf, mazeWitness, type Started, seenBy, startProver, startStandIn } from './launcher.ts';

beforeEach(() => forgetRests());

const named = (...names: string[]) => names.map((name) => ({ name }) as Backend);
const namesOf = (backends: readonly Backend[]) => backends.map(({ name }) => name);
const hostOf = ({ origin }: Started) => new URL(origin).host;
const originsOf = (provers: readonly Started[]) => provers.map(({ origin }) => origin).join(',');
const circuits = Array.from({ length: 300 }, (_, index) => `circuit-${index}`);

/** The provers in the order in which they are asked for a circuit. */
function inOrder(provers: readonly Started[], circuit: string): Started[] {
  const order = namesOf(orderFor(named(...provers.map(hostOf)), circuit));
  return [...provers].sort((a, b) => order.indexOf(hostOf(a)) - order.indexOf(hostOf(b)));
}

/** A circuit for which the provers are asked in the order in which they are given. */
function circuitFor(...provers: Started[]): string {
  return (
    circuits.find((circuit) => inOrder(provers, circuit).every((prover, index) => prover === provers[index])) ?? ''
  );
}

async function prove(
  provers: readonly Started[],
  circuit: string,
  id = 'spread',
  init: RequestInit = {},
): Promise<Response> {
  const all = { method: 'POST', body: await mazeWitness(), headers: { 'X-Request-Id': id }, ...init };
  return call(`/api/circuits/${circuit}/prove`, all, { PROVER_ORIGIN: originsOf(provers) });
}

const fill = ({ id }: Started) => ask('/prover/fill', { id, count: 2 });
const startSmall = () => startProver({ queue: 1 });

describe('order', () => {
  test('order__of_a_circuit_is_always_the_same', () => {
    const backends = named('a', 'b', 'c');
    for (const circuit of circuits)
      expect(namesOf(orderFor([...backends].reverse(), circuit))).toEqual(namesOf(orderFor(backends, circuit)));
  });

  test('order__gives_each_prover_its_share', () => {
    const firsts = circuits.map((circuit) => orderFor(named('a', 'b', 'c'), circuit)[0]?.name);
    for (const name of ['a', 'b', 'c']) expect(firsts.filter((first) => first === name).length).toBeGreaterThan(60);
  });

  test('order__changes_only_for_what_a_new_prover_wins', () => {
    for (const circuit of circuits) {
      const before = namesOf(orderFor(named('a', 'b', 'c'), circuit));
      const after = namesOf(orderFor(named('a', 'b', 'c', 'd'), circuit));
      expect(after.filter((name) => name !== 'd')).toEqual(before);
    }
  });
});

describe('full provers', () => {
  test('spill__to_the_second_when_the_first_is_full', async () => {
    const [first, second] = inOrder([await startSmall(), await startSmall()], 'circuit') as [Started, Started];
    await fill(first);
    const response = await prove([first, second], 'circuit', 'spilled');
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    expect(await logOf(first, 'spilled')).toMatchObject({ status: 429, code: 'queue_full' });
    expect(await logOf(second, 'spilled')).toMatchObject({ status: 200 });
  });

  test('spill__when_both_are_full_is_429', async () => {
    const both = [await startSmall(), await startSmall()];
    await Promise.all(both.map(fill));
    const response = await prove(both, 'circuit');
    expect([response.status, (await response.json<ErrorBody>()).code]).toEqual([429, 'queue_full']);
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThanOrEqual(1);
  });
});

describe('provers that say later', () => {
  test('spill__sends_the_same_once_more', async () => {
    const [busy, free] = [await startStandIn('unavailable'), await startStandIn('echo')];
    expect((await prove([busy, free], circuitFor(busy, free))).status).toBe(200);
    const [[refused], [taken]] = [(await seenBy(busy)).seen, (await seenBy(free)).seen];
    expect(taken).toEqual({ ...refused, headers: { ...refused?.headers, host: hostOf(free) } });
    expect(taken?.bytes).toBe((await mazeWitness()).length);
  });

  test('spill__leaves_a_prover_alone_until_its_retry_after', async () => {
    const [busy, free] = [await startStandIn('unavailable'), await startStandIn('echo')];
    const circuit = circuitFor(busy, free);
    for (let i = 0; i < 3; i++) expect((await prove([busy, free], circuit)).status).toBe(200);
    expect((await seenBy(busy)).seen).toHaveLength(1);
    // It said seven seconds.
    const order = (after: number) => namesOf(orderFor(named(hostOf(busy), hostOf(free)), circuit, Date.now() + after));
    expect(order(0)[0]).toBe(hostOf(free));
    expect(order(5000)[0]).toBe(hostOf(free));
    expect(order(8000)[0]).toBe(hostOf(busy));
  });

  test('spill__of_all_gives_the_answer_of_the_last_with_the_soonest_retry_after', async () => {
    const all = [await startStandIn('unavailable'), await startStandIn('unavailable')];
    const response = await prove(all, 'any');
    expect([response.status, (await response.json<ErrorBody>()).code]).toEqual([503, 'server_stopping']);
    expect(response.headers.get('Retry-After')).toBe('7');
  });

  test('spill__when_the_first_is_gone', async () => {
    const gone: Started = { id: -1, origin: 'http://127.0.0.1:1' };
    const free = await startStandIn('echo');
    expect((await prove([gone, free], circuitFor(gone, free))).status).toBe(200);
  });

  test('spill__is_not_for_a_body_too_long_to_keep', async () => {
    const [busy, free] = [await startStandIn('unavailable'), await startStandIn('echo')];
    const path = `/api/circuits/${circuitFor(busy, free)}/prove`;
    const variables = { PROVER_ORIGIN: originsOf([busy, free]), KEPT_BODY_BYTES: '100' };
    const response = await call(path, { method: 'POST', body: await mazeWitness() }, variables);
    expect([response.status, (await response.json<ErrorBody>()).code]).toEqual([503, 'server_stopping']);
    expect((await seenBy(free)).seen).toEqual([]);
  });

  test('spill__is_not_for_errors_of_the_request', async () => {
    const [wrong, free] = [await startStandIn('page404'), await startStandIn('echo')];
    expect((await prove([wrong, free], circuitFor(wrong, free))).status).toBe(502);
    expect((await seenBy(free)).seen).toEqual([]);
  });
});

describe('what every prover is told', () => {
  const headers = { 'Content-Type': 'application/json', 'X-API-Key': 'alice-has-a-long-key' };
  const key = { API_KEYS: 'alice:alice-has-a-long-key', PROVER_API_KEY: 'a-key-of-the-prover-itself' };
  const statusesOf = async (provers: readonly Started[], circuit: string) =>
    Promise.all(provers.map(async ({ origin }) => (await fetch(`${origin}/api/circuits/${circuit}`)).status));

  test('upload__and_delete_reach_all', async () => {
    const all = [await startProver({ guarded: true }), await startProver({ guarded: true })];
    const variables = { PROVER_ORIGIN: originsOf(all), ...key };
    const body = await ask<string>('/square/circuit');
    const upload = await call('/api/circuits?name=square', { method: 'POST', body, headers }, variables);
    expect(upload.status).toBe(201);
    expect(await statusesOf(all, 'square')).toEqual([200, 200]);
    const removed = await call('/api/circuits/square', { method: 'DELETE', headers }, variables);
    expect(removed.status).toBe(204);
    expect(await statusesOf(all, 'square')).toEqual([404, 404]);
  });

  test('delete__of_what_only_one_has_is_done', async () => {
    const all = [await startProver({ guarded: true }), await startProver({ guarded: true })];
    const body = await ask<string>('/square/circuit');
    const second = { PROVER_ORIGIN: all[1]?.origin ?? '', ...key };
    expect((await call('/api/circuits?name=square', { method: 'POST', body, headers }, second)).status).toBe(201);
    const variables = { PROVER_ORIGIN: originsOf(all), ...key };
    expect((await call('/api/circuits/square', { method: 'DELETE', headers }, variables)).status).toBe(204);
    expect((await call('/api/circuits/square', { method: 'DELETE', headers }, variables)).status).toBe(404);
  });

  test('upload__that_one_refuses_is_refused', async () => {
    const all = [await startProver({ guarded: true }), await startProver()];
    const body = await ask<string>('/square/circuit');
    const variables = { PROVER_ORIGIN: originsOf(all), ...key };
    const response = await call('/api/circuits?name=square', { method: 'POST', body, headers }, variables);
    expect([response.status, (await response.json<ErrorBody>()).code]).toEqual([403, 'uploads_off']);
  });
});
