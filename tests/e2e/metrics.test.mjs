// GET /metrics: what happens is counted, Prometheus' own tool finds nothing wrong with the text, the dashboard asks for
// what there is, and the labels do not grow with what clients write.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { keyFile } from '../api/lib/keys.mjs';
import { squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { FakeBb } from './lib/fake.mjs';
import { ROOT, temporaryFolder } from './lib/paths.mjs';
import { until } from './lib/wait.mjs';
import { mazeWitness } from './lib/witness.mjs';

const KEY = 'a-key-of-the-metrics-test';
const PROMTOOL = join(ROOT, '.cache', 'promtool');
const DASHBOARD = JSON.parse(readFileSync(join(ROOT, 'deploy', 'grafana', 'proverd.json'), 'utf8'));

/** Runs promtool to its end, with text on its standard input. */
function promtool(args, input = '') {
  assert.ok(existsSync(PROMTOOL), `there is no ${PROMTOOL}: script/bootstrap --tests gets it`);
  return new Promise((resolve) => {
    const child = execFile(PROMTOOL, args, (error, stdout, stderr) => resolve({ status: error?.code ?? 0, said: stdout + stderr }));
    child.stdin.end(input);
  });
}

async function scrape(daemon) {
  const answer = await daemon.get('/metrics');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  return answer.body.toString('utf8');
}

/** The samples as a map of their names, labels included, to their values. */
async function samples(daemon) {
  const lines = (await scrape(daemon)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

/** Waits until samples have these values: a request is counted when its answer is out. */
async function reach(daemon, expected) {
  let seen;
  const has = async () => {
    seen = await samples(daemon);
    return Object.entries(expected).every(([name, value]) => seen.get(name) === value);
  };
  await until(JSON.stringify(expected), has).catch((error) => {
    const shown = Object.keys(expected).map((name) => `${name} ${seen.get(name)}`);
    throw new Error(`${error.message}; there is ${shown.join(', ')}`);
  });
  return seen;
}

const requests = (circuit, target, code) => `prover_proof_requests_total{circuit="${circuit}",target="${target}",code="${code}"}`;

describe('a server that proves', () => {
  let daemon;

  before(async () => {
    daemon = await Daemon.start({ 'api-key-file': keyFile({ tests: KEY }) });
  });
  after(() => daemon.stop());

  const key = { 'X-API-Key': KEY };

  test('requests__are_counted_by_circuit_target_and_code', async () => {
    assert.equal((await daemon.prove(mazeWitness, key)).status, 200);
    await daemon.post('/api/prove?verifierTarget=evm', mazeWitness, { ...key, 'Content-Type': 'application/octet-stream' });
    await daemon.prove(Buffer.from('x'), key);
    await daemon.prove(mazeWitness);
    await daemon.post('/api/prove?verifierTarget=moon', mazeWitness, key);
    await daemon.post('/api/circuits/nothing/prove', mazeWitness, key);
    await reach(daemon, {
      [requests('circuit', 'noir-recursive', 'ok')]: 1,
      [requests('circuit', 'evm', 'ok')]: 1,
      [requests('circuit', 'noir-recursive', 'witness_not_recognised')]: 1,
      [requests('', '', 'key_missing')]: 1,
      [requests('circuit', '', 'target_unknown')]: 1,
      [requests('', '', 'circuit_unknown')]: 1,
      'prover_proof_generation_duration_seconds_count{circuit="circuit",target="evm"}': 1,
      'prover_proof_verification_duration_seconds_count{circuit="circuit",target="evm"}': 1,
      'prover_queue_wait_time_seconds_count': 2,
      'prover_http_requests_total{method="POST",route="/api/circuits/{circuit}/prove",status="404"}': 1,
      'prover_active_jobs': 0,
      'prover_queue_depth': 0,
    });
  });

  test('executions__are_timed', async () => {
    const inputs = readFileSync(join(ROOT, 'circuit', 'inputs.json'));
    const answer = await daemon.post('/api/execute', inputs, { ...key, 'Content-Type': 'application/json' });
    assert.equal(answer.status, 200);
    await reach(daemon, { 'prover_execution_duration_seconds_count{circuit="circuit"}': 1 });
  });

  test('clients__that_leave_in_the_midst_are_no_success_and_keep_nothing', async () => {
    const open = (await samples(daemon)).get('process_open_fds');
    const head = `POST /api/prove HTTP/1.1\r\nHost: x\r\nX-API-Key: ${KEY}\r\nContent-Length: ${mazeWitness.length}\r\n\r\n`;
    const leave = (sent) => new Promise((resolve, reject) => {
      const socket = connect(daemon.port, '127.0.0.1', () => socket.write(sent, () => socket.destroy()));
      socket.on('error', reject).on('close', resolve);
    });
    for (let place = 0; place < 20; place++) await leave(Buffer.concat([Buffer.from(head), mazeWitness.subarray(0, 100 * place)]));
    await reach(daemon, { [requests('circuit', 'noir-recursive', 'cancelled')]: 20, process_open_fds: open });
  });

  test('values__agree_with_what_else_is_said', async () => {
    const seen = await samples(daemon);
    const [{ peak_memory_bytes: memory }] = (await daemon.get('/api/circuits')).json().circuits;
    assert.equal(seen.get('prover_proof_peak_memory_bytes{circuit="circuit"}'), memory);
    const { bb_version: bb, version, workers, queue_capacity: capacity } = await daemon.health();
    assert.equal(seen.get(`prover_build_info{version="${version}",bb_version="${bb}",engine="pool"}`), 1);
    assert.deepEqual([seen.get('prover_workers'), seen.get('prover_queue_capacity')], [workers, capacity]);
    const sum = 'prover_proof_generation_duration_seconds_sum{circuit="circuit",target="noir-recursive"}';
    assert.ok(seen.get(sum) > 0.01 && seen.get(sum) < 60, `${seen.get(sum)} are seconds`);
    const age = Date.now() / 1000 - seen.get('process_start_time_seconds');
    assert.ok(age > 0 && age < 300, `started ${age} s ago`);
  });

  test('promtool__finds_nothing_wrong', async () => {
    assert.deepEqual(await promtool(['check', 'metrics'], await scrape(daemon)), { status: 0, said: '' });
    const twice = `${await scrape(daemon)}# HELP prover_jobs Jobs.\n# TYPE prover_jobs counter\nprover_jobs 1\n`;
    assert.notEqual((await promtool(['check', 'metrics'], twice)).status, 0, 'it does look');
  });

  test('labels__do_not_grow_with_what_clients_write', async () => {
    const before = (await samples(daemon)).size;
    for (let i = 0; i < 20; i++) {
      await daemon.post(`/api/circuits/stranger${i}/prove?verifierTarget=t${i}`, mazeWitness, { 'X-API-Key': `k${i}` });
      await daemon.post(`/api/circuits/stranger${i}/prove?verifierTarget=t${i}`, mazeWitness, key);
      await daemon.request({ method: `M${i}`, path: `/stranger${i}` });
    }
    const unknown = 'prover_http_requests_total{method="",route="",status="404"}';
    const seen = await reach(daemon, { [unknown]: 20 });
    assert.ok(seen.size <= before + 6, `${seen.size - before} new series`);
    assert.ok(![...seen.keys()].some((name) => /stranger|moon|t1|M1/.test(name)));
  });

  describe('the dashboard', () => {
    const expressions = DASHBOARD.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const variables = DASHBOARD.templating.list.flatMap(({ query }) => query.query ?? []);

    test('expressions__name_metrics_that_the_server_has', async () => {
      const there = new Set([...(await samples(daemon)).keys()].map((name) => name.replace(/\{.*/, '')));
      const asked = [...expressions, ...variables].flatMap((text) => text.match(/\b(prover|process)_\w+/g));
      assert.ok(asked.length > expressions.length);
      for (const name of asked) assert.ok(there.has(name), `${name} is asked for, and the server has no such metric`);
    });

    test('expressions__use_each_metric', async () => {
      const families = (await scrape(daemon)).match(/^# TYPE \S+/gm).map((line) => line.slice('# TYPE '.length));
      const text = expressions.join('\n');
      for (const family of families) assert.match(text, new RegExp(`\\b${family}(_bucket|_count|_sum)?\\b`));
    });

    test('expressions__group_by_labels_that_the_metric_has', async () => {
      const names = [...(await samples(daemon)).keys()];
      for (const expression of expressions) {
        const [metric] = expression.match(/\b(prover|process)_\w+/);
        const labels = (/ by \(([^)]*)\)/.exec(expression)?.[1] ?? '').split(', ').filter(Boolean);
        const sample = names.find((name) => name.startsWith(metric));
        for (const label of labels) assert.ok(sample.includes(`${label}="`), `${expression}: ${sample}`);
      }
    });

    test('expressions__are_understood_by_prometheus', async () => {
      const rules = expressions.map((expression, place) => {
        const plain = expression.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*');
        return { record: `panel:expression${place}`, expr: plain };
      });
      const file = join(temporaryFolder('rules'), 'rules.yml');
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
      const { status, said } = await promtool(['check', 'rules', file]);
      assert.equal(status, 0, said);
      assert.match(said, new RegExp(`SUCCESS: ${rules.length} rules found`));
    });
  });
});

describe('provers in trouble', () => {
  const restarts = (cause) => `prover_restarts_total{cause="${cause}"}`;

  test('restarts__are_counted_by_cause', async (context) => {
    const fake = new FakeBb('hang');
    const daemon = await Daemon.start({ circuit: await squareCircuit(), bb: fake.path, 'prove-timeout': 1 });
    context.after(() => daemon.stop());
    await reach(daemon, { [restarts('timeout')]: 0, [restarts('died')]: 0, [restarts('nonsense')]: 0, [restarts('cancelled')]: 0 });
    const { gzipped } = await squareWitness();
    assert.equal((await daemon.prove(gzipped)).status, 504);
    await reach(daemon, { [restarts('timeout')]: 1, [restarts('died')]: 0 });
    fake.behave('real');
    assert.equal((await daemon.prove(gzipped)).status, 200);
    for (const pid of daemon.children()) process.kill(pid, 'SIGKILL');
    assert.equal((await daemon.prove(gzipped)).status, 200);
    await reach(daemon, { [restarts('timeout')]: 1, [restarts('died')]: 1 });
  });
});

describe('circuits that come and go', () => {
  test('series__go_with_their_circuit', async (context) => {
    const keys = keyFile({ tests: KEY });
    const daemon = await Daemon.start({ 'data-dir': temporaryFolder('data'), 'api-key-file': keys, 'allow-uploads': 'on' });
    context.after(() => daemon.stop());
    const artifact = readFileSync(await squareCircuit());
    const { gzipped } = await squareWitness();
    const before = await samples(daemon);
    for (const name of ['one', 'two', 'three']) {
      const headers = { 'X-API-Key': KEY, 'Content-Type': 'application/json' };
      assert.equal((await daemon.post(`/api/circuits?name=${name}`, artifact, headers)).status, 201);
      const binary = { ...headers, 'Content-Type': 'application/octet-stream' };
      assert.equal((await daemon.post(`/api/circuits/${name}/prove`, gzipped, binary)).status, 200);
      await reach(daemon, { [requests(name, 'noir-recursive', 'ok')]: 1 });
      assert.equal((await daemon.request({ method: 'DELETE', path: `/api/circuits/${name}`, headers })).status, 204);
      const gone = async () => ![...(await samples(daemon)).keys()].some((series) => series.includes(`circuit="${name}"`));
      await until(`nothing is said of ${name} any more`, gone);
    }
    assert.deepEqual(
      [...before.keys()].filter((name) => name.includes('circuit="')).sort(),
      [...(await samples(daemon)).keys()].filter((name) => name.includes('circuit="')).sort(),
    );
  });
});
