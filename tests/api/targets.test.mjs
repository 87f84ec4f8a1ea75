// Every verifier target, two circuits side by side: made by the server, checked by the server and by bb on its own.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { temporaryFolder } from '../e2e/lib/paths.mjs';
import { makeForm, openMultipart, openZip } from './lib/archives.mjs';
import { bbKey, bbVerifies, bytesOf, crsPoints, hexOf, maze, square, valuesCircuit } from './lib/circuits.mjs';
import { Client } from './lib/client.mjs';

const SUPPORTED = ['noir-recursive', 'noir-recursive-no-zk', 'evm', 'evm-no-zk', 'noir-rollup', 'noir-rollup-no-zk'];
const MISSING = ['starknet', 'starknet-no-zk'];
const MAZE_ROLLUP_ROWS = 16_384;

describe('targets', () => {
  let client;
  const circuits = {};

  before(async () => {
    Object.assign(circuits, { maze: maze(), values: await valuesCircuit(), square: await square() });
    const given = Object.entries(circuits).map(([name, { path }]) => `${name}=${path}`);
    client = await Client.start({ circuit: given, workers: 2 });
  });
  after(() => client?.daemon.stop());

  for (const target of SUPPORTED) {
    test(`${target}__two_circuits_side_by_side_are_proven_and_verified`, async () => {
      const names = ['values', 'square'];
      const proofs = await Promise.all(names.map((name) => client.proof(circuits[name].witness, { circuit: name, target })));
      for (const [place, name] of names.entries()) {
        const proof = proofs[place];
        assert.deepEqual([proof.circuit, proof.verifierTarget], [name, target]);
        assert.deepEqual(proof.decodedPublicInputs, circuits[name].decoded);

        const own = await bbKey(circuits[name].path, target);
        const answer = await client.get(`/api/circuits/${name}/vk?verifierTarget=${target}`, { Accept: 'application/json' });
        const key = answer.json();
        assert.deepEqual([key.circuit, key.verifierTarget], [name, target]);
        assert.equal(key.vk, hexOf(own.vk));
        assert.equal(key.hash, hexOf(own.hash));
        assert.equal((await client.circuit(name)).vk_hash[target], key.hash);

        const files = { proof: bytesOf(proof.proof), public_inputs: bytesOf(proof.publicInputs), vk: own.vk };
        assert.equal(await bbVerifies(target, files), true, 'bb verify');
        assert.deepEqual((await client.verify({ proof: proof.proof, publicInputs: proof.publicInputs, circuit: name, verifierTarget: target })).json(),
          { verified: true, circuit: name, verifierTarget: target });
        const other = names[1 - place];
        const wrong = await client.verify({ ...pick(proof), circuit: other, verifierTarget: target });
        assert.equal(wrong.json().verified, false, `a proof of ${name} passed for one of ${other}`);
      }
    });
  }

  test('target__of_another_kind_does_not_verify', async () => {
    const proof = await client.proof(circuits.square.witness, { circuit: 'square', target: 'evm' });
    for (const target of ['noir-recursive', 'evm-no-zk', 'noir-rollup']) {
      const said = (await client.verify(pick(proof), { circuit: 'square', target })).json();
      assert.equal(said.verified, false, target);
      if (target === 'noir-rollup') assert.equal(said.reason, undefined);
      else assert.match(said.reason, new RegExp(`^the proof has \\d+ bytes, and one for ${target} \\d+; it is as long as one for evm$`));
    }
    const key = (await client.get('/api/circuits/square/vk?verifierTarget=noir-recursive', { Accept: 'application/json' })).json();
    const under = (await client.verify({ ...pick(proof), verifierTarget: 'evm', vk: key.vk })).json();
    assert.match(under.reason, /^the verification key has \d+ bytes, and one for evm \d+; it is as long as one for noir-recursive or noir-recursive-no-zk$/);
    assert.equal((await client.verify(pick(proof), { circuit: 'square', target: 'evm' })).json().verified, true);
  });

  for (const target of MISSING) {
    test(`${target}__which_this_bb_lacks_is_422_on_every_path`, async () => {
      const answers = [
        await client.prove(circuits.square.witness, { circuit: 'square', target }),
        await client.prove(circuits.square.witness, { path: '/api/circuits/square/prove', target }),
        await client.verify({ proof: `0x${'00'.repeat(32)}`, publicInputs: [] }, { circuit: 'square', target }),
        await client.get(`/api/circuits/square/vk?verifierTarget=${target}`),
        await client.get(`/api/circuits/square/verifier.sol?verifierTarget=${target}`),
      ];
      for (const answer of answers) {
        assert.deepEqual([answer.status, answer.json().code], [422, 'target_unsupported'], answer.body.toString());
        assert.match(answer.json().message, new RegExp(target));
      }
    });
  }

  test('target__that_nobody_knows_is_400_and_names_those_there_are', async () => {
    const answer = await client.prove(circuits.square.witness, { circuit: 'square', target: 'ethereum' });
    assert.deepEqual([answer.status, answer.json().code], [400, 'target_unknown']);
    for (const target of [...SUPPORTED, ...MISSING]) assert.ok(answer.json().message.includes(target), target);
  });

  test('maze__proves_for_the_targets_that_the_crs_can_serve', async () => {
    for (const target of ['evm', 'evm-no-zk', 'noir-recursive-no-zk']) {
      const proof = await client.proof(circuits.maze.witness, { circuit: 'maze', target });
      assert.equal((await client.verify(claim(proof))).json().verified, true, target);
    }
  });

  test('rollup__of_a_circuit_past_the_crs_is_422_and_says_how_many_rows', async (context) => {
    if (crsPoints() >= MAZE_ROLLUP_ROWS) return context.skip('this CRS serves it');
    const answer = await client.prove(circuits.maze.witness, { circuit: 'maze', target: 'noir-rollup' });
    assert.deepEqual([answer.status, answer.json().code], [422, 'circuit_too_large'], answer.body.toString());
    assert.match(answer.json().message, /16384/);
  });

  test('decoded_public_inputs__are_as_noir_js_prints_them', async () => {
    const { decodedPublicInputs } = await client.proof(circuits.values.witness, { circuit: 'values' });
    assert.deepEqual(decodedPublicInputs, circuits.values.decoded);
    assert.deepEqual(Object.keys(decodedPublicInputs).sort(), ['flag', 'label', 'list', 'pair', 'point', 'return']);
    assert.equal(decodedPublicInputs.label, 'abc');
    const mazeProof = await client.proof(circuits.maze.witness, { circuit: 'maze' });
    assert.deepEqual(Object.keys(mazeProof.decodedPublicInputs), ['maze_seed']);
    assert.equal(BigInt(mazeProof.decodedPublicInputs.maze_seed), BigInt(mazeProof.publicInputs[0]));
  });
});

