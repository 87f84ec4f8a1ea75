// Clients that are slow on purpose: each phase of a connection has a deadline that no dripping moves.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bbVerifies, publicInputsOf, squareCircuit } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { Drippers, DRIPS } from './lib/drippers.mjs';
import { assertError, Wire } from './lib/http.mjs';
import { descriptorsOf } from './lib/processes.mjs';
import { until } from './lib/wait.mjs';
import { mazeRaw, mazeWitness } from './lib/witness.mjs';

/** Seconds until a connection on which `send` has been done ends. */
async function secondsOf(wire, send, most) {
  const startedAt = performance.now();
  const timer = setInterval(() => wire.ended || send(wire), 100);
  await wire.receive('the end of the connection', () => false, most);
  clearInterval(timer);
  return (performance.now() - startedAt) / 1000;
}

describe('headers that do not come', () => {
  const SECONDS = 1;
  const LATEST_SECONDS = 5;
  let daemon;

  before(async () => (daemon = await Daemon.start({ circuit: await squareCircuit(), 'header-timeout': SECONDS })));
  after(() => daemon.stop());

  async function assertHeaderTimeout(wire, seconds) {
    const [response] = await wire.responses(1);
    assertError(response, 408, 'header_timeout', /headers did not arrive within 1 seconds.*--header-timeout/);
    assert.equal(response.headers.connection, 'close');
    assert.ok(seconds > SECONDS * 0.9 && seconds < LATEST_SECONDS, `${seconds} s`);
    await until('it is logged', () => daemon.events('request without end of headers')
      .some((line) => line.request_id === response.headers['x-request-id']));
  }

  for (const [name, start] of Object.entries({
    in_the_request_line: 'GET /api',
    in_a_header: DRIPS.headers.head,
    between_headers: 'GET /api HTTP/1.1\r\nHost: test\r\n',
  })) {
    test(`header_timeout__stalled_${name}`, async () => {
      const wire = (await Wire.open(daemon.port)).send(start);
      await assertHeaderTimeout(wire, await secondsOf(wire, () => {}, LATEST_SECONDS));
    });

    test(`header_timeout__dripped_${name}`, async () => {
      const wire = (await Wire.open(daemon.port)).send(start);
      await assertHeaderTimeout(wire, await secondsOf(wire, () => wire.send('a'), LATEST_SECONDS));
    });
  }

  test('header_timeout__of_a_second_request', async () => {
    const wire = await Wire.open(daemon.port);
    wire.sendHead('GET', '/api/health');
    await wire.responses(1);
    wire.send('GET /api');
    await wire.receive('the end of the connection', () => false, LATEST_SECONDS);
    const [, late] = await wire.responses(2);
    assertError(late, 408, 'header_timeout');
  });

  test('a_connection_that_never_sends__ends_without_an_answer', async () => {
    const wire = await Wire.open(daemon.port);
    const seconds = await secondsOf(wire, () => {}, LATEST_SECONDS);
    assert.equal(wire.received, '');
    assert.ok(seconds > SECONDS * 0.9, `${seconds} s`);
  });

  test('idle_timeout__ends_a_connection_that_has_had_its_answer', async (t) => {
    const hasty = await Daemon.start({ circuit: await squareCircuit(), 'idle-timeout': 1 });
    t.after(() => hasty.stop());
    const wire = await Wire.open(hasty.port);
    wire.sendHead('GET', '/api/health');
    await wire.responses(1);
    const seconds = await secondsOf(wire, () => {}, LATEST_SECONDS);
    await wire.responses(1); // and nothing behind it
    assert.ok(seconds > 0.9, `${seconds} s`);
  });

  test('a_connection_between_two_requests__may_idle_for_longer', async () => {
    const idle = await Wire.open(daemon.port);
    idle.sendHead('GET', '/api/health');
    await idle.responses(1);
    for (const clock of [1, 2]) await secondsOf(await Wire.open(daemon.port), () => {}, clock * LATEST_SECONDS);
    assert.ok(!idle.ended);
    idle.sendHead('GET', '/api/health');
    const [, again] = await idle.responses(2);
    assert.equal(again.status, 200);
    await idle.close();
  });
});

