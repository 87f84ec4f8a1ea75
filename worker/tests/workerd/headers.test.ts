// What goes on to the prover, what comes back, and who may read it.

import { beforeAll, describe, expect, test } from 'vitest';
import { call, type ErrorBody, type Overrides } from './call.ts';
import { type Seen, type Started, seenBy, startStandIn } from './launcher.ts';

let echo: Started;
beforeAll(async () => {
  echo = await startStandIn('echo');
});

async function seen(init: RequestInit, overrides: Overrides = {}): Promise<Seen> {
  const response = await call(
    '/api/prove?circuit=a%20b&verifierTarget=evm',
    { method: 'POST', ...init },
    { PROVER_ORIGIN: echo.origin, ...overrides },
  );
  expect(response.status).toBe(200);
  const last = (await seenBy(echo)).seen.at(-1);
  if (last === undefined) throw new Error('nothing came');
  return last;
}

describe('forwarded', () => {
  test('forward__method_path_query_and_body', async () => {
    const got = await seen({ body: 'abc' });
    expect([got.method, got.url, got.bytes]).toEqual(['POST', '/api/prove?circuit=a%20b&verifierTarget=evm', 3]);
    expect(got.headers['content-length']).toBe('3');
  });

  test('forward__content_headers', async () => {
    const headers = {
      'Content-Type': 'application/gzip',
      Accept: 'application/json',
      'If-None-Match': '"x"',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'a=b',
      Authorization: 'Bearer mine',
    };
    const got = await seen({ body: 'abc', headers });
    expect(got.headers).toMatchObject({
      'content-type': 'application/gzip',
      accept: 'application/json',
      'if-none-match': '"x"',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'a=b',
      authorization: 'Bearer mine',
    });
  });

  test('forward__no_hop_by_hop_and_no_expect', async () => {
    const dropped = {
      Expect: '100-continue',
      TE: 'trailers',
      Trailer: 'x-end',
      'Keep-Alive': 'timeout=5',
      'Proxy-Authorization': 'Basic x',
      'X-Of-The-Hop': '1',
      Connection: 'keep-alive, X-Of-The-Hop',
      Upgrade: 'h2c',
      Cookie: 'session=1',
      'CF-Connecting-IP': '203.0.113.9',
      'CF-Ray': 'x',
      'X-Forwarded-For': '203.0.113.9',
    };
    const got = await seen({ body: 'abc', headers: { ...dropped, 'X-Kept': '1' } });
    expect(got.headers['x-kept']).toBe('1');
    for (const name of Object.keys(dropped).filter((name) => name !== 'Connection'))
      expect(got.headers, name).not.toHaveProperty(name.toLowerCase());
    expect(got.headers.connection ?? '').not.toContain('X-Of-The-Hop');
  });

  test.each([
    ['made', undefined, /^[0-9a-f]{32}$/],
    ['kept', 'trace-1.2_3', /^trace-1\.2_3$/],
    ['replaced', 'no spaces', /^[0-9a-f]{32}$/],
    ['replaced_when_long', 'x'.repeat(129), /^[0-9a-f]{32}$/],
  ])('request_id__%s', async (_name, given, expected) => {
    const headers: Record<string, string> = given === undefined ? {} : { 'X-Request-Id': given };
    const response = await call('/api/health', { headers }, { PROVER_ORIGIN: echo.origin });
    const id = (await response.json<Seen>()).headers['x-request-id'];
    expect(id).toMatch(expected);
    expect(response.headers.get('X-Request-Id')).toBe(id);
  });

  test('idempotency_key__is_the_clients_own', async () => {
    const sent = async (key: string, address: string) => {
      const headers = { 'Idempotency-Key': key, 'CF-Connecting-IP': address };
      return (await seen({ body: 'x', headers })).headers['idempotency-key'];
    };
    const first = await sent('one', '203.0.113.1');
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await sent('"one"', '203.0.113.1')).toBe(first);
    expect(await sent('one', '203.0.113.2')).not.toBe(first);
    expect(await sent('two', '203.0.113.1')).not.toBe(first);
    expect(await sent('not fit to be one', '203.0.113.1')).toBe('not fit to be one');
    const next = await sent('one', '2001:db8:1:2::a');
    expect(await sent('one', '2001:db8:1:2::b')).toBe(next);
    expect(await sent('one', '2001:db8:1:3::a')).not.toBe(next);
  });

  test.each<[string, Overrides]>([
    ['of_a_holder', { API_KEYS: 'alice:alice-has-a-long-key' }],
    ['of_anybody_where_that_is_meant', { OPEN: 'on' }],
  ])('prover_key__takes_the_place_of_both_forms_%s', async (_name, access) => {
    const headers = { 'X-API-Key': 'alice-has-a-long-key' };
    const got = await seen({ body: 'x', headers }, { PROVER_API_KEY: 'ours', ...access });
    expect(got.headers.authorization).toBe('Bearer ours');
    expect(got.headers).not.toHaveProperty('x-api-key');
  });

  test('prover_key__has_no_blanks_around_it', async () => {
    const got = await seen({ body: 'x' }, { PROVER_API_KEY: ' ours\n', OPEN: 'on' });
    expect(got.headers.authorization).toBe('Bearer ours');
  });

  test.each<[string, Record<string, string>, string | undefined]>([
    ['is_not_lent_to_whom_shows_none', {}, undefined],
    ['is_not_lent_to_whom_guesses', { Authorization: 'Bearer a-guess-at-a-long-key' }, undefined],
    ['is_lent_to_a_holder', { 'X-API-Key': 'alice-has-a-long-key' }, 'Bearer ours'],
  ])('prover_key__on_a_route_that_needs_none_%s', async (_name, headers, shown) => {
    const keys = { API_KEYS: 'alice:alice-has-a-long-key', PROVER_API_KEY: 'ours' };
    const response = await call('/api/circuits/maze/vk', { headers }, { PROVER_ORIGIN: echo.origin, ...keys });
    const got = await response.json<Seen>();
    expect(got.headers.authorization).toBe(shown);
    expect(got.headers).not.toHaveProperty('x-api-key');
  });
});

