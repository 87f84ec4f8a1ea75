// What a promise must be rejected with: a ProverError, and nothing else.

import assert from 'node:assert/strict';
import { ProverError } from '../../dist/index.js';

export async function rejection(promise) {
  const error = await promise.then(
    () => assert.fail('nothing was wrong'),
    (thrown) => thrown,
  );
  assert.ok(error instanceof ProverError, String(error));
  return error;
}
