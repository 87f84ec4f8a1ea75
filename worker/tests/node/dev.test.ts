// `wrangler dev` as README.md says, over HTTP: with a real proverd behind it, and the client in front.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RemoteBackend } from '../../../client/dist/index.js';
import { startLocalBackend } from '../../../client/tests/lib/bbjs.mjs';
import { request, Wire } from '../../../tests/e2e/lib/http.mjs';
import { MAZE } from '../../../tests/e2e/lib/paths.mjs';
import { until } from '../../../tests/e2e/lib/wait.mjs';
import { mazeWitness } from '../../../tests/e2e/lib/witness.mjs';
import { originOf, PROVER_KEY, type Prover, startProver } from './lib/prover.ts';
import { Dev, WORKER } from './lib/wrangler.ts';

const COMMAND = 'npx wrangler dev --env local --enable-containers=false';
const args = COMMAND.split(' ').slice(2);
const MAZE_PROOF_BYTES = 14_656;

let prover: Prover;
let dev: Dev;
let bbjs: Awaited<ReturnType<typeof startLocalBackend>>;
beforeAll(async () => {
  prover = await startProver({ guarded: true });
  dev = await Dev.start(args, { PROVER_ORIGIN: originOf(prover), PROVER_API_KEY: PROVER_KEY, OPEN: 'on' });
  bbjs = await startLocalBackend();
});
afterAll(async () => {
  await dev?.stop();
  await prover?.abandon();
  await bbjs?.destroy();
});

const remote = () => new RemoteBackend(dev.origin, { circuit: 'circuit', retries: 0 });
const proof = { method: 'POST', path: '/api/prove', body: mazeWitness };

describe('wrangler dev', () => {
  test('dev__is_the_readmes_command', () => {
    expect(readFileSync(join(WORKER, 'README.md'), 'utf8')).toContain(`${COMMAND}\n`);
  });

  test.each(['noir-recursive', 'evm'] as const)(
    'maze__through_worker_and_client_verifies_by_bb_js_for_%s',
    async (verifierTarget) => {
      const data = await remote().generateProof(mazeWitness, { verifierTarget });
      expect(await bbjs.backend.verifyProof(data, { verifierTarget })).toBe(true);
      expect(await remote().verifyProof(data, { verifierTarget })).toBe(true);
      const others = { ...data, publicInputs: [`0x${'0'.repeat(63)}5`] };
      expect(await bbjs.backend.verifyProof(others, { verifierTarget })).toBe(false);
    },
  );

  test('key_and_contract__through_worker_and_client', async () => {
    const verifierTarget = 'evm';
    const key = await remote().getVerificationKey({ verifierTarget });
    expect(key).toEqual(new Uint8Array(await bbjs.backend.getVerificationKey({ verifierTarget })));
    expect(await remote().getSolidityVerifier(key, { verifierTarget })).toContain('contract HonkVerifier');
  });

  test('expect__100_continue_does_not_reach_the_prover', async () => {
    const wire = await Wire.open(dev.port);
    wire.sendHead('POST', '/api/prove', {
      Expect: '100-continue',
      'Content-Length': mazeWitness.length,
      Connection: 'close',
    });
    wire.send(mazeWitness);
    await wire.receive(
      'the proof',
      (text: string) => text.includes('X-Public-Inputs') && text.length > MAZE_PROOF_BYTES,
      60,
    );
    expect(wire.received).toMatch(/HTTP\/1\.1 200 OK/);
    await wire.close();
  });

  test('upload__of_30_MB', async () => {
    const circuit = JSON.parse(readFileSync(MAZE, 'utf8')) as object;
    const body = Buffer.from(JSON.stringify({ padding: 'x'.repeat(30_000_000), ...circuit }));
    const headers = { 'Content-Type': 'application/json' };
    const response = await request(dev.port, { method: 'POST', path: '/api/circuits', body, headers });
    expect(response.status).toBe(200); // that very circuit is there
    expect(await prover.logOf(response.headers['x-request-id'])).toMatchObject({ bytes_in: body.length });
  });

  test('log__has_a_line_for_each_request_and_no_key', async () => {
    const headers = {
      'X-Request-Id': 'in-the-log',
      'Content-Type': 'application/octet-stream',
      'X-API-Key': 'never-in-a-log',
    };
    expect((await request(dev.port, { ...proof, headers })).status).toBe(200);
    await until('the line is there', () => dev.output.includes('"request_id":"in-the-log"'), 30);
    const line = /\{.*"request_id":"in-the-log".*\}/.exec(dev.output)?.[0] ?? '';
    expect(JSON.parse(line)).toMatchObject({ method: 'POST', path: '/api/prove', status: 200 });
    for (const secret of ['never-in-a-log', PROVER_KEY]) expect(dev.output).not.toContain(secret);
  });
});
