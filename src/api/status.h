/*
 * What an outcome means to HTTP: its status, and a status's title in the bodies of errors. Both are
 * total, which the compiler sees to: an outcome without a status, or with two, does not compile.
 * Pure.
 */
#ifndef API_STATUS_H
#define API_STATUS_H

#include "base/result.h"

/* X(outcome, HTTP status) */
#define STATUS_TABLE(X)                                                                            \
    X(RESULT_OK, 200)                                                                              \
    X(RESULT_REQUEST_MALFORMED, 400)                                                               \
    X(RESULT_QUERY_INVALID, 400)                                                                   \
    X(RESULT_BODY_EMPTY, 400)                                                                      \
    X(RESULT_BODY_MALFORMED, 400)                                                                  \
    X(RESULT_WITNESS_NOT_RECOGNISED, 400)                                                          \
    X(RESULT_WITNESS_GZIP_TRUNCATED, 400)                                                          \
    X(RESULT_WITNESS_GZIP_CORRUPT, 400)                                                            \
    X(RESULT_WITNESS_TRAILING_BYTES, 400)                                                          \
    X(RESULT_WITNESS_FORMAT, 400)                                                                  \
    X(RESULT_WITNESS_TRUNCATED, 400)                                                               \
    X(RESULT_WITNESS_MALFORMED, 400)                                                               \
    X(RESULT_WITNESS_COUNT, 400)                                                                   \
    X(RESULT_WITNESS_INDEX_REPEATED, 400)                                                          \
    X(RESULT_WITNESS_INDEX_RANGE, 400)                                                             \
    X(RESULT_WITNESS_VALUE, 400)                                                                   \
    X(RESULT_WITNESS_STACK, 400)                                                                   \
    X(RESULT_WITNESS_UNSATISFIED, 400)                                                             \
    X(RESULT_INPUTS_INVALID, 400)                                                                  \
    X(RESULT_ASSERTION_FAILED, 400)                                                                \
    X(RESULT_EXECUTION_FAILED, 400)                                                                \
    X(RESULT_PROOF_MALFORMED, 400)                                                                 \
    X(RESULT_TARGET_UNKNOWN, 400)                                                                  \
    X(RESULT_IDEMPOTENCY_KEY_MALFORMED, 400)                                                       \
    X(RESULT_KEY_MISSING, 401)                                                                     \
    X(RESULT_KEY_UNKNOWN, 401)                                                                     \
    X(RESULT_ORIGIN_REFUSED, 403)                                                                  \
    X(RESULT_UPLOADS_OFF, 403)                                                                     \
    X(RESULT_INPUT_EXECUTION_OFF, 403)                                                             \
    X(RESULT_CIRCUIT_NOT_DELETABLE, 403)                                                           \
    X(RESULT_NOT_THE_OWNER, 403)                                                                   \
    X(RESULT_NOT_FOUND, 404)                                                                       \
    X(RESULT_CIRCUIT_UNKNOWN, 404)                                                                 \
    X(RESULT_METHOD_NOT_ALLOWED, 405)                                                              \
    X(RESULT_HEADER_TIMEOUT, 408)                                                                  \
    X(RESULT_BODY_TIMEOUT, 408)                                                                    \
    X(RESULT_CIRCUIT_NAME_TAKEN, 409)                                                              \
    X(RESULT_BODY_TOO_LARGE, 413)                                                                  \
    X(RESULT_WITNESS_TOO_LARGE, 413)                                                               \
    X(RESULT_MEDIA_TYPE, 415)                                                                      \
    X(RESULT_CIRCUIT_INVALID, 422)                                                                 \
    X(RESULT_CIRCUIT_VERSION, 422)                                                                 \
    X(RESULT_CIRCUIT_TOO_LARGE, 422)                                                               \
    X(RESULT_CIRCUITS_FULL, 422)                                                                   \
    X(RESULT_TARGET_UNSUPPORTED, 422)                                                              \
    X(RESULT_CIRCUIT_NOT_EXECUTABLE, 422)                                                          \
    X(RESULT_EXECUTION_LIMIT, 422)                                                                 \
    X(RESULT_IDEMPOTENCY_KEY_REUSED, 422)                                                          \
    X(RESULT_CIRCUIT_EXCEEDS_MEMORY, 422)                                                          \
    X(RESULT_QUEUE_TOO_LONG, 429)                                                                  \
    X(RESULT_QUEUE_FULL, 429)                                                                      \
    X(RESULT_CANCELLED, 499)                                                                       \
    X(RESULT_INTERNAL, 500)                                                                        \
    X(RESULT_CONFIG_INVALID, 500)                                                                  \
    X(RESULT_PROVER_FAILED, 500)                                                                   \
    X(RESULT_PROVER_REFUSED, 500)                                                                  \
    X(RESULT_PROVER_NONSENSE, 500)                                                                 \
    X(RESULT_PROVER_DIED, 500)                                                                     \
    X(RESULT_PROVER_UNUSABLE, 500)                                                                 \
    X(RESULT_CRS_UNUSABLE, 500)                                                                    \
    X(RESULT_EXECUTOR_FAILED, 500)                                                                 \
    X(RESULT_STORAGE_FAILED, 500)                                                                  \
    X(RESULT_PROVER_OUT_OF_MEMORY, 503)                                                            \
    X(RESULT_STARTING, 503)                                                                        \
    X(RESULT_STOPPING, 503)                                                                        \
    X(RESULT_PROVE_TIMEOUT, 504)                                                                   \
    X(RESULT_EXECUTE_TIMEOUT, 504)                                                                 \
    X(RESULT_REQUEST_TIMEOUT, 504)                                                                 \
    X(RESULT_STORAGE_FULL, 507)

/* X(HTTP status, what the original's clients look for in "error") */
#define STATUS_TITLES(X)                                                                           \
    X(200, "OK")                                                                                   \
    X(400, "Bad request")                                                                          \
    X(401, "Unauthorized")                                                                         \
    X(403, "Forbidden")                                                                            \
    X(404, "Not found")                                                                            \
    X(405, "Method not allowed")                                                                   \
    X(408, "Request timeout")                                                                      \
    X(409, "Conflict")                                                                             \
    X(413, "Payload too large")                                                                    \
    X(415, "Unsupported media type")                                                               \
    X(422, "Unprocessable content")                                                                \
    X(429, "Too many requests")                                                                    \
    X(499, "Client closed request")                                                                \
    X(500, "Internal server error")                                                                \
    X(503, "Service unavailable")                                                                  \
    X(504, "Gateway timeout")                                                                      \
    X(507, "Insufficient storage")

/* The status that an outcome is answered with. */
int status_of(enum result result);

/* The title of a status of the table. A static string. */
const char *status_title(int status);

#endif
