// The Solidity verifier that the server hands out, compiled by solc and run by an EVM, on the proofs that it makes.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createEVM } from '@ethereumjs/evm';
import { bytesToHex, hexToBytes } from '@ethereumjs/util';
import solc from 'solc';
import { bytesOf, maze, valuesCircuit } from './lib/circuits.mjs';
import { Client } from './lib/client.mjs';

const GAS = 100_000_000n;
const TRUE = `0x${'00'.repeat(31)}01`;

/** The contracts of a source, by name: their bytecode, and where libraries go into it. */
function compile(source) {
  const input = {
    language: 'Solidity',
    sources: { 'verifier.sol': { content: source } },
    settings: { optimizer: { enabled: true, runs: 1 }, outputSelection: { '*': { '*': ['evm.bytecode'] } } },
  };
  const { errors = [], contracts } = JSON.parse(solc.compile(JSON.stringify(input)));
  const bad = errors.filter(({ severity }) => severity === 'error').map(({ formattedMessage }) => formattedMessage);
  assert.deepEqual(bad, [], 'solc');
  return contracts['verifier.sol'];
}

/** A chain with one verifier on it. */
class Chain {
  static async deploy(source) {
    const chain = new Chain();
    chain.evm = await createEVM();
    chain.contracts = compile(source);
    chain.deployed = new Map();
    chain.verifier = await chain.#deploy('HonkVerifier');
    return chain;
  }

  async #deploy(name) {
    if (this.deployed.has(name)) return this.deployed.get(name);
    let { object, linkReferences } = this.contracts[name].evm.bytecode;
    for (const [library, places] of Object.entries(linkReferences['verifier.sol'] ?? {})) {
      const address = (await this.#deploy(library)).toString().slice(2);
      for (const { start, length } of places) object = object.slice(0, 2 * start) + address + object.slice(2 * (start + length));
    }
    const { createdAddress, execResult } = await this.evm.runCall({ data: hexToBytes(`0x${object}`), gasLimit: GAS });
    assert.equal(execResult.exceptionError, undefined, `deploying ${name}: ${execResult.exceptionError?.error}`);
    this.deployed.set(name, createdAddress);
    return createdAddress;
  }

  /** Whether the contract returns true. It reverts for what it refuses. */
  async accepts(calldata) {
    const { execResult } = await this.evm.runCall({ to: this.verifier, data: hexToBytes(calldata), gasLimit: GAS });
    const { exceptionError, returnValue, executionGasUsed } = execResult;
    if (exceptionError !== undefined) {
      assert.equal(exceptionError.error, 'revert', 'refused by the contract, not out of gas');
      return false;
    }
    assert.ok(executionGasUsed > 100_000n, 'pairings were computed');
    return bytesToHex(returnValue) === TRUE;
  }
}

function flipped(calldata, byte) {
  const bytes = bytesOf(calldata);
  bytes[byte] ^= 1;
  return `0x${bytes.toString('hex')}`;
}

describe('Solidity verifier', () => {
  let client;
  const circuits = {};

  before(async () => {
    Object.assign(circuits, { maze: maze(), values: await valuesCircuit() });
    client = await Client.start({ circuit: Object.entries(circuits).map(([name, { path }]) => `${name}=${path}`) });
  });
  after(() => client?.daemon.stop());

  for (const [name, target] of [['maze', 'evm'], ['values', 'evm'], ['values', 'evm-no-zk']]) {
    test(`${name}_${target}__its_proof_is_accepted_and_one_bit_changed_is_not`, async () => {
      const source = await client.get(`/api/circuits/${name}/verifier.sol?verifierTarget=${target}`);
      const chain = await Chain.deploy(source.body.toString('utf8'));
      const { proof, publicInputs, calldata } = await client.proof(circuits[name].witness, { circuit: name, target });

      assert.equal(await chain.accepts(calldata), true, 'the proof as it was made');
      const head = 4 + 2 * 32;
      const proofBytes = (proof.length - 2) / 2;
      assert.equal(bytesOf(calldata).subarray(head + 32, head + 32 + proofBytes).toString('hex'), proof.slice(2));
      assert.equal(await chain.accepts(flipped(calldata, head + 32 + proofBytes - 1)), false, 'a bit of the proof');
      assert.equal(await chain.accepts(flipped(calldata, head + 32 + 16 * 32 + 31)), false, 'a bit in the middle of the proof');
      assert.equal(await chain.accepts(flipped(calldata, bytesOf(calldata).length - 1)), false, 'a bit of the public inputs');
      assert.equal(bytesOf(calldata).subarray(-32 * publicInputs.length).equals(bytesOf(publicInputs)), true);
    });
  }

  test('verifier__of_one_circuit_refuses_the_proof_of_another', async () => {
    const source = await client.get('/api/circuits/maze/verifier.sol');
    const chain = await Chain.deploy(source.body.toString('utf8'));
    const { calldata } = await client.proof(circuits.values.witness, { circuit: 'values', target: 'evm' });
    assert.equal(await chain.accepts(calldata), false);
  });

  test('calldata__comes_with_evm_targets_alone', async () => {
    const proof = await client.proof(circuits.values.witness, { circuit: 'values' });
    assert.equal(proof.calldata, undefined);
  });

  test('verifier_sol__for_a_target_without_a_contract_is_422', async () => {
    const answer = await client.get('/api/circuits/maze/verifier.sol?verifierTarget=noir-recursive');
    assert.deepEqual([answer.status, answer.json().code], [422, 'target_unsupported']);
  });
});
