// script/crs, against a small server and made-up points: the sizes are the real ones, the sha256 is of what is made up.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Fixture } from './fixture.mjs';

const PREFIX = 8193 * 32;

// Bytes that look like nothing else: SHA-256 of a counter.
function madeUp(name, length) {
  const blocks = [];
  for (let i = 0; i * 32 < length; i++) blocks.push(createHash('sha256').update(`${name} ${i}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

const POINTS = madeUp('compressed', 3 * PREFIX);
const UNCOMPRESSED = madeUp('uncompressed', 8192 * 64);
const G2 = madeUp('g2', 128);
const NAMES = ['bn254_g1_compressed.dat', 'bn254_g2.dat'];

let fixture;
let server;

beforeEach(() => {
  fixture = new Fixture('crs');
  const pins = [
    [POINTS.subarray(0, PREFIX), 'bn254_g1_compressed.dat'],
    [UNCOMPRESSED, 'bn254_g1.dat'],
    [G2, 'bn254_g2.dat'],
  ];
  const rows = pins.map(([bytes, name]) => `${createHash('sha256').update(bytes).digest('hex')} ${bytes.length} ${name}\n`);
  fixture.write('script/crs.sha256', rows.join(''));
});

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  fixture.remove();
});

// Serves by `answer(request, response, range)` and counts what was asked; resolves to the base URL.
async function serve(answer) {
  server = createServer((request, response) => {
    server.asked.push(request.url);
    const range = /^bytes=0-(\d+)$/.exec(request.headers.range);
    answer(request, response, range && Number(range[1]) + 1);
  });
  server.asked = [];
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

function serveRange(request, response, range) {
  const whole = request.url === '/g2.dat' ? G2 : POINTS;
  response.writeHead(206);
  response.end(whole.subarray(0, range));
}

function fill(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}

function cached(name) {
  return readFileSync(join(fixture.root, '.cache/crs', name));
}

function assertNothingLeft() {
  const cache = join(fixture.root, '.cache');
  assert.deepEqual(existsSync(cache) ? readdirSync(cache) : [], []);
}

test('downloads the prefix and no more, with ranges', async () => {
  const url = await serve(serveRange);
  const { status, output } = await fixture.run('crs', [], { PROVERD_CRS_URL: url });
  assert.equal(status, 0, output);
  assert.deepEqual(server.asked, ['/g1_compressed.dat', '/g2.dat']);
  assert.deepEqual(cached(NAMES[0]), POINTS.subarray(0, PREFIX));
  assert.deepEqual(cached(NAMES[1]), G2);
  assert.deepEqual(readdirSync(join(fixture.root, '.cache')), ['crs']);
});

test('does nothing the second time', async () => {
  const url = await serve(serveRange);
  await fixture.run('crs', [], { PROVERD_CRS_URL: url });
  server.asked.length = 0;
  const { status } = await fixture.run('crs', [], { PROVERD_CRS_URL: url });
  assert.equal(status, 0);
  assert.deepEqual(server.asked, []);
});

test('stops a server that ignores the range and never ends', async () => {
  let sent = 0;
  const url = await serve((request, response) => {
    response.writeHead(200);
    const chunk = Buffer.alloc(65536, 7);
    let first = request.url === '/g2.dat' ? G2 : POINTS;
    const more = () => {
      while (!response.destroyed) {
        const bytes = first ?? chunk;
        first = undefined;
        sent += bytes.length;
        if (!response.write(bytes)) break;
      }
    };
    response.on('drain', more);
    more();
  });
  const { status, output } = await fixture.run('crs', [], { PROVERD_CRS_URL: url });
  assert.equal(status, 0, output);
  assert.deepEqual(cached(NAMES[0]), POINTS.subarray(0, PREFIX));
  assert.deepEqual(cached(NAMES[1]), G2);
  assert.ok(sent < 32 * 1024 * 1024, `${sent} bytes were sent`);
});

test('refuses wrong bytes and leaves nothing', async () => {
  const wrong = Buffer.from(POINTS);
  wrong[1000] ^= 1;
  const url = await serve((request, response, range) => response.writeHead(206).end(wrong.subarray(0, range)));
  const { status, output } = await fixture.run('crs', [], { PROVERD_CRS_URL: url });
  assert.equal(status, 1);
  assert.match(output, /g1_compressed\.dat is not Aztec's CRS: the sha256 of its first 262176 bytes is [0-9a-f]{64}/);
  assert.match(output, /g1_compressed\.dat could not be copied or downloaded/);
  assert.equal(server.asked.length, 1, 'the same wrong bytes were asked for again');
  assertNothingLeft();
});

test('refuses an answer that is whole but short', async () => {
  const url = await serve((request, response) => response.writeHead(206).end(POINTS.subarray(0, 1000)));
  const { status, output } = await fixture.run('crs', [], { PROVERD_CRS_URL: url });
  assert.equal(status, 1);
  assert.match(output, /too short: 1000 bytes, and 262176 are needed/);
  assertNothingLeft();
});

test('asks again after an answer that breaks off', async () => {
  let broken = 0;
  const url = await serve((request, response, range) => {
    if (request.url === '/g1_compressed.dat' && broken++ === 0) {
      response.writeHead(206, { 'content-length': range });
      response.write(POINTS.subarray(0, 5000), () => response.destroy());
      return;
    }
    serveRange(request, response, range);
  });
  const { status, output } = await fixture.run('crs', [], { PROVERD_CRS_URL: url });
  assert.equal(status, 0, output);
  assert.deepEqual(server.asked, ['/g1_compressed.dat', '/g1_compressed.dat', '/g2.dat']);
  assert.deepEqual(cached(NAMES[0]), POINTS.subarray(0, PREFIX));
});

test('says which file is missing and what to do when nobody answers', async () => {
  const { status, output } = await fixture.run('crs', [], { PROVERD_CRS_URL: 'http://127.0.0.1:1' });
  assert.equal(status, 1);
  assert.match(output, /Failed to connect/);
  assert.match(output, /g1_compressed\.dat could not be copied or downloaded/);
  assert.match(output, /CRS_PATH=that\/folder script\/crs/);
  assertNothingLeft();
});

test('tries the second host when the first has no such file', async () => {
  const url = await serve((request, response, range) => {
    if (request.url.startsWith('/first/')) return response.writeHead(404).end('no');
    request.url = request.url.replace('/second', '');
    serveRange(request, response, range);
  });
  const { status, output } = await fixture.run('crs', [], { PROVERD_CRS_URL: `${url}/first ${url}/second` });
  assert.equal(status, 0, output);
  assert.match(output, /failed: .*404/);
  assert.deepEqual(cached(NAMES[0]), POINTS.subarray(0, PREFIX));
});

test('copies only the prefix from CRS_PATH and writes nothing there', async () => {
  const folder = fill(join(fixture.folder, 'given'), { [NAMES[0]]: POINTS, [NAMES[1]]: G2 });
  const { status, output } = await fixture.run('crs', [], { CRS_PATH: folder });
  assert.equal(status, 0, output);
  assert.match(output, /copied 8193 points from .*given/);
  assert.deepEqual(cached(NAMES[0]), POINTS.subarray(0, PREFIX));
  assert.deepEqual(readdirSync(folder).sort(), [...NAMES].sort());
});

test('takes uncompressed points too', async () => {
  fill(join(fixture.home, '.bb-crs'), { 'bn254_g1.dat': UNCOMPRESSED, [NAMES[1]]: G2 });
  const { status, output } = await fixture.run('crs');
  assert.equal(status, 0, output);
  assert.deepEqual(cached('bn254_g1.dat'), UNCOMPRESSED);
});

test('passes over short, corrupt and absent folders, each with its line', async () => {
  const corrupt = Buffer.from(POINTS);
  corrupt[PREFIX - 1] ^= 0x80;
  fill(join(fixture.home, '.bb-crs'), { [NAMES[0]]: corrupt, [NAMES[1]]: G2 });
  fill(join(fixture.folder, 'shared/crs'), { [NAMES[0]]: POINTS.subarray(0, PREFIX - 32), [NAMES[1]]: G2 });
  const url = await serve(serveRange);
  const { status, output } = await fixture.run('crs', [], { CRS_PATH: '/nowhere', PROVERD_CRS_URL: url });
  assert.equal(status, 0, output);
  assert.match(output, /skipped \/nowhere: there is no such folder/);
  assert.match(output, /skipped .*\.bb-crs: bn254_g1_compressed\.dat is not Aztec's CRS/);
  assert.match(output, /skipped \.\.\/shared\/crs: bn254_g1_compressed\.dat is too short: 262144 bytes/);
  assert.deepEqual(cached(NAMES[0]), POINTS.subarray(0, PREFIX));
});

test('replaces its own copy when that is corrupt', async () => {
  fill(join(fixture.root, '.cache/crs'), { [NAMES[0]]: Buffer.alloc(PREFIX), [NAMES[1]]: G2 });
  fill(join(fixture.folder, 'shared/crs'), { [NAMES[0]]: POINTS, [NAMES[1]]: G2 });
  const { status, output } = await fixture.run('crs');
  assert.equal(status, 0, output);
  assert.match(output, /skipped \.cache\/crs: bn254_g1_compressed\.dat is not Aztec's CRS/);
  assert.deepEqual(cached(NAMES[0]), POINTS.subarray(0, PREFIX));
});

test('leaves no file of the old copy beside the new one', async () => {
  fill(join(fixture.root, '.cache/crs'), { [NAMES[0]]: Buffer.alloc(PREFIX), [NAMES[1]]: G2 });
  fill(join(fixture.folder, 'shared/crs'), { 'bn254_g1.dat': UNCOMPRESSED, [NAMES[1]]: G2 });
  const { status, output } = await fixture.run('crs');
  assert.equal(status, 0, output);
  assert.deepEqual(readdirSync(join(fixture.root, '.cache/crs')), ['bn254_g1.dat', NAMES[1]]);
});

test('gets as many points as --points says, compressed', async () => {
  const folder = fill(join(fixture.folder, 'given'), { [NAMES[0]]: POINTS, [NAMES[1]]: G2 });
  const { status, output } = await fixture.run('crs', ['--points', '10001'], { CRS_PATH: folder });
  assert.equal(status, 0, output);
  assert.deepEqual(cached(NAMES[0]), POINTS.subarray(0, 10_001 * 32));
  assert.match((await fixture.run('crs', ['--points', '8193'])).output, /holds the points/, 'fewer are there as well');
});

test('refuses a --points that is none, or too few', async () => {
  for (const args of [['--points'], ['--points', ''], ['--points', 'many'], ['--points', '8192'], ['--points', '-9000']]) {
    const { status, output } = await fixture.run('crs', args);
    assert.equal(status, 1, output);
    assert.match(output, /--points takes/);
  }
});

test('goes on without the G2 point, which bb has built in, and says so', async () => {
  const folder = fill(join(fixture.folder, 'given'), { [NAMES[0]]: POINTS });
  const { status, output } = await fixture.run('crs', [], { CRS_PATH: folder, PROVERD_CRS_URL: 'http://127.0.0.1:1' });
  assert.equal(status, 0, output);
  assert.match(output, /going on without bn254_g2\.dat/);
  assert.deepEqual(readdirSync(join(fixture.root, '.cache/crs')), [NAMES[0]]);
});
