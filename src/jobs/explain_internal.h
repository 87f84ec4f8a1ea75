/*
 * What a client is told of what the server could not do: the words of the engine, the executor and
 * the store, which name files and quote bb, go to the log alone. Each outcome stands in one of two
 * tables, which the compiler sees to. Private to jobs/.
 */
#ifndef JOBS_EXPLAIN_INTERNAL_H
#define JOBS_EXPLAIN_INTERNAL_H

#include "jobs/run_internal.h"

/*
 * X(outcome, what the log says, what the client is told)
 * The server's own failures: theirs is a sentence that nobody made for a client.
 */
#define EXPLAIN_TABLE(X)                                                                           \
    X(RESULT_INTERNAL, "the server failed",                                                        \
      "memory, a disk or the like is short on the server; its log says what")                      \
    X(RESULT_CONFIG_INVALID, "the server failed",                                                  \
      "the server is not set up for this; its log says how")                                       \
    X(RESULT_PROVER_FAILED, "the prover failed",                                                   \
      "the prover failed twice on this request; the server's log says how")                        \
    X(RESULT_PROVER_REFUSED, "the prover failed",                                                  \
      "the prover refused this request; the server's log says why")                                \
    X(RESULT_PROVER_NONSENSE, "the prover failed",                                                 \
      "the prover's answer makes no sense; the server's log has more")                             \
    X(RESULT_PROVER_DIED, "the prover failed",                                                     \
      "the prover died of this request; the server's log says how")                                \
    X(RESULT_PROVER_UNUSABLE, "the prover failed",                                                 \
      "the prover cannot be started; the server's log says why")                                   \
    X(RESULT_CRS_UNUSABLE, "the prover failed",                                                    \
      "the server's CRS is gone or cannot be read; its log says more")                             \
    X(RESULT_EXECUTOR_FAILED, "the executor failed",                                               \
      "the executor failed on this request; the server's log says how")                            \
    X(RESULT_STORAGE_FAILED, "the storage failed",                                                 \
      "the server cannot read or write what it keeps; its log says why")                           \
    X(RESULT_STORAGE_FULL, "the storage failed", "the server's disk is full; nothing was kept")    \
    X(RESULT_PROVER_OUT_OF_MEMORY, "the prover failed",                                            \
      "the prover could get no more memory; try again later, and see --memory")                    \
    X(RESULT_PROVE_TIMEOUT, "the prover failed", "no proof in time; the prover was stopped")

/*
 * X(outcome)
 * All others: what a client can mend or wait for. The failure's own sentence was made for the
 * client, and the log says nothing.
 */
#define TOLD_TABLE(X)                                                                              \
    X(RESULT_OK)                                                                                   \
    X(RESULT_REQUEST_MALFORMED)                                                                    \
    X(RESULT_QUERY_INVALID)                                                                        \
    X(RESULT_BODY_EMPTY)                                                                           \
    X(RESULT_BODY_MALFORMED)                                                                       \
    X(RESULT_WITNESS_NOT_RECOGNISED)                                                               \
    X(RESULT_WITNESS_GZIP_TRUNCATED)                                                               \
    X(RESULT_WITNESS_GZIP_CORRUPT)                                                                 \
    X(RESULT_WITNESS_TRAILING_BYTES)                                                               \
    X(RESULT_WITNESS_FORMAT)                                                                       \
    X(RESULT_WITNESS_TRUNCATED)                                                                    \
    X(RESULT_WITNESS_MALFORMED)                                                                    \
    X(RESULT_WITNESS_COUNT)                                                                        \
    X(RESULT_WITNESS_INDEX_REPEATED)                                                               \
    X(RESULT_WITNESS_INDEX_RANGE)                                                                  \
    X(RESULT_WITNESS_VALUE)                                                                        \
    X(RESULT_WITNESS_STACK)                                                                        \
    X(RESULT_WITNESS_UNSATISFIED)                                                                  \
    X(RESULT_INPUTS_INVALID)                                                                       \
    X(RESULT_ASSERTION_FAILED)                                                                     \
    X(RESULT_EXECUTION_FAILED)                                                                     \
    X(RESULT_PROOF_MALFORMED)                                                                      \
    X(RESULT_TARGET_UNKNOWN)                                                                       \
    X(RESULT_IDEMPOTENCY_KEY_MALFORMED)                                                            \
    X(RESULT_KEY_MISSING)                                                                          \
    X(RESULT_KEY_UNKNOWN)                                                                          \
    X(RESULT_ORIGIN_REFUSED)                                                                       \
    X(RESULT_UPLOADS_OFF)                                                                          \
    X(RESULT_INPUT_EXECUTION_OFF)                                                                  \
    X(RESULT_CIRCUIT_NOT_DELETABLE)                                                                \
    X(RESULT_NOT_THE_OWNER)                                                                        \
    X(RESULT_NOT_FOUND)                                                                            \
    X(RESULT_CIRCUIT_UNKNOWN)                                                                      \
    X(RESULT_METHOD_NOT_ALLOWED)                                                                   \
    X(RESULT_HEADER_TIMEOUT)                                                                       \
    X(RESULT_BODY_TIMEOUT)                                                                         \
    X(RESULT_CIRCUIT_NAME_TAKEN)                                                                   \
    X(RESULT_BODY_TOO_LARGE)                                                                       \
    X(RESULT_WITNESS_TOO_LARGE)                                                                    \
    X(RESULT_MEDIA_TYPE)                                                                           \
    X(RESULT_CIRCUIT_INVALID)                                                                      \
    X(RESULT_CIRCUIT_VERSION)                                                                      \
    X(RESULT_CIRCUIT_TOO_LARGE)                                                                    \
    X(RESULT_CIRCUITS_FULL)                                                                        \
    X(RESULT_TARGET_UNSUPPORTED)                                                                   \
    X(RESULT_CIRCUIT_NOT_EXECUTABLE)                                                               \
    X(RESULT_EXECUTION_LIMIT)                                                                      \
    X(RESULT_IDEMPOTENCY_KEY_REUSED)                                                               \
    X(RESULT_CIRCUIT_EXCEEDS_MEMORY)                                                               \
    X(RESULT_QUEUE_TOO_LONG)                                                                       \
    X(RESULT_QUEUE_FULL)                                                                           \
    X(RESULT_CANCELLED)                                                                            \
    X(RESULT_STARTING)                                                                             \
    X(RESULT_STOPPING)                                                                             \
    X(RESULT_EXECUTE_TIMEOUT)                                                                      \
    X(RESULT_REQUEST_TIMEOUT)

/*
 * Logs the failure of the job, by its table's words, and puts what the client is told into its
 * place. Those of TOLD_TABLE stay as they are.
 */
void explain_outcome(struct job *job);

/*
 * bb's no to a circuit, which is the failure: by the reason, where it is a known one, or as
 * RESULT_CIRCUIT_INVALID. RESULT_CRS_UNUSABLE when there is no CRS to look at it with.
 */
MUST_USE_RESULT enum result explain_circuit_refusal(struct failure *failure,
                                                    const struct circuit *circuit,
                                                    const struct tools *tools);

#endif
