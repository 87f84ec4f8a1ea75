// RemoteBackend against the real proverd, beside UltraHonkBackend of bb.js, whose place it takes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { UltraHonkBackend } from '@aztec/bb.js';
import { keyFile } from '../../tests/api/lib/keys.mjs';
import { bbVerifies } from '../../tests/e2e/lib/circuits.mjs';
import { Daemon } from '../../tests/e2e/lib/daemon.mjs';
import { MAZE } from '../../tests/e2e/lib/paths.mjs';
import { mazeWitness } from '../../tests/e2e/lib/witness.mjs';
import { isProverError, RemoteBackend } from '../dist/index.js';
import { startLocalBackend } from './lib/bbjs.mjs';
import { rejection } from './lib/rejection.mjs';

const KEY = 'a-key-for-the-client-alone';

let daemon;
let guarded;
let bbjs;
let local;
const urlOf = ({ port }) => `http://127.0.0.1:${port}`;
const remote = (options) => new RemoteBackend(urlOf(daemon), { circuit: 'circuit', retries: 0, ...options });

before(async () => {
  daemon = await Daemon.start();
  guarded = await Daemon.start({ 'api-key-file': keyFile({ client: KEY }) });
  bbjs = await startLocalBackend();
  local = bbjs.backend;
});

after(async () => {
  await bbjs?.destroy();
  await daemon?.stop();
  await guarded?.stop();
});

describe('in the place of UltraHonkBackend', () => {
  for (const verifierTarget of ['noir-recursive', 'evm', 'evm-no-zk'])
    test(`proof__verifies_by_bb_js_for_${verifierTarget}`, async () => {
      const backend = remote();
      const data = await backend.generateProof(mazeWitness, { verifierTarget });
      assert.ok(data.proof instanceof Uint8Array);
      assert.match(data.publicInputs[0], /^0x[0-9a-f]{64}$/);
      assert.equal(await local.verifyProof(data, { verifierTarget }), true);
      assert.equal(await backend.verifyProof(data, { verifierTarget }), true);
      const others = { ...data, publicInputs: [`0x${'0'.repeat(63)}5`] };
      assert.equal(await backend.verifyProof(others, { verifierTarget }), false);
      assert.match((await backend.checkProof(others, { verifierTarget })).reason, /sumcheck/);
    });

  test('proof__of_bb_js_verifies_here', async () => {
    const data = await local.generateProof(mazeWitness);
    assert.equal(await remote().verifyProof(data), true);
  });

  test('proof__verifies_by_bb', async () => {
    const { proof, publicInputs } = await remote().generateProof(mazeWitness);
    const bytes = Buffer.from(publicInputs.map((word) => word.slice(2)).join(''), 'hex');
    assert.ok(await bbVerifies(proof, bytes));
  });

  test('options__of_old_mean_what_they_mean_in_bb_js', async () => {
    const data = await remote().generateProof(mazeWitness, { keccak: true });
    assert.equal(await local.verifyProof(data, { keccak: true }), true);
    assert.equal(await local.verifyProof(data, { verifierTarget: 'evm-no-zk' }), true);
  });

  for (const verifierTarget of ['noir-recursive', 'evm'])
    test(`verification_key__is_that_of_bb_js_for_${verifierTarget}`, async () => {
      const key = await remote().getVerificationKey({ verifierTarget });
      assert.deepEqual(Buffer.from(key), Buffer.from(await local.getVerificationKey({ verifierTarget })));
    });

  test('solidity_verifier__is_that_of_bb_js', async () => {
    const verificationKey = await local.getVerificationKey({ verifierTarget: 'evm' });
    const contract = await remote().getSolidityVerifier(verificationKey, { verifierTarget: 'evm' });
    assert.equal(contract, await local.getSolidityVerifier(verificationKey, { verifierTarget: 'evm' }));
  });

  test('recursive_artifacts__are_those_of_bb_js', async () => {
    const artifacts = await remote().generateRecursiveProofArtifacts(new Uint8Array(), 1);
    assert.deepEqual(artifacts, await local.generateRecursiveProofArtifacts(new Uint8Array(), 1));
  });

  test('circuit__not_named_is_the_first', async () => {
    const backend = remote({ circuit: undefined });
    const data = await backend.generateProof(mazeWitness);
    assert.equal(await backend.verifyProof(data), true);
    assert.deepEqual(await backend.getVerificationKey(), await remote().getVerificationKey());
  });

  test('methods__are_all_of_bb_js', () => {
    const methods = Object.getOwnPropertyNames(UltraHonkBackend.prototype);
    for (const name of methods) assert.equal(typeof RemoteBackend.prototype[name], 'function', name);
  });
});

