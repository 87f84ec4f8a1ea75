// The client in a real browser, in front of the Worker and a real proverd: what a dApp's page may do, and what another may not.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLocalBackend } from '../../../client/tests/lib/bbjs.mjs';
import { MAZE_WITNESS, ROOT } from '../../../tests/e2e/lib/paths.mjs';
import { originOf, type Prover, startProver } from './lib/prover.ts';
import { Runtime } from './lib/runtime.ts';

const KEY = 'a-key-of-a-dapp-of-ours';
const CLIENT = join(ROOT, 'client/dist');
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function findChromium(): string | undefined {
  try {
    return execFileSync(
      'sh',
      ['-c', 'command -v chromium || command -v chromium-browser || command -v google-chrome'],
      { encoding: 'utf8' },
    ).trim();
  } catch {
    return undefined;
  }
}

const PAGE = `<!doctype html><title>dApp</title>
<script type="module">import * as client from '/index.js'; globalThis.client = client;</script>`;

interface PageGlobals {
  readonly client: typeof import('../../../client/dist/index.js');
}

/** A dApp's site: a page, the client's files and a witness. */
async function startSite(): Promise<{ origin: string; server: Server }> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const file = join(CLIENT, path);
    if (path === '/') response.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE);
    else if (path === '/witness') response.end(readFileSync(MAZE_WITNESS));
    else if (/^\/\w+\.js$/.test(path) && existsSync(file))
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(readFileSync(file));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

const executablePath = findChromium();

// Where the distribution has no Chromium, script/bootstrap --tests has said so.
describe.skipIf(executablePath === undefined)('in Chromium', () => {
  let browser: Browser;
  let prover: Prover;
  let worker: Runtime;
  let dapp: Awaited<ReturnType<typeof startSite>>;
  let stranger: Awaited<ReturnType<typeof startSite>>;

  beforeAll(async () => {
    dapp = await startSite();
    stranger = await startSite();
    prover = await startProver();
    worker = await Runtime.start({
      PROVER_ORIGIN: originOf(prover),
      CORS_ORIGINS: dapp.origin,
      API_KEYS: `dapp:${KEY}`,
    });
    browser = await chromium.launch({ executablePath: executablePath ?? '', chromiumSandbox: false, args: QUIET });
  });
  afterAll(async () => {
    await browser?.close();
    await worker?.stop();
    await prover?.abandon();
    for (const site of [dapp, stranger]) site?.server.close();
  });

  async function open(site: { origin: string }): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(site.origin);
    return page;
  }

  /** Proves on a page, as a dApp does; gives what came, or the code of what went wrong. */
  const proveOn = (page: Page, apiKey: string, witness = '/witness') =>
    page.evaluate(
      async ({ url, apiKey, witness }) => {
        const { RemoteBackend, ProverError } = (globalThis as unknown as PageGlobals).client;
        const backend = new RemoteBackend(url, { circuit: 'circuit', apiKey, retries: 0 });
        try {
          const data = await backend.generateProof(new Uint8Array(await (await fetch(witness)).arrayBuffer()));
          return { proof: [...data.proof], publicInputs: data.publicInputs, verified: await backend.verifyProof(data) };
        } catch (error) {
          if (!(error instanceof ProverError)) throw error;
          return { code: error.code, requestId: error.requestId, message: error.message };
        }
      },
      { url: worker.origin, apiKey, witness },
    );

  test('maze__proven_on_a_page_verifies_by_bb_js', async () => {
    const { proof, publicInputs, verified } = await proveOn(await open(dapp), KEY);
    expect(verified).toBe(true);
    const bbjs = await startLocalBackend();
    try {
      const data = { proof: Uint8Array.from(proof ?? []), publicInputs: publicInputs ?? [] };
      expect(await bbjs.backend.verifyProof(data)).toBe(true);
    } finally {
      await bbjs.destroy();
    }
  });

  test('errors__reach_the_page_with_code_and_request_id', async () => {
    const page = await open(dapp);
    expect(await proveOn(page, 'a-key-of-somebody-else')).toMatchObject({ code: 'key_unknown' });
    const error = await proveOn(page, KEY, '/');
    expect(error.code).toBe('witness_not_recognised');
    expect(await prover.logOf(error.requestId ?? '')).toMatchObject({ code: 'witness_not_recognised' });
  });

  test('page__of_an_origin_that_is_not_listed_is_refused', async () => {
    const error = await proveOn(await open(stranger), KEY);
    expect(error.code).toBe('network_error');
    expect(error.message).toContain('CORS');
  });

  test('abort__on_a_page', async () => {
    const page = await open(dapp);
    const name = await page.evaluate(
      async ({ url, apiKey }) => {
        const { RemoteBackend } = (globalThis as unknown as PageGlobals).client;
        const abort = new AbortController();
        const backend = new RemoteBackend(url, { circuit: 'circuit', apiKey });
        const witness = new Uint8Array(await (await fetch('/witness')).arrayBuffer());
        const proof = backend.generateProof(witness, { signal: abort.signal });
        abort.abort();
        return proof.then(
          () => 'none',
          (error: Error) => error.name,
        );
      },
      { url: worker.origin, apiKey: KEY },
    );
    expect(name).toBe('AbortError');
  });
});
