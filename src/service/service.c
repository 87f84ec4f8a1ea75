#include "service/service.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "service/run_internal.h"

struct service {
    struct service_options options;
    struct queue *queue;
    int cancel; /* an eventfd that calls off whatever runs */
    pthread_t timekeeper;
    unsigned threads_started; /* workers, then the timekeeper */
    pthread_mutex_t lock;     /* over what follows */
    pthread_cond_t worker_left;
    unsigned workers_inside;
    unsigned processing;
    pthread_t workers[];
};

struct service *service_create(const struct service_options *options)
{
    pthread_condattr_t attributes;
    struct service *service =
        calloc(1, sizeof(*service) + options->workers * sizeof(service->workers[0]));
    if (service == NULL)
        return NULL;
    service->options = *options;
    service->queue = queue_create(options->queue_capacity);
    service->cancel = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    CHECK_ZERO(pthread_mutex_init(&service->lock, NULL));
    CHECK_ZERO(pthread_condattr_init(&attributes));
    CHECK_ZERO(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
    CHECK_ZERO(pthread_cond_init(&service->worker_left, &attributes));
    CHECK_ZERO(pthread_condattr_destroy(&attributes));
    if (service->queue == NULL || service->cancel < 0) {
        service_destroy(service);
        return NULL;
    }
    return service;
}

void service_destroy(struct service *service)
{
    if (service->queue != NULL)
        queue_destroy(service->queue);
    if (service->cancel >= 0)
        close(service->cancel);
    CHECK_ZERO(pthread_cond_destroy(&service->worker_left));
    CHECK_ZERO(pthread_mutex_destroy(&service->lock));
    free(service);
}

static enum result load_circuit(struct service *service, struct circuit *circuit,
                                struct failure *failure)
{
    struct engine *engine = service->options.engine;
    nanoseconds started_at = clock_now();
    struct engine_task task = {
        .bytecode = {circuit->bytecode, circuit->bytecode_length},
        .target = TARGET_DEFAULT,
        .deadline = deadline_in_seconds(service->options.prove_timeout_seconds),
        .cancel = -1,
    };
    enum result result = engine->operations->load_circuit(engine, &circuit->stats, &task, failure);
    if (result == RESULT_OK)
        result = crs_check_rows(service->options.crs, circuit->stats.rows, failure);
    if (result == RESULT_OK)
        result = engine->operations->compute_key(engine, &circuit->key, &task, failure);
    if (result != RESULT_OK) {
        struct failure cause = *failure;
        return failure_set(failure, result, "circuit %s: %.400s", circuit->name, cause.message);
    }
    log_event(LOG_INFO, "circuit ready", log_string("circuit", circuit->name),
              log_string("id", circuit->id), log_integer("gates", circuit->stats.gates),
              log_integer("rows", circuit->stats.rows),
              log_integer("witnesses", circuit->witness_count),
              log_milliseconds("load_ms", milliseconds_between(started_at, clock_now())));
    return RESULT_OK;
}

enum result service_load_circuits(struct service *service, struct failure *failure)
{
    struct registry *registry = service->options.registry;
    for (size_t i = 0; i < registry_count(registry); i++)
        if (load_circuit(service, registry_at(registry, i), failure) != RESULT_OK)
            return failure->result;
    return RESULT_OK;
}

static struct job *job_of(struct queue_link *link)
{
    return (struct job *)((char *)link - offsetof(struct job, link));
}

static void finish(struct job *job)
{
    buffer_free(&job->witness);
    job->done(job);
}

static void count_processing(struct service *service, int change)
{
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    service->processing = (unsigned)((int)service->processing + change);
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
}

static void *work(void *context)
{
    struct service *service = context;
    const struct job_tools tools = {
        .engine = service->options.engine,
        .prove_timeout_seconds = service->options.prove_timeout_seconds,
        .cancel = service->cancel,
    };
    struct queue_link *link;
    while ((link = queue_take(service->queue)) != NULL) {
        struct job *job = job_of(link);
        job->queue_milliseconds = milliseconds_between(job->submitted_at, clock_now());
        count_processing(service, +1);
        job_run(job, &tools);
        count_processing(service, -1);
        finish(job);
    }
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    service->workers_inside--;
    CHECK_ZERO(pthread_cond_signal(&service->worker_left));
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
    return NULL;
}

static void *keep_time(void *context)
{
    struct service *service = context;
    struct queue_link *link;
    while ((link = queue_take_expired(service->queue)) != NULL) {
        struct job *job = job_of(link);
        job->queue_milliseconds = milliseconds_between(job->submitted_at, clock_now());
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
    service->workers_inside = workers;
    while (error == 0 && service->threads_started < workers) {
        error = pthread_create(&service->workers[service->threads_started], NULL, work, service);
        service->threads_started += error == 0;
    }
    if (error == 0) {
        error = pthread_create(&service->timekeeper, NULL, keep_time, service);
        service->threads_started += error == 0;
    }
    if (error == 0)
        return RESULT_OK;
    service->workers_inside = service->threads_started;
    service_stop(service, 0);
    return failure_set(failure, RESULT_INTERNAL, "cannot start a thread: %s", strerror(error));
}

enum result service_submit(struct service *service, struct job *job, struct failure *failure)
{
    job->submitted_at = clock_now();
    return queue_put(service->queue, &job->link, job->deadline, failure);
}

static void await_workers(struct service *service, int64_t grace_seconds)
{
    struct timespec until;
    CHECK_ZERO(clock_gettime(CLOCK_MONOTONIC, &until));
    until.tv_sec += grace_seconds;
    int waited = 0;
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    while (service->workers_inside > 0 && waited == 0)
        waited = pthread_cond_timedwait(&service->worker_left, &service->lock, &until);
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
}

void service_stop(struct service *service, int64_t grace_seconds)
{
    queue_close(service->queue);
    await_workers(service, grace_seconds);
    /* Readable from now on: the running jobs end, and those still taken end as they begin. */
    CHECK_ZERO(eventfd_write(service->cancel, 1));
    for (unsigned i = 0; i < service->threads_started && i < service->options.workers; i++)
        CHECK_ZERO(pthread_join(service->workers[i], NULL));
    if (service->threads_started > service->options.workers)
        CHECK_ZERO(pthread_join(service->timekeeper, NULL));
    service->threads_started = 0;
}

struct service_status service_status(struct service *service)
{
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    unsigned processing = service->processing;
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
    struct engine *engine = service->options.engine;
    return (struct service_status){
        .bb_version = service->options.bb_version,
        .crs_files = service->options.crs->files,
        .workers = service->options.workers,
        .jobs_processing = processing,
        .jobs_pending = queue_length(service->queue),
        .queue_capacity = service->options.queue_capacity,
        .peak_memory_bytes = engine->operations->peak_memory(engine),
    };
}

enum result service_check(struct service *service, struct failure *failure)
{
    if (access(service->options.bb_path, X_OK) != 0)
        return failure_set(failure, RESULT_PROVER_UNUSABLE, "bb cannot be executed: %s",
                           strerror(errno));
    return crs_check_readable(service->options.crs, failure);
}

const struct registry *service_registry(const struct service *service)
{
    return service->options.registry;
}
