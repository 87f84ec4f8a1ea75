// The life of circuits and keys: uploads that outlast a restart and a crash, a folder that is read again, kept keys.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { compiled } from '../e2e/lib/circuits.mjs';
import { shellProgram } from '../e2e/lib/fake.mjs';
import { Wire } from '../e2e/lib/http.mjs';
import { runToEnd } from '../e2e/lib/daemon.mjs';
import { BB, CRS, temporaryFolder } from '../e2e/lib/paths.mjs';
import { filesBelow, peakMemory } from '../e2e/lib/processes.mjs';
import { until } from '../e2e/lib/wait.mjs';
import { chain, differing, exchanged, idOf, powers, square, tables, valuesCircuit } from './lib/circuits.mjs';
import { Client } from './lib/client.mjs';
import { keyFile } from './lib/keys.mjs';

const KEY = 'a-key-of-the-circuits-test';

/** What a server that takes uploads into `data` is started with. */
function options(data, more = {}) {
  return { circuit: undefined, 'data-dir': data, 'api-key-file': keyFile({ tests: KEY }), 'allow-uploads': 'on', ...more };
}

function start(context, data, more, settings) {
  return Client.start(options(data, more), { context, key: KEY, ...settings });
}

async function restart(client, context, data, more, settings) {
  await client.daemon.stop();
  return start(context, data, more, settings);
}

const files = (folder) => filesBelow(folder).filter((path) => statSync(path).isFile());

