#include "jobs/executions_internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/gzip.h"
#include "base/log.h"
#include "jobs/explain_internal.h"
#include "jobs/worker_threads_internal.h"
#include "metrics/metrics.h"
#include "noir/witness/witness.h"

struct executions {
    struct executions_options options;
    struct executor *executor;
    struct queue *queue;
    struct worker_threads *threads;
    /* Over `executing` and `left` of every job that came here, and held while one goes on; and over
     * what follows. */
    pthread_mutex_t lock;
    unsigned working;
    double mean_milliseconds; /* of an execution, lately; 0: none so far */
};

/* How much the latest execution says of the next. */
static const double weight_of_latest = 0.2;

static struct executor_program program_of(const struct circuit *circuit)
{
    return (struct executor_program){
        .id = circuit->id,
        .bytecode = {circuit->bytecode, circuit->bytecode_length},
        .abi = {(const unsigned char *)circuit->abi_text, strlen(circuit->abi_text)},
        .debug = {(const unsigned char *)circuit->debug_text,
                  circuit->debug_text == NULL ? 0 : strlen(circuit->debug_text)},
    };
}

static enum result execute(const struct executions *executions, struct job *job,
                           struct execution *execution)
{
    const struct executions_options *options = &executions->options;
    const struct executor_program program = program_of(job->circuit);
    nanoseconds started_at = clock_now();
    nanoseconds deadline = deadline_in_seconds(options->timeout_seconds);
    const struct executor_question question = {
        .program = &program,
        .inputs = {job->inputs.data, job->inputs.length},
        .format = job->inputs_format,
        .wants_return_value = job->wants_return_value,
        .deadline = deadline < job->deadline ? deadline : job->deadline,
        .cancel = job->cancel,
    };
    enum result result = executor_run(executions->executor, execution, &question, &job->failure);
    buffer_free(&job->inputs);
    job->execute_milliseconds = milliseconds_between(started_at, clock_now());
    metrics_observe(METRIC_EXECUTION_DURATION, job->execute_milliseconds / MILLISECONDS_PER_SECOND,
                    METRIC_LABELS(job->circuit->name));
    return result;
}

static void add_to_fingerprint(void *context, const unsigned char *bytes, size_t length)
{
    struct job *job = context;
    if (job->request_hash != NULL)
        fingerprint_add(job->request_hash, bytes, length);
}

/* The job holds so many bytes of a witness from here on. */
static enum result hold(const struct executions *executions, struct job *job, size_t bytes)
{
    struct budget *budget = executions->options.budget;
    job->held.budget = budget;
    if (budget_set(&job->held, bytes))
        return RESULT_OK;
    if (bytes > budget->most)
        return failure_set(
            &job->failure, RESULT_EXECUTION_LIMIT,
            "the witness takes %zu bytes, and this server has %zu for the bodies and "
            "witnesses of all requests (--max-bodies-bytes)",
            bytes, budget->most);
    return failure_set(&job->failure, RESULT_QUEUE_FULL,
                       "the bodies and witnesses of other requests take the %zu bytes that this "
                       "server has for them (--max-bodies-bytes); try again later",
                       budget->most);
}

/* The executor's word is not enough: bb would prove, or choke on, whatever it gets. */
static enum result check_witness(const struct executions *executions, struct job *job,
                                 const struct buffer *witness)
{
    struct failure failure;
    struct witness_reader *reader = witness_reader_create(&(struct witness_expectations){
        .witness_count = job->circuit->witness_count,
        .may_be_empty = !job->circuit->has_witnesses,
        .max_bytes = executions->options.executor.max_witness_bytes,
        .show = add_to_fingerprint,
        .context = job,
    });
    if (reader == NULL)
        return failure_set(&job->failure, RESULT_INTERNAL, "no memory for the witness");
    (void)witness_reader_feed(reader, witness->data, witness->length, &failure);
    enum result result = witness_reader_finish(reader, &job->witness, &failure);
    witness_reader_destroy(reader);
    if (job->request_hash != NULL)
        fingerprint_end(&job->request_hash, &job->request);
    if (result == RESULT_OK)
        return RESULT_OK;
    log_event(LOG_WARNING, "an executed witness is wrong",
              log_string("circuit", job->circuit->name), log_string("code", result_code(result)),
              log_string("why", failure.message));
    return failure_set(&job->failure, RESULT_EXECUTION_FAILED,
                       "these inputs lead to a witness that cannot be proven: not every value of "
                       "the circuit was computed");
}

