// How RemoteBackend calls: what it sends, what it sends again and when, what it makes of answers. fetch is the test's own.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { ProverError, RemoteBackend } from '../dist/index.js';
import { rejection } from './lib/rejection.mjs';

const WITNESS = new Uint8Array([1, 2, 3]);
const PROOF = { proof: '0x00ff', publicInputs: [`0x${'0'.repeat(64)}`] };
const JSON_TYPE = { 'Content-Type': 'application/json' };

let delays;
let fires;
let alive;
beforeEach(() => {
  // AbortSignal.timeout alone does not keep a process going.
  alive = setInterval(() => {}, 60_000);
  delays = [];
  fires = true;
  // Time passes at once, and is written down.
  mock.method(globalThis, 'setTimeout', (wake, milliseconds) => {
    delays.push(milliseconds);
    if (fires) queueMicrotask(wake);
    return 0;
  });
});
afterEach(() => {
  clearInterval(alive);
  mock.restoreAll();
});

const proof = () => Response.json(PROOF);
const refusal =
  (status, code = 'queue_full', headers = {}) =>
  () =>
    new Response(JSON.stringify({ error: 'x', message: 'why', code, request_id: 'r-1' }), {
      status,
      headers: { ...JSON_TYPE, ...headers },
    });
const later = (seconds) => refusal(429, 'queue_full', { 'Retry-After': String(seconds) });
const unreachable = () => Promise.reject(new TypeError('fetch failed'));

/** A backend whose calls get these answers, and the calls. */
function backendOf(answers, options = {}) {
  const calls = [];
  const fetch = async function (url, init) {
    assert.equal(this, undefined, 'a browser refuses fetch as a method');
    calls.push({ url: String(url), ...init });
    const answer = answers[Math.min(calls.length, answers.length) - 1];
    return answer(init);
  };
  return { backend: new RemoteBackend('https://prover.example.org', { circuit: 'maze', fetch, ...options }), calls };
}