describe('uploads', () => {
  test('upload__is_proven_at_once_and_there_after_a_restart', async (context) => {
    const data = temporaryFolder('data');
    const values = await valuesCircuit();
    let client = await start(context, data);
    assert.deepEqual(await client.names(), []);
    assert.equal((await client.prove(values.witness)).json().code, 'circuit_unknown', 'a server without circuits');

    const answer = await client.upload(values.artifact, { name: 'mine' });
    assert.equal(answer.status, 201);
    assert.deepEqual([answer.json().id, answer.json().name, answer.json().uploaded], [values.id, 'mine', true]);
    const proof = await client.proof(values.witness);
    assert.deepEqual(proof.decodedPublicInputs, values.decoded);

    client = await restart(client, context, data);
    const kept = await client.circuit('mine');
    assert.deepEqual([kept.id, kept.uploaded], [values.id, true]);
    assert.equal((await client.verify({ proof: proof.proof, publicInputs: proof.publicInputs, circuit: values.id })).json().verified, true);
    assert.equal((await client.prove(values.witness, { circuit: values.id })).status, 200);
  });

  test('upload__again_is_200_under_the_name_it_has', async (context) => {
    const client = await start(context, temporaryFolder('data'));
    const { artifact, id } = await square();
    const first = await client.upload(artifact);
    assert.deepEqual([first.status, first.json().name], [201, id.slice(0, 16)]);
    for (const name of [undefined, id.slice(0, 16), 'another']) {
      const again = await client.upload({ ...artifact, hash: 'other', names: ['other'] }, { name });
      assert.deepEqual([again.status, again.json().id, again.json().name], [200, id, id.slice(0, 16)]);
      assert.equal(again.headers.location, first.headers.location);
    }
    assert.equal((await client.names()).length, 1);
  });

  test('upload__with_another_abi_is_another_circuit_and_publishes_nothing_of_the_first', async (context) => {
    const client = await start(context, temporaryFolder('data'));
    const artifact = await differing();
    const planted = exchanged(artifact);
    assert.equal((await client.upload(planted, { name: 'planted' })).status, 201);
    const { status, headers } = await client.upload(artifact);
    assert.equal(status, 201);
    assert.equal(headers.location, `/api/circuits/${idOf(artifact)}`);
    const published = async (circuit) => (await client.send(`/api/circuits/${circuit}/prove`, { x: 5, y: 7 }, { Accept: 'application/json' })).json().decodedPublicInputs;
    assert.deepEqual(await published(idOf(artifact)), { y: '0x07' });
    assert.deepEqual(await published(idOf(planted)), { x: '0x05' });
  });

  test('upload__of_the_same_bytecode_shares_its_keys_until_the_last_is_deleted', async (context) => {
    const data = temporaryFolder('data');
    const client = await start(context, data);
    const artifact = await differing();
    assert.equal((await client.upload(artifact, { name: 'one' })).status, 201);
    assert.equal((await client.upload(exchanged(artifact), { name: 'other' })).status, 201);
    assert.equal(client.daemon.events('key computed').length, 1);
    assert.equal((await client.delete('/api/circuits/one')).status, 204);
    assert.equal(files(join(data, 'keys')).length, 1);
    assert.equal((await client.delete('/api/circuits/other')).status, 204);
    assert.equal(files(join(data, 'keys')).length, 0);
  });

  test('upload__whose_name_looks_like_an_id_is_refused', async (context) => {
    const client = await start(context, temporaryFolder('data'));
    const [{ artifact, id }, [other]] = [await square(), await powers(1)];
    for (const name of [id, id.toUpperCase(), '0'.repeat(64), id.slice(0, 16), 'F'.repeat(16)]) {
      const answer = await client.upload(other, { name });
      assert.deepEqual([answer.status, answer.json().code], [422, 'circuit_invalid'], name);
      assert.match(answer.json().message, /looks like the id/);
    }
    assert.equal((await client.upload(other, { name: id.slice(0, 15) })).status, 201);
    assert.equal((await client.get(`/api/circuits/${id}`)).status, 404);
    assert.equal((await client.upload(artifact)).status, 201);
  });

  test('upload__by_many_at_once_is_kept_once', async (context) => {
    const data = temporaryFolder('data');
    const client = await start(context, data);
    const { artifact } = await square();
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.upload(artifact, { name: 'square' })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 200, 200, 201]);
    assert.deepEqual(readdirSync(join(data, 'circuits')), ['square.json', 'square.owners']);
  });

  test('delete__is_for_good_and_takes_the_keys_along', async (context) => {
    const data = temporaryFolder('data');
    let client = await start(context, data);
    const { artifact, witness } = await square();
    const { headers } = await client.upload(artifact, { name: 'square' });
    assert.equal((await client.prove(witness, { circuit: 'square', target: 'evm' })).status, 200);
    assert.ok(files(data).length >= 3, 'the circuit and two keys');
    assert.equal((await client.delete(headers.location)).status, 204);
    assert.deepEqual(files(data), []);
    assert.equal((await client.prove(witness, { circuit: 'square' })).status, 404);
    client = await restart(client, context, data);
    assert.deepEqual(await client.names(), []);
    assert.equal((await client.upload(artifact, { name: 'square' })).status, 201, 'and may come back');
  });

  test('delete__by_many_at_once_takes_nothing_that_came_after', async (context) => {
    const data = temporaryFolder('data');
    let client = await start(context, data, { workers: 1 });
    const [first, second] = await powers(2);
    for (let round = 0; round < 5; round++) {
      const { headers } = await client.upload(first, { name: 'shared' });
      const answers = await Promise.all([
        client.delete(headers.location), client.delete(headers.location), client.upload(second, { name: 'shared' }),
        client.delete(headers.location), client.upload(second, { name: 'shared' }),
      ]);
      const [deleted, again, , late] = answers.map(({ status }) => status);
      assert.deepEqual([deleted, again, late].sort(), [204, 404, 404]);
      const kept = answers.some(({ status }) => status === 201);
      client = await restart(client, context, data, { workers: 1 });
      assert.deepEqual(await client.names(), kept ? ['shared'] : []);
      if (kept) assert.equal((await client.delete('/api/circuits/shared')).status, 204);
    }
  });

  test('upload__whose_bytecode_is_a_zip_bomb_costs_no_memory', async (context) => {
    const client = await start(context, temporaryFolder('data'));
    const { artifact } = await square();
    const before = peakMemory(client.daemon.pid);
    const bomb = Buffer.alloc((256 << 20) + 1, 0x90).fill(3, 0, 1);
    const answer = await client.upload({ ...artifact, bytecode: gzipSync(bomb).toString('base64') });
    assert.deepEqual([answer.status, answer.json().code], [422, 'circuit_too_large']);
    const grown = peakMemory(client.daemon.pid) - before;
    assert.ok(grown < 20e6, `${grown} bytes`);
    assert.equal((await client.upload(artifact)).status, 201);
  });

  test('upload__is_held_against_the_rows_that_its_key_has', async (context) => {
    const crs = temporaryFolder('crs'); // 8,193 points, whatever this machine has
    writeFileSync(join(crs, 'bn254_g1_compressed.dat'), readFileSync(join(CRS, 'bn254_g1_compressed.dat')).subarray(0, 8193 * 32));
    copyFileSync(join(CRS, 'bn254_g2.dat'), join(crs, 'bn254_g2.dat'));
    const client = await start(context, temporaryFolder('data'), { 'crs-path': crs });
    const rowsOf = async (artifact) => {
      const answer = await client.upload(artifact);
      assert.equal(answer.status, 201, answer.body.toString());
      const { body } = await client.get(`${answer.headers.location}/vk`);
      assert.equal(answer.json().num_gates_dyadic, 2 ** body[31], answer.body.toString());
      return 2 ** body[31];
    };
    const rows = [];
    for (const gates of [27, 28, 59, 60, 8187]) rows.push(await rowsOf(await chain(gates)));
    assert.deepEqual(rows, [32, 64, 64, 128, 8192]);
    assert.equal(await rowsOf(await tables(4067)), 8192);
    for (const artifact of [await chain(8188), await chain(8192), await tables(4068)]) {
      const began = Date.now();
      const answer = await client.upload(artifact);
      assert.deepEqual([answer.status, answer.json().code], [422, 'circuit_too_large'], answer.body.toString());
      assert.match(answer.json().message, /16384 rows .* 8193 points/);
      assert.ok(Date.now() - began < 5_000, 'bb gives up downloading points after six seconds');
    }
  });

  test('upload__whose_abi_is_past_its_limit_is_refused', async (context) => {
    const client = await start(context, temporaryFolder('data'));
    const { artifact } = await square();
    const large = { ...artifact, abi: { ...artifact.abi, error_types: Object.fromEntries(Array.from({ length: 150_000 }, (_, place) => [`${place}`, { error_kind: 'string', string: 'x'.repeat(50) }])) } };
    const answer = await client.upload(large);
    assert.deepEqual([answer.status, answer.json().code], [422, 'circuit_too_large']);
    assert.match(answer.json().message, /its ABI has \d+ bytes .* 1048576 \(--max-abi-bytes\)/);
    assert.equal((await client.upload(artifact)).status, 201);
  });

  test('upload__of_a_recursion_without_a_key_is_told_why', async (context) => {
    const client = await start(context, temporaryFolder('data'));
    for (const fields of [0, 114]) {
      const source = `fn main(proof: [Field; 458], inputs: [Field; 1]) {\n    std::verify_proof_with_type([0; ${fields}], proof, inputs, 0, 6);\n}\n`;
      const artifact = JSON.parse(readFileSync(await compiled(`recursion${fields}`, source), 'utf8'));
      const answer = await client.upload(artifact);
      assert.deepEqual([answer.status, answer.json().code], [422, 'circuit_invalid'], answer.body.toString());
      assert.match(answer.json().message, /without a whole verification key; give verify_proof_with_type the 115 fields/);
    }
  });

  test('upload__that_is_refused_leaves_no_key', async (context) => {
    const data = temporaryFolder('data');
    const client = await start(context, data, { 'max-circuits': 2 });
    const [first, second, third] = await powers(3);
    assert.equal((await client.upload(first, { name: 'taken' })).status, 201);
    assert.equal((await client.upload(second, { name: 'taken' })).status, 409);
    assert.equal(files(join(data, 'keys')).length, 1);
    assert.equal((await client.upload(second, { name: 'other' })).status, 201);
    assert.equal((await client.upload(third)).status, 422);
    assert.equal(files(join(data, 'keys')).length, 2);
  });

  test('delete__lets_a_proof_that_runs_end_well', async (context) => {
    const client = await start(context, temporaryFolder('data'), { workers: 1 });
    const { artifact, witness } = await valuesCircuit();
    const { headers } = await client.upload(artifact);
    const proofs = Array.from({ length: 4 }, () => client.prove(witness, { circuit: headers.location.split('/').pop() }));
    await until('they are at work', async () => {
      const { jobs_processing: processing, jobs_pending: pending } = await client.daemon.health();
      return processing + pending === 4;
    });
    assert.equal((await client.delete(headers.location)).status, 204);
    for (const answer of await Promise.all(proofs)) assert.equal(answer.status, 200, answer.body.toString('utf8', 0, 300));
  });

  test('kill__in_the_midst_of_the_next_upload_loses_nothing_and_leaves_nothing_partial', async (context) => {
    const data = temporaryFolder('data');
    const bytes = 4 << 20; // long enough to write that a kill falls into it
    const [first, ...others] = await powers(4, bytes);
    let client = await start(context, data);
    assert.equal((await client.upload(first, { name: 'first' })).status, 201);
    const before = readFileSync(join(data, 'circuits', 'first.json'));

    // Killed while the body comes in, and then in the moment when a file appears.
    for (const [place, artifact] of others.entries()) {
      const body = Buffer.from(JSON.stringify(artifact));
      const wire = await Wire.open(client.daemon.port);
      wire.sendHead('POST', `/api/circuits?name=next${place}`, { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json', 'Content-Length': body.length });
      const known = readdirSync(join(data, 'circuits')).length;
      wire.send(place === 0 ? body.subarray(0, bytes / 2) : body);
      if (place === 0) await until('the body is coming in', () => wire.socket.bytesWritten >= bytes / 2);
      else await until('a file appears', () => readdirSync(join(data, 'circuits')).length > known || wire.received.includes('201'), 30);
      client.daemon.kill('SIGKILL');
      await client.daemon.exit();
      await wire.close();
      const answered = wire.received.includes('HTTP/1.1 201');

      client = await start(context, data);
      assert.deepEqual(readFileSync(join(data, 'circuits', 'first.json')), before);
      const names = await client.names();
      assert.ok(names.includes('first'));
      if (answered) assert.ok(names.includes(`next${place}`), 'what was answered is there');
      if (names.includes(`next${place}`)) assert.equal((await client.circuit(`next${place}`)).id, idOf(artifact));
      for (const path of files(join(data, 'circuits'))) {
        assert.match(path, /\/(first|next\d)\.(json|owners)$/, 'nothing partial is left');
        JSON.parse(readFileSync(path, 'utf8'));
      }
      assert.deepEqual(client.daemon.events('a circuit file is left out'), []);
    }
    const again = await client.upload(others[0], { name: 'again' });
    assert.ok([200, 201].includes(again.status), 'the next upload is taken');
  });
});

