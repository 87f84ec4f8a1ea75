// The suite `bad-requests`: many requests, most of which are wrong in some way, at a proverd with its defaults, and the
// memory of the daemon itself meanwhile: what is its own, without its provers and the files that it shares.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { encodeWitness, MODULUS } from '../tests/e2e/lib/witness.mjs';
import { prepareCircuit } from './circuits.mjs';
import { machineFacts, versionFacts } from './machine.mjs';
import { memoryOf } from './processes.mjs';
import { Progress } from './progress.mjs';
import { textBadRequests } from './report.mjs';
import { startProverd } from './systems.mjs';

const SAMPLES = 200;
const WARM_SHARE = 0.1; // of the requests; the memory then is what the rest is compared with
const WITNESS_TYPE = 'application/octet-stream';
const LARGEST_BODY = 1 << 25; // what proverd takes by default
const GROWTH_AIM = 256 << 10; // a page or two of each of malloc's bins, and no more

/** Requests by kind, with how many of a thousand are of it and the status that answers them; null: nobody waits for one. */
function kinds(witnesses) {
  const [good] = witnesses;
  const raw = gunzipSync(good);
  const prove = (body, headers = {}) => ({ method: 'POST', path: '/api/prove', body, headers: { 'Content-Type': WITNESS_TYPE, ...headers } });
  const wrong = Buffer.from(raw);
  wrong[wrong.length - 1] ^= 1; // the last value: no path through the maze any more
  const bomb = gzipSync(Buffer.alloc(1 << 22));
  const random = (bytes) => randomBytes(bytes).toString('hex');
  return [
    { name: 'a right witness', weight: 1, status: 200, make: (place) => prove(witnesses[place % witnesses.length]) },
    { name: 'a witness that satisfies nothing', weight: 1, status: 400, make: () => prove(gzipSync(wrong)) },
    { name: 'random bytes', weight: 150, status: 400, make: () => prove(randomBytes(1000)) },
    { name: 'no body', weight: 100, status: 400, make: () => prove(Buffer.alloc(0)) },
    { name: 'a gzip cut off', weight: 100, status: 400, make: () => prove(good.subarray(0, Math.floor(Math.random() * (good.length - 20)) + 10)) },
    { name: 'bytes behind the gzip', weight: 60, status: 400, make: () => prove(Buffer.concat([good, randomBytes(16)])) },
    { name: "another circuit's witness", weight: 100, status: 400, make: () => prove(encodeWitness([[0, 1], [1, 2]])) },
    { name: 'a value past the modulus', weight: 60, status: 400, make: () => prove(encodeWitness([[0, MODULUS]])) },
    { name: 'zeros that unzip to a thousand times as many', weight: 10, status: 400, make: () => prove(bomb) },
    { name: 'a length past the limit', weight: 20, status: 413, make: () => prove(undefined, { 'Content-Length': LARGEST_BODY + 1, Expect: '100-continue' }) },
    { name: 'a wrong media type', weight: 50, status: 415, make: () => prove(good, { 'Content-Type': 'image/png' }) },
    { name: 'an unknown target', weight: 50, status: 400, make: () => ({ ...prove(good), path: `/api/prove?verifierTarget=${random(8)}` }) },
    { name: 'an unknown circuit', weight: 80, status: 404, make: () => ({ ...prove(good), path: `/api/circuits/${random(8)}/prove` }) },
    { name: 'an unknown path', weight: 80, status: 404, make: () => ({ method: 'GET', path: `/${random(20)}`, headers: { 'X-Api-Key': random(16) } }) },
    { name: 'a method that is not taken', weight: 40, status: 405, make: () => ({ method: 'PUT', path: '/api/prove', headers: {} }) },
    { name: 'JSON that is none', weight: 50, status: 400, make: () => ({ method: 'POST', path: '/api/verify', body: Buffer.from(`{"proof":"0x${random(100)}`), headers: { 'Content-Type': 'application/json' } }) },
    { name: 'a client that leaves in the midst', weight: 48, status: null, make: () => prove(good) },
  ];
}

