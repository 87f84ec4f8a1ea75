import { beforeAll, describe, expect, test } from 'vitest';
import { ROUTES } from '../../src/routes.ts';
import { call, type ErrorBody } from './call.ts';
import { ask, logOf, mazeWitness, type Started, startProver } from './launcher.ts';

const MAZE_PROOF_BYTES = 14_656;
const KEY = 'a-key-of-the-prover-itself';

let prover: Started;
let guarded: Started;
beforeAll(async () => {
  prover = await startProver();
  guarded = await startProver({ guarded: true });
});

const at = () => ({ PROVER_ORIGIN: prover.origin });

describe('prove', () => {
  test('prove__maze', async () => {
    const response = await call(
      '/api/prove',
      { method: 'POST', body: await mazeWitness(), headers: { 'X-Request-Id': 'from-the-test' } },
      at(),
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/octet-stream');
    expect(response.headers.get('X-Request-Id')).toBe('from-the-test');
    expect(response.headers.get('X-Public-Inputs')).toMatch(/^0x[0-9a-f]{64}$/);
    expect(response.headers.get('Server-Timing')).toMatch(/^queue;dur=/);
    expect((await response.arrayBuffer()).byteLength).toBe(MAZE_PROOF_BYTES);
    // The id that was made or kept here is the one in proverd's log.
    expect(await logOf(prover, 'from-the-test')).toMatchObject({ path: '/api/prove', status: 200 });
  });

  test('prove__of_named_circuit_then_verify', async () => {
    const proven = await call(
      '/api/circuits/circuit/prove',
      { method: 'POST', body: await mazeWitness(), headers: { Accept: 'application/json' } },
      at(),
    );
    expect(proven.status).toBe(200);
    const { proof, publicInputs } = await proven.json<{ proof: string; publicInputs: string[] }>();
    const verify = (words: string[]) =>
      call(
        '/api/verify',
        {
          method: 'POST',
          body: JSON.stringify({ proof, publicInputs: words }),
          headers: { 'Content-Type': 'application/json' },
        },
        at(),
      );
    expect(await (await verify(publicInputs)).json()).toMatchObject({ verified: true });
    expect(await (await verify([`0x${'0'.repeat(63)}5`])).json()).toMatchObject({ verified: false });
  });
});

interface Parameter {
  readonly $ref?: string;
  readonly in?: string;
  readonly name?: string;
}

interface Document {
  readonly paths: Record<string, Record<string, { security?: unknown; parameters?: Parameter[] }>>;
  readonly components: { readonly parameters: Record<string, Parameter> };
}

describe('routes', () => {
  test('routes__are_those_of_the_openapi_document', async () => {
    const document = await (await call('/api/openapi.json', {}, at())).json<Document>();
    const methods = ['get', 'post', 'put', 'patch', 'delete'];
    // proverd itself asks for a key there, when what is read has to be made first.
    const open = ['/api/circuits/{circuit}/vk', '/api/circuits/{circuit}/verifier.sol'];
    const documented = Object.entries(document.paths).flatMap(([path, item]) =>
      methods.flatMap((method) => {
        const operation = item[method];
        if (operation === undefined) return [];
        const needsKey = operation.security !== undefined && !open.includes(path);
        return [`${method.toUpperCase()} ${path}${needsKey ? ' with a key' : ''}`];
      }),
    );
    const known = ROUTES.map(({ method, path, needsKey }) => `${method} ${path}${needsKey ? ' with a key' : ''}`);
    expect(documented.length).toBeGreaterThan(10);
    const kept = ['GET /metrics']; // of one prover, for whoever runs it
    expect(documented.filter((route) => !known.includes(route) && !kept.includes(route))).toEqual([]);
    const undocumented = ['GET /api/ready'];
    expect(known.filter((route) => !documented.includes(route) && !undocumented.includes(route))).toEqual([]);
  });

  test('routes__take_the_queries_of_the_openapi_document', async () => {
    const document = await (await call('/api/openapi.json', {}, at())).json<Document>();
    const named = ({ $ref, ...parameter }: Parameter) =>
      $ref === undefined ? parameter : document.components.parameters[$ref.split('/').at(-1) ?? ''];
    for (const { method, path, takes = [] } of ROUTES.filter(({ path }) => path !== '/api/ready')) {
      const { parameters = [] } = document.paths[path]?.[method.toLowerCase()] ?? {};
      const documented = parameters.map(named).filter((parameter) => parameter?.in === 'query');
      expect([...takes].sort(), `${method} ${path}`).toEqual(documented.map((parameter) => parameter?.name).sort());
    }
  });

  test.each([
    '/api',
    '/api/health',
    '/api/circuits',
    '/api/circuits/circuit',
    '/api/docs',
    '/api/circuits/circuit/vk',
    '/api/circuits/circuit/verifier.sol',
  ])('route__%s_passes_through', async (path) => {
    const direct = await fetch(`${prover.origin}${path}`);
    const response = await call(path, {}, at());
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe(direct.headers.get('Content-Type'));
    expect(response.headers.get('ETag')).toBe(direct.headers.get('ETag'));
    const [body, expected] = [await response.text(), await direct.text()];
    if (!/health|circuits/.test(path)) expect(body).toBe(expected);
    else expect(body.length).toBeGreaterThan(100);
  });

  test('route__head_has_no_body', async () => {
    const response = await call('/api/health', { method: 'HEAD' }, at());
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  test('route__not_modified_passes_through', async () => {
    const first = await call('/api/circuits/circuit/vk', {}, at());
    const second = await call(
      '/api/circuits/circuit/vk',
      { headers: { 'If-None-Match': first.headers.get('ETag') ?? '' } },
      at(),
    );
    expect([second.status, await second.text()]).toEqual([304, '']);
    await first.body?.cancel();
  });
});

describe('errors of proverd pass through', () => {
  const json = { 'Content-Type': 'application/json' };
  test.each<[string, number, string, string, RequestInit]>([
    ['body_empty', 400, '/api/prove', 'POST', {}],
    ['witness_not_recognised', 400, '/api/prove', 'POST', { body: 'no witness' }],
    ['body_malformed', 400, '/api/verify', 'POST', { body: '[', headers: json }],
    ['proof_malformed', 400, '/api/verify', 'POST', { body: '{"proof":"x"}', headers: json }],
    ['target_unknown', 400, '/api/prove?verifierTarget=nobody', 'POST', { body: 'x' }],
    ['target_unknown', 400, '/api/prove?verifierTarget=', 'POST', { body: 'x' }],
    ['circuit_unknown', 404, '/api/prove?circuit=', 'POST', { body: 'x' }],
    ['circuit_unknown', 404, '/api/circuits/CIRCUIT/vk', 'GET', {}],
    ['circuit_unknown', 404, '/api/circuits/circuit:1', 'GET', {}],
    ['circuit_unknown', 404, '/api/circuits/nowhere', 'GET', {}],
    ['circuit_unknown', 404, '/api/prove?circuit=nowhere', 'POST', { body: 'x' }],
    ['media_type_unsupported', 415, '/api/prove', 'POST', { body: 'x', headers: { 'Content-Type': 'text/html' } }],
    ['inputs_invalid', 400, '/api/prove', 'POST', { body: '{"inputs":{}}', headers: json }],
    ['target_unsupported', 422, '/api/circuits/circuit/verifier.sol?verifierTarget=noir-recursive', 'GET', {}],
    ['uploads_off', 403, '/api/circuits', 'POST', { body: '{}', headers: json }],
  ])('%s_is_%i', async (code, status, path, method, init) => {
    const response = await call(path, { ...init, method }, at());
    const body = await response.json<ErrorBody>();
    expect([response.status, body.code]).toEqual([status, code]);
    expect(body.request_id).toBe(response.headers.get('X-Request-Id'));
    expect(body.message.length).toBeGreaterThan(10);
  });
});

describe('what the Worker refuses as proverd does', () => {
  const paths = ['/api/', '/api//prove', '//api/prove', '/API/prove', '/api/prove/', '/api%2fprove', '/api/pro%76e'];
  const odd = ['/metrics/', '/metrics%00', '/api/health%00', '/api/circuits/', '/api/circuits/circuit/vk/'];
  test.each([...paths, ...odd])('not_found__%s', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
      const answers = [await fetch(`${prover.origin}${path}`, { method }), await call(path, { method }, at())];
      for (const answer of answers)
        expect([answer.status, (await answer.json<ErrorBody>()).code], method).toEqual([404, 'not_found']);
    }
  });

  test.each([
    'a=b',
    'a',
    'VERIFIERTARGET=evm',
    'verifierTarget=evm&verifiertarget=evm',
    'circuit+=circuit',
    'circuit%00=circuit',
    '?circuit=circuit',
    'circuit=circuit&circuit=circuit',
    'circuit=circuit&%63ircuit=circuit',
    'circuit=circuit&&verifierTarget=evm',
    '&circuit=circuit',
    'verifierTarget',
    'verifierTarget&circuit=circuit',
    'verifierTarget=evm%00',
    'name=circuit',
    '__proto__=x',
    'circuit,%20verifierTarget=circuit',
  ])('query_invalid__%s', async (query) => {
    const init = { method: 'POST', body: 'x' };
    const path = `/api/prove?${query}`;
    const bodies = [await (await fetch(`${prover.origin}${path}`, init)).json<ErrorBody>()];
    const response = await call(path, init, at());
    bodies.push(await response.json<ErrorBody>());
    expect(bodies.map(({ code }) => code)).toEqual(['query_invalid', 'query_invalid']);
    expect(response.status).toBe(400);
    expect(Object.keys(bodies[1] ?? {})).toEqual(Object.keys(bodies[0] ?? {}));
    expect(bodies[1]?.error).toBe(bodies[0]?.error);
    if (!query.includes('%00')) expect(bodies[1]?.message).toBe(bodies[0]?.message);
  });

  test.each([
    '',
    'circuit=circuit',
    '%63ircuit=%63ircuit',
    'circuit=circuit&',
    'circuit=circuit&verifierTarget=evm-no-zk',
  ])('query__%s_is_taken', async (query) => {
    for (const path of [`/api/prove?${query}`]) {
      const init = { method: 'POST', body: await mazeWitness() };
      expect((await fetch(`${prover.origin}${path}`, init)).status).toBe(200);
      const response = await call(path, init, at());
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    }
  });

  test('preflight__is_answered_whatever_the_query', async () => {
    expect((await call('/api/prove?VERIFIERTARGET=evm', { method: 'OPTIONS' }, at())).status).toBe(204);
  });
});

describe('the key of the prover', () => {
  test('prover_key__replaces_that_of_the_client', async () => {
    const init = {
      method: 'POST',
      body: await mazeWitness(),
      headers: { Authorization: 'Bearer a-key-of-the-edge-alone' },
    };
    const keys = { PROVER_ORIGIN: guarded.origin, API_KEYS: 'someone:a-key-of-the-edge-alone' };
    expect((await call('/api/prove', init, keys)).status).toBe(401);
    const response = await call('/api/prove', init, { ...keys, PROVER_API_KEY: KEY });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  test('client_key__reaches_a_prover_that_checks_it', async () => {
    const missing = await call('/api/prove', { method: 'POST', body: 'x' }, { PROVER_ORIGIN: guarded.origin });
    expect([missing.status, missing.headers.get('WWW-Authenticate'), (await missing.json<ErrorBody>()).code]).toEqual([
      401,
      'Bearer',
      'key_missing',
    ]);
    const response = await call(
      '/api/prove',
      { method: 'POST', body: await mazeWitness(), headers: { 'X-API-Key': KEY } },
      { PROVER_ORIGIN: guarded.origin },
    );
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });
});

describe('large bodies', () => {
  /** The maze again, with so much beside it that the whole is 30 MB. */
  async function largeCircuit(): Promise<Uint8Array> {
    const circuit = JSON.parse(await ask<string>('/maze/circuit')) as Record<string, unknown>;
    return new TextEncoder().encode(JSON.stringify({ padding: 'x'.repeat(30_000_000), ...circuit }));
  }

  test('upload__of_30_MB', async () => {
    const body = await largeCircuit();
    expect(body.length).toBeGreaterThan(30_000_000);
    const init = { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'X-API-Key': KEY } };
    const response = await call('/api/circuits', init, { PROVER_ORIGIN: guarded.origin });
    expect(response.status).toBe(200); // that very circuit is there
    expect(await response.json()).toMatchObject({ name: 'circuit' });
    const line = await logOf(guarded, response.headers.get('X-Request-Id') ?? '');
    expect(line).toMatchObject({ bytes_in: body.length });
  });

  test('upload__of_30_MB_without_length', async () => {
    const body = await largeCircuit();
    let sent = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent >= body.length) return controller.close();
        controller.enqueue(body.slice(sent, sent + 500_000));
        sent += 500_000;
      },
    });
    const init = { method: 'POST', body: stream, headers: { 'Content-Type': 'application/json', 'X-API-Key': KEY } };
    const response = await call('/api/circuits', init, { PROVER_ORIGIN: guarded.origin });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ name: 'circuit' });
  });
});