describe('everything at once', () => {
  test('one_name__uploaded_deleted_and_used_by_many_is_never_in_between', async (context) => {
    const ROUNDS = 40;
    const [data, folder] = [temporaryFolder('data'), temporaryFolder('circuits')];
    const [own, [other, third]] = [await square(), await powers(2)];
    const more = { 'circuits-dir': folder, workers: 2, queue: 200 };
    let client = await start(context, data, more);
    const seen = new Set();
    const caller = async (what, ask) => {
      for (let round = 0; round < ROUNDS; round++) seen.add(`${what} ${(await ask(round)).status}`);
    };
    await Promise.all([
      caller('upload', () => client.upload(own.artifact, { name: 'shared' })),
      caller('upload', () => client.upload(own.artifact)),
      caller('upload', () => client.upload(other, { name: 'shared' })),
      caller('delete', () => client.delete('/api/circuits/shared')),
      caller('delete', () => client.delete(`/api/circuits/${own.id}`)),
      caller('prove', () => client.prove(own.witness, { circuit: own.id })),
      caller('read', () => client.get('/api/circuits/shared/vk?verifierTarget=evm')),
      caller('read', () => client.get(`/api/circuits/${own.id}/verifier.sol`)),
      caller('read', () => client.verify({ proof: `0x${'00'.repeat(64)}`, publicInputs: [], circuit: 'shared' })),
      caller('sighup', async (round) => {
        if (round % 2 === 0) writeFileSync(join(folder, 'third.json'), JSON.stringify(third));
        else rmSync(join(folder, 'third.json'));
        for (let storm = 0; storm < 20; storm++) process.kill(client.daemon.pid, 'SIGHUP');
        return client.get('/api/circuits');
      }),
    ]);
    const may = new Set(['sighup 200', 'upload 200', 'upload 201', 'upload 409', 'delete 204', 'delete 404', 'prove 200', 'prove 404', 'read 200', 'read 404']);
    assert.deepEqual([...seen].filter((what) => !may.has(what)), []);
    const uploaded = async () => (await client.get('/api/circuits')).json().circuits.filter((circuit) => circuit.uploaded).map(({ id }) => id).sort();
    const before = await uploaded();
    client = await restart(client, context, data, more);
    assert.deepEqual(await uploaded(), before, 'what is there is what is kept');
  });
});

