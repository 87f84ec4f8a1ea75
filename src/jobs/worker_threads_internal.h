/*
 * Threads that do jobs, one each at a time. A job is called off by its `cancel` descriptor. Private
 * to jobs/.
 */
#ifndef JOBS_WORKER_THREADS_INTERNAL_H
#define JOBS_WORKER_THREADS_INTERNAL_H

#include "jobs/job.h"

struct worker_threads;

/* The context is borrowed. */
struct worker_threads_options {
    unsigned threads;
    /* Waits for a job. NULL once there will be none any more. */
    struct job *(*take)(void *context);
    /* Has the job to itself, and ends it or hands it on. */
    void (*work)(void *context, struct job *job);
    void *context;
};

/* NULL for lack of memory or descriptors. No thread runs yet. */
struct worker_threads *worker_threads_create(const struct worker_threads_options *options);

/* RESULT_INTERNAL when the system has no thread left; worker_threads_stop is then still to be
 * called. */
MUST_USE_RESULT enum result worker_threads_start(struct worker_threads *threads,
                                                 struct failure *failure);

/* Makes the job's `cancel` readable if a thread is at work on it. Any thread. */
void worker_threads_call_off(struct worker_threads *threads, const struct job *job);

/*
 * When `take` gives none but what it has: lets the threads go on until the deadline, calls off
 * every job from then on, and waits for every thread.
 */
void worker_threads_stop(struct worker_threads *threads, nanoseconds deadline);

/* After worker_threads_stop, or without worker_threads_start. NULL is fine. */
void worker_threads_destroy(struct worker_threads *threads);

#endif
