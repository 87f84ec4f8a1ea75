// Every operation of openapi.yaml, every answer that it names: each is brought about on the real server and held against
// the contract. A promise that no answer keeps is a failure, but for those named below.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { crsCopy } from '../e2e/lib/circuits.mjs';
import { Daemon } from '../e2e/lib/daemon.mjs';
import { shellProgram } from '../e2e/lib/fake.mjs';
import { Wire } from '../e2e/lib/http.mjs';
import { BB, temporaryFolder } from '../e2e/lib/paths.mjs';
import { until } from '../e2e/lib/wait.mjs';
import { encodeItem, encodeMap, encodeStack, encodeWitness, MODULUS } from '../e2e/lib/witness.mjs';
import { makeForm } from './lib/archives.mjs';
import { crsPoints, idOf, maze, modesCircuit, ofAnotherNoir, powers, pricesCircuit, square, valuesCircuit } from './lib/circuits.mjs';
import { Client } from './lib/client.mjs';
import { Contract } from './lib/contract.mjs';
import { keyFile } from './lib/keys.mjs';

const KEY = 'a-key-of-the-contract-test';
const PROVE_PATHS = ['/api/prove', '/api/circuits/square/prove'];
const EXECUTE_PATHS = ['/api/execute', '/api/circuits/square/execute'];
const WORD = `0x${'00'.repeat(32)}`;

/** Promises that are kept by nobody here, and why. */
const EXCEPTIONS = [
  [/ 500 internal_error$/, 'no memory, no thread, a full table: not to be had on demand'],
];

const contract = new Contract();
const circuits = {};

before(async () => Object.assign(circuits, { maze: maze(), square: await square(), values: await valuesCircuit() }));

async function serve(context, options = {}, settings = {}) {
  const client = await Client.start({ circuit: [circuits.square.path, `maze=${circuits.maze.path}`], ...options }, { contract, context, ...settings });
  return client;
}

/** A server that takes uploads. */
function library(context, options = {}, settings = {}) {
  const access = { 'data-dir': temporaryFolder('data'), 'api-key-file': keyFile({ tests: KEY }), 'allow-uploads': 'on' };
  return serve(context, { ...access, ...options }, { key: KEY, ...settings });
}

function assertCode(response, status, code) {
  assert.deepEqual([response.status, response.json().code], [status, code], response.body.toString());
  return response.json();
}

describe('what is asked well', () => {
  test('describe__index_health_contract_and_docs', async (context) => {
    const client = await serve(context);
    const { endpoints, version } = (await client.get('/api')).json();
    for (const endpoint of Object.keys(endpoints)) {
      const [method, path] = endpoint.split(' ');
      assert.ok(contract.operation(method, path), `${endpoint} is not in openapi.yaml`);
    }
    assert.equal((await client.get('/api/health')).json().version, version);
    const { timestamp, ...ready } = (await client.get('/api/ready')).json();
    assert.deepEqual(ready, { status: 'ok', jobsProcessing: 0, jobsPending: 0, jobCapacity: 64 });
    assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000);
    assert.match((await client.get('/metrics')).body.toString(), new RegExp(`^prover_build_info\\{version="${version}"`, 'm'));
    const served = await client.get('/api/openapi.json');
    assert.deepEqual(served.body, readFileSync(new URL('../../src/api/assets/openapi.json', import.meta.url)));
    assert.equal(Object.values(served.json().paths).flatMap((item) => Object.keys(item).filter((name) => name !== 'parameters')).length,
      Object.keys(endpoints).length, 'as many operations as endpoints');
    assert.equal(served.json().info.version, version);
    assert.deepEqual((await client.get('/api/docs')).body, readFileSync(new URL('../../src/api/assets/docs.html', import.meta.url)));
  });

  test('head__says_what_get_says_without_the_body', async (context) => {
    const client = await serve(context);
    for (const path of ['/api', '/api/health', '/api/openapi.json', '/api/docs', '/api/circuits', '/api/circuits/maze', '/api/circuits/square/vk', '/api/circuits/square/verifier.sol']) {
      const [whole, head] = [await client.get(path), await client.daemon.request({ method: 'HEAD', path })];
      const lasting = ({ 'x-request-id': id, date, 'keep-alive': alive, ...headers }) => headers;
      assert.deepEqual([head.status, head.body.length, lasting(head.headers)], [200, 0, lasting(whole.headers)], path);
    }
  });

  test('circuits__are_listed_in_order_and_found_by_id_and_name', async (context) => {
    const client = await serve(context);
    const { circuits: all } = (await client.get('/api/circuits')).json();
    assert.deepEqual(all.map(({ name }) => name), ['square', 'maze']);
    assert.deepEqual(all.map(({ id }) => id), [circuits.square.id, circuits.maze.id]);
    assert.deepEqual(await client.circuit(circuits.maze.id), await client.circuit('maze'));
    const described = await client.circuit('maze');
    assert.deepEqual(described.abi, circuits.maze.artifact.abi);
    const { abi, public_inputs: inputs, ...summary } = described;
    assert.deepEqual(all[1], summary, 'the list is without what comes of the ABI');
    assert.equal(described.noir_version, circuits.maze.artifact.noir_version);
    assert.deepEqual([described.state, described.uploaded], ['ready', false]);
    assert.deepEqual(described.proofs, { count: 0, mean_milliseconds: 0, max_milliseconds: 0 });
  });

  test('examples__are_what_the_server_says', async (context) => {
    const client = await library(context, { circuit: `circuit=${circuits.maze.path}` });
    const json = ['content', 'application/json', 'examples'];
    const answers = (path, method, status, name) => contract.example('paths', path, method, 'responses', status, ...json, name);
    const lasting = ({ peak_memory_bytes: memory, proofs, ...circuit }) => circuit;

    assert.deepEqual((await client.get('/api')).json(), answers('/api', 'get', '200', 'index'));
    const described = await client.circuit('circuit');
    assert.deepEqual(lasting(described), lasting(answers('/api/circuits/{circuit}', 'get', '200', 'maze')));
    const { abi, public_inputs: inputs, ...summary } = described;
    assert.deepEqual([lasting(summary)], answers('/api/circuits', 'get', '200', 'maze').circuits.map(lasting));

    const artifact = contract.example('paths', '/api/circuits', 'post', 'requestBody', ...json, 'square');
    for (const [name, value] of Object.entries(artifact)) assert.deepEqual(circuits.square.artifact[name], value, name);
    const uploaded = (await client.upload(artifact, { name: 'square' })).json();
    assert.deepEqual(lasting(uploaded), lasting(answers('/api/circuits', 'post', '201', 'square')));

    const health = (await client.get('/api/health')).json();
    const shown = answers('/api/health', 'get', '200', 'health');
    const here = ({ bb_crs_files: files, sandbox, ...rest }) => rest;
    assert.deepEqual(here(health), here(shown));

    const { proof, timings, ...rest } = await client.proof(circuits.maze.witness, { circuit: 'circuit' });
    const { proof: cutProof, timings: others, ...sameRest } = answers('/api/prove', 'post', '200', 'maze');
    assert.deepEqual(rest, sameRest);
    assert.equal(proof.slice(0, cutProof.length), cutProof, 'a proof begins with points that are the same in each');
    const asked = contract.example('paths', '/api/verify', 'post', 'requestBody', ...json, 'maze');
    assert.deepEqual(asked, { proof: cutProof, publicInputs: rest.publicInputs, circuit: 'circuit', verifierTarget: 'noir-recursive' });

    const key = (await client.get('/api/circuits/circuit/vk?verifierTarget=evm', { Accept: 'application/json' })).json();
    const cutKey = answers('/api/circuits/{circuit}/vk', 'get', '200', 'maze');
    assert.deepEqual({ ...key, vk: key.vk.slice(0, cutKey.vk.length), fields: key.fields.slice(0, cutKey.fields.length) }, cutKey);

    const lines = (await client.get('/api/circuits/circuit/verifier.sol')).body.toString('utf8').split('\n');
    const text = ['content', 'text/plain', 'examples', 'start'];
    const metrics = (await client.get('/metrics')).body.toString('utf8');
    const sample = contract.example('paths', '/metrics', 'get', 'responses', '200', ...text);
    assert.ok(metrics.includes(sample), metrics);
    const excerpt = contract.example('paths', '/api/circuits/{circuit}/verifier.sol', 'get', 'responses', '200', ...text);
    for (const line of excerpt.split('\n').filter((each) => each !== '// …')) assert.ok(lines.includes(line), line);
  });

  test('proof__comes_in_each_form_on_both_paths', async (context) => {
    const client = await serve(context);
    for (const path of PROVE_PATHS) {
      for (const Accept of ['application/octet-stream', 'application/json', 'multipart/mixed', 'application/zip']) {
        const answer = await client.prove(circuits.square.witness, { path, headers: { Accept } });
        assert.equal(answer.headers['content-type'].split(';')[0], Accept);
      }
      const plain = await client.prove(circuits.square.witness, { path, headers: { Accept: 'image/png, */*;q=0.1' } });
      assert.equal(plain.headers['content-type'], 'application/octet-stream');
    }
    const { proofs, peak_memory_bytes: memory } = await client.circuit('square');
    assert.equal(proofs.count, 10, 'none was used twice');
    assert.ok(proofs.max_milliseconds >= proofs.mean_milliseconds && proofs.mean_milliseconds > 0);
    assert.ok(memory > 1 << 20, 'the memory of a bb is seen');
  });

  test('verdict__on_a_proof_and_on_a_key_of_the_callers', async (context) => {
    const client = await serve(context);
    const { proof, publicInputs } = await client.proof(circuits.square.witness);
    assert.equal((await client.verify({ proof, publicInputs })).json().verified, true);
    assert.equal((await client.verify({ proof, publicInputs: [WORD] })).json().verified, false);
    assert.equal((await client.verify({ proof, publicInputs, circuit: 'maze' }, { circuit: 'square' })).json().circuit, 'maze', 'the body wins');
  });

  test('keys__and_contracts_in_each_form', async (context) => {
    const client = await serve(context);
    for (const [path, Accept] of [['vk', '*/*'], ['vk', 'application/json'], ['verifier.sol', 'text/plain']]) {
      const answer = await client.get(`/api/circuits/square/${path}`, { Accept });
      assert.equal((await client.get(`/api/circuits/square/${path}`, { Accept, 'If-None-Match': answer.headers.etag })).status, 304);
    }
  });

  test('upload__is_kept_once_and_deleted_once', async (context) => {
    const client = await library(context);
    const answer = await client.upload(circuits.values.artifact, { name: 'values' });
    assert.equal(answer.status, 201);
    assert.equal(answer.headers.location, `/api/circuits/${circuits.values.id}`);
    assert.equal((await client.upload(circuits.values.artifact, { name: 'values' })).status, 200);
    assert.equal((await client.delete(answer.headers.location)).status, 204);
    assertCode(await client.delete(answer.headers.location), 404, 'circuit_unknown');
  });
});

