// --development-crs: a CRS of a known secret is whole, of any size, taken by nobody by mistake, and said of everywhere.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { executeProgram } from '../../circuit/compile.mjs';
import { compiled, squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon, defaultOptions, runToEnd } from './lib/daemon.mjs';
import { assertError } from './lib/http.mjs';
import { CRS, ROOT, temporaryFolder } from './lib/paths.mjs';
import { encodeWitness, MODULUS } from './lib/witness.mjs';

const LOG_ROWS = 14;
const ON = { 'development-crs': 'on' };
const STEPS = 9000; // more rows than the ceremony's CRS has points for here
const asJson = { Accept: 'application/json' };
const octets = { 'Content-Type': 'application/octet-stream' };

let crs;
let square;

before(async () => {
  crs = join(temporaryFolder('crs'), 'development');
  execFileSync(join(ROOT, 'script', 'development-crs'), [crs, `${LOG_ROWS}`]);
  square = await squareCircuit();
});

async function assertRefused(options, pattern) {
  const { status, stderr, daemon } = await runToEnd(defaultOptions({ circuit: square, ...options }));
  assert.equal(status, 1, stderr);
  assert.match(daemon.events('cannot serve')[0].why, pattern);
}

/** A circuit of 2^14 rows, and a witness of it. */
async function chain() {
  const path = await compiled('chain', `fn main(x: Field, y: pub Field) {
    let mut z = x;
    for _ in 0..${STEPS} { z = z * z + x; }
    assert(z == y);
}\n`);
  let z = 3n;
  for (let step = 0; step < STEPS; step++) z = (z * z + 3n) % MODULUS;
  const witness = await executeProgram(JSON.parse(readFileSync(path, 'utf8')), { x: '3', y: `0x${z.toString(16)}` });
  return { path, witness: Buffer.from(witness) };
}

