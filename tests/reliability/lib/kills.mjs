// Kills at random moments: of bb while it proves, and of the daemon while it does anything.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bbVerifies, compiled, publicInputsOf, squareCircuit, squareWitness } from '../../e2e/lib/circuits.mjs';
import { Daemon } from '../../e2e/lib/daemon.mjs';
import { assertError } from '../../e2e/lib/http.mjs';
import { MAZE, temporaryFolder } from '../../e2e/lib/paths.mjs';
import { stateOf } from '../../e2e/lib/processes.mjs';
import { until } from '../../e2e/lib/wait.mjs';
import { mazeWitness } from '../../e2e/lib/witness.mjs';
import { Random } from './random.mjs';

const VERIFY_EACH = 10; // how often bb verify is asked, too, which takes as long as the proof of the small circuit

async function assertProof(response, number, circuit) {
  assert.equal(response.status, 200, response.body.toString('latin1', 0, 300));
  if (number % VERIFY_EACH === 0) assert.ok(await bbVerifies(response.body, publicInputsOf(response), circuit));
}

/** The files of a TMPDIR; each bb has a folder there, whose name is random. */
function filesOf(tmp) {
  return readdirSync(tmp, { recursive: true }).map((name) => name.replace(/\/bb-\w{6}/, '/bb')).sort();
}

/** What `work` throws says which kill of which seed it was. */
async function eachKill(count, seed, what, progress, work) {
  for (let number = 0; number < count; number++) {
    try {
      await work(number, new Random(seed, `${what} ${number}`));
    } catch (error) {
      error.message = `kill ${number} of ${what}, seed ${seed}: ${error.message}`;
      throw error;
    }
    progress(number + 1, count, `kills of ${what}`);
  }
}

/**
 * Kills a bb `count` times at a random moment of a proof: the proof comes all the same or an error that says so, no
 * zombie stays, and the next proof succeeds. Gives how the killed proofs ended.
 */
export function killBb({ count, seed, progress = () => {} }) {
  return Daemon.during({ workers: 1 }, async (daemon) => {
    const ends = { proven: 0, failed: 0 };
    const startedAt = performance.now();
    await assertProof(await daemon.prove(mazeWitness), 0);
    const usual = performance.now() - startedAt;
    const files = filesOf(daemon.tmp);
    await eachKill(count, seed, 'bb', progress, async (number, random) => {
      const proof = daemon.prove(mazeWitness);
      await sleep(random.below(Math.ceil(usual * 1.2)));
      const [pid] = daemon.children();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      const response = await proof;
      ends[response.status === 200 ? 'proven' : 'failed']++;
      if (response.status === 200) await assertProof(response, number);
      else assertError(response, 500, 'prover_failed');
      // One that was killed while it idled is reaped when the next is asked for.
      await assertProof(await daemon.prove(mazeWitness), number);
      assert.deepEqual(daemon.children().map(stateOf).filter((state) => state === 'Z'), [], 'zombies');
      if (pid !== undefined) assert.equal(stateOf(pid), undefined, 'the killed one is gone');
      assert.deepEqual(filesOf(daemon.tmp), files, 'files in TMPDIR');
    });
    return ends;
  });
}

/** Proves, computes keys, uploads and deletes until the daemon is gone; what is answered meanwhile has to be right. */
async function keepBusy(daemon, witness, upload, headers) {
  while (!daemon.over) {
    const answers = await Promise.all([
      daemon.prove(witness, headers),
      daemon.get('/api/circuits/square/vk?verifierTarget=evm'),
      daemon.post('/api/circuits?name=cube', upload, { ...headers, 'Content-Type': 'application/json' }),
      daemon.request({ method: 'DELETE', path: '/api/circuits/cube', headers }),
    ].map((answer) => answer.catch(() => undefined)));
    for (const answer of answers) assert.ok(answer === undefined || answer.status < 500, answer?.body.toString());
  }
}

/**
 * Kills the daemon `count` times at a random moment of its start or its work, always over the same folders: no process
 * is left, the next start finds its data whole and tidies up, and its proof is right. Gives how often it was still starting.
 */
export async function killDaemon({ count, seed, progress = () => {} }) {
  const MOST_MILLISECONDS = 1500;
  const tmp = temporaryFolder('tmp');
  const data = temporaryFolder('data');
  const key = 'a-key-of-sixteen-or-more';
  const keys = join(temporaryFolder('keys'), 'keys');
  writeFileSync(keys, `kills:${key}\n`);
  const { gzipped } = await squareWitness();
  const circuit = await squareCircuit();
  const options = { circuit: [`square=${circuit}`, MAZE], 'data-dir': data, 'api-key-file': keys, 'allow-uploads': 'on' };
  const headers = { 'X-API-Key': key };
  const upload = readFileSync(await compiled('cube', 'fn main(x: Field, y: pub Field) { assert(x * x * x == y); }'));
  const ends = { starting: 0, serving: 0 };
  await eachKill(count, seed, 'the daemon', progress, async (number, random) => {
    const killed = Daemon.begin(options, { tmp });
    const busy = killed.serves().then(() => keepBusy(killed, gzipped, upload, headers), () => {});
    await sleep(random.below(MOST_MILLISECONDS));
    ends[killed.serving ? 'serving' : 'starting']++;
    killed.kill('SIGKILL');
    await killed.exit();
    await busy;
    await until('no process is left', () => killed.offspring().length === 0);

    await Daemon.during(options, async (next) => {
      assert.equal(readdirSync(tmp).length, 1, `its own folder alone in TMPDIR: ${readdirSync(tmp)}`);
      await assertProof(await next.prove(gzipped, headers), number, circuit);
      assert.deepEqual(next.log.filter(({ level }) => level === 'error'), []);
    }, { tmp });
    const parts = readdirSync(data, { recursive: true }).filter((name) => /(^|\/)\.[^/]*\.[^./]{6}$/.test(name));
    assert.deepEqual(parts, [], 'unfinished files in the data folder');
  });
  return ends;
}
