#include "service/admission_internal.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"
#include "service/run_internal.h"

enum {
    MOST_OVERTAKEN = 8, /* jobs that may start before one that waits for memory */
    MOST_RETRY_SECONDS = 3600,
};

struct admission {
    struct queue *queue;
    pthread_mutex_t lock; /* over the scheduler; within the queue's */
    struct scheduler scheduler;
};

struct admission *admission_create(const struct scheduler_options *options, size_t queue_capacity)
{
    struct admission *admission = calloc(1, sizeof(*admission));
    if (admission == NULL)
        return NULL;
    admission->queue = queue_create(queue_capacity);
    if (admission->queue == NULL) {
        free(admission);
        return NULL;
    }
    scheduler_init(&admission->scheduler, options);
    CHECK_ZERO(pthread_mutex_init(&admission->lock, NULL));
    return admission;
}

void admission_destroy(struct admission *admission)
{
    if (admission == NULL)
        return;
    queue_destroy(admission->queue);
    CHECK_ZERO(pthread_mutex_destroy(&admission->lock));
    free(admission);
}

static struct job *job_of(const struct queue_link *link)
{
    return link == NULL ? NULL : (struct job *)((uintptr_t)link - offsetof(struct job, link));
}

static enum work_kind kind_of(const struct job *job)
{
    switch (job->kind) {
    case JOB_PROVE:
        return WORK_PROOF;
    case JOB_UPLOAD:
        return WORK_KEY;
    case JOB_VERIFY:
    case JOB_KEY:
    case JOB_SOLIDITY:
        return job->circuit == NULL || circuit_key(job->circuit, job->target) != NULL ? WORK_CHECK
                                                                                      : WORK_KEY;
    case JOB_DELETE:
    case JOB_EXECUTE:
        return WORK_CHECK;
    }
    NOT_REACHED("every kind of job is some work");
}

static struct work work_of(const struct job *job)
{
    struct work work = {.kind = kind_of(job)};
    struct circuit_stats stats = {0};
    if (job->circuit == NULL)
        return work;
    if (circuit_state(job->circuit, &stats, NULL) == CIRCUIT_READY)
        work.rows = stats.rows;
    struct circuit_costs costs = circuit_costs(job->circuit);
    work.memory_bytes = cost_expected_memory(&costs.memory);
    return work;
}

/* What a new job waits for, added up. */
struct ahead {
    struct admission *admission;
    nanoseconds delay;
    size_t jobs;
};

static void add_delay(void *context, const struct queue_link *link)
{
    struct ahead *ahead = context;
    const struct work work = work_of(job_of(link));
    CHECK_ZERO(pthread_mutex_lock(&ahead->admission->lock));
    ahead->delay += scheduler_delay_of(&ahead->admission->scheduler, &work);
    CHECK_ZERO(pthread_mutex_unlock(&ahead->admission->lock));
    ahead->jobs++;
}

/* How long until a job of that client would start, were it to wait from now on. */
static struct ahead look_ahead(struct admission *admission, uint64_t client, nanoseconds now)
{
    struct ahead ahead = {.admission = admission};
    queue_show_ahead(admission->queue, client, add_delay, &ahead);
    CHECK_ZERO(pthread_mutex_lock(&admission->lock));
    ahead.delay += scheduler_delay_of_running(&admission->scheduler, now);
    CHECK_ZERO(pthread_mutex_unlock(&admission->lock));
    return ahead;
}

static unsigned retry_after(nanoseconds delay)
{
    const nanoseconds second = (nanoseconds)MILLISECONDS_PER_SECOND * NANOSECONDS_PER_MILLISECOND;
    nanoseconds seconds = (delay + second - 1) / second;
    if (seconds < 1)
        return 1;
    return seconds > MOST_RETRY_SECONDS ? MOST_RETRY_SECONDS : (unsigned)seconds;
}

static enum result check_memory(struct admission *admission, const struct job *job,
                                const struct work *work, struct failure *failure)
{
    CHECK_ZERO(pthread_mutex_lock(&admission->lock));
    bool fits = scheduler_could_fit(&admission->scheduler, work);
    uint64_t needed = scheduler_memory_for(&admission->scheduler, work);
    uint64_t most = admission->scheduler.options.memory_bytes;
    CHECK_ZERO(pthread_mutex_unlock(&admission->lock));
    if (fits)
        return RESULT_OK;
    return refuse_for_memory(failure, job->circuit, needed, most);
}

