// Files of API keys, as --api-key-file takes them.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../e2e/lib/paths.mjs';

/** A file of `name:key` lines. */
export function keyFile(keys, extra = '') {
  const path = join(temporaryFolder('keys'), 'keys');
  writeFileSync(path, extra + Object.entries(keys).map(([name, key]) => `${name}:${key}\n`).join(''), { mode: 0o600 });
  return path;
}
