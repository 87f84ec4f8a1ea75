// HTTP itself: routes, methods, CORS, connections.

import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { bbVerifies, publicInputsOf, squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon, defaultOptions, runToEnd } from './lib/daemon.mjs';
import { assertError, request, Wire } from './lib/http.mjs';
import { word } from './lib/witness.mjs';

const OCTETS = { 'Content-Type': 'application/octet-stream' };

let circuit;
let daemon;
let witness;

before(async () => {
  circuit = await squareCircuit();
  witness = await squareWitness();
  daemon = await Daemon.start({ circuit });
});
after(() => daemon.stop());

async function assertProof(response) {
  assert.equal(response.status, 200, response.body.toString());
  assert.deepEqual(publicInputsOf(response), word(witness.y));
  assert.ok(await bbVerifies(response.body, publicInputsOf(response), circuit));
}

describe('routes', () => {
  for (const path of ['/api']) {
    test(`get_${path.replaceAll('/', '_')}__tells_name_version_and_endpoints`, async () => {
      const response = await daemon.get(path);
      assert.equal(response.status, 200);
      assert.match(response.headers['content-type'], /^application\/json/);
      const about = response.json();
      assert.equal(about.name, 'proverd');
      assert.match(about.version, /^\d+\.\d+\.\d+/);
      const endpoints = JSON.stringify(about.endpoints);
      for (const endpoint of ['/api/prove', '/api/verify', '/api/health']) assert.ok(endpoints.includes(endpoint), endpoint);
    });
  }

  const strangers = ['/', '/api/nothing', '/apiary', '/api/prove/x', '/api//prove', '/api/health2', '/API', '/..%2f..%2fetc/passwd', `/${'x'.repeat(1000)}`,
    '/api/', '/api/prove/', '/api/health/', '/metrics/', '//metrics', '//api/prove', '/./api', '/api/../api', '/metrics%00', '/metrics%00/', '/api%00x', '/api%2fprove',
    '/api%2Fhealth', '/%61pi', '/api/pro%76e', '/api/circuits/', '/api/circuits//vk', '/api/circuits/square/vk/', '/api/circuits/square/vk%00'];
  for (const path of strangers) {
    test(`not_found__${path.slice(0, 30).replaceAll('/', '_')}`, async () => {
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
        const error = assertError(await daemon.request({ method, path }), 404, 'not_found', /there is nothing at/);
        assert.ok('POST /api/prove' in error.available_endpoints, 'POST /api/prove is among them');
        assert.ok('GET /api/health' in error.available_endpoints, 'GET /api/health is among them');
      }
    });
  }

  test('not_found__of_a_post_with_a_body_drops_the_body', async () => {
    assertError(await daemon.post('/api/proof', Buffer.alloc(1 << 20)), 404, 'not_found');
  });

  const wrongMethods = [
    ['GET', '/api/prove', 'POST, OPTIONS'],
    ['PUT', '/api/prove', 'POST, OPTIONS'],
    ['HEAD', '/api/prove', 'POST, OPTIONS'],
    ['DELETE', '/api/verify', 'POST, OPTIONS'],
    ['GET', '/api/circuits/square/execute', 'POST, OPTIONS'],
    ['POST', '/api/health', 'GET, HEAD, OPTIONS'],
    ['POST', '/api', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/api', 'GET, HEAD, OPTIONS'],
    ['PURGE', '/api', 'GET, HEAD, OPTIONS'],
  ];
  for (const [method, path, allow] of wrongMethods) {
    test(`method_not_allowed__${method}_${path.replace(/\W+/g, '_')}`, async () => {
      const response = await daemon.request({ method, path });
      assert.equal(response.headers.allow, allow);
      if (method === 'HEAD') assert.equal(response.status, 405);
      else assertError(response, 405, 'method_not_allowed', new RegExp(`takes ${allow}`));
    });
  }

  for (const path of ['/api', '/api/health', '/api/health?verbose=1', '/nowhere', '/metrics/']) {
    test(`head__is_get_without_its_body__${path.replace(/\W+/g, '_')}`, async () => {
      const id = { 'X-Request-Id': 'same' };
      const [got, head] = [await daemon.get(path, id), await daemon.request({ method: 'HEAD', path, headers: id })];
      assert.equal(head.status, got.status);
      assert.equal(head.body.length, 0);
      for (const name of ['content-type', 'x-request-id', 'access-control-allow-origin']) {
        assert.equal(head.headers[name], got.headers[name], name);
      }
      // The health changes between two looks; its length may, by a digit or two.
      assert.ok(Math.abs(Number(head.headers['content-length']) - got.body.length) <= 3);
    });
  }

  test('circuit_of_a_path__is_not_unescaped', async () => {
    assert.equal((await daemon.get('/api/circuits/square')).status, 200);
    for (const name of ['%73quare', 'square%2fvk', 'square%00', 'square%20', 'SQUARE']) assertError(await daemon.get(`/api/circuits/${name}`), 404, 'circuit_unknown');
  });
});

