/*
 * Threads that take jobs from a queue of their own. A job is called off by its `cancel` descriptor.
 * Private to service/.
 */
#ifndef SERVICE_CREW_INTERNAL_H
#define SERVICE_CREW_INTERNAL_H

#include "service/job.h"

struct crew;

/* The context is borrowed. `work` has the job to itself, and ends it or hands it on. */
struct crew_options {
    unsigned threads;
    size_t queue_capacity;
    void (*work)(void *context, struct job *job);
    void *context;
};

/* NULL for lack of memory or descriptors. No thread runs yet. */
struct crew *crew_create(const struct crew_options *options);

/* RESULT_INTERNAL when the system has no thread left; crew_stop is then still to be called. */
enum result crew_start(struct crew *crew, struct failure *failure);

/*
 * RESULT_QUEUE_FULL or RESULT_STOPPING: the job is still the caller's. Otherwise *displaced is NULL
 * or a job that gave way to this one, which is the caller's again. Any thread.
 */
enum result crew_submit(struct crew *crew, struct job *job, struct job **displaced,
                        struct failure *failure);

/* Takes the job out if it still waits. Any thread. */
bool crew_remove(struct crew *crew, struct job *job);

/* Makes the job's `cancel` readable if a thread is at work on it. Any thread. */
void crew_call_off(struct crew *crew, const struct job *job);

/*
 * Takes no more jobs, lets those it has go on until the deadline, calls off the rest, and waits for
 * every thread.
 */
void crew_stop(struct crew *crew, nanoseconds deadline);

/* After crew_stop, or without crew_start. NULL is fine. */
void crew_destroy(struct crew *crew);

#endif
