/*
 * What is kept of work that was done: proofs for whoever asks for the same again, answers to
 * idempotency keys, and Solidity verifiers. Each bounded in bytes and time. Thread-safe. Private to
 * jobs/.
 */
#ifndef JOBS_KEPT_INTERNAL_H
#define JOBS_KEPT_INTERNAL_H

#include "jobs/job.h"
#include "jobs/service.h"

struct kept;

/* NULL for lack of memory. */
struct kept *kept_create(const struct sharing_options *options);

/* NULL is fine. */
void kept_destroy(struct kept *kept);

/*
 * What was answered to this idempotency key, if it came with this request: fills in the job's
 * results, and its origin. RESULT_IDEMPOTENCY_KEY_REUSED when it came with another.
 */
MUST_USE_RESULT enum result kept_find_reply(struct kept *kept, struct job *job,
                                            struct failure *failure);

/* RESULT_IDEMPOTENCY_KEY_REUSED, in words. */
MUST_USE_RESULT enum result kept_refuse_key(struct failure *failure);

/*
 * Fills in what the job asks for, if it is there: true then. The job's key is that of its circuit,
 * NULL when it is not known.
 */
bool kept_find(struct kept *kept, struct job *job);

/* Whether what a JOB_KEY or JOB_SOLIDITY asks for is there. */
bool kept_has(struct kept *kept, const struct job *job);

/* Keeps what the work has made, for the waiters' idempotency keys too. */
void kept_keep(struct kept *kept, const struct fingerprint *request, const struct job *work,
               const struct job *waiters);

#endif
