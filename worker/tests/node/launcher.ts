// What the tests inside workerd cannot do themselves: start, freeze, fill and kill provers, and read files. They ask for it
// over HTTP (tests/workerd/launcher.ts). Vitest runs this before all tests.

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { checkPaths, MAZE, MAZE_WITNESS } from './lib/paths.ts';
import { Prover } from './lib/prover.ts';
import { type Manner, StandIn } from './lib/stand-in.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    launcher: string;
  }
}

const provers: Prover[] = [];
const standIns: StandIn[] = [];

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
}

function proverOf(body: Record<string, unknown>): Prover {
  const prover = provers[Number(body.id)];
  if (prover === undefined) throw new Error('no such prover');
  return prover;
}

const COMMANDS: Record<string, (body: Record<string, unknown>) => unknown> = {
  '/prover/start': async (body) => {
    const prover = await Prover.start(body.args as string[], (body.env ?? {}) as Record<string, string>);
    return { id: provers.push(prover) - 1, origin: prover.origin };
  },
  '/prover/freeze': (body) => proverOf(body).freeze(),
  '/prover/thaw': (body) => proverOf(body).thaw(),
  '/prover/fill': (body) => proverOf(body).fill(Number(body.count)),
  '/prover/kill': (body) => proverOf(body).kill(),
  '/prover/exited': (body) => proverOf(body).exited,
  '/prover/log': (body) => proverOf(body).log,
  '/stand-in/start': async (body) => {
    const standIn = await StandIn.start(body.manner as Manner);
    return { id: standIns.push(standIn) - 1, origin: standIn.origin };
  },
  '/stand-in/seen': (body) => ({
    seen: standIns[Number(body.id)]?.seen,
    connections: standIns[Number(body.id)]?.connections,
  }),
  '/maze/circuit': () => readFileSync(MAZE, 'utf8'),
  '/maze/witness': () => readFileSync(MAZE_WITNESS).toString('base64'),
};

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  checkPaths();
  const server = createServer((request, response) => {
    void (async () => {
      try {
        const command = COMMANDS[request.url ?? ''];
        if (command === undefined) throw new Error(`no such command: ${request.url}`);
        response.end(JSON.stringify((await command(await bodyOf(request))) ?? null));
      } catch (error) {
        response.writeHead(500).end(String(error));
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('launcher', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    await Promise.all(provers.map((prover) => prover.kill()));
    await Promise.all(standIns.map((standIn) => standIn.stop()));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}
