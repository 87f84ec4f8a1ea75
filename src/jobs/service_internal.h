/*
 * A service from inside, and what its workers do: the file service_work.c. `context` is the
 * service. Private to jobs/.
 */
#ifndef JOBS_SERVICE_INTERNAL_H
#define JOBS_SERVICE_INTERNAL_H

#include <pthread.h>

#include "jobs/admission_internal.h"
#include "jobs/executions_internal.h"
#include "jobs/loader_internal.h"
#include "jobs/run_internal.h"
#include "jobs/service.h"
#include "jobs/single_flight_internal.h"
#include "jobs/worker_threads_internal.h"

struct service {
    struct service_options options;
    struct admission *admission;
    struct tools tools; /* .cancel is an eventfd that calls off what is no worker's */
    struct loader *loader;
    struct executions *executions; /* NULL without an executor */
    struct single_flight *flights;
    struct fingerprint_key *fingerprint_key;
    struct worker_threads *workers;
    int data_lock;        /* on the data folder; -1: none */
    pthread_mutex_t lock; /* over what follows */
    unsigned processing;
    enum service_state phase; /* SERVICE_STARTING, SERVICE_OK, SERVICE_STOPPING */
};

/* As service_submit, of what a worker does. */
MUST_USE_RESULT enum result service_submit_work(void *context, struct job *job,
                                                struct failure *failure);

/* Has a job that was taken end soon. */
void service_call_off(void *context, struct job *job);

/*
 * True: the job still waited, and is the caller's again; its `done` is not called. False: a thread
 * has it, and its `done` is called soon, with RESULT_CANCELLED unless it was too late.
 */
bool service_cancel_work(void *context, struct job *job);

/* For worker_threads: waits for a job, and does it. */
struct job *service_take(void *context);
void service_work(void *context, struct job *job);

#endif
