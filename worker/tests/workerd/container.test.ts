// The Durable Object that owns a container, from the first request to its sleep. What runs in the container is the real proverd.

import { createScheduledController, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Backend } from '../../src/backend.ts';
import worker from '../../src/index.ts';
import type { Env } from '../../src/settings.ts';
import { forgetRests, orderFor } from '../../src/spread.ts';
import { call, type ErrorBody } from './call.ts';
import { ask, mazeWitness, type Started } from './launcher.ts';
import type { TestContainer } from './test-container.ts';

const MAZE_PROOF_BYTES = 14_656;
const FIVE_MINUTES = 300_000;

/** Containers of a test's own. */
class Fleet {
  private readonly prefix = crypto.randomUUID();

  constructor(private readonly variables: Partial<Env> = {}) {}

  /** What the Worker gets instead of the binding. */
  get bindings(): Partial<Env> {
    const real = env.MY_CONTAINER;
    const MY_CONTAINER = {
      idFromName: (name: string) => real.idFromName(`${this.prefix} ${name}`),
      get: (id: DurableObjectId) => real.get(id),
    };
    return { ...this.variables, MY_CONTAINER: MY_CONTAINER as unknown as Env['MY_CONTAINER'] & {} };
  }

  private stub(index: number): DurableObjectStub<TestContainer> {
    return env.MY_CONTAINER.get(env.MY_CONTAINER.idFromName(`${this.prefix} prover-${index}`));
  }

  /** Does something inside a Durable Object. */
  inside<T>(work: (object: TestContainer) => T | Promise<T>, index = 0): Promise<T> {
    return runInDurableObject(this.stub(index), (object: TestContainer) => work(object));
  }

  /** Lets the alarm ring, if one is set. */
  ring(index = 0): Promise<boolean> {
    return runDurableObjectAlarm(this.stub(index));
  }

  alarmAt(): Promise<number | null> {
    return runInDurableObject(this.stub(0), (_object, state) => state.storage.getAlarm());
  }

  calls(index = 0): Promise<string[]> {
    return this.inside(({ container }) => [...container.calls], index);
  }

  prover(index = 0): Promise<Started> {
    return this.inside(({ container }) => {
      if (container.prover === null) throw new Error('it does not run');
      return container.prover;
    }, index);
  }

  request(path: string, init: RequestInit = {}): Promise<Response> {
    return call(path, init, this.bindings);
  }

  async prove(init: RequestInit = {}, path = '/api/prove'): Promise<Response> {
    return this.request(path, { method: 'POST', body: await mazeWitness(), ...init });
  }
}

async function fleet(
  variables: Partial<Env> = {},
  set: (object: TestContainer) => void = () => undefined,
): Promise<Fleet> {
  const made = new Fleet(variables);
  await made.inside((object) => {
    object.variables = variables;
    set(object);
  });
  onTestFinished(async () => {
    await made.inside(({ container }) => container.destroy());
  });
  return made;
}

async function expectProof(response: Response): Promise<void> {
  expect(response.status).toBe(200);
  expect((await response.arrayBuffer()).byteLength).toBe(MAZE_PROOF_BYTES);
}

async function expectError(response: Response, status: number, code: string): Promise<ErrorBody> {
  const body = await response.json<ErrorBody>();
  expect([response.status, body.code]).toEqual([status, code]);
  expect(body.request_id).toBe(response.headers.get('X-Request-Id'));
  if (status === 503) expect(response.headers.get('Retry-After')).toBe('5');
  return body;
}

/** Stops the prover at the first proof, so that a request is under way for as long as a test wants. */
async function freezeInTheMidst(
  one: Fleet,
  init: RequestInit = {},
): Promise<{ answer: Promise<Response>; prover: Started }> {
  await expectProof(await one.prove());
  const prover = await one.prover();
  await ask('/prover/freeze', { id: prover.id });
  const answer = one.prove(init);
  await vi.waitFor(async () => expect(await ask('/prover/load', { id: prover.id })).toBe(1), {
    timeout: 30_000,
    interval: 25,
  });
  return { answer, prover };
}