describe('what it takes', () => {
  test('the_folder_without_the_option__is_refused', () =>
    assertRefused({ 'crs-path': crs }, /DEVELOPMENT_CRS.*script\/crs.*--development-crs on/));

  test('the_folder_without_its_mark__is_no_crs', () => {
    const copy = join(temporaryFolder('crs'), 'copy');
    execFileSync('cp', ['-r', crs, copy]);
    rmSync(join(copy, 'DEVELOPMENT_CRS'));
    return assertRefused({ ...ON, 'crs-path': copy }, /corrupt.*Aztec's setup/);
  });

  test('the_folder_without_its_g2__is_refused', () => {
    const copy = join(temporaryFolder('crs'), 'copy');
    execFileSync('cp', ['-r', crs, copy]);
    rmSync(join(copy, 'bn254_g2.dat'));
    return assertRefused({ ...ON, 'crs-path': copy }, /bn254_g2\.dat.*script\/development-crs/);
  });

  test('its_keys__are_not_kept', () =>
    assertRefused({ ...ON, 'crs-path': crs, 'data-dir': temporaryFolder('data') }, /without --data-dir/));

  test('the_option_with_the_real_crs__changes_nothing', async (t) => {
    const daemon = await Daemon.start({ circuit: square, ...ON, 'crs-path': CRS });
    t.after(() => daemon.stop());
    const response = await daemon.prove((await squareWitness()).gzipped, asJson);
    assert.equal(response.headers['x-unsafe'], undefined);
    assert.equal(response.json().developmentCrs, undefined);
  });
});

for (const engine of ['pool', 'cli']) {
  describe(`over a development CRS, with --engine ${engine}`, () => {
    test('a_circuit_of_2_14_rows__is_proven_and_verified', async (t) => {
      const { path, witness } = await chain();
      const daemon = await Daemon.start({ circuit: path, ...ON, 'crs-path': crs, engine });
      t.after(() => daemon.stop());
      assert.equal((await daemon.get('/api/circuits/chain')).json().num_gates_dyadic, 2 ** LOG_ROWS);
      for (const target of ['noir-recursive', 'evm-no-zk']) {
        const response = await daemon.post(`/api/prove?verifierTarget=${target}`, witness, { ...octets, ...asJson });
        assert.equal(response.status, 200, response.body.toString());
        const proof = response.json();
        const verdict = await daemon.verify(proof);
        assert.deepEqual(verdict.json(), { verified: true, circuit: 'chain', verifierTarget: target, developmentCrs: true });
        const spoilt = `${proof.proof.slice(0, -1)}${proof.proof.endsWith('0') ? '1' : '0'}`;
        assert.equal((await daemon.verify({ ...proof, proof: spoilt })).json().verified, false);
        assertVerifiesOverIt(proof, (await daemon.get(`/api/circuits/chain/vk?verifierTarget=${target}`)).body);
      }
    });
  });
}

/** By the program `ultrahonk`, and by no verifier over the real CRS. */
function assertVerifiesOverIt({ proof, publicInputs, verifierTarget }, key) {
  const folder = temporaryFolder('proof');
  const bytes = { vk: key, proof: Buffer.from(proof.slice(2), 'hex'), public_inputs: Buffer.from(publicInputs.map((word) => word.slice(2)).join(''), 'hex') };
  for (const [name, content] of Object.entries(bytes)) writeFileSync(join(folder, name), content);
  const args = ['verify', '-t', verifierTarget, '-k', join(folder, 'vk'), '-p', join(folder, 'proof'), '-i', join(folder, 'public_inputs')];
  const ultrahonk = join(ROOT, 'build', 'src', 'ultrahonk');
  execFileSync(ultrahonk, [...args, '-c', crs, '--development_crs'], { stdio: 'pipe' });
  assert.throws(() => execFileSync(ultrahonk, args, { stdio: 'pipe' }), ({ status }) => status === 1);
}

describe('that it is unsafe', () => {
  test('is_said__at_the_start_in_health_in_every_answer_and_in_the_log', async (t) => {
    const daemon = await Daemon.start({ circuit: square, ...ON, 'crs-path': crs });
    t.after(() => daemon.stop());
    assert.ok(daemon.log.some(({ level, event }) => level === 'warning' && /^UNSAFE: a development CRS/.test(event)), daemon.stderr);
    assert.equal((await daemon.health()).development_crs, true);
    const { gzipped } = await squareWitness();
    const answers = [
      await daemon.prove(gzipped),
      await daemon.prove(gzipped, asJson),
      await daemon.prove(gzipped, { Accept: 'application/zip' }),
      await daemon.get('/api/health'),
      await daemon.get('/nowhere'),
      await daemon.prove(Buffer.from('no witness')),
    ];
    for (const { headers } of answers) assert.equal(headers['x-unsafe'], 'development CRS');
    assert.equal(answers[1].json().developmentCrs, true);
    assert.equal((await daemon.logOf(answers[0].headers['x-request-id'])).unsafe, 'development CRS');
  });

  test('a_wrong_witness__gets_no_proof', async (t) => {
    const daemon = await Daemon.start({ circuit: square, ...ON, 'crs-path': crs });
    t.after(() => daemon.stop());
    assertError(await daemon.prove(encodeWitness([[0, 3], [1, 10]])), 400, 'witness_unsatisfied', /does not verify/);
  });

  test('targets_that_bb_would_have_to_verify__are_refused', async (t) => {
    const daemon = await Daemon.start({ circuit: square, ...ON, 'crs-path': crs });
    t.after(() => daemon.stop());
    const { gzipped } = await squareWitness();
    for (const target of ['noir-rollup', 'noir-rollup-no-zk']) {
      const response = await daemon.post(`/api/prove?verifierTarget=${target}`, gzipped, octets);
      assertError(response, 422, 'target_unsupported', /development CRS.*use evm or noir-recursive/);
      assertError(await daemon.get(`/api/circuits/square/vk?verifierTarget=${target}`), 422, 'target_unsupported', /development CRS/);
    }
  });
});