describe('what is asked of nobody', () => {
  test('path__that_there_is_not_names_those_there_are', async (context) => {
    const client = await serve(context);
    for (const path of ['/', '/api/nothing', '/api/circuits/square/nothing', '/api/circuits//vk', '/api/docs/x']) {
      const { available_endpoints: endpoints } = assertCode(await client.get(path), 404, 'not_found');
      assert.ok('POST /api/prove' in endpoints);
    }
  });

  test('metrics__that_are_off_are_nowhere', async (context) => {
    const client = await serve(context, { metrics: 'off' });
    assert.match(assertCode(await client.get('/metrics'), 404, 'not_found').message, /--metrics on/);
  });

  test('method__that_a_path_does_not_take_is_405_with_allow', async (context) => {
    const client = await serve(context);
    for (const [method, path, allow] of [
      ['GET', '/api/prove', 'POST, OPTIONS'],
      ['POST', '/api', 'GET, HEAD, OPTIONS'],
      ['PUT', '/api/circuits/square', 'GET, HEAD, DELETE, OPTIONS'],
      ['DELETE', '/api/circuits', 'GET, HEAD, POST, OPTIONS'],
    ]) {
      const answer = await client.request({ method, path });
      assertCode(answer, 405, 'method_not_allowed');
      assert.equal(answer.headers.allow, allow);
    }
  });

  test('preflight__is_answered_on_every_path', async (context) => {
    const client = await serve(context);
    for (const path of ['/api/prove', '/api/circuits/square', '/api/circuits/square/vk']) {
      const { status, headers } = await client.daemon.request({ method: 'OPTIONS', path });
      assert.equal(status, 204);
      for (const name of ['Authorization', 'X-API-Key', 'If-None-Match']) {
        assert.match(headers['access-control-allow-headers'], new RegExp(name, 'i'));
      }
    }
  });
});