describe('what is sent', () => {
  test('request__of_a_proof', async () => {
    const { backend, calls } = backendOf([proof], { circuit: 'a b', apiKey: 'my-key' });
    const data = await backend.generateProof(WITNESS, { verifierTarget: 'evm' });
    assert.deepEqual(data, { proof: new Uint8Array([0, 255]), publicInputs: PROOF.publicInputs });
    const [{ url, method, headers, body }] = calls;
    assert.equal(url, 'https://prover.example.org/api/prove?circuit=a+b&verifierTarget=evm');
    assert.equal(method, 'POST');
    assert.equal(body, WITNESS);
    assert.equal(headers.Authorization, 'Bearer my-key');
    assert.equal(headers['Content-Type'], 'application/octet-stream');
    assert.equal(headers.Accept, 'application/json');
  });

  test('request__under_a_path_in_front', async () => {
    const { fetch } = {
      fetch: async (url) => Response.json({ verified: String(url).startsWith('https://x.example/prover/api/verify') }),
    };
    for (const url of ['https://x.example/prover', 'https://x.example/prover/', new URL('https://x.example/prover')])
      assert.equal(await new RemoteBackend(url, { fetch }).verifyProof({ proof: WITNESS, publicInputs: [] }), true);
  });

  test('checkProof__gives_the_reason_where_there_is_one', async () => {
    const answers = [
      { verified: true, circuit: 'square', verifierTarget: 'evm' },
      { verified: false, verifierTarget: 'noir-rollup' },
      { verified: false, verifierTarget: 'evm', reason: 'a round of the sumcheck does not add up (round 0)' },
    ];
    const verdicts = answers.map(({ verified, reason }) =>
      reason === undefined ? { verified } : { verified, reason },
    );
    for (const [place, answer] of answers.entries()) {
      const backend = new RemoteBackend('https://prover.example.org', { fetch: async () => Response.json(answer) });
      assert.deepEqual(await backend.checkProof({ proof: WITNESS, publicInputs: [] }), verdicts[place]);
      assert.equal(await backend.verifyProof({ proof: WITNESS, publicInputs: [] }), answer.verified);
    }
  });

  const HOST = 'prover.example.org';
  for (const [base, path] of [
    [`https://${HOST}`, ''],
    [`https://${HOST}/`, ''],
    [`https://${HOST}//`, ''],
    [`https://${HOST}////`, ''],
    [`https:\\\\${HOST}\\\\`, ''],
    [`  https://${HOST}/?#`, ''],
    [`https:${HOST}`, ''],
    [`https://${HOST}//evil.example`, '//evil.example'],
    [`https://${HOST}//evil.example/x`, '//evil.example/x'],
    [`https://${HOST}//evil.example//`, '//evil.example'],
    [`https://${HOST}/\\evil.example/x`, '//evil.example/x'],
    [`https://${HOST}/\t/evil.example/x`, '//evil.example/x'],
    [`https://${HOST}/a/..//evil.example`, '//evil.example'],
    [`https://${HOST}/.//evil.example`, '//evil.example'],
    [`https://${HOST}/%2e//evil.example/..`, ''],
    [`https://${HOST}/%2F%2Fevil.example`, '/%2F%2Fevil.example'],
    [`https://${HOST}/https://evil.example/`, '/https://evil.example'],
    [`https://${HOST}/@evil.example`, '/@evil.example'],
    [`https://${HOST}/evil.example:80`, '/evil.example:80'],
    [`https://${HOST}//evil.example@x`, '//evil.example@x'],
  ])
    test(`host__is_that_of_${base}`, async () => {
      for (const url of [base, new URL(base)]) {
        const answers = [() => new Response(new Uint8Array(1)), proof, () => Response.json({ verified: true })];
        const calls = [];
        const fetch = async (address, init) => {
          calls.push({ address: new URL(address), ...init });
          return answers[calls.length - 1]();
        };
        const backend = new RemoteBackend(url, { circuit: 'maze', apiKey: 'my-key', fetch });
        await backend.getVerificationKey();
        await backend.generateProof(WITNESS);
        await backend.verifyProof({ proof: WITNESS, publicInputs: [] });
        assert.deepEqual(
          calls.map(({ address: { protocol, host } }) => `${protocol}//${host}`),
          Array(3).fill(`https://${HOST}`),
        );
        assert.equal(calls[0].address.pathname, `${path}/api/circuits/maze/vk`);
        assert.equal(calls[1].address.pathname, `${path}/api/prove`);
      }
    });

  for (const url of [
    '',
    ' ',
    'prover.example.org',
    'prover.example.org:8080/x',
    '/prover',
    '//prover.example.org',
    'https://',
    'https://a b/',
    'https://prover.example.org:99999',
    'ftp://prover.example.org',
    'file:///prover',
    'ws://prover.example.org',
    'data:,x',
    'javascript:0',
    'blob:https://prover.example.org/x',
    'https://user@prover.example.org',
    'https://user:secret@prover.example.org',
    'https://:secret@prover.example.org',
    'https://prover.example.org@evil.example',
    'https://prover.example.org/?to=https://evil.example',
    'https://prover.example.org/#/x',
    'https://prover.example.org/prover?x#y',
    undefined,
    null,
  ])
    test(`url__${url}_is_refused_before_anything_is_sent`, () => {
      const fetch = () => assert.fail('it was sent');
      const isSaid = (error) => {
        assert.ok(error instanceof ProverError, String(error));
        assert.equal(error.code, 'url_invalid');
        assert.doesNotMatch(error.message, /secret/);
        return true;
      };
      assert.throws(() => new RemoteBackend(url, { fetch }), isSaid);
    });

  for (const apiKey of [
    '',
    ' ',
    'my-key\n',
    ' my-key',
    'my\nkey',
    'my\r\nX-Other: 1',
    'a\0b',
    'a\tb',
    'clé',
    'ключ',
    '🔑',
    'a\u00a0b',
    'a\x7f',
    7,
  ])
    test(`key__${JSON.stringify(apiKey)}_is_refused_before_anything_is_sent`, () => {
      const fetch = () => assert.fail('it was sent');
      const isSaid = (error) => {
        assert.ok(error instanceof ProverError, String(error));
        assert.equal(error.code, 'api_key_invalid');
        if (String(apiKey).trim() !== '') assert.ok(!error.message.includes(String(apiKey)), 'it says the key');
        return true;
      };
      assert.throws(() => new RemoteBackend('https://prover.example.org', { apiKey, fetch }), isSaid);
    });

  for (const apiKey of ['k', 'two words', '!#$%&()*+,-./:;<=>?@[]^_`{|}~'])
    test(`key__${apiKey}_is_sent_as_it_is`, async () => {
      const { backend, calls } = backendOf([proof], { apiKey });
      await backend.generateProof(WITNESS);
      assert.equal(new Headers(calls[0].headers).get('Authorization'), `Bearer ${apiKey}`);
    });

  for (const status of [301, 302, 303, 307, 308])
    test(`redirection__${status}_is_not_followed`, async () => {
      const headers = { Location: 'https://evil.example/api/prove' };
      const { backend, calls } = backendOf([() => new Response(null, { status, headers }), proof]);
      const error = await rejection(backend.generateProof(WITNESS));
      assert.deepEqual([error.code, error.status, calls.length], ['answer_invalid', status, 1]);
      assert.match(error.message, /evil\.example/);
      assert.equal(calls[0].redirect, 'manual');
    });

  for (const circuit of ['', '.', '..'])
    test(`circuit__"${circuit}"_leads_to_no_other_path`, async () => {
      const { backend, calls } = backendOf([proof], { circuit });
      assert.equal((await rejection(backend.getVerificationKey())).code, 'circuit_unknown');
      assert.equal((await rejection(backend.getSolidityVerifier())).code, 'circuit_unknown');
      assert.equal(calls.length, 0);
    });

  /** The same three bytes, in the midst of others. */
  const around = () => new Uint8Array([9, 9, 9, 9, 1, 2, 3, 9]);
  const shared = (length) => new SharedArrayBuffer(length);
  const holders = [
    ['uint8_array', () => new Uint8Array([1, 2, 3])],
    ['uint8_array_with_an_offset', () => around().subarray(4, 7)],
    ['buffer', () => Buffer.from([1, 2, 3])],
    ['buffer_of_a_pool', () => Buffer.concat([Buffer.from([9]), Buffer.from([1, 2, 3])]).subarray(1)],
    ['array_buffer', () => around().buffer.slice(4, 7)],
    ['data_view', () => new DataView(around().buffer, 4, 3)],
    ['uint8_clamped_array', () => new Uint8ClampedArray(around().buffer, 4, 3)],
    ['int8_array', () => new Int8Array([1, 2, 3])],
    ['shared_memory', () => Object.assign(new Uint8Array(shared(4)).subarray(1, 4), [1, 2, 3])],
    ['shared_buffer', () => Object.assign(new Uint8Array(shared(3)), [1, 2, 3]).buffer],
    ['uint8_array_of_another_realm', () => runInNewContext('new Uint8Array([9, 1, 2, 3]).subarray(1)')],
    ['array_buffer_of_another_realm', () => runInNewContext('new Uint8Array([1, 2, 3]).buffer')],
  ];
  for (const [name, hold] of holders) {
    test(`bytes__of_a_witness_in_${name}`, async () => {
      const { backend, calls } = backendOf([proof]);
      await backend.generateProof(hold());
      // What a fetch really sends: it refuses some of these, and would send others with what is around them.
      const sent = new Request('https://prover.example.org', { method: 'POST', body: calls[0].body });
      assert.deepEqual(new Uint8Array(await sent.arrayBuffer()), WITNESS);
    });

    test(`bytes__of_a_proof_in_${name}`, async () => {
      const { backend, calls } = backendOf([() => Response.json({ verified: true })]);
      assert.equal(await backend.verifyProof({ proof: hold(), publicInputs: ['0x01'] }), true);
      assert.deepEqual(JSON.parse(calls[0].body), { proof: '0x010203', publicInputs: ['0x01'] });
    });

    test(`bytes__among_inputs_in_${name}`, async () => {
      const { backend, calls } = backendOf([proof]);
      await backend.generateProofFromInputs({ hash: hold(), nested: [{ key: hold() }, 7] });
      assert.deepEqual(JSON.parse(calls[0].body), { inputs: { hash: [1, 2, 3], nested: [{ key: [1, 2, 3] }, 7] } });
    });
  }

  test('inputs__of_wider_typed_arrays_are_their_numbers', async () => {
    const { backend, calls } = backendOf([proof]);
    const inputs = {
      a: new Uint16Array([1, 65535]),
      b: new BigUint64Array([1n, 2n ** 64n - 1n]),
      c: new Int32Array([-1]),
      d: 2n,
    };
    await backend.generateProofFromInputs(inputs);
    const expected = { a: [1, 65535], b: ['1', '18446744073709551615'], c: [-1], d: '2' };
    assert.deepEqual(JSON.parse(calls[0].body), { inputs: expected });
  });

  for (const wrong of [undefined, null, '0x010203', [1, 2, 3], { 0: 1 }, Promise.resolve(WITNESS)])
    test(`bytes__are_not_${Object.prototype.toString.call(wrong)}`, async () => {
      const { backend, calls } = backendOf([proof]);
      await assert.rejects(backend.generateProof(wrong), { name: 'TypeError', message: /witness must be bytes/ });
      await assert.rejects(backend.verifyProof({ proof: wrong, publicInputs: [] }), { message: /proof must be bytes/ });
      assert.equal(calls.length, 0);
    });

  test('idempotency_key__is_one_a_call', async () => {
    const { backend, calls } = backendOf([later(1), unreachable, proof]);
    await backend.generateProof(WITNESS);
    await backend.generateProof(WITNESS);
    const keys = calls.map(({ headers }) => headers['Idempotency-Key']);
    assert.match(keys[0], /^[0-9a-f]{32}$/);
    assert.deepEqual(keys.slice(0, 3), [keys[0], keys[0], keys[0]]);
    assert.notEqual(keys[3], keys[0]);
  });

  test('idempotency_key__is_not_sent_where_nothing_is_repeated', async () => {
    const { backend, calls } = backendOf([proof], { retries: 0 });
    await backend.generateProof(WITNESS);
    assert.equal(calls[0].headers['Idempotency-Key'], undefined);
  });
});

