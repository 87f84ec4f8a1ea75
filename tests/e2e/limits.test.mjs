// What is too much, too slow or of another kind: 413, 408, 415, found while the body streams.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bbVerifies, publicInputsOf, squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { assertError, Wire } from './lib/http.mjs';
import { ROOT, temporaryFolder } from './lib/paths.mjs';
import { commandLineOf, peakMemory } from './lib/processes.mjs';
import { until, within } from './lib/wait.mjs';
import * as w from './lib/witness.mjs';
import { mazeRaw, mazeWitness } from './lib/witness.mjs';

const MEBIBYTE = 1 << 20;
const OCTETS = { 'Content-Type': 'application/octet-stream' };

describe('the bodies of all', () => {
  const MOST = 32 * MEBIBYTE;
  const held = async (daemon) => Number(/^prover_body_bytes (\d+)$/m.exec((await daemon.get('/metrics')).body)[1]);

  /** Sends all of a body but its last byte, on a connection of its own. */
  async function sendAlmost(daemon, path, headers, body) {
    const wire = await Wire.open(daemon.port);
    wire.sendHead('POST', path, { ...headers, 'Content-Length': body.length }).send(body.subarray(0, -1));
    return wire;
  }

  test('of_200_clients__hold_no_more_than_their_budget', async (t) => {
    const daemon = await Daemon.start({ circuit: await squareCircuit(), 'max-bodies-bytes': MOST });
    t.after(() => daemon.stop());
    const before = peakMemory(daemon.pid);
    const body = Buffer.from(JSON.stringify({ proof: `0x${'0'.repeat(4 * MEBIBYTE - 64)}`, publicInputs: [] }));
    const wires = await Promise.all(Array.from({ length: 200 }, () => sendAlmost(daemon, '/api/verify', { 'Content-Type': 'application/json' }, body)));
    await until('as much is held as may be', async () => (await held(daemon)) > MOST - 4 * MEBIBYTE);
    assert.ok((await held(daemon)) <= MOST);
    for (const wire of wires) wire.send(body.subarray(-1));
    const answers = await Promise.all(wires.map((wire) => wire.response(60)));
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length > 100 && refused.length < 200, `${refused.length} were refused`);
    for (const answer of refused) {
      assertError(answer, 429, 'queue_full', /--max-bodies-bytes/);
      assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    }
    assert.ok(peakMemory(daemon.pid) - before < 2 * MOST, `${peakMemory(daemon.pid) - before} bytes more`);
    for (const wire of wires) await wire.close();
    await until('all is given back', async () => (await held(daemon)) === 0);
    assert.equal((await daemon.verify({ proof: `0x${'00'.repeat(32)}`, publicInputs: [] })).status, 200);
  });

  test('that_are_small_and_unzip_to_much__count_by_what_they_hold', async (t) => {
    const daemon = await Daemon.start({ 'max-bodies-bytes': MEBIBYTE });
    t.after(() => daemon.stop());
    const stop = (signal) => daemon.children().forEach((pid) => process.kill(pid, signal));
    const asked = 40; // which wait, with 3 KiB each as they came
    assert.ok(asked * mazeWitness.length < MEBIBYTE / 2 && asked * mazeRaw.length > MEBIBYTE);
    stop('SIGSTOP');
    let refused = 0;
    const answers = Array.from({ length: asked }, async () => {
      const answer = await daemon.prove(mazeWitness);
      refused += answer.status === 429;
      return answer;
    });
    await until('as many wait as may', async () => refused + (await daemon.health()).jobs_pending === asked - 1);
    assert.ok(refused >= asked / 2, `${refused} were refused`);
    stop('SIGCONT');
    for (const answer of await Promise.all(answers)) {
      if (answer.status === 429) assertError(answer, 429, 'queue_full', /--max-bodies-bytes/);
      else assert.equal(answer.status, 200);
    }
    await until('all is given back', async () => (await held(daemon)) === 0);
  });

  test('that_are_executed_here__count_by_their_witness', async (t) => {
    const daemon = await Daemon.start({ 'max-bodies-bytes': MEBIBYTE });
    t.after(() => daemon.stop());
    const inputs = readFileSync(join(ROOT, 'circuit', 'inputs.json'));
    const execute = () => daemon.post('/api/execute', inputs, { 'Content-Type': 'application/json' });
    assert.equal((await execute()).status, 200, 'and an executor is there');
    const provers = daemon.children().filter((pid) => commandLineOf(pid)[1] !== '--run-executor');
    const asked = 40; // which wait, with what came of a few bytes
    assert.ok(asked * inputs.length < MEBIBYTE / 2 && asked * mazeRaw.length > MEBIBYTE);
    for (const pid of provers) process.kill(pid, 'SIGSTOP');
    let refused = 0;
    let unanswered = asked;
    const answers = Array.from({ length: asked }, async () => {
      const answer = await daemon.post('/api/prove', inputs, { 'Content-Type': 'application/json' });
      refused += answer.status === 429;
      unanswered--;
      return answer;
    });
    await until('all have been executed', async () => refused > 0 && (({ executions_processing: working, executions_pending: waiting }) => working + waiting === 0)(await daemon.health()));
    assert.ok((await held(daemon)) <= MEBIBYTE);
    for (const pid of provers) process.kill(pid, 'SIGCONT');
    for (const answer of await Promise.all(answers)) {
      if (answer.status === 429) assertError(answer, 429, 'queue_full', /witnesses of other requests.*--max-bodies-bytes/);
      else assert.equal(answer.status, 200);
    }
    assert.ok(refused >= asked / 4 && unanswered === 0, `${refused} were refused`);
    await until('all is given back', async () => (await held(daemon)) === 0);
    assert.equal((await execute()).status, 200);
  });

  test('that_are_kept_of_uploads__have_half_of_it_and_never_more', async (t) => {
    const keys = join(temporaryFolder('keys'), 'keys');
    writeFileSync(keys, 'ada:a-key-for-the-budget\n');
    const options = { 'circuit': await squareCircuit(), 'allow-uploads': 'on', 'data-dir': temporaryFolder('data'), 'api-key-file': keys };
    const headers = { 'X-API-Key': 'a-key-for-the-budget' };
    const artifact = JSON.parse(readFileSync(await squareCircuit(), 'utf8'));
    const upload = (daemon, place) => {
      const errors = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [i, { error_kind: 'string', string: `of circuit ${place}` }]));
      const body = JSON.stringify({ ...artifact, abi: { ...artifact.abi, error_types: errors } });
      return daemon.post(`/api/circuits?name=c${place}`, Buffer.from(body), { ...headers, 'Content-Type': 'application/json' });
    };
    const start = (most) => Daemon.start({ ...options, 'max-bodies-bytes': most });

    const large = await start(4 * MEBIBYTE);
    t.after(() => large.stop());
    assert.equal(await held(large), 0, "the operator's own circuit is no guest");
    let kept = 0;
    let answer;
    while ((answer = await upload(large, kept)).status === 201) kept++;
    assertError(answer, 422, 'circuits_full', /half of --max-bodies-bytes.*delete one first/);
    const taken = await held(large);
    assert.ok(kept > 3 && taken > 3 << 19 && taken <= 2 * MEBIBYTE, `${kept} kept take ${taken}`);
    assert.equal((await large.request({ method: 'DELETE', path: '/api/circuits/c0', headers })).status, 204);
    assert.ok((await held(large)) < taken);
    assert.equal((await upload(large, kept)).status, 201, 'one has made room');
    await large.stop();

    const small = await start(MEBIBYTE);
    t.after(() => small.stop());
    assert.ok((await held(small)) > MEBIBYTE, 'they are all there');
    assertError(await upload(small, 'more'), 422, 'circuits_full', /--max-bodies-bytes/);
    const body = Buffer.from(JSON.stringify({ proof: `0x${'00'.repeat(32)}`, publicInputs: [] }));
    assert.equal((await small.post('/api/verify', body, { ...headers, 'Content-Type': 'application/json' })).status, 200, 'half is for requests');
  });

  test('that_are_inputs_or_artifacts__count_as_well', async (t) => {
    const keys = join(temporaryFolder('keys'), 'keys');
    writeFileSync(keys, 'ada:a-key-for-the-budget\n');
    const options = { 'max-bodies-bytes': MEBIBYTE, 'max-input-bytes': 4 * MEBIBYTE, 'allow-uploads': 'on', 'data-dir': temporaryFolder('data'), 'api-key-file': keys };
    const daemon = await Daemon.start(options);
    t.after(() => daemon.stop());
    const headers = { 'X-API-Key': 'a-key-for-the-budget', 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' };
    for (const path of ['/api/prove', '/api/execute', '/api/circuits']) {
      const wire = await Wire.open(daemon.port);
      wire.sendHead('POST', path, headers).sendChunk(Buffer.alloc(2 * MEBIBYTE, ' ')).send('0\r\n\r\n');
      assertError(await wire.response(), 413, 'body_too_large', /--max-bodies-bytes/);
      await wire.close();
    }
    await until('all is given back', async () => (await held(daemon)) === 0);
  });
});