/* The witness as its client gets it, zipped here because a network thread may not take as long. */
static enum result zip_witness(struct job *job)
{
    bool zipped = gzip_append(&job->text, job->witness.data, job->witness.length);
    buffer_free(&job->witness);
    if (zipped)
        return RESULT_OK;
    return failure_set(&job->failure, RESULT_INTERNAL, "no memory for the witness");
}

/* There are two of it while it is checked, or zipped. */
static enum result take_witness(const struct executions *executions, struct job *job,
                                const struct buffer *witness)
{
    enum result result = hold(executions, job, 2 * witness->capacity);
    if (result == RESULT_OK)
        result = check_witness(executions, job, witness);
    if (result == RESULT_OK && job->kind == JOB_EXECUTE)
        result = zip_witness(job);
    return result == RESULT_OK ? hold(executions, job, job->witness.capacity + job->text.capacity)
                               : result;
}

/* What the client is told of what is no fault of its inputs. */
static void explain(struct job *job, const struct executions *executions)
{
    struct failure *failure = &job->failure;
    if (failure->result == RESULT_EXECUTE_TIMEOUT && clock_now() >= job->deadline)
        failure_set(failure, RESULT_REQUEST_TIMEOUT,
                    "the request's time was up before its circuit was executed "
                    "(--request-timeout)");
    else if (failure->result == RESULT_EXECUTE_TIMEOUT)
        failure_set(failure, RESULT_EXECUTE_TIMEOUT,
                    "the circuit was not executed within %lld seconds (--execute-timeout); the "
                    "executor was stopped",
                    (long long)executions->options.timeout_seconds);
    else if (failure->result == RESULT_CANCELLED)
        failure_set(failure, RESULT_STOPPING, "the server is stopping; try again later");
    explain_outcome(job);
}

/* Whether the job went on to be proven. Otherwise it is over. */
static bool go_on(struct executions *executions, struct job *job, enum result result)
{
    CHECK_ZERO(pthread_mutex_lock(&executions->lock));
    job->executing = false;
    bool was_left = job->left.result != RESULT_OK;
    if (was_left)
        job->failure = job->left;
    bool proves =
        !was_left && result == RESULT_OK && job->kind == JOB_PROVE &&
        executions->options.submit(executions->options.context, job, &job->failure) == RESULT_OK;
    CHECK_ZERO(pthread_mutex_unlock(&executions->lock));
    return proves;
}

static struct job *job_of(struct queue_link *link)
{
    if (link == NULL)
        return NULL;
    struct job *job = (struct job *)((char *)link - offsetof(struct job, link));
    job->queue_milliseconds = milliseconds_between(job->submitted_at, clock_now());
    return job;
}

static struct job *take(void *context)
{
    struct executions *executions = context;
    return job_of(queue_take(executions->queue, NULL, NULL));
}

/* False when its owner has left it since it was taken from the queue. */
static bool begin(struct executions *executions, struct job *job)
{
    CHECK_ZERO(pthread_mutex_lock(&executions->lock));
    bool wanted = job->left.result == RESULT_OK;
    executions->working++;
    CHECK_ZERO(pthread_mutex_unlock(&executions->lock));
    return wanted;
}

void executions_note_time(struct executions *executions, double milliseconds)
{
    CHECK_ZERO(pthread_mutex_lock(&executions->lock));
    double *mean = &executions->mean_milliseconds;
    *mean = *mean == 0 ? milliseconds : *mean + (milliseconds - *mean) * weight_of_latest;
    CHECK_ZERO(pthread_mutex_unlock(&executions->lock));
}

static void end(struct executions *executions)
{
    CHECK_ZERO(pthread_mutex_lock(&executions->lock));
    executions->working--;
    CHECK_ZERO(pthread_mutex_unlock(&executions->lock));
}

static void work(void *context, struct job *job)
{
    struct executions *executions = context;
    struct execution execution = {.witness = BUFFER_EMPTY};
    enum result result = RESULT_CANCELLED;
    if (begin(executions, job)) {
        result = execute(executions, job, &execution);
        executions_note_time(executions, job->execute_milliseconds);
    }
    end(executions);
    job->details = json_incref(execution.details);
    if (result == RESULT_OK && !job->wants_return_value)
        result = take_witness(executions, job, &execution.witness);
    execution_free(&execution);
    explain(job, executions);
    if (!go_on(executions, job, result))
        job->done(job);
}

