// script/check-readme finds what it is there to find, and writes the table that it then accepts.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Fixture } from './fixture.mjs';

const HELP = `Usage: proverd [OPTION VALUE]...

  proverd --circuit target/circuit.json
  curl http://127.0.0.1:8080/api/prove

What it serves:
  --listen ADDR:PORT
      address and port to serve on
      [PROVERD_LISTEN, default 0.0.0.0:8080]
  --circuit [NAME=]FILE
      a compiled circuit; the first serves requests
      that name none
      [PROVERD_CIRCUIT, repeatable]

What it says of itself:
  --log-level debug|info|warning|error
      least level that is logged
      [PROVERD_LOG_LEVEL, default info]
  --help
      print this

Exit status: 0 stopped as told.
`;

const TABLE = `| option | environment | default | meaning |
| --- | --- | --- | --- |
| \`--listen ADDR:PORT\` | \`PROVERD_LISTEN\` | \`0.0.0.0:8080\` | address and port to serve on |
| \`--circuit [NAME=]FILE\` | \`PROVERD_CIRCUIT\` | repeatable | a compiled circuit; the first serves requests that name none |
| \`--log-level debug\\|info\\|warning\\|error\` | \`PROVERD_LOG_LEVEL\` | \`info\` | least level that is logged |
| \`--help\` |  |  | print this |
`;

const RESULTS = `#define RESULT_TABLE(X)                  \\
    X(RESULT_OK, "ok")                   \\
    X(RESULT_BODY_EMPTY, "body_empty")   \\
    X(RESULT_DIED, "prover_failed")      \\
    X(RESULT_NONSENSE, "prover_failed")
`;

const STATUSES = `#define STATUS_TABLE(X)       \\
    X(RESULT_OK, 200)         \\
    X(RESULT_BODY_EMPTY, 400) \\
    X(RESULT_DIED, 500)       \\
    X(RESULT_NONSENSE, 500)
`;

const ERRORS = `| 400 | \`body_empty\` | the body is empty | send it |
| 500 | \`prover_failed\` | bb failed | look into the log |
`;

let fixture;

function readme(table, errors = ERRORS) {
  fixture.write('README.md', `# proverd

<!-- options: written by script/check-readme --write -->
${table}<!-- end of options -->

| status | code | meaning | what to do |
| --- | --- | --- | --- |
${errors}
The end.
`);
}

beforeEach(() => {
  fixture = new Fixture('check-readme');
  fixture.program('build/src/proverd', `cat <<'END'\n${HELP}END`);
  fixture.write('src/base/result.h', RESULTS);
  fixture.write('src/http/status.h', STATUSES);
});

afterEach(() => fixture.remove());

async function assertDiffers(line) {
  const { status, output } = await fixture.run('check-readme');
  assert.equal(status, 1, output);
  assert.ok(output.includes(`\n${line}\n`), output);
}

test('passes a README that says what the program says', async () => {
  readme(TABLE);
  const { status, output } = await fixture.run('check-readme');
  assert.equal(output, 'check-readme: README.md has all 4 options and 2 errors\n');
  assert.equal(status, 0);
});

test('finds an option that is missing, and one that is no more', async () => {
  readme(TABLE.replace(/^.*PROVERD_CIRCUIT.*\n/m, ''));
  await assertDiffers('+| `--circuit [NAME=]FILE` | `PROVERD_CIRCUIT` | repeatable | a compiled circuit; the first serves requests that name none |');
  readme(`${TABLE}| \`--verbose\` |  |  | say more |\n`);
  await assertDiffers('-| `--verbose` |  |  | say more |');
});

test('finds a default that has changed', () => {
  readme(TABLE.replace('`info`', '`debug`'));
  return assertDiffers('-| `--log-level debug\\|info\\|warning\\|error` | `PROVERD_LOG_LEVEL` | `debug` | least level that is logged |');
});

test('finds a code that is missing, one that is no more, and a wrong status', async () => {
  readme(TABLE, ERRORS.replace(/^.*body_empty.*\n/m, ''));
  await assertDiffers('+400 body_empty');
  readme(TABLE, `${ERRORS}| 418 | \`teapot\` | short and stout | pour |\n`);
  await assertDiffers('-418 teapot');
  readme(TABLE, ERRORS.replace('400', '404'));
  await assertDiffers('-404 body_empty');
});

test('writes the table, and nothing else', async () => {
  readme(TABLE);
  const expected = readFileSync(join(fixture.root, 'README.md'), 'utf8');
  readme('| option |\n| --- |\n| `--old` |\n');
  const { status, output } = await fixture.run('check-readme', ['--write']);
  assert.equal(status, 0, output);
  assert.equal(readFileSync(join(fixture.root, 'README.md'), 'utf8'), expected);
});

test('fails when there is nothing to compare', async () => {
  fixture.write('README.md', '# proverd\n');
  assert.equal((await fixture.run('check-readme')).status, 1);
  assert.equal((await fixture.run('check-readme', ['--write'])).status, 1);
  readme(TABLE);
  fixture.program('build/src/proverd', 'echo "Usage: proverd"');
  assert.match((await fixture.run('check-readme')).output, /cannot be read any more/);
});
