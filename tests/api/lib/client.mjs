// Requests whose answers are held against the contract, every one of them.

import { Contract } from './contract.mjs';
import { Daemon } from '../../e2e/lib/daemon.mjs';

export class Client {
  constructor(daemon, contract = new Contract(), key) {
    this.daemon = daemon;
    this.contract = contract;
    this.headers = key === undefined ? {} : { Authorization: `Bearer ${key}` };
  }

  /** A daemon and a client of it. Where `context` is a test's, the daemon ends with it, whatever it is in the midst of. */
  static async start(options, { contract, key, context, ...settings } = {}) {
    const daemon = await Daemon.start(options, settings);
    context?.after(() => daemon.over || daemon.abandon());
    return new Client(daemon, contract, key);
  }

  async request({ method = 'GET', path, headers = {}, body }) {
    const request = { method, path, headers: { ...this.headers, ...headers }, body };
    const response = await this.daemon.request(request);
    this.contract.hold(request, response);
    if (response.status < 300) this.contract.holdRequest(request);
    return response;
  }

  get(path, headers) {
    return this.request({ path, headers });
  }

  delete(path, headers) {
    return this.request({ method: 'DELETE', path, headers });
  }

  prove(witness, { circuit, target, headers, path = '/api/prove' } = {}) {
    const type = { 'Content-Type': 'application/octet-stream' };
    return this.request({ method: 'POST', path: `${path}${query({ circuit, verifierTarget: target })}`, body: witness, headers: { ...type, ...headers } });
  }

  async proof(witness, options = {}) {
    const response = await this.prove(witness, { ...options, headers: { Accept: 'application/json', ...options.headers } });
    return response.status === 200 ? response.json() : response;
  }

  /** Inputs, as JSON unless they are text, to prove or to execute. */
  send(path, inputs, headers = {}) {
    const isText = typeof inputs === 'string' || Buffer.isBuffer(inputs);
    const body = isText ? Buffer.from(inputs) : Buffer.from(JSON.stringify({ inputs }));
    return this.request({ method: 'POST', path, body, headers: { 'Content-Type': 'application/json', ...headers } });
  }

  verify(body, { circuit, target, headers } = {}) {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const type = { 'Content-Type': 'application/json' };
    return this.request({ method: 'POST', path: `/api/verify${query({ circuit, verifierTarget: target })}`, body: bytes, headers: { ...type, ...headers } });
  }

  async upload(artifact, { name, headers } = {}) {
    const bytes = Buffer.isBuffer(artifact) ? artifact : Buffer.from(JSON.stringify(artifact));
    const type = { 'Content-Type': 'application/json' };
    return this.request({ method: 'POST', path: `/api/circuits${query({ name })}`, body: bytes, headers: { ...type, ...headers } });
  }

  async circuit(name) {
    return (await this.get(`/api/circuits/${name}`)).json();
  }

  async names() {
    return (await this.get('/api/circuits')).json().circuits.map(({ name }) => name);
  }
}

export function query(values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
