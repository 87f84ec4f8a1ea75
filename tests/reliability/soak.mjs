// The command behind script/soak.

import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { bbVerifies, publicInputsOf } from '../e2e/lib/circuits.mjs';
import { Daemon } from '../e2e/lib/daemon.mjs';
import { descriptorsOf } from '../e2e/lib/processes.mjs';
import { mazeWitness } from '../e2e/lib/witness.mjs';
import { main, mebibytes, percent, progress, readOptions } from './lib/command.mjs';
import { driftOf, privateMemory, slopeOf } from './lib/memory.mjs';

const VERIFY_EACH = 100;
const SAMPLES = 200;
const NOISE = 3; // a slope of so many standard errors could be chance
const MOST_DRIFT = 0.01; // what grows by less over all of the run is no leak that anybody will meet

/** One line of the table; whether it grows. */
function report(name, samples) {
  const { slope, error } = slopeOf(samples.slice(Math.floor(samples.length / 10)));
  const drift = driftOf(samples);
  console.log(`${name}: ${mebibytes(samples[0][1])} first, ${mebibytes(samples.at(-1)[1])} last; `
    + `${slope.toFixed(1)} +- ${error.toFixed(1)} bytes a proof, drift ${percent(drift)}`);
  return slope > NOISE * error && drift > MOST_DRIFT;
}

async function soak(daemon, proofs) {
  const agent = new Agent({ keepAlive: true });
  const samples = { proverd: [], bb: [] };
  const startedAt = performance.now();
  const prove = () => daemon.request({ method: 'POST', path: '/api/prove', body: mazeWitness, agent });
  await prove();
  const descriptors = descriptorsOf(daemon.pid).length;
  for (let number = 1; number <= proofs; number++) {
    const response = await prove();
    assert.equal(response.status, 200, `proof ${number}: ${response.body}`);
    if (number % VERIFY_EACH === 0) assert.ok(await bbVerifies(response.body, publicInputsOf(response)), `proof ${number}`);
    if (number % Math.max(1, Math.floor(proofs / SAMPLES)) === 0) {
      samples.proverd.push([number, privateMemory(daemon.pid)]);
      samples.bb.push([number, Math.max(...daemon.children().map(privateMemory))]);
    }
    progress(number, proofs, 'proofs');
  }
  const minutes = (performance.now() - startedAt) / 60_000;
  console.log(`${proofs} proofs in ${minutes.toFixed(1)} minutes, ${Math.floor(proofs / VERIFY_EACH)} of them by bb verify, too`);
  const growing = Object.entries(samples).filter(([name, list]) => report(name, list)).map(([name]) => name);
  console.log(`descriptors of proverd: ${descriptors} first, ${descriptorsOf(daemon.pid).length} last`);
  assert.equal(descriptorsOf(daemon.pid).length, descriptors, 'descriptors are left open');
  agent.destroy();
  if (growing.length > 0) throw new Error(`memory grows: ${growing.join(', ')}`);
}

await main(async () => {
  const { proofs } = readOptions({ proofs: 5000 });
  await Daemon.during({}, (daemon) => soak(daemon, proofs));
});