struct executions *executions_create(const struct executions_options *options)
{
    struct executions *executions = calloc(1, sizeof(*executions));
    if (executions == NULL)
        return NULL;
    executions->options = *options;
    CHECK_ZERO(pthread_mutex_init(&executions->lock, NULL));
    executions->executor = executor_create(&options->executor);
    executions->threads = worker_threads_create(
        &(struct worker_threads_options){options->executor.children, take, work, executions});
    executions->queue = queue_create(options->queue_capacity);
    if (executions->executor == NULL || executions->threads == NULL || executions->queue == NULL) {
        executions_destroy(executions);
        return NULL;
    }
    return executions;
}

void executions_destroy(struct executions *executions)
{
    if (executions == NULL)
        return;
    worker_threads_destroy(executions->threads);
    if (executions->queue != NULL)
        queue_destroy(executions->queue);
    executor_destroy(executions->executor);
    CHECK_ZERO(pthread_mutex_destroy(&executions->lock));
    free(executions);
}

enum result executions_start(struct executions *executions, struct failure *failure)
{
    return executions == NULL ? RESULT_OK : worker_threads_start(executions->threads, failure);
}

void executions_reap(struct executions *executions)
{
    if (executions != NULL)
        executor_reap(executions->executor);
}

/* How long until one more would be executed, in whole seconds. With the lock held. */
static unsigned retry_after(const struct executions *executions, size_t waiting)
{
    enum { MOST_SECONDS = 3600 };
    double children = executions->options.executor.children;
    double seconds =
        executions->mean_milliseconds * (double)waiting / children / MILLISECONDS_PER_SECOND;
    if (seconds < 1)
        return 1;
    return seconds > MOST_SECONDS ? MOST_SECONDS : (unsigned)(seconds + 0.5);
}

struct executions_load executions_load(struct executions *executions)
{
    struct executions_load load = {.waiting = 0};
    if (executions == NULL)
        return load;
    load.waiting = queue_length(executions->queue);
    load.capacity = executions->options.queue_capacity;
    CHECK_ZERO(pthread_mutex_lock(&executions->lock));
    load.working = executions->working;
    CHECK_ZERO(pthread_mutex_unlock(&executions->lock));
    return load;
}

enum result executions_submit(struct executions *executions, struct job *job,
                              struct failure *failure)
{
    struct queue_link *link = NULL;
    CHECK_ZERO(pthread_mutex_lock(&executions->lock));
    job->submitted_at = clock_now();
    enum result result = queue_put(executions->queue, &job->link, job->client, &link, failure);
    struct job *displaced = job_of(link);
    job->executing = result == RESULT_OK;
    if (displaced != NULL)
        displaced->executing = false;
    unsigned seconds = retry_after(executions, executions->options.queue_capacity);
    CHECK_ZERO(pthread_mutex_unlock(&executions->lock));
    if (result == RESULT_QUEUE_FULL && failure != NULL)
        failure->retry_after_seconds = seconds;
    if (displaced == NULL)
        return result;
    failure_set(&displaced->failure, RESULT_QUEUE_FULL,
                "the queue is full, and others with fewer requests have their turn; try again "
                "later");
    displaced->failure.retry_after_seconds = seconds;
    displaced->done(displaced);
    return result;
}

bool executions_leave(struct executions *executions, struct job *job, const struct failure *why)
{
    if (executions == NULL)
        return false;
    CHECK_ZERO(pthread_mutex_lock(&executions->lock));
    bool here = job->executing;
    bool waited = here && queue_remove(executions->queue, &job->link);
    if (waited) {
        job->executing = false;
        job->failure = *why;
    } else if (here) {
        job->left = *why;
        worker_threads_call_off(executions->threads, job);
    }
    CHECK_ZERO(pthread_mutex_unlock(&executions->lock));
    if (waited)
        job->done(job);
    return here;
}

void executions_stop(struct executions *executions, nanoseconds deadline)
{
    if (executions == NULL)
        return;
    queue_close(executions->queue);
    worker_threads_stop(executions->threads, deadline);
}
