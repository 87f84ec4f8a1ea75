// Requests: whole ones by node:http, and bytes on a socket where HTTP itself is the subject.

import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { within } from './wait.mjs';

const PATIENCE_SECONDS = 60;

function toResponse(message, body) {
  return {
    status: message.statusCode,
    headers: message.headers,
    body,
    json: () => JSON.parse(body.toString('utf8')),
  };
}

/** One request. `body` is bytes, sent with a Content-Length unless `headers` say otherwise. */
export function request(port, { method = 'GET', path = '/', headers = {}, body, agent = new Agent() }) {
  const answered = new Promise((resolve, reject) => {
    const length = body === undefined || 'Transfer-Encoding' in headers ? {} : { 'Content-Length': body.length };
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, agent, headers: { ...length, ...headers } });
    sent.on('error', reject);
    sent.on('response', (message) => {
      const pieces = [];
      message.on('data', (piece) => pieces.push(piece));
      message.on('end', () => resolve(toResponse(message, Buffer.concat(pieces))));
      message.on('error', reject);
    });
    sent.end(body);
  });
  return within(PATIENCE_SECONDS, `${method} ${path}`, answered);
}

/** A connection on which the test itself decides what goes over the wire, and when. */
export class Wire {
  static async open(port) {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new Wire(socket);
  }

  #pieces = [];
  #waiting = [];

  constructor(socket) {
    this.socket = socket;
    this.ended = false;
    socket.on('data', (piece) => this.#note(() => this.#pieces.push(piece)));
    for (const event of ['end', 'close']) socket.on(event, () => this.#note(() => (this.ended = true)));
    socket.on('error', () => {}); // a server may close on a client that still writes; `close` follows
  }

  #note(change) {
    change();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  get received() {
    return Buffer.concat(this.#pieces).toString('latin1');
  }

  get bytes() {
    return Buffer.concat(this.#pieces);
  }

  send(data) {
    this.socket.write(data);
    return this;
  }

  sendHead(method, path, headers = {}) {
    const lines = Object.entries({ Host: 'test', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    return this.send(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  sendChunk(data) {
    return this.send(`${data.length.toString(16)}\r\n`).send(data).send('\r\n');
  }

  /** Waits until what has been received satisfies `test`, or the server has closed. */
  async receive(what, test, seconds = 20) {
    const deadline = performance.now() + seconds * 1000;
    while (!test(this.received) && !this.ended) {
      const left = (deadline - performance.now()) / 1000;
      await within(Math.max(left, 0.001), what, new Promise((resolve) => this.#waiting.push(resolve)));
    }
    return this.received;
  }

  /** The next whole responses on this connection. */
  async responses(count = 1, seconds = 20) {
    const enough = (text) => parseResponses(text).length >= count;
    await this.receive(`${count} responses`, enough, seconds);
    const parsed = parseResponses(this.received);
    assert.equal(parsed.length, count, `responses in: ${this.received.slice(0, 500)}`);
    return parsed;
  }

  async response(seconds) {
    return (await this.responses(1, seconds))[0];
  }

  async close() {
    this.socket.destroy();
    await this.receive('the connection to close', () => false);
  }
}

/** The whole responses with a Content-Length at the start of `text`; 100 Continue counts as one. */
export function parseResponses(text) {
  const responses = [];
  for (let rest = text; ; ) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return responses;
    const [statusLine, ...lines] = rest.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    const status = Number(statusLine.split(' ')[1]);
    const length = Number(headers['content-length'] ?? 0);
    const start = end + 4;
    if (rest.length < start + length) return responses;
    const body = Buffer.from(rest.slice(start, start + length), 'latin1');
    responses.push({ status, statusLine, headers, body, json: () => JSON.parse(body.toString('utf8')) });
    rest = rest.slice(start + length);
  }
}

/** Asserts that a response is an error of this status and code, in the shape that all have; gives its message. */
export function assertError(response, status, code, message = /./) {
  const text = response.body.toString('utf8');
  assert.equal(response.status, status, text);
  assert.match(response.headers['content-type'], /^application\/json/);
  const error = response.json();
  assert.deepEqual(Object.keys(error).filter((key) => key !== 'available_endpoints').sort(), ['code', 'error', 'message', 'request_id']);
  assert.equal(error.code, code, text);
  assert.equal(error.request_id, response.headers['x-request-id']);
  assert.match(error.error, /^[A-Z][a-z ]+$/);
  assert.match(error.message, message);
  assert.ok(error.message.length > 15, `a message says what to do: ${error.message}`);
  return error;
}
