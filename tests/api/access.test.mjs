// API keys: who is let in, by which header, and that no key is ever seen again.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runToEnd } from '../e2e/lib/daemon.mjs';
import { BB, CRS, MAZE, temporaryFolder } from '../e2e/lib/paths.mjs';
import { filesBelow } from '../e2e/lib/processes.mjs';
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { request } from '../e2e/lib/http.mjs';
import { until } from '../e2e/lib/wait.mjs';
import { square } from './lib/circuits.mjs';
import { Client } from './lib/client.mjs';
import { keyFile } from './lib/keys.mjs';

const KEYS = { ada: 'key-of-ada-0123456789', grace: 'key-of-grace-9876543210' };

describe('keys', () => {
  test('key__is_taken_from_either_header', async (context) => {
    const { path, witness } = await square();
    const client = await Client.start({ circuit: path, 'api-key-file': keyFile(KEYS, '# people\n\n') }, { context });
    for (const key of Object.values(KEYS)) {
      for (const headers of [{ Authorization: `Bearer ${key}` }, { authorization: `bearer ${key}` }, { Authorization: `Bearer  ${key}` }, { 'X-API-Key': key }]) {
        assert.equal((await client.prove(witness, { headers })).status, 200, JSON.stringify(headers));
      }
    }
  });

  test('key__that_is_wrong_in_any_way_is_401', async (context) => {
    const { path, witness } = await square();
    const client = await Client.start({ circuit: path, 'api-key-file': keyFile(KEYS) }, { context });
    const key = KEYS.ada;
    for (const [headers, code] of [
      [{}, 'key_missing'],
      [{ Authorization: 'Basic YWRhOmFkYQ==' }, 'key_missing'],
      [{ Authorization: 'Bearer ' }, /^key_/],
      [{ 'X-API-Key': '' }, /^key_/],
      [{ 'X-API-Key': key.slice(0, -1) }, 'key_unknown'],
      [{ 'X-API-Key': `${key}0` }, 'key_unknown'],
      [{ 'X-API-Key': key.toUpperCase() }, 'key_unknown'],
      [{ 'X-API-Key': 'ada' }, 'key_unknown'],
      [{ 'X-API-Key': `ada:${key}` }, 'key_unknown'],
      [{ Authorization: `Bearer ${KEYS.ada} ${KEYS.grace}` }, 'key_unknown'],
    ]) {
      const answer = await client.prove(witness, { headers });
      assert.equal(answer.status, 401, JSON.stringify(headers));
      assert.match(answer.json().code, code instanceof RegExp ? code : new RegExp(`^${code}$`));
    }
    assert.equal((await client.circuit('square')).proofs.count, 0, 'nothing was proven');
  });

  test('key__is_not_needed_to_read', async (context) => {
    const { path } = await square();
    const client = await Client.start({ circuit: path, 'api-key-file': keyFile(KEYS) }, { context });
    const contract = '/api/circuits/square/verifier.sol';
    assert.equal((await client.get(contract, { 'X-API-Key': KEYS.ada })).status, 200, 'somebody asks first');
    for (const read of ['/api', '/metrics', '/api/health', '/api/docs', '/api/openapi.json', '/api/circuits', '/api/circuits/square', '/api/circuits/square/vk', '/api/circuits/square/verifier.sol']) {
      assert.equal((await client.get(read)).status, 200, read);
    }
    const preflight = await client.daemon.request({ method: 'OPTIONS', path: '/api/prove' });
    assert.equal(preflight.status, 204, 'a browser asks without the key');
  });

  test('key__is_needed_for_what_a_prover_has_to_make_first', async (context) => {
    const { path } = await square();
    const data = temporaryFolder('data');
    const options = { circuit: path, 'api-key-file': keyFile(KEYS), 'data-dir': data };
    const client = await Client.start(options, { context });
    const key = '/api/circuits/square/vk?verifierTarget=evm';
    const contract = '/api/circuits/square/verifier.sol?verifierTarget=evm';
    const computed = () => client.daemon.events('key computed').length;
    for (const asked of [key, contract]) {
      for (const [headers, code] of [[{}, 'key_missing'], [{ 'X-API-Key': 'nobodys' }, 'key_unknown']]) {
        const refused = await client.get(asked, headers);
        assert.deepEqual([refused.status, refused.json().code], [401, code]);
        assert.match(refused.json().message, /yet to be made needs an API key/);
        assert.equal(refused.headers['www-authenticate'], 'Bearer');
      }
    }
    assert.equal(computed(), 1, 'none but the default one');
    // What can never be made costs nothing to say.
    assert.equal((await client.get('/api/circuits/square/vk?verifierTarget=starknet')).status, 422);
    const made = await client.get(contract, { 'X-API-Key': KEYS.ada });
    assert.equal(made.status, 200);
    for (const asked of [key, contract]) assert.equal((await client.get(asked)).status, 200, 'known to all');
    await client.daemon.stop();
    const again = await Client.start(options, { context });
    assert.deepEqual((await again.get(contract)).body, made.body, 'kept');
    assert.equal((await again.get(key)).status, 200);
    assert.equal(again.daemon.events('key computed').length, 0);
  });

  test('key__is_seen_in_no_log_answer_or_file', async (context) => {
    const data = temporaryFolder('data');
    const { path, witness } = await square();
    const wrong = 'a-wrong-key-that-may-be-right-elsewhere';
    const client = await Client.start({ circuit: path, 'api-key-file': keyFile(KEYS), 'data-dir': data, 'allow-uploads': 'on', 'log-level': 'debug' }, { context });
    const answers = [];
    for (const key of [...Object.values(KEYS), wrong]) {
      for (const headers of [{ Authorization: `Bearer ${key}` }, { 'X-API-Key': key }]) answers.push(await client.prove(witness, { headers }));
    }
    await client.daemon.stop();
    const seen = [client.daemon.stderr, client.daemon.stdout, ...answers.map(({ body, headers }) => body.toString('latin1') + JSON.stringify(headers)),
      ...filesBelow(data).filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, 'latin1'))];
    for (const key of [...Object.values(KEYS), wrong]) {
      for (const text of seen) assert.ok(!text.includes(key), `a key was seen: ${text.slice(0, 300)}`);
    }
  });

  test('sighup__reads_the_keys_again_whichever_way_the_file_was_changed', async (context) => {
    const { path, witness } = await square();
    const file = keyFile(KEYS);
    const client = await Client.start({ circuit: path, 'api-key-file': file }, { context });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    context.after(() => agent.destroy());
    const prove = async (key) => {
      const answer = await request(client.daemon.port, { method: 'POST', path: '/api/prove', headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/octet-stream' }, body: witness, agent });
      return answer.status;
    };
    const read = async (event, change) => {
      const before = client.daemon.events(event).length;
      change();
      client.daemon.kill('SIGHUP');
      await until(event, () => client.daemon.events(event).length > before);
      return client.daemon.events(event).at(-1);
    };
    const lines = (keys) => Object.entries(keys).map(([name, key]) => `${name}: ${key} \r\n`).join('');
    assert.deepEqual([await prove(KEYS.ada), await prove(KEYS.grace)], [200, 200]);

    const renewed = { ada: 'a-new-key-of-ada-01', hedy: 'key-of-hedy-01234567' };
    await read('API keys read again', () => {
      writeFileSync(`${file}.new`, lines(renewed));
      renameSync(`${file}.new`, file);
    });
    assert.deepEqual([await prove(KEYS.ada), await prove(KEYS.grace), await prove(renewed.ada), await prove(renewed.hedy)], [401, 401, 200, 200]);

    for (const change of [() => writeFileSync(file, `ada:${KEYS.ada}\nno key at all\n`), () => writeFileSync(file, ''), () => rmSync(file), () => execFileSync('mkfifo', [file])]) {
      const { level, why } = await read('API keys not read again: those from before stay', change);
      assert.equal(level, 'error');
      assert.ok(why.includes(file) && !why.includes(KEYS.ada), why);
      assert.deepEqual([await prove(KEYS.ada), await prove(renewed.hedy)], [401, 200]);
    }

    await read('API keys read again', () => {
      rmSync(file);
      writeFileSync(`${file}.elsewhere`, lines(KEYS));
      symlinkSync(`${file}.elsewhere`, file);
    });
    assert.deepEqual([await prove(renewed.hedy), await prove(KEYS.grace)], [401, 200]);
  });

  test('log__says_who_asked_for_what_and_of_a_proof_alone_that_it_was_made', async (context) => {
    const { path, witness } = await square();
    const client = await Client.start({ circuit: path, 'api-key-file': keyFile(KEYS) }, { context });
    const key = { Authorization: `Bearer ${KEYS.ada}` };
    const lineOf = async (answer) => {
      const { holder, address, circuit, target, proof, status } = await client.daemon.logOf(answer.headers['x-request-id']);
      assert.equal(address, '127.0.0.1');
      assert.equal(status, answer.status);
      return [holder, circuit, target, proof];
    };
    const octets = { 'Content-Type': 'application/octet-stream' };
    const proven = await client.prove(witness, { target: 'evm', headers: { ...key, Accept: 'application/json' } });
    assert.deepEqual(await lineOf(proven), ['ada', 'square', 'evm', 'made']);
    const { proof, publicInputs } = proven.json();
    assert.deepEqual(await lineOf(await client.verify({ proof, publicInputs, verifierTarget: 'evm' }, { headers: key })), ['ada', 'square', 'evm', null]);
    assert.deepEqual(await lineOf(await client.prove(witness, { target: 'nothing', headers: key })), ['ada', 'square', null, null]);
    assert.deepEqual(await lineOf(await client.prove(witness, { headers: { 'X-API-Key': 'wrong' } })), [null, null, null, null]);
    assert.deepEqual(await lineOf(await client.prove(Buffer.from('x'), { headers: { ...key, ...octets } })), ['ada', 'square', 'noir-recursive', null]);
    assert.deepEqual(await lineOf(await client.get('/api/circuits/square/vk')), [null, 'square', 'noir-recursive', null]);
    assert.deepEqual(await lineOf(await client.get('/api/circuits/square')), [null, 'square', null, null]);
    for (const read of ['/api', '/api/health', '/api/circuits', '/metrics', '/api/docs']) assert.deepEqual(await lineOf(await client.get(read, key)), ['ada', null, null, null], read);
    const preflight = await client.daemon.request({ method: 'OPTIONS', path: '/api/prove' });
    assert.deepEqual(await lineOf(preflight), [null, null, null, null]);
  });

  test('log__says_at_the_start_that_there_are_no_keys', async (context) => {
    const { path } = await square();
    const open = await Client.start({ circuit: path }, { context });
    assert.match(open.daemon.stderr, /no API keys/);
    const closed = await Client.start({ circuit: path, 'api-key-file': keyFile(KEYS) }, { context });
    assert.doesNotMatch(closed.daemon.stderr, /no API keys/);
  });
});

