// What the documentation shows is what happens: every block of shell of every page is run, each page from top to bottom in
// a place of its own. A block of JSON or HTTP that follows a curl is its answer: the real one has to have its fields, their
// types, and the codes and words among them.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readPages } from '../../script/pages.mjs';
import { ROOT } from './lib/paths.mjs';
import { Scratch } from './lib/scratch.mjs';

const CURL_FAILED = 22;
const LIKE_SHELL = /^\s*(\$ )?(curl|docker|npx|npm|nargo|script\/|systemctl|kubectl|git clone|bb )/m;

// A page's blocks begin at the root of the repository; those of these begin in a folder of it.
const FOLDERS = { 'worker/README.md': 'worker', 'client/README.md': 'client', 'docs/deploy/cloudflare.md': 'worker' };
// What a page takes for granted.
const GIVEN = {
  'README.md': 'nargo new ../hello',
  'docs/deploy/container.md': 'nargo new ../hello && cd ../hello && nargo compile',
};

// Fields whose values are words, not measurements.
const WORDS = new Set([
  'error', 'message', 'code', 'status', 'state', 'name', 'kind', 'verified', 'verifierTarget', 'engine', 'num_gates', 'witness_count',
]);

// Whether the real answer has all that the page shows of it.
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

/** Each block of shell, with the block behind it where that is the answer. */
function examplesOf({ blocks }) {
  return blocks.flatMap((block, place) => {
    if (block.language !== 'sh') return [];
    const next = blocks[place + 1];
    const isAnswer = /\bcurl\b/.test(block.text) && next?.heading === block.heading && ['json', 'http'].includes(next.language);
    return [{ ...block, answer: isAnswer ? next : undefined }];
  });
}

function fileWrittenBy(text) {
  return [...text.matchAll(/--output (\S+)/g)].at(-1)?.[1];
}

const pages = readPages(ROOT);

describe('the documentation', () => {
  test('has an example for each route that does something', () => {
    const shell = pages.flatMap(({ blocks }) => blocks.filter(({ language }) => language === 'sh').map(({ text }) => text)).join('\n');
    for (const path of ['prove', 'execute', 'verify', 'health', 'ready', 'circuits?name=', 'circuits/circuit/vk', 'circuits/circuit/verifier.sol']) {
      assert.ok(shell.includes(`http://localhost:8080/api/${path}`), path);
    }
  });

  test('shows no shell that is not run here', () => {
    const others = pages.flatMap(({ path, blocks, prose }) => [
      ...blocks.filter(({ language, text }) => language !== 'sh' && LIKE_SHELL.test(text)).map(({ line }) => `${path}:${line}`),
      ...prose.flatMap((line, place) => (line.startsWith('    ') && LIKE_SHELL.test(line) ? [`${path}:${place + 1}`] : [])),
    ]);
    assert.deepEqual(others, []);
  });

  test('shows JSON that is JSON', () => {
    for (const { path, blocks } of pages) {
      for (const { language, text, line } of blocks) if (language === 'json') assert.doesNotThrow(() => JSON.parse(text), `${path}:${line}`);
    }
  });
});

for (const page of pages) {
  const examples = examplesOf(page);
  if (examples.length === 0) continue;
  describe(page.path, () => {
    let place;
    before(() => {
      place = new Scratch(page.path.replaceAll(/\W/g, '-'));
      const given = `${GIVEN[page.path] ?? ':'}\n${page.text.includes('http://localhost:8') ? `${place.clone}/script/server` : ':'}`;
      const { status, stderr } = place.run(given);
      assert.equal(status, 0, stderr);
      for (const { language, text } of page.blocks) if (language === 'c') writeFileSync(join(place.clone, 'check.c'), text);
    });
    after(() => place.stop());

    for (const { text, line, answer } of examples) {
      test(`line ${line}: ${text.split(/ *\\?\n/)[0]}`, () => {
        const folder = text.includes('git clone') ? join(place.folder, 'empty') : join(place.clone, FOLDERS[page.path] ?? '');
        const { status, stdout, stderr } = place.run(text, folder);
        const expected = answer?.language === 'json' ? JSON.parse(answer.text) : undefined;
        const refused = expected?.error !== undefined;
        assert.equal(status, refused ? CURL_FAILED : 0, `${stdout.slice(-2000)}${stderr.slice(-2000)}`);
        const written = fileWrittenBy(text) === undefined ? undefined : join(folder, fileWrittenBy(text));
        if (written !== undefined) assert.ok(existsSync(written) && readFileSync(written).length > 0, `${written} is empty`);
        if (expected !== undefined) assertShown(JSON.parse(written === undefined ? stdout : readFileSync(written, 'utf8')), expected);
        if (answer?.language === 'http') {
          assert.equal(stdout.split('\r\n')[0], answer.text.split('\n')[0]);
          assert.deepEqual(headerNames(answer.text).filter((name) => !headerNames(stdout).includes(name)), []);
        }
      });
    }
  });
}
