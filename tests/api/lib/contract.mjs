// openapi.yaml as a judge: holds requests and answers against it and remembers what it has seen.

import assert from 'node:assert/strict';
import { CONTRACT_ID, pointerTo, readContract } from '../../../script/openapi.mjs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const METHODS = ['get', 'post', 'delete'];

/** What HTTP itself, or CORS, puts into an answer: no operation names these. */
const EVERYWHERE = new Set([
  'access-control-allow-origin', 'access-control-expose-headers', 'connection', 'content-length', 'content-type', 'date',
  'keep-alive', 'x-request-id',
]);

/** A client may find more in an object than it knows; here nothing may be there that the contract does not name. */
function closed(node, key) {
  if (Array.isArray(node)) return node.map((child) => closed(child));
  if (node === null || typeof node !== 'object' || key === 'example' || key === 'examples') return node;
  const copy = Object.fromEntries(Object.entries(node).map(([name, child]) => [name, closed(child, name)]));
  if (copy.type === 'object' && copy.properties && copy.additionalProperties === undefined) copy.unevaluatedProperties = false;
  return copy;
}

function mediaTypeOf(headers) {
  return headers['content-type']?.split(';')[0].trim().toLowerCase();
}

function segments(path) {
  return path.split('/');
}

function fits(template, path) {
  const [wanted, given] = [segments(template), segments(path)];
  return wanted.length === given.length && wanted.every((part, place) => (part.startsWith('{') ? given[place] !== '' : part === given[place]));
}

export class Contract {
  #document = closed(readContract());
  #ajv = new Ajv2020({ strict: false, allErrors: true });
  #seen = new Set();
  #said = new Set();

  constructor() {
    this.#ajv.addSchema(this.#document, CONTRACT_ID);
  }

