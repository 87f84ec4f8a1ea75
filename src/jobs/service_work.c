/* What becomes of a job between its queue and its owner. */
#include "base/check.h"
#include "jobs/service_internal.h"
#include "metrics/metrics.h"

/* A preparation was in no queue. */
static void leave_queue(struct job *job)
{
    if (job->prepares)
        return;
    job->queue_milliseconds = milliseconds_between(job->submitted_at, clock_now());
    metrics_observe(METRIC_QUEUE_WAIT, job->queue_milliseconds / MILLISECONDS_PER_SECOND,
                    METRIC_NO_LABELS);
}

static void finish(struct job *job)
{
    buffer_free(&job->witness);
    job->done(job);
}

enum result service_submit_work(void *context, struct job *job, struct failure *failure)
{
    struct service *service = context;
    struct job *displaced;
    job->submitted_at = clock_now();
    enum result result = admission_put(service->admission, job, &displaced, failure);
    if (result == RESULT_OK && displaced != NULL) {
        leave_queue(displaced);
        finish(displaced);
    }
    return result;
}

void service_call_off(void *context, struct job *job)
{
    struct service *service = context;
    /* Whoever has just taken it looks at `cancelled` before it begins. */
    atomic_store(&job->cancelled, true);
    worker_threads_call_off(service->workers, job);
}

bool service_cancel_work(void *context, struct job *job)
{
    struct service *service = context;
    metrics_add(METRIC_CANCELLED_JOBS, 1, METRIC_NO_LABELS);
    if (admission_remove(service->admission, job)) {
        leave_queue(job);
        return true;
    }
    service_call_off(service, job);
    return false;
}

static void count_processing(struct service *service, int change)
{
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    service->processing = (unsigned)((int)service->processing + change);
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
}

/* What kills every bb that reads it is no circuit: nothing is lost by saying so of an upload. */
static enum result take_upload(struct service *service, struct job *job)
{
    enum result result = loader_take_upload(service->loader, job);
    if (result != RESULT_PROVER_FAILED)
        return result;
    return failure_set(&job->failure, RESULT_CIRCUIT_INVALID,
                       "bb cannot read the circuit; the server's log says why");
}

static void run(struct service *service, struct job *job)
{
    if (job->failure.result != RESULT_OK)
        return;
    if (job->kind == JOB_UPLOAD)
        job->failure.result = take_upload(service, job);
    else if (job->kind == JOB_DELETE)
        job->failure.result = loader_delete(service->loader, job);
    else
        job_run(job, &service->tools);
    job_explain(job, &service->tools);
}

struct job *service_take(void *context)
{
    return admission_take(((struct service *)context)->admission);
}

void service_work(void *context, struct job *job)
{
    struct service *service = context;
    leave_queue(job);
    count_processing(service, +1);
    run(service, job);
    count_processing(service, -1);
    admission_end(service->admission, job);
    finish(job);
    engine_tend(service->options.engine);
}