describe('keys that are kept', () => {
  const computed = (client) => client.daemon.events('key computed').map(({ circuit, target }) => `${circuit} ${target}`).sort();
  const keyFiles = (data) => files(join(data, 'keys'));

  test('keys__of_every_target_are_read_and_not_computed_after_a_restart', async (context) => {
    const data = temporaryFolder('data');
    const { path, witness } = await square();
    let client = await start(context, data, { circuit: path });
    const hash = async (target) => (await client.get(`/api/circuits/square/vk?verifierTarget=${target}`, { Accept: 'application/json' })).json().hash;
    const hashes = { 'noir-recursive': await hash('noir-recursive'), evm: await hash('evm') };
    assert.deepEqual(computed(client), ['square evm', 'square noir-recursive']);
    const written = keyFiles(data).map((file) => [file, statSync(file).mtimeMs]);
    assert.equal(written.length, 2);

    client = await restart(client, context, data, { circuit: path });
    for (const [target, value] of Object.entries(hashes)) assert.equal(await hash(target), value);
    assert.equal((await client.prove(witness, { target: 'evm' })).status, 200);
    assert.deepEqual(computed(client), []);
    assert.deepEqual(keyFiles(data).map((file) => [file, statSync(file).mtimeMs]), written);
  });

  test('keys__of_another_bb_are_not_used', async (context) => {
    const data = temporaryFolder('data');
    const { path } = await square();
    const another = shellProgram(`[ "$1" != --version ] || { echo 5.0.0-another; exit 0; }\nexec '${BB}' "$@"`);
    let client = await start(context, data, { circuit: path });
    client = await restart(client, context, data, { circuit: path, bb: another });
    assert.match((await client.daemon.health()).bb_version, /another/);
    assert.deepEqual(computed(client), ['square noir-recursive']);
    assert.equal(keyFiles(data).length, 2, 'one for each bb');
    client = await restart(client, context, data, { circuit: path });
    assert.deepEqual(computed(client), []);
  });

  test('keys__that_are_damaged_are_computed_again', async (context) => {
    const data = temporaryFolder('data');
    const { path, witness } = await square();
    let client = await start(context, data, { circuit: path });
    const [file] = keyFiles(data);
    const good = readFileSync(file);
    for (const damage of [(bytes) => bytes.subarray(0, bytes.length / 2), (bytes) => Buffer.from(bytes).fill(1, 200, 201), () => Buffer.alloc(0)]) {
      writeFileSync(file, damage(good));
      client = await restart(client, context, data, { circuit: path });
      assert.equal((await client.prove(witness)).status, 200);
      assert.deepEqual(computed(client), ['square noir-recursive']);
      assert.deepEqual(readFileSync(file), good);
    }
  });
});