describe('inputs instead of a witness', () => {
  const { inputs } = JSON.parse(readFileSync(join(MAZE, '..', '..', 'inputs.json'), 'utf8'));

  test('proof__verifies_by_bb_js', async () => {
    for (const verifierTarget of ['noir-recursive', 'evm']) {
      const data = await remote().generateProofFromInputs(
        { ...inputs, maze_seed: BigInt(inputs.maze_seed) },
        { verifierTarget },
      );
      assert.equal(await local.verifyProof(data, { verifierTarget }), true);
    }
  });

  test('mistakes__come_all_at_once', async () => {
    const error = await rejection(remote().generateProofFromInputs({ maze_seed: -1, goal: 3 }));
    assert.ok(isProverError(error, 'inputs_invalid'));
    assert.deepEqual(error.mistakes.length, 3, String(error.mistakes));
  });

  test('assertion__comes_with_its_text_and_place', async () => {
    const error = await rejection(remote().generateProofFromInputs({ ...inputs, maze_seed: 2 }));
    assert.ok(isProverError(error, 'assertion_failed'));
    assert.match(error.assertion.message, /maze_seed is not the seed/);
    assert.equal(error.assertion.callStack.at(-1).file, 'src/main.nr');
  });
});

describe('errors', () => {
  test('witness__that_is_none', async () => {
    const error = await rejection(remote().generateProof(new TextEncoder().encode('no witness')));
    assert.ok(isProverError(error, 'witness_not_recognised'));
    assert.equal(error.status, 400);
    assert.match(error.message, /nargo execute/);
    const { code } = await daemon.logOf(error.requestId);
    assert.equal(code, 'witness_not_recognised');
  });

  test('circuit__that_is_not_there', async () => {
    const backend = remote({ circuit: 'nowhere' });
    assert.equal((await rejection(backend.getVerificationKey())).code, 'circuit_unknown');
    assert.equal((await rejection(backend.generateProof(mazeWitness))).code, 'circuit_unknown');
  });

  test('target__without_a_contract', async () => {
    const error = await rejection(remote().getSolidityVerifier(null, { verifierTarget: 'noir-recursive' }));
    assert.equal(error.code, 'target_unsupported');
  });

  test('key__missing_unknown_and_known', async () => {
    const prove = (apiKey) =>
      new RemoteBackend(urlOf(guarded), { apiKey, retries: 0 }).generateProof(mazeWitness, { verifierTarget: 'evm' });
    assert.equal((await rejection(prove(undefined))).code, 'key_missing');
    assert.equal((await rejection(prove('a-key-of-somebody-else'))).code, 'key_unknown');
    assert.equal((await prove(KEY)).publicInputs.length, 1);
  });

  test('server__that_is_not_there', async () => {
    const nowhere = new RemoteBackend('http://127.0.0.1:1', { retries: 0 });
    const error = await rejection(nowhere.generateProof(mazeWitness));
    assert.equal(error.code, 'network_error');
    assert.equal(error.status, undefined);
  });
});

describe('ending', () => {
  test('abort__in_the_midst_of_a_proof', async () => {
    const before = daemon.readSoFar();
    const abort = new AbortController();
    const proof = remote().generateProof(mazeWitness, { signal: abort.signal });
    await daemon.proving(before);
    abort.abort(new Error('no longer wanted'));
    await assert.rejects(proof, /no longer wanted/);
  });

  test('abort__before_the_call', async () => {
    await assert.rejects(remote().generateProof(mazeWitness, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  test('destroy__ends_what_runs_and_refuses_more', async () => {
    const before = daemon.readSoFar();
    const backend = remote();
    const proof = rejection(backend.generateProof(mazeWitness));
    await daemon.proving(before);
    await backend.destroy();
    assert.equal((await proof).code, 'backend_destroyed');
    assert.equal((await rejection(backend.generateProof(mazeWitness))).code, 'backend_destroyed');
  });
});
