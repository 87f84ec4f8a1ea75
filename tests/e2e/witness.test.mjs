// Witnesses that are wrong: each is refused with 400 and what to do, and none ever comes back as a proof.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { assertError, Wire } from './lib/http.mjs';
import { bbVerifies, publicInputsOf, squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import * as w from './lib/witness.mjs';
import { MODULUS, mazeEntries, mazeRaw, mazeWitness, zip } from './lib/witness.mjs';

const COUNT = mazeEntries.length;
const entry = (...entries) => w.encodeWitness(entries);
const withEntries = (change) => w.encodeWitness(change([...mazeEntries]));
const withValueBytes = (bytes, index = 7) => withEntries((entries) => entries.map(([i, v]) => [i, i === index ? bytes : v]));
const withValueEncoded = (encoded, index = 7) => {
  const marked = mazeEntries.map(([i, v]) => [i, i === index ? Buffer.from('here') : v]);
  const value = (bytes) => (bytes.length === 4 ? encoded : w.binary(bytes));
  return w.encodeStack([w.encodeItem(w.encodeMap(marked, { value }))]);
};
const flipped = (bytes, at) => {
  const copy = Buffer.from(bytes);
  copy[at < 0 ? copy.length + at : at] ^= 0xff;
  return copy;
};
const MAP = w.encodeMap(mazeEntries);
const compact = (...pieces) => Buffer.concat([Buffer.from([w.FORMAT_COMPACT]), ...pieces.map((piece) => Buffer.from(piece))]);

// [code, what the message says, { name: body }]
const GZIP_ROWS = [
  ['witness_gzip_truncated', /send the whole file/, {
    'first byte of gzip': mazeWitness.subarray(0, 1),
    'header of gzip': mazeWitness.subarray(0, 10),
    'half of the gzip': mazeWitness.subarray(0, mazeWitness.length / 2),
    'gzip without its last byte': mazeWitness.subarray(0, -1),
    'gzip without its CRC': mazeWitness.subarray(0, -8),
  }],
  ['witness_gzip_corrupt', /corrupt .*send the \.gz file/, {
    'gzip with a wrong CRC': flipped(mazeWitness, -8),
    'gzip with a wrong length': flipped(mazeWitness, -1),
    'gzip with a damaged middle': Buffer.concat([mazeWitness.subarray(0, 2000), randomBytes(16).fill(0xff), mazeWitness.subarray(2016)]),
    'gzip of another method': flipped(mazeWitness, 2),
    'only the magic number of gzip': Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(30, 0xff)]),
    'another second byte': Buffer.concat([Buffer.from([0x1f, 0x00]), mazeWitness.subarray(2)]),
  }],
  ['witness_trailing_bytes', /send one gzip file alone/, {
    'a byte after the gzip': Buffer.concat([mazeWitness, Buffer.from([0])]),
    'a newline after the gzip': Buffer.concat([mazeWitness, Buffer.from('\n')]),
    'a second gzip after the first': Buffer.concat([mazeWitness, mazeWitness]),
    'an empty gzip after the first': Buffer.concat([mazeWitness, gzipSync('')]),
  }],
  ['witness_trailing_bytes', /send the witness alone/, {
    'a byte after the witness in the gzip': zip(Buffer.concat([mazeRaw, Buffer.from([0])])),
    'a second witness in the gzip': zip(Buffer.concat([mazeRaw, mazeRaw])),
  }],
  ['witness_format', /format 1\b.*nargo and @noir-lang\/noir_js .*1\.0\.0-beta/, {
    'marker 1': zip(Buffer.concat([Buffer.from([1]), mazeRaw.subarray(1)])),
  }],
  ['witness_format', /nargo and @noir-lang\/noir_js .*1\.0\.0-beta/, {
    'marker 0': zip(Buffer.concat([Buffer.from([0]), mazeRaw.subarray(1)])),
    'marker 4': zip(Buffer.concat([Buffer.from([4]), mazeRaw.subarray(1)])),
    'marker 255': zip(Buffer.concat([Buffer.from([255]), mazeRaw.subarray(1)])),
    'no marker': zip(mazeRaw.subarray(1)),
    'the witness gzipped twice': zip(mazeWitness),
    'text in gzip': zip(Buffer.from('{"moves":[1,2,3]}')),
  }],
  ['witness_truncated', /send the whole file/, {
    'nothing in the gzip': gzipSync(''),
    'only the marker in the gzip': zip(mazeRaw.subarray(0, 1)),
    'half of the witness in the gzip': zip(mazeRaw.subarray(0, mazeRaw.length / 2)),
    'all but a byte of the witness in the gzip': zip(mazeRaw.subarray(0, -1)),
  }],
];

