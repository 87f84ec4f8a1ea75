// Where a request ends: whatever a proxy in front could read in another way is refused, and what follows it on the
// connection is never taken for a request.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { squareCircuit } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { assertError, parseResponses, Wire } from './lib/http.mjs';

const NEXT = 'GET /api/health HTTP/1.1\r\nHost: test\r\n\r\n';

let daemon;

before(async () => {
  daemon = await Daemon.start({ circuit: await squareCircuit() });
});
after(() => daemon.stop());

function head(headers, { method = 'POST', path = '/api/prove', version = 'HTTP/1.1' } = {}) {
  return `${method} ${path} ${version}\r\nHost: test\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`;
}

/** Newer versions of libmicrohttpd see some of it themselves. */
function refusedByTheLibrary({ status, headers, body }) {
  return status >= 400 && headers['x-request-id'] === undefined && body.toString().startsWith('<html>');
}

async function exchange(request) {
  const wire = await Wire.open(daemon.port);
  wire.send(request + NEXT);
  await wire.receive('the answer to what follows, or the end', (text) => text.includes('"status":"ok"'), 10);
  return wire;
}

describe('a body whose end is in doubt', () => {
  const chunks = '0\r\n\r\n';
  const cases = {
    length_and_chunks: head(['Content-Length: 5', 'Transfer-Encoding: chunked']) + chunks,
    chunks_and_length: head(['Transfer-Encoding: chunked', 'Content-Length: 5']) + chunks,
    length_and_chunks_of_get: head(['Content-Length: 5', 'Transfer-Encoding: chunked'], { method: 'GET', path: '/api' }) + chunks,
    length_and_chunks_of_nothing: head(['Content-Length: 5', 'Transfer-Encoding: chunked'], { path: '/nowhere' }) + chunks,
    length_twice: `${head(['Content-Length: 5', 'content-length: 5'])}wrong`,
    two_lengths: `${head(['Content-Length: 5', 'Content-Length: 0'])}wrong`,
    two_lengths_turned: `${head(['Content-Length: 0', 'Content-Length: 5'])}wrong`,
    two_encodings: head(['Transfer-Encoding: chunked', 'Transfer-Encoding: identity']) + chunks,
    unknown_encoding: head(['Transfer-Encoding: xchunked']) + chunks,
    list_of_encodings: head(['Transfer-Encoding: gzip, chunked']) + chunks,
    chunks_of_http_1_0: head(['Connection: keep-alive', 'Transfer-Encoding: chunked'], { version: 'HTTP/1.0' }) + chunks,
    blank_before_the_colon: `${head(['Content-Length : 5'])}wrong`,
    tab_before_the_colon: head(['Transfer-Encoding\t: chunked']) + chunks,
  };
  for (const [name, request] of Object.entries(cases)) {
    test(`request_malformed__${name}`, async () => {
      const wire = await exchange(request);
      assert.ok(wire.ended, `the connection is open after ${wire.received}`);
      const response = parseResponses(wire.received)[0];
      if (refusedByTheLibrary(response)) return;
      assertError(response, 400, 'request_malformed');
      assert.equal(response.headers.connection, 'close');
      const { code, status } = await daemon.logOf(response.headers['x-request-id']);
      assert.deepEqual([code, status], ['request_malformed', 400]);
    });
  }

  const lengths = ['5, 5', '+5', '-1', '0x5', '', '5 5', '99999999999999999999999'];
  for (const length of lengths) {
    test(`length_that_is_none__ends_the_connection_${JSON.stringify(length)}`, async () => {
      const wire = await exchange(`${head([`Content-Length: ${length}`])}wrong`);
      assert.ok(wire.ended, `the connection is open after ${wire.received}`);
      assert.match(wire.received, /^HTTP\/1\.1 4\d\d /);
    });
  }
});

describe('a body whose end is plain', () => {
  const cases = {
    length: `${head(['Content-Length: 5'])}wrong`,
    chunks: `${head(['transfer-encoding: CHUNKED'])}5;extension=1\r\nwrong\r\n0\r\nX-Trailer: 1\r\n\r\n`,
  };
  for (const [name, request] of Object.entries(cases)) {
    test(`next_request__is_answered_behind_${name}`, async () => {
      const wire = await exchange(request);
      const [first, second] = await wire.responses(2);
      assertError(first, 400, 'witness_not_recognised');
      assert.equal(second.status, 200);
      await wire.close();
    });
  }
});
