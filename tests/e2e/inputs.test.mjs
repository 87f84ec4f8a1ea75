// Inputs instead of a witness: circuits executed by proverd, in a process of its own, beside noir_js.

import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { executeProgram } from '../../circuit/compile.mjs';
import { currentSeed } from '../../circuit/generate.mjs';
import { keyFile } from '../api/lib/keys.mjs';
import { bbVerifies, compiled, publicInputsOf } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { MAZE, ROOT, temporaryFolder } from './lib/paths.mjs';
import { commandLineOf, descriptorsOf, environmentOf, limitOf } from './lib/processes.mjs';
import { until } from './lib/wait.mjs';
import { mazeWitness, word } from './lib/witness.mjs';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const TOML_TYPE = { 'Content-Type': 'application/toml' };
const MAZE_INPUTS = readFileSync(join(ROOT, 'circuit', 'inputs.json'));
const MAZE_TOML = readFileSync(join(ROOT, 'circuit', 'Prover.toml'));

const BOXES = `
use std::hash::{blake2s, blake3, keccakf1600, pedersen_hash, poseidon2_permutation, sha256_compression};

fn main(x: [u8; 32], y: Field) -> pub [Field; 8] {
    let mut lanes: [u64; 25] = [0; 25];
    let mut words: [u32; 16] = [0; 16];
    let mut signature: [u8; 64] = [1; 64];
    for i in 0..16 {
        lanes[i] = x[i] as u64;
        words[i] = x[i + 16] as u32;
        signature[i] = x[i];
    }
    // Safety: two of each, in the circuit and in Brillig
    let unconstrained_blake = unsafe { blake(x) };
    [
        blake2s(x)[0] as Field,
        blake3(x)[31] as Field + unconstrained_blake as Field,
        keccakf1600(lanes)[3] as Field,
        sha256_compression(words, [1, 2, 3, 4, 5, 6, 7, 8])[5] as Field,
        poseidon2_permutation([y, 1, 2, 3])[0],
        std::aes128::aes128_encrypt(x, [7; 16], [9; 16])[40] as Field,
        pedersen_hash([y, 3]),
        std::ecdsa_secp256k1::verify_signature(x, x, signature, x) as Field,
    ]
}

unconstrained fn blake(x: [u8; 32]) -> u8 {
    blake2s(x)[1] ^ blake3(x)[2]
}
`;

const KINDS = `
struct Limit { least: u8, most: u8 }

fn main(mode: u8, x: u8) {
    assert(mode != 1, "said plainly");
    assert(mode != 2, f"{x} is too much");
    assert(mode != 3, Limit { least: 1, most: x });
    assert(mode != 4);
    // Safety: nothing comes of it
    unsafe { outer(mode, x) };
    assert(mode != 6, x);
    let text = if mode == 7 { "no {x}" } else { "so {x}" };
    assert(mode != 7, text);
    assert(mode != 8, (x, "no"));
}

unconstrained fn outer(mode: u8, x: u8) {
    inner(mode, x);
}

unconstrained fn inner(mode: u8, x: u8) {
    assert(mode != 5, "far inside");
    println(f"mode {mode}, {x}");
}
`;

const MEMORY = `
fn main(x: Field) -> pub Field {
    // Safety: nothing is relied on
    unsafe { grow(x) }
}

unconstrained fn grow(x: Field) -> Field {
    let mut all = [x].as_vector();
    for i in 0..100_000_000 {
        all = all.push_back(x + i as Field);
    }
    all[7]
}
`;

const SPIN = `
fn main(x: Field) -> pub Field {
    // Safety: nothing is relied on
    unsafe { spin(x) }
}

unconstrained fn spin(x: Field) -> Field {
    let mut y = x;
    while y != 0 {
        y += 1;
    }
    y
}
`;

function executorsOf(daemon) {
  return daemon.children().filter((pid) => commandLineOf(pid)[1] === '--run-executor');
}