describe('a body that comes too slowly', () => {
  const RATE = 1024;
  const head = { 'Content-Type': 'application/octet-stream', 'Content-Length': mazeWitness.length };

  test('min_body_rate__a_drip_is_a_408_long_before_the_body_timeout', async (t) => {
    const daemon = await Daemon.start({ 'min-body-rate': RATE });
    t.after(() => daemon.stop());
    const wire = await Wire.open(daemon.port);
    wire.sendHead('POST', '/api/prove', head);
    const seconds = await secondsOf(wire, () => wire.send(mazeWitness.subarray(0, 1)), 15);
    assertError((await wire.responses(1))[0], 408, 'body_timeout', /slower than 1024 bytes a second.*--min-body-rate/);
    assert.ok(seconds > 4.9 && seconds < 12, `${seconds} s`);
  });

  test('min_body_rate__a_pace_above_it_is_waited_for', async (t) => {
    const daemon = await Daemon.start({ 'min-body-rate': RATE });
    t.after(() => daemon.stop());
    const wire = await Wire.open(daemon.port);
    const size = 500; // each 100 ms
    assert.ok(size * 10 > RATE * 3 && mazeRaw.length / size / 10 > 7, `${mazeRaw.length} bytes`);
    wire.sendHead('POST', '/api/prove', { ...head, 'Content-Length': mazeRaw.length });
    let at = 0;
    const timer = setInterval(() => {
      wire.send(mazeRaw.subarray(at, at + size));
      at += size;
    }, 100);
    const response = await wire.response(30);
    clearInterval(timer);
    assert.equal(response.status, 200, wire.received.slice(0, 500));
    await wire.close();
  });
});

describe('an answer that is not taken', () => {
  test('send_timeout__ends_the_connection', async (t) => {
    const daemon = await Daemon.start({ circuit: await squareCircuit(), 'send-timeout': 1 });
    t.after(() => daemon.stop());
    const sockets = () => descriptorsOf(daemon.pid).filter((name) => name.startsWith('socket:')).length;
    const before = sockets();
    const wire = await Wire.open(daemon.port);
    wire.socket.pause();
    // More than the buffers of both sides hold.
    for (let i = 0; i < 400; i++) wire.sendHead('GET', '/api/openapi.json');
    await until('it is connected', () => sockets() > before);
    await until('it is closed', () => sockets() <= before, 20);
    wire.socket.resume();
    await wire.close();
  });
});

describe('a crowd of drippers', () => {
  const COUNT = 500;

  test('good_clients__are_served_and_the_crowd_is_gone_by_its_deadline', async (t) => {
    const daemon = await Daemon.start({ 'header-timeout': 5, 'body-timeout': 5 });
    t.after(() => daemon.stop());
    const crowds = await Promise.all(['headers', 'body'].map((kind) => Drippers.open(daemon.port, kind, COUNT)));
    t.after(() => Promise.all(crowds.map((crowd) => crowd.close())));
    const response = await daemon.prove(mazeWitness);
    assert.ok(crowds.every(({ open }) => open === COUNT), `${crowds.map(({ open }) => open)} open`);
    assert.equal(response.status, 200);
    assert.ok(await bbVerifies(response.body, publicInputsOf(response)));
    for (const crowd of crowds) {
      const seconds = await crowd.gone(30);
      assert.ok(seconds < 15, `gone after ${seconds} s`);
      for (const wire of crowd.wires) assert.match(wire.received, /^HTTP\/1\.1 408 /);
    }
    assert.equal((await daemon.prove(mazeWitness)).status, 200);
  });
});

describe('connections', () => {
  test('max_connections__more_wait_until_one_ends', async (t) => {
    const daemon = await Daemon.start({ circuit: await squareCircuit(), 'max-connections': 2 });
    t.after(() => daemon.stop());
    const wires = await Promise.all([1, 2, 3].map(() => Wire.open(daemon.port)));
    for (const wire of wires) wire.sendHead('GET', '/api/health');
    const answered = () => wires.filter(({ received }) => received !== '');
    await until('two are answered', () => answered().length === 2);
    const served = answered();
    assert.equal(served.length, 2, 'and the third is not');
    await served[0].close();
    await until('the third is answered', () => answered().length === 3);
    await Promise.all(wires.map((wire) => wire.close()));
  });

  test('max_connections_per_address__more_are_closed', async (t) => {
    const daemon = await Daemon.start({ circuit: await squareCircuit(), 'max-connections-per-address': 2 });
    t.after(() => daemon.stop());
    const wires = await Promise.all([1, 2].map(() => Wire.open(daemon.port)));
    for (const wire of wires) {
      wire.sendHead('GET', '/api/health');
      assert.equal((await wire.response()).status, 200);
    }
    const third = await Wire.open(daemon.port);
    await third.receive('the end of the connection', () => false, 5);
    assert.equal(third.received, '');
    await Promise.all(wires.map((wire) => wire.close()));
  });

  test('few_descriptors__are_kept_for_proofs_and_a_warning_says_so', async (t) => {
    const launcher = ['sh', '-c', 'ulimit -n 120; exec "$@"', 'sh'];
    const daemon = await Daemon.start({}, { launcher });
    t.after(() => daemon.stop());
    const [warning] = daemon.events('fewer connections than --max-connections: raise the limit of open files');
    assert.equal(warning.open_files, 120);
    const idle = await Promise.all(Array.from({ length: warning.connections - 1 }, () => Wire.open(daemon.port)));
    for (const pid of daemon.children()) process.kill(pid, 'SIGKILL'); // the next proof needs new pipes
    assert.equal((await daemon.prove(mazeWitness)).status, 200);
    await Promise.all(idle.map((wire) => wire.close()));
  });
});