describe('a body past its limit', () => {
  const MOST = 65_536;
  let daemon;

  before(async () => (daemon = await Daemon.start({ 'max-body-bytes': MOST, 'max-witness-bytes': 100_000 })));
  after(() => daemon.stop());

  const assertTooLarge = (response) =>
    assertError(response, 413, 'body_too_large', /longer than 65536 bytes.*--max-body-bytes/);

  test('content_length_past_the_limit__is_a_413_before_any_body_is_sent', async () => {
    const wire = await Wire.open(daemon.port);
    wire.sendHead('POST', '/api/prove', { ...OCTETS, 'Content-Length': MOST + 1 });
    assertTooLarge(await wire.response(5));
    await wire.close();
  });

  test('content_length_of_astronomical_size__is_a_413', async () => {
    for (const length of [2n ** 32n, 2n ** 63n - 1n]) {
      const wire = await Wire.open(daemon.port);
      wire.sendHead('POST', '/api/prove', { ...OCTETS, 'Content-Length': length });
      assertTooLarge(await wire.response(5));
      await wire.close();
    }
  });

  test('content_length_that_is_no_number__is_no_200', async () => {
    for (const length of ['-1', 'x', '1e3', 2n ** 64n, '18446744073709551616000']) {
      const wire = await Wire.open(daemon.port);
      wire.sendHead('POST', '/api/prove', { ...OCTETS, 'Content-Length': length });
      await wire.receive('an answer or the end', (text) => /^HTTP\/1\.1 4\d\d /.test(text), 5);
      assert.ok(wire.ended || /^HTTP\/1\.1 4/.test(wire.received), wire.received);
      await wire.close();
    }
  });

  test('content_length_past_the_limit_with_its_body__is_a_413_that_the_client_sees', async () => {
    const wire = await Wire.open(daemon.port);
    wire.sendHead('POST', '/api/prove', { ...OCTETS, 'Content-Length': 2 * MOST }).send(Buffer.alloc(2 * MOST));
    assertTooLarge(await wire.response(5));
    await wire.close();
  });

  test('chunks_past_the_limit__are_a_413_while_they_stream', async () => {
    const wire = await Wire.open(daemon.port);
    wire.sendHead('POST', '/api/prove', { ...OCTETS, 'Transfer-Encoding': 'chunked' });
    const body = gzipSync(randomBytes(2 * MOST)); // as gzip it is right so far
    for (let sent = 0; sent <= MOST; sent += 4096) wire.sendChunk(body.subarray(sent, sent + 4096));
    assertTooLarge(await wire.response(5)); // the last chunk has not been sent
    await wire.close();
  });

  test('chunks_without_end__end_with_the_connection', async () => {
    const wire = await Wire.open(daemon.port);
    wire.sendHead('POST', '/api/prove', { ...OCTETS, 'Transfer-Encoding': 'chunked' });
    const chunk = Buffer.alloc(16_384, 0x1f);
    let sent = 0;
    while (!wire.ended && sent < 64 * MEBIBYTE) {
      wire.sendChunk(chunk);
      sent += chunk.length;
      await within(5, 'the server reads or closes', new Promise((resolve) => {
        if (wire.socket.writableLength < MEBIBYTE || wire.socket.destroyed) setImmediate(resolve);
        else wire.socket.once('drain', resolve).once('close', resolve);
      }));
    }
    assert.ok(wire.ended, 'the server reads 64 MiB of a body that it has refused');
    await wire.close();
  });

  test('verify__has_the_same_limit', async () => {
    const wire = await Wire.open(daemon.port);
    wire.sendHead('POST', '/api/verify', { 'Content-Type': 'application/json', 'Content-Length': MOST + 1 });
    assertTooLarge(await wire.response(5));
    await wire.close();
  });

  test('a_body_of_just_the_limit__is_read', async () => {
    const body = Buffer.alloc(MOST, 7);
    assertError(await daemon.prove(body), 400, 'witness_not_recognised');
    assertError(await daemon.prove(body, { 'Transfer-Encoding': 'chunked' }), 400, 'witness_not_recognised');
  });

  test('expect_100_continue__is_refused_by_413_at_once', async () => {
    const wire = await Wire.open(daemon.port);
    wire.sendHead('POST', '/api/prove', { ...OCTETS, 'Content-Length': MOST + 1, Expect: '100-continue' });
    assertTooLarge(await wire.response(5));
    assert.doesNotMatch(wire.received, /100 Continue/i);
    await wire.close();
  });

  test('expect_100_continue__is_answered_for_what_is_welcome', async () => {
    const wire = await Wire.open(daemon.port);
    const headers = { ...OCTETS, 'Content-Length': mazeWitness.length, Expect: '100-continue' };
    wire.sendHead('POST', '/api/prove', headers);
    const [interim] = await wire.responses(1, 5);
    assert.equal(interim.status, 100);
    wire.send(mazeWitness);
    const [, final] = await wire.responses(2);
    assert.equal(final.status, 200);
    assert.ok(await bbVerifies(final.body, publicInputsOf(final)));
    await wire.close();
  });

  test('expect_100_continue__is_refused_for_another_type_and_path', async () => {
    const refusals = [
      ['/api/prove', { 'Content-Type': 'text/plain' }, 415, 'media_type_unsupported'],
      ['/nowhere', OCTETS, 404, 'not_found'],
    ];
    for (const [path, headers, status, code] of refusals) {
      const wire = await Wire.open(daemon.port);
      wire.sendHead('POST', path, { ...headers, 'Content-Length': 1000, Expect: '100-continue' });
      assertError(await wire.response(5), status, code);
      await wire.close();
    }
  });
});

