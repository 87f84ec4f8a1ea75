/* The work of a job, without threads. Private to service/. */
#ifndef SERVICE_RUN_INTERNAL_H
#define SERVICE_RUN_INTERNAL_H

#include "prover/engine.h"
#include "service/job.h"

/* What a worker brings to a job. */
struct job_tools {
    struct engine *engine;
    int64_t prove_timeout_seconds;
    int cancel;
};

/* Does the job and fills in its results. A proof that does not verify is never kept. */
void job_run(struct job *job, const struct job_tools *tools);

#endif