function post(daemon, verb, circuit, inputs, headers = {}) {
  return daemon.post(`/api/circuits/${circuit}/${verb}`, Buffer.from(JSON.stringify({ inputs })), { ...JSON_TYPE, ...headers });
}

function assertCode(response, status, code) {
  assert.deepEqual([response.status, response.json().code], [status, code], response.body.toString());
  return response.json();
}

/** What noir_js says of the same inputs. */
async function reference(path, inputs) {
  return gunzipSync(await executeProgram(JSON.parse(readFileSync(path, 'utf8')), inputs));
}

describe('the maze from its inputs', () => {
  let daemon;
  before(async () => (daemon = await Daemon.start({ 'share-proofs': undefined })));
  after(() => daemon.stop());

  for (const [name, body, headers] of [['json', MAZE_INPUTS, JSON_TYPE], ['toml', MAZE_TOML, TOML_TYPE]]) {
    test(`proof__from_${name}_verifies_by_bb_verify`, async () => {
      const response = await daemon.post('/api/prove', body, headers);
      assert.equal(response.status, 200, response.body.toString('latin1').slice(0, 500));
      assert.deepEqual(publicInputsOf(response), word(currentSeed()));
      assert.match(response.headers['server-timing'], /^queue;dur=[\d.]+, execute;dur=[\d.]+, prove;/);
      assert.ok(await bbVerifies(response.body, publicInputsOf(response)));
      assert.ok((await daemon.logOf(response.headers['x-request-id'])).execute_ms > 0);
    });

    test(`witness__from_${name}_is_that_of_noir_js`, async () => {
      const response = await daemon.post('/api/execute', body, headers);
      assert.deepEqual(gunzipSync(response.body), gunzipSync(mazeWitness));
    });
  }

  test('witness__executed_here_is_taken_back', async () => {
    const { body } = await daemon.post('/api/execute', MAZE_INPUTS, JSON_TYPE);
    assert.equal((await daemon.prove(body)).status, 200);
  });

  test('wrong_path__is_told_what_it_crosses_and_where', async () => {
    const inputs = JSON.parse(MAZE_INPUTS).inputs;
    inputs.moves[0] = 0;
    const { message, assertion } = assertCode(await post(daemon, 'prove', 'circuit', inputs), 400, 'assertion_failed');
    const { line, column } = assertion.callStack.at(-1);
    assert.equal(message, `"path leaves the maze" at src/main.nr:${line}:${column}`);
    const source = readFileSync(join(ROOT, 'circuit', 'src', 'main.nr'), 'utf8').split('\n');
    assert.match(source[line - 1].slice(column - 1), /^assert\(place != OUTSIDE/);
  });

  const provers = () => daemon.children().filter((pid) => !executorsOf(daemon).includes(pid));

  /** Has these children stand still meanwhile: every bb unless others are named. */
  async function whileFrozen(run, pids = provers()) {
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      await run();
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
  }

  test('executions__are_told_apart_from_proofs', async () => {
    const counts = async () => {
      const health = await daemon.health();
      return ['jobs_processing', 'executions_processing', 'jobs_pending', 'executions_pending'].map((name) => health[name]);
    };
    assert.equal((await daemon.post('/api/execute', MAZE_INPUTS, JSON_TYPE)).status, 200);
    assert.ok(executorsOf(daemon).length > 0, 'there is one to stand still');
    let execution;
    let proof;
    await whileFrozen(async () => {
      execution = daemon.post('/api/execute', MAZE_INPUTS, JSON_TYPE);
      await until('an execution is at work', async () => isDeepStrictEqual(await counts(), [1, 1, 0, 0]));
    }, executorsOf(daemon));
    assert.equal((await execution).status, 200);
    await whileFrozen(async () => {
      proof = daemon.prove(mazeWitness);
      await until('a proof is', async () => isDeepStrictEqual(await counts(), [1, 0, 0, 0]));
    });
    assert.equal((await proof).status, 200);
  });

  test('executions__wait_for_no_proof', async () => {
    let proof;
    await whileFrozen(async () => {
      proof = daemon.prove(mazeWitness);
      await until('a worker has it', async () => (await daemon.health()).jobs_processing === 1);
      assert.equal((await daemon.post('/api/execute', MAZE_INPUTS, JSON_TYPE)).status, 200);
    });
    assert.equal((await proof).status, 200);
  });

  test('same_proof__of_a_witness_and_of_its_inputs_is_made_once', async () => {
    let proofs;
    await whileFrozen(async () => {
      proofs = [daemon.prove(mazeWitness), daemon.post('/api/prove', MAZE_INPUTS, JSON_TYPE)];
      await until('one has joined the other', async () => /^prover_shared_proofs_total 1$/m.test((await daemon.get('/metrics')).body));
    });
    const [first, second] = await Promise.all(proofs);
    assert.deepEqual([first.status, second.status], [200, 200]);
    assert.deepEqual(second.body, first.body);
  });
});

describe('other circuits', () => {
  test('black_boxes__give_the_witness_of_noir_js_within_the_sandbox', async (t) => {
    const path = await compiled('boxes', BOXES);
    const folder = temporaryFolder('circuits'); // where a circuit may be too large for the CRS, and can yet be executed
    copyFileSync(path, join(folder, 'boxes.json'));
    const daemon = await Daemon.start({ 'circuits-dir': folder });
    t.after(() => daemon.stop());
    const inputs = { x: Array.from({ length: 32 }, (_, place) => 7 * place), y: '123456789' };
    const response = await post(daemon, 'execute', 'boxes', inputs);
    assert.equal(response.status, 200, response.body.toString('latin1').slice(0, 300));
    assert.deepEqual(gunzipSync(response.body), await reference(path, inputs));
  });

  test('many_values__are_answered_whole', async (t) => {
    const COUNT = 1000; // so that their JSON is long
    const daemon = await Daemon.start({ circuit: await compiled('many', `fn main(x: Field) -> pub [Field; ${COUNT}] {\n    [x * x; ${COUNT}]\n}\n`) });
    t.after(() => daemon.stop());
    const nine = `0x${word(9).toString('hex')}`;
    const accept = { Accept: 'application/json' };
    const executed = (await post(daemon, 'execute', 'many', { x: 3 }, accept)).json();
    assert.deepEqual(executed.returnValue.map(BigInt), Array(COUNT).fill(9n));
    const proven = (await post(daemon, 'prove', 'many', { x: 3 }, accept)).json();
    assert.deepEqual(proven.publicInputs, Array(COUNT).fill(nine));
    assert.deepEqual(proven.decodedPublicInputs.return.map(BigInt), Array(COUNT).fill(9n));
    assert.equal((await daemon.verify({ proof: proven.proof, publicInputs: proven.publicInputs })).json().verified, true);
  });

  test('assertion__of_each_kind', async (t) => {
    const daemon = await Daemon.start({ circuit: await compiled('kinds', KINDS) });
    t.after(() => daemon.stop());
    const fail = async (mode) => assertCode(await post(daemon, 'execute', 'kinds', { mode, x: 200 }), 400, 'assertion_failed');
    const lines = ({ assertion }) => assertion.callStack.map(({ line }) => line);
    assert.equal((await fail(1)).assertion.message, 'said plainly');
    assert.equal((await fail(2)).assertion.message, '200 is too much');
    const { assertion, message } = await fail(3);
    assert.deepEqual([assertion.message, assertion.payload], ['Assertion failed', { least: '0x01', most: '0xc8' }]);
    assert.match(message, /^Assertion failed at src\/main\.nr:7:\d+$/);
    assert.equal((await fail(4)).message, 'Cannot satisfy constraint at src/main.nr:8:5');
    const inside = await fail(5);
    assert.equal(inside.message, '"far inside" at src/main.nr:22:5');
    assert.deepEqual(lines(inside), [10, 18, 22]);
    const byValue = await fail(6);
    assert.match(byValue.message, /^"0xc8" at src\/main\.nr:\d+:\d+$/);
    assert.deepEqual([byValue.assertion.message, byValue.assertion.payload], ['0xc8', null]);
    assert.equal((await fail(7)).assertion.message, 'no {x}');
    const parts = await fail(8);
    assert.deepEqual([parts.assertion.message, parts.assertion.payload], ['Assertion failed', ['0xc8', 'no']]);
    assert.equal((await post(daemon, 'execute', 'kinds', { mode: 0, x: 200 })).status, 200, 'print is ignored');
  });

  test('circuit__whose_bytecode_names_an_unknown_black_box_is_refused_by_that_name', async (t) => {
    const artifact = JSON.parse(readFileSync(await compiled('boxes', BOXES), 'utf8'));
    const bytes = gunzipSync(Buffer.from(artifact.bytecode, 'base64'));
    const at = bytes.indexOf('Blake2s');
    bytes.write('Blake9z', at);
    const key = 'a-key-of-the-inputs-test';
    const daemon = await Daemon.start({ 'allow-uploads': 'on', 'data-dir': temporaryFolder('data'), 'api-key-file': keyFile({ tests: key }) });
    t.after(() => daemon.stop());
    const body = Buffer.from(JSON.stringify({ ...artifact, bytecode: gzipSync(bytes).toString('base64') }));
    const response = await daemon.post('/api/circuits?name=boxes', body, { ...JSON_TYPE, 'X-API-Key': key });
    assert.match(assertCode(response, 422, 'circuit_invalid').message, /Blake9z/);
  });
});

describe('a Prover.toml', () => {
  const SUM = 'fn main(x: Field, y: pub Field) -> pub Field { x + y }\n';
  let daemon;
  before(async () => (daemon = await Daemon.start({ circuit: await compiled('sum', SUM) })));
  after(() => daemon.stop());

  const execute = (toml) => daemon.post('/api/execute', Buffer.isBuffer(toml) ? toml : Buffer.from(toml), { ...TOML_TYPE, Accept: 'application/json' });

  for (const [name, toml] of [
    ['its_return_is_what_main_returns', 'x = 1\ny = 2\nreturn = 3\n'],
    ['its_return_is_that_in_hexadecimal', 'x = 1\ny = 2\nreturn = "0x03"\n'],
    ['it_begins_with_a_byte_order_mark', '\ufeffx = 1\ny = 2\n'],
    ['it_has_names_that_are_no_parameter', 'x = 1\ny = 2\nz = "more"\n[notes]\na = []\n'],
    ['its_numbers_are_of_every_base', 'x = 0b1\n"y" = 0o2'],
  ]) {
    test(`taken__when_${name}`, async () => {
      const { status, json } = await execute(toml);
      assert.equal(status, 200, JSON.stringify(json()));
      assert.equal(json().returnValue, '0x03');
    });
  }

  for (const [name, toml, code, message] of [
    ['its_return_is_another', 'x = 1\ny = 2\nreturn = 4\n', 'inputs_invalid', /^return: the circuit returns "0x03"$/],
    ['its_return_has_another_type', 'x = 1\ny = 2\nreturn = [3]\n', 'inputs_invalid', /^return: a list is not Field$/],
    ['a_comment_is_no_UTF-8', Buffer.from('x = 1 # \xff\ny = 2\n', 'latin1'), 'body_malformed', /^TOML, line 1: it is not UTF-8$/],
    ['a_key_has_several_lines', 'x = 1\n"""y""" = 2\n', 'body_malformed', /^TOML, line 2: a key /],
    ['it_has_a_date', 'x = 1\ny = 2\nz = 2020-01-01\n', 'body_malformed', /^TOML, line 3: .*dates/],
  ]) {
    test(`refused__when_${name}`, async () => {
      assert.match(assertCode(await execute(toml), 400, code).message, message);
    });
  }

  test('proof__is_not_made_when_its_return_is_another', async () => {
    assertCode(await daemon.post('/api/prove', Buffer.from('x = 1\ny = 2\nreturn = 4\n'), TOML_TYPE), 400, 'inputs_invalid');
  });

  test('empty_body__is_no_Prover_toml_of_a_circuit_with_parameters', async () => {
    assertCode(await execute(''), 400, 'body_empty');
    assert.match(assertCode(await execute('# nothing'), 400, 'inputs_invalid').message, /x: is missing/);
  });
});

describe('a circuit without witnesses', () => {
  const key = 'a-key-of-the-inputs-test';
  const keyed = { 'X-API-Key': key };
  let daemon;
  let path;
  before(async () => {
    path = await compiled('nothing', 'fn main() {}\n');
    daemon = await Daemon.start({ 'allow-uploads': 'on', 'data-dir': temporaryFolder('data'), 'api-key-file': keyFile({ tests: key }) });
    const { status } = await daemon.post('/api/circuits?name=nothing', readFileSync(path), { ...JSON_TYPE, ...keyed });
    assert.equal(status, 201);
  });
  after(() => daemon.stop());

  const prove = (body, headers = {}, query = '') => daemon.post(`/api/circuits/nothing/prove${query}`, Buffer.from(body), { ...headers, ...keyed });

  for (const [name, body, headers] of [
    ['inputs_that_are_none', '{"inputs": {}}', JSON_TYPE],
    ['an_empty_object', '{}', JSON_TYPE],
    ['nothing_at_all', '', JSON_TYPE],
    ['an_empty_Prover_toml', '', TOML_TYPE],
    ['a_Prover_toml_of_a_comment', '# nothing to say', TOML_TYPE],
  ]) {
    test(`proof__from_${name}_verifies_by_bb_verify`, async () => {
      const response = await prove(body, headers);
      assert.equal(response.status, 200, response.body.toString('latin1').slice(0, 300));
      assert.equal(response.headers['x-public-inputs'] ?? '', '');
      assert.ok(await bbVerifies(response.body, Buffer.alloc(0), path));
    });
  }

  test('witness__without_values_is_that_of_noir_js_and_is_proven', async () => {
    const { status, body } = await daemon.post('/api/circuits/nothing/execute', Buffer.from('{"inputs": {}}'), { ...JSON_TYPE, ...keyed });
    assert.equal(status, 200);
    assert.deepEqual(gunzipSync(body), await reference(path, {}));
    const proven = await prove(body, { Accept: 'application/json' });
    assert.equal(proven.status, 200, proven.body.toString());
    assert.deepEqual(proven.json().decodedPublicInputs, {});
    const verdict = await daemon.post('/api/verify', proven.body, { ...JSON_TYPE, ...keyed });
    assert.deepEqual([verdict.status, verdict.json().verified], [200, true]);
  });

  test('contract_and_key__are_there', async () => {
    const response = await prove('', JSON_TYPE, '?verifierTarget=evm');
    assert.equal(response.status, 200);
    const key = await daemon.get('/api/circuits/nothing/vk?verifierTarget=evm', keyed);
    const contract = await daemon.get('/api/circuits/nothing/verifier.sol', keyed);
    assert.deepEqual([key.status, contract.status], [200, 200]);
  });

  test('empty_body__is_no_witness', async () => {
    assertCode(await prove(''), 400, 'body_empty');
    assertCode(await prove('{"inputs": {}, "more": 1}', JSON_TYPE), 400, 'body_malformed');
  });
});

const ODD_TYPES = `
struct Empty {}

fn main(x: Field, nothing: [Empty; 3], y: pub Field) -> pub [Empty; 2] {
    assert(x != nothing.len() as Field);
    assert(y != 0);
    [Empty {}, Empty {}]
}
`;

describe('an ABI with types of every kind', () => {
  test('array_of_structs_without_fields__is_a_value_like_others', async (t) => {
    const path = await compiled('odd', ODD_TYPES);
    const daemon = await Daemon.start({ circuit: path });
    t.after(() => daemon.stop());
    const inputs = { x: 1, nothing: [{}, {}, {}], y: 7 };
    const executed = await post(daemon, 'execute', 'odd', inputs);
    assert.deepEqual(gunzipSync(executed.body), await reference(path, inputs));
    const { json } = await post(daemon, 'execute', 'odd', inputs, { Accept: 'application/json' });
    assert.deepEqual(json().returnValue, [{}, {}]);
    const proof = await post(daemon, 'prove', 'odd', inputs, { Accept: 'application/json' });
    assert.deepEqual(proof.json().decodedPublicInputs, { y: '0x07', return: [{}, {}] });
    const { mistakes } = assertCode(await post(daemon, 'prove', 'odd', { ...inputs, nothing: [{}] }), 400, 'inputs_invalid');
    assert.deepEqual(mistakes, ['nothing: has 1 elements, not 3']);
  });

  test('type__that_is_unknown_takes_nothing_else_with_it', async (t) => {
    const artifact = JSON.parse(readFileSync(await compiled('odd', ODD_TYPES), 'utf8'));
    const folder = temporaryFolder('circuits');
    const write = (name, parameters, result) => {
      const abi = { ...artifact.abi, parameters, return_type: { ...artifact.abi.return_type, abi_type: result } };
      writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...artifact, abi }));
    };
    const unknown = { kind: 'set', of: 'things' };
    const [x, nothing, y] = artifact.abi.parameters;
    const known = artifact.abi.return_type.abi_type;
    write('parameter', [x, { ...nothing, type: unknown }, y], known);
    write('result', [x, nothing, y], unknown);
    const daemon = await Daemon.start({ 'circuits-dir': folder });
    t.after(() => daemon.stop());
    const inputs = { x: 1, nothing: [{}, {}, {}], y: 7 };

    const { message } = assertCode(await post(daemon, 'prove', 'parameter', inputs), 422, 'circuit_not_executable');
    assert.match(message, /its parameter nothing: a type of an unknown kind/);
    const witness = await post(daemon, 'execute', 'result', inputs);
    assert.equal(witness.status, 200);
    const asked = await post(daemon, 'execute', 'result', inputs, { Accept: 'application/json' });
    assert.match(assertCode(asked, 422, 'circuit_not_executable').message, /its result: a type of an unknown kind/);
    for (const [name, expected] of [['parameter', { y: '0x07', return: [{}, {}] }], ['result', { y: '0x07' }]]) {
      const proof = await daemon.post(`/api/circuits/${name}/prove`, witness.body, { Accept: 'application/json' });
      assert.deepEqual(proof.json().decodedPublicInputs, expected);
    }
  });
});

