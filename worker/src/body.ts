// A request's body that streams on, is counted against the limit, and can be sent once more as long as it is short enough
// to be kept.

import { describe, Failure } from './failure.ts';

export interface BodyLimits {
  /** More than this is refused. */
  readonly most: number;
  /** Up to this much is kept for another sending. */
  readonly kept: number;
}

export function bodyTooLarge(most: number): Failure {
  return new Failure(
    'body_too_large',
    `the body is longer than ${most} bytes, this server's limit (MAX_BODY_BYTES of the Worker)`,
  );
}

/** What is never settled: a sending that is over must neither go on nor end as if it were whole. */
const NEVER = new Promise<never>(() => {});

/**
 * A request's body can be read once; this reads it, and hands it to one sending after the other.
 *
 * A stream that fails does not end a sending: workerd would close the chunked body as if it were whole, and the prover would
 * take the half for all of it. So a sending has to listen to `broken`, and stops there.
 */
export class Body {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly chunks: (Uint8Array | null)[] = [];
  private bytes = 0;
  private ended = false;
  private dropped = false;
  private over = false;
  private sending = 0;
  private reading: Promise<void> | null = null;
  private readonly breaking = new AbortController();
  /** Why the body could not be read to its end. */
  failure: Failure | null = null;

  constructor(
    stream: ReadableStream<Uint8Array>,
    /** What Content-Length says; null when the request has none. */
    readonly length: number | null,
    private readonly limits: BodyLimits,
  ) {
    this.reader = stream.getReader();
  }

  /** Aborted when the rest of the body will not come, or must not. */
  get broken(): AbortSignal {
    return this.breaking.signal;
  }

  /** Whether another sending would be complete. */
  get repeatable(): boolean {
    return !this.dropped && this.failure === null;
  }

  /** Begins a sending: the whole body from its start. The one before must be over; what it still reads fails. */
  open(): ReadableStream<Uint8Array> {
    const sending = ++this.sending;
    let next = 0;
    const stream = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          while (next === this.chunks.length && !this.ended && this.failure === null) await this.read();
          const chunk = this.chunks[next];
          if (sending !== this.sending || this.failure !== null || chunk === null) return NEVER;
          if (chunk === undefined) return controller.close();
          if (this.dropped) this.chunks[next] = null;
          next++;
          controller.enqueue(chunk);
        },
      },
      { highWaterMark: 0 },
    );
    if (this.length === null) return stream;
    const { readable, writable } = new FixedLengthStream(this.length);
    stream.pipeTo(writable).catch(() => undefined); // whoever reads learns of it
    return readable;
  }

  /** The whole body, if it is short enough to be kept; what was read stays for a sending. */
  async whole(): Promise<Uint8Array | null> {
    while (!this.ended && !this.dropped && this.failure === null) await this.read();
    if (this.failure !== null) throw this.failure;
    if (this.dropped) return null;
    const whole = new Uint8Array(this.bytes);
    let at = 0;
    for (const chunk of this.chunks) {
      if (chunk === null) return null;
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  }

  /** Reads no more, so that neither the client nor the memory waits for anything. */
  async discard(): Promise<void> {
    this.over = true;
    this.sending++;
    this.chunks.length = 0;
    this.dropped = true;
    await this.reader.cancel().catch(() => undefined);
  }

  private read(): Promise<void> {
    this.reading ??= this.readOne().finally(() => (this.reading = null));
    return this.reading;
  }

  private async readOne(): Promise<void> {
    let part: ReadableStreamReadResult<Uint8Array>;
    try {
      part = await this.reader.read();
    } catch (error) {
      if (this.over) return;
      return this.fail(
        new Failure('cancelled', 'the client went away before its body was whole', { cause: describe(error) }),
      );
    }
    if (part.done) {
      this.ended = true;
      return;
    }
    this.bytes += part.value.length;
    if (this.bytes > this.limits.most) return this.fail(bodyTooLarge(this.limits.most));
    this.chunks.push(part.value);
    if (this.bytes > this.limits.kept) this.dropped = true;
  }

  private fail(failure: Failure): void {
    this.failure = failure;
    this.breaking.abort(failure);
  }
}

/** The body of a request; null when it has none. Throws when Content-Length is past the limit. */
export function bodyOf(request: Request, limits: BodyLimits): Body | null {
  const header = request.headers.get('Content-Length');
  const length = header !== null && /^[0-9]+$/.test(header) ? Number(header) : null;
  if (length !== null && length > limits.most) throw bodyTooLarge(limits.most);
  return request.body === null ? null : new Body(request.body, length, limits);
}