describe('answered', () => {
  test('answer__keeps_nothing_of_the_provers_cors_and_cookies', async () => {
    const response = await call(
      '/api/health',
      {},
      { PROVER_ORIGIN: echo.origin, CORS_ORIGINS: 'https://app.example.org' },
    );
    expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
    expect(response.headers.get('Set-Cookie')).toBeNull();
    expect(response.headers.get('Connection')).toBeNull();
    expect(response.headers.get('Vary')).toBe('Accept, Origin');
  });
});

describe('cors', () => {
  const list = 'https://app.example.org, https://other.example.org';
  const from = (origin: string, overrides: Overrides) =>
    call('/api/health', { headers: { Origin: origin } }, { PROVER_ORIGIN: echo.origin, ...overrides });

  test('cors__any', async () => {
    const { headers } = await from('https://any.example.org', { CORS_ORIGINS: '*' });
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(headers.get('Access-Control-Allow-Credentials')).toBeNull();
    const exposed = headers.get('Access-Control-Expose-Headers') ?? '';
    for (const name of ['X-Request-Id', 'Server-Timing', 'X-Public-Inputs', 'Retry-After'])
      expect(exposed).toContain(name);
  });

  test.each([
    ['off', null],
    ['on', 'true'],
  ])('cors__listed_with_credentials_%s', async (CORS_CREDENTIALS, credentials) => {
    const { headers } = await from('https://other.example.org', { CORS_ORIGINS: list, CORS_CREDENTIALS });
    expect(headers.get('Access-Control-Allow-Origin')).toBe('https://other.example.org');
    expect(headers.get('Access-Control-Allow-Credentials')).toBe(credentials);
    expect(headers.get('Vary')).toContain('Origin');
  });

  const strangers = [
    'https://evil.example.org',
    'http://app.example.org',
    'https://app.example.org.evil.org',
    'https://app.example.org:8443',
    'https://APP.example.org',
    'https://app.example.org/',
    'https://app.example.org, https://evil.example.org',
    list,
    'null',
    '*',
    '',
    'http://worker.example:8080',
  ];
  test.each(strangers)('cors__not_listed_%s', async (origin) => {
    const response = await from(origin, { CORS_ORIGINS: list, CORS_CREDENTIALS: 'on' });
    const { headers } = response;
    expect([response.status, (await response.json<ErrorBody>()).code]).toEqual([403, 'origin_refused']);
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
    expect(headers.get('Access-Control-Allow-Credentials')).toBeNull();
    expect(headers.get('Vary')).toContain('Origin');
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'origin_refused__a_post_of_%s_that_needs_no_preflight',
    async (type) => {
      const headers = { Origin: 'https://evil.example.org', 'Content-Type': type, 'X-API-Key': 'alice-has-a-long-key' };
      const before = (await seenBy(echo)).seen.length;
      const bindings = { PROVER_ORIGIN: echo.origin, CORS_ORIGINS: list, API_KEYS: 'alice:alice-has-a-long-key' };
      const response = await call('/api/prove', { method: 'POST', body: 'x', headers }, bindings);
      const body = await response.json<ErrorBody>();
      expect([response.status, body.code]).toEqual([403, 'origin_refused']);
      expect(body.message).toContain('https://evil.example.org');
      expect(body.message).toContain('CORS_ORIGINS');
      expect((await seenBy(echo)).seen.length).toBe(before);
    },
  );

  test.each([
    ['of_a_listed_page', 'https://app.example.org', list],
    ['of_a_listed_app', 'capacitor://localhost', 'capacitor://localhost,https://app.example.org'],
    ['of_a_page_of_the_workers_own', 'http://worker.example', list],
    ['of_no_page', undefined, list],
    ['of_any_page', 'null', '*'],
  ])('cors__a_post_%s_goes_on', async (_name, origin, CORS_ORIGINS) => {
    const headers: Record<string, string> = origin === undefined ? {} : { Origin: origin };
    expect((await seen({ body: 'x', headers }, { CORS_ORIGINS })).bytes).toBe(1);
  });

  test('preflight__of_prove_asks_no_prover_and_no_key', async () => {
    const before = (await seenBy(echo)).seen.length;
    const headers = {
      Origin: 'https://app.example.org',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization, content-type',
    };
    const response = await call(
      '/api/prove',
      { method: 'OPTIONS', headers },
      { PROVER_ORIGIN: echo.origin, CORS_ORIGINS: list, API_KEYS: 'alice:alice-has-a-long-key' },
    );
    expect(response.status).toBe(204);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('https://app.example.org');
    expect(response.headers.get('Access-Control-Allow-Methods')).toBe('POST, OPTIONS');
    const allowed = response.headers.get('Access-Control-Allow-Headers')?.toLowerCase() ?? '';
    for (const name of ['authorization', 'x-api-key', 'content-type', 'accept', 'x-request-id', 'if-none-match'])
      expect(allowed).toContain(name);
    for (const name of ['idempotency-key', 'traceparent', 'tracestate']) expect(allowed.split(', ')).toContain(name);
    expect((await seenBy(echo)).seen.length).toBe(before);
  });

  test('preflight__of_a_stranger_gets_no_origin', async () => {
    const response = await call(
      '/api/prove',
      { method: 'OPTIONS', headers: { Origin: 'https://evil.example.org' } },
      { CORS_ORIGINS: list },
    );
    expect(response.status).toBe(403);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
    expect(response.headers.get('Access-Control-Allow-Methods')).toBeNull();
  });

  test('preflight__of_nothing_is_404', async () => {
    expect((await call('/api/nothing', { method: 'OPTIONS' })).status).toBe(404);
  });
});
