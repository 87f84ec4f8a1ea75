// Each error that the Worker itself answers with, and that no prover hears of what is refused before it.

import { beforeAll, describe, expect, test, vi } from 'vitest';
import { call, type ErrorBody, newAddress, type Overrides } from './call.ts';
import { type Started, seenBy, startStandIn } from './launcher.ts';

const KEYS = '# who may prove\nalice:alice-has-a-long-key\n\nbob:bob-has-a-long-key-too\n';

let echo: Started;
beforeAll(async () => {
  echo = await startStandIn('echo');
});

async function expectError(response: Response, status: number, code: string): Promise<ErrorBody> {
  expect(response.headers.get('Content-Type')).toBe('application/json');
  const body = await response.json<ErrorBody>();
  expect([response.status, body.code]).toEqual([status, code]);
  expect(body.request_id).toBe(response.headers.get('X-Request-Id'));
  expect(body.request_id).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
  expect(body.error.length).toBeGreaterThan(3);
  expect(body.message.length).toBeGreaterThan(10);
  expect(response.headers.get('Access-Control-Allow-Origin')).not.toBeNull();
  return body;
}

/** What has begun to come has ended, and not as if it were whole: workerd ends a failed stream as one that is complete. */
async function expectNoWholeBody(echo: Started): Promise<void> {
  await vi.waitFor(async () => expect((await seenBy(echo)).connections).toBe(0), { timeout: 10_000, interval: 25 });
  expect((await seenBy(echo)).seen.filter(({ whole }) => whole)).toEqual([]);
}

/** Calls, and expects that no prover was asked. */
async function refused(
  path: string,
  init: RequestInit,
  overrides: Overrides,
  status: number,
  code: string,
): Promise<{ response: Response; body: ErrorBody }> {
  const before = (await seenBy(echo)).seen.length;
  const response = await call(path, init, { PROVER_ORIGIN: echo.origin, ...overrides });
  const body = await expectError(response, status, code);
  expect((await seenBy(echo)).seen.length).toBe(before);
  return { response, body };
}

