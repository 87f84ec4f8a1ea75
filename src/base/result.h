/*
 * The one table of outcomes. Every function that can fail returns an enum result; the HTTP layer
 * answers with the status and code of the same row, so that an error has one name everywhere.
 * RESULT_CONFIG_INVALID, of a wrong option or key file, is main's to report and no client's.
 */
#ifndef BASE_RESULT_H
#define BASE_RESULT_H

/* X(name, HTTP status, machine-readable code) */
#define RESULT_TABLE(X)                                                                            \
    X(RESULT_OK, 200, "ok")                                                                        \
    X(RESULT_REQUEST_MALFORMED, 400, "request_malformed")                                          \
    X(RESULT_QUERY_INVALID, 400, "query_invalid")                                                  \
    X(RESULT_BODY_EMPTY, 400, "body_empty")                                                        \
    X(RESULT_BODY_MALFORMED, 400, "body_malformed")                                                \
    X(RESULT_WITNESS_NOT_RECOGNISED, 400, "witness_not_recognised")                                \
    X(RESULT_WITNESS_GZIP_TRUNCATED, 400, "witness_gzip_truncated")                                \
    X(RESULT_WITNESS_GZIP_CORRUPT, 400, "witness_gzip_corrupt")                                    \
    X(RESULT_WITNESS_TRAILING_BYTES, 400, "witness_trailing_bytes")                                \
    X(RESULT_WITNESS_FORMAT, 400, "witness_format")                                                \
    X(RESULT_WITNESS_TRUNCATED, 400, "witness_truncated")                                          \
    X(RESULT_WITNESS_MALFORMED, 400, "witness_malformed")                                          \
    X(RESULT_WITNESS_COUNT, 400, "witness_count")                                                  \
    X(RESULT_WITNESS_INDEX_REPEATED, 400, "witness_index_repeated")                                \
    X(RESULT_WITNESS_INDEX_RANGE, 400, "witness_index_out_of_range")                               \
    X(RESULT_WITNESS_VALUE, 400, "witness_value_not_canonical")                                    \
    X(RESULT_WITNESS_STACK, 400, "witness_stack_items")                                            \
    X(RESULT_WITNESS_UNSATISFIED, 400, "witness_unsatisfied")                                      \
    X(RESULT_INPUTS_INVALID, 400, "inputs_invalid")                                                \
    X(RESULT_ASSERTION_FAILED, 400, "assertion_failed")                                            \
    X(RESULT_EXECUTION_FAILED, 400, "execution_failed")                                            \
    X(RESULT_PROOF_MALFORMED, 400, "proof_malformed")                                              \
    X(RESULT_TARGET_UNKNOWN, 400, "target_unknown")                                                \
    X(RESULT_IDEMPOTENCY_KEY_MALFORMED, 400, "idempotency_key_malformed")                          \
    X(RESULT_KEY_MISSING, 401, "key_missing")                                                      \
    X(RESULT_KEY_UNKNOWN, 401, "key_unknown")                                                      \
    X(RESULT_ORIGIN_REFUSED, 403, "origin_refused")                                                \
    X(RESULT_UPLOADS_OFF, 403, "uploads_off")                                                      \
    X(RESULT_INPUT_EXECUTION_OFF, 403, "input_execution_off")                                      \
    X(RESULT_CIRCUIT_NOT_DELETABLE, 403, "circuit_not_deletable")                                  \
    X(RESULT_NOT_THE_OWNER, 403, "not_the_owner")                                                  \
    X(RESULT_NOT_FOUND, 404, "not_found")                                                          \
    X(RESULT_CIRCUIT_UNKNOWN, 404, "circuit_unknown")                                              \
    X(RESULT_METHOD_NOT_ALLOWED, 405, "method_not_allowed")                                        \
    X(RESULT_HEADER_TIMEOUT, 408, "header_timeout")                                                \
    X(RESULT_BODY_TIMEOUT, 408, "body_timeout")                                                    \
    X(RESULT_CIRCUIT_NAME_TAKEN, 409, "circuit_name_taken")                                        \
    X(RESULT_BODY_TOO_LARGE, 413, "body_too_large")                                                \
    X(RESULT_WITNESS_TOO_LARGE, 413, "witness_too_large")                                          \
    X(RESULT_MEDIA_TYPE, 415, "media_type_unsupported")                                            \
    X(RESULT_CIRCUIT_INVALID, 422, "circuit_invalid")                                              \
    X(RESULT_CIRCUIT_VERSION, 422, "circuit_version")                                              \
    X(RESULT_CIRCUIT_TOO_LARGE, 422, "circuit_too_large")                                          \
    X(RESULT_CIRCUITS_FULL, 422, "circuits_full")                                                  \
    X(RESULT_TARGET_UNSUPPORTED, 422, "target_unsupported")                                        \
    X(RESULT_CIRCUIT_NOT_EXECUTABLE, 422, "circuit_not_executable")                                \
    X(RESULT_EXECUTION_LIMIT, 422, "execution_limit")                                              \
    X(RESULT_IDEMPOTENCY_KEY_REUSED, 422, "idempotency_key_reused")                                \
    X(RESULT_CIRCUIT_EXCEEDS_MEMORY, 422, "circuit_exceeds_memory")                                \
    X(RESULT_QUEUE_TOO_LONG, 429, "queue_too_long")                                                \
    X(RESULT_QUEUE_FULL, 429, "queue_full")                                                        \
    X(RESULT_CANCELLED, 499, "cancelled")                                                          \
    X(RESULT_INTERNAL, 500, "internal_error")                                                      \
    X(RESULT_CONFIG_INVALID, 500, "internal_error")                                                \
    X(RESULT_PROVER_FAILED, 500, "prover_failed")                                                  \
    X(RESULT_PROVER_REFUSED, 500, "prover_failed")                                                 \
    X(RESULT_PROVER_NONSENSE, 500, "prover_failed")                                                \
    X(RESULT_PROVER_DIED, 500, "prover_failed")                                                    \
    X(RESULT_PROVER_UNUSABLE, 500, "prover_unusable")                                              \
    X(RESULT_CRS_UNUSABLE, 500, "crs_unusable")                                                    \
    X(RESULT_EXECUTOR_FAILED, 500, "executor_failed")                                              \
    X(RESULT_STORAGE_FAILED, 500, "storage_failed")                                                \
    X(RESULT_PROVER_OUT_OF_MEMORY, 503, "prover_out_of_memory")                                    \
    X(RESULT_STARTING, 503, "server_starting")                                                     \
    X(RESULT_STOPPING, 503, "server_stopping")                                                     \
    X(RESULT_PROVE_TIMEOUT, 504, "prove_timeout")                                                  \
    X(RESULT_EXECUTE_TIMEOUT, 504, "execute_timeout")                                              \
    X(RESULT_REQUEST_TIMEOUT, 504, "request_timeout")                                              \
    X(RESULT_STORAGE_FULL, 507, "storage_full")

enum result {
#define X(name, status, code) name,
    RESULT_TABLE(X)
#undef X
};

/*
 * Stands before each function of a header that returns an outcome: the compiler refuses a caller
 * who does not look at it, and a cast to void is no look. Where it may be left alone, a function
 * lacks the mark and its header says why.
 */
#define MUST_USE_RESULT __attribute__((warn_unused_result))

/* The HTTP status that an outcome is answered with. Total over the enum; thread-safe. */
int result_status(enum result result);

/* The code of an outcome as clients see it: lower case, stable between versions. A static string.
 */
const char *result_code(enum result result);

#endif
