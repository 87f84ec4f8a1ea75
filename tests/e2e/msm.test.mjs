// bb's two ways to multiply points: the faster one is used where bb has it, and no proof is lost to it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bbVerifies, publicInputsOf, squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { FakeBb } from './lib/fake.mjs';
import { assertError } from './lib/http.mjs';
import { encodeWitness } from './lib/witness.mjs';

const SAVED = "bb's faster MSM made a wrong proof: see --bb-msm";

for (const engine of ['pool', 'cli']) {
  describe(`the multiplication of points, with --engine ${engine}`, () => {
    async function start(context, behaviour, options) {
      const fake = new FakeBb(behaviour);
      const circuit = await squareCircuit();
      const daemon = await Daemon.start({ circuit, bb: fake.path, engine, ...options });
      context.after(() => daemon.stop());
      return { daemon, circuit };
    }

    async function assertProof({ daemon, circuit }) {
      const response = await daemon.prove((await squareWitness()).gzipped);
      assert.equal(response.status, 200, response.body.toString());
      assert.ok(await bbVerifies(response.body, publicInputsOf(response), circuit));
    }

    const retries = async ({ daemon }) =>
      (await daemon.get('/metrics')).body.toString().split('\n').filter((line) => /^prover_msm_retries_total\{.* [1-9]/.test(line));

    test('wrong_proof_of_the_faster_way__is_made_again_in_the_older', async (context) => {
      const served = await start(context, 'wrong_msm');
      await assertProof(served);
      assert.deepEqual(await retries(served), ['prover_msm_retries_total{outcome="saved"} 1']);
      assert.equal(served.daemon.events(SAVED).length, 1);
    });

    test('legacy__never_takes_the_faster_way', async (context) => {
      const served = await start(context, 'wrong_msm', { 'bb-msm': 'legacy' });
      await assertProof(served);
      assert.deepEqual(await retries(served), []);
    });

    test('bb_without_it__is_not_told_to', async (context) => {
      const served = await start(context, 'one_msm');
      await assertProof(served);
      assert.deepEqual(await retries(served), []);
    });

    test('wrong_witness__is_that_after_both', async (context) => {
      const served = await start(context, 'real');
      const wrong = encodeWitness([[0, 3], [1, 10]]);
      assertError(await served.daemon.prove(wrong), 400, 'witness_unsatisfied', /does not verify/);
      assert.deepEqual(await retries(served), ['prover_msm_retries_total{outcome="failed"} 1']);
      assert.equal(served.daemon.events(SAVED).length, 0);
      await assertProof(served);
    });
  });
}