  #resolve(node, pointer) {
    if (node?.$ref === undefined) return { node, pointer };
    const path = node.$ref.slice(2).split('/');
    return this.#resolve(path.reduce((at, name) => at[name], this.#document), pointerTo(...path));
  }

  #assertFits(value, pointer, what) {
    const validate = this.#ajv.getSchema(`${CONTRACT_ID}#${pointer}`);
    assert.ok(validate, `no schema at ${pointer}`);
    if (validate(value)) return;
    const reasons = validate.errors.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
    assert.fail(`${what}:\n  ${reasons.join('\n  ')}\n  ${JSON.stringify(value).slice(0, 600)}`);
  }

  /** The operation for a method and path; undefined when the contract has none. */
  operation(method, path) {
    const name = method.toLowerCase();
    const template = Object.keys(this.#document.paths).find((each) => fits(each, path));
    const node = this.#document.paths[template]?.[name];
    return node && { node, pointer: pointerTo('paths', template, name), template, item: this.#document.paths[template] };
  }

  /** Holds a request that was a success against the contract: it must be one that the contract describes. */
  holdRequest({ method, path, headers = {}, body }) {
    const [pathname, query] = path.split('?');
    const { node, pointer, item } = this.operation(method, pathname);
    const parameters = [...(item.parameters ?? []), ...(node.parameters ?? [])].map((parameter) => this.#resolve(parameter, '').node);
    for (const name of new URLSearchParams(query).keys()) {
      assert.ok(parameters.some((parameter) => parameter.in === 'query' && parameter.name === name), `${pointer}: no argument ${name}`);
    }
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    if (body === undefined) return;
    const whole = this.#resolve(node.requestBody, `${pointer}/requestBody`);
    const type = mediaTypeOf(lower);
    assert.ok(whole.node?.content[type], `${pointer}: no body of ${type}`);
    if (type === 'application/json') {
      this.#assertFits(JSON.parse(body.toString('utf8')), `${whole.pointer}${pointerTo('content', type, 'schema')}`, `${pointer}: the request`);
    }
  }

  /** Holds an answer against the contract. */
  hold({ method, path }, { status, headers, body }) {
    const [pathname] = path.split('?');
    const operation = this.operation(method, pathname);
    const shown = `${method} ${path} -> ${status}`;
    const found = operation ?? this.#stray(pathname);
    const { node, pointer } = operation
      ? this.#resolve(operation.node.responses[status], `${operation.pointer}${pointerTo('responses', String(status))}`)
      : found;
    assert.ok(node, `${shown}: the contract has no such answer; the body is ${body.toString('utf8').slice(0, 500)}`);
    this.#holdHeaders(shown, node, pointer, headers);
    const type = this.#holdBody(shown, node, pointer, headers, body);
    if (operation === undefined) assert.equal(status, found.status, shown);
    const code = type === 'application/json' && status >= 400 ? JSON.parse(body.toString('utf8')).code : undefined;
    if (code !== undefined) {
      const error = JSON.parse(body.toString('utf8'));
      assert.equal(error.request_id, headers['x-request-id'], shown);
      this.#said.add(`${error.error}: ${error.message}`);
    }
    if (operation) this.#seen.add([operation.node.operationId, status, code ?? type ?? 'nothing'].join(' '));
  }

  /** What is at no path, or takes no such method. */
  #stray(pathname) {
    const known = Object.keys(this.#document.paths).some((template) => fits(template, pathname));
    const name = known ? 'MethodNotAllowed' : 'NotFound';
    return { node: this.#document.components.responses[name], pointer: pointerTo('components', 'responses', name), status: known ? 405 : 404 };
  }

  #holdHeaders(shown, node, pointer, headers) {
    for (const [name, given] of Object.entries(node.headers)) {
      const header = this.#resolve(given, `${pointer}${pointerTo('headers', name)}`);
      const value = headers[name.toLowerCase()];
      if (value === undefined) assert.ok(!header.node.required, `${shown}: no header ${name}`);
      else this.#assertFits(value, `${header.pointer}/schema`, `${shown}: header ${name}`);
    }
    const named = new Set(Object.keys(node.headers).map((name) => name.toLowerCase()));
    const unnamed = Object.keys(headers).filter((name) => !named.has(name) && !EVERYWHERE.has(name));
    assert.deepEqual(unnamed, [], `${shown}: headers that the contract does not name`);
    assert.equal(headers['access-control-allow-origin'], '*', shown);
  }

  #holdBody(shown, node, pointer, headers, body) {
    const type = mediaTypeOf(headers);
    if (node.content === undefined) {
      assert.equal(body.length, 0, `${shown}: a body`);
      return undefined;
    }
    assert.ok(node.content[type], `${shown}: ${type} is not among ${Object.keys(node.content)}`);
    assert.equal(Number(headers['content-length']), body.length, shown);
    const schema = `${pointer}${pointerTo('content', type, 'schema')}`;
    if (type === 'application/json') this.#assertFits(JSON.parse(body.toString('utf8')), schema, shown);
    else if (type.startsWith('text/')) this.#assertFits(body.toString('utf8'), schema, shown);
    else assert.ok(body.length > 0, `${shown}: no bytes`);
    return type;
  }

  /** Each operation's path and method. */
  operations() {
    return Object.entries(this.#document.paths).flatMap(([path, item]) =>
      METHODS.filter((name) => item[name]).map((name) => ({ path, method: name.toUpperCase() })));
  }

  /** Everything that the contract says can happen: `operation status what`, where what is a code or a media type. */
  *promises() {
    for (const item of Object.values(this.#document.paths)) {
      for (const method of METHODS.filter((name) => item[name])) yield* this.#promisesOf(item[method]);
    }
  }

  *#promisesOf({ operationId, responses }) {
    for (const [status, given] of Object.entries(responses)) {
      const { node } = this.#resolve(given, '');
      const codes = node.content?.['application/json']?.schema?.allOf?.[1].properties.code.enum;
      for (const what of codes ?? Object.keys(node.content ?? { nothing: 0 })) yield `${operationId} ${status} ${what}`;
    }
  }

  /** The promises that no answer has kept so far. */
  unseen() {
    return [...this.promises()].filter((promise) => !this.#seen.has(promise));
  }

  /** The messages among the examples of errors that no answer has said so far. */
  unsaid() {
    const contents = Object.values(this.#document.components.responses).map(({ content }) => content?.['application/json']);
    const examples = contents.filter((content) => content?.schema.allOf).flatMap((content) => Object.values(content.examples ?? {}));
    return examples.map(({ value }) => `${value.error}: ${value.message}`).filter((message) => !this.#said.has(message));
  }

  /** The example that the contract gives at a path of names. */
  example(...names) {
    const at = names.reduce((node, name) => this.#resolve(node, '').node[name], this.#document);
    return at.value;
  }
}
