/* The work of a job, without threads. Private to jobs/. */
#ifndef JOBS_RUN_INTERNAL_H
#define JOBS_RUN_INTERNAL_H

#include "jobs/service.h"

/* What a thread of the service brings to its work. All borrowed. */
struct tools {
    const struct service_options *options;
    int cancel;
};

/* Does a job of a worker and fills in its results. A proof that does not verify is never kept. */
void job_run(struct job *job, const struct tools *tools);

/* What could not be done, in words for the client: see explain_internal.h. */
void job_explain(struct job *job, const struct tools *tools);

/*
 * Loads the circuit if that has not been done, and gives its key for the target: the known one, one
 * kept in the data folder, or a computed one, which is then kept. It waits for nobody: two threads
 * at one circuit do the work twice, and the first key stays. A circuit that bb refuses, or that is
 * too large for this server, is CIRCUIT_FAILED afterwards; any other failure leaves it as it was.
 */
MUST_USE_RESULT enum result prepare_key(const struct verification_key **key,
                                        struct circuit *circuit, const struct engine_task *task,
                                        const struct tools *tools, struct failure *failure);

/* Whether an outcome of prepare_key is about the circuit, and so will be the same again. */
bool is_refusal(enum result result);

/* RESULT_CIRCUIT_EXCEEDS_MEMORY, with both numbers. The circuit may be NULL. */
MUST_USE_RESULT enum result refuse_for_memory(struct failure *failure,
                                              const struct circuit *circuit, uint64_t needed,
                                              uint64_t most);

/* The default key of a circuit, before there are jobs: nothing else runs. The circuit is named. */
MUST_USE_RESULT enum result prepare_at_start(struct circuit *circuit, unsigned threads,
                                             const struct tools *tools, struct failure *failure);

/*
 * Keys and contracts kept across restarts, a file each, under bb's version: another bb may make
 * others. Circuits of the same bytecode share them.
 */
bool key_store_read(struct verification_key *key, const struct circuit *circuit,
                    enum verifier_target target, const struct tools *tools);
void key_store_write(const struct verification_key *key, const struct circuit *circuit,
                     enum verifier_target target, const struct tools *tools);
bool key_store_read_contract(struct buffer *text, const struct circuit *circuit,
                             enum verifier_target target, const struct tools *tools);
void key_store_write_contract(const struct buffer *text, const struct circuit *circuit,
                              enum verifier_target target, const struct tools *tools);

/* Whether there is a file of what a JOB_KEY or JOB_SOLIDITY asks for. No more than a look. */
bool key_store_has(const struct job *job, const struct tools *tools);

/* Both of each target. */
void key_store_remove(const struct circuit *circuit, const struct tools *tools);
void key_store_sweep(const struct tools *tools); /* as store_sweep */

#endif