const pick = ({ proof, publicInputs }) => ({ proof, publicInputs });
const claim = ({ proof, publicInputs, circuit, verifierTarget }) => ({ proof, publicInputs, circuit, verifierTarget });

describe('files', () => {
  let client;
  let circuit;

  before(async () => {
    circuit = await valuesCircuit();
    client = await Client.start({ circuit: circuit.path });
  });
  after(() => client?.daemon.stop());

  async function assertFiles(files, target) {
    const own = await bbKey(circuit.path, target);
    assert.deepEqual(Object.keys(files).sort(), ['proof', 'public_inputs', 'vk', 'vk_hash']);
    assert.deepEqual(files.vk, own.vk);
    assert.deepEqual(files.vk_hash, own.hash);
    assert.equal(await bbVerifies(target, files), true, 'bb verify');
    const broken = Buffer.from(files.proof);
    broken[broken.length - 1] ^= 1;
    assert.equal(await bbVerifies(target, { ...files, proof: broken }), false, 'bb verify, one bit changed');
  }

  test('zip__opens_and_its_files_verify', async () => {
    const target = 'evm';
    const answer = await client.prove(circuit.witness, { target, headers: { Accept: 'application/zip' } });
    assert.equal(answer.headers['content-type'], 'application/zip');
    await assertFiles(openZip(answer.body), target);

    const path = join(temporaryFolder('zip'), 'proof.zip');
    writeFileSync(path, answer.body);
    const tool = ['/usr/bin/unzip', '/usr/bin/python3'].find(existsSync);
    if (tool === '/usr/bin/unzip') assert.match(execFileSync(tool, ['-t', path], { encoding: 'utf8' }), /No errors/);
    else if (tool) assert.equal(spawnSync(tool, ['-m', 'zipfile', '-t', path]).status, 0);
  });

  test('multipart__opens_and_its_files_verify', async () => {
    const target = 'noir-recursive';
    const answer = await client.prove(circuit.witness, { target, headers: { Accept: 'multipart/mixed' } });
    assert.match(answer.headers['content-type'], /^multipart\/mixed; boundary=/);
    await assertFiles(openMultipart(answer.headers['content-type'], answer.body), target);
  });

  test('form__with_the_files_of_bb_is_verified', async () => {
    const target = 'evm-no-zk';
    const answer = await client.prove(circuit.witness, { target, headers: { Accept: 'application/zip' } });
    const { proof, public_inputs: publicInputs, vk } = openZip(answer.body);
    const verdict = async (files, options) => {
      const { body, headers } = makeForm(files);
      const said = await client.verify(body, { headers, ...options });
      assert.equal(said.status, 200, said.body.toString());
      return said.json();
    };
    const files = { proof, public_inputs: publicInputs };
    assert.deepEqual(await verdict(files, { target, circuit: circuit.id }), { verified: true, circuit: 'values', verifierTarget: target });
    assert.equal((await verdict({ ...files, vk }, { target })).verified, true, 'with the key of its own');
    const changed = Buffer.from(proof);
    changed[40] ^= 1;
    assert.equal((await verdict({ ...files, proof: changed, vk }, { target })).verified, false);
  });

  test('key_of_the_caller__needs_no_circuit_and_decides', async (context) => {
    const foreign = await square();
    const key = await bbKey(foreign.path, 'evm');
    const other = await Client.start({ circuit: foreign.path }, { context });
    const proof = await other.proof(foreign.witness, { target: 'evm' });
    const said = await client.verify({ ...pick(proof), verifierTarget: 'evm', vk: hexOf(key.vk) });
    assert.deepEqual(said.json(), { verified: true, verifierTarget: 'evm' });
    const { vk } = await bbKey(circuit.path, 'evm');
    assert.equal((await client.verify({ ...pick(proof), verifierTarget: 'evm', vk: hexOf(vk) })).json().verified, false);
  });

  test('key__is_checked_each_time_under_a_tag_of_bbs_version', async () => {
    for (const [what, accept] of [['vk', 'application/octet-stream'], ['vk', 'application/json'], ['verifier.sol', 'text/plain']]) {
      const path = (named) => `/api/circuits/${named}/${what}?verifierTarget=evm`;
      const byId = await client.get(path(circuit.id), { Accept: accept });
      const byName = await client.get(path('values'), { Accept: accept });
      assert.equal(byId.status, 200);
      assert.equal(byId.headers['cache-control'], 'no-cache', 'the URL says nothing of the version');
      assert.equal(byName.headers['cache-control'], 'no-cache');
      assert.ok(byId.headers.etag.includes((await client.daemon.health()).bb_version.replaceAll(/[^a-z0-9]/gi, '.')), byId.headers.etag);
      assert.deepEqual(byId.body, byName.body);
      assert.equal(byId.headers.etag, byName.headers.etag);
      assert.equal(byId.headers['x-verifier-target'], 'evm');

      const known = { Accept: accept, 'If-None-Match': byId.headers.etag };
      const unchanged = await client.get(path(circuit.id), known);
      assert.deepEqual([unchanged.status, unchanged.body.length, unchanged.headers.etag], [304, 0, byId.headers.etag]);
      assert.equal(unchanged.headers['x-verifier-target'], 'evm', 'as with the answer that it stands for');
      assert.equal((await client.get(path('values'), { ...known, 'If-None-Match': `"older", W/${byId.headers.etag}` })).status, 304);
      assert.equal((await client.get(path('values'), { ...known, 'If-None-Match': '"another"' })).status, 200);
      const forOther = await client.get(path(circuit.id).replace('evm', 'evm-no-zk'), known);
      assert.equal(forOther.status, 200, 'an ETag of another target');
    }
    const [raw, json] = await Promise.all(['application/octet-stream', 'application/json'].map((Accept) => client.get('/api/circuits/values/vk', { Accept })));
    assert.notEqual(raw.headers.etag, json.headers.etag, 'two forms, one ETag');
  });

  test('key__of_json_is_the_file_and_its_fields', async () => {
    const { vk, fields } = (await client.get('/api/circuits/values/vk?verifierTarget=evm', { Accept: 'application/json' })).json();
    const file = await client.get('/api/circuits/values/vk?verifierTarget=evm');
    assert.equal(vk, hexOf(file.body));
    assert.deepEqual(bytesOf(fields), file.body);
  });
});
