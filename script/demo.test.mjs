// script/demo with the real proverd and the real bb: that it shows what it promises, fails when it must, and leaves
// nothing behind. Only what sets things up is a stand-in, and what the single test replaces.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Fixture } from './fixture.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NOBODY = 'http://127.0.0.1:9';
const PROVERD = 'build/src/proverd';
const ULTRAHONK = 'build/src/ultrahonk';
const BB = `node_modules/@aztec/bb.js/build/${{ x64: 'amd64', arm64: 'arm64' }[process.arch]}-linux/bb`;

let fixture;
let environment;

// A program that notes its process id and becomes the real one, `before` done. A bb that is a script cannot be confined.
function wrap(path, before = '') {
  const more = path === PROVERD ? ' --sandbox off' : '';
  fixture.program(path, `echo $$ >>'${fixture.root}/pids'\n${before}\nexec '${join(ROOT, path)}' "$@"${more}`);
}

beforeEach(() => {
  fixture = new Fixture('demo', 'demo.mjs', '../bench/children.mjs', '../bench/statistics.mjs');
  fixture.program('script/bootstrap', 'echo ready');
  fixture.program('script/build', 'echo built');
  fixture.program('script/crs', 'echo the CRS is there');
  wrap(PROVERD);
  wrap(BB);
  mkdirSync(join(fixture.root, 'circuit'));
  mkdirSync(join(fixture.root, '.cache'));
  for (const path of ['circuit/target', 'circuit/inputs.json', '.cache/crs']) symlinkSync(join(ROOT, path), join(fixture.root, path));
  const temporary = join(fixture.folder, 'tmp');
  mkdirSync(temporary);
  environment = { TMPDIR: temporary, http_proxy: NOBODY, ALL_PROXY: NOBODY, PROVERD_ENGINE: 'none', PROVERD_LOG_LEVEL: 'error' };
});

afterEach(() => fixture.remove());

