// The suite `proofs`: every system makes proofs of every circuit for every number of clients, in rounds.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { judgeProofs } from './aims.mjs';
import { barChart } from './chart.mjs';
import { prepareCircuit } from './circuits.mjs';
import { drive } from './load.mjs';
import { machineFacts, versionFacts } from './machine.mjs';
import { CIRCUITS, SYSTEMS } from './names.mjs';
import { BB, ULTRAHONK } from './paths.mjs';
import { Progress } from './progress.mjs';
import { textAims, textTable } from './report.mjs';
import { combine, summarize } from './statistics.mjs';
import { STARTERS, THREADS } from './systems.mjs';

const execute = promisify(execFile);

// Seconds that a cell of a circuit takes in a round, by its clients: enough for several proofs even where two cores
// make them side by side, each with one thread, which for 2^17 rows takes 8 seconds.
const SECONDS = {
  maze: { 1: 3, 2: 3, 8: 4, 32: 7 },
  rows14: { 1: 3, 2: 4, 8: 5, 32: 8 },
  rows15: { 1: 3, 2: 4, 8: 5, 32: 8 },
  rows17: { 1: 9, 2: 12, 8: 20, 32: 24 },
  rows18: { 1: 18, 2: 24, 8: 40, 32: 48 },
};
const ISSUE_SHARE = 0.6; // of them new proofs are asked for; in the rest those under way may finish
const LONGEST_SECONDS = 60; // for the first proof of a cell
const FINISHING_CLIENTS = 8; // up to so many have until then, so that no system loses what it has begun
const SETTLE_SECONDS = 30;
const IDLE_CPU_SECONDS = 0.03; // in a look's time
const LOOK_MS = 250;
const MEMORY_SHARE = 0.8; // of what is available may be filled by a cell

function secondsOf(options, circuit, clients) {
  const known = SECONDS[circuit];
  const nearest = Object.keys(known).map(Number).filter((each) => each <= clients).at(-1);
  return options.seconds ?? known[nearest];
}

/** Every cell of a circuit, in the order of the table. */
function cellsOf(options, circuit) {
  return options.clients.flatMap((clients) =>
    options.systems
      .filter((system) => clients <= (SYSTEMS[system].mostClients ?? Infinity))
      .filter((system) => CIRCUITS[circuit].links === undefined || !SYSTEMS[system].ceremonyOnly)
      .map((system) => ({ circuit, system, clients, rounds: [], messages: [] })),
  );
}

function availableMemory() {
  return Number(/^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))[1]) * 1024;
}

