/*
 * Work that is not done twice, and none that is done for nobody. What is in the making is a
 * *flight*: it has a job of its own, the work, which waits and runs as any job does, and those who
 * asked for it, its *waiters*. Who asks for a proof, a key or a contract that is in flight becomes
 * one more waiter; every other job has a flight to itself. A waiter can leave at any time and the
 * others lose nothing by it; when the last one has left the work is called off. A proof or contract
 * that has been made can be kept for those who ask for it later. Failures are never kept.
 *
 * No threads of its own; every function may be called by any. Private to jobs/.
 */
#ifndef JOBS_SINGLE_FLIGHT_INTERNAL_H
#define JOBS_SINGLE_FLIGHT_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/cache.h"
#include "jobs/job.h"
#include "jobs/service.h"

struct single_flight;

/* What becomes of a flight's work. `context` is handed through. */
struct single_flight_worker {
    void *context;
    /* As service_submit. It may call `done` of this work or of another before it returns. */
    enum result (*submit)(void *context, struct job *work, struct failure *failure);
    /* As service_cancel; called with a lock held, so it must not call `done`. */
    bool (*cancel)(void *context, struct job *work);
};

/* NULL for lack of memory. */
struct single_flight *single_flight_create(const struct sharing_options *options,
                                           const struct single_flight_worker *worker);

/* When nothing is in flight. NULL is fine. */
void single_flight_destroy(struct single_flight *flights);

/* Whether the jobs of a kind share what is made, and so have a `request`. */
bool single_flight_serves(enum job_kind kind);

/* Whether what a JOB_KEY or JOB_SOLIDITY asks for is there. */
bool single_flight_has(struct single_flight *flights, const struct job *job);

/*
 * Takes a job whose `request` is filled in if its kind is served. RESULT_OK: its `done` is called
 * once, perhaps before this returns. RESULT_IDEMPOTENCY_KEY_REUSED and RESULT_INTERNAL: the job is
 * still the caller's.
 */
MUST_USE_RESULT enum result single_flight_submit(struct single_flight *flights, struct job *job,
                                                 struct failure *failure);

/*
 * Ends a job's wait, after single_flight_submit has returned: its `done` is called, with this
 * failure, unless it has been or is being called already. The caller keeps the job from being freed
 * meanwhile.
 */
void single_flight_leave(struct single_flight *flights, struct job *job, const struct failure *why);

#endif