describe('queries', () => {
  const prove = (query) => daemon.post(`/api/prove?${query}`, witness.gzipped);

  for (const [what, query, message] of [
    ['an_unknown_name', 'a=b', /no "a" in the query of POST \/api\/prove, which takes circuit, verifierTarget/],
    ['an_unknown_name_without_a_value', 'a', /no "a"/],
    ['another_case', 'VERIFIERTARGET=evm', /no "VERIFIERTARGET"/],
    ['another_case_beside_the_right_one', 'verifierTarget=evm&verifiertarget=evm', /no "verifiertarget"/],
    ['a_blank_behind_the_name', 'circuit+=square', /no "circuit "/],
    ['a_nul_behind_the_name', 'circuit%00=square', /no "circuit"/],
    ['the_beginning_of_a_name', 'circ=square', /no "circ"/],
    ['two_names_in_one', 'circuit,%20verifierTarget=square', /no "circuit, verifierTarget"/],
    ['a_name_twice', 'circuit=square&circuit=square', /circuit stands more than once/],
    ['a_name_twice_in_two_spellings', 'circuit=square&%63ircuit=square', /circuit stands more than once/],
    ['no_value', 'verifierTarget', /verifierTarget has no value/],
    ['a_nul_in_the_value', 'verifierTarget=evm%00x', /verifierTarget has a NUL/],
    ['a_name_of_another_endpoint', 'name=square', /no "name"/],
  ]) {
    test(`query_invalid__${what}`, async () => assertError(await prove(query), 400, 'query_invalid', message));
  }

  test('query_invalid__of_an_endpoint_that_takes_none', async () => {
    for (const path of ['/api', '/metrics', '/api/health', '/api/ready', '/api/docs', '/api/openapi.json', '/api/circuits', '/api/circuits/square']) {
      assertError(await daemon.get(`${path}?verbose=1`), 400, 'query_invalid', /takes none/);
      assert.equal((await daemon.request({ method: 'HEAD', path: `${path}?verbose=1` })).status, 400, path);
    }
    assertError(await daemon.get('/api/circuits/square/vk?circuit=square'), 400, 'query_invalid', /takes verifierTarget/);
  });

  test('query__that_is_empty_or_escaped_is_taken', async () => {
    for (const query of ['', 'circuit=square', 'circuit=%73quare', '%63ircuit=square', 'circuit=square&verifierTarget=noir-recursive']) await assertProof(await prove(query));
    assert.equal((await daemon.get('/api/health?')).status, 200);
  });

  test('preflight__is_answered_whatever_the_query', async () => {
    assert.equal((await daemon.request({ method: 'OPTIONS', path: '/api/prove?VERIFIERTARGET=evm' })).status, 204);
  });
});