const CONTENT_ROWS = [
  ['witness_count', new RegExp(`has ${COUNT - 1} values .* has ${COUNT} witnesses`), {
    'a witness too few': withEntries((entries) => entries.slice(0, -1)),
  }],
  ['witness_count', new RegExp(`has ${COUNT + 1} values .* has ${COUNT} witnesses`), {
    'a witness too many': withEntries((entries) => [...entries, [COUNT, 0]]),
  }],
  ['witness_count', new RegExp(`has 0 values .* has ${COUNT} witnesses.*compiled circuit`), {
    'no witness at all': w.encodeWitness([]),
  }],
  ['witness_count', new RegExp(`has 1 values .* has ${COUNT} witnesses`), {
    'one witness': entry([0, 1]),
  }],
  ['witness_count', /has \d+ values .* witnesses/, {
    'a map that claims 4 billion': compact([0x91, 0x91, 0x92, 0x00, 0xdf, 0xff, 0xff, 0xff, 0xff], MAP.subarray(3)),
  }],
  ['witness_index_repeated', /witness index 0 is given twice/, {
    'the first index twice': withEntries((entries) => entries.map(([i, v]) => [i === 1 ? 0 : i, v])),
  }],
  ['witness_index_repeated', new RegExp(`witness index ${COUNT - 2} is given twice`), {
    'the last but one twice': withEntries((entries) => entries.map(([i, v]) => [i === COUNT - 1 ? COUNT - 2 : i, v])),
  }],
  ['witness_index_out_of_range', new RegExp(`witness index ${COUNT} is out of range: .* 0 to ${COUNT - 1}`), {
    'an index past the last': withEntries((entries) => entries.map(([i, v]) => [i === 5 ? COUNT : i, v])),
  }],
  ['witness_index_out_of_range', /witness index 4294967295 is out of range/, {
    'an index of 2^32 - 1': withEntries((entries) => entries.map(([i, v]) => [i === 5 ? 2 ** 32 - 1 : i, v])),
  }],
  ['witness_index_out_of_range', /witness index 18446744073709551615 is out of range/, {
    'an index of 2^64 - 1': withEntries((entries) => entries.map(([i, v]) => [i === 5 ? 2n ** 64n - 1n : i, v])),
  }],
  ['witness_index_out_of_range', /witness index 4294967296 is out of range/, {
    'an index of 2^32': withEntries((entries) => entries.map(([i, v]) => [i === 0 ? 2n ** 32n : i, v])),
  }],
  ['witness_value_not_canonical', /value of witness 7 is not a canonical field element.*below the BN254 scalar modulus/, {
    'the modulus': withValueBytes(w.word(MODULUS)),
    'the modulus and the right value': withValueBytes(w.word(MODULUS + mazeEntries.find(([i]) => i === 7)[1])),
    '2^256 - 1': withValueBytes(Buffer.alloc(32, 0xff)),
    '31 bytes': withValueBytes(Buffer.alloc(31)),
    '33 bytes': withValueBytes(Buffer.alloc(33)),
    'no bytes': withValueBytes(Buffer.alloc(0)),
    'text for bytes': withValueEncoded(w.text('text')),
    'a number for bytes': withValueEncoded(w.unsigned(1)),
    'nil for bytes': withValueEncoded(Buffer.from([0xc0])),
  }],
  ['witness_stack_items', /stack has 2 items .* has 1/, {
    'two stack items': w.encodeStack([w.encodeItem(MAP), w.encodeItem(MAP)]),
  }],
  ['witness_stack_items', /stack has 2 items/, { 'a stack without its struct': compact([0x91], w.encodeItem(MAP)) }],
  ['witness_stack_items', /stack has 0 items/, { 'no stack item': w.encodeStack([]) }],
  ['witness_malformed', /send the witness that nargo execute or noir_js made/, {
    'no MessagePack': compact([0xc1]),
    nil: compact([0xc0]),
    'a number': compact([5]),
    'bytes alone': compact(w.binary(Buffer.alloc(32))),
    'a map of the witness alone': compact(MAP),
    'an item alone': compact(w.encodeItem(MAP)),
    'an item without a map': compact([0x91, 0x91, 0x92, 0x00, 0x00]),
    'an item with two maps': compact([0x91, 0x91, 0x92], MAP, MAP),
    'an item of three': compact([0x91, 0x91, 0x93, 0x00], MAP, [0x00]),
    'deep nesting': compact(Buffer.alloc(10_000, 0x91)),
    'a key that is text': compact([0x91, 0x91, 0x92, 0x00, 0x81], w.text('key'), w.binary(Buffer.alloc(32))),
    'a value that is a list': compact([0x91, 0x91, 0x92, 0x00, 0x81, 0x00, 0x91, 0x00]),
    'a negative index': compact([0x91, 0x91, 0x92, 0x00, 0x81, 0xff], w.binary(Buffer.alloc(32))),
    'a list that claims 4 billion': compact([0x91, 0x91, 0xdd, 0xff, 0xff, 0xff, 0xff]),
  }],
];