/** What bb itself makes of the circuit: the measure for every first proof. */
async function reference(circuit) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-reference-'));
  const [witness] = circuit.witnesses;
  await execute(BB, ['prove', '-b', circuit.artifact, '-w', witness, '-k', circuit.key, '-c', circuit.crs, '-o', folder]);
  const length = readFileSync(join(folder, 'proof')).length;

  /** Every proof has bb's length; and it verifies, by bb, or over a development CRS by libultrahonk: bb has the G2 of the real one. */
  async function check(proof, system) {
    if (proof.length !== length) throw new Error(`${system} made a proof of ${proof.length} bytes; bb makes ${length}`);
    writeFileSync(join(folder, 'proof'), proof);
    const files = ['-k', circuit.key, '-p', join(folder, 'proof'), '-i', join(folder, 'public_inputs')];
    const [verifier, more] = circuit.development ? [ULTRAHONK, ['--development_crs']] : [BB, []];
    await execute(verifier, ['verify', ...files, '-c', circuit.crs, ...more]).catch((error) => {
      throw new Error(`${system} made a proof that does not verify: ${error.stderr}${error.stdout}`);
    });
  }
  return { check, end: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A system under test, started and warm: its first proof, which nobody counts, is checked. */
class Subject {
  #name;
  #circuit;
  #options;
  #check;

  constructor(name, circuit, options, check) {
    this.#name = name;
    this.#circuit = circuit;
    this.#options = options;
    this.#check = check;
    this.witnesses = circuit.witnesses.map((path) => Object.assign(readFileSync(path), { path }));
  }

  async start() {
    this.running = await STARTERS[this.#name](this.#circuit, this.#options);
    const { watch } = this.running;
    watch.start();
    await this.#check(await this.running.prove(this.witnesses[0]), this.#name);
    this.memoryOfOne = watch.stop().peakMemoryBytes;
    return this;
  }

  /** Why a number of clients cannot be tried here; undefined when it can. */
  refuses(clients) {
    if (!['process', 'keyed'].includes(this.#name)) return undefined;
    const [needed, available] = [clients * this.memoryOfOne, availableMemory() * MEMORY_SHARE];
    return needed <= available ? undefined : `${clients} processes would take ${Math.round(needed / 1e6)} MB, and ${Math.round(available / 1e6)} MB are free`;
  }

  /** One round of one cell. */
  async measure(clients, seconds) {
    const longestSeconds = Math.max(seconds, LONGEST_SECONDS);
    const capSeconds = clients <= FINISHING_CLIENTS ? longestSeconds : seconds;
    this.running.watch.start();
    const measured = await drive((client, signal) => this.running.prove(this.witnesses[client % this.witnesses.length], signal), {
      clients, issueSeconds: seconds * ISSUE_SHARE, capSeconds, longestSeconds,
    });
    const cost = this.running.watch.stop();
    if (measured.cut) await this.#settle();
    if (this.running.child?.exitCode != null || this.running.child?.signalCode != null) await this.start();
    return { ...summarize({ ...measured, ...cost }), messages: measured.messages };
  }

  /** What was called off may still be at work. */
  async #settle() {
    const { watch } = this.running;
    for (let looks = 0; looks < (SETTLE_SECONDS * 1000) / LOOK_MS; looks++) {
      const before = watch.cpuSeconds();
      await sleep(LOOK_MS);
      if (watch.cpuSeconds() - before < IDLE_CPU_SECONDS) return;
    }
  }

  stop() {
    return this.running?.stop();
  }
}

/** The systems that come next in this round: each is the first equally often. */
function rotated(list, by) {
  const start = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

async function measureCircuit(circuit, cells, options, progress) {
  const { check, end } = await reference(circuit);
  const subjects = new Map();
  try {
    for (const name of options.systems) {
      progress.say(`${circuit.name}: starting ${SYSTEMS[name].title}`);
      const subject = new Subject(name, circuit, options, check);
      subjects.set(name, subject);
      await subject.start();
    }
    for (let round = 0; round < options.rounds; round++) {
      for (const clients of options.clients) {
        for (const cell of rotated(cells.filter((each) => each.clients === clients), round)) {
          const seconds = secondsOf(options, circuit.name, clients);
          progress.say(`${circuit.name}, round ${round + 1} of ${options.rounds}, ${clients} clients: ${SYSTEMS[cell.system].title}`);
          await measureCell(cell, subjects.get(cell.system), seconds);
          progress.done(seconds);
        }
      }
    }
  } finally {
    await Promise.all([...subjects.values()].map((subject) => subject.stop()));
    end();
  }
}

async function measureCell(cell, subject, seconds) {
  cell.skipped ??= subject.refuses(cell.clients);
  if (cell.skipped !== undefined) return;
  const { messages, ...round } = await subject.measure(cell.clients, seconds);
  cell.rounds.push(round);
  cell.messages = [...new Set([...cell.messages, ...messages])].slice(0, 3);
  cell.median = combine(cell.rounds);
}

function chartOf(results) {
  const panels = results.circuits.map(({ name, rows }) => ({
    title: `${name === 'maze' ? 'the maze' : name}, 2^${Math.log2(rows)} rows`,
    groups: results.options.clients.map((clients) => ({
      label: `${clients} client${clients === 1 ? '' : 's'}`,
      bars: results.cells
        .filter((cell) => cell.circuit === name && cell.clients === clients)
        .map(({ system, median }) => {
          const value = median === undefined || median.proofs === 0 ? null : median.proofsPerSecond;
          const { title } = SYSTEMS[system];
          return { series: title, value, title: `${title}: ${value === null ? 'none' : value.toPrecision(3)} proofs a second` };
        }),
    })),
  }));
  return barChart({ title: 'Proofs a second: more is better', panels });
}

/** Runs the suite. `write(name, text)` keeps a result. */
export async function benchProofs(options, write) {
  const cells = options.circuits.flatMap((circuit) => cellsOf(options, circuit));
  const total = cells.reduce((sum, { circuit, clients }) => sum + secondsOf(options, circuit, clients), 0) * options.rounds;
  const progress = new Progress(total);
  const results = {
    suite: 'proofs', date: new Date().toISOString(), machine: machineFacts(), versions: versionFacts(),
    options: { ...options, threads: THREADS }, circuits: [], cells: [], aims: [],
  };
  for (const name of options.circuits) {
    const { gates, rows, development, ...circuit } = await prepareCircuit(name, Math.max(...options.clients), (text) => progress.say(text));
    const own = cells.filter((cell) => cell.circuit === name);
    await measureCircuit({ name, gates, rows, development, ...circuit }, own, options, progress);
    results.circuits.push({ name, gates, rows, development });
    results.cells.push(...own);
    results.aims = judgeProofs(results.cells);
    write('proofs.json', `${JSON.stringify(results, null, 1)}\n`);
    write('proofs.svg', chartOf(results));
  }
  progress.end();
  for (const { circuit, system, clients, messages } of results.cells.filter((cell) => cell.messages.length > 0)) {
    process.stderr.write(`bench: ${circuit}, ${clients} clients, ${SYSTEMS[system].title}: ${messages.join('; ')}\n`);
  }
  process.stdout.write(`${textTable(results)}\n${textAims(results.aims)}`);
}
