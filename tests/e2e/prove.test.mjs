// POST /api/prove: proofs of the maze by the real bb, which others then verify.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Barretenberg, BackendType, UltraHonkVerifierBackend } from '@aztec/bb.js';
import { executeProgram } from '../../circuit/compile.mjs';
import { currentSeed } from '../../circuit/generate.mjs';
import {
  bbVerifies, compiled, fromHex, publicInputsOf, squareCircuit, squareWitness, verificationKey,
} from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { assertError } from './lib/http.mjs';
import { CRS, MAZE, MAZE_WITNESS } from './lib/paths.mjs';
import { mazeRaw, mazeWitness, word } from './lib/witness.mjs';

const PROOF_BYTES = 14_656;
const NO_PROXY_TAKES_MORE_HEADERS = 64;

describe('a proof of the maze', () => {
  let daemon;

  before(async () => (daemon = await Daemon.start()));
  after(() => daemon.stop());

  async function assertMazeProof(response) {
    assert.equal(response.status, 200, response.body.toString('latin1').slice(0, 500));
    assert.equal(response.headers['content-type'], 'application/octet-stream');
    assert.equal(response.body.length, PROOF_BYTES);
    assert.deepEqual(publicInputsOf(response), word(currentSeed()));
    assert.ok(await bbVerifies(response.body, publicInputsOf(response)), 'bb verify');
  }

  test('proof__verifies_by_bb_verify', async () => {
    const response = await daemon.prove(mazeWitness);
    await assertMazeProof(response);
    assert.equal(Number(response.headers['content-length']), PROOF_BYTES);
  });

  test('proof__does_not_verify_by_bb_verify_for_other_public_inputs', async () => {
    const response = await daemon.prove(mazeWitness);
    assert.equal(await bbVerifies(response.body, word(currentSeed() + 1)), false);
  });

  test('proof__verifies_by_bb_js', async () => {
    const response = await daemon.prove(mazeWitness, { Accept: 'application/json' });
    const { proof, publicInputs } = response.json();
    const api = await Barretenberg.new({ backend: BackendType.Wasm, threads: 1, skipSrsInit: true });
    try {
      const g1 = readFileSync(join((await verificationKey()).crs, 'bn254_g1.dat'));
      const g2Point = readFileSync(join(CRS, 'bn254_g2.dat'));
      await api.srsInitSrs({ pointsBuf: g1.subarray(0, 2 * 64), numPoints: 2, g2Point });
      const verifier = new UltraHonkVerifierBackend(api);
      const data = { proof: fromHex(proof), publicInputs, verificationKey: (await verificationKey()).bytes };
      assert.equal(await verifier.verifyProof(data, { verifierTarget: 'noir-recursive' }), true);
      const others = { ...data, publicInputs: [`0x${word(currentSeed() + 1).toString('hex')}`] };
      assert.equal(await verifier.verifyProof(others, { verifierTarget: 'noir-recursive' }), false);
    } finally {
      await api.destroy();
    }
  });

  test('each_proof__is_another_for_it_hides_the_witness', async () => {
    const proofs = [await daemon.prove(mazeWitness), await daemon.prove(mazeWitness)];
    assert.notDeepEqual(proofs[0].body, proofs[1].body);
  });

  test('raw_witness__is_taken_too', async () => assertMazeProof(await daemon.prove(mazeRaw)));

  test('witness_in_chunks__is_taken_too', async () => {
    await assertMazeProof(await daemon.prove(mazeWitness, { 'Transfer-Encoding': 'chunked' }));
  });

  test('content_types__of_binary_and_of_curl_and_none_are_taken', async () => {
    const types = ['application/octet-stream', 'application/gzip', 'application/x-www-form-urlencoded'];
    for (const type of types) await assertMazeProof(await daemon.post('/api/prove', mazeWitness, { 'Content-Type': type }));
    await assertMazeProof(await daemon.post('/api/prove', mazeWitness));
    const parametered = 'Application/Octet-Stream; charset=binary';
    await assertMazeProof(await daemon.post('/api/prove', mazeWitness, { 'Content-Type': parametered }));
  });

  test('path_with_a_slash_at_its_end__is_another', async () => {
    assertError(await daemon.post('/api/prove/', mazeWitness), 404, 'not_found');
  });

  test('server_timing__says_what_each_stage_took', async () => {
    const sentAt = performance.now();
    const response = await daemon.prove(mazeWitness);
    const tookMs = performance.now() - sentAt;
    const form = /^queue;dur=(\d+(?:\.\d+)?), prove;dur=(\d+(?:\.\d+)?), verify;dur=(\d+(?:\.\d+)?)$/;
    const [queue, prove, verify] = response.headers['server-timing'].match(form).slice(1).map(Number);
    assert.ok(prove > 1 && verify > 0.1, 'a proof takes time');
    assert.ok(queue + prove + verify <= tookMs, `${queue} + ${prove} + ${verify} <= ${tookMs}`);
    const line = await daemon.logOf(response.headers['x-request-id']);
    assert.deepEqual([line.queue_ms, line.prove_ms, line.verify_ms], [queue, prove, verify]);
  });

  test('request_id__is_kept_when_sent', async () => {
    const response = await daemon.prove(mazeWitness, { 'X-Request-Id': 'trace-1.a_B' });
    assert.equal(response.headers['x-request-id'], 'trace-1.a_B');
    assert.equal((await daemon.logOf('trace-1.a_B')).status, 200);
  });

  test('request_id__is_made_when_none_or_an_unfit_one_is_sent', async () => {
    const ids = [];
    for (const sent of [undefined, 'a b', 'x'.repeat(129), '"quoted"', '{"level":"error"}']) {
      const response = await daemon.get('/api', sent && { 'X-Request-Id': sent });
      ids.push(response.headers['x-request-id']);
      assert.match(ids.at(-1), /^[0-9a-f]{32}$/);
    }
    assert.equal(new Set(ids).size, ids.length);
  });

  test('accept_json__gives_the_proof_data_of_bb_js', async () => {
    const response = await daemon.prove(mazeWitness, { Accept: 'text/html, application/json;q=0.9' });
    assert.equal(response.status, 200);
    assert.match(response.headers['content-type'], /^application\/json/);
    const data = response.json();
    assert.deepEqual(Object.keys(data).sort(), ['circuit', 'decodedPublicInputs', 'proof', 'publicInputs', 'timings', 'verifierTarget']);
    assert.match(data.proof, /^0x[0-9a-f]+$/);
    assert.deepEqual(data.publicInputs, [`0x${word(currentSeed()).toString('hex')}`]);
    assert.equal(Number(data.decodedPublicInputs.maze_seed), currentSeed());
    assert.equal(data.circuit, 'circuit');
    assert.equal(data.verifierTarget, 'noir-recursive');
    assert.deepEqual(Object.keys(data.timings).sort(), ['prove', 'queue', 'verify']);
    for (const [stage, ms] of Object.entries(data.timings)) assert.ok(ms >= 0, stage);
    assert.match(response.headers['server-timing'], /^queue;dur=/);
    assert.ok(await bbVerifies(fromHex(data.proof), word(currentSeed())));
  });

  test('accept_anything__gives_bytes', async () => {
    for (const accept of ['*/*', 'application/octet-stream', 'text/html,*/*;q=0.8', 'application/jsonp', 'application/json;q=0']) {
      const response = await daemon.prove(mazeWitness, { Accept: accept });
      assert.equal(response.headers['content-type'], 'application/octet-stream', accept);
    }
  });

  test('accept_with_weights__gives_the_form_that_is_wanted_most', async () => {
    const wanted = {
      'application/json;q=0, */*': 'application/octet-stream',
      'application/json;q=0.5, application/octet-stream': 'application/octet-stream',
      'application/json;q=0.5, application/zip': 'application/zip',
      'application/json, text/plain, */*': 'application/json',
    };
    for (const [accept, type] of Object.entries(wanted)) {
      const response = await daemon.prove(mazeWitness, { Accept: accept });
      assert.equal(response.headers['content-type'], type, accept);
    }
  });

  test('log__has_a_line_a_request_with_all_that_is_known', async () => {
    const response = await daemon.prove(mazeWitness);
    const line = await daemon.logOf(response.headers['x-request-id']);
    assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const { method, path, status, bytes_in: bytesIn, bytes_out: bytesOut } = line;
    assert.deepEqual(
      { method, path, status, bytesIn, bytesOut },
      { method: 'POST', path: '/api/prove', status: 200, bytesIn: mazeWitness.length, bytesOut: PROOF_BYTES },
    );
    assert.ok(line.queue_ms >= 0 && line.prove_ms > 1 && line.verify_ms > 0.1);
    assert.equal(daemon.events('not JSON').length, 0, daemon.stderr);
  });
});

