/*
 * Threads that do jobs, one each at a time. A job is called off by its `cancel` descriptor. Private
 * to service/.
 */
#ifndef JOBS_WORKER_THREADS_INTERNAL_H
#define JOBS_WORKER_THREADS_INTERNAL_H

#include "jobs/job.h"

struct crew;

/* The context is borrowed. */
struct crew_options {
    unsigned threads;
    /* Waits for a job. NULL once there will be none any more. */
    struct job *(*take)(void *context);
    /* Has the job to itself, and ends it or hands it on. */
    void (*work)(void *context, struct job *job);
    void *context;
};

/* NULL for lack of memory or descriptors. No thread runs yet. */
struct crew *crew_create(const struct crew_options *options);

/* RESULT_INTERNAL when the system has no thread left; crew_stop is then still to be called. */
MUST_USE_RESULT enum result crew_start(struct crew *crew, struct failure *failure);

/* Makes the job's `cancel` readable if a thread is at work on it. Any thread. */
void crew_call_off(struct crew *crew, const struct job *job);

/*
 * When `take` gives none but what it has: lets the threads go on until the deadline, calls off
 * every job from then on, and waits for every thread.
 */
void crew_stop(struct crew *crew, nanoseconds deadline);

/* After crew_stop, or without crew_start. NULL is fine. */
void crew_destroy(struct crew *crew);

#endif
