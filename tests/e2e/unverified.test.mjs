// --unverified-proofs: script/bench may have proofs that do not verify, under a CRS that it made; nobody gets there by
// mistake, neither with the option nor with that CRS.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { bbVerifies, crsCopy, publicInputsOf, squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon, defaultOptions, runToEnd } from './lib/daemon.mjs';
import { CRS, temporaryFolder } from './lib/paths.mjs';
import { encodeWitness } from './lib/witness.mjs';

const UNVERIFIED = { 'unverified-proofs': 'on' };

let circuit;
let marked;

before(async () => {
  circuit = await squareCircuit();
  marked = crsCopy();
  writeFileSync(join(marked, 'DEVELOPMENT_CRS'), '');
});

async function assertRefused(options, pattern) {
  const { status, stderr, daemon } = await runToEnd(defaultOptions({ circuit, ...options }));
  assert.equal(status, 1, stderr);
  assert.match(daemon.events('cannot serve')[0].why, pattern);
}

describe('what it takes', () => {
  test('marked_crs_alone__is_refused', () => assertRefused({ 'crs-path': marked }, /DEVELOPMENT_CRS.*script\/crs/));

  test('option_alone__is_refused', () => assertRefused({ ...UNVERIFIED, 'crs-path': CRS }, /script\/bench alone/));

  test('option_on_all_addresses__is_refused', () =>
    assertRefused({ ...UNVERIFIED, 'crs-path': marked, listen: '0.0.0.0:0' }, /--listen on this machine/));

  test('option_with_kept_keys__is_refused', () =>
    assertRefused({ ...UNVERIFIED, 'crs-path': marked, 'data-dir': temporaryFolder('data') }, /no --data-dir/));
});

test('both__let_a_wrong_proof_pass_and_say_so', async (context) => {
  const daemon = await Daemon.start({ circuit, ...UNVERIFIED, 'crs-path': marked });
  context.after(() => daemon.stop());
  assert.ok(daemon.log.some(({ level, event }) => level === 'warning' && /PROOFS ARE NOT CHECKED/.test(event)), daemon.stderr);
  const right = await daemon.prove((await squareWitness()).gzipped);
  assert.ok(await bbVerifies(right.body, publicInputsOf(right), circuit));
  const wrong = await daemon.prove(encodeWitness([[0, 3], [1, 10]]));
  assert.equal(wrong.status, 200);
  assert.ok(!(await bbVerifies(wrong.body, publicInputsOf(wrong), circuit)));
  assert.ok(Number(/verify;dur=([\d.]+)/.exec(wrong.headers['server-timing'])[1]) > 0, 'it was verified all the same');
});
