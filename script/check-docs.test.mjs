// script/check-docs finds what it is there to find, and writes the tables that it then accepts.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Fixture } from './fixture.mjs';

const HELP = `Usage: proverd [OPTION VALUE]...

  proverd --circuit target/circuit.json

What it serves:
  --listen ADDR:PORT
      address and port to serve on
      [PROVERD_LISTEN, default 0.0.0.0:8080]
  --circuit [NAME=]FILE
      a compiled circuit; the first serves requests
      that name none
      [PROVERD_CIRCUIT, repeatable]

What it says of itself:
  --log-level debug|info
      least level that is logged
      [PROVERD_LOG_LEVEL, default info]
  --help
      print this

Exit status: 0 stopped as told.
`;

const OPTIONS = `| option | environment | default | meaning |
| --- | --- | --- | --- |
| \`--listen ADDR:PORT\` | \`PROVERD_LISTEN\` | \`0.0.0.0:8080\` | address and port to serve on |
| \`--circuit [NAME=]FILE\` | \`PROVERD_CIRCUIT\` | repeatable | a compiled circuit; the first serves requests that name none |
| \`--log-level debug\\|info\` | \`PROVERD_LOG_LEVEL\` | \`info\` | least level that is logged |
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
    X(RESULT_DIED, 500)       \\
    X(RESULT_BODY_EMPTY, 400) \\
    X(RESULT_NONSENSE, 500)
`;

const ERRORS = `| status | code | meaning | what to do |
| --- | --- | --- | --- |
| 400 | \`body_empty\` | the body is empty | send it |
| 500 | \`prover_failed\` | bb failed | look into the log |
`;

const METRIC_TABLE = `#define METRIC_TABLE(X)                                           \\
    X(METRIC_QUEUE, METRIC_GAUGE, "prover_queue_depth", "",              \\
      "Jobs that wait (--queue).")                                       \\
    X(METRIC_HTTP, METRIC_COUNTER, "prover_http_requests_total", "method,route", \\
      "Requests of any kind, "                                           \\
      "and no other.")
`;

const METRICS = `| metric | type | labels | meaning |
| --- | --- | --- | --- |
| \`prover_queue_depth\` | gauge |  | Jobs that wait (--queue). |
| \`prover_http_requests_total\` | counter | \`method\`, \`route\` | Requests of any kind, and no other. |
`;

const CONTRACT = `openapi: 3.1.0
paths:
  # what it does
  /api/prove:
    post:
      summary: proves
  /api/circuits/{circuit}:
    get:
      summary: tells
    delete:
      summary: deletes

components: {}
`;

const ROUTES = `| route | answer |
| --- | --- |
| \`POST /api/prove\` | 200 |
| \`GET /api/circuits/{circuit}\` | 200 |
| \`DELETE /api/circuits/{circuit}\` | 204 |
`;

let fixture;

const page = (name, text) => fixture.write(`docs/${name}.md`, `# The page\n\nFor whoever reads it.\n\n${text}`);
const table = (name, text) => page(name, `<!-- ${name}: written by script/check-docs --write -->\n${text}<!-- end of ${name} -->\n`);
const readme = (text = '') => fixture.write('README.md', `# proverd\n\n${['options', 'errors', 'metrics', 'api'].map((name) => `[${name}](docs/${name}.md)`).join('\n')}\n\n${text}`);

beforeEach(() => {
  fixture = new Fixture('check-docs', 'check-docs.mjs', 'pages.mjs');
  fixture.program('build/src/proverd', `cat <<'END'\n${HELP}END`);
  fixture.write('src/base/result.h', RESULTS);
  fixture.write('src/api/status.h', STATUSES);
  fixture.write('src/metrics/metrics.h', METRIC_TABLE);
  fixture.write('openapi.yaml', CONTRACT);
  table('options', OPTIONS);
  table('errors', ERRORS);
  table('metrics', METRICS);
  page('api', ROUTES);
  readme();
});

afterEach(() => fixture.remove());

async function assertFinds(...lines) {
  const { status, output } = await fixture.run('check-docs');
  assert.equal(status, 1, output);
  const found = output.split('\n').filter((line) => line !== '');
  assert.deepEqual(found, [...lines, `check-docs: error: ${lines.length} to mend (script/check-docs --write writes the tables)`]);
}

test('passes pages that say what the program says', async () => {
  const { status, output } = await fixture.run('check-docs');
  assert.equal(output, 'check-docs: 5 pages: 4 options, 2 errors, 2 metrics, 3 routes, 4 links\n');
  assert.equal(status, 0);
});