function isAlive(pid) {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function assertNothingLeft() {
  assert.deepEqual(readdirSync(environment.TMPDIR), [], 'files');
  const started = readFileSync(join(fixture.root, 'pids'), 'utf8').trim().split('\n');
  assert.deepEqual(started.filter(isAlive), [], 'processes');
}

async function assertFails(expected) {
  const { status, output } = await fixture.run('demo', ['--rounds', '1'], environment);
  assert.equal(status, 1, output);
  assert.match(output, expected);
  assert.doesNotMatch(output, /both say/);
  assertNothingLeft();
}

test('proves, verifies twice, measures and leaves nothing, past any proxy', async () => {
  const { status, output } = await fixture.run('demo', ['--rounds', '1'], environment);
  assert.equal(status, 0, output);
  assert.match(output, /^demo: both say that the proof is right$/m);
  for (const line of [
    /^ {2}circuit +\d+ gates, 8192 rows$/m, /^ {2}proof +14656 bytes$/m, /^ {2}public inputs +0x[0-9a-f]+$/m,
    /^ {2}proving +\d+\.\d ms$/m, /^ {2}verifying the proof +\d+\.\d ms$/m, /^ {2}the prover's memory +\d+\.?\d* MB at most$/m,
    /^ {2}proverd's own memory +\d+\.\d MB, \d+\.\d MB at most$/m,
    /^ {2}over HTTP \/ bb alone, by the medians +\d\.\d\d +aim: at most 1\.05 +(met|missed)$/m,
    /^ {2}start to ready +\d\.\d{3} s +aim: under 0\.3 s +(met|missed)$/m,
    /^ {2}proverd's own memory, at most +\d+\.\d MB +aim: under 10 MB +(met|missed)$/m,
  ]) assert.match(output, line);
  assert.doesNotMatch(output, /[\r\x1b]/, 'piped output is plain');
  assertNothingLeft();
});

test('goes on over a development CRS, and says so, when there is no CRS and no network', async () => {
  rmSync(join(fixture.root, '.cache/crs'));
  for (const name of ['crs', 'crs.sha256', 'development-crs']) cpSync(join(ROOT, 'script', name), join(fixture.root, 'script', name));
  fixture.program(ULTRAHONK, `exec '${join(ROOT, ULTRAHONK)}' "$@"`);
  const { status, output } = await fixture.run('demo', ['--rounds', '1'], { ...environment, PROVERD_CRS_URL: NOBODY });
  assert.equal(status, 0, output);
  assert.match(output, /^crs: the CRS is missing/m);
  assert.equal(output.match(/^demo: UNSAFE: .*development CRS, whose secret is public/gm).length, 2, 'before and after');
  assert.match(output, /^demo: verifying the proof: ultrahonk verify/m);
  assert.match(output, /^demo: both say that the proof is right$/m);
  assertNothingLeft();
});

test('fails when bb refuses the proof', () => {
  wrap(BB, 'if [ "$1" = verify ]; then echo "no proof at all"; exit 1; fi');
  return assertFails(/^demo: error: bb verify refused the proof \(no proof at all\): a bug/m);
});

test('fails when proverd refuses its own proof', () => {
  // What POST /api/verify is sent is another maze than the proven one.
  fixture.program('bin/jq', `case "$*" in *publicInputs:*) set -- "$1" "$2" "$3" 0x$(printf %064d 7) "$5" "$6" "$7" "$8" ;; esac
    PATH=$(echo "$PATH" | cut -d : -f 2-) exec jq "$@"`);
  return assertFails(/^demo: error: POST \/api\/verify refused the proof/m);
});

test('says why the server cannot serve, and what to do', () => {
  rmSync(join(fixture.root, '.cache/crs'));
  mkdirSync(join(fixture.root, '.cache/crs'));
  return assertFails(/^demo: error: proverd cannot serve: there is no CRS file .*; run script\/crs/m);
});

test('says what the server has against the witness', () => {
  rmSync(join(fixture.root, 'circuit/target'));
  mkdirSync(join(fixture.root, 'circuit/target'));
  symlinkSync(join(ROOT, 'circuit/target/circuit.json'), join(fixture.root, 'circuit/target/circuit.json'));
  fixture.write('circuit/target/circuit.gz', 'no witness');
  return assertFails(/^demo: error: proverd answered 400: the body is neither gzip nor a Noir witness/m);
});

test('fails when the server dies', () => {
  fixture.program(PROVERD, `echo $$ >'${fixture.root}/pids'\necho '{"event":"ready","port":9}' >&2\nexec sleep 0.2`);
  return assertFails(/^demo: error: no answer from proverd/m);
});

test('fails when what is measured fails, and says that the proof was right', async () => {
  wrap(BB, '[ "$1" != prove ] || exit 3');
  const { status, output } = await fixture.run('demo', ['--rounds', '1'], environment);
  assert.equal(status, 1, output);
  assert.match(output, /^demo: error: bb prove ended with 3$/m);
  assert.match(output, /^demo: error: the measurement ended early; the proof above was verified all the same$/m);
  assertNothingLeft();
});

test('does not go on when the setup fails', async () => {
  fixture.program('script/build', 'echo "no compiler" >&2; exit 1');
  const { status, output } = await fixture.run('demo', [], environment);
  assert.equal(status, 1, output);
  assert.equal(output, 'ready\nno compiler\n');
  assert.ok(!existsSync(join(fixture.root, 'pids')));
});

for (const [signal, expected] of [['SIGTERM', 143], ['SIGINT', 130]]) {
  test(`leaves nothing behind when it is stopped by ${signal} while it measures`, async () => {
    const running = fixture.run('demo', ['--rounds', '100000'], environment);
    running.process.stdout.on('data', (text) => {
      if (String(text).includes('measuring')) running.process.kill(signal);
    });
    const { status, output } = await running;
    assert.equal(status, expected, output);
    assertNothingLeft();
  });
}

test('takes whole numbers of rounds only', async () => {
  for (const rounds of [['--rounds', '0'], ['--rounds', 'x'], ['--rounds', ''], ['--rounds']]) {
    const { status, output } = await fixture.run('demo', rounds, environment);
    assert.equal(status, 1);
    assert.match(output, /^demo: error: --rounds takes a number/);
  }
});