describe('start', () => {
  test('start__at_the_first_request', async () => {
    const one = await fleet({ CONTAINER_ENV: '{"PROVERD_WORKERS":"2"}' });
    await expectProof(await one.prove());
    const { startOptions, inactivityTimeout } = await one.inside(
      ({ container: { startOptions, inactivityTimeout } }) => ({ startOptions, inactivityTimeout }),
    );
    expect(startOptions).toEqual({ enableInternet: false, env: { PROVERD_WORKERS: '2' } });
    expect(inactivityTimeout).toBe(FIVE_MINUTES);
  });

  test('start__once_for_many_requests', async () => {
    const one = await fleet();
    for (const response of await Promise.all([one.prove(), one.request('/api/health'), one.prove()])) {
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    }
    await expectProof(await one.prove());
    expect(await one.calls()).toEqual(['start']);
  });

  test('start__again_when_it_fails_once', async () => {
    const one = await fleet({}, ({ container }) => {
      container.failures = 1;
    });
    await expectProof(await one.prove());
    expect((await one.calls()).filter((name) => name === 'start')).toHaveLength(2);
  });

  test('start__that_fails_twice_is_503', async () => {
    const one = await fleet({}, ({ container }) => {
      container.failures = 2;
    });
    await expectError(await one.prove(), 503, 'container_unavailable');
    // Nothing stays broken.
    await expectProof(await one.prove());
  });

  test('start__that_hangs_is_503', async () => {
    const one = await fleet({ START_SECONDS: '1' }, ({ container }) => {
      container.deaf = true;
    });
    await expectError(await one.prove(), 503, 'container_unavailable');
    expect((await one.calls()).at(-1)).toBe('destroy');
  });

  test('start__is_not_needed_by_a_new_object_whose_container_runs', async () => {
    const one = await fleet();
    await expectProof(await one.prove());
    await one.inside((object) => object.forget());
    await expectProof(await one.prove());
    expect(await one.calls()).toEqual(['start']);
  });

  test('start__without_an_engine_names_the_way_out', async () => {
    const one = await fleet({}, (object) => {
      object.hasEngine = false;
    });
    const { message } = await expectError(await one.request('/api/health'), 503, 'container_unavailable');
    expect(message).toContain('PROVER_ORIGIN');
  });

  test.each([
    ['of an unknown path', '/nothing', {}, 404],
    ['of a method that the path does not take', '/api/prove', {}, 405],
    ['without a key', '/api/prove', { method: 'POST', body: 'x' }, 401],
    [
      'that is too long',
      '/api/prove',
      { method: 'POST', body: 'xxx', headers: { 'X-API-Key': 'alice-has-a-long-key' } },
      413,
    ],
  ])('start__is_not_for_a_request_%s', async (_name, path, init, status) => {
    const one = await fleet({ API_KEYS: 'alice:alice-has-a-long-key', MAX_BODY_BYTES: '2' });
    expect((await one.request(path, init)).status).toBe(status);
    expect(await one.calls()).toEqual([]);
  });

  test('start__is_not_for_more_calls_than_the_limit', async () => {
    const one = await fleet({ RATE_LIMITER: { limit: async () => ({ success: false }) } });
    await expectError(await one.request('/api/health'), 429, 'rate_limited');
    expect(await one.calls()).toEqual([]);
  });
});

describe('what passes through', () => {
  test('pass__errors_of_proverd', async () => {
    const one = await fleet();
    await expectError(
      await one.request('/api/prove', { method: 'POST', body: 'no witness' }),
      400,
      'witness_not_recognised',
    );
    await expectError(await one.request('/api/circuits/nowhere'), 404, 'circuit_unknown');
  });

  test('pass__head_and_not_modified', async () => {
    const one = await fleet();
    expect((await one.request('/api/health', { method: 'HEAD' })).status).toBe(200);
    const first = await one.request('/api/circuits/circuit/vk');
    const headers = { 'If-None-Match': first.headers.get('ETag') ?? '' };
    expect((await one.request('/api/circuits/circuit/vk', { headers })).status).toBe(304);
    await first.arrayBuffer();
  });

  test('pass__upload_of_30_MB', async () => {
    const keys = { API_KEYS: 'alice:alice-has-a-long-key', PROVER_API_KEY: 'a-key-of-the-prover-itself' };
    const one = await fleet(keys, ({ container }) => {
      container.proverOptions = { guarded: true };
    });
    const circuit = JSON.parse(await ask<string>('/maze/circuit')) as object;
    const body = JSON.stringify({ padding: 'x'.repeat(30_000_000), ...circuit });
    const response = await one.request('/api/circuits', {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json', 'X-API-Key': 'alice-has-a-long-key' },
    });
    expect(await response.json()).toMatchObject({ name: 'circuit' });
  });
});

describe('loss', () => {
  test('loss__is_followed_by_one_restart', async () => {
    const one = await fleet({}, ({ container }) => {
      container.losses = 1;
    });
    await expectProof(await one.prove());
    expect((await one.calls()).filter((name) => name === 'start')).toHaveLength(2);
  });

  test('loss__twice_is_503_and_no_third_try', async () => {
    const one = await fleet({}, ({ container }) => {
      container.losses = 2;
    });
    await expectError(await one.prove(), 503, 'instance_lost');
    expect((await one.calls()).filter((name) => name === 'start')).toHaveLength(2);
    await expectProof(await one.prove());
  });

  test('loss__of_a_body_too_long_to_keep_is_503', async () => {
    const one = await fleet({ KEPT_BODY_BYTES: '100' }, ({ container }) => {
      container.losses = 1;
    });
    await expectError(await one.prove(), 503, 'instance_lost');
    expect((await one.calls()).filter((name) => name === 'start')).toHaveLength(1);
    await expectProof(await one.prove());
  });

  test('loss__between_two_requests_is_not_noticed', async () => {
    const one = await fleet();
    await expectProof(await one.prove());
    const prover = await one.prover();
    await ask('/prover/kill', { id: prover.id });
    await expectProof(await one.prove());
  });
});

