#include "service/service.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"
#include "base/condition.h"
#include "base/log.h"
#include "metrics/metrics.h"
#include "service/executions_internal.h"
#include "service/librarian_internal.h"
#include "service/run_internal.h"
#include "service/share_internal.h"
#include "store/store.h"

/* One thread and the job it does. */
struct worker {
    struct service *service;
    pthread_t thread;
    int cancel;      /* an eventfd: readable when what it does is called off */
    struct job *job; /* NULL between jobs; under the service's lock */
};

struct service {
    struct service_options options;
    struct queue *queue;
    struct tools tools; /* .cancel is an eventfd that calls off what is no worker's */
    struct librarian *librarian;
    struct executions *executions; /* NULL without an executor */
    struct share *share;
    struct identity_key *identity_key;
    pthread_t timekeeper;
    unsigned threads_started; /* workers, then the timekeeper */
    pthread_mutex_t lock;     /* over what follows */
    pthread_cond_t worker_left;
    unsigned workers_inside;
    unsigned processing;
    bool calling_off; /* the grace time is over: every job ends as it begins */
    struct worker workers[];
};

static void leave_queue(struct job *job)
{
    job->queue_milliseconds = milliseconds_between(job->submitted_at, clock_now());
    metrics_observe(METRIC_QUEUE_WAIT, job->queue_milliseconds / MILLISECONDS_PER_SECOND,
                    METRIC_NO_LABELS);
}

/* As service_submit, of what a worker does. */
static struct job *job_of(struct queue_link *link)
{
    return (struct job *)((char *)link - offsetof(struct job, link));
}

static void finish(struct job *job)
{
    buffer_free(&job->witness);
    job->done(job);
}

/* A job that had to leave the queue for one of a client with less in it. */
static void refuse(struct job *job)
{
    leave_queue(job);
    failure_set(&job->failure, RESULT_QUEUE_FULL,
                "the queue is full, and others have their turn; try again later");
    finish(job);
}

static enum result submit_work(void *context, struct job *job, struct failure *failure)
{
    struct service *service = context;
    struct queue_link *displaced;
    job->submitted_at = clock_now();
    enum result result =
        queue_put(service->queue, &job->link, job->client,
                  job->ends_by_cancel ? DEADLINE_NEVER : job->deadline, &displaced, failure);
    if (result == RESULT_OK && displaced != NULL)
        refuse(job_of(displaced));
    return result;
}

/*
 * True: the job still waited, and is the caller's again; its `done` is not called. False: a thread
 * has it, and its `done` is called soon, with RESULT_CANCELLED unless it was too late.
 */
static bool cancel_work(void *context, struct job *job)
{
    struct service *service = context;
    metrics_add(METRIC_CANCELLED_JOBS, 1, METRIC_NO_LABELS);
    if (queue_remove(service->queue, &job->link)) {
        leave_queue(job);
        return true;
    }
    /* Whoever has taken it from the queue looks at `cancelled` before it begins. */
    atomic_store(&job->cancelled, true);
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    for (unsigned i = 0; i < service->options.workers; i++)
        if (service->workers[i].job == job)
            CHECK_ZERO(eventfd_write(service->workers[i].cancel, 1));
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
    return false;
}

static bool create_workers(struct service *service)
{
    bool made = true;
    for (unsigned i = 0; i < service->options.workers; i++) {
        int cancel = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        service->workers[i] = (struct worker){.service = service, .cancel = cancel};
        made &= cancel >= 0;
    }
    return made;
}

/* A job whose witness is there. */
static enum result submit_witness(void *context, struct job *job, struct failure *failure)
{
    struct service *service = context;
    return share_submit(service->share, job, failure);
}

static bool create_executions(struct service *service)
{
    const struct executions_options options = {
        .executor = service->options.executor,
        .queue_capacity = service->options.queue_capacity,
        .timeout_seconds = service->options.execute_timeout_seconds,
        .submit = submit_witness,
        .context = service,
    };
    if (options.executor.children > 0)
        service->executions = executions_create(&options);
    return options.executor.children == 0 || service->executions != NULL;
}

