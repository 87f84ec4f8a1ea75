// What the README shows is what happens: every block of shell that begins with curl is run, from top to bottom, against a
// server with the README's circuit; those that send a key, against one that takes uploads. A block of JSON or HTTP that
// follows is the answer: the real one has to have its fields, their types, and the codes and words among them.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Daemon } from './lib/daemon.mjs';
import { BB, CRS, ROOT, temporaryFolder } from './lib/paths.mjs';
import { until } from './lib/wait.mjs';

const ADDRESS = 'http://localhost:8080';
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const execute = promisify(execFile);

// The fenced blocks, each with the heading it stands under.
function blocks(markdown) {
  const found = [];
  let heading = '';
  let block;
  for (const line of markdown.split('\n')) {
    const fence = /^```(\w*)$/.exec(line);
    if (block !== undefined && line === '```') {
      found.push(block);
      block = undefined;
    } else if (block !== undefined) {
      block.text += `${line}\n`;
    } else if (fence) {
      block = { language: fence[1], heading, text: '' };
    } else if (line.startsWith('#')) {
      heading = line.replace(/^#+ /, '');
    }
  }
  return found;
}

const all = blocks(README);
const examples = all.flatMap((block, place) => {
  if (block.language !== 'sh' || !block.text.startsWith('curl ')) return [];
  const next = all[place + 1];
  return [{ ...block, answer: next?.heading === block.heading && ['json', 'http'].includes(next.language) ? next : undefined }];
});

// Fields whose values are words, not measurements.
const WORDS = new Set([
  'error', 'message', 'code', 'status', 'state', 'name', 'kind', 'verified', 'verifierTarget', 'engine', 'num_gates', 'witness_count',
]);

// Whether the real answer has all that the README shows of it.
function assertShown(real, shown, name = '') {
  if (Array.isArray(shown)) {
    assert.ok(Array.isArray(real), `${name} is a list`);
    shown.forEach((item, place) => assertShown(real[place], item, `${name}[${place}]`));
  } else if (shown !== null && typeof shown === 'object') {
    assert.ok(real !== null && typeof real === 'object', `${name} is an object`);
    for (const [key, item] of Object.entries(shown)) assertShown(real[key], item, key);
  } else if (WORDS.has(name)) {
    assert.equal(real, shown, name);
  } else {
    assert.equal(typeof real, typeof shown, name);
  }
}

function headerNames(text) {
  return text.trim().split(/\r?\n/).slice(1).map((line) => line.split(':')[0].toLowerCase());
}

describe('the README', () => {
  const KEY = 'a key that only this test knows'.replaceAll(' ', '-');
  let open;
  let locked;
  let folder;

  before(async () => {
    folder = temporaryFolder('readme');
    writeFileSync(join(folder, 'keys'), `dapp:${KEY}\n`, { mode: 0o600 });
    open = await Daemon.start();
    locked = await Daemon.start({
      circuit: undefined, 'allow-uploads': 'on', 'data-dir': join(folder, 'data'), 'api-key-file': join(folder, 'keys'),
    });
    symlinkSync(join(ROOT, 'circuit'), join(folder, 'circuit'));
    mkdirSync(join(folder, '.cache'));
    cpSync(CRS, join(folder, '.cache', 'crs'), { recursive: true });
  });
  after(async () => {
    await open.stop();
    await locked.stop();
  });

  async function run(text) {
    const daemon = text.includes('$KEY') ? locked : open;
    const before = daemon.events('request').length;
    const script = text.replaceAll(ADDRESS, `http://127.0.0.1:${daemon.port}`);
    const env = {
      KEY, HOME: folder, CURL_HOME: folder, NO_PROXY: '*', PATH: [process.env.PATH, dirname(BB)].join(delimiter),
    };
    const { stdout } = await execute('sh', ['-euc', script], { cwd: folder, env, timeout: 60_000 });
    const logged = await until('the request is logged', () => {
      const lines = daemon.events('request').slice(before);
      return lines.length > 0 && lines;
    });
    return { stdout, logged };
  }

  function writtenBy(text) {
    const output = /--output (\S+)/.exec(text)?.[1];
    return output === undefined ? undefined : readFileSync(join(folder, output));
  }

  test('has an example for each route that does something', () => {
    for (const path of ['prove', 'verify', 'health', 'circuits?name=', 'circuits/circuit/vk', 'circuits/circuit/verifier.sol']) {
      assert.ok(examples.some(({ text }) => text.includes(`${ADDRESS}/api/${path}`)), path);
    }
  });

  test('shows no curl that is not run here', () => {
    const run = new Set(examples.map(({ text }) => text));
    const others = all.filter(({ text, language }) => language !== 'json' && /\bcurl\b/.test(text) && !run.has(text));
    assert.deepEqual(others, []);
  });

  for (const [place, { heading, text, answer }] of examples.entries()) {
    test(`${heading}: example ${place + 1}: ${text.split(/ *\\?\n/)[0]}`, async () => {
      const { stdout, logged } = await run(text);
      const expected = answer?.language === 'json' ? JSON.parse(answer.text) : undefined;
      for (const { status } of logged) {
        if (expected?.error === undefined) assert.ok(status >= 200 && status < 300, `${status}: ${stdout}`);
        else assert.ok(status >= 400, `status ${status}`);
      }
      const written = writtenBy(text);
      if (written !== undefined) assert.ok(written.length > 0, 'the file is empty');
      if (expected !== undefined) assertShown(JSON.parse(written ?? stdout), expected);
      if (answer?.language === 'http') {
        assert.equal(stdout.split('\r\n')[0], answer.text.split('\n')[0]);
        const missing = headerNames(answer.text).filter((name) => !headerNames(stdout).includes(name));
        assert.deepEqual(missing, []);
      }
    });
  }
});
