// The suite `execute`: a circuit's inputs in, its witness out, by proverd and by noir_js. Each round measures, in turns of
// five executions whose median counts, so that the turn before does not:
//
//   noir_js   Noir.execute() in this process, warm: it has executed the circuit before
//   request   POST /api/execute at a proverd, on a connection that is kept: the whole time until the witness is there
//   executor  of that request what the server says that the execution took (Server-Timing)
//   process   a new executor: starting the process, decoding the program, executing it, the witness back

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Noir } from '@noir-lang/noir_js';
import { Executor } from '../tests/acvm/differential/executor.mjs';
import { compiled } from '../tests/e2e/lib/circuits.mjs';
import { Daemon } from '../tests/e2e/lib/daemon.mjs';
import { request } from '../tests/e2e/lib/http.mjs';
import { MAZE } from '../tests/e2e/lib/paths.mjs';
import { machineFacts, versionFacts } from './machine.mjs';
import { Progress } from './progress.mjs';
import { textAims, textExecute } from './report.mjs';
import { median } from './statistics.mjs';

const WARM_UP = 3;
const TURN = 5;
const FASTER = 5;
const MAZE_MILLISECONDS = 3;

const HASHES = `
fn main(seed: [u8; 64], start: Field) -> pub (Field, u8, u8) {
    let mut state = [start, 1, 2, 3];
    for _ in 0..200 {
        state = std::hash::poseidon2_permutation(state);
    }
    let mut block = seed;
    for _ in 0..40 {
        let blake = std::hash::blake2s(block);
        for i in 0..32 {
            block[i] = blake[i];
        }
    }
    // Safety: measured, not relied on
    (state[0], block[0], unsafe { many(block) })
}

unconstrained fn many(seed: [u8; 64]) -> u8 {
    let mut block = seed;
    for _ in 0..400 {
        let blake = std::hash::blake3(block);
        for i in 0..32 {
            block[i] = blake[i];
        }
    }
    block[7]
}
`;

const SORT = `
fn main(list: [u32; 256]) -> pub u32 {
    // Safety: measured, not relied on
    let sorted = unsafe { sort(list) };
    sorted[128]
}

unconstrained fn sort(list: [u32; 256]) -> [u32; 256] {
    let mut sorted = list;
    for i in 0..256 {
        for j in 0..255 - i {
            if sorted[j] > sorted[j + 1] {
                let kept = sorted[j];
                sorted[j] = sorted[j + 1];
                sorted[j + 1] = kept;
            }
        }
    }
    sorted
}
`;

async function circuits() {
  const { inputs } = JSON.parse(readFileSync(join(MAZE, '..', '..', 'inputs.json'), 'utf8'));
  const list = Array.from({ length: 256 }, (_, place) => (place * 2654435761) % 2 ** 32);
  return [
    { name: 'maze', title: 'the maze', path: MAZE, inputs },
    { name: 'hashes', title: 'hashes: 200 Poseidon2, 40 BLAKE2s, 400 BLAKE3', path: await compiled('hashes', HASHES), inputs: { seed: Array.from({ length: 64 }, (_, place) => place), start: '7' } },
    { name: 'sort', title: 'Brillig: 256 numbers, sorted by exchange', path: await compiled('sort', SORT), inputs: { list } },
  ].map((circuit) => ({ ...circuit, program: JSON.parse(readFileSync(circuit.path, 'utf8')) }));
}

async function timed(run) {
  const startedAt = performance.now();
  const value = await run();
  return { value, milliseconds: performance.now() - startedAt };
}

