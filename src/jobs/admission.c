#include "jobs/admission_internal.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"
#include "jobs/preparation_internal.h"
#include "jobs/run_internal.h"

enum {
    MOST_OVERTAKEN = 8, /* jobs that may start before one that waits for memory */
    MOST_RETRY_SECONDS = 3600,
};

struct admission {
    struct admission_options options;
    struct queue *queue;
    pthread_mutex_t lock; /* over what follows; within the queue's */
    struct scheduler scheduler;
    struct preparation *preparations; /* that run */
    bool calling_off;                 /* what runs is ended, so nothing is prepared any more */
};

struct admission *admission_create(const struct admission_options *options)
{
    struct admission *admission = calloc(1, sizeof(*admission));
    if (admission == NULL)
        return NULL;
    admission->options = *options;
    admission->queue = queue_create(options->queue_capacity);
    if (admission->queue == NULL) {
        free(admission);
        return NULL;
    }
    scheduler_init(&admission->scheduler, &options->scheduling);
    CHECK_ZERO(pthread_mutex_init(&admission->lock, NULL));
    return admission;
}

void admission_destroy(struct admission *admission)
{
    if (admission == NULL)
        return;
    CHECK(admission->preparations == NULL);
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
    enum key_state key = job_key_state(job, NULL);
    if (job->kind == JOB_UPLOAD)
        return WORK_KEY;
    if (job->kind == JOB_PROVE)
        return key == KEY_REFUSED ? WORK_CHECK : WORK_PROOF;
    return key == KEY_UNKNOWN || key == KEY_PREPARING ? WORK_KEY : WORK_CHECK;
}

