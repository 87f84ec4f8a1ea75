// bb leaves the operator's CRS folder and the network alone.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bbVerifies, crsCopy, publicInputsOf } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { shellProgram } from './lib/fake.mjs';
import { BB, temporaryFolder } from './lib/paths.mjs';
import { mazeWitness } from './lib/witness.mjs';

/** Name, size, content and times of all in a folder, and of the folder itself. */
function picture(folder) {
  const of = (path) => {
    const { size, mtimeMs, ctimeMs, mode, ino } = statSync(path);
    return { size, mtimeMs, ctimeMs, mode, ino };
  };
  const files = readdirSync(folder).sort().map((name) => [name, of(join(folder, name)), readFileSync(join(folder, name)).toString('base64')]);
  return [of(folder), ...files];
}

describe('the CRS folder', () => {
  const folders = {
    'with_both_lists': [],
    'with_only_the_compressed_list': ['bn254_g1.dat'],
    'with_only_the_compressed_list_and_no_g2': ['bn254_g1.dat', 'bn254_g2.dat'],
    'with_only_the_decompressed_list': ['bn254_g1_compressed.dat'],
  };
  for (const [name, removed] of Object.entries(folders)) {
    for (const engine of ['pool', 'cli']) {
      test(`${name}__is_only_read__${engine}`, async (t) => {
        const crs = crsCopy();
        for (const file of removed) rmSync(join(crs, file));
        chmodSync(crs, 0o777); // nothing but manners keeps bb from writing
        const before = picture(crs);
        const daemon = await Daemon.start({ 'crs-path': crs, engine });
        t.after(() => daemon.stop());
        const response = await daemon.prove(mazeWitness);
        assert.equal(response.status, 200);
        assert.ok(await bbVerifies(response.body, publicInputsOf(response)));
        assert.deepEqual(picture(crs), before);
        await daemon.stop();
        assert.deepEqual(picture(crs), before);
      });
    }
  }
});

describe('the network', () => {
  const launcher = [['unshare', '--net'], ['unshare', '--map-root-user', '--net']].find(
    ([command, ...args]) => spawnSync(command, [...args, 'true']).status === 0,
  );

  /** What a network namespace has seen: connections begun, datagrams sent, and packets that had nowhere to go. */
  function attempts(snmp) {
    const counter = (protocol, name) => {
      const [names, values] = snmp.split('\n').filter((line) => line.startsWith(`${protocol}:`)).map((line) => line.split(' '));
      return Number(values[names.indexOf(name)]);
    };
    return { connections: counter('Tcp', 'ActiveOpens'), datagrams: counter('Udp', 'OutDatagrams'), unroutable: counter('Ip', 'OutNoRoutes') };
  }
  const NONE = { connections: 0, datagrams: 0, unroutable: 0 };

  test('an_attempt__would_be_seen', (t) => {
    if (launcher === undefined) return t.skip('network namespaces are not allowed here');
    const attempt = "const s = require('net').connect(80, '192.0.2.1'); s.on('error', () => console.log(require('fs').readFileSync('/proc/self/net/snmp', 'utf8')))";
    const { stdout } = spawnSync(launcher[0], [...launcher.slice(1), process.execPath, '-e', attempt], { encoding: 'utf8' });
    assert.notDeepEqual(attempts(stdout), NONE);
  });

  // Without the files of the CRS that bb would go and fetch.
  for (const engine of ['pool', 'cli']) {
    test(`bb__proves_without_one_and_never_tries_to_reach_it__${engine}`, async (t) => {
      if (launcher === undefined) return t.skip('network namespaces are not allowed here');
      const crs = crsCopy();
      rmSync(join(crs, 'bn254_g1.dat'));
      rmSync(join(crs, 'bn254_g2.dat'));
      const seen = join(temporaryFolder('seen'), 'snmp');
      const inside = shellProgram(`'${BB}' "$@"; status=$?; cat /proc/self/net/snmp >>'${seen}'; exit $status`, 'inside');
      const bb = shellProgram(`exec ${launcher.join(' ')} '${inside}' "$@"`);
      const daemon = await Daemon.start({ bb, 'crs-path': crs, engine });
      t.after(() => daemon.stop());
      const response = await daemon.prove(mazeWitness);
      assert.equal(response.status, 200);
      assert.ok(await bbVerifies(response.body, publicInputsOf(response)));
      const [pid] = daemon.children();
      const living = pid === undefined ? [] : [readFileSync(`/proc/${pid}/net/snmp`, 'utf8')];
      const ended = readFileSync(seen, 'utf8').split(/^(?=Ip: F)/m);
      assert.ok(engine === 'pool' ? living.length === 1 : ended.length >= 3, 'to count gates, make the key and prove');
      for (const network of [...ended, ...living]) {
        assert.notEqual(readFileSync('/proc/self/net/snmp', 'utf8'), network, 'it has a network of its own');
        assert.deepEqual(attempts(network), NONE);
      }
    });
  }
});