describe('the tables', () => {
  test('options: one that is missing, one that is no more, a default that has changed', async () => {
    const circuit = OPTIONS.split('\n')[3];
    table('options', OPTIONS.replace(`${circuit}\n`, ''));
    await assertFinds(`docs/options.md: missing: ${circuit}`);
    table('options', `${OPTIONS}| \`--verbose\` |  |  | say more |\n`);
    await assertFinds(
      'docs/options.md: not of the program: | `--verbose` |  |  | say more |',
      "docs/options.md:12: proverd has no --verbose; with its program before it, another's option",
    );
    table('options', OPTIONS.replace('`info` |', '`debug` |'));
    const level = OPTIONS.split('\n')[4];
    await assertFinds(`docs/options.md: not of the program: ${level.replace('`info` |', '`debug` |')}`, `docs/options.md: missing: ${level}`);
  });

  test('errors: a code that is missing, one that is no more, a wrong status, an empty meaning', async () => {
    table('errors', ERRORS.replace(/^.*body_empty.*\n/m, ''));
    await assertFinds('docs/errors.md: missing: | 400 | `body_empty` |  |  |', 'docs/errors.md: says neither what it means nor what to do: | 400 | `body_empty` |  |  |');
    table('errors', `${ERRORS}| 418 | \`teapot\` | short and stout | pour |\n`);
    await assertFinds('docs/errors.md: not of the program: | 418 | `teapot` | short and stout | pour |');
    table('errors', ERRORS.replace('400', '404'));
    await assertFinds(
      'docs/errors.md: not of the program: | 404 | `body_empty` | the body is empty | send it |',
      'docs/errors.md: missing: | 400 | `body_empty` | the body is empty | send it |',
    );
  });

  test('metrics: one that is missing, and a label that has changed', async () => {
    const queue = METRICS.split('\n')[2];
    table('metrics', METRICS.replace(`${queue}\n`, ''));
    await assertFinds(`docs/metrics.md: missing: ${queue}`);
    table('metrics', METRICS.replace('`route`', '`path`'));
    const http = METRICS.split('\n')[3];
    await assertFinds(`docs/metrics.md: not of the program: ${http.replace('`route`', '`path`')}`, `docs/metrics.md: missing: ${http}`);
  });

  test('are written, with what the page alone knows, and nothing else is', async () => {
    const names = ['options', 'errors', 'metrics'];
    const expected = names.map((name) => readFileSync(join(fixture.root, `docs/${name}.md`), 'utf8'));
    table('options', '| option |\n| --- |\n| `--old` |\n');
    table('metrics', '');
    table('errors', `${ERRORS.split('\n').slice(0, 2).join('\n')}\n${ERRORS.split('\n').slice(2, 4).reverse().join('\n')}\n`);
    const { status, output } = await fixture.run('check-docs', ['--write']);
    assert.equal(status, 0, output);
    assert.deepEqual(names.map((name) => readFileSync(join(fixture.root, `docs/${name}.md`), 'utf8')), expected);
  });

  test('that cannot be read are an error, not an empty one', async () => {
    fixture.write('src/base/result.h', '');
    assert.match((await fixture.run('check-docs')).output, /result\.h has no RESULT_TABLE that can be read/);
    fixture.program('build/src/proverd', 'echo "Usage: proverd"');
    assert.match((await fixture.run('check-docs')).output, /cannot be read any more/);
    page('metrics', 'none');
    fixture.program('build/src/proverd', `cat <<'END'\n${HELP}END`);
    fixture.write('src/base/result.h', RESULTS);
    await assertFinds('docs/metrics.md: has no table between <!-- metrics: and <!-- end of metrics -->');
  });
});

describe('the routes', () => {
  test('one without a row, and a row without a route', async () => {
    page('api', ROUTES.replace('DELETE', 'PUT'));
    await assertFinds('docs/api.md: no row for DELETE /api/circuits/{circuit}', 'docs/api.md: PUT /api/circuits/{circuit} is not in openapi.yaml');
  });
});

describe('links', () => {
  test('to no file, to no heading, and to no address', async () => {
    readme('[a](docs/none.md) [b](docs/api.md#the-page) [c](docs/api.md#nothing) [d](http://example.org) [e](https://example.org/x) [f](#proverd) `[g](h)`');
    await assertFinds('README.md:8: docs/none.md leads nowhere', 'README.md:8: docs/api.md#nothing: no such heading', 'README.md:8: http://example.org is no https address');
  });

  test('a page that none leads to', async () => {
    page('lost', '');
    await assertFinds('docs/lost.md: no link leads here from README.md');
  });
});

describe('a page', () => {
  test('is not too long', async () => {
    readme('x'.repeat(6000));
    fixture.write('docs/api.md', `# The page\n\nFor whoever reads it.\n\n${ROUTES}${'y'.repeat(16_000)}`);
    const { output } = await fixture.run('check-docs');
    assert.match(output, /^README\.md: has 61\d\d bytes, at most 6000$/m);
    assert.match(output, /^docs\/api\.md: has 161\d\d bytes, at most 16000$/m);
  });

  test('says whom it is for', async () => {
    fixture.write('docs/api.md', `# The page\n\n${ROUTES}`);
    await assertFinds('docs/api.md: does not begin with its title and "For whoever ..."');
  });

  test('says of each block what it is, and ends it', async () => {
    readme('```\ncurl\n```\n\n```sh\ncurl\n');
    await assertFinds(
      'README.md:8: a block of no language; known are sh, json, http, js, c, rust, toml, yaml, text',
      'README.md:12: the block has no end',
    );
  });

  test('names only what there is', async () => {
    fixture.write('src/base/clock.h', '');
    readme('`--listen 1` `--verbose` `curl --fail` `PROVERD_LISTEN` `PROVERD_NONE=1` `prover_queue_depth` `prover_none_total` `script/check-docs --write` `script/none` `base/clock.h` `base/none.h` `src/none`');
    await assertFinds(
      'README.md:8: there is no variable PROVERD_NONE',
      'README.md:8: there is no metric prover_none_total',
      'README.md:8: there is no script/none',
      'README.md:8: there is no src/base/none.h',
      'README.md:8: there is no src/none',
      "README.md:8: proverd has no --verbose; with its program before it, another's option",
    );
  });

  test('of the past may name what was', async () => {
    fixture.write('CHANGELOG.md', '# Changes\n\n`PROVERD_NONE`\n');
    readme('[changes](CHANGELOG.md)');
    assert.equal((await fixture.run('check-docs')).status, 0);
  });
});