describe('what is sent again', () => {
  for (const [name, answer] of [
    ['429', later(3)],
    ['503', refusal(503, 'server_stopping', { 'Retry-After': '3' })],
  ])
    test(`retry__of_${name}_after_retry_after`, async () => {
      const { backend, calls } = backendOf([answer, answer, proof]);
      await backend.generateProof(WITNESS);
      assert.equal(calls.length, 3);
      for (const delay of delays) assert.ok(delay >= 3000 && delay < 3200, String(delay));
    });

  test('retry__after_a_date', async () => {
    const { backend } = backendOf([
      refusal(503, 'instance_lost', { 'Retry-After': new Date(Date.now() + 20_000).toUTCString() }),
      proof,
    ]);
    await backend.generateProof(WITNESS);
    assert.ok(delays[0] > 15_000 && delays[0] < 21_000, String(delays[0]));
  });

  test('retry__without_retry_after_waits_longer_each_time', async () => {
    const { backend, calls } = backendOf([unreachable, refusal(503), unreachable, refusal(429), proof]);
    await backend.generateProof(WITNESS);
    assert.equal(calls.length, 5);
    for (const [index, least] of [250, 500, 1000, 2000].entries())
      assert.ok(delays[index] >= least && delays[index] <= 1.25 * least, String(delays));
  });

  test('retry__of_an_answer_that_broke_off', async () => {
    const broken = () =>
      new Response(new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) }), {
        headers: JSON_TYPE,
      });
    const { backend, calls } = backendOf([broken, proof], { circuit: 'maze' });
    await backend.getVerificationKey();
    assert.equal(calls.length, 2);
  });

  test('retry__ends_after_as_many_as_are_allowed', async () => {
    const { backend, calls } = backendOf([later(1)], { retries: 2 });
    const error = await rejection(backend.generateProof(WITNESS));
    assert.equal(calls.length, 3);
    assert.deepEqual([error.code, error.status, error.retryAfter, error.requestId], ['queue_full', 429, 1, 'r-1']);
  });

  test('retry__is_not_made_when_the_server_asks_for_too_long', async () => {
    const { backend, calls } = backendOf([later(61)]);
    assert.equal((await rejection(backend.generateProof(WITNESS))).retryAfter, 61);
    assert.equal(calls.length, 1);
  });

  for (const [status, code] of [
    [400, 'witness_unsatisfied'],
    [401, 'key_unknown'],
    [404, 'circuit_unknown'],
    [413, 'body_too_large'],
    [500, 'prover_failed'],
    [502, 'prover_answer_invalid'],
    [504, 'prove_timeout'],
  ])
    test(`retry__is_not_made_after_${status}`, async () => {
      const { backend, calls } = backendOf([refusal(status, code), proof]);
      assert.equal((await rejection(backend.generateProof(WITNESS))).code, code);
      assert.equal(calls.length, 1);
    });
});

