// The service under a real systemd, installed as docs/deploy/systemd.md says: its restrictions leave proverd and bb what they need.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { bbVerifies, publicInputsOf } from '../tests/e2e/lib/circuits.mjs';
import { until } from '../tests/e2e/lib/wait.mjs';
import { mazeWitness } from '../tests/e2e/lib/witness.mjs';
import { Container, engine } from './lib/container.mjs';
import { buildDevelopment, ROOT } from './lib/image.mjs';

const START_SECONDS = 60;
const TAG = 'proverd-test:systemd';
const ARCHITECTURE = { x64: 'amd64', arm64: 'arm64' }[process.arch];

function installation() {
  const page = readFileSync(join(ROOT, 'docs/deploy/systemd.md'), 'utf8');
  const [, commands] = /```sh\n(.*?)```/s.exec(page);
  return commands.replaceAll('amd64-linux', `${ARCHITECTURE}-linux`);
}

describe('the systemd service', () => {
  let machine;

  before(async () => {
    const development = await buildDevelopment();
    const file = join(ROOT, 'deploy/systemd/Dockerfile.test');
    execFileSync(engine(), ['build', '--isolation', 'chroot', '--build-arg', `DEVELOPMENT=${development}`, '--file', file, '--tag', TAG, ROOT], { stdio: 'pipe' });
    const options = ['--systemd=always', '--privileged', '--network', 'none', '--no-healthcheck', '--volume', `${ROOT}:/repository:ro`];
    machine = await Container.start(TAG, { options });
    await until('systemd runs', async () => /running|degraded/.test((await machine.exec('systemctl', 'is-system-running')).stdout), START_SECONDS);
  });
  after(() => machine?.remove());

  const run = async (...command) => {
    const { status, stdout, stderr } = await machine.exec(...command);
    assert.equal(status, 0, `${command.join(' ')}:\n${stdout}${stderr}`);
    return stdout.trim();
  };
  const journal = () => run('journalctl', '--unit', 'proverd', '--no-pager');

  test('is installed as the page says, and proves', async () => {
    await run('sh', '-euc', `cd /repository\n${installation()}`);
    const check = ['/usr/local/bin/proverd', '--check', '--listen', '127.0.0.1:8080'];
    await until('proverd is ready', async () => (await machine.exec(...check)).status === 0, START_SECONDS).catch(async () => assert.fail(await journal()));
    const response = await machine.request('/api/prove', { body: mazeWitness });
    assert.equal(response.status, 200, response.body.toString());
    assert.ok(await bbVerifies(response.body, publicInputsOf(response)), 'bb verify');
  });

  test('keeps the sandbox of bb whole', async () => {
    const { sandbox } = JSON.parse((await machine.request('/api/health')).body);
    assert.match(sandbox, /seccomp/);
    const support = await machine.exec('sh', '-c', 'grep -q landlock /sys/kernel/security/lsm');
    if (support.status === 0) assert.match(sandbox, /landlock/);
  });

  test('has no capability, a user of its own, and writes to memory alone', async () => {
    const pid = await run('systemctl', 'show', '--property', 'MainPID', '--value', 'proverd');
    const status = await run('cat', `/proc/${pid}/status`);
    for (const set of ['Prm', 'Eff', 'Bnd', 'Amb']) assert.match(status, new RegExp(`^Cap${set}:\t0+$`, 'm'));
    assert.match(status, /^NoNewPrivs:\t1$/m);
    const [, uid] = /^Uid:\t(\d+)/m.exec(status);
    assert.ok(Number(uid) >= 61184 && Number(uid) <= 65519, `${uid} is of DynamicUser's range`);
    assert.equal(await run('stat', '--file-system', '--format', '%T', '/run/proverd'), 'tmpfs');
    assert.match(await run('ls', '/run/proverd'), /^proverd-/);
  });

  test('reloads and stops as it is told', async () => {
    await run('systemctl', 'reload', 'proverd');
    await run('systemctl', 'stop', 'proverd');
    assert.equal(await run('systemctl', 'show', '--property', 'Result', '--value', 'proverd'), 'success', await journal());
    assert.notEqual((await machine.exec('ls', '/run/proverd')).status, 0, 'its folder is gone');
  });
});