struct service *service_create(const struct service_options *options)
{
    struct service *service =
        calloc(1, sizeof(*service) + options->workers * sizeof(service->workers[0]));
    if (service == NULL)
        return NULL;
    service->options = *options;
    service->queue = queue_create(options->queue_capacity);
    service->tools = (struct tools){
        .engine = options->engine,
        .bb = options->bb,
        .crs = options->crs,
        .data_folder = options->data_folder,
        .max_rows = options->max_rows,
        .prove_timeout_seconds = options->prove_timeout_seconds,
        .unverified_proofs = options->unverified_proofs,
        .threads = options->threads,
        .cancel = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
    };
    service->librarian = librarian_create(
        &(struct librarian_options){&service->tools, options->registry, options->circuits_folder});
    service->identity_key = identity_key_create();
    service->share =
        share_create(&options->sharing, &(struct share_worker){service, submit_work, cancel_work});
    CHECK_ZERO(pthread_mutex_init(&service->lock, NULL));
    condition_init(&service->worker_left);
    bool made = create_workers(service);
    made = create_executions(service) && made;
    if (!made || service->queue == NULL || service->librarian == NULL || service->share == NULL ||
        service->identity_key == NULL || service->tools.cancel < 0) {
        service_destroy(service);
        return NULL;
    }
    return service;
}

void service_destroy(struct service *service)
{
    if (service->queue != NULL)
        queue_destroy(service->queue);
    librarian_destroy(service->librarian);
    executions_destroy(service->executions);
    share_destroy(service->share);
    identity_key_destroy(service->identity_key);
    for (unsigned i = 0; i < service->options.workers; i++)
        if (service->workers[i].cancel >= 0)
            close(service->workers[i].cancel);
    if (service->tools.cancel >= 0)
        close(service->tools.cancel);
    CHECK_ZERO(pthread_cond_destroy(&service->worker_left));
    CHECK_ZERO(pthread_mutex_destroy(&service->lock));
    free(service);
}

enum result service_load_circuits(struct service *service, struct failure *failure)
{
    if (service->options.data_folder != NULL)
        store_sweep(service->options.data_folder);
    enum result result = librarian_load_given(service->librarian, failure);
    return result == RESULT_OK ? librarian_scan(service->librarian, failure) : result;
}

/* The worker's from here on: cancel_work finds it there. */
static void begin(struct worker *worker, struct job *job)
{
    struct service *service = worker->service;
    eventfd_t stale;
    leave_queue(job);
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    worker->job = job;
    job->cancel = worker->cancel;
    service->processing++;
    if (!service->calling_off)
        (void)eventfd_read(worker->cancel, &stale);
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
}

static void end(struct worker *worker)
{
    struct service *service = worker->service;
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    worker->job = NULL;
    service->processing--;
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
}

static void run(struct service *service, struct job *job)
{
    if (job->kind == JOB_UPLOAD)
        job->failure.result = librarian_take_upload(service->librarian, job);
    else if (job->kind == JOB_DELETE)
        job->failure.result = librarian_delete(service->librarian, job);
    else
        job_run(job, &service->tools);
    job_explain(job, &service->tools);
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct service *service = worker->service;
    struct queue_link *link;
    while ((link = queue_take(service->queue, NULL, NULL)) != NULL) {
        struct job *job = job_of(link);
        begin(worker, job);
        run(service, job);
        end(worker);
        finish(job);
    }
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    service->workers_inside--;
    CHECK_ZERO(pthread_cond_broadcast(&service->worker_left));
    /* A bb dies with the thread that started it, and another worker may still be using it. */
    while (service->workers_inside > 0)
        CHECK_ZERO(pthread_cond_wait(&service->worker_left, &service->lock));
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
    return NULL;
}