describe('CORS', () => {
  const headersOf = ({ headers }) => headers['access-control-allow-origin'];

  for (const [path, methods] of [['/api/prove', 'POST, OPTIONS'], ['/api/verify', 'POST, OPTIONS'], ['/api/health', 'GET, HEAD, OPTIONS']]) {
    test(`preflight__is_answered__${path.replace(/\W+/g, '_')}`, async () => {
      const response = await daemon.request({
        method: 'OPTIONS',
        path,
        headers: { Origin: 'https://app.test', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' },
      });
      assert.equal(response.status, 204);
      assert.equal(response.body.length, 0);
      assert.equal(headersOf(response), '*');
      assert.equal(response.headers['access-control-allow-methods'], methods);
      assert.match(response.headers['access-control-allow-headers'], /content-type/i);
      for (const name of ['X-Request-Id', 'traceparent', 'tracestate']) assert.ok(response.headers['access-control-allow-headers'].includes(name), name);
      assert.match(response.headers['access-control-max-age'], /^\d+$/);
    });
  }

  test('preflight__of_nowhere_is_a_404', async () => {
    assertError(await daemon.request({ method: 'OPTIONS', path: '/nowhere' }), 404, 'not_found');
  });

  test('any_origin__may_read_answers_and_errors_and_their_headers', async () => {
    const responses = [await daemon.get('/api'), await daemon.get('/nowhere'), await daemon.post('/api/prove', Buffer.from('x')), await daemon.prove(witness.gzipped)];
    for (const response of responses) {
      assert.equal(headersOf(response), '*', `status ${response.status}`);
      const exposed = response.headers['access-control-expose-headers'];
      for (const name of ['X-Request-Id', 'Server-Timing', 'X-Public-Inputs', 'X-Verifier-Target', 'Retry-After']) assert.ok(exposed.includes(name), name);
    }
  });

  const LISTED = ['https://app.test', 'http://localhost:3000'];

  /** A server for the pages of LISTED alone. */
  async function strictDaemon(t, options) {
    const strict = await Daemon.start({ circuit, 'cors-origin': LISTED.join(', '), ...options });
    t.after(() => strict.stop());
    return strict;
  }

  test('cors_origin__lets_the_pages_of_those_listed_read', async (t) => {
    const strict = await strictDaemon(t, { 'body-timeout': 1, 'max-body-bytes': 1000 });
    for (const Origin of LISTED) {
      const preflight = { method: 'OPTIONS', path: '/api/prove', headers: { Origin } };
      const responses = [await strict.get('/api', { Origin }), await strict.get('/nowhere', { Origin }), await strict.request(preflight)];
      for (const headers of [{ 'Content-Length': 10 }, { 'Content-Length': 100_000 }]) {
        const wire = await Wire.open(strict.port); // the answers that go around the library: 408 and 413
        wire.sendHead('POST', '/api/prove', { Origin, ...headers });
        responses.push(await wire.response(5));
        await wire.close();
      }
      assert.deepEqual(responses.map(({ status }) => status), [200, 404, 204, 408, 413]);
      for (const response of responses) {
        assert.equal(headersOf(response), Origin, `status ${response.status}`);
        assert.match(response.headers.vary ?? '', /Origin/, `status ${response.status}`);
      }
    }
  });

  test('cors_origin__refuses_other_pages_whatever_they_send', async (t) => {
    const strict = await strictDaemon(t);
    const strangers = ['https://evil.test', 'http://app.test', 'https://app.test:8443', 'https://app.test.evil.test', 'null', '', LISTED.join(', ')];
    for (const Origin of strangers) {
      for (const [method, path, body] of [['POST', '/api/prove', witness.gzipped], ['POST', '/api/verify', Buffer.from('{}')], ['GET', '/api/circuits/square/vk'], ['DELETE', '/api/circuits/square'], ['GET', '/nowhere'], ['OPTIONS', '/api/prove']]) {
        const response = await strict.request({ method, path, body, headers: { Origin, 'Content-Type': 'text/plain' } });
        assertError(response, 403, 'origin_refused', /--cors-origin/);
        assert.equal(headersOf(response), undefined);
        assert.match(response.headers.vary, /Origin/);
      }
    }
    const { proofs } = (await strict.get('/api/circuits/square')).json();
    assert.equal(proofs.count, 0, 'nothing was proven');
  });

  test('cors_origin__does_not_concern_who_is_no_page_of_another', async (t) => {
    const strict = await strictDaemon(t);
    const own = { Origin: `http://127.0.0.1:${strict.port}` };
    for (const headers of [{}, own, { Origin: 'https://prover.test', Host: 'prover.test' }]) {
      const response = await strict.post('/api/prove', witness.gzipped, headers);
      await assertProof(response);
      assert.equal(headersOf(response), undefined);
      assert.match(response.headers.vary, /Origin/);
    }
  });

  test('cors_origin__that_can_match_no_page_is_refused_at_the_start', async () => {
    for (const origins of ['https://app.test/', 'https://app.test,*', 'app.test', 'https://*.app.test', 'https://app.test:443', 'null', 'https://app.test,']) {
      const { status, stderr } = await runToEnd(defaultOptions({ circuit, 'cors-origin': origins }));
      assert.equal(status, 1, origins);
      assert.match(stderr, /--cors-origin takes \* or a list of origins/);
    }
  });

  test('answers_in_the_midst_of_a_body__expose_their_headers_as_others_do', async () => {
    const wire = await Wire.open(daemon.port);
    wire.sendHead('POST', '/api/prove', { 'Content-Length': 2 ** 40 });
    const response = await wire.response(5);
    assert.equal(response.status, 413);
    assert.match(response.headers['access-control-expose-headers'] ?? '', /X-Request-Id/);
    await wire.close();
  });
});

describe('connections', () => {
  test('one_connection__serves_many_requests', async (t) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const ask = (what) => request(daemon.port, { ...what, agent });
    const ports = new Set();
    agent.on('free', (socket) => ports.add(socket.localPort));
    for (let i = 0; i < 3; i++) {
      await assertProof(await ask({ method: 'POST', path: '/api/prove', headers: OCTETS, body: witness.gzipped }));
      assert.equal((await ask({ path: '/api/health' })).status, 200);
      assertError(await ask({ method: 'POST', path: '/api/prove', headers: OCTETS, body: Buffer.from('x') }), 400, 'witness_not_recognised');
      assertError(await ask({ path: '/nowhere' }), 404, 'not_found');
      assertError(await ask({ method: 'POST', path: '/api/prove', headers: OCTETS, body: Buffer.alloc(0) }), 400, 'body_empty');
    }
    assert.equal(ports.size, 1, 'all over one connection');
  });

  function post(path, body, headers = {}) {
    const lines = Object.entries({ Host: 'test', 'Content-Length': body.length, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
  }

  test('pipelined_requests__are_answered_in_their_order', async () => {
    const wire = await Wire.open(daemon.port);
    wire.send(Buffer.concat([
      post('/api/prove', witness.gzipped, { 'X-Request-Id': 'first' }),
      post('/api/prove', Buffer.from('nonsense'), { 'X-Request-Id': 'second' }),
      post('/api/prove', witness.gzipped, { 'X-Request-Id': 'third' }),
      Buffer.from('GET /api HTTP/1.1\r\nHost: test\r\nX-Request-Id: fourth\r\n\r\n'),
    ]));
    const responses = await wire.responses(4);
    assert.deepEqual(responses.map(({ status }) => status), [200, 400, 200, 200]);
    assert.deepEqual(responses.map(({ headers }) => headers['x-request-id']), ['first', 'second', 'third', 'fourth']);
    await assertProof(responses[0]);
    await assertProof(responses[2]);
    await wire.close();
  });

  test('a_request_in_single_bytes__is_answered', async () => {
    const wire = await Wire.open(daemon.port);
    for (const byte of post('/api/prove', witness.gzipped)) wire.send(Buffer.from([byte]));
    await assertProof(await wire.response());
    await wire.close();
  });

  test('http_1_0__is_answered_and_the_connection_closed', async () => {
    const wire = await Wire.open(daemon.port);
    wire.send(Buffer.concat([Buffer.from(`POST /api/prove HTTP/1.0\r\nContent-Length: ${witness.gzipped.length}\r\n\r\n`), witness.gzipped]));
    await assertProof(await wire.response());
    await wire.receive('the end of the connection', () => false, 5);
    assert.ok(wire.ended);
  });

  test('connection_close__is_honoured', async () => {
    const wire = await Wire.open(daemon.port);
    wire.sendHead('GET', '/api', { Connection: 'close' });
    assert.equal((await wire.response()).status, 200);
    await wire.receive('the end of the connection', () => false, 5);
    assert.ok(wire.ended);
  });

  test('client_that_has_said_all__gets_its_answer_and_the_end_of_the_connection', async () => {
    const request = 'POST /api/prove HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nwrong';
    const wires = await Promise.all(Array.from({ length: 20 }, () => Wire.open(daemon.port)));
    for (const wire of wires) wire.send(request).socket.end();
    for (const wire of wires) {
      assert.equal((await wire.response()).status, 400);
      await wire.receive('the end of the connection', () => false, 10);
      assert.ok(wire.ended);
    }
  });

  test('nonsense_for_http__is_no_200_and_harms_nobody', async () => {
    const nonsense = ['\r\n\r\n\r\n', 'GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc', 'POST /api/prove HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', `GET /api HTTP/1.1\r\n${'X: y\r\n'.repeat(20_000)}\r\n`, 'POST /api/prove HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'];
    for (const bytes of nonsense) {
      const wire = await Wire.open(daemon.port);
      wire.send(Buffer.from(bytes, 'latin1'));
      wire.socket.end();
      await wire.receive('the end', () => false, 10);
      assert.doesNotMatch(wire.received, /^HTTP\/1\.1 200/, JSON.stringify(bytes.slice(0, 60)));
    }
    await assertProof(await daemon.prove(witness.gzipped));
  });

  test('clients_that_leave_while_they_wait__do_not_disturb_the_next', async () => {
    const wires = await Promise.all(Array.from({ length: 5 }, () => Wire.open(daemon.port)));
    for (const wire of wires) wire.send(post('/api/prove', witness.gzipped));
    for (const wire of wires) await wire.close();
    await assertProof(await daemon.prove(witness.gzipped));
  });

  test('log__cannot_be_forged_by_a_path', async () => {
    const wire = await Wire.open(daemon.port);
    wire.send('GET /x"}%0a{"event":"ready" HTTP/1.1\r\nHost: test\r\n\r\n');
    await wire.receive('an answer or the end', (text) => text.includes('\r\n\r\n'), 5);
    await wire.close();
    const response = await daemon.get('/%0a%7B%22event%22:%22forged%22%7D%1b%5b31m');
    const line = await daemon.logOf(response.headers['x-request-id']);
    assert.equal(line.status, 404);
    assert.equal(daemon.events('forged').length, 0);
    assert.equal(daemon.events('not JSON').length, 0);
    assert.doesNotMatch(daemon.stderr, /\x1b/);
  });

  test('ipv6__is_served_where_the_machine_has_it', async (t) => {
    const six = await Daemon.start({ circuit, listen: '[::1]:0' }).catch((error) => {
      assert.match(error.message, /cannot listen on ::1/);
    });
    if (six === undefined) return t.skip('no IPv6 here');
    t.after(() => six.stop());
    const response = await fetch(`http://[::1]:${six.port}/api/health`);
    assert.equal(response.status, 200);
  });
});
