// openapi.yaml and the page that draws it: valid, up to date, and nothing in them from anywhere else.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ROOT, temporaryFolder } from '../e2e/lib/paths.mjs';
import { square } from './lib/circuits.mjs';
import { Client } from './lib/client.mjs';

const MOST_BYTES = 25_000;
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--virtual-time-budget=5000'];

const page = readFileSync(new URL('../../src/api/assets/docs.html', import.meta.url), 'utf8');

describe('openapi.yaml', () => {
  test('openapi__is_valid_and_what_the_server_serves_is_made_of_it', () => {
    const { status, stderr } = spawnSync(fileURLToPath(new URL('../../script/openapi', import.meta.url)), ['--check'], { encoding: 'utf8', cwd: ROOT });
    assert.equal(status, 0, stderr);
  });
});

describe('docs.html', () => {
  test('page__is_small_and_takes_nothing_from_elsewhere', () => {
    assert.ok(Buffer.byteLength(page) < MOST_BYTES, `${Buffer.byteLength(page)} bytes`);
    assert.doesNotMatch(page, /https?:\/\/|\ssrc=|@import|\burl\(/);
    assert.doesNotMatch(page, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/);
    assert.equal([...page.matchAll(/fetch\(/g)].length, 1);
  });

  test('page__draws_every_operation_shape_and_code', { skip: CHROMIUM === undefined && 'there is no Chromium here' }, async (context) => {
    const { path } = await square();
    const client = await Client.start({ circuit: path }, { context });
    const url = `http://127.0.0.1:${client.daemon.port}/api/docs`;
    const dom = execFileSync(CHROMIUM, [...FLAGS, `--user-data-dir=${temporaryFolder('chromium')}`, '--dump-dom', url], {
      encoding: 'utf8', timeout: 60_000, maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'],
    });
    const drawn = dom.slice(0, dom.indexOf('<script>'));
    const contract = (await client.get('/api/openapi.json')).json();
    for (const item of Object.values(contract.paths)) {
      for (const { operationId, summary } of Object.values(item).filter((each) => each.operationId)) {
        assert.ok(drawn.includes(`<section id="${operationId}"`), operationId);
        assert.ok(drawn.includes(`<h3>${summary}</h3>`), summary);
      }
    }
    for (const name of Object.keys(contract.components.schemas)) assert.ok(drawn.includes(`id="schema-${name}"`), name);
    for (const link of drawn.matchAll(/href="#([^"]+)"/g)) assert.ok(drawn.includes(`id="${link[1]}"`), `a link to #${link[1]}`);
    assert.ok(drawn.includes('witness_unsatisfied'));
    assert.doesNotMatch(drawn, /undefined|\[object Object\]|could not be drawn/);
  });
});
