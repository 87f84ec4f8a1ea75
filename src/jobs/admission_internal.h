/*
 * Which job may start, and when, and which may not even wait: the queue and the scheduler, put
 * together. Private to jobs/. Every function is thread-safe.
 *
 * A job whose key is not known yet is *held*: it waits in the queue and others pass it by. When the
 * first of those that are held for a key would have its turn, a *preparation* begins in its stead,
 * a job of admission's own that makes the key. It is nobody's: whoever is held may leave, and it is
 * called off with the last.
 */
#ifndef JOBS_ADMISSION_INTERNAL_H
#define JOBS_ADMISSION_INTERNAL_H

#include "jobs/job.h"
#include "jobs/scheduler.h"

struct admission;

struct admission_options {
    struct scheduler_options scheduling;
    enum engine_kind engine; /* that does the work */
    size_t queue_capacity;
    /* Ends a preparation that admission_take has given. With a lock held: it may call nothing here,
     * nor wait. */
    void (*call_off)(void *context, struct job *preparation);
    void *context;
};

/* NULL for lack of memory. */
struct admission *admission_create(const struct admission_options *options);

/* When no thread is inside and no job waits. NULL is fine. */
void admission_destroy(struct admission *admission);

/*
 * Lets a job wait. Its `client` and `deadline` say whose turn it takes and when its answer is too
 * late: then its owner takes it out. Otherwise the job is still the caller's, and the failure says
 * when to come again: RESULT_QUEUE_FULL, RESULT_QUEUE_TOO_LONG (it would not be done by its
 * deadline), RESULT_CIRCUIT_EXCEEDS_MEMORY (it never fits), RESULT_STOPPING. *displaced is a job
 * that had to leave for it, with its failure filled in, or NULL.
 */
MUST_USE_RESULT enum result admission_put(struct admission *admission, struct job *job,
                                          struct job **displaced, struct failure *failure);

/*
 * Waits for the next job that may start, with its grant, or for a preparation: job->prepares. A job
 * whose key is refused has the refusal in its failure and is to be told, no more. NULL once closed
 * and empty.
 */
struct job *admission_take(struct admission *admission);

/*
 * Gives back what a job that was taken had. What becomes of a preparation is remembered, so that
 * those that were held for it start, or are refused.
 */
void admission_end(struct admission *admission, struct job *job);

/* Takes the job out if it still waits. */
bool admission_remove(struct admission *admission, struct job *job);

/* No more jobs get in; those that wait are still handed out. */
void admission_close(struct admission *admission);

size_t admission_waiting(struct admission *admission);

/* What work can have at most: the threads of one job, and the memory of all. */
unsigned admission_most_threads(const struct admission *admission);
uint64_t admission_memory(const struct admission *admission);

#endif
