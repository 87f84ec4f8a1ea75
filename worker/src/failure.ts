// What goes wrong, in the shape that proverd answers with: {error, message, code, request_id}. The codes that proverd has
// too mean the same here; the others are the Worker's own.

/** Code to status. */
export const STATUS = {
  query_invalid: 400,
  key_missing: 401,
  key_unknown: 401,
  origin_refused: 403,
  not_found: 404,
  method_not_allowed: 405,
  body_too_large: 413,
  rate_limited: 429,
  cancelled: 499,
  internal_error: 500,
  worker_misconfigured: 500,
  prover_answer_invalid: 502,
  container_unavailable: 503,
  instance_lost: 503,
  prover_unreachable: 503,
  request_timeout: 504,
} as const;

export type FailureCode = keyof typeof STATUS;

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  413: 'Payload too large',
  429: 'Too many requests',
  499: 'Client closed request',
  500: 'Internal server error',
  502: 'Bad gateway',
  503: 'Service unavailable',
  504: 'Gateway timeout',
};

/** Seconds that a client is told to wait before it asks an instance again that cannot serve now. */
export const RETRY_SECONDS = 5;

export interface FailureDetails {
  readonly headers?: Readonly<Record<string, string>>;
  /** More fields of the JSON. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export class Failure extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: FailureCode,
    message: string,
    { headers = {}, fields = {}, cause }: FailureDetails = {},
  ) {
    super(message, { cause });
    this.name = 'Failure';
    this.status = STATUS[code];
    this.headers = this.status === 503 ? { 'Retry-After': String(RETRY_SECONDS), ...headers } : headers;
    this.fields = fields;
  }

  toResponse(requestId: string): Response {
    const { status, message, code, fields } = this;
    const body = { error: TITLES[status], message, code, request_id: requestId, ...fields };
    const headers = { ...this.headers, 'Content-Type': 'application/json', 'X-Request-Id': requestId };
    return new Response(JSON.stringify(body), { status, headers });
  }
}

/** Whatever was thrown, as a failure; what nobody foresaw tells the client nothing of the inside. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return new Failure('internal_error', 'the Worker failed; its log has the reason under this request_id', {
    cause: thrown,
  });
}

export function describe(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