describe('a circuit that is uploaded anew', () => {
  test('with_another_ABI_for_the_same_bytecode__is_executed_by_that', async (t) => {
    const key = 'a-key-of-the-inputs-test';
    const headers = { ...JSON_TYPE, 'X-API-Key': key };
    const daemon = await Daemon.start({ 'allow-uploads': 'on', 'data-dir': temporaryFolder('data'), 'api-key-file': keyFile({ tests: key }), executors: 1 });
    t.after(() => daemon.stop());
    const file = await compiled('digits', 'fn main(first: Field, second: Field) -> pub Field { first * 10 + second }');
    const artifact = JSON.parse(readFileSync(file));
    const [first, second] = artifact.abi.parameters;
    const execute = async (parameters) => {
      const body = Buffer.from(JSON.stringify({ ...artifact, abi: { ...artifact.abi, parameters } }));
      assert.equal((await daemon.post('/api/circuits?name=digits', body, headers)).status, 201);
      const inputs = Buffer.from(JSON.stringify({ inputs: { first: 5, second: 3 } }));
      const { status, json } = await daemon.post('/api/execute?circuit=digits', inputs, { ...headers, Accept: 'application/json' });
      assert.equal(status, 200, JSON.stringify(json()));
      assert.equal((await daemon.request({ method: 'DELETE', path: '/api/circuits/digits', headers })).status, 204);
      return Number(json().returnValue);
    };
    assert.equal(await execute([first, second]), 53);
    assert.equal(await execute([second, first]), 35);
  });
});

