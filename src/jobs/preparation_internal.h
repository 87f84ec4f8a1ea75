/*
 * A preparation: the making of a key that jobs in the queue wait for, as a job of its own. One is
 * at work for each key at most. Private to jobs/, and no thread-safety of its own: admission
 * holds its lock.
 */
#ifndef JOBS_PREPARATION_INTERNAL_H
#define JOBS_PREPARATION_INTERNAL_H

#include "jobs/job.h"

struct preparation {
    struct job work;
    struct preparation *next; /* in the list of those that run */
};

/* Not begun yet. NULL for lack of memory. */
struct preparation *preparation_create(void);

/* One that has not begun, or has ended. NULL is fine. */
void preparation_free(struct preparation *preparation);

/* Begins with the key that a job needs, which is KEY_UNKNOWN, and joins the list. */
void preparation_begin(struct preparation *preparation, struct preparation **list,
                       const struct job *job);

/* Ends, and leaves the list. Its `done` frees it. */
void preparation_end(struct preparation **list, struct job *work);

/* The one at work for that key, or NULL. */
struct preparation *preparation_find(struct preparation *list, const struct circuit *circuit,
                                     enum verifier_target target);

/*
 * What is known of the key that the job needs; KEY_REFUSED fills *why, which may be NULL.
 * KEY_KNOWN for a job that needs none.
 */
enum key_state job_key_state(const struct job *job, struct failure *why);

#endif
