// Whose an uploaded circuit is, and who may delete it.

import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../e2e/lib/paths.mjs';
import { filesBelow } from '../e2e/lib/processes.mjs';
import { powers } from './lib/circuits.mjs';
import { Client } from './lib/client.mjs';
import { keyFile } from './lib/keys.mjs';

const KEYS = { ada: 'key-of-ada-0123456789', grace: 'key-of-grace-9876543210', 'operator root': 'key-of-the-operator-5' };
const as = (holder) => ({ Authorization: `Bearer ${KEYS[holder]}` });
const [ADA, GRACE, ROOT] = ['ada', 'grace', 'operator root'].map(as);

function start(context, data, more = {}) {
  const options = { circuit: undefined, 'data-dir': data, 'allow-uploads': 'on', 'api-key-file': keyFile(KEYS), ...more };
  return Client.start(options, { context });
}

async function restart(client, context, data, more) {
  await client.daemon.stop();
  return start(context, data, more);
}

async function assertNotTheOwner(client, path, headers) {
  const answer = await client.delete(path, headers);
  assert.deepEqual([answer.status, answer.json().code], [403, 'not_the_owner']);
}

describe('an uploaded circuit', () => {
  test('delete__by_another_holder_is_refused_after_a_restart_too', async (context) => {
    const data = temporaryFolder('data');
    let client = await start(context, data);
    const [artifact] = await powers(1);
    assert.equal((await client.upload(artifact, { name: 'adas', headers: ADA })).status, 201);
    await assertNotTheOwner(client, '/api/circuits/adas', GRACE);
    client = await restart(client, context, data);
    await assertNotTheOwner(client, '/api/circuits/adas', GRACE);
    assert.deepEqual(await client.names(), ['adas']);
    assert.equal((await client.delete('/api/circuits/adas', ADA)).status, 204);
    assert.deepEqual(filesBelow(data).filter((path) => statSync(path).isFile()), []);
  });

  test('delete__by_an_operator_is_for_all', async (context) => {
    const data = temporaryFolder('data');
    const client = await start(context, data);
    const [artifact] = await powers(1);
    for (const [headers, status] of [[ADA, 201], [GRACE, 200]]) assert.equal((await client.upload(artifact, { name: 'shared', headers })).status, status);
    assert.equal((await client.delete('/api/circuits/shared', ROOT)).status, 204);
    assert.deepEqual(await client.names(), []);
    assert.equal((await client.delete('/api/circuits/shared', ADA)).status, 404);
  });

  test('delete__takes_the_circuit_away_with_its_last_owner', async (context) => {
    const data = temporaryFolder('data');
    let client = await start(context, data);
    const [artifact] = await powers(1);
    for (const [headers, status] of [[ADA, 201], [GRACE, 200], [GRACE, 200]]) assert.equal((await client.upload(artifact, { name: 'shared', headers })).status, status);
    client = await restart(client, context, data);
    assert.equal((await client.delete('/api/circuits/shared', ADA)).status, 204);
    assert.deepEqual(await client.names(), ['shared']);
    client = await restart(client, context, data);
    await assertNotTheOwner(client, '/api/circuits/shared', ADA);
    assert.equal((await client.delete('/api/circuits/shared', GRACE)).status, 204);
    assert.deepEqual(await client.names(), []);
  });

  test('owner__is_known_by_name_when_the_key_is_another', async (context) => {
    const data = temporaryFolder('data');
    let client = await start(context, data);
    const [artifact] = await powers(1);
    await client.upload(artifact, { name: 'adas', headers: ADA });
    client = await restart(client, context, data, { 'api-key-file': keyFile({ ada: 'another-key-of-ada-77', eve: KEYS.ada }) });
    await assertNotTheOwner(client, '/api/circuits/adas', ADA);
    assert.equal((await client.delete('/api/circuits/adas', { 'X-API-Key': 'another-key-of-ada-77' })).status, 204);
  });

  test('owner__is_kept_without_the_key_or_the_name', async (context) => {
    const data = temporaryFolder('data');
    const client = await start(context, data);
    const [artifact] = await powers(1);
    await client.upload(artifact, { name: 'mine', headers: ADA });
    const kept = readFileSync(join(data, 'circuits', 'mine.owners'), 'utf8');
    for (const text of [KEYS.ada, 'ada"']) assert.ok(!kept.includes(text), kept);
  });

  test('upload__that_says_not_whose_it_is_is_an_operators_alone', async (context) => {
    const data = temporaryFolder('data');
    const owners = (name) => join(data, 'circuits', `${name}.owners`);
    let client = await start(context, data);
    const artifacts = await powers(4);
    const names = ['older', 'damaged', 'anothers', 'rejoined'];
    for (const [place, name] of names.entries()) await client.upload(artifacts[place], { name, headers: ADA });
    await client.daemon.stop();
    const others = readFileSync(owners('older'), 'utf8');
    rmSync(owners('older'));
    rmSync(owners('rejoined'));
    writeFileSync(owners('damaged'), '{"owners": [7]}');
    writeFileSync(owners('anothers'), others);
    client = await start(context, data);
    assert.equal(client.daemon.events("an uploaded circuit is nobody's: an operator may delete it").length, names.length);
    assert.equal((await client.upload(artifacts[3], { headers: ADA })).status, 200);
    assert.equal((await client.delete('/api/circuits/rejoined', ADA)).status, 204);
    for (const name of names) await assertNotTheOwner(client, `/api/circuits/${name}`, ADA);
    for (const name of names) assert.equal((await client.delete(`/api/circuits/${name}`, ROOT)).status, 204, name);
    assert.deepEqual(await client.names(), []);
  });

  test('upload__by_another_leaves_the_file_of_one_that_is_not_served', async (context) => {
    const data = temporaryFolder('data');
    let client = await start(context, data);
    const [first, second, third] = await powers(3);
    for (const [artifact, name] of [[first, 'first'], [second, 'second']]) assert.equal((await client.upload(artifact, { name, headers: ADA })).status, 201);
    client = await restart(client, context, data, { 'max-circuits': 1 });
    assert.deepEqual(await client.names(), ['first']);
    assert.equal((await client.delete('/api/circuits/first', ADA)).status, 204);
    const kept = readFileSync(join(data, 'circuits', 'second.json'), 'utf8');
    const answer = await client.upload(third, { name: 'second', headers: GRACE });
    assert.deepEqual([answer.status, answer.json().code], [409, 'circuit_name_taken']);
    assert.equal(readFileSync(join(data, 'circuits', 'second.json'), 'utf8'), kept);
    assert.equal((await client.upload(third, { name: 'second', headers: ADA })).status, 201);
  });

  test('delete__by_strangers_is_refused_where_there_are_no_keys', async (context) => {
    const data = temporaryFolder('data');
    let client = await start(context, data);
    const [one, other] = await powers(2);
    await client.upload(one, { name: 'adas', headers: ADA });
    await client.upload(other, { name: 'nobodys', headers: ADA });
    rmSync(join(data, 'circuits', 'nobodys.owners'));
    client = await restart(client, context, data, { 'api-key-file': undefined, 'allow-uploads': 'off' });
    for (const name of ['adas', 'nobodys']) await assertNotTheOwner(client, `/api/circuits/${name}`, {});
  });

  test('delete__of_one_that_a_file_of_the_folder_has_too_takes_the_upload', async (context) => {
    const [data, folder] = [temporaryFolder('data'), temporaryFolder('circuits')];
    let client = await start(context, data);
    const [artifact] = await powers(1);
    await client.upload(artifact, { name: 'uploaded', headers: ADA });
    writeFileSync(join(folder, '.part'), JSON.stringify(artifact));
    renameSync(join(folder, '.part'), join(folder, 'given.json'));
    client = await restart(client, context, data, { 'circuits-dir': folder });
    assert.deepEqual(await client.names(), ['given', 'uploaded']);
    assert.equal((await client.delete('/api/circuits/uploaded', ADA)).status, 204);
    assert.deepEqual(await client.names(), ['given']);
  });
});