describe('when a call ends early', () => {
  const hanging = ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

  test('abort__while_it_waits_for_another_try', async () => {
    fires = false;
    const abort = new AbortController();
    const { backend, calls } = backendOf([later(30), proof]);
    const waiting = backend.generateProof(WITNESS, { signal: abort.signal });
    while (delays.length === 0) await new Promise(setImmediate);
    abort.abort(new Error('no longer wanted'));
    await assert.rejects(waiting, /no longer wanted/);
    assert.equal(calls.length, 1);
  });

  test('abort__is_passed_on_to_fetch', async () => {
    const abort = new AbortController();
    const { backend, calls } = backendOf([hanging]);
    const waiting = backend.generateProof(WITNESS, { signal: abort.signal });
    while (calls.length === 0) await new Promise(setImmediate);
    abort.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    assert.equal(calls[0].signal.aborted, true);
  });

  test('timeout__of_a_try_has_a_code_and_is_not_retried', async () => {
    const { backend, calls } = backendOf([hanging], { timeout: 1 });
    const error = await rejection(backend.generateProof(WITNESS));
    assert.equal(error.code, 'client_timeout');
    assert.match(error.message, /1 ms/);
    assert.equal(calls.length, 1);
  });

  test('destroy__ends_all_calls', async () => {
    const { backend, calls } = backendOf([hanging]);
    const ended = [backend.generateProof(WITNESS), backend.getVerificationKey()].map(rejection);
    while (calls.length < 2) await new Promise(setImmediate);
    await backend.destroy();
    for (const error of await Promise.all(ended)) assert.equal(error.code, 'backend_destroyed');
  });
});