describe('before a prover is asked', () => {
  const strangers = ['/', '/api/nothing', '/api/circuits/a/b', '/prove', '/api/circuits//vk', '/metrics', '/metrics/'];
  const spellings = ['/api/', '/api/prove/', '/API', '//api', '/api%2fprove', '/api/health%00', '/api/pro%76e'];
  const circuits = ['/api/circuits/', '/api/circuits/a%2fb/vk', '/api/circuits/a%00/vk', '/api/circuits/%61'];
  test.each([...strangers, ...spellings, ...circuits])('not_found__%s', async (path) => {
    const { body } = await refused(path, {}, {}, 404, 'not_found');
    expect(body.available_endpoints).toHaveProperty(['POST /api/prove']);
  });

  test.each([
    ['/api/prove', 'GET', 'POST, OPTIONS'],
    ['/api/health', 'POST', 'GET, HEAD, OPTIONS'],
    ['/api/circuits/maze', 'PATCH', 'GET, HEAD, DELETE, OPTIONS'],
  ])('method_not_allowed__%s_%s', async (path, method, allow) => {
    const { response } = await refused(path, { method }, {}, 405, 'method_not_allowed');
    expect(response.headers.get('Allow')).toBe(allow);
  });

  test.each<[string, Record<string, string>]>([
    ['no_header', {}],
    ['empty_bearer', { Authorization: 'Bearer ' }],
    ['another_scheme', { Authorization: 'Basic YWxpY2U6eA==' }],
  ])('key_missing__%s', async (_name, headers) => {
    const { response } = await refused(
      '/api/prove',
      { method: 'POST', body: 'x', headers },
      { API_KEYS: KEYS },
      401,
      'key_missing',
    );
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer');
  });

  test.each<[string, Record<string, string>]>([
    ['bearer', { Authorization: 'Bearer alice-has-a-long-kez' }],
    ['header', { 'X-API-Key': 'alice' }],
    ['name_and_key', { 'X-API-Key': 'alice:alice-has-a-long-key' }],
    ['bearer_wins', { Authorization: 'Bearer wrong', 'X-API-Key': 'alice-has-a-long-key' }],
  ])('key_unknown__%s', async (_name, headers) => {
    await refused('/api/prove', { method: 'POST', body: 'x', headers }, { API_KEYS: KEYS }, 401, 'key_unknown');
  });

  test.each<[string, Record<string, string>]>([
    ['bearer', { Authorization: 'Bearer alice-has-a-long-key' }],
    ['scheme_in_any_case', { Authorization: 'bEARER bob-has-a-long-key-too' }],
    ['header', { 'X-API-Key': 'bob-has-a-long-key-too' }],
  ])('key_known__%s', async (_name, headers) => {
    const response = await call(
      '/api/prove',
      { method: 'POST', body: 'x', headers },
      { PROVER_ORIGIN: echo.origin, API_KEYS: KEYS },
    );
    expect(response.status).toBe(200);
  });

  test('key__is_not_needed_to_read', async () => {
    expect((await call('/api/health', {}, { PROVER_ORIGIN: echo.origin, API_KEYS: KEYS })).status).toBe(200);
  });

  test('body_too_large__by_content_length', async () => {
    const { body } = await refused(
      '/api/prove',
      { method: 'POST', body: 'x'.repeat(1001) },
      { MAX_BODY_BYTES: '1000' },
      413,
      'body_too_large',
    );
    expect(body.message).toContain('1000');
  });

  test('rate_limited__by_address', async () => {
    const RATE_LIMITER = { limit: async ({ key }: { key: string }) => ({ success: key !== 'address 203.0.113.7' }) };
    const { response } = await refused(
      '/api/health',
      { headers: { 'CF-Connecting-IP': '203.0.113.7' } },
      { RATE_LIMITER },
      429,
      'rate_limited',
    );
    expect(response.headers.get('Retry-After')).toBe('60');
    const other = await call(
      '/api/health',
      { headers: { 'CF-Connecting-IP': '203.0.113.8' } },
      { PROVER_ORIGIN: echo.origin, RATE_LIMITER },
    );
    expect(other.status).toBe(200);
  });

  test.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::5:6', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['203.0.113.7', '203.0.113.7'],
  ])('rate_limited__address_%s_counts_as_%s', async (address, network) => {
    const asked: string[] = [];
    const RATE_LIMITER = { limit: async ({ key }: { key: string }) => ({ success: asked.push(key) < 0 }) };
    const headers = { 'CF-Connecting-IP': address };
    await refused('/api/health', { headers }, { RATE_LIMITER }, 429, 'rate_limited');
    expect(asked).toEqual([`address ${network}`]);
  });

  test('rate_limited__by_key', async () => {
    const RATE_LIMITER = { limit: async ({ key }: { key: string }) => ({ success: key !== 'key alice' }) };
    const as = (key: string) => ({ method: 'POST', body: 'x', headers: { 'X-API-Key': key } });
    const overrides = { RATE_LIMITER, API_KEYS: KEYS, RATE_LIMIT_SECONDS: '10' };
    const { response } = await refused('/api/prove', as('alice-has-a-long-key'), overrides, 429, 'rate_limited');
    expect(response.headers.get('Retry-After')).toBe('10');
    expect(
      (await call('/api/prove', as('bob-has-a-long-key-too'), { ...overrides, PROVER_ORIGIN: echo.origin })).status,
    ).toBe(200);
  });

  test('rate_limited__guesses_at_keys_count_for_the_address', async () => {
    const asked: string[] = [];
    const RATE_LIMITER = { limit: async ({ key }: { key: string }) => ({ success: asked.push(key) < 2 }) };
    const headers = { 'X-API-Key': 'a-guess-at-a-long-key', 'CF-Connecting-IP': '203.0.113.9' };
    const guess = (status: number, code: string) =>
      refused('/api/prove', { method: 'POST', body: 'x', headers }, { RATE_LIMITER, API_KEYS: KEYS }, status, code);
    await guess(401, 'key_unknown');
    await guess(429, 'rate_limited');
    expect(asked).toEqual(['address 203.0.113.9', 'address 203.0.113.9']);
  });

  test('rate_limited__by_the_platforms_own_limiter', async () => {
    const headers = { 'CF-Connecting-IP': newAddress() };
    const statuses: number[] = [];
    for (let i = 0; i < 62; i++)
      statuses.push((await call('/api/health', { headers }, { PROVER_ORIGIN: echo.origin })).status);
    expect(statuses.slice(0, 60).every((status) => status === 200)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('settings', () => {
  test.each<[string, Overrides]>([
    ['PROVER_ORIGIN', { PROVER_ORIGIN: 'prover.example.org' }],
    ['PROVER_ORIGIN', { PROVER_ORIGIN: 'https://prover.example.org/path' }],
    ['PROVER_ORIGIN', { PROVER_ORIGIN: '', MY_CONTAINER: undefined }],
    ['PROVER_ORIGIN', { PROVER_ORIGIN: undefined, MY_CONTAINER: undefined }],
    ['PROVER_ORIGIN', { PROVER_ORIGIN: '' }],
    ['PROVER_ORIGIN', { PROVER_ORIGIN: ' , ' }],
    ['PROVER_ORIGIN', { PROVER_ORIGIN: 'https://user:secret@prover.example.org' }],
    ['INSTANCES', { INSTANCES: '0' }],
    ['INSTANCES', { INSTANCES: '1.5' }],
    ['REQUEST_SECONDS', { REQUEST_SECONDS: 'two minutes' }],
    ['CORS_CREDENTIALS', { CORS_CREDENTIALS: 'yes' }],
    ['CORS_ORIGINS', { CORS_ORIGINS: '*', CORS_CREDENTIALS: 'on' }],
    ...[
      'app.example.org',
      '',
      ' , ',
      '*, https://app.example.org',
      'https://app.example.org *',
      'https://*.example.org',
      'https://app.example.org/',
      'https://app.example.org/path',
      'https://app.example.org:443',
      'http://app.example.org:80',
      'https://App.example.org',
      'HTTPS://app.example.org',
      'https://user@app.example.org',
      'https://b\u00fccher.example',
      'https://',
      'null',
      'file://',
      'file:///index.html',
      'data:',
      'ws://app.example.org',
      'ftp://app.example.org',
      'capacitor://localhost/',
    ].map((CORS_ORIGINS): [string, Overrides] => ['CORS_ORIGINS', { CORS_ORIGINS }]),
    ['CORS_ORIGINS', { CORS_ORIGINS: ['https://app.example.org'] as unknown as string }],
    ['CORS_CREDENTIALS', { CORS_CREDENTIALS: '', CORS_ORIGINS: 'https://app.example.org' }],
    ['CONTAINER_ENV', { CONTAINER_ENV: '{"PROVERD_WORKERS":2}' }],
    ['CONTAINER_ENV', { CONTAINER_ENV: 'PROVERD_WORKERS=2' }],
    ['CONTAINER_ENV', { CONTAINER_ENV: '["PROVERD_WORKERS"]' }],
    ['CONTAINER_ENV', { CONTAINER_ENV: { PROVERD_WORKERS: '2' } as unknown as string }],
    ['PROVERD_LISTEN', { CONTAINER_ENV: '{"PROVERD_LISTEN":"127.0.0.1:9000"}' }],
    ['PROVER_ORIGIN', { PROVER_ORIGIN: 'http://127.0.0.1:1,http://127.0.0.1:1/' }],
    ['API_KEYS', { API_KEYS: 'alice:short' }],
    ['API_KEYS', { API_KEYS: 'alice:      short      ' }],
    ['API_KEYS', { API_KEYS: 'alice:a-key-with-an-\u00e9-in-it' }],
    ['API_KEYS', { API_KEYS: 'alice:a-key-of-two words' }],
    ['API_KEYS', { API_KEYS: 'alice:alice-has-a-long-key # for tests' }],
    ['API_KEYS', { API_KEYS: `alice:${'x'.repeat(1025)}` }],
    ['API_KEYS', { API_KEYS: 'alice and bob:alice-has-a-long-key' }],
    ['API_KEYS', { API_KEYS: ':alice-has-a-long-key' }],
    ['API_KEYS', { API_KEYS: 'operator :' }],
    ['API_KEYS', { API_KEYS: `${KEYS}carol: bob-has-a-long-key-too` }],
    ['API_KEYS', { API_KEYS: '' }],
    ['API_KEYS', { API_KEYS: ' \n# nobody\n' }],
    ['API_KEYS', { PROVER_API_KEY: 'a-key-of-the-prover-itself' }],
    ['API_KEYS', { PROVER_API_KEY: 'a-key-of-the-prover-itself', OPEN: 'off' }],
    ['OPEN', { PROVER_API_KEY: 'a-key-of-the-prover-itself', OPEN: 'ON' }],
    ['OPEN', { PROVER_API_KEY: 'a-key-of-the-prover-itself', OPEN: '' }],
    ['OPEN', { PROVER_API_KEY: 'a-key-of-the-prover-itself', OPEN: true as unknown as string }],
    ['OPEN', { OPEN: 'on', API_KEYS: KEYS }],
    ['PROVER_API_KEY', { PROVER_API_KEY: '', OPEN: 'on' }],
    ['PROVER_API_KEY', { PROVER_API_KEY: ' \n', API_KEYS: KEYS }],
    ['PROVER_API_KEY', { PROVER_API_KEY: 'of two\nlines', API_KEYS: KEYS }],
  ])('worker_misconfigured__%s', async (name, overrides) => {
    const response = await call('/api/health', {}, { PROVER_ORIGIN: echo.origin, ...overrides });
    const body = await response.json<ErrorBody>();
    expect([response.status, body.code]).toEqual([500, 'worker_misconfigured']);
    expect(body.message).toContain(name);
    expect(body.message).not.toMatch(/alice-has|bob-has/);
  });

  test.each([
    ['API_KEY', 'API_KEYS'],
    ['APIKEYS', 'API_KEYS'],
    ['api_keys', 'API_KEYS'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['PROVERD_API_KEY', 'PROVER_API_KEY'],
    ['RATE_LIMITTER', 'RATE_LIMITER'],
    ['PROVERD_WORKERS', 'CONTAINER_ENV'],
  ])('worker_misconfigured__%s_is_no_name_and_is_not_passed_over', async (name, meant) => {
    const response = await call('/api/health', {}, { PROVER_ORIGIN: echo.origin, [name]: 'x' } as Overrides);
    const body = await response.json<ErrorBody>();
    expect([response.status, body.code]).toEqual([500, 'worker_misconfigured']);
    expect(body.message).toContain(name);
    expect(body.message).toContain(meant);
  });

  test.each(['LOG_LEVEL', 'ENVIRONMENT', 'CF_VERSION_METADATA', 'MY_BUCKET'])(
    'name__%s_is_not_ours_and_is_let_be',
    async (name) => {
      const overrides = { PROVER_ORIGIN: echo.origin, [name]: 'x' } as Overrides;
      expect((await call('/api/health', {}, overrides)).status).toBe(200);
    },
  );

  test('worker_misconfigured__says_no_key', async () => {
    const overrides = { PROVER_ORIGIN: echo.origin, PROVER_API_KEY: 'a-key-of-the-prover-itself' };
    const { message } = await (await call('/api/health', {}, overrides)).json<ErrorBody>();
    expect(message).toContain('OPEN');
    expect(message).not.toContain('a-key-of-the-prover-itself');
  });

  test.each(['name: key', 'operator name:key', ' name :key ', 'name:key\r', '\uFEFFname:key\t'])(
    'key__in_a_line_like_%j_works',
    async (form) => {
      const key = 'alice-has-a-long-key';
      const API_KEYS = form.replace('key', key).replace('name', 'alice');
      const init = { method: 'POST', body: 'x', headers: { 'X-API-Key': key } };
      expect((await call('/api/prove', init, { PROVER_ORIGIN: echo.origin, API_KEYS })).status).toBe(200);
    },
  );

  test('worker_misconfigured__cache_without_secret', async () => {
    const PROOF_CACHE = {} as KVNamespace;
    const response = await call(
      '/api/health',
      {},
      { PROVER_ORIGIN: echo.origin, PROOF_CACHE, PROOF_CACHE_SECRET: 'short' },
    );
    expect((await response.json<ErrorBody>()).message).toContain('PROOF_CACHE_SECRET');
  });
});

describe('the way to the prover', () => {
  const to = async (manner: string, overrides: Overrides = {}, init: RequestInit = { method: 'POST', body: 'x' }) =>
    call('/api/prove', init, { PROVER_ORIGIN: (await startStandIn(manner)).origin, ...overrides });

  test('prover_unreachable__nobody_listens', async () => {
    const response = await call('/api/prove', { method: 'POST', body: 'x' }, { PROVER_ORIGIN: 'http://127.0.0.1:1' });
    expect(response.headers.get('Retry-After')).toBe('5');
    const { message } = await expectError(response, 503, 'prover_unreachable');
    expect(message).toContain('127.0.0.1:1');
  });

  test('prover_unreachable__connection_reset', async () => {
    await expectError(await to('reset'), 503, 'prover_unreachable');
  });

  test('prover_unreachable__page_of_a_proxy', async () => {
    const { message } = await expectError(await to('page'), 503, 'prover_unreachable');
    expect(message).not.toContain('<');
  });

  test('prover_answer_invalid__page_of_another_server', async () => {
    await expectError(await to('page404'), 502, 'prover_answer_invalid');
  });

  test('request_timeout__no_answer', async () => {
    const { message } = await expectError(await to('silent', { REQUEST_SECONDS: '1' }), 504, 'request_timeout');
    expect(message).toContain('1 seconds');
  });

  test('body_too_large__without_content_length', async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        if (pulled > 1000) return controller.close();
        controller.enqueue(new Uint8Array(10_000));
      },
    });
    const echo = await startStandIn('echo');
    await expectError(
      await call('/api/prove', { method: 'POST', body }, { PROVER_ORIGIN: echo.origin, MAX_BODY_BYTES: '100000' }),
      413,
      'body_too_large',
    );
    expect(pulled).toBeLessThan(100);
    await expectNoWholeBody(echo);
  });

  test('cancelled__body_that_breaks_off_is_never_taken_for_whole', async () => {
    const echo = await startStandIn('echo');
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (++pulled > 5) throw new Error('the client is gone');
        controller.enqueue(new Uint8Array(10_000));
      },
    });
    const response = await call('/api/prove', { method: 'POST', body }, { PROVER_ORIGIN: echo.origin });
    await expectError(response, 499, 'cancelled');
    await expectNoWholeBody(echo);
  });

  test('internal_error__tells_nothing_of_the_inside', async () => {
    const RATE_LIMITER = { limit: () => Promise.reject(new Error('a secret of the inside')) };
    const { message } = await expectError(
      await call('/api/health', {}, { PROVER_ORIGIN: echo.origin, RATE_LIMITER }),
      500,
      'internal_error',
    );
    expect(message).not.toContain('secret');
  });
});
