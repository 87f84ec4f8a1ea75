// What a prover, or the way to it, answers instead of a proof. A program decides by `code`; `message` is for people.

/** Every code that proverd, its Worker and this client name. A newer server may name others. */
export const PROVER_ERROR_CODES = [
  // The request: another try with the same gives the same.
  'request_malformed',
  'query_invalid',
  'body_empty',
  'body_malformed',
  'witness_not_recognised',
  'witness_gzip_truncated',
  'witness_gzip_corrupt',
  'witness_trailing_bytes',
  'witness_format',
  'witness_truncated',
  'witness_malformed',
  'witness_count',
  'witness_index_repeated',
  'witness_index_out_of_range',
  'witness_value_not_canonical',
  'witness_stack_items',
  'witness_unsatisfied',
  'inputs_invalid',
  'assertion_failed',
  'execution_failed',
  'proof_malformed',
  'target_unknown',
  'idempotency_key_malformed',
  'key_missing',
  'key_unknown',
  'origin_refused',
  'uploads_off',
  'input_execution_off',
  'circuit_not_deletable',
  'not_the_owner',
  'not_found',
  'circuit_unknown',
  'method_not_allowed',
  'header_timeout',
  'body_timeout',
  'circuit_name_taken',
  'body_too_large',
  'witness_too_large',
  'media_type_unsupported',
  'circuit_invalid',
  'circuit_version',
  'circuit_too_large',
  'circuit_exceeds_memory',
  'circuits_full',
  'target_unsupported',
  'circuit_not_executable',
  'execution_limit',
  'idempotency_key_reused',
  // The server.
  'queue_full',
  'queue_too_long',
  'cancelled',
  'internal_error',
  'prover_failed',
  'prover_unusable',
  'crs_unusable',
  'prover_out_of_memory',
  'executor_failed',
  'storage_failed',
  'server_starting',
  'server_stopping',
  'prove_timeout',
  'execute_timeout',
  'request_timeout',
  'storage_full',
  // The Worker in front of it.
  'rate_limited',
  'worker_misconfigured',
  'prover_answer_invalid',
  'container_unavailable',
  'instance_lost',
  'prover_unreachable',
  // This client.
  'url_invalid',
  'api_key_invalid',
  'network_error',
  'answer_invalid',
  'client_timeout',
  'backend_destroyed',
] as const;

export type ProverErrorCode = (typeof PROVER_ERROR_CODES)[number];

/** What the circuit refused: a failed assertion, and where in its source. */
export interface FailedAssertion {
  readonly message: string;
  /** The value of an assertion that has one instead of a text; else null. */
  readonly payload: unknown;
  /** The outermost call first; empty when the circuit has no debug symbols. */
  readonly callStack: readonly { readonly file: string; readonly line: number; readonly column: number }[];
}

export interface ProverErrorDetails {
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
  readonly mistakes?: readonly string[] | undefined;
  readonly assertion?: FailedAssertion | undefined;
}

export class ProverError extends Error {
  override readonly name = 'ProverError';
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** Under which the server's log has the request. */
  readonly requestId: string | undefined;
  /** Seconds that the server asks to wait. */
  readonly retryAfter: number | undefined;
  /** All that is wrong with the inputs, by the path of each value, when `code` is inputs_invalid. */
  readonly mistakes: readonly string[] | undefined;
  /** When `code` is assertion_failed or execution_failed. */
  readonly assertion: FailedAssertion | undefined;

  constructor(
    /** One of PROVER_ERROR_CODES, or one of a newer server. */
    readonly code: ProverErrorCode | (string & {}),
    message: string,
    { status, requestId, retryAfter, cause, mistakes, assertion }: ProverErrorDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
    this.mistakes = mistakes;
    this.assertion = assertion;
  }
}

/** Whether something thrown is a ProverError and, when codes are given, has one of them. */
export function isProverError(thrown: unknown, ...codes: ProverErrorCode[]): thrown is ProverError {
  return thrown instanceof ProverError && (codes.length === 0 || codes.some((code) => code === thrown.code));
}