describe('two instances', () => {
  /** Two of which the first is the maze's own. */
  async function two(): Promise<{ both: Fleet; first: number; second: number }> {
    forgetRests();
    const both = await fleet({ INSTANCES: '2' });
    onTestFinished(() => both.inside(({ container }) => container.destroy(), 1));
    const names = ['prover-0', 'prover-1'];
    const [own] = orderFor(
      names.map((name) => ({ name }) as Backend),
      'circuit',
    );
    const first = names.indexOf(own?.name ?? '');
    return { both, first, second: 1 - first };
  }

  const prove = (both: Fleet) => both.prove({}, '/api/circuits/circuit/prove');

  test('spread__keeps_a_circuit_where_it_was', async () => {
    const { both, first, second } = await two();
    for (let i = 0; i < 2; i++) await expectProof(await prove(both));
    expect([await both.calls(first), await both.calls(second)]).toEqual([['start'], []]);
  });

  test('spread__spills_when_the_first_is_full', async () => {
    const { both, first, second } = await two();
    await both.inside(({ container }) => {
      container.proverOptions = { queue: 1 };
    }, first);
    await expectProof(await prove(both));
    await ask('/prover/fill', { id: (await both.prover(first)).id, count: 2 });
    await expectProof(await prove(both));
    expect([await both.calls(first), await both.calls(second)]).toEqual([['start'], ['start']]);
  });

  test('spread__spills_when_the_first_does_not_start', async () => {
    const { both, first, second } = await two();
    await both.inside(({ container }) => {
      container.failures = 2;
    }, first);
    await expectProof(await prove(both));
    expect((await both.calls(first)).filter((name) => name === 'start')).toHaveLength(2);
    expect(await both.calls(second)).toEqual(['start']);
  });
});

describe('sleep', () => {
  test('sleep__after_five_minutes_and_not_before', async () => {
    const one = await fleet();
    const before = Date.now();
    await expectProof(await one.prove());
    const alarm = (await one.alarmAt()) ?? 0;
    expect(alarm).toBeGreaterThanOrEqual(before + FIVE_MINUTES);
    expect(alarm).toBeLessThanOrEqual(Date.now() + FIVE_MINUTES);

    await one.inside((object) => {
      object.clockAhead = FIVE_MINUTES - 60_000;
    });
    await expectProof(await one.prove());
    await one.inside((object) => {
      object.clockAhead = FIVE_MINUTES + 60_000;
    });
    expect(await one.ring()).toBe(true);
    expect(await one.calls()).toEqual(['start']);

    await one.inside((object) => {
      object.clockAhead = 2 * FIVE_MINUTES;
    });
    expect(await one.ring()).toBe(true);
    expect(await one.calls()).toEqual(['start', 'destroy']);
    expect(await one.ring()).toBe(false);
    await expectProof(await one.prove());
  });

  test('sleep__waits_for_a_request_under_way', async () => {
    const one = await fleet({ REQUEST_SECONDS: '900' });
    const { answer, prover } = await freezeInTheMidst(one);
    await one.inside((object) => {
      object.clockAhead = FIVE_MINUTES + 60_000;
    });
    await one.ring();
    expect(await one.calls()).toEqual(['start']);
    await ask('/prover/thaw', { id: prover.id });
    await expectProof(await answer);
  });

  test('sleep__does_not_wait_for_an_aborted_client', async () => {
    const one = await fleet({ REQUEST_SECONDS: '900' });
    const abort = new AbortController();
    const { answer } = await freezeInTheMidst(one, { signal: abort.signal });
    abort.abort();
    await expectError(await answer, 499, 'cancelled');
    await vi.waitFor(async () => expect(await one.inside(({ container }) => container.requestsUnderWay)).toBe(0));
    await one.inside((object) => {
      object.clockAhead = FIVE_MINUTES + 1000;
    });
    await one.ring();
    expect(await one.calls()).toEqual(['start', 'destroy']);
  });

  test('sleep__does_not_wait_for_an_answer_that_nobody_reads', async () => {
    const one = await fleet();
    const unread = await one.prove();
    await vi.waitFor(async () => expect(await one.inside(({ container }) => container.requestsUnderWay)).toBe(0));
    await one.inside((object) => {
      object.clockAhead = FIVE_MINUTES + 1000;
    });
    await one.ring();
    expect(await one.calls()).toEqual(['start', 'destroy']);
    await expectProof(unread);
  });
});

describe('time', () => {
  test('request_timeout__of_a_prover_that_stands_still', async () => {
    const one = await fleet();
    await expectProof(await one.prove());
    await ask('/prover/freeze', { id: (await one.prover()).id });
    await one.inside((object) => {
      object.variables = { REQUEST_SECONDS: '1' };
      object.forget();
    });
    const { message } = await expectError(await one.prove(), 504, 'request_timeout');
    expect(message).toContain('1 seconds');
  });
});

describe('the cron trigger', () => {
  test('keep_warm__wakes_the_default_circuits_prover', async () => {
    const one = await fleet();
    await worker.scheduled(createScheduledController(), { ...env, ...one.bindings } as Env);
    expect(await one.calls()).toEqual(['start']);
  });
});
