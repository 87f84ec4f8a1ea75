// What the tests inside workerd cannot do themselves: start, freeze, fill and kill provers, and read files. They ask for it
// over HTTP (tests/workerd/launcher.ts). Vitest runs this before all tests.

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { squareCircuit } from '../../../tests/e2e/lib/circuits.mjs';
import { MAZE, MAZE_WITNESS } from '../../../tests/e2e/lib/paths.mjs';
import { fill, freeze, load, originOf, type Prover, type ProverOptions, startProver, thaw } from './lib/prover.ts';
import { type Manner, StandIn } from './lib/stand-in.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    launcher: string;
  }
}

interface Question {
  readonly id: number;
  readonly options: ProverOptions;
  readonly count: number;
  readonly requestId: string;
  readonly manner: Manner;
}

const provers: Prover[] = [];
const standIns: StandIn[] = [];

async function readQuestion(request: IncomingMessage): Promise<Question> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Question;
}

function known<T>(started: readonly T[], id: number): T {
  const one = started[id];
  if (one === undefined) throw new Error(`nothing was started as ${id}`);
  return one;
}

const COMMANDS: Record<string, (question: Question) => unknown> = {
  '/prover/start': async ({ options }) => {
    const prover = await startProver(options);
    return { id: provers.push(prover) - 1, origin: originOf(prover) };
  },
  '/prover/freeze': ({ id }) => freeze(known(provers, id)),
  '/prover/thaw': ({ id }) => thaw(known(provers, id)),
  '/prover/fill': ({ id, count }) => fill(known(provers, id), count),
  '/prover/load': ({ id }) => load(known(provers, id)),
  '/prover/kill': ({ id }) => known(provers, id).abandon(),
  '/prover/exited': async ({ id }) => {
    const { status, signal } = await known(provers, id).exited;
    return signal ?? status;
  },
  '/prover/log-of': ({ id, requestId }) => known(provers, id).logOf(requestId),
  '/stand-in/start': async ({ manner }) => {
    const standIn = await StandIn.start(manner);
    return { id: standIns.push(standIn) - 1, origin: standIn.origin };
  },
  '/stand-in/seen': ({ id }) => {
    const { seen, connections } = known(standIns, id);
    return { seen, connections };
  },
  '/square/circuit': async () => readFileSync(await squareCircuit(), 'utf8'),
  '/maze/circuit': () => readFileSync(MAZE, 'utf8'),
  '/maze/inputs': () => readFileSync(join(MAZE, '../../inputs.json'), 'utf8'),
  '/maze/witness': () => readFileSync(MAZE_WITNESS).toString('base64'),
};

async function answer(request: IncomingMessage): Promise<unknown> {
  const command = COMMANDS[request.url ?? ''];
  if (command === undefined) throw new Error(`no such command: ${request.url}`);
  return (await command(await readQuestion(request))) ?? null;
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    answer(request).then(
      (result) => response.end(JSON.stringify(result)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('launcher', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    await Promise.all(provers.map((prover) => prover.over || prover.abandon()));
    await Promise.all(standIns.map((standIn) => standIn.stop()));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}