/** A kind by its place in an endless sequence: each thousand has them in their shares, and in another order. */
function sequence(all) {
  const thousand = all.flatMap((kind) => Array(kind.weight).fill(kind));
  if (thousand.length !== 1000) throw new Error(`the shares are of ${thousand.length}`);
  const step = 387; // without a common divisor with 1000
  return (place) => thousand[(place * step + Math.floor(place / 1000)) % 1000];
}

/** Sends one and gives the status. */
function send(agent, port, { method, path, body, headers }) {
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
      answer.on('error', reject);
      if (headers.Expect !== undefined) answer.on('end', () => sent.destroy());
    });
    sent.on('error', reject);
    if (headers.Expect === undefined) sent.end(body);
    else sent.flushHeaders();
  });
}

/** Begins a request and goes. */
function leave(port, { path, body, headers }) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${headers['Content-Type']}\r\nContent-Length: ${body.length}\r\n\r\n`);
      socket.write(body.subarray(0, body.length >> 1), () => socket.destroy());
    });
    socket.resume();
    socket.on('error', reject);
    socket.on('close', () => resolve(null));
  });
}

async function ask(server, agent, kind, place) {
  const what = kind.make(place);
  const status = kind.status === null ? await leave(server.port, what) : await send(agent, server.port, what);
  if (status !== kind.status) throw new Error(`${kind.name} was answered ${status}, not ${kind.status}:\n${server.said}`);
}

async function flood(server, options, kindOf, progress) {
  const agent = new Agent({ keepAlive: true });
  const counts = {};
  const samples = [];
  const every = Math.max(1, Math.floor(options.requests / SAMPLES));
  let next = 0;
  async function client() {
    while (next < options.requests) {
      const place = next++;
      const kind = kindOf(place);
      await ask(server, agent, kind, place);
      counts[kind.name] = (counts[kind.name] ?? 0) + 1;
      if (place % every !== 0) continue;
      samples.push({ requests: place, bytes: memoryOf(server.pid) });
      progress.done(every);
      progress.say(`${place} requests`);
    }
  }
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: options.clients }, client));
  agent.destroy();
  return { seconds: (performance.now() - startedAt) / 1000, counts, samples };
}

/** The most that a share of the run had: memory goes up and down with what is under way. */
function most(samples, from, to) {
  return Math.max(...samples.filter(({ requests }) => requests >= from && requests < to).map(({ bytes }) => bytes));
}

/** Runs the suite. `write(name, text)` keeps a result. */
export async function benchBadRequests(options, write) {
  const progress = new Progress(options.requests);
  const circuit = await prepareCircuit('maze', options.clients, (text) => progress.say(text));
  const kindOf = sequence(kinds(circuit.witnesses.map((path) => readFileSync(path))));
  const server = await startProverd(circuit, options.proverdOptions);
  let flooded;
  try {
    flooded = await flood(server, options, kindOf, progress);
  } finally {
    await server.stop();
  }
  progress.end();
  const { seconds, counts, samples } = flooded;
  const warm = most(samples, 0, options.requests * WARM_SHARE);
  const last = most(samples, options.requests * (1 - WARM_SHARE), Infinity);
  const results = {
    suite: 'bad-requests', date: new Date().toISOString(), machine: machineFacts(), versions: versionFacts(), options, seconds,
    requestsPerSecond: options.requests / seconds, counts, memory: { warm, last, most: most(samples, 0, Infinity), samples },
    aims: [{ name: "growth of the daemon's own memory from the first tenth to the last", value: (last - warm) / 1024, digits: 0, unit: ' KiB', aim: `at most ${GROWTH_AIM >> 10} KiB`, met: last - warm <= GROWTH_AIM }],
  };
  write('bad-requests.json', `${JSON.stringify(results, null, 1)}\n`);
  process.stdout.write(textBadRequests(results));
}