const RAW_ROWS = [
  ['body_empty', /the body is empty; send the witness/, { nothing: Buffer.alloc(0) }],
  ['witness_not_recognised', /neither gzip nor a Noir witness; send the file target\/\*\.gz/, {
    text: Buffer.from('hello'),
    JSON: Buffer.from('{"witness": []}'),
    'base64 of the gzip': Buffer.from(mazeWitness.toString('base64')),
    'hex of the gzip': Buffer.from(mazeWitness.toString('hex')),
    'zlib instead of gzip': deflateSync(mazeRaw),
    'deflate instead of gzip': Buffer.concat([Buffer.from([0xed]), deflateRawSync(mazeRaw).subarray(1)]),
    'random bytes': Buffer.concat([Buffer.from([0xa7]), randomBytes(1000)]),
    'zeros': Buffer.alloc(1000),
    'a multipart form': Buffer.from('--x\r\nContent-Disposition: form-data; name="witness"\r\n\r\n'),
  }],
  ['witness_trailing_bytes', /send the witness alone/, {
    'a byte after the raw witness': Buffer.concat([mazeRaw, Buffer.from([0])]),
    'a second raw witness': Buffer.concat([mazeRaw, mazeRaw]),
  }],
  ['witness_truncated', /send the whole file/, {
    'only the marker': mazeRaw.subarray(0, 1),
    'half of the raw witness': mazeRaw.subarray(0, mazeRaw.length / 2),
    'all but a byte of the raw witness': mazeRaw.subarray(0, -1),
  }],
];

function casesOf(rows) {
  return rows.flatMap(([code, message, bodies]) => Object.entries(bodies).map(([name, body]) => ({ code, message, name, body })));
}

const zipped = (cases) => cases.map((one) => ({ ...one, name: `${one.name}, gzipped`, body: zip(one.body) }));

describe('a wrong witness', () => {
  let daemon;

  before(async () => (daemon = await Daemon.start()));
  after(() => daemon.stop());

  const contentCases = casesOf(CONTENT_ROWS);
  const cases = [...casesOf(GZIP_ROWS), ...casesOf(RAW_ROWS), ...contentCases, ...zipped(contentCases)];

  for (const { code, message, name, body } of cases) {
    test(`${code}__${name.replace(/[^\w^-]+/g, '_')}`, async () => {
      const response = await daemon.prove(body);
      assertError(response, 400, code, message);
      const line = await daemon.logOf(response.headers['x-request-id']);
      assert.deepEqual([line.status, line.code, line.prove_ms, line.verify_ms], [400, code, 0, 0], 'bb never saw it');
    });
  }

  test('answers__are_the_same_when_the_body_comes_byte_by_byte_in_chunks', async () => {
    const sample = new Map(cases.filter(({ body }) => body.length > 0 && body.length < 3000).map((one) => [one.code, one]));
    assert.ok(sample.size >= 6, [...sample.keys()].join());
    for (const { code, message, body } of sample.values()) {
      const wire = await Wire.open(daemon.port);
      wire.sendHead('POST', '/api/prove', { 'Transfer-Encoding': 'chunked', Connection: 'close' });
      for (const byte of body) wire.sendChunk(Buffer.from([byte]));
      wire.send('0\r\n\r\n');
      assertError(await wire.response(), 400, code, message);
      await wire.close();
    }
  });

  test('the_daemon__proves_as_ever_after_all_this', async () => {
    const response = await daemon.prove(mazeWitness);
    assert.equal(response.status, 200);
    assert.ok(await bbVerifies(response.body, publicInputsOf(response)));
    assert.equal(daemon.events('bb child ended').length, 0, 'and bb has not suffered');
  });
});

