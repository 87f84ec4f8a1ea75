// README.md says of settings and errors what the code says.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { STATUS } from '../../src/failure.ts';
import { WORKER } from './lib/wrangler.ts';

const read = (path: string) => readFileSync(join(WORKER, path), 'utf8');
const rows = read('README.md')
  .split('\n')
  .filter((line) => line.startsWith('| '));

test('readme__has_every_variable_secret_and_binding', () => {
  const [, body] = /export interface Env \{([^}]*)\}/.exec(read('src/settings.ts')) ?? [];
  const names = [...(body ?? '').matchAll(/readonly ([A-Z_]+)\?:/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !rows.some((row) => row.startsWith(`| \`${name}\` |`)))).toEqual([]);
});

test('readme__has_every_default', () => {
  const numbers = [...read('src/settings.ts').matchAll(/^ {2}([A-Z_]+): \[([\d_]+), /gm)];
  expect(numbers.length).toBeGreaterThan(5);
  for (const [, name, byDefault = ''] of numbers)
    expect(
      rows.filter((row) => row.startsWith(`| \`${name}\` | ${byDefault.replaceAll('_', '')} |`)),
      name,
    ).toHaveLength(1);
});

test.each(Object.entries(STATUS))('readme__has_error_%s_%i', (code, status) => {
  expect(rows.some((row) => row.startsWith(`| ${status} | `) && row.includes(`\`${code}\``))).toBe(true);
});
