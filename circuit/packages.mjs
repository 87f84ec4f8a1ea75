// Where npm put a package: bb.js holds the native bb, and a manifest names the version of a compiler.

import { createRequire } from 'node:module';
import { join, sep } from 'node:path';

export function packageFolder(name) {
  const entry = createRequire(import.meta.url).resolve(name);
  const folder = join('node_modules', name) + sep;
  return entry.slice(0, entry.lastIndexOf(folder) + folder.length);
}