describe('what is made of answers', () => {
  const page = (status) => () =>
    new Response('<html>Bad gateway</html>', { status, headers: { 'Content-Type': 'text/html' } });

  test('answer__that_is_the_page_of_a_proxy', async () => {
    const { backend } = backendOf([page(502)]);
    const error = await rejection(backend.generateProof(WITNESS));
    assert.deepEqual([error.code, error.status], ['answer_invalid', 502]);
    assert.doesNotMatch(error.message, /</);
  });

  for (const [name, answer] of [
    ['no JSON', page(200)],
    ['no proof', () => Response.json({ publicInputs: [] })],
    ['no hex', () => Response.json({ ...PROOF, proof: '0xzz' })],
    ['null', () => Response.json(null)],
  ])
    test(`answer__with_${name.replace(' ', '_')}_is_invalid`, async () => {
      const { backend } = backendOf([answer]);
      assert.equal((await rejection(backend.generateProof(WITNESS))).code, 'answer_invalid');
    });

  test('answer__of_verify_without_a_verdict_is_invalid', async () => {
    const { backend } = backendOf([() => Response.json({ verified: 'yes' })]);
    const error = await rejection(backend.verifyProof({ proof: WITNESS, publicInputs: [] }));
    assert.equal(error.code, 'answer_invalid');
  });

  test('answer__of_a_server_without_circuits_is_invalid', async () => {
    const { backend } = backendOf([() => Response.json({ circuits: [] })], { circuit: undefined });
    assert.equal((await rejection(backend.getVerificationKey())).code, 'answer_invalid');
  });
});