static struct work work_of(const struct admission *admission, const struct job *job)
{
    struct work work = {.kind = kind_of(job), .engine = admission->options.engine};
    struct circuit_stats stats = {0};
    if (job->circuit == NULL)
        return work;
    if (circuit_state(job->circuit, &stats, NULL) == CIRCUIT_READY)
        work.rows = stats.rows;
    work.memory_bytes = circuit_expected_memory(job->circuit, work.engine, job->target,
                                                admission_most_threads(admission));
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
    const struct work work = work_of(ahead->admission, job_of(link));
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

static bool waits_for_same_key(void *context, const struct queue_link *link)
{
    const struct job *left = context;
    const struct job *job = job_of(link);
    return job->circuit == left->circuit && job->target == left->target &&
           job_key_state(job, NULL) == KEY_PREPARING;
}

/* The job has left the queue, perhaps as the last that was held for its key. */
static void abandon(struct admission *admission, struct job *job)
{
    if (job_key_state(job, NULL) != KEY_PREPARING ||
        queue_any(admission->queue, waits_for_same_key, job))
        return;
    CHECK_ZERO(pthread_mutex_lock(&admission->lock));
    struct preparation *preparation =
        preparation_find(admission->preparations, job->circuit, job->target);
    if (preparation != NULL)
        admission->options.call_off(admission->options.context, &preparation->work);
    CHECK_ZERO(pthread_mutex_unlock(&admission->lock));
}

enum result admission_put(struct admission *admission, struct job *job, struct job **displaced,
                          struct failure *failure)
{
    const struct work work = work_of(admission, job);
    nanoseconds now = clock_now();
    struct ahead ahead = look_ahead(admission, job->client, now);
    struct queue_link *loser = NULL;
    enum result result = check_memory(admission, job, &work, failure);
    if (result == RESULT_OK && job->client != QUEUE_SELF)
        result = check_deadline(admission, job, &work, &ahead, now, failure);
    if (result != RESULT_OK)
        return result;
    result = queue_put(admission->queue, &job->link, job->client, &loser, failure);
    if (result == RESULT_QUEUE_FULL && failure != NULL)
        failure->retry_after_seconds = retry_after(ahead.delay);
    if (result != RESULT_OK)
        return result;
    *displaced = job_of(loser);
    if (loser != NULL) {
        explain_displacement(*displaced, ahead.delay);
        abandon(admission, *displaced);
    }
    return RESULT_OK;
}

/* What a thread looks for in the queue. */
struct search {
    struct admission *admission;
    struct preparation *spare; /* for a key that may have to be made */
    struct job *begun;         /* the preparation that has begun instead of a job, or NULL */
};

/* With the lock held. */
static enum scheduling schedule_preparation(struct search *search, struct job *job,
                                            const struct work *asked, size_t waiting)
{
    struct admission *admission = search->admission;
    struct preparation *preparation = search->spare;
    struct work work = *asked;
    work.kind = WORK_KEY;
    enum scheduling scheduling = scheduler_start(&admission->scheduler, &preparation->work.grant,
                                                 &work, waiting, clock_now());
    if (scheduling != SCHEDULED)
        return scheduling;
    preparation_begin(preparation, &admission->preparations, job);
    search->begun = &preparation->work;
    search->spare = NULL;
    return SCHEDULED;
}

/* With the lock held. */
static enum key_state look_for_key(const struct search *search, const struct job *job,
                                   struct failure *refusal)
{
    enum key_state key = job_key_state(job, refusal);
    bool calling_off = search->admission->calling_off;
    if (key == KEY_KNOWN || key == KEY_REFUSED)
        return key;
    if (calling_off)
        failure_set(refusal, RESULT_STOPPING, "the server is stopping; try again later");
    else if (key == KEY_UNKNOWN && search->spare == NULL)
        failure_set(refusal, RESULT_INTERNAL, "no memory for the circuit's key");
    return refusal->result == RESULT_OK ? key : KEY_REFUSED;
}

static enum queue_admission admit(void *context, const struct queue_link *link, size_t waiting)
{
    struct search *search = context;
    struct admission *admission = search->admission;
    struct job *job = job_of(link);
    const struct work work = work_of(admission, job);
    struct failure refusal = {.result = RESULT_OK};
    enum scheduling scheduling = SHORT_OF_CORES;
    CHECK_ZERO(pthread_mutex_lock(&admission->lock));
    enum key_state key = look_for_key(search, job, &refusal);
    if (key == KEY_UNKNOWN)
        scheduling = schedule_preparation(search, job, &work, waiting);
    else if (key == KEY_KNOWN || key == KEY_REFUSED)
        scheduling =
            scheduler_start(&admission->scheduler, &job->grant, &work, waiting, clock_now());
    CHECK_ZERO(pthread_mutex_unlock(&admission->lock));
    if (key == KEY_PREPARING)
        return QUEUE_HOLD;
    if (scheduling == SCHEDULED && search->begun != NULL)
        return QUEUE_STAND_IN;
    if (scheduling == SCHEDULED) {
        job->failure = refusal;
        return QUEUE_START;
    }
    /* What waits for memory is passed over for a while, and then all wait for it. */
    if (scheduling == SHORT_OF_MEMORY && link->overtaken >= MOST_OVERTAKEN)
        return QUEUE_WAIT;
    return QUEUE_SKIP;
}

struct job *admission_take(struct admission *admission)
{
    struct search search = {.admission = admission, .spare = preparation_create()};
    struct job *job = job_of(queue_take(admission->queue, admit, &search));
    preparation_free(search.spare);
    return search.begun != NULL ? search.begun : job;
}

/* With the lock held: the key is known by now, or why there is none. */
static void end_preparation(struct admission *admission, struct job *work)
{
    enum result result = work->failure.result;
    admission->calling_off |= result == RESULT_STOPPING;
    if (result != RESULT_OK && result != RESULT_STOPPING && result != RESULT_CANCELLED)
        circuit_refuse_key(work->circuit, work->target, &work->failure, is_refusal(result));
    preparation_end(&admission->preparations, work);
}

/* Only what was proven and verified tells how long that takes. */
static void learn(struct admission *admission, const struct job *job)
{
    struct circuit_stats stats = {0};
    nanoseconds took = (nanoseconds)((job->prove_milliseconds + job->verify_milliseconds) *
                                     NANOSECONDS_PER_MILLISECOND);
    if (job->kind == JOB_PROVE && job->failure.result == RESULT_OK &&
        circuit_state(job->circuit, &stats, NULL) == CIRCUIT_READY)
        scheduler_note_time(&admission->scheduler, admission->options.engine, stats.rows,
                            job->grant.threads, took);
}

void admission_end(struct admission *admission, struct job *job)
{
    CHECK_ZERO(pthread_mutex_lock(&admission->lock));
    learn(admission, job);
    scheduler_end(&admission->scheduler, &job->grant);
    if (job->prepares)
        end_preparation(admission, job);
    CHECK_ZERO(pthread_mutex_unlock(&admission->lock));
    if (job->failure.result == RESULT_PROVER_OUT_OF_MEMORY && job->circuit != NULL)
        circuit_note_shortage(job->circuit, admission->options.engine, job->grant.memory_bytes,
                              admission->scheduler.options.memory_bytes);
    queue_ask_again(admission->queue);
}

bool admission_remove(struct admission *admission, struct job *job)
{
    bool waited = queue_remove(admission->queue, &job->link);
    if (waited)
        abandon(admission, job);
    return waited;
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