describe('what is hostile', () => {
  let daemon;
  before(async () => {
    const circuit = [MAZE, await compiled('memory', MEMORY), await compiled('spin', SPIN)];
    daemon = await Daemon.start({ circuit, 'execute-memory-bytes': 64 << 20, 'execute-timeout': 2, 'execute-steps': 1e12, executors: 2 });
  });
  after(() => daemon.stop());

  /** The server goes on as if nothing had been. */
  async function assertWell() {
    assert.equal((await daemon.post('/api/execute', MAZE_INPUTS, JSON_TYPE)).status, 200);
    assert.equal((await daemon.health()).status, 'ok');
  }

  test('loop__without_an_end_is_stopped', async () => {
    const startedAt = performance.now();
    const response = await post(daemon, 'execute', 'spin', { x: 1 });
    assertCode(response, 504, 'execute_timeout');
    assert.ok(performance.now() - startedAt >= 1900);
    assert.equal((await daemon.logOf(response.headers['x-request-id'])).code, 'execute_timeout');
    await assertWell();
  });

  test('memory__without_an_end_is_stopped', async () => {
    const response = await post(daemon, 'execute', 'memory', { x: 1 });
    assert.match(assertCode(response, 422, 'execution_limit').message, /--execute-memory-bytes/);
    await assertWell();
  });

  test('inputs__that_are_large_or_deep_or_no_json', async () => {
    const most = 1 << 20;
    const bodies = {
      deep: `{"inputs": ${'['.repeat(500_000)}`,
      wide: `{"inputs": {"moves": [${'[],'.repeat(300_000)}[]]}}`,
      names: `{"inputs": {${Array.from({ length: 80_000 }, (_, place) => `"${place}":0`)}}}`,
      number: `{"inputs": {"maze_seed": ${'9'.repeat(900_000)}}}`,
      text: `{"inputs": {"maze_seed": "${'9'.repeat(900_000)}"}}`,
      nothing: '\0'.repeat(1000),
    };
    for (const [name, body] of Object.entries(bodies)) {
      assert.ok(body.length <= most, name);
      const { status, json } = await daemon.post('/api/execute', Buffer.from(body), JSON_TYPE);
      assert.ok([400, 422].includes(status), `${name}: ${status}`);
      assert.ok(json().message.length < 2000, name);
    }
    for (const body of ['['.repeat(500_000), `a = ${'['.repeat(500_000)}`, 'a.'.repeat(400_000), `a = "${'\\u0000'.repeat(9)}`]) {
      assert.equal((await daemon.post('/api/execute', Buffer.from(body), TOML_TYPE)).status, 400);
    }
    assertCode(await daemon.post('/api/execute', Buffer.alloc(most + 1, ' '), JSON_TYPE), 413, 'body_too_large');
    await assertWell();
  });

  test('executor__that_is_killed_midway_is_replaced_and_its_request_tried_again', async () => {
    const answer = post(daemon, 'execute', 'spin', { x: 1 });
    const [first] = await until('an executor works', () => {
      const pids = executorsOf(daemon);
      return pids.length > 0 && pids;
    });
    for (const pid of executorsOf(daemon)) process.kill(pid, 'SIGKILL');
    assertCode(await answer, 504, 'execute_timeout');
    await assertWell();
    assert.ok(!executorsOf(daemon).includes(first));
  });

  test('executor__has_a_clean_environment_and_its_pipes_alone', async () => {
    await assertWell();
    for (const pid of executorsOf(daemon)) {
      assert.deepEqual(environmentOf(pid), {});
      assert.ok(descriptorsOf(pid).every((target) => target.startsWith('pipe:')));
      assert.deepEqual(limitOf(pid, 'Max core file size'), ['0', '0']);
      assert.deepEqual(limitOf(pid, 'Max data size'), [String(64 << 20), String(64 << 20)]);
    }
  });
});