describe('proofs of other circuits', () => {
  test('a_small_circuit__is_proven_and_verified', async (t) => {
    const circuit = await squareCircuit();
    const daemon = await Daemon.start({ circuit });
    t.after(() => daemon.stop());
    const { gzipped, y } = await squareWitness();
    const response = await daemon.prove(gzipped);
    assert.equal(response.status, 200);
    assert.deepEqual(publicInputsOf(response), word(y));
    assert.ok(await bbVerifies(response.body, word(y), circuit));
    const json = await daemon.prove(gzipped, { Accept: 'application/json' });
    assert.equal(json.json().circuit, 'square', 'named by its file');
  });

  test('many_public_inputs__are_left_out_of_the_header_and_are_in_the_json', async (t) => {
    for (const count of [NO_PROXY_TAKES_MORE_HEADERS, NO_PROXY_TAKES_MORE_HEADERS + 1]) {
      const source = `fn main(x: [Field; ${count}], y: pub [Field; ${count}]) {\n    assert(x == y);\n}\n`;
      const circuit = await compiled(`public_${count}`, source);
      const daemon = await Daemon.start({ circuit });
      t.after(() => daemon.stop());
      const x = Array.from({ length: count }, (_, i) => i + 1);
      const witness = Buffer.from(await executeProgram(JSON.parse(readFileSync(circuit, 'utf8')), { x, y: x }));
      const response = await daemon.prove(witness);
      assert.equal(response.status, 200);
      const words = response.headers['x-public-inputs']?.split(',').length;
      assert.equal(words, count <= NO_PROXY_TAKES_MORE_HEADERS ? count : undefined);
      const { proof, publicInputs } = (await daemon.prove(witness, { Accept: 'application/json' })).json();
      assert.deepEqual(publicInputs, x.map((value) => `0x${word(value).toString('hex')}`));
      assert.ok(await bbVerifies(fromHex(proof), Buffer.concat(publicInputs.map(fromHex)), circuit));
    }
  });

  test('a_circuit_named_on_the_command_line__goes_by_that_name', async (t) => {
    const daemon = await Daemon.start({ circuit: `labyrinth=${MAZE}` });
    t.after(() => daemon.stop());
    const response = await daemon.prove(readFileSync(MAZE_WITNESS), { Accept: 'application/json' });
    assert.equal(response.json().circuit, 'labyrinth');
    assert.ok(JSON.stringify((await daemon.health()).circuits).includes('"labyrinth"'));
  });
});