describe('a start that is refused', () => {
  const args = (options) => [`--listen=127.0.0.1:0`, `--circuit=${MAZE}`, `--crs-path=${CRS}`, `--bb=${BB}`, ...options];

  test('uploads__without_keys_or_a_place', async () => {
    for (const options of [['--allow-uploads=on'], ['--allow-uploads=on', `--data-dir=${temporaryFolder('data')}`], ['--allow-uploads=on', `--api-key-file=${keyFile(KEYS)}`]]) {
      const { status, stderr } = await runToEnd(args(options));
      assert.ok(status === 1 || status === 2, stderr);
      assert.match(stderr, /--allow-uploads on needs --api-key-file and --data-dir/);
    }
  });

  test('key_file__that_is_missing_empty_or_wrong_is_named_without_its_keys', async () => {
    const secret = 'no-name-but-a-secret-key';
    for (const [file, message] of [
      ['/nowhere/keys', /\/nowhere\/keys/],
      [keyFile({}), /key/],
      [keyFile({}, `${secret}\n`), /line 1/],
      [keyFile({}, `ada:${secret} ${secret}\n`), /line 1/],
      [keyFile({}, `ada:${secret}\n\ngrace:${secret}\n`), /line 3 has the key of line 1/],
      [keyFile({ ada: KEYS.ada, '': secret }), /line 2/],
    ]) {
      const { status, stderr } = await runToEnd(args([`--api-key-file=${file}`]));
      assert.notEqual(status, 0, `${file}: ${stderr}`);
      assert.match(stderr, message);
      assert.ok(!stderr.includes(secret), stderr);
    }
  });
});
