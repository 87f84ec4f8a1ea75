// The measurement of script/demo, which starts it with a server that has already made a proof.
//
// Each round does three things in an order that turns from round to round: a proof over HTTP on a connection that is
// kept alive, `bb prove` alone with the verification key given, and a start of proverd. Clocks: for HTTP from the
// request to the last byte of the answer, for bb from starting the process to its end, for proverd from starting the
// process to reading its `ready` line. Starting a process from Node takes 1 to 5 ms of the latter two.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { start } from '../bench/children.mjs';
import { median } from '../bench/statistics.mjs';

const AIMS = { ratio: 1.05, startSeconds: 0.3, memoryMegabytes: 10 };
const PROOF_TIMEOUT_MS = 150_000;

const text = { type: 'string' };
const { values: given } = parseArgs({
  options: {
    rounds: text, threads: text, port: text, pid: text, bb: text, circuit: text, witness: text, crs: text,
    'development-crs': text, folder: text,
  },
});

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const witness = readFileSync(given.witness);

function proveOverHttp() {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request({
      agent, host: '127.0.0.1', port: given.port, method: 'POST', path: '/api/prove', timeout: PROOF_TIMEOUT_MS,
      headers: { 'Content-Type': 'application/octet-stream', 'Content-Length': witness.length },
    }, (answer) => {
      const body = [];
      answer.on('data', (bytes) => body.push(bytes));
      answer.on('error', reject);
      answer.on('end', () => {
        const elapsed = performance.now() - startedAt;
        if (answer.statusCode === 200) resolve(elapsed);
        else reject(new Error(`POST /api/prove answered ${answer.statusCode}: ${Buffer.concat(body)}`));
      });
    });
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error('POST /api/prove did not answer')));
    sent.end(witness);
  });
}

async function proveWithBb() {
  const output = join(given.folder, 'bb');
  mkdirSync(output, { recursive: true });
  const startedAt = performance.now();
  const { ended } = start(given.bb, [
    'prove', '-b', given.circuit, '-w', given.witness, '-k', join(given.folder, 'vk'), '-c', given.crs, '-o', output,
  ], { stdio: 'ignore', env: { ...process.env, HARDWARE_CONCURRENCY: given.threads, BB_MSM_NEW: '1' } });
  const status = await ended;
  const elapsed = performance.now() - startedAt;
  assert.equal(status, 0, `bb prove ended with ${status}`);
  return elapsed;
}

async function startProverd() {
  const startedAt = performance.now();
  const { child, ended } = start('build/src/proverd', [
    '--listen', '127.0.0.1:0', '--circuit', given.circuit, '--crs-path', given.crs, '--bb', given.bb,
    '--development-crs', given['development-crs'], '--workers', '1', '--threads', given.threads, '--log-format', 'json', '--log-level', 'info',
  ], { stdio: ['ignore', 'ignore', 'pipe'] });
  let elapsed;
  for await (const line of createInterface({ input: child.stderr })) {
    if (elapsed !== undefined || !line.includes('"event":"ready"')) continue;
    elapsed = performance.now() - startedAt;
    child.kill('SIGTERM');
  }
  const status = await ended;
  assert.ok(elapsed !== undefined && status === 0, `a second proverd ended with ${status}`);
  return elapsed;
}

// The most memory that the daemon has had until now, without its bb.
function peakMemory() {
  const status = readFileSync(`/proc/${given.pid}/status`, 'utf8');
  return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)[1]) * 1024) / 1e6;
}

function printTimes(name, times) {
  const cells = [median(times), Math.min(...times), Math.max(...times)].map((ms) => `${ms.toFixed(1)} ms`.padStart(11));
  console.log(`  ${name.padEnd(38)}${cells.join('')}`);
}

function printAim(name, value, unit, digits, met, aim) {
  const measured = `${value.toFixed(digits)}${unit}`.padStart(11);
  console.log(`  ${name.padEnd(38)}${measured}   aim: ${aim.padEnd(18)}${met ? 'met' : 'missed'}`);
}

const measured = [
  { name: 'a proof over HTTP, verified', run: proveOverHttp, times: [] },
  { name: 'bb prove alone, key given', run: proveWithBb, times: [] },
  { name: 'start of proverd to ready', run: startProverd, times: [] },
];

async function measure(rounds) {
  const say = (line) => process.stdout.isTTY && process.stdout.write(`\r\x1b[K${line}`);
  for (const { run } of measured) await run(); // nobody's first time counts
  for (let round = 0; round < rounds; round++) {
    say(`  round ${round + 1} of ${rounds}`);
    for (let turn = 0; turn < measured.length; turn++) {
      const { run, times } = measured[(round + turn) % measured.length];
      times.push(await run());
    }
  }
  say('');
}

function report() {
  console.log(`  ${''.padEnd(38)}${['median', 'least', 'most'].map((word) => word.padStart(11)).join('')}`);
  for (const { name, times } of measured) printTimes(name, times);
  const [http, bb, starts] = measured.map(({ times }) => median(times));
  const memory = peakMemory();
  printAim('over HTTP / bb alone, by the medians', http / bb, '', 2, http / bb <= AIMS.ratio, `at most ${AIMS.ratio}`);
  printAim('start to ready', starts / 1000, ' s', 3, starts / 1000 < AIMS.startSeconds, `under ${AIMS.startSeconds} s`);
  printAim("proverd's own memory, at most", memory, ' MB', 1, memory < AIMS.memoryMegabytes,
    `under ${AIMS.memoryMegabytes} MB`);
}

try {
  await measure(Number(given.rounds));
  report();
} catch (error) {
  console.error(`demo: error: ${error.message}`);
  process.exitCode = 1;
}
agent.destroy();
