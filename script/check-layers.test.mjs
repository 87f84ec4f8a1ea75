// script/check-layers finds what it is there to find.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Fixture } from './fixture.mjs';

let fixture;

beforeEach(() => {
  fixture = new Fixture('check-layers');
  fixture.write('src/main.c', '#include <microhttpd_like.h>\n#include "http/http.h"\n#include "wire/wire.h"\n');
  fixture.write('src/base/base.c', '#include <stdio.h>\n#include "base/base_internal.h"\n');
  fixture.write('src/http/http.c', '#include <microhttpd.h>\n\n#include "base/base.h"\n#include "metrics/metrics.h"\n');
});

afterEach(() => fixture.remove());

async function assertBreach(path, content, expected) {
  fixture.write(path, content);
  const { status, output } = await fixture.run('check-layers');
  assert.equal(status, 1, output);
  assert.ok(output.includes(`${expected}\n`), output);
}

test('passes sources that keep the table', async () => {
  const { status, output } = await fixture.run('check-layers');
  assert.equal(status, 0, output);
  assert.equal(output, 'check-layers: 3 files keep their layers\n');
});

test('finds an include that goes upward', () =>
  assertBreach('src/base/log.c', '#include <stdio.h>\n#include "wire/wire.h"\n',
    'src/base/log.c:2: src/base/ may not include "wire/wire.h"'));

test('finds a server that knows what it serves', () =>
  assertBreach('src/http/handler.c', '#include "jobs/service.h"\n',
    'src/http/handler.c:1: src/http/ may not include "jobs/service.h"'));

test('finds an include with blanks in odd places', () =>
  assertBreach('src/base/log.c', '  #  include "wire/wire.h"',
    'src/base/log.c:1: src/base/ may not include "wire/wire.h"'));

test('finds an internal header of another folder', () =>
  assertBreach('src/http/reply.c', '#include "base/base_internal.h"\n',
    'src/http/reply.c:1: "base/base_internal.h" stays inside src/base/'));

test('finds an internal header in main.c', () =>
  assertBreach('src/main.c', '#include "base/base_internal.h"\n',
    'src/main.c:1: "base/base_internal.h" stays inside src/base/'));

test('finds a library that belongs to another folder', () =>
  assertBreach('src/jobs/service.c', '#include <microhttpd.h>\n',
    'src/jobs/service.c:1: <microhttpd.h> is for http alone'));

test('finds a header of ours that only one other folder may include', async () => {
  await assertBreach('src/jobs/service.c', '#include "metrics/text.h"\n',
    'src/jobs/service.c:1: "metrics/text.h" is for api alone');
  fixture.write('src/jobs/service.c', '#include "metrics/metrics.h"\n');
  fixture.write('src/api/metrics.c', '#include "metrics/text.h"\n');
  assert.equal((await fixture.run('check-layers')).status, 0);
});

test('finds a header named without its folder, or by a path that climbs', async () => {
  await assertBreach('src/base/log.c', '#include "log.h"\n',
    'src/base/log.c:1: "log.h" has to be written as "folder/name.h"');
  await assertBreach('src/base/log.c', '#include "../wire/wire.h"\n',
    'src/base/log.c:1: "../wire/wire.h" has to be written as "folder/name.h"');
});

test('finds an include of a room that the row does not name, though it names the group\'s other rooms', async () => {
  fixture.write('src/ultrahonk/cli/main.c', '#include "ultrahonk/shape.h"\n');
  await assertBreach('src/ultrahonk/shape.c', '#include "ultrahonk/cli/cli.h"\n',
    'src/ultrahonk/shape.c:1: src/ultrahonk/ may not include "ultrahonk/cli/cli.h"');
});

test('finds a header of a room of which the row names others alone', async () => {
  fixture.write('src/ultrahonk/shape.c', '#include "base/check.h"\n');
  assert.equal((await fixture.run('check-layers')).status, 0);
  await assertBreach('src/ultrahonk/shape.c', '#include "base/log.h"\n',
    'src/ultrahonk/shape.c:1: src/ultrahonk/ may not include "base/log.h"');
});

test('finds an include of a macro', () =>
  assertBreach('src/base/log.c', '#include HEADER\n', 'src/base/log.c:1: an #include that this check cannot read'));

test('finds a folder that is not in the table', () =>
  assertBreach('src/magic/magic.c', '\n', 'src/magic/magic.c: its folder is not in the table of script/check-layers'));

test('finds a file of 401 lines, and allows 400', async () => {
  fixture.write('src/base/long.c', '\n'.repeat(400));
  assert.equal((await fixture.run('check-layers')).status, 0);
  await assertBreach('src/base/long.c', '\n'.repeat(401), 'src/base/long.c: 401 lines; the most is 400');
});
