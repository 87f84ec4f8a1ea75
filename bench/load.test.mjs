// The clients: what they count, and that they stop.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import { drive, HttpProver, Refused } from './load.mjs';

const TIMER = 0.005; // Node's timers know whole milliseconds, and drop the rest
const SHORT = { issueSeconds: 0.05, capSeconds: 0.1, longestSeconds: 0.2 };

/** Never gives a proof; ends when it is called off. */
function hang(client, signal) {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

test('drive__has_each_client_ask_again_until_the_time_is_over', async () => {
  const asked = [0, 0, 0];
  const result = await drive(async (client) => new Promise((resolve) => setImmediate(resolve, asked[client]++)), { ...SHORT, clients: 3 });
  assert.ok(asked.every((count) => count > 1), `${asked}`);
  assert.equal(result.latencies.length, asked[0] + asked[1] + asked[2]);
  assert.ok(result.seconds >= SHORT.issueSeconds);
  assert.deepEqual([result.errors, result.refused, result.unfinished, result.cut], [0, 0, 0, false]);
});

test('drive__tells_errors_from_refusals', async () => {
  const kinds = [() => Promise.reject(new Error('broken')), () => Promise.reject(new Refused(60)), () => Promise.resolve()];
  const result = await drive((client) => kinds[client](), { ...SHORT, issueSeconds: 0, clients: 3 });
  assert.deepEqual([result.errors, result.refused, result.latencies.length], [1, 1, 1]);
  assert.deepEqual(result.messages, ['broken']);
});

test('drive__gives_up_when_nothing_comes', async () => {
  const result = await drive(hang, { ...SHORT, clients: 4 });
  assert.deepEqual([result.unfinished, result.errors, result.latencies.length, result.cut], [4, 0, 0, true]);
  assert.ok(result.seconds >= SHORT.longestSeconds - TIMER, `${result.seconds} s`);
});

test('drive__cuts_what_is_under_way_at_the_cap', async () => {
  const result = await drive((client, signal) => (client === 0 ? Promise.resolve() : hang(client, signal)), { ...SHORT, issueSeconds: 0, longestSeconds: 3600, clients: 2 });
  assert.deepEqual([result.unfinished, result.latencies.length, result.cut], [1, 1, true]);
  assert.ok(result.seconds >= SHORT.capSeconds - TIMER, `${result.seconds} s`);
});

test('http_prover__gives_the_proof_the_refusal_or_the_error', async (context) => {
  const answers = [[200, {}, 'proof'], [429, { 'Retry-After': '7' }, '{}'], [500, {}, 'what was wrong']];
  const bodies = [];
  const server = createServer(async (request, response) => {
    const body = [];
    for await (const bytes of request) body.push(bytes);
    bodies.push(Buffer.concat(body).toString());
    const [status, headers, text] = answers.shift();
    response.writeHead(status, headers).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const prover = new HttpProver(server.address().port);
  context.after(() => [prover.close(), server.close()]);
  assert.equal((await prover.prove(Buffer.from('w1'))).toString(), 'proof');
  await assert.rejects(prover.prove(Buffer.from('w2')), (error) => error instanceof Refused && error.retryAfterSeconds === 7);
  await assert.rejects(prover.prove(Buffer.from('w3')), /status 500: what was wrong/);
  assert.deepEqual(bodies, ['w1', 'w2', 'w3']);
});