for (const engine of ['pool', 'cli']) {
  describe(`a witness that does not satisfy the circuit, with --engine ${engine}`, () => {
    let daemon;

    before(async () => (daemon = await Daemon.start({ engine })));
    after(() => daemon.stop());

    async function assertUnsatisfied(raw) {
      const message = /does not satisfy circuit circuit.*execute the circuit again/;
      assertError(await daemon.prove(zip(raw)), 400, 'witness_unsatisfied', message);
    }

    test('witness_unsatisfied__another_move', () =>
      assertUnsatisfied(w.encodeWitness(w.withValues(mazeEntries, { 0: (mazeEntries[0][1] + 1n) % 4n }))));

    test('witness_unsatisfied__another_seed', () =>
      assertUnsatisfied(w.encodeWitness(w.withValues(mazeEntries, { 250: mazeEntries[250][1] + 1n }))));

    test('witness_unsatisfied__all_zero', () =>
      assertUnsatisfied(w.encodeWitness(mazeEntries.map(([index]) => [index, 0]))));

    test('witness_unsatisfied__all_the_greatest_value', () =>
      assertUnsatisfied(w.encodeWitness(mazeEntries.map(([index]) => [index, MODULUS - 1n]))));

    test('witness_unsatisfied__a_value_left_out', async () => {
      const response = await daemon.prove(w.encodeWitness(mazeEntries.filter(([index]) => index !== 0)));
      assert.equal(response.status, 400, 'bb would take it for zero');
      assert.match(response.json().code, /^witness_(count|unsatisfied)$/);
    });

    test('any_single_change__is_never_a_proof_that_does_not_verify', async () => {
      for (let i = 0; i < 4; i++) {
        const index = randomBytes(4).readUInt32BE() % COUNT;
        const value = BigInt(`0x${randomBytes(31).toString('hex')}`);
        const response = await daemon.prove(w.encodeWitness(w.withValues(mazeEntries, { [index]: value })));
        const told = `index ${index}, value ${value}: ${response.status}`;
        if (response.status === 200) assert.ok(await bbVerifies(response.body, publicInputsOf(response)), told);
        else assert.equal(response.json().code, 'witness_unsatisfied', told);
      }
    });

    test('the_next_right_one__is_proven', async () => {
      const response = await daemon.prove(mazeWitness);
      assert.equal(response.status, 200);
      assert.ok(await bbVerifies(response.body, publicInputsOf(response)));
    });
  });
}

describe('witnesses of format 2, structs as maps', () => {
  /** bb 5.0.0 reads lists only, whatever the marker: so it is proven, or refused as a format; no more, no less. */
  async function assertProvenOrRefused(daemon, raw, circuit) {
    const response = await daemon.prove(raw);
    if (response.status === 200) assert.ok(await bbVerifies(response.body, publicInputsOf(response), circuit));
    else assertError(response, 400, 'witness_format', /nargo|noir_js/);
  }

  test('a_small_one__is_proven_or_refused', async (t) => {
    const circuit = await squareCircuit();
    const daemon = await Daemon.start({ circuit });
    t.after(() => daemon.stop());
    const { x, y } = await squareWitness();
    await assertProvenOrRefused(daemon, w.encodeNamedWitness([[0, x], [1, y]]), circuit);
  });

  test('one_longer_than_a_buffer__is_proven_or_refused', async (t) => {
    const daemon = await Daemon.start();
    t.after(() => daemon.stop());
    const named = w.encodeNamedWitness(mazeEntries);
    assert.ok(named.length > 40_000);
    await assertProvenOrRefused(daemon, zip(named));
    await assertProvenOrRefused(daemon, named);
  });
});

describe('witnesses of another circuit', () => {
  test('witness_count__says_both_numbers', async (t) => {
    const daemon = await Daemon.start({ circuit: await squareCircuit() });
    t.after(() => daemon.stop());
    const { gzipped } = await squareWitness();
    assert.equal((await daemon.prove(gzipped)).status, 200);
    assertError(await daemon.prove(mazeWitness), 400, 'witness_count', /but this circuit has 2 witnesses/);
  });
});
