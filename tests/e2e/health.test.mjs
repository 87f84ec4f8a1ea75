// GET /api/health: whether proofs can be made, at the cost of a look.

import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { crsCopy } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { shellProgram } from './lib/fake.mjs';
import { assertError } from './lib/http.mjs';
import { BB, temporaryFolder } from './lib/paths.mjs';
import { childrenOf } from './lib/processes.mjs';
import { mazeWitness } from './lib/witness.mjs';

describe('health', () => {
  test('health__tells_what_serves', async (t) => {
    const daemon = await Daemon.start({ workers: 2 });
    t.after(() => daemon.stop());
    const response = await daemon.get('/api/health');
    assert.equal(response.status, 200);
    assert.match(response.headers['content-type'], /^application\/json/);
    const health = response.json();
    assert.equal(health.status, 'ok');
    assert.match(health.bb_version, /^5\.0\.0/);
    const files = health.bb_crs_files.split('\n');
    assert.match(files[0], /^bn254_g1(_compressed)?\.dat .*\d+/);
    assert.match(files[1], /^bn254_g2\.dat .*128/);
    assert.equal(health.engine, 'pool');
    assert.equal(health.workers, 2);
    assert.ok(JSON.stringify(health.circuits).includes('"circuit"'), 'the circuit by its name');
  });

  for (const engine of ['pool', 'cli']) {
    test(`health__is_answered_while_proofs_run_and_starts_no_process__${engine}`, async (t) => {
      const folder = temporaryFolder('starts');
      const starts = join(folder, 'starts');
      const bb = shellProgram(`echo "$@" >> '${starts}'\nexec '${BB}' "$@"`);
      const daemon = await Daemon.start({ bb, engine });
      t.after(() => daemon.stop());
      assert.match((await daemon.health()).bb_version, /^5\.0\.0/, 'known from the start');
      const before = daemon.readSoFar();
      const proofs = [daemon.prove(mazeWitness), daemon.prove(mazeWitness)];
      await daemon.proving(before);
      const startedBefore = readFileSync(starts, 'utf8');
      const childrenBefore = childrenOf(daemon.pid);
      const took = [];
      let health;
      do {
        const askedAt = performance.now();
        health = await daemon.health();
        took.push(performance.now() - askedAt);
        assert.equal(health.status, 'ok');
      } while (took.length < 20);
      assert.deepEqual(readFileSync(starts, 'utf8'), startedBefore, 'no bb was started for it');
      assert.deepEqual(childrenOf(daemon.pid), childrenBefore);
      assert.equal(health.jobs_processing, 1, 'all this while the first proof is at work');
      assert.equal(health.jobs_pending, 1, 'and the second waits');
      const lines = daemon.events('request').filter(({ path }) => path === '/api/health');
      const [fastest] = lines.map(({ total_ms: ms }) => ms).sort((a, b) => a - b);
      assert.ok(fastest < 5, `${fastest} ms`);
      for (const proof of await Promise.all(proofs)) assert.equal(proof.status, 200);
    });

    test(`health__is_500_with_the_reason_when_bb_has_gone__${engine}`, async (t) => {
      const bb = join(temporaryFolder('bb'), 'bb');
      copyFileSync(BB, bb);
      const daemon = await Daemon.start({ bb, engine });
      t.after(() => daemon.stop());
      assert.equal((await daemon.get('/api/health')).status, 200);
      renameSync(bb, `${bb}.away`);
      assertError(await daemon.get('/api/health'), 500, 'prover_unusable', /bb .*: No such file or directory/);
      renameSync(`${bb}.away`, bb);
      assert.equal((await daemon.get('/api/health')).status, 200);
    });

    test(`health__is_500_with_the_reason_when_the_crs_has_gone__${engine}`, async (t) => {
      const crs = crsCopy();
      const daemon = await Daemon.start({ 'crs-path': crs, engine });
      t.after(() => daemon.stop());
      assert.equal((await daemon.get('/api/health')).status, 200);
      rmSync(crs, { recursive: true });
      assertError(await daemon.get('/api/health'), 500, 'crs_unusable', /CRS .*: No such file or directory/);
    });
  }

  test('proofs__are_500_prover_unusable_when_the_last_bb_has_died_and_none_can_be_started', async (t) => {
    const bb = join(temporaryFolder('bb'), 'bb');
    copyFileSync(BB, bb);
    const daemon = await Daemon.start({ bb });
    t.after(() => daemon.stop());
    rmSync(bb);
    process.kill(daemon.children()[0], 'SIGKILL');
    const response = await daemon.prove(mazeWitness);
    assertError(response, 500, 'prover_unusable');
    copyFileSync(BB, bb);
    assert.equal((await daemon.prove(mazeWitness)).status, 200, 'once bb is back, so are proofs');
  });
});
