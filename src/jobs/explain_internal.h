/*
 * What a client is told of what the server could not do. One table, total over the outcomes with a
 * status from 500 on: the words of the engine, the executor and the store, which name files and
 * quote bb, go to the log alone. Private to jobs/.
 */
#ifndef JOBS_EXPLAIN_INTERNAL_H
#define JOBS_EXPLAIN_INTERNAL_H

#include "jobs/run_internal.h"

/*
 * X(outcome, what the log says, what the client is told)
 * Where the client is told NULL, the failure's own sentence was made for the client, and the log
 * says nothing.
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
    X(RESULT_PROVE_TIMEOUT, "the prover failed", "no proof in time; the prover was stopped")       \
    X(RESULT_STARTING, "", NULL)                                                                   \
    X(RESULT_STOPPING, "", NULL)                                                                   \
    X(RESULT_EXECUTE_TIMEOUT, "", NULL)                                                            \
    X(RESULT_REQUEST_TIMEOUT, "", NULL)

/*
 * Logs the failure of the job, by its table's words, and puts what the client is told into its
 * place. Outcomes that are the client's to mend stay as they are.
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
