#include "jobs/service_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"
#include "base/store.h"
#include "jobs/preparation_internal.h"
#include "jobs/verdict_internal.h"

static bool create_workers(struct service *service)
{
    service->workers = worker_threads_create(&(struct worker_threads_options){
        service->options.scheduling.workers, service_take, service_work, service});
    return service->workers != NULL;
}

/* A job that is not to be executed first, or has been. */
static enum result submit_shared(void *context, struct job *job, struct failure *failure)
{
    return single_flight_submit(((struct service *)context)->flights, job, failure);
}

static bool create_executions(struct service *service)
{
    const struct executions_options options = {
        .executor = service->options.executor,
        .queue_capacity = service->options.queue_capacity,
        .timeout_seconds = service->options.execute_timeout_seconds,
        .budget = service->options.budget,
        .submit = submit_shared,
        .context = service,
    };
    if (options.executor.children > 0)
        service->executions = executions_create(&options);
    return options.executor.children == 0 || service->executions != NULL;
}

struct service *service_create(const struct service_options *options)
{
    struct service *service = calloc(1, sizeof(*service));
    if (service == NULL)
        return NULL;
    service->options = *options;
    service->data_lock = -1;
    service->phase = SERVICE_STARTING;
    service->admission = admission_create(
        &(struct admission_options){options->scheduling, engine_kind(options->engine),
                                    options->queue_capacity, service_call_off, service});
    if (service->admission == NULL) {
        free(service);
        return NULL;
    }
    service->tools = (struct tools){
        .options = &service->options,
        .cancel = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
    };
    service->loader = loader_create(&(struct loader_options){
        .tools = &service->tools,
        .registry = options->registry,
        .circuits_folder = options->circuits_folder,
        .threads = admission_most_threads(service->admission),
        .submit = service_submit_work,
        .context = service,
    });
    service->fingerprint_key = fingerprint_key_create();
    service->flights = single_flight_create(
        &options->sharing,
        &(struct single_flight_worker){service, service_submit_work, service_cancel_work});
    CHECK_ZERO(pthread_mutex_init(&service->lock, NULL));
    if (!create_workers(service) || !create_executions(service) || service->loader == NULL ||
        service->flights == NULL || service->fingerprint_key == NULL || service->tools.cancel < 0) {
        service_destroy(service);
        return NULL;
    }
    return service;
}

void service_destroy(struct service *service)
{
    admission_destroy(service->admission);
    loader_destroy(service->loader);
    executions_destroy(service->executions);
    single_flight_destroy(service->flights);
    fingerprint_key_destroy(service->fingerprint_key);
    worker_threads_destroy(service->workers);
    if (service->tools.cancel >= 0)
        close(service->tools.cancel);
    if (service->data_lock >= 0)
        close(service->data_lock);
    CHECK_ZERO(pthread_mutex_destroy(&service->lock));
    free(service);
}

/* What another process of ours is writing there must not be swept. */
static enum result take_data_folder(struct service *service, struct failure *failure)
{
    const char *folder = service->options.data_folder;
    if (folder == NULL)
        return RESULT_OK;
    enum result result = store_make_folder(folder, failure);
    if (result == RESULT_OK)
        result = store_lock(&service->data_lock, folder, failure);
    if (result == RESULT_OK)
        loader_sweep(service->loader);
    return result;
}

enum result service_load_circuits(struct service *service, struct failure *failure)
{
    enum result result = take_data_folder(service, failure);
    if (result == RESULT_OK)
        result = loader_load_given(service->loader, failure);
    return result == RESULT_OK ? loader_scan(service->loader, failure) : result;
}

void service_call_off_loading(struct service *service)
{
    CHECK_ZERO(eventfd_write(service->tools.cancel, 1));
}

enum result service_start(struct service *service, struct failure *failure)
{
    registry_share_budget(service->options.registry, service->options.budget);
    if (executions_start(service->executions, failure) != RESULT_OK ||
        worker_threads_start(service->workers, failure) != RESULT_OK ||
        loader_start(service->loader, failure) != RESULT_OK) {
        service_stop(service, 0);
        return failure->result;
    }
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    if (service->phase == SERVICE_STARTING)
        service->phase = SERVICE_OK;
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
    return RESULT_OK;
}