describe('what is asked badly', () => {
  let client;

  before(async () => (client = await serve(undefined, { 'max-rows': 8192 })));
  after(() => client?.daemon.stop());

  const raw = (...entries) => encodeWitness(entries);
  const good = () => raw([0, 3], [1, 9]);
  const WITNESSES = {
    body_empty: () => Buffer.alloc(0),
    witness_not_recognised: () => Buffer.from('hello'),
    witness_gzip_truncated: () => gzipSync(good()).subarray(0, -9),
    witness_gzip_corrupt: () => {
      const bytes = gzipSync(good());
      bytes[bytes.length - 6] ^= 1;
      return bytes;
    },
    witness_trailing_bytes: () => Buffer.concat([good(), Buffer.from([0])]),
    witness_format: () => gzipSync(encodeStack([encodeItem(encodeMap([[0, 3], [1, 9]]))], 4)),
    witness_truncated: () => gzipSync(good().subarray(0, -5)),
    witness_malformed: () => gzipSync(Buffer.from([3, 0x91, 0xc0])),
    witness_count: () => raw([0, 3], [1, 9], [2, 1]),
    witness_index_repeated: () => raw([0, 3], [0, 9]),
    witness_index_out_of_range: () => raw([0, 3], [4_000_000_000, 9]),
    witness_value_not_canonical: () => raw([0, 3], [1, MODULUS]),
    witness_stack_items: () => encodeStack([0, 1].map(() => encodeItem(encodeMap([[0, 3], [1, 9]])))),
    witness_unsatisfied: () => raw([0, 3], [1, 10]),
  };

  for (const [code, witness] of Object.entries(WITNESSES)) {
    test(`prove__${code}`, async () => {
      for (const path of PROVE_PATHS) {
        const answer = await client.prove(witness(), { path });
        assert.deepEqual([answer.status, answer.json().code], [400, code], answer.body.toString());
      }
    });
  }

  test('prove__idempotency_key_that_is_malformed_or_of_another_request', async () => {
    const prove = (path, key, target) => client.prove(circuits.square.witness, { path, target, headers: { 'Idempotency-Key': key } });
    for (const path of PROVE_PATHS) {
      for (const key of ['""', 'k'.repeat(256), 'a key']) assertCode(await prove(path, key), 400, 'idempotency_key_malformed');
      assert.equal((await prove(path, path)).headers['x-cache'], undefined);
      assert.equal((await prove(path, path)).headers['x-cache'], 'hit');
      assertCode(await prove(path, path, 'evm'), 422, 'idempotency_key_reused');
    }
  });

  const COMPLAINTS = {
    body_empty: () => Buffer.alloc(0),
    body_malformed: () => Buffer.from('[1, 2'),
    proof_malformed: () => ({ proof: '0x12', publicInputs: [] }),
  };

  for (const [code, body] of Object.entries(COMPLAINTS)) {
    test(`verify__${code}`, async () => assertCode(await client.verify(body()), 400, code));
  }

  for (const [what, body] of Object.entries({
    'no proof': { publicInputs: [] },
    'no public inputs': { proof: WORD },
    'no hex': { proof: '0xzz', publicInputs: [] },
    'no 0x': { proof: '00'.repeat(32), publicInputs: [] },
    'a short public input': { proof: WORD, publicInputs: ['0x01'] },
    'a public input past the modulus': { proof: WORD, publicInputs: [`0x${MODULUS.toString(16)}`] },
    'a number': { proof: WORD, publicInputs: [7] },
    'a key that is no hex': { proof: WORD, publicInputs: [], vk: 'key' },
    'an empty key': { proof: WORD, publicInputs: [], vk: '0x' },
    'no key where one is named': { proof: WORD, publicInputs: [], vk: null },
  })) {
    test(`verify__${what}`, async () => assertCode(await client.verify(body), 400, 'proof_malformed'));
  }

  test('verify__names_that_it_does_not_know_are_refused', async () => {
    for (const name of ['verifiertarget', 'public_inputs', 'Circuit', 'target', 'vk ', '']) {
      const { message } = assertCode(await client.verify({ proof: WORD, publicInputs: [], [name]: 'evm' }), 400, 'body_malformed');
      assert.ok(message.includes(`no "${name}" in this body, which takes proof, publicInputs, circuit, verifierTarget, vk,`), message);
    }
    assertCode(await client.verify({ proof: WORD, publicInputs: [], [`a${'ä'.repeat(60)}`]: 1 }), 400, 'body_malformed');
    for (const name of ['circuit', 'verifierTarget']) {
      for (const value of [5, null, true, ['evm'], { evm: 1 }]) {
        const { message } = assertCode(await client.verify({ proof: WORD, publicInputs: [], [name]: value }), 400, 'body_malformed');
        assert.ok(message.includes(`"${name}" must be a string`), message);
      }
    }
    const whole = await client.proof(circuits.square.witness, { target: 'evm' });
    assert.deepEqual((await client.verify(whole)).json(), { verified: true, circuit: whole.circuit, verifierTarget: 'evm' });
  });

  test('verify__form_without_files_or_with_broken_ones', async () => {
    const send = ({ body, headers }) => client.verify(body, { headers });
    assertCode(await send(makeForm({ public_inputs: Buffer.alloc(0) })), 400, 'proof_malformed');
    assertCode(await send(makeForm({ proof: Buffer.alloc(33), public_inputs: Buffer.alloc(0) })), 400, 'proof_malformed');
    assertCode(await send(makeForm({ proof: Buffer.alloc(32), public_inputs: Buffer.alloc(32, 0xff) })), 400, 'proof_malformed');
    assertCode(await send(makeForm({ proof: Buffer.alloc(32), public_inputs: Buffer.alloc(0), vk: Buffer.alloc(0) })), 400, 'proof_malformed');
    const whole = makeForm({ proof: Buffer.alloc(32), public_inputs: Buffer.alloc(0) });
    assert.equal((await send(whole)).status, 200);
    assert.equal((await send({ ...whole, body: whole.body.subarray(0, -2) })).status, 200, 'the last line need not end');
    for (const missing of [1, 2, 5, 20, 30, 60, 100]) {
      const cut = { ...whole, body: whole.body.subarray(0, whole.body.length - 4 - missing) };
      assertCode(await send(cut), 400, 'body_malformed');
    }
    const twice = Buffer.concat([whole.body.subarray(0, whole.body.lastIndexOf('--a-boundary')), whole.body]);
    assert.match(assertCode(await send({ ...whole, body: twice }), 400, 'body_malformed').message, /proof twice/);
    for (const name of ['verifierTarget', 'circuit', 'PROOF', 'VK', 'vk ', '']) {
      const form = makeForm({ proof: Buffer.alloc(32), public_inputs: Buffer.alloc(0), [name]: Buffer.from('evm') });
      const { message } = assertCode(await send(form), 400, 'body_malformed');
      assert.ok(message.includes(`no field "${name}" in this form, which takes proof, public_inputs, vk;`), message);
    }
    assert.equal((await client.verify(Buffer.from('no form'), { headers: { 'Content-Type': 'multipart/form-data' } })).status, 400);
  });

  test('verify__of_rubbish_is_a_verdict', async () => {
    assert.equal((await client.verify({ proof: WORD, publicInputs: [WORD] })).json().verified, false);
    for (const vk of [WORD, `0x${'ab'.repeat(1888)}`]) {
      const answer = await client.verify({ proof: WORD, publicInputs: [WORD], verifierTarget: 'evm', vk });
      assert.equal(answer.json().verified, false, answer.body.toString());
    }
  });

  /** One request a operation, at a circuit and for a target. */
  const operations = (circuit, target) => [
    () => client.prove(circuits.square.witness, { circuit, target }),
    () => client.prove(circuits.square.witness, { path: `/api/circuits/${circuit}/prove`, target }),
    () => client.verify({ proof: WORD, publicInputs: [] }, { circuit, target }),
    () => client.get(`/api/circuits/${circuit}/vk?verifierTarget=${target}`),
    () => client.get(`/api/circuits/${circuit}/verifier.sol?verifierTarget=${target}`),
  ];

  test('query__with_a_name_that_is_not_taken', async () => {
    for (const { path, method } of contract.operations()) {
      const answer = await client.request({ method, path: `${path.replace('{circuit}', 'square')}?verbose=1`, body: method === 'POST' ? Buffer.from('{}') : undefined });
      assertCode(answer, 400, 'query_invalid');
    }
  });

  test('target__unknown_and_unsupported', async () => {
    for (const ask of operations('square', 'ethereum')) assertCode(await ask(), 400, 'target_unknown');
    for (const ask of operations('square', 'starknet')) assertCode(await ask(), 422, 'target_unsupported');
    for (const verifierTarget of ['ethereum', '']) assertCode(await client.verify({ proof: WORD, publicInputs: [], verifierTarget }), 400, 'target_unknown');
  });

  test('circuit__unknown', async () => {
    for (const ask of operations('nobody', 'evm')) assertCode(await ask(), 404, 'circuit_unknown');
    assertCode(await client.get('/api/circuits/nobody'), 404, 'circuit_unknown');
    assertCode(await client.delete('/api/circuits/nobody'), 404, 'circuit_unknown');
    assertCode(await client.verify({ proof: WORD, publicInputs: [], circuit: 'nobody' }), 404, 'circuit_unknown');
  });

  /** Whatever needs the circuit `large`, which is the maze. */
  const askForLarge = (server) => [
    server.prove(circuits.maze.witness, { circuit: 'large' }),
    server.prove(circuits.maze.witness, { path: '/api/circuits/large/prove' }),
    server.verify({ proof: WORD, publicInputs: [], circuit: 'large' }),
    server.get('/api/circuits/large/vk'),
    server.get('/api/circuits/large/verifier.sol'),
  ];

  test('circuit__too_large_for_the_server', async (context) => {
    const folder = temporaryFolder('circuits');
    copyFileSync(circuits.maze.path, join(folder, 'large.json'));
    const other = await serve(context, { circuit: circuits.square.path, 'circuits-dir': folder, 'max-rows': 4096 });
    const failed = await until('the circuit fails', async () => {
      const circuit = await other.circuit('large');
      return circuit.state === 'failed' && circuit;
    });
    assert.equal(failed.failure.code, 'circuit_too_large');
    assert.match(failed.failure.message, /8192.*4096/);
    for (const answer of await Promise.all(askForLarge(other))) assertCode(answer, 422, 'circuit_too_large');
  });

  test('circuit__that_takes_more_memory_than_there_is', async (context) => {
    const folder = temporaryFolder('circuits');
    copyFileSync(circuits.maze.path, join(folder, 'large.json'));
    const other = await library(context, { circuit: circuits.square.path, 'circuits-dir': folder, memory: 20 << 20 });
    await until('the circuit fails', async () => (await other.circuit('large')).state === 'failed');
    const asked = [
      ...askForLarge(other),
      (await library(context, { circuit: circuits.square.path, memory: 20 << 20 })).upload(circuits.maze.artifact, { name: 'large' }),
    ];
    for (const answer of await Promise.all(asked)) assert.match(assertCode(answer, 422, 'circuit_exceeds_memory').message, /about 40 MiB.* 20 MiB .*--memory/);
    assert.equal((await other.prove(circuits.square.witness, { circuit: 'square' })).status, 200);
  });

  test('circuit__of_another_holder_cannot_be_deleted', async (context) => {
    const keys = keyFile({ tests: KEY, others: 'a-key-of-another-holder' });
    const client = await library(context, { circuit: circuits.maze.path, 'api-key-file': keys });
    assert.equal((await client.upload(circuits.square.artifact, { name: 'square' })).status, 201);
    assertCode(await client.delete('/api/circuits/square', { Authorization: 'Bearer a-key-of-another-holder' }), 403, 'not_the_owner');
  });

  test('circuit__given_at_the_start_cannot_be_deleted', async () => {
    assertCode(await client.delete('/api/circuits/square'), 403, 'circuit_not_deletable');
    assert.equal((await client.get('/api/circuits/square')).status, 200);
  });

  test('content_encoding__is_taken_of_a_witness_alone', async () => {
    const json = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
    const { witness } = circuits.square;
    for (const path of [...PROVE_PATHS, ...EXECUTE_PATHS]) assertCode(await client.send(path, gzipSync('{"inputs":{"x":3,"y":9}}'), json), 415, 'media_type_unsupported');
    const { message } = assertCode(await client.verify(gzipSync('{}'), { headers: json }), 415, 'media_type_unsupported');
    assert.match(message, /send it without Content-Encoding: gzip/);
    assertCode(await client.prove(witness, { headers: { 'Content-Encoding': 'br' } }), 415, 'media_type_unsupported');
    for (const encoding of ['gzip', 'identity']) {
      const proven = await client.prove(witness, { target: 'evm', headers: { 'Content-Encoding': encoding } });
      assert.deepEqual([proven.status, proven.headers['x-verifier-target']], [200, 'evm']);
    }
  });

  test('media_type__that_is_not_taken', async () => {
    const headers = { 'Content-Type': 'text/html' };
    for (const path of PROVE_PATHS) assertCode(await client.prove(circuits.square.witness, { path, headers }), 415, 'media_type_unsupported');
    assertCode(await client.verify({}, { headers }), 415, 'media_type_unsupported');
  });
});

