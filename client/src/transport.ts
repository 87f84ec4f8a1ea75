// One call over HTTP: sent again while the server says "later", with a deadline, and with its errors typed.

import { addressOf } from './address.js';
import { toHex } from './bytes.js';
import { type FailedAssertion, ProverError } from './error.js';

export interface TransportOptions {
  readonly apiKey: string | undefined;
  /** How often a call is sent again. */
  readonly retries: number;
  /** Milliseconds that one try may take. */
  readonly timeout: number;
  /** Most milliseconds to wait between two tries; a server that asks for more is not waited for. */
  readonly maxRetryDelay: number;
  readonly fetch: typeof globalThis.fetch;
}

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly accept: string;
  readonly contentType?: string;
  readonly body?: Uint8Array | string;
  /** Costs a proof: a try that follows another shall not cost a second one. */
  readonly proves?: boolean;
  readonly signal?: AbortSignal | undefined;
}

const FIRST_DELAY = 250;

/** "Not now", by status; 502 and 504 may mean that the work was done in vain, and doing it again may be, too. */
const LATER = new Set([429, 503]);

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function parseRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}

async function readError(response: Response): Promise<ProverError> {
  const text = await response.text().catch(() => '');
  let said: { code?: unknown; message?: unknown; request_id?: unknown; mistakes?: unknown; assertion?: unknown } = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) said = parsed;
  } catch {
    // Not proverd's words: said below.
  }
  const details = {
    status: response.status,
    requestId:
      response.headers.get('X-Request-Id') ?? (typeof said.request_id === 'string' ? said.request_id : undefined),
    retryAfter: parseRetryAfter(response.headers.get('Retry-After')),
    mistakes: Array.isArray(said.mistakes) ? said.mistakes.map(String) : undefined,
    assertion:
      typeof said.assertion === 'object' && said.assertion !== null ? (said.assertion as FailedAssertion) : undefined,
  };
  if (typeof said.code === 'string' && typeof said.message === 'string')
    return new ProverError(said.code, said.message, details);
  return new ProverError(
    'answer_invalid',
    `the server answered ${response.status}, and not as proverd does: see that the URL leads to a proverd`,
    details,
  );
}

function redirected({ origin }: URL, { status, headers }: Response): ProverError {
  const place = headers.get('Location');
  const where = place === null ? 'another address' : place.slice(0, 200);
  return new ProverError(
    'answer_invalid',
    `${origin} sends on to ${where}, where no witness and no key is taken: give RemoteBackend the right URL`,
    // A browser does not tell the status.
    { status: status === 0 ? undefined : status },
  );
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const wake = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', wake);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', wake, { once: true });
  });
}

/** Not crypto.randomUUID(), which a page has over https alone. */
function randomKey(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16))).slice(2);
}

export class Transport {
  private readonly ending = new AbortController();

  constructor(
    private readonly url: URL,
    private readonly options: TransportOptions,
  ) {}

  /** Ends every call, and refuses new ones. */
  destroy(): void {
    this.ending.abort(new ProverError('backend_destroyed', 'this backend was destroyed: make a new one'));
  }

  /** Calls, and reads the answer with `read`. Rejects with the signal's reason when it is aborted, else with a ProverError. */
  async call<T>(call: Call, read: (response: Response) => Promise<T>): Promise<T> {
    const signal = AbortSignal.any([this.ending.signal, ...(call.signal === undefined ? [] : [call.signal])]);
    signal.throwIfAborted();
    const request = this.toRequest(call);
    for (let tries = 0; ; tries++) {
      try {
        return await this.tryOnce(request, read, signal);
      } catch (error) {
        signal.throwIfAborted();
        const delay = tries < this.options.retries ? this.delayAfter(error, tries) : null;
        if (delay === null) throw error;
        await sleep(delay, signal);
      }
    }
  }

  private toRequest({ method, path, query, accept, contentType, body, proves }: Call): { url: URL; init: RequestInit } {
    const url = addressOf(this.url, path, query);
    const headers: Record<string, string> = { Accept: accept };
    if (contentType !== undefined) headers['Content-Type'] = contentType;
    if (this.options.apiKey !== undefined) headers.Authorization = `Bearer ${this.options.apiKey}`;
    // Should an answer be lost, the next try gets the proof that was made.
    if (proves === true && this.options.retries > 0) headers['Idempotency-Key'] = randomKey();
    // A redirection would take the witness to wherever it leads.
    return { url, init: { method, headers, body: (body as BodyInit | undefined) ?? null, redirect: 'manual' } };
  }

  /** Milliseconds until the next try; null when there is none to make. */
  private delayAfter(error: unknown, tries: number): number | null {
    if (!(error instanceof ProverError)) return null;
    const isLater = error.status === undefined ? error.code === 'network_error' : LATER.has(error.status);
    if (!isLater) return null;
    const grown = Math.min(FIRST_DELAY * 2 ** tries, this.options.maxRetryDelay);
    // Some clients wait longer than others, so that they do not all come back at once.
    const delay = (error.retryAfter === undefined ? grown : error.retryAfter * 1000) + Math.random() * (grown / 4);
    return error.retryAfter !== undefined && error.retryAfter * 1000 > this.options.maxRetryDelay ? null : delay;
  }

  private async tryOnce<T>(
    { url, init }: { url: URL; init: RequestInit },
    read: (response: Response) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    // By itself, not as a method of the options: a browser's fetch refuses that.
    const { timeout, fetch } = this.options;
    const late = AbortSignal.timeout(timeout);
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.any([signal, late]) });
      if (response.type === 'opaqueredirect' || REDIRECTS.has(response.status)) throw redirected(url, response);
      if (!response.ok) throw await readError(response);
      return await read(response);
    } catch (cause) {
      if (cause instanceof ProverError) throw cause;
      if (late.aborted)
        throw new ProverError(
          'client_timeout',
          `there was no answer within ${timeout} ms: raise the timeout of RemoteBackend, or see how busy the server is`,
        );
      throw new ProverError(
        'network_error',
        `${url.origin} cannot be reached: see the address, and in a browser whether the server's CORS list has this page`,
        { cause },
      );
    }
  }
}
