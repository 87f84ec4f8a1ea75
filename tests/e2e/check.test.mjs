// proverd --check, which a health check runs: asks the server that --listen names, and says by its exit status how it is.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon, runToEnd } from './lib/daemon.mjs';
import { FakeBb } from './lib/fake.mjs';
import { until } from './lib/wait.mjs';

const READY = 0;
const NOT_READY = 1;
const WRONG_OPTION = 2;

async function check(listen, { args = [], ...settings } = {}) {
  const { status, stdout, stderr } = await runToEnd(['--check', ...(listen ? ['--listen', listen] : []), ...args], settings);
  assert.equal(stdout, '');
  return { status, stderr };
}

/** Something other than proverd at a port of its own. */
async function serve(t, answer) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    answer(socket);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `127.0.0.1:${server.address().port}`;
}

async function assertNotReady(listen, reason, args) {
  const { status, stderr } = await check(listen, { args });
  assert.equal(status, NOT_READY, stderr);
  assert.match(stderr, /^proverd: not ready: .+\n$/);
  assert.match(stderr, reason);
}

describe('proverd --check', () => {
  test('a_server_that_is_ready__is_0_without_a_word', async (t) => {
    const daemon = await Daemon.start({ circuit: await squareCircuit() });
    t.after(() => daemon.stop());
    assert.deepEqual(await check(`127.0.0.1:${daemon.port}`), { status: READY, stderr: '' });
    const byVariable = await check(undefined, { env: { PROVERD_LISTEN: `127.0.0.1:${daemon.port}` } });
    assert.deepEqual(byVariable, { status: READY, stderr: '' });
  });

  // As a container's health check, which has the server's variables and not its options.
  test('without_listen__it_finds_the_server_beside_it', async (t) => {
    const daemon = await Daemon.start({ circuit: await squareCircuit() });
    t.after(() => daemon.stop());
    const beside = { tmp: daemon.tmp };
    assert.deepEqual(await check(undefined, beside), { status: READY, stderr: '' });
    const elsewhere = await check(undefined, { ...beside, env: { PROVERD_LISTEN: '127.0.0.1:1' } });
    assert.equal(elsewhere.status, NOT_READY, 'a server that was not started with this variable is another');
    assert.match(elsewhere.stderr, /127\.0\.0\.1 port 1:/);
    assert.equal((await check('127.0.0.1:1', beside)).status, NOT_READY, 'the option says which');
  });

  test('without_listen__an_option_of_the_server_wins_over_the_variable_of_both', async (t) => {
    const env = { PROVERD_LISTEN: '127.0.0.1:1' };
    for (const listen of ['127.0.0.1:0', '[::1]:0']) {
      const daemon = await Daemon.start({ circuit: await squareCircuit(), listen }, { env });
      t.after(() => daemon.stop());
      assert.deepEqual(await check(undefined, { tmp: daemon.tmp, env }), { status: READY, stderr: '' });
    }
  });

  test('without_listen__several_servers_or_a_dead_one_are_none', async () => {
    const circuit = await squareCircuit();
    const env = { PROVERD_LISTEN: '127.0.0.1:1' };
    const one = await Daemon.start({ circuit }, { env });
    const other = await Daemon.start({ circuit }, { env, tmp: one.tmp });
    assert.match((await check(undefined, { tmp: one.tmp, env })).stderr, /port 1:/);
    await other.abandon();
    assert.deepEqual(await check(undefined, { tmp: one.tmp, env }), { status: READY, stderr: '' });
    await one.abandon();
    assert.match((await check(undefined, { tmp: one.tmp, env })).stderr, /port 1:/);
  });

  test('the_wildcard_address__means_this_machine', async (t) => {
    for (const any of ['0.0.0.0', '[::]']) {
      const daemon = await Daemon.start({ circuit: await squareCircuit(), listen: `${any}:0` });
      t.after(() => daemon.stop());
      assert.deepEqual(await check(`${any}:${daemon.port}`), { status: READY, stderr: '' });
    }
  });

  test('a_server_that_takes_no_more_work__is_1_with_its_word_for_why', async (t) => {
    const fake = new FakeBb('hang');
    const daemon = await Daemon.start({ circuit: await squareCircuit(), bb: fake.path, 'prove-timeout': 60 });
    t.after(() => daemon.abandon());
    const proof = daemon.prove((await squareWitness()).gzipped).catch(() => {});
    await until('the proof is at work', async () => (await daemon.get('/api/ready')).json().jobsProcessing === 1);
    daemon.kill('SIGTERM');
    await until('it stops', async () => (await daemon.get('/api/ready')).status === 503);
    await assertNotReady(`127.0.0.1:${daemon.port}`, /status 503: stopping/);
    await daemon.abandon();
    await proof;
  });

  test('nobody_there__is_1', async () => {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    await assertNotReady(`127.0.0.1:${port}`, /Connection refused/);
  });

  test('no_answer_in_time__is_1', async (t) => {
    await assertNotReady(await serve(t, () => {}), /timed out/, ['--check-timeout', '1']);
  });

  test('an_answer_that_never_ends__is_given_up', async (t) => {
    const drip = (socket) => {
      const dripping = setInterval(() => socket.write('HTTP/1.1 200 OK\r\n'), 20);
      socket.on('close', () => clearInterval(dripping));
    };
    await assertNotReady(await serve(t, drip), /timed out/, ['--check-timeout', '1']);
  });

  test('what_is_no_answer__is_1', async (t) => {
    for (const answer of ['', 'SSH-2.0-OpenSSH\r\n', 'HTTP/1.1', 'HTTP/1.1 OK\r\n\r\n', '\0HTTP/1.1 200 OK\r\n\r\n']) {
      await assertNotReady(await serve(t, (socket) => socket.end(answer)), /does not speak HTTP/);
    }
  });

  test('another_status__is_1', async (t) => {
    const bodies = { '': '', 'Not ready': '', '{"message": 5}': '', '[]': '', '{"message": "try later"}': ': try later', '{"status": "busy"}': ': busy' };
    for (const [body, why] of Object.entries(bodies)) {
      const answer = `HTTP/1.1 503 Service Unavailable\r\n\r\n${body}`;
      await assertNotReady(await serve(t, (socket) => socket.end(answer)), new RegExp(`status 503${why}\n$`));
    }
  });

  test('an_address_that_is_none__is_told', async () => {
    await assertNotReady('no.such.host.test:80', /no\.such\.host\.test is no numeric address/);
    const { status, stderr } = await check('8080');
    assert.equal(status, WRONG_OPTION);
    assert.match(stderr, /--listen takes ADDR:PORT/);
  });
});
