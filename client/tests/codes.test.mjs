// The codes that the client names are those of proverd and of the Worker, and its own.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PROVER_ERROR_CODES } from '../dist/index.js';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const OWN = [
  'url_invalid',
  'api_key_invalid',
  'network_error',
  'answer_invalid',
  'client_timeout',
  'backend_destroyed',
];

const proverd = [...read('src/base/result.h').matchAll(/X\(RESULT_\w+, "(\w+)"\)/g)]
  .map(([, code]) => code)
  .filter((code) => code !== 'ok');
const [, table] = /const STATUS = \{([^}]*)\}/.exec(read('worker/src/failure.ts'));
const worker = [...table.matchAll(/^ {2}(\w+): \d+,$/gm)].map(([, code]) => code);

test('codes__of_proverd_and_of_the_worker_are_all_named', () => {
  assert.ok(proverd.length > 40 && worker.length > 10);
  const missing = [...proverd, ...worker].filter((code) => !PROVER_ERROR_CODES.includes(code));
  assert.deepEqual(missing, [], 'add them to client/src/error.ts');
});

test('codes__that_are_named_exist', () => {
  const known = new Set([...proverd, ...worker, ...OWN]);
  assert.deepEqual(
    PROVER_ERROR_CODES.filter((code) => !known.has(code)),
    [],
  );
  assert.equal(new Set(PROVER_ERROR_CODES).size, PROVER_ERROR_CODES.length);
});