/** Where inputs can go: every operation that takes them, for one circuit. */
function inputPaths(circuit) {
  return ['prove', 'execute'].flatMap((verb) => [`/api/${verb}?circuit=${circuit}`, `/api/circuits/${circuit}/${verb}`]);
}

function killIfThere(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

describe('inputs', () => {
  async function serveModes(context, options = {}) {
    return library(context, { circuit: [`modes=${await modesCircuit()}`, `prices=${await pricesCircuit()}`, circuits.square.path], ...options });
  }

  async function assertEverywhere(client, circuit, inputs, status, code, headers) {
    const answers = [];
    for (const path of inputPaths(circuit)) answers.push(assertCode(await client.send(path, inputs, headers), status, code));
    return answers;
  }

  /** Inputs that are executed for ever, on every path; the executors are busy with the first of them. */
  async function congest(client, count) {
    const before = client.daemon.children().length;
    const asked = Array.from({ length: count }, (_, place) => client.send(inputPaths('modes')[place % 4], { mode: 3, x: 1 }));
    await until('an executor works', () => client.daemon.children().length > before);
    return asked;
  }

  test('execute__gives_a_witness_that_proves_or_the_return_value', async (context) => {
    const client = await library(context, { circuit: [circuits.square.path, `values=${circuits.values.path}`] });
    for (const path of EXECUTE_PATHS) {
      const answer = await client.send(path, { x: 3, y: '0x09' }, { Accept: 'application/octet-stream' });
      assert.deepEqual(gunzipSync(answer.body), gunzipSync(circuits.square.witness));
      assert.equal((await client.send(path, { x: 3, y: 9 }, { Accept: 'application/json' })).json().returnValue, null);
      assert.equal((await client.send(path, 'x = 3\ny = 9\n', { 'Content-Type': 'application/toml' })).status, 200);
    }
    const example = contract.example('components', 'responses', 'Execution', 'content', 'application/json', 'examples', 'values');
    const { timings, ...answer } = (await client.send('/api/execute?circuit=values', circuits.values.inputs, { Accept: 'application/json' })).json();
    assert.deepEqual({ ...answer, timings: example.timings }, example);
    assert.ok(timings.queue >= 0 && timings.execute > 0);
  });

  test('prove__inputs_as_json_and_as_toml', async (context) => {
    const client = await serve(context);
    for (const path of PROVE_PATHS) {
      for (const [inputs, type] of [[{ x: 3, y: 9 }, 'application/json'], ['x = "3"\ny = 9\n', 'application/toml']]) {
        const answer = await client.send(path, inputs, { 'Content-Type': type, Accept: 'application/json' });
        const { proof, publicInputs, timings } = answer.json();
        assert.ok(timings.execute > 0);
        assert.match(answer.headers['server-timing'], /^queue;dur=[\d.]+, execute;dur=[\d.]+, prove;dur=[\d.]+, verify;dur=[\d.]+$/);
        assert.equal((await client.verify({ proof, publicInputs })).json().verified, true);
      }
    }
  });

  test('inputs__that_are_wrong', async (context) => {
    const client = await serveModes(context);
    await assertEverywhere(client, 'modes', '', 400, 'body_empty');
    await assertEverywhere(client, 'modes', '{"inputs": {', 400, 'body_malformed');
    for (const { mistakes } of await assertEverywhere(client, 'modes', { mode: 300 }, 400, 'inputs_invalid')) {
      assert.deepEqual(mistakes, ['mode: 300 does not fit u8', 'x: is missing']);
    }
    for (const { assertion } of await assertEverywhere(client, 'modes', { mode: 1, x: 1 }, 400, 'assertion_failed')) {
      assert.deepEqual(assertion, { message: 'mode 1 is refused', payload: null, callStack: [{ file: 'src/main.nr', line: 3, column: 5 }] });
    }
    for (const { message, assertion } of await assertEverywhere(client, 'modes', { mode: 2, x: 1 }, 400, 'execution_failed')) {
      assert.match(message, /^Assertion failed: Attempted to divide by zero at src\/main\.nr:11:\d+$/);
      assert.equal(assertion.callStack.at(-1).line, 11);
    }
    assert.equal((await client.circuit('modes')).proofs.count, 0, 'it cost no proof');
  });

  test('inputs__where_there_is_nothing_to_execute', async (context) => {
    const client = await serveModes(context);
    await assertEverywhere(client, 'prices', { x: 1 }, 422, 'circuit_not_executable');
    await assertEverywhere(client, 'nobody', { x: 1 }, 404, 'circuit_unknown');
    for (const path of EXECUTE_PATHS) {
      assertCode(await client.send(path, 'x', { 'Content-Type': 'text/html' }), 415, 'media_type_unsupported');
      assertCode(await client.send(path, { x: 1 }, { 'X-API-Key': 'wrong', Authorization: '' }), 401, 'key_unknown');
    }
    const other = await serve(context, { 'input-execution': 'off' });
    await assertEverywhere(other, 'square', { x: 3, y: 9 }, 403, 'input_execution_off');
    const bare = await client.upload({ bytecode: circuits.values.artifact.bytecode }, { name: 'bare' });
    assert.equal(bare.status, 201);
    await assertEverywhere(client, 'bare', {}, 422, 'circuit_not_executable');
  });

  test('execute__without_a_key', async (context) => {
    const client = await library(context, {}, { key: undefined });
    for (const path of EXECUTE_PATHS) {
      assertCode(await client.send(path, { x: 3, y: 9 }), 401, 'key_missing');
      assertCode(await client.send(path, { x: 3, y: 9 }, { 'X-API-Key': 'wrong' }), 401, 'key_unknown');
    }
  });

  test('execution__that_takes_too_much', async (context) => {
    const client = await serveModes(context, { 'execute-steps': 100_000, 'max-input-bytes': 100 });
    await assertEverywhere(client, 'modes', { mode: 3, x: 1 }, 422, 'execution_limit');
    await assertEverywhere(client, 'modes', Buffer.alloc(101, ' '), 413, 'body_too_large');
  });

  test('execution__that_never_ends', async (context) => {
    const client = await serveModes(context, { 'execute-timeout': 1, executors: 4, 'execute-steps': 1e12 });
    const answers = await Promise.all(inputPaths('modes').map((path) => client.send(path, { mode: 3, x: 1 })));
    for (const answer of answers) assertCode(answer, 504, 'execute_timeout');
    assert.equal((await client.send('/api/execute?circuit=modes', { mode: 0, x: 1 })).status, 200, 'a fresh executor');
  });

  test('execution__that_waits_too_long_or_finds_the_queue_full', async (context) => {
    const client = await serveModes(context, { queue: 4, executors: 1, 'request-timeout': 2, 'execute-timeout': 60, 'execute-steps': 1e12 });
    const [first] = await congest(client, 1);
    const waiting = inputPaths('modes').map((path) => client.send(path, { mode: 3, x: 1 }));
    await until('the queue is full', async () => (await client.send('/api/execute?circuit=modes', { mode: 0, x: 1 })).status === 429);
    await assertEverywhere(client, 'modes', { mode: 3, x: 1 }, 429, 'queue_full');
    for (const answer of await Promise.all([first, ...waiting])) assertCode(answer, 504, 'request_timeout');
  });

  test('execution__that_the_server_does_not_live_to_end', async (context) => {
    const client = await serveModes(context, { executors: 1, grace: 0, 'execute-timeout': 60, 'execute-steps': 1e12 });
    const asked = await congest(client, 4);
    client.daemon.kill('SIGTERM');
    for (const answer of await Promise.all(asked)) assertCode(answer, 503, 'server_stopping');
    await client.daemon.stop();
  });

  test('client__that_closes_its_side_before_the_circuit_is_executed', async (context) => {
    const client = await serveModes(context, { executors: 1, 'execute-timeout': 60, 'execute-steps': 1e12 });
    const provers = new Set(client.daemon.children());
    const body = JSON.stringify({ inputs: { mode: 3, x: 1 } });
    for (const path of inputPaths('modes')) {
      const wire = await Wire.open(client.daemon.port);
      wire.sendHead('POST', path, { 'Content-Type': 'application/json', 'Content-Length': body.length, Authorization: `Bearer ${KEY}` }).send(body);
      await until('an executor works', () => client.daemon.children().some((pid) => !provers.has(pid)));
      wire.socket.end();
      const answer = await wire.response();
      client.contract.hold({ method: 'POST', path: path.split('?')[0] }, answer);
      assertCode(answer, 499, 'cancelled');
      await until('it was stopped', () => client.daemon.children().every((pid) => provers.has(pid)));
    }
  });

  test('executor__that_dies_twice', async (context) => {
    const client = await serveModes(context, { executors: 4, 'execute-timeout': 60, 'execute-steps': 1e12 });
    const provers = new Set(client.daemon.children());
    let answered = false;
    const asked = Promise.all(await congest(client, 4)).finally(() => (answered = true));
    await until('every request is answered', () => {
      for (const pid of client.daemon.children().filter((one) => !provers.has(one))) killIfThere(pid);
      return answered;
    });
    for (const answer of await asked) assertCode(answer, 500, 'executor_failed');
    assert.equal((await client.send('/api/execute?circuit=modes', { mode: 0, x: 1 })).status, 200, 'a fresh executor');
  });
});

describe('uploads that are refused', () => {
  const without = (artifact, name) => Object.fromEntries(Object.entries(artifact).filter(([key]) => key !== name));

  test('upload__that_is_no_circuit', async (context) => {
    const client = await library(context);
    const artifact = circuits.square.artifact;
    assertCode(await client.upload(Buffer.alloc(0)), 400, 'body_empty');
    for (const wrong of [
      Buffer.from('{'), Buffer.from('[]'), without(artifact, 'bytecode'), { ...artifact, bytecode: 'no base64!' },
      { ...artifact, bytecode: gzipSync(Buffer.from([3, 1, 2, 3])).toString('base64') },
    ]) {
      assertCode(await client.upload(wrong), 422, 'circuit_invalid');
    }
    for (const name of ['', 'a/b', '../up', '.', '..', '.hidden', 'x'.repeat(65), 'white space']) {
      assertCode(await client.upload(artifact, { name }), 422, 'circuit_invalid');
    }
    assertCode(await client.upload(artifact, { headers: { 'Content-Type': 'text/plain' } }), 415, 'media_type_unsupported');
    assert.deepEqual(await client.names(), ['square', 'maze']);
  });

  test('upload__without_an_abi_is_proven_without_names', async (context) => {
    const client = await library(context, { circuit: circuits.maze.path });
    const bare = (await client.upload({ bytecode: circuits.square.artifact.bytecode }, { name: 'bare' })).json();
    assert.deepEqual([bare.id, bare.abi, bare.public_inputs], [idOf({ bytecode: circuits.square.artifact.bytecode }), {}, []]);
    const proof = await client.proof(circuits.square.witness, { circuit: 'bare' });
    assert.deepEqual([proof.publicInputs.length, proof.decodedPublicInputs], [1, null]);
  });

  test('upload__of_another_noir_names_both_versions_and_what_to_install', async (context) => {
    const client = await library(context);
    for (const [version, format] of [['1.0.0-beta.3', 2], ['0.36.0', 0x82]]) {
      const { message } = assertCode(await client.upload(ofAnotherNoir(circuits.values.artifact, version, format)), 422, 'circuit_version');
      assert.ok(message.includes(version), message);
      assert.match(message, /1\.0\.0-beta\.26/);
      assert.match(message, /nargo.*noir_wasm/);
    }
  });

  test('upload__whose_name_is_taken_and_past_the_limits', async (context) => {
    const client = await library(context, { circuit: circuits.square.path, 'max-circuits': 2, 'max-rows': 4096 });
    assertCode(await client.upload(circuits.values.artifact, { name: 'square' }), 409, 'circuit_name_taken');
    assertCode(await client.upload(circuits.maze.artifact), 422, 'circuit_too_large');
    assert.equal((await client.upload(circuits.values.artifact)).status, 201);
    const [another] = await powers(1);
    assertCode(await client.upload(another), 422, 'circuits_full');
    assert.equal((await client.upload(circuits.values.artifact)).status, 200, 'there already, so not one too many');
  });

  test('upload__is_off_unless_switched_on', async (context) => {
    const client = await serve(context);
    assertCode(await client.upload(circuits.values.artifact), 403, 'uploads_off');
  });

  test('upload__that_cannot_be_kept_leaves_nothing', async (context) => {
    const data = temporaryFolder('data');
    const client = await library(context, { 'data-dir': data });
    rmSync(join(data, 'circuits'), { recursive: true, force: true });
    writeFileSync(join(data, 'circuits'), 'no folder');
    assertCode(await client.upload(circuits.values.artifact), 500, 'storage_failed');
    assert.deepEqual(await client.names(), ['square', 'maze']);
  });

  test('delete__that_cannot_be_done', async (context) => {
    const data = temporaryFolder('data');
    const client = await library(context, { 'data-dir': data });
    const { headers } = await client.upload(circuits.values.artifact, { name: 'values' });
    rmSync(join(data, 'circuits'), { recursive: true });
    writeFileSync(join(data, 'circuits'), 'no folder');
    assertCode(await client.delete(headers.location), 500, 'storage_failed');
  });

  test('upload__on_a_full_disk', async (context) => {
    const data = temporaryFolder('full');
    const script = 'mount -t tmpfs -o size=32k tmpfs "$1" && shift && exec "$@"';
    const client = await library(context, { 'data-dir': data }, { launcher: ['unshare', '-m', 'sh', '-c', script, 'sh', data] });
    const [large] = await powers(1, 64 << 10);
    assertCode(await client.upload(large, { name: 'large' }), 507, 'storage_full');
    assert.deepEqual(await client.names(), ['square', 'maze']);
  });
});

describe('keys', () => {
  test('key__missing_and_unknown', async (context) => {
    const client = await library(context, {}, { key: undefined });
    const asked = (headers) => [
      ...PROVE_PATHS.map((path) => client.prove(circuits.square.witness, { path, headers })),
      client.verify({ proof: WORD, publicInputs: [] }, { headers }),
      client.upload(circuits.values.artifact, { headers }),
      client.delete('/api/circuits/square', headers),
      client.get('/api/circuits/square/vk?verifierTarget=evm', headers), // which nobody has asked for yet
      client.get('/api/circuits/square/verifier.sol', headers),
    ];
    for (const answer of await Promise.all(asked({}))) assertCode(answer, 401, 'key_missing');
    for (const answer of await Promise.all(asked({ 'X-API-Key': 'wrong' }))) assertCode(answer, 401, 'key_unknown');
  });
});

describe('bodies', () => {
  test('body__past_the_limit', async (context) => {
    const client = await library(context, { 'max-body-bytes': 20_000, 'max-witness-bytes': 1_000 });
    for (const path of PROVE_PATHS) {
      assertCode(await client.prove(Buffer.alloc(20_001), { path }), 413, 'body_too_large');
      const witness = encodeStack([encodeItem(encodeMap(Array.from({ length: 40 }, (_, index) => [index, 1])))]);
      assertCode(await client.prove(gzipSync(Buffer.concat([witness, Buffer.alloc(5_000)])), { path: path.replace('square', 'maze') }), 413, 'witness_too_large');
    }
    assertCode(await client.verify(Buffer.alloc(20_001, '1')), 413, 'body_too_large');
    assertCode(await client.upload(circuits.maze.artifact), 413, 'body_too_large');
  });

  test('body__that_stalls', async (context) => {
    const client = await library(context, { 'body-timeout': 1 });
    const asked = [...PROVE_PATHS, ...EXECUTE_PATHS, '/api/verify', '/api/circuits'].map(async (path) => {
      const wire = await Wire.open(client.daemon.port);
      const type = path.endsWith('prove') ? 'application/octet-stream' : 'application/json';
      wire.sendHead('POST', path, { 'Content-Type': type, 'Content-Length': '100', Authorization: `Bearer ${KEY}` }).send('{');
      const answer = await wire.response();
      await wire.close();
      client.contract.hold({ method: 'POST', path }, answer);
      assertCode(answer, 408, 'body_timeout');
    });
    await Promise.all(asked);
  });
});

describe('a prover in trouble', () => {
  /** A server that has made a proof, and one request for each operation that waits for something. */
  async function trouble(context, options) {
    const given = { circuit: [circuits.square.path, `maze=${circuits.maze.path}`, `values=${circuits.values.path}`] };
    const client = await library(context, { ...given, ...options });
    const { proof, publicInputs } = await client.proof(circuits.square.witness);
    const [artifact] = await powers(1);
    const asks = { // a circuit each, where a key is to be made: that is done for one request at a time
      prove: () => client.prove(circuits.square.witness, { circuit: 'square' }),
      proveCircuit: () => client.prove(circuits.square.witness, { path: '/api/circuits/square/prove' }),
      // What bb checks; the rest needs none. With a key of one's own there is none to be made.
      verify: () => client.verify({ proof, publicInputs, vk: WORD, verifierTarget: 'noir-rollup' }),
      key: () => client.get('/api/circuits/maze/vk?verifierTarget=evm-no-zk'),
      contract: () => client.get('/api/circuits/values/verifier.sol?verifierTarget=evm'),
      upload: () => client.upload(artifact),
      delete: () => client.delete('/api/circuits/square'),
    };
    return { client, asks, all: Object.values(asks) };
  }

  function freeze(client) {
    for (const pid of client.daemon.children()) process.kill(pid, 'SIGSTOP');
  }

  const working = (client, count) => until(`${count} jobs at work`, async () => (await client.daemon.health()).jobs_processing === count);
  const waiting = (client, count) => until(`${count} jobs waiting`, async () => (await client.daemon.health()).jobs_pending === count);

  /** Has one frozen bb at work and every operation waiting for it. */
  async function congest({ client, all }) {
    freeze(client);
    const blocker = client.prove(circuits.square.witness);
    await working(client, 1);
    const pending = all.map((ask) => ask());
    await waiting(client, all.length);
    return { blocker, pending };
  }

  test('proof__that_takes_too_long', async (context) => {
    const { client, asks } = await trouble(context, { workers: 6, threads: 1, 'prove-timeout': 1 });
    freeze(client);
    const asked = Object.entries(asks).filter(([name]) => name !== 'delete').map(([, ask]) => ask());
    for (const answer of await Promise.all(asked)) assertCode(answer, 504, 'prove_timeout');
    assert.deepEqual(await client.names(), ['square', 'maze', 'values'], 'an upload that was not answered well is not kept');
    assert.equal((await client.prove(circuits.square.witness)).status, 200, 'a fresh bb proves');
  });

  test('request__that_waits_too_long_or_finds_the_queue_full', async (context) => {
    const scene = await trouble(context, { workers: 1, queue: 7, 'request-timeout': 8, 'prove-timeout': 20 });
    const { blocker, pending } = await congest(scene);
    // A key or a contract that is in the making is shared, and takes no place.
    const others = Object.entries({
      ...scene.asks,
      key: () => scene.client.get('/api/circuits/values/vk?verifierTarget=evm-no-zk'),
      contract: () => scene.client.get('/api/circuits/maze/verifier.sol?verifierTarget=evm'),
    });
    for (const answer of await Promise.all(others.map(([, ask]) => ask()))) assertCode(answer, 429, 'queue_full');
    for (const answer of await Promise.all([blocker, ...pending])) assertCode(answer, 504, 'request_timeout');
  });

  test('request__that_the_server_does_not_live_to_answer', async (context) => {
    const scene = await trouble(context, { workers: 1, grace: 1 });
    const { daemon } = scene.client;
    const late = await Wire.open(daemon.port);
    const { blocker, pending } = await congest(scene);
    daemon.kill('SIGTERM');
    await until('the server stops', async () => (await scene.client.get('/api/ready')).json().status === 'stopping');
    const path = '/api/circuits/square';
    const refused = await late.sendHead('DELETE', path, { Authorization: `Bearer ${KEY}` }).response();
    contract.hold({ method: 'DELETE', path }, refused);
    assertCode(refused, 503, 'server_stopping');
    const answers = await Promise.all([blocker, ...pending]);
    assertCode(answers.pop(), 403, 'circuit_not_deletable'); // needs no bb, so it is done all the same
    for (const answer of answers) assertCode(answer, 503, 'server_stopping');
    await daemon.stop();
  });

  test('client__that_closes_its_side_before_the_proof_is_made', async (context) => {
    const { client } = await trouble(context, { workers: 1 });
    freeze(client);
    for (const path of PROVE_PATHS) {
      const wire = await Wire.open(client.daemon.port);
      const { witness } = circuits.square;
      const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': witness.length, Authorization: `Bearer ${KEY}` };
      wire.sendHead('POST', path, headers).send(witness);
      await working(client, 1);
      wire.socket.end();
      const answer = await wire.response();
      client.contract.hold({ method: 'POST', path }, answer);
      assertCode(answer, 499, 'cancelled');
      await working(client, 0);
      freeze(client);
    }
  });

  test('client__that_closes_its_side_while_its_request_waits', async (context) => {
    const { client } = await trouble(context, { workers: 1 });
    const { proof, publicInputs } = await client.proof(circuits.square.witness);
    const [artifact] = await powers(1);
    freeze(client);
    const blocker = client.prove(circuits.square.witness);
    await working(client, 1);
    const json = { 'Content-Type': 'application/json' };
    for (const [method, path, headers, body] of [
      ['POST', '/api/verify', json, Buffer.from(JSON.stringify({ proof, publicInputs }))],
      ['POST', '/api/circuits', json, Buffer.from(JSON.stringify(artifact))],
      ['DELETE', '/api/circuits/square', {}, Buffer.alloc(0)],
      ['GET', '/api/circuits/maze/vk?verifierTarget=evm-no-zk', {}, Buffer.alloc(0)],
      ['GET', '/api/circuits/values/verifier.sol?verifierTarget=evm', {}, Buffer.alloc(0)],
    ]) {
      const wire = await Wire.open(client.daemon.port);
      wire.sendHead(method, path, { ...headers, 'Content-Length': body.length, Authorization: `Bearer ${KEY}` }).send(body);
      await waiting(client, 1);
      wire.socket.end();
      const answer = await wire.response();
      client.contract.hold({ method, path: path.split('?')[0] }, answer);
      assertCode(answer, 499, 'cancelled');
      await waiting(client, 0);
      await wire.close();
    }
    for (const pid of client.daemon.children()) process.kill(pid, 'SIGCONT');
    assert.equal((await blocker).status, 200);
  });

  test('bb__that_dies_twice', async (context) => {
    const flag = join(temporaryFolder('broken'), 'broken');
    const bb = shellProgram(`[ ! -e '${flag}' ] || exit 3\nexec '${BB}' "$@"`);
    const { client, asks } = await trouble(context, { bb });
    writeFileSync(flag, '');
    for (const pid of client.daemon.children()) process.kill(pid, 'SIGKILL');
    for (const name of ['prove', 'proveCircuit', 'verify', 'key', 'contract']) assertCode(await asks[name](), 500, 'prover_failed');
    assertCode(await asks.upload(), 422, 'circuit_invalid'); // what kills every bb that reads it is no circuit
    assert.deepEqual(await client.names(), ['square', 'maze', 'values']);
  });

  test('bb__that_has_gone', async (context) => {
    const bb = shellProgram(`exec '${BB}' "$@"`);
    const { client, asks } = await trouble(context, { bb });
    rmSync(bb);
    for (const pid of client.daemon.children()) process.kill(pid, 'SIGKILL');
    for (const name of ['prove', 'proveCircuit', 'verify', 'key', 'contract']) {
      const answer = await asks[name]();
      assertCode(answer, 500, 'prover_unusable');
      assert.ok(!answer.body.includes(bb), `${name}: a path of the server's`);
    }
  });

  test('crs__that_has_gone', async (context) => {
    const crs = crsCopy();
    const { client, asks } = await trouble(context, { 'crs-path': crs });
    rmSync(crs, { recursive: true });
    const body = { proof: WORD, publicInputs: [WORD], circuit: 'square', verifierTarget: 'evm' };
    for (const ask of [asks.prove, asks.proveCircuit, () => client.verify(body), asks.key, asks.contract]) {
      const answer = await ask();
      assertCode(answer, 500, 'crs_unusable');
      assert.ok(!answer.body.includes(crs), 'a path of the server\'s');
    }
  });

  test('bb__that_dies_for_want_of_memory', async (context) => {
    const flag = join(temporaryFolder('greedy'), 'greedy');
    const bb = shellProgram(`[ ! -e '${flag}' ] || { echo 'terminating due to uncaught exception of type std::bad_alloc' >&2; kill -ABRT $$; }\nexec '${BB}' "$@"`);
    const { client, asks } = await trouble(context, { bb });
    writeFileSync(flag, '');
    for (const pid of client.daemon.children()) process.kill(pid, 'SIGKILL');
    for (const name of ['prove', 'proveCircuit', 'verify', 'key', 'contract', 'upload']) {
      const answer = await asks[name]();
      assertCode(answer, 503, 'prover_out_of_memory');
      assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    }
    assert.deepEqual(await client.names(), ['square', 'maze', 'values'], 'it says nothing of the circuit');
    rmSync(flag);
    assert.equal((await asks.prove()).status, 200);
  });

  test('request__that_would_not_be_done_in_time_is_refused_at_once', async (context) => {
    const options = { workers: 1, threads: 1, queue: 10_000, 'request-timeout': 3 };
    const { client, asks } = await trouble(context, options);
    freeze(client);
    const blockers = Array.from({ length: 400 }, () => client.prove(circuits.square.witness));
    await until('the queue is too long', async () => (await client.daemon.health()).jobs_pending > 5);
    for (const ask of Object.values(asks)) blockers.push(...Array.from({ length: 15 }, ask));
    const refused = (await Promise.all(blockers)).filter(({ status }) => status === 429);
    assert.ok(refused.length > 0);
    for (const answer of refused) {
      assertCode(answer, 429, 'queue_too_long');
      assert.ok(Number(answer.headers['retry-after']) >= 1);
    }
  });

  test('request__while_the_server_starts', async (context) => {
    const flag = join(temporaryFolder('starting'), 'started');
    const bb = shellProgram(`[ "$2" != run ] || while [ ! -e '${flag}' ]; do sleep 0.02; done\nexec '${BB}' "$@"`);
    const access = { 'data-dir': temporaryFolder('data'), 'api-key-file': keyFile({ tests: KEY }), 'allow-uploads': 'on' };
    const daemon = await Daemon.begin({ bb, circuit: circuits.square.path, ...access }).listens();
    context.after(() => daemon.over || daemon.abandon());
    const client = new Client(daemon, contract, KEY);
    const ready = await client.get('/api/ready');
    assert.deepEqual([ready.status, ready.json().status], [503, 'starting']);
    assertCode(await client.get('/api/health'), 503, 'server_starting');
    const asked = [
      ...PROVE_PATHS.map((path) => client.prove(circuits.square.witness, { path })),
      ...EXECUTE_PATHS.map((path) => client.send(path, circuits.square.inputs)),
      client.verify({ proof: WORD, publicInputs: [] }),
      client.get('/api/circuits/square/vk'),
      client.get('/api/circuits/square/verifier.sol'),
      client.upload(circuits.values.artifact),
      client.delete('/api/circuits/square'),
    ];
    for (const answer of await Promise.all(asked)) assertCode(answer, 503, 'server_starting');
    writeFileSync(flag, '');
    await until('it is ready', async () => (await client.get('/api/ready')).status === 200);
    assert.equal((await client.prove(circuits.square.witness)).status, 200);
  });

  test('health__without_bb_or_crs', async (context) => {
    const bb = shellProgram(`exec '${BB}' "$@"`);
    const crs = crsCopy();
    const client = await serve(context, { bb, 'crs-path': crs });
    rmSync(bb);
    assertCode(await client.get('/api/health'), 500, 'prover_unusable');
    const other = await serve(context, { 'crs-path': crs });
    rmSync(crs, { recursive: true });
    mkdirSync(crs);
    assertCode(await other.get('/api/health'), 500, 'crs_unusable');
  });
});

test('contract__every_promise_is_kept', () => {
  const unkept = contract.unseen().filter((promise) => !EXCEPTIONS.some(([pattern]) => pattern.test(promise)));
  assert.deepEqual(unkept, []);
  for (const [pattern, why] of EXCEPTIONS) {
    assert.ok([...contract.promises()].some((promise) => pattern.test(promise)), `nothing is excepted by ${pattern} (${why})`);
  }
});

test('contract__the_errors_among_its_examples_were_all_heard', () => {
  assert.deepEqual(contract.unsaid(), []);
});
