// The life of one container where the platform itself fails: what stands for the container answers at once.

import { describe, expect, test } from 'vitest';
import { type Alarms, type ContainerHandle, Instance } from '../../src/instance.ts';

const SETTINGS = {
  requestMilliseconds: 600_000,
  startMilliseconds: 1000,
  sleepMilliseconds: 1000,
  maxBodyBytes: 1000,
  keptBodyBytes: 1000,
  containerEnv: {},
};

/** An instance whose alarm cannot be set for the first `failures` times, and a clock that the test moves. */
function startInstance(failures: number) {
  const seen = { now: 1_000_000, destroyed: 0, alarms: [] as number[] };
  const container = {
    running: true,
    setInactivityTimeout: async () => undefined,
    destroy: async () => void seen.destroyed++,
    getTcpPort: () => ({ fetch: async () => new Response('an answer') }),
  } as unknown as ContainerHandle;
  const setAlarm = async (time: number) => {
    if (seen.alarms.push(time) <= failures) throw new Error('the storage is down');
  };
  const instance = new Instance(container, { setAlarm } as unknown as Alarms, SETTINGS, () => seen.now);
  return { instance, seen };
}

/** A request, and whether its body was given up or read. */
function requestOf(): { request: Request; body: { ended: boolean } } {
  const body = { ended: false };
  const stream = new ReadableStream<Uint8Array>({
    cancel: () => {
      body.ended = true;
    },
  });
  return { request: new Request('http://container/api/prove', { method: 'POST', body: stream }), body };
}

describe('an alarm that cannot be set', () => {
  test.each([1, 2])('alarm__that_fails_%i_times_costs_no_answer_and_keeps_nothing_awake', async (failures) => {
    const { instance, seen } = startInstance(failures);
    const { request, body } = requestOf();
    expect(await (await instance.send(request)).text()).toBe('an answer');
    expect(body.ended).toBe(true);
    seen.now += SETTINGS.sleepMilliseconds + 1;
    await instance.sleepIfIdle();
    expect(seen.destroyed).toBe(1);
  });

  test('alarm__that_failed_is_set_by_the_next_use', async () => {
    const { instance, seen } = startInstance(1);
    await (await instance.send(requestOf().request)).text();
    expect(seen.alarms).toHaveLength(2);
    await (await instance.send(requestOf().request)).text();
    expect(seen.alarms).toHaveLength(2);
  });
});