/** Ways to execute one circuit; each gives the witness, unzipped, and the milliseconds. */
function systemsOf({ name, program, inputs }, daemon, agent) {
  const noir = new Noir(program);
  const body = Buffer.from(JSON.stringify({ inputs }));
  const headers = { 'Content-Type': 'application/json' };
  return {
    noirJs: async () => {
      const { value, milliseconds } = await timed(() => noir.execute(inputs));
      return { witness: gunzipSync(value.witness), milliseconds };
    },
    request: async () => {
      const { value, milliseconds } = await timed(() => request(daemon.port, { method: 'POST', path: `/api/circuits/${name}/execute`, headers, body, agent }));
      assert.equal(value.status, 200, value.body.toString('latin1'));
      const [, executor] = /execute;dur=([\d.]+)/.exec(value.headers['server-timing']);
      return { witness: gunzipSync(value.body), milliseconds, executor: Number(executor) };
    },
    process: async () => {
      let child;
      const { value, milliseconds } = await timed(() => {
        child = new Executor();
        return child.witness(program, inputs);
      });
      await child.stop();
      return { witness: value, milliseconds };
    },
  };
}

/** The median of a turn, number by number. */
async function takeTurn(name, system, expected) {
  const taken = [];
  for (let time = 0; time < TURN; time++) {
    const { witness, milliseconds, executor } = await system();
    assert.ok(witness.equals(expected), `${name}: another witness`);
    taken.push({ milliseconds, executor });
  }
  const medianOf = (number) => median(taken.map((each) => each[number]));
  return { milliseconds: medianOf('milliseconds'), executor: taken[0].executor === undefined ? undefined : medianOf('executor') };
}

async function measure(circuit, systems, { rounds }, progress) {
  const names = Object.keys(systems);
  const measured = [];
  const expected = (await systems.noirJs()).witness;
  for (let round = -WARM_UP; round < rounds; round++) {
    progress.say(`${circuit.name}, round ${round + 1} of ${rounds}`);
    const row = {};
    for (const [place] of names.entries()) {
      const name = names[(place + round + WARM_UP) % names.length];
      const { milliseconds, executor } = await takeTurn(name, systems[name], expected);
      row[name] = milliseconds;
      if (executor !== undefined) row.executor = executor;
    }
    if (round >= 0) measured.push(row);
    progress.done(1);
  }
  return measured;
}

function aimsOf(cells) {
  const aims = cells.map(({ title, ratios }) => ({
    name: `${title}: noir_js, warm, over a request`, value: ratios.request, aim: `at least ${FASTER}`, met: ratios.request >= FASTER,
  }));
  const { executor } = cells[0].median;
  return [...aims, { name: 'the maze, decoded and executed', value: executor, unit: ' ms', aim: `under ${MAZE_MILLISECONDS} ms`, met: executor < MAZE_MILLISECONDS }];
}

export async function benchExecute(options, write) {
  const all = await circuits();
  const folder = mkdtempSync(join(tmpdir(), 'bench-execute-'));
  for (const { name, path } of all) copyFileSync(path, join(folder, `${name}.json`));
  const daemon = await Daemon.start({ circuit: `maze=${MAZE}`, 'circuits-dir': folder });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const progress = new Progress(all.length * (options.rounds + WARM_UP));
  const cells = [];
  try {
    for (const circuit of all) {
      const rows = await measure(circuit, systemsOf(circuit, daemon, agent), options, progress);
      const medianOf = (name) => median(rows.map((row) => row[name]));
      cells.push({
        circuit: circuit.name,
        title: circuit.title,
        median: Object.fromEntries(Object.keys(rows[0]).map((name) => [name, medianOf(name)])),
        ratios: Object.fromEntries(['request', 'process'].map((name) => [name, median(rows.map((row) => row.noirJs / row[name]))])),
        rounds: rows,
      });
    }
  } finally {
    agent.destroy();
    await daemon.stop();
    rmSync(folder, { recursive: true });
    progress.end();
  }
  const results = { options, machine: machineFacts(), versions: versionFacts(), cells, aims: aimsOf(cells) };
  write('execute.json', `${JSON.stringify(results, null, 1)}\n`);
  process.stdout.write(`${textExecute(results)}\n${textAims(results.aims)}`);
}