/* A key and a contract are the same for all. */
static bool identify(const struct service *service, struct fingerprint *own, const struct job *job)
{
    struct fingerprint_hash *hash = fingerprint_begin(service->fingerprint_key);
    if (hash == NULL)
        return false;
    fingerprint_add_text(hash, job->kind == JOB_KEY ? "key" : "contract");
    fingerprint_add_text(hash, job->circuit->id);
    fingerprint_add_text(hash, target_name(job->target));
    fingerprint_end(&hash, own);
    return true;
}

/* What is known to be impossible takes no place and no time of anybody's. */
static enum result refuse(const struct service *service, const struct job *job,
                          struct failure *failure)
{
    struct failure why = {.result = RESULT_OK};
    bool has_target =
        job->kind != JOB_EXECUTE && job->kind != JOB_UPLOAD && job->kind != JOB_DELETE;
    if (!has_target || verdict_check_target(&service->tools, job->target, &why) == RESULT_OK)
        (void)job_key_state(job, &why);
    if (why.result != RESULT_OK && failure != NULL)
        *failure = why;
    return why.result;
}

enum result service_submit(struct service *service, struct job *job, struct failure *failure)
{
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    enum service_state phase = service->phase;
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
    /* Executions that end may yet lead to proofs, so the queue is open for a while. */
    if (phase == SERVICE_STOPPING)
        return failure_set(failure, RESULT_STOPPING, "the server is stopping; try again later");
    if (phase == SERVICE_STARTING)
        return failure_set(failure, RESULT_STARTING,
                           "the server is starting: it loads its circuits; try again soon");
    if (refuse(service, job, failure) != RESULT_OK)
        return failure->result;
    if (job->brings_inputs) {
        CHECK(service->executions != NULL);
        return executions_submit(service->executions, job, failure);
    }
    bool asks_for_key = job->kind == JOB_KEY || job->kind == JOB_SOLIDITY;
    if (asks_for_key && !identify(service, &job->request, job))
        return failure_set(failure, RESULT_INTERNAL, "no memory for the request");
    return single_flight_submit(service->flights, job, failure);
}

bool service_knows(struct service *service, const struct job *job)
{
    struct job same = {.kind = job->kind, .circuit = job->circuit, .target = job->target};
    if (refuse(service, job, NULL) != RESULT_OK)
        return true;
    return identify(service, &same.request, job) &&
           (single_flight_has(service->flights, &same) || key_store_has(job, &service->tools));
}

void service_leave(struct service *service, struct job *job, const struct failure *why)
{
    if (!executions_leave(service->executions, job, why))
        single_flight_leave(service->flights, job, why);
}

void service_rescan(struct service *service)
{
    loader_rescan(service->loader);
}

void service_reap(struct service *service)
{
    engine_reap(service->options.engine);
    executions_reap(service->executions);
}

void service_stop(struct service *service, int64_t grace_seconds)
{
    nanoseconds over_at = deadline_in_seconds(grace_seconds);
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    service->phase = SERVICE_STOPPING;
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
    executions_stop(service->executions, over_at);
    admission_close(service->admission);
    worker_threads_stop(service->workers, over_at);
    CHECK_ZERO(eventfd_write(service->tools.cancel, 1));
    loader_stop(service->loader);
}

struct service_status service_status(struct service *service)
{
    struct service_status status = {
        .bb_version = service->options.bb->version,
        .crs_files = service->options.crs->files,
        .workers = service->options.scheduling.workers,
        .queue_capacity = service->options.queue_capacity,
    };
    struct executions_load executions = executions_load(service->executions);
    size_t waiting = admission_waiting(service->admission);
    status.executions_processing = executions.working;
    status.executions_pending = executions.waiting;
    status.jobs_pending = waiting + executions.waiting;
    CHECK_ZERO(pthread_mutex_lock(&service->lock));
    status.jobs_processing = service->processing + executions.working;
    status.state = service->phase;
    if (status.state == SERVICE_OK &&
        (waiting >= status.queue_capacity ||
         (executions.capacity > 0 && executions.waiting >= executions.capacity)))
        status.state = SERVICE_BUSY;
    CHECK_ZERO(pthread_mutex_unlock(&service->lock));
    return status;
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

const struct fingerprint_key *service_fingerprint_key(const struct service *service)
{
    return service->fingerprint_key;
}