describe('a witness past its limit once unzipped', () => {
  const MOST = 100_000;
  const assertTooLarge = (response, most) =>
    assertError(response, 413, 'witness_too_large', new RegExp(`more than ${most} bytes.*--max-witness-bytes`));

  test('raw_and_gzipped__are_a_413', async (t) => {
    const daemon = await Daemon.start({ 'max-witness-bytes': MOST });
    t.after(() => daemon.stop());
    const long = Buffer.concat([mazeRaw, Buffer.alloc(MOST)]);
    assertTooLarge(await daemon.prove(gzipSync(long)), MOST);
    assertTooLarge(await daemon.prove(gzipSync(Buffer.alloc(MOST + 1, 3))), MOST);
    assertError(await daemon.prove(long), 400, 'witness_trailing_bytes');
    // A raw witness that could go on: a value claims more bytes than the limit leaves.
    const head = Buffer.from([3, 0x91, 0x91, 0x92, 0, 0x81, 0, 0xc6, 0x7f, 0xff, 0xff, 0xff]);
    const endless = Buffer.concat([head, Buffer.alloc(MOST)]);
    const response = await daemon.prove(endless);
    assert.ok([400, 413].includes(response.status), `${response.status}`);
    assert.equal((await daemon.prove(mazeWitness)).status, 200, 'and what is within the limit is proven');
  });

  test('exactly_the_limit__is_proven', async (t) => {
    const daemon = await Daemon.start({ 'max-witness-bytes': mazeRaw.length });
    t.after(() => daemon.stop());
    assert.equal((await daemon.prove(mazeWitness)).status, 200);
    assert.equal((await daemon.prove(mazeRaw)).status, 200);
    const less = await Daemon.start({ 'max-witness-bytes': mazeRaw.length - 1 });
    t.after(() => less.stop());
    assertTooLarge(await less.prove(mazeWitness), mazeRaw.length - 1);
    assertTooLarge(await less.prove(mazeRaw), mazeRaw.length - 1);
  });

  test('zip_bombs__cost_no_memory', async (t) => {
    const daemon = await Daemon.start();
    t.after(() => daemon.stop());
    const most = 128 * MEBIBYTE;
    // The first makes all there is to make of buffers and stacks.
    assert.equal((await daemon.prove(mazeWitness)).status, 200);
    const before = peakMemory(daemon.pid);
    const zeros = Buffer.alloc(most + 1);
    const bombs = {
      zeros,
      'a right witness and zeros': Buffer.concat([mazeRaw, zeros]),
      'a value that claims 2 GiB': Buffer.concat([Buffer.from([3, 0x91, 0x91, 0x92, 0, 0x81, 0, 0xc6, 0x7f, 0xff, 0xff, 0xff]), zeros]),
      'a text that claims 2 GiB': Buffer.concat([Buffer.from([3, 0xdb, 0x7f, 0xff, 0xff, 0xff]), zeros]),
      'a list of 2^32 - 1': Buffer.concat([Buffer.from([3, 0xdd, 0xff, 0xff, 0xff, 0xff]), zeros]),
      'one list in another': Buffer.alloc(most + 1, 0x91).fill(3, 0, 1),
    };
    for (const [name, bomb] of Object.entries(bombs)) {
      const response = await daemon.prove(gzipSync(bomb, { level: 9 }));
      assertTooLarge(response, most);
      const grown = peakMemory(daemon.pid) - before;
      assert.ok(grown < 3 * MEBIBYTE, `${name}: ${grown} bytes more`);
      assert.equal((await daemon.logOf(response.headers['x-request-id'])).prove_ms, 0);
    }
    assert.equal((await daemon.prove(mazeWitness)).status, 200);
  });
});

