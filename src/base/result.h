/*
 * The one table of outcomes. Every function that can fail returns an enum result, and the log and
 * clients see the code of the same row, so that an error has one name everywhere. What an outcome
 * means to HTTP stands in api/status.h. RESULT_CONFIG_INVALID, of a wrong option or key file, is
 * main's to report and no client's.
 */
#ifndef BASE_RESULT_H
#define BASE_RESULT_H

/* X(name, machine-readable code) */
#define RESULT_TABLE(X)                                                                            \
    X(RESULT_OK, "ok")                                                                             \
    X(RESULT_REQUEST_MALFORMED, "request_malformed")                                               \
    X(RESULT_QUERY_INVALID, "query_invalid")                                                       \
    X(RESULT_BODY_EMPTY, "body_empty")                                                             \
    X(RESULT_BODY_MALFORMED, "body_malformed")                                                     \
    X(RESULT_WITNESS_NOT_RECOGNISED, "witness_not_recognised")                                     \
    X(RESULT_WITNESS_GZIP_TRUNCATED, "witness_gzip_truncated")                                     \
    X(RESULT_WITNESS_GZIP_CORRUPT, "witness_gzip_corrupt")                                         \
    X(RESULT_WITNESS_TRAILING_BYTES, "witness_trailing_bytes")                                     \
    X(RESULT_WITNESS_FORMAT, "witness_format")                                                     \
    X(RESULT_WITNESS_TRUNCATED, "witness_truncated")                                               \
    X(RESULT_WITNESS_MALFORMED, "witness_malformed")                                               \
    X(RESULT_WITNESS_COUNT, "witness_count")                                                       \
    X(RESULT_WITNESS_INDEX_REPEATED, "witness_index_repeated")                                     \
    X(RESULT_WITNESS_INDEX_RANGE, "witness_index_out_of_range")                                    \
    X(RESULT_WITNESS_VALUE, "witness_value_not_canonical")                                         \
    X(RESULT_WITNESS_STACK, "witness_stack_items")                                                 \
    X(RESULT_WITNESS_UNSATISFIED, "witness_unsatisfied")                                           \
    X(RESULT_INPUTS_INVALID, "inputs_invalid")                                                     \
    X(RESULT_ASSERTION_FAILED, "assertion_failed")                                                 \
    X(RESULT_EXECUTION_FAILED, "execution_failed")                                                 \
    X(RESULT_PROOF_MALFORMED, "proof_malformed")                                                   \
    X(RESULT_TARGET_UNKNOWN, "target_unknown")                                                     \
    X(RESULT_IDEMPOTENCY_KEY_MALFORMED, "idempotency_key_malformed")                               \
    X(RESULT_KEY_MISSING, "key_missing")                                                           \
    X(RESULT_KEY_UNKNOWN, "key_unknown")                                                           \
    X(RESULT_ORIGIN_REFUSED, "origin_refused")                                                     \
    X(RESULT_UPLOADS_OFF, "uploads_off")                                                           \
    X(RESULT_INPUT_EXECUTION_OFF, "input_execution_off")                                           \
    X(RESULT_CIRCUIT_NOT_DELETABLE, "circuit_not_deletable")                                       \
    X(RESULT_NOT_THE_OWNER, "not_the_owner")                                                       \
    X(RESULT_NOT_FOUND, "not_found")                                                               \
    X(RESULT_CIRCUIT_UNKNOWN, "circuit_unknown")                                                   \
    X(RESULT_METHOD_NOT_ALLOWED, "method_not_allowed")                                             \
    X(RESULT_HEADER_TIMEOUT, "header_timeout")                                                     \
    X(RESULT_BODY_TIMEOUT, "body_timeout")                                                         \
    X(RESULT_CIRCUIT_NAME_TAKEN, "circuit_name_taken")                                             \
    X(RESULT_BODY_TOO_LARGE, "body_too_large")                                                     \
    X(RESULT_WITNESS_TOO_LARGE, "witness_too_large")                                               \
    X(RESULT_MEDIA_TYPE, "media_type_unsupported")                                                 \
    X(RESULT_CIRCUIT_INVALID, "circuit_invalid")                                                   \
    X(RESULT_CIRCUIT_VERSION, "circuit_version")                                                   \
    X(RESULT_CIRCUIT_TOO_LARGE, "circuit_too_large")                                               \
    X(RESULT_CIRCUITS_FULL, "circuits_full")                                                       \
    X(RESULT_TARGET_UNSUPPORTED, "target_unsupported")                                             \
    X(RESULT_CIRCUIT_NOT_EXECUTABLE, "circuit_not_executable")                                     \
    X(RESULT_EXECUTION_LIMIT, "execution_limit")                                                   \
    X(RESULT_IDEMPOTENCY_KEY_REUSED, "idempotency_key_reused")                                     \
    X(RESULT_CIRCUIT_EXCEEDS_MEMORY, "circuit_exceeds_memory")                                     \
    X(RESULT_QUEUE_TOO_LONG, "queue_too_long")                                                     \
    X(RESULT_QUEUE_FULL, "queue_full")                                                             \
    X(RESULT_CANCELLED, "cancelled")                                                               \
    X(RESULT_INTERNAL, "internal_error")                                                           \
    X(RESULT_CONFIG_INVALID, "internal_error")                                                     \
    X(RESULT_PROVER_FAILED, "prover_failed")                                                       \
    X(RESULT_PROVER_REFUSED, "prover_failed")                                                      \
    X(RESULT_PROVER_NONSENSE, "prover_failed")                                                     \
    X(RESULT_PROVER_DIED, "prover_failed")                                                         \
    X(RESULT_PROVER_UNUSABLE, "prover_unusable")                                                   \
    X(RESULT_CRS_UNUSABLE, "crs_unusable")                                                         \
    X(RESULT_EXECUTOR_FAILED, "executor_failed")                                                   \
    X(RESULT_STORAGE_FAILED, "storage_failed")                                                     \
    X(RESULT_PROVER_OUT_OF_MEMORY, "prover_out_of_memory")                                         \
    X(RESULT_STARTING, "server_starting")                                                          \
    X(RESULT_STOPPING, "server_stopping")                                                          \
    X(RESULT_PROVE_TIMEOUT, "prove_timeout")                                                       \
    X(RESULT_EXECUTE_TIMEOUT, "execute_timeout")                                                   \
    X(RESULT_REQUEST_TIMEOUT, "request_timeout")                                                   \
    X(RESULT_STORAGE_FULL, "storage_full")

enum result {
#define X(name, code) name,
    RESULT_TABLE(X)
#undef X
};

/*
 * Stands before each function of a header that returns an outcome: the compiler refuses a caller
 * who does not look at it, and a cast to void is no look. Where it may be left alone, a function
 * lacks the mark and its header says why.
 */
#define MUST_USE_RESULT __attribute__((warn_unused_result))

/*
 * The code of an outcome as clients see it: lower case, stable between versions. Total over the
 * enum, thread-safe. A static string.
 */
const char *result_code(enum result result);

#endif
