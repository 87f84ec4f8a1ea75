// script/server: that it sets up, serves the maze where it says, passes options on, and becomes the server.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from '../tests/e2e/lib/wait.mjs';
import { Fixture } from './fixture.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PROVERD = 'build/src/proverd';

let fixture;

beforeEach(() => {
  fixture = new Fixture('server');
  fixture.program('script/bootstrap', 'echo is set up');
  fixture.program('script/build', 'echo is built');
});

afterEach(() => fixture.remove());

test('starts the server with the maze on 127.0.0.1:8080, the options behind', async () => {
  fixture.program(PROVERD, 'echo "$@"');
  const { status, stdout } = await fixture.run('server', ['--workers', '2']);
  assert.equal(status, 0);
  assert.match(stdout, /^is set up\nis built\n/);
  assert.match(stdout, /^--listen 127\.0\.0\.1:8080 --circuit circuit\/target\/circuit\.json .*--workers 2$/m);
});

test('serves until it is told to stop', async () => {
  mkdirSync(join(fixture.root, 'circuit'));
  for (const path of ['build', 'circuit/target', 'node_modules', '.cache']) symlinkSync(join(ROOT, path), join(fixture.root, path));
  let log = '';
  const running = fixture.run('server', ['--listen', '127.0.0.1:0']);
  running.process.stderr.on('data', (text) => (log += text));
  const port = await until('it is ready', () => /"event":"ready".*"port":(\d+)/.exec(log)?.[1], 50);
  const headers = { 'Content-Type': 'application/octet-stream' };
  const body = readFileSync(join(ROOT, 'circuit', 'target', 'circuit.gz'));
  const answer = await fetch(`http://127.0.0.1:${port}/api/prove`, { method: 'POST', headers, body });
  assert.equal(answer.status, 200);
  running.process.kill('SIGTERM');
  assert.equal((await running).status, 0);
});

test('does not start the server when the setup fails', async () => {
  fixture.program(PROVERD, 'echo started');
  fixture.program('script/build', 'exit 1');
  const { status, stdout } = await fixture.run('server');
  assert.equal(status, 1);
  assert.doesNotMatch(stdout, /started/);
});