describe('a body of another type', () => {
  let daemon;

  before(async () => (daemon = await Daemon.start()));
  after(() => daemon.stop());

  for (const type of ['application/xml', 'TEXT/CSV; charset=utf-8', 'text/plain', 'text/html', 'image/png']) {
    test(`media_type_unsupported__${type.replace(/\W+/g, '_')}`, async () => {
      const message = /sent as application\/octet-stream, inputs as application\/json or application\/toml, not as/;
      assertError(await daemon.post('/api/prove', mazeWitness, { 'Content-Type': type }), 415, 'media_type_unsupported', message);
    });
  }
});

describe('a body that does not come', () => {
  const SECONDS = 1;
  const LATEST_SECONDS = 3;
  let daemon;

  before(async () => (daemon = await Daemon.start({ 'body-timeout': SECONDS })));
  after(() => daemon.stop());

  /** Calls `send` on a new connection; a 408 must come when the time is over, and the connection end. */
  async function assertTimeout(path, headers, send) {
    const wire = await Wire.open(daemon.port);
    const startedAt = performance.now();
    wire.sendHead('POST', path, headers);
    const stop = send(wire);
    const response = await wire.response(LATEST_SECONDS);
    stop?.();
    assertError(response, 408, 'body_timeout', /did not arrive within 1 seconds.*--body-timeout/);
    const took = (performance.now() - startedAt) / 1000;
    assert.ok(took > SECONDS * 0.9 && took < LATEST_SECONDS, `${took} s`);
    await wire.receive('the end of the connection', () => false, LATEST_SECONDS);
    assert.equal((await daemon.logOf(response.headers['x-request-id'])).status, 408);
  }

  const drip = (piece) => (wire) => {
    const timer = setInterval(() => wire.send(piece), 100);
    return () => clearInterval(timer);
  };

  test('body_timeout__nothing_comes', () =>
    assertTimeout('/api/prove', { ...OCTETS, 'Content-Length': mazeWitness.length }, () => {}));

  test('body_timeout__half_comes', () =>
    assertTimeout('/api/prove', { ...OCTETS, 'Content-Length': mazeWitness.length }, (wire) => {
      wire.send(mazeWitness.subarray(0, mazeWitness.length / 2));
    }));

  test('body_timeout__it_drips', () =>
    assertTimeout('/api/prove', { ...OCTETS, 'Content-Length': mazeWitness.length }, drip(mazeWitness.subarray(0, 1))));

  test('body_timeout__it_drips_in_chunks', () =>
    assertTimeout('/api/prove', { ...OCTETS, 'Transfer-Encoding': 'chunked' }, drip('1\r\n\x1f\r\n')));

  test('body_timeout__chunks_never_end', () =>
    assertTimeout('/api/prove', { ...OCTETS, 'Transfer-Encoding': 'chunked' }, (wire) => {
      wire.sendChunk(mazeWitness);
    }));

  test('body_timeout__after_100_continue', async () => {
    const wire = await Wire.open(daemon.port);
    wire.sendHead('POST', '/api/prove', { ...OCTETS, 'Content-Length': 10, Expect: '100-continue' });
    const [interim, final] = await wire.responses(2, LATEST_SECONDS);
    assert.equal(interim.status, 100);
    assertError(final, 408, 'body_timeout');
    await wire.close();
  });

  test('body_timeout__of_verify', () =>
    assertTimeout('/api/verify', { 'Content-Type': 'application/json', 'Content-Length': 1000 }, drip(' ')));

  test('body_timeout__many_at_once_and_the_server_answers_others_meanwhile', async () => {
    const headers = { ...OCTETS, 'Content-Length': mazeWitness.length };
    const stalls = Array.from({ length: 50 }, () => assertTimeout('/api/prove', headers, drip(mazeWitness.subarray(0, 1))));
    assert.equal((await daemon.get('/api/health')).status, 200);
    await Promise.all(stalls);
  });

  test('a_proof_that_takes_longer_than_a_body_may__is_made', async (t) => {
    const slow = await Daemon.start({ 'body-timeout': SECONDS });
    t.after(() => slow.stop());
    const proofs = await Promise.all(Array.from({ length: 6 }, () => slow.prove(mazeWitness)));
    assert.deepEqual(proofs.map(({ status }) => status), new Array(6).fill(200));
  });

  test('a_client_that_leaves_in_the_midst_of_its_body__leaves_nothing_behind', async () => {
    for (const headers of [{ 'Content-Length': mazeWitness.length }, { 'Transfer-Encoding': 'chunked' }]) {
      const wire = await Wire.open(daemon.port);
      wire.sendHead('POST', '/api/prove', { ...OCTETS, ...headers }).send(mazeWitness.subarray(0, 100));
      await wire.close();
    }
    assert.equal((await daemon.get('/api/health')).status, 200);
  });
});

describe('sizes of a small circuit', () => {
  test('a_witness_far_past_its_circuit__is_refused_before_its_end', async (t) => {
    const daemon = await Daemon.start({ circuit: await squareCircuit() });
    t.after(() => daemon.stop());
    const { gzipped } = await squareWitness();
    const million = Array.from({ length: 100_000 }, (_, index) => [index, 1]);
    assertError(await daemon.prove(w.zip(w.encodeWitness(million))), 400, 'witness_count', /has 100000 values .* has 2 witnesses/);
    assert.equal((await daemon.prove(gzipped)).status, 200);
  });
});
