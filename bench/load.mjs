// Clients that each want one proof after the other, as fast as they get them.

import { setMaxListeners } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const LATE_SHARE = 1.25;

/** A server that says it is full: no failure, but no proof either. */
export class Refused extends Error {
  constructor(retryAfterSeconds) {
    super('the server is full');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A client's way to a server's proofs: connections are kept. */
export class HttpProver {
  #agent = new Agent({ keepAlive: true });
  #port;

  constructor(port) {
    this.#port = port;
  }

  /** Gives the proof; throws Refused for a 429, and an Error for anything else than 200. */
  prove(witness, signal) {
    return new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': witness.length };
      const options = { agent: this.#agent, host: '127.0.0.1', port: this.#port, method: 'POST', path: '/api/prove', headers, signal };
      const sent = request(options, (answer) => {
        const body = [];
        answer.on('data', (bytes) => body.push(bytes));
        answer.on('error', reject);
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(Buffer.concat(body));
          else if (answer.statusCode === 429) reject(new Refused(Number(answer.headers['retry-after'] ?? 1)));
          else reject(new Error(`status ${answer.statusCode}: ${Buffer.concat(body).toString('utf8').slice(0, 200)}`));
        });
      });
      sent.on('error', reject);
      sent.end(witness);
    });
  }

  close() {
    this.#agent.destroy();
  }
}

/**
 * Lets `clients` ask for proofs until `issueSeconds` have passed; none begins another then. What is under way may finish
 * until `capSeconds`, or for a quarter longer than the first proof took if that is later; the rest is called off and
 * counted as unfinished. So is all when there is no proof after `longestSeconds`. `prove(client, signal)` makes one.
 */
export async function drive(prove, { clients, issueSeconds, capSeconds, longestSeconds }) {
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  const result = { latencies: [], errors: 0, refused: 0, unfinished: 0, messages: [], seconds: 0, cut: false };
  const stop = new AbortController();
  setMaxListeners(clients, stop.signal); // each listens
  let timer = setTimeout(cut, longestSeconds * 1000);

  function cut() {
    result.cut = true;
    result.seconds = elapsed();
    stop.abort();
  }

  function cutAt(seconds) {
    clearTimeout(timer);
    timer = setTimeout(cut, (seconds - elapsed()) * 1000);
  }

  async function proveOnce(client) {
    const began = performance.now();
    try {
      await prove(client, stop.signal);
      result.latencies.push((performance.now() - began) / 1000);
      if (result.latencies.length === 1) cutAt(Math.max(capSeconds, elapsed() * LATE_SHARE));
    } catch (error) {
      if (stop.signal.aborted) {
        result.unfinished++;
      } else if (error instanceof Refused) {
        result.refused++;
        await sleep(Math.min(error.retryAfterSeconds, Math.max(0, issueSeconds - elapsed())) * 1000);
      } else {
        result.errors++;
        result.messages.push(error.message);
        await sleep(10); // what fails at once shall not spin
      }
    }
  }

  async function ask(client) {
    do await proveOnce(client);
    while (elapsed() < issueSeconds && !stop.signal.aborted);
  }

  await Promise.all(Array.from({ length: clients }, (_, client) => ask(client)));
  clearTimeout(timer);
  if (!result.cut) result.seconds = elapsed();
  return result;
}