static void *keep_time(void *context)
{
    struct service *service = context;
    struct queue_link *link;
    while ((link = queue_take_expired(service->queue)) != NULL) {
        struct job *job = job_of(link);
        leave_queue(job);
        failure_set(&job->failure, RESULT_REQUEST_TIMEOUT,
                    "the request's time was up while it waited for a prover "
                    "(--request-timeout); try again later");
        finish(job);
    }
    return NULL;
}

enum result service_start(struct service *service, struct failure *failure)
{
    unsigned workers = service->options.workers;
    int error = 0;
    if (executions_start(service->executions, failure) != RESULT_OK) {
        service_stop(service, 0);
        return failure->result;
    }
    service->workers_inside = workers;
    while (error == 0 && service->threads_started < workers) {
        struct worker *worker = &service->workers[service->threads_started];
        error = pthread_create(&worker->thread, NULL, work, worker);
        service->threads_started += error == 0;
    }
    if (error == 0) {
        error = pthread_create(&service->timekeeper, NULL, keep_time, service);
        service->threads_started += error == 0;
    }
    if (error == 0)
        return librarian_start(service->librarian, failure);
    service->workers_inside = service->threads_started;
    service_stop(service, 0);
    return failure_set(failure, RESULT_INTERNAL, "cannot start a thread: %s", strerror(error));
}

enum result service_submit(struct service *service, struct job *job, struct failure *failure)
{
    if (job->inputs.length > 0) {
        CHECK(service->executions != NULL);
        return executions_submit(service->executions, job, failure);
    }
    return job->kind == JOB_PROVE ? submit_witness(service, job, failure)
                                  : submit_work(service, job, failure);
}

void service_leave(struct service *service, struct job *job, const struct failure *why)
{
    if (!executions_leave(service->executions, job, why))
        share_leave(service->share, job, why);
}

static void await_workers(struct service *service, nanoseconds deadline)
{
    bool in_time = true;
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    while (service->workers_inside > 0 && in_time)
        in_time = condition_wait(&service->worker_left, &service->lock, deadline);
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
}

void service_rescan(struct service *service)
{
    librarian_rescan(service->librarian);
}

/* The descriptors stay readable: the running jobs end, and those still taken end as they begin. */
static void call_off(struct service *service)
{
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    service->calling_off = true;
    for (unsigned i = 0; i < service->options.workers; i++)
        CHECK_ZERO(eventfd_write(service->workers[i].cancel, 1));
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
    CHECK_ZERO(eventfd_write(service->tools.cancel, 1));
}

void service_stop(struct service *service, int64_t grace_seconds)
{
    nanoseconds over_at = deadline_in_seconds(grace_seconds);
    executions_stop(service->executions, over_at);
    queue_close(service->queue);
    await_workers(service, over_at);
    call_off(service);
    librarian_stop(service->librarian);
    for (unsigned i = 0; i < service->threads_started && i < service->options.workers; i++)
        CHECK_ZERO(pthread_join(service->workers[i].thread, NULL));
    if (service->threads_started > service->options.workers)
        CHECK_ZERO(pthread_join(service->timekeeper, NULL));
    service->threads_started = 0;
}

struct service_status service_status(struct service *service)
{
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    unsigned processing = service->processing;
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
    return (struct service_status){
        .bb_version = service->options.bb->version,
        .crs_files = service->options.crs->files,
        .workers = service->options.workers,
        .jobs_processing = processing,
        .jobs_pending = queue_length(service->queue),
        .queue_capacity = service->options.queue_capacity,
    };
}

enum result service_check(struct service *service, struct failure *failure)
{
    if (access(service->options.bb_path, X_OK) != 0)
        return failure_set(failure, RESULT_PROVER_UNUSABLE, "bb cannot be executed: %s",
                           strerror(errno));
    return crs_check_readable(service->options.crs, failure);
}

struct registry *service_registry(const struct service *service)
{
    return service->options.registry;
}

const struct identity_key *service_identity_key(const struct service *service)
{
    return service->identity_key;
}
