// Paths as they come over the wire, which no URL has put right before: what the Worker does not know, no prover hears of.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from '../../../tests/e2e/lib/http.mjs';
import { Runtime } from './lib/runtime.ts';
import { StandIn } from './lib/stand-in.ts';

let prover: StandIn;
let worker: Runtime;
beforeAll(async () => {
  prover = await StandIn.start('echo');
  worker = await Runtime.start({ PROVER_ORIGIN: prover.origin });
});
afterAll(async () => {
  await worker?.stop();
  await prover?.stop();
});

const ask = (method: string, path: string) => request(worker.port, { method, path, body: undefined });

test.each([
  '/metrics',
  '/metrics/',
  '/metrics%00',
  '/api/../metrics',
  '/api/%2e%2e/metrics',
  '/api/circuits/a/../../../metrics',
  '/api/circuits/a%2fprove',
  '//api/prove',
  '/api//prove',
  '/api/prove/',
  '/api/prove%00',
  '/api/prove%3Fcircuit=a',
  '/api/prove;x',
])('not_found__%s', async (path) => {
  for (const method of ['GET', 'POST']) {
    const { status } = await ask(method, path);
    expect([method, status]).toEqual([method, 404]);
  }
  expect(prover.seen).toEqual([]);
});

// The platform resolves these before the Worker has them: proverd must get what was looked at here.
test.each(['/api/./prove', '/api/x/../prove', '/api/circuits/../prove', '/api/circuits/%2e%2e/prove', '/api\\prove'])(
  'path__%s_goes_on_as_what_it_was_taken_for',
  async (path) => {
    expect((await ask('POST', path)).status).toBe(200);
    expect(prover.seen.at(-1)?.url).toBe('/api/prove');
    expect((await ask('GET', path)).status).toBe(405);
  },
);

test('path__goes_on_as_it_came', async () => {
  const path = '/api/circuits/a.b-c~d/vk?verifierTarget=e%76m';
  expect((await ask('GET', path)).status).toBe(200);
  expect(prover.seen.at(-1)?.url).toBe(path);
});
