/*
 * The stage before a proof: a job that brings inputs has its circuit executed, and goes on with the
 * witness as if it had brought that. What fails ends here and costs no proof, and an execution
 * never waits for one. Private to jobs/.
 */
#ifndef JOBS_EXECUTIONS_INTERNAL_H
#define JOBS_EXECUTIONS_INTERNAL_H

#include "engine/executor/executor.h"
#include "jobs/job.h"

struct executions;

/* The context is borrowed. */
struct executions_options {
    struct executor_options executor; /* copied; its children are at work side by side */
    size_t queue_capacity;
    int64_t timeout_seconds;
    struct budget *budget; /* for the witnesses that come out; NULL: none */
    /* Where a job that has its witness goes on; as single_flight_submit. */
    enum result (*submit)(void *context, struct job *job, struct failure *failure);
    void *context;
};

/* NULL for lack of memory or descriptors. */
struct executions *executions_create(const struct executions_options *options);

/* Without executions there is nothing to do. */
MUST_USE_RESULT enum result executions_start(struct executions *executions,
                                             struct failure *failure);

/* As service_submit, for jobs with inputs. */
MUST_USE_RESULT enum result executions_submit(struct executions *executions, struct job *job,
                                              struct failure *failure);

/*
 * Ends a job's wait if it is here: true, and its `done` is called with this failure. False: it is
 * not, or not any more. Without executions nothing is.
 */
bool executions_leave(struct executions *executions, struct job *job, const struct failure *why);

/* What waits and what is at work just now, and how much may wait; without executions nothing is. */
struct executions_load {
    size_t waiting;
    size_t capacity;
    unsigned working;
};
struct executions_load executions_load(struct executions *executions);

/* How long an execution took: what the next ones are expected to take. */
void executions_note_time(struct executions *executions, double milliseconds);

/* As service_reap; without executions there is nothing to do. */
void executions_reap(struct executions *executions);

/* As service_stop; without executions there is nothing to do. */
void executions_stop(struct executions *executions, nanoseconds deadline);

/* NULL is fine. */
void executions_destroy(struct executions *executions);

#endif