describe('the data folder', () => {
  test('start__leaves_what_is_not_its_own', async (context) => {
    const data = temporaryFolder('data');
    for (const folder of ['circuits', 'keys', 'mine']) mkdirSync(join(data, folder));
    const others = ['.profile.backup', '.x.config', '.proverd-config', 'mine/.proverd-abcdef', 'circuits/.notes.backup', 'circuits/.proverd-longer-name'];
    for (const name of [...others, 'circuits/.proverd-abcdef']) writeFileSync(join(data, name), 'x');
    await start(context, data);
    assert.deepEqual(files(data).map((path) => path.slice(data.length + 1)).sort(), others.sort());
  });

  test('start__beside_another_on_the_same_folder_is_refused_until_that_ends', async (context) => {
    const data = temporaryFolder('data');
    const client = await start(context, data);
    const args = ['--listen=127.0.0.1:0', `--crs-path=${CRS}`, `--bb=${BB}`, `--data-dir=${data}`];
    const { status, stderr } = await runToEnd(args);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /another proverd works with the folder .*--data-dir/);
    await restart(client, context, data);
  });
});

describe('the circuits folder', () => {
  test('sighup__adds_and_takes_away_while_proofs_run_without_dropping_one', async (context) => {
    const folder = temporaryFolder('circuits');
    const [values, own] = [await valuesCircuit(), await square()];
    copyFileSync(own.path, join(folder, 'square.json'));
    const client = await Client.start({ circuit: undefined, 'circuits-dir': folder, workers: 2 }, { context });
    assert.deepEqual(await client.names(), ['square']);

    let going = true;
    const answers = [];
    const caller = async () => {
      while (going) answers.push((await client.prove(own.witness, { circuit: own.id })).status);
    };
    const callers = [caller(), caller(), caller()];
    await until('proofs are being made', () => answers.length > 3, 30);

    writeFileSync(join(folder, 'broken.json'), '{');
    copyFileSync(values.path, join(folder, '.part'));
    renameSync(join(folder, '.part'), join(folder, 'values.json'));
    client.daemon.kill('SIGHUP');
    const added = await until('the new circuit is ready', async () => {
      const answer = await client.get('/api/circuits/values').catch(() => undefined);
      return answer?.status === 200 && answer.json().state === 'ready' && answer.json();
    });
    assert.equal(added.uploaded, false);
    assert.equal((await client.prove(values.witness, { circuit: 'values' })).status, 200);
    assert.equal((await client.delete('/api/circuits/values')).json().code, 'circuit_not_deletable');

    rmSync(join(folder, 'values.json'));
    client.daemon.kill('SIGHUP');
    await until('the circuit is gone', async () => !(await client.names()).includes('values'));
    const many = answers.length;
    await until('proofs are being made still', () => answers.length > many + 2, 30);
    going = false;
    await Promise.all(callers);
    assert.deepEqual([...new Set(answers)], [200], `${answers.length} proofs`);
    assert.match(JSON.stringify(client.daemon.events('a circuit file is left out')), /broken\.json/);
    await client.daemon.stop();
  });

  test('folder__with_a_circuit_that_changes_serves_the_new_one', async (context) => {
    const folder = temporaryFolder('circuits');
    const [one, two] = await powers(2);
    const write = (artifact) => {
      writeFileSync(join(folder, '.part'), JSON.stringify(artifact));
      renameSync(join(folder, '.part'), join(folder, 'power.json'));
    };
    write(one);
    const client = await Client.start({ circuit: undefined, 'circuits-dir': folder }, { context });
    assert.equal((await client.circuit('power')).id, idOf(one));
    write(two);
    client.daemon.kill('SIGHUP');
    await until('the new one is there', async () => (await client.circuit('power')).id === idOf(two));
    assert.equal((await client.get(`/api/circuits/${idOf(one)}`)).status, 404);
  });

  test('folder__with_a_circuit_whose_abi_alone_changes_serves_the_new_one', async (context) => {
    const folder = temporaryFolder('circuits');
    const artifact = await differing();
    writeFileSync(join(folder, 'differing.json'), JSON.stringify(artifact));
    const client = await Client.start({ circuit: undefined, 'circuits-dir': folder }, { context });
    assert.equal((await client.circuit('differing')).id, idOf(artifact));
    writeFileSync(join(folder, 'differing.json'), JSON.stringify(exchanged(artifact)));
    client.daemon.kill('SIGHUP');
    await until('the new one is there', async () => (await client.circuit('differing')).id === idOf(exchanged(artifact)));
  });

  test('sighup__reads_a_file_again_only_when_it_has_changed', async (context) => {
    const [folder, data] = [temporaryFolder('circuits'), temporaryFolder('data')];
    const [artifact, [uploaded]] = [await differing(), await powers(1)];
    const path = join(folder, 'differing.json');
    writeFileSync(path, JSON.stringify(artifact));
    const client = await start(context, data, { 'circuits-dir': folder });
    assert.equal((await client.upload(uploaded, { name: 'uploaded' })).status, 201);
    const read = () => client.daemon.events('circuits read again').map(({ files }) => files);
    await until('nothing is read', () => {
      client.daemon.kill('SIGHUP');
      return read().includes(0);
    });
    assert.deepEqual([...new Set(read())].filter((files) => files > 1), []);
    const changed = JSON.stringify(exchanged(artifact));
    assert.equal(changed.length, statSync(path).size);
    writeFileSync(path, changed);
    client.daemon.kill('SIGHUP');
    await until('it is read', async () => (await client.circuit('differing')).id === idOf(exchanged(artifact)));
    assert.deepEqual((await client.names()).sort(), ['differing', 'uploaded']);
  });

  test('folder__with_files_named_like_ids_leaves_them_out', async (context) => {
    const folder = temporaryFolder('circuits');
    const { path, id } = await square();
    for (const name of ['0'.repeat(64), id, 'square']) copyFileSync(path, join(folder, `${name}.json`));
    const client = await Client.start({ circuit: undefined, 'circuits-dir': folder }, { context });
    assert.deepEqual(await client.names(), ['square']);
    assert.equal(client.daemon.events('a circuit file is left out').length, 2);
  });

  // A pipe that nobody writes to would hold whoever opens it for ever.
  test('folder__with_what_is_no_file_is_read_all_the_same', { timeout: 60_000 }, async (context) => {
    const [folder, outside] = [temporaryFolder('circuits'), temporaryFolder('outside')];
    const [own, [inside, added]] = [await square(), await powers(2)];
    copyFileSync(own.path, join(outside, 'square.json'));
    writeFileSync(join(folder, '.inside'), JSON.stringify(inside));
    const write = (name) => {
      execFileSync('mkfifo', [join(folder, `${name}-pipe.json`)]);
      mkdirSync(join(folder, `${name}-folder.json`));
      for (const [link, target] of [['out', join(outside, 'square.json')], ['nowhere', 'gone'], ['loop', `${name}-loop.json`], ['device', '/dev/zero']])
        symlinkSync(target, join(folder, `${name}-${link}.json`));
    };
    write('first');
    symlinkSync('.inside', join(folder, 'inside.json'));
    const client = await Client.start({ circuit: undefined, 'circuits-dir': folder }, { context });
    assert.deepEqual(await client.names(), ['inside']);
    write('second');
    writeFileSync(join(folder, 'added.json'), JSON.stringify(added));
    client.daemon.kill('SIGHUP');
    await until('all has been read', () => client.daemon.events('circuits read again').length === 1);
    assert.deepEqual((await client.names()).sort(), ['added', 'inside']);
    const why = (name) => client.daemon.events('a circuit file is left out').find(({ file }) => file.endsWith(`/second-${name}.json`)).why;
    assert.match(why('pipe'), /is a pipe, not a file/);
    assert.match(why('folder'), /is a folder, not a file/);
    assert.match(why('out'), /is a link to .*square\.json, which may not be read.*sandbox/);
    assert.match(why('nowhere'), /is a link to gone: No such file/);
    assert.match(why('loop'), /is a link to second-loop\.json: Too many levels/);
    assert.match(why('device'), /is a link to \/dev\/zero|is a device, not a file/);
    await client.daemon.stop();
  });

  test('folder__with_many_circuits_is_listed_whole_and_counted', async (context) => {
    const folder = temporaryFolder('circuits');
    const { artifact } = await square();
    const names = Array.from({ length: 150 }, (_, place) => `c${String(place).padStart(3, '0')}`);
    for (const name of names) {
      const abi = { ...artifact.abi, error_types: { 1: { error_kind: 'string', string: name } } };
      writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...artifact, abi }));
    }
    const client = await start(context, temporaryFolder('data'), { 'circuits-dir': folder, 'max-circuits': 200 });
    assert.deepEqual((await client.names()).sort(), names);
    const { status, body } = await client.get('/metrics');
    assert.equal(status, 200);
    assert.match(body.toString(), /^prover_workers \d+$/m);
    assert.match(body.toString(), /^process_start_time_seconds \d/m);
  });

  test('folder__that_is_gone_at_sighup_takes_nothing_away', async (context) => {
    const folder = join(temporaryFolder('circuits'), 'folder');
    mkdirSync(folder);
    const { path } = await square();
    copyFileSync(path, join(folder, 'square.json'));
    const client = await Client.start({ circuit: undefined, 'circuits-dir': folder }, { context });
    renameSync(folder, `${folder}-away`);
    client.daemon.kill('SIGHUP');
    await until('the log says why', () => client.daemon.events('the circuits were not read again')[0]);
    assert.deepEqual(await client.names(), ['square']);
  });
});