/* An idle server tries whatever it is given: what it expects may be wrong. */
static enum result check_deadline(struct admission *admission, const struct job *job,
                                  const struct work *work, const struct ahead *ahead,
                                  nanoseconds now, struct failure *failure)
{
    if (ahead->delay == 0)
        return RESULT_OK;
    CHECK_ZERO(pthread_mutex_lock(&admission->lock));
    nanoseconds done = now + ahead->delay + scheduler_time_of(&admission->scheduler, work);
    CHECK_ZERO(pthread_mutex_unlock(&admission->lock));
    if (done <= job->deadline)
        return RESULT_OK;
    failure_set(failure, RESULT_QUEUE_TOO_LONG,
                "%zu requests are ahead of this one, which would not be done in time "
                "(--request-timeout); try again later",
                ahead->jobs);
    if (failure != NULL)
        failure->retry_after_seconds = retry_after(done - job->deadline);
    return RESULT_QUEUE_TOO_LONG;
}

static void explain_displacement(struct job *job, nanoseconds delay)
{
    failure_set(&job->failure, RESULT_QUEUE_FULL,
                "the queue is full, and others with fewer requests have their turn; try again "
                "later");
    job->failure.retry_after_seconds = retry_after(delay);
}

enum result admission_put(struct admission *admission, struct job *job, struct job **displaced,
                          struct failure *failure)
{
    const struct work work = work_of(job);
    nanoseconds now = clock_now();
    struct ahead ahead = look_ahead(admission, job->client, now);
    struct queue_link *loser = NULL;
    enum result result = check_memory(admission, job, &work, failure);
    if (result == RESULT_OK && job->client != QUEUE_SELF)
        result = check_deadline(admission, job, &work, &ahead, now, failure);
    if (result != RESULT_OK)
        return result;
    result = queue_put(admission->queue, &job->link, job->client,
                       job->ends_by_cancel ? DEADLINE_NEVER : job->deadline, &loser, failure);
    if (result == RESULT_QUEUE_FULL && failure != NULL)
        failure->retry_after_seconds = retry_after(ahead.delay);
    if (result != RESULT_OK)
        return result;
    *displaced = job_of(loser);
    if (loser != NULL)
        explain_displacement(*displaced, ahead.delay);
    return RESULT_OK;
}

static enum queue_admission admit(void *context, const struct queue_link *link, size_t waiting)
{
    struct admission *admission = context;
    struct job *job = job_of(link);
    const struct work work = work_of(job);
    CHECK_ZERO(pthread_mutex_lock(&admission->lock));
    enum scheduling scheduling =
        scheduler_start(&admission->scheduler, &job->grant, &work, waiting, clock_now());
    CHECK_ZERO(pthread_mutex_unlock(&admission->lock));
    if (scheduling == SCHEDULED)
        return QUEUE_START;
    /* What waits for memory is passed over for a while, and then all wait for it. */
    if (scheduling == SHORT_OF_MEMORY && link->overtaken >= MOST_OVERTAKEN)
        return QUEUE_WAIT;
    return QUEUE_SKIP;
}

struct job *admission_take(struct admission *admission)
{
    return job_of(queue_take(admission->queue, admit, admission));
}

/* Only what was proven and verified tells how long that takes. */
static void learn(struct admission *admission, const struct job *job)
{
    struct circuit_stats stats = {0};
    nanoseconds took = (nanoseconds)((job->prove_milliseconds + job->verify_milliseconds) *
                                     NANOSECONDS_PER_MILLISECOND);
    if (job->kind == JOB_PROVE && job->failure.result == RESULT_OK &&
        circuit_state(job->circuit, &stats, NULL) == CIRCUIT_READY)
        scheduler_note_time(&admission->scheduler, stats.rows, job->grant.threads, took);
}

void admission_end(struct admission *admission, struct job *job)
{
    CHECK_ZERO(pthread_mutex_lock(&admission->lock));
    learn(admission, job);
    scheduler_end(&admission->scheduler, &job->grant);
    CHECK_ZERO(pthread_mutex_unlock(&admission->lock));
    if (job->failure.result == RESULT_PROVER_OUT_OF_MEMORY && job->circuit != NULL)
        circuit_note_shortage(job->circuit, job->grant.memory_bytes,
                              admission->scheduler.options.memory_bytes);
    queue_ask_again(admission->queue);
}

struct job *admission_take_expired(struct admission *admission)
{
    return job_of(queue_take_expired(admission->queue));
}

bool admission_remove(struct admission *admission, struct job *job)
{
    return queue_remove(admission->queue, &job->link);
}

void admission_close(struct admission *admission)
{
    queue_close(admission->queue);
}

size_t admission_waiting(struct admission *admission)
{
    return queue_length(admission->queue);
}

unsigned admission_most_threads(const struct admission *admission)
{
    return scheduler_most_threads(&admission->scheduler);
}

uint64_t admission_memory(const struct admission *admission)
{
    return admission->scheduler.options.memory_bytes;
}
