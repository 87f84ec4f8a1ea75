#include "jobs/preparation_internal.h"

#include <stddef.h>
#include <stdlib.h>

static struct preparation *preparation_of(struct job *work)
{
    return (struct preparation *)((char *)work - offsetof(struct preparation, work));
}

static void on_done(struct job *work)
{
    preparation_free(preparation_of(work));
}

struct preparation *preparation_create(void)
{
    return calloc(1, sizeof(struct preparation));
}

void preparation_free(struct preparation *preparation)
{
    if (preparation == NULL)
        return;
    job_free_contents(&preparation->work);
    free(preparation);
}

void preparation_begin(struct preparation *preparation, struct preparation **list,
                       const struct job *job)
{
    struct job *work = &preparation->work;
    circuit_begin_key(job->circuit, job->target);
    work->kind = JOB_KEY;
    work->prepares = true;
    work->circuit = circuit_retain(job->circuit);
    work->target = job->target;
    work->deadline = DEADLINE_NEVER;
    work->client = QUEUE_SELF;
    work->submitted_at = clock_now();
    work->ends_by_cancel = true;
    work->done = on_done;
    preparation->next = *list;
    *list = preparation;
}

void preparation_end(struct preparation **list, struct job *work)
{
    struct preparation *preparation = preparation_of(work);
    struct preparation **at = list;
    while (*at != preparation)
        at = &(*at)->next;
    *at = preparation->next;
    circuit_end_key(work->circuit, work->target);
}

struct preparation *preparation_find(struct preparation *list, const struct circuit *circuit,
                                     enum verifier_target target)
{
    struct preparation *found = list;
    while (found != NULL && (found->work.circuit != circuit || found->work.target != target))
        found = found->next;
    return found;
}

enum key_state job_key_state(const struct job *job, struct failure *why)
{
    bool needs_key = job->kind == JOB_PROVE || job->kind == JOB_VERIFY || job->kind == JOB_KEY ||
                     job->kind == JOB_SOLIDITY;
    if (!needs_key || job->circuit == NULL)
        return KEY_KNOWN;
    return circuit_key_state(job->circuit, job->target, why);
}
