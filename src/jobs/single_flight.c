#include "jobs/single_flight_internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "jobs/kept_internal.h"
#include "metrics/metrics.h"

/* Identities are hashes: their first byte spreads the flights over the buckets. */
enum { BUCKETS = 256 };

struct flight {
    struct single_flight *flights;
    struct flight *next; /* of its bucket */
    struct job *waiters; /* by their next_waiter */
    struct fingerprint request;
    struct job work;
};

struct single_flight {
    struct sharing_options options;
    struct single_flight_worker worker;
    struct kept *kept;
    pthread_mutex_t lock; /* over what follows, and over who waits for what */
    struct flight *buckets[BUCKETS];
};

struct single_flight *single_flight_create(const struct sharing_options *options,
                                           const struct single_flight_worker *worker)
{
    struct single_flight *flights = calloc(1, sizeof(*flights));
    if (flights == NULL)
        return NULL;
    flights->options = *options;
    flights->worker = *worker;
    flights->kept = kept_create(options);
    CHECK_ZERO(pthread_mutex_init(&flights->lock, NULL));
    if (flights->kept == NULL) {
        single_flight_destroy(flights);
        return NULL;
    }
    return flights;
}

void single_flight_destroy(struct single_flight *flights)
{
    if (flights == NULL)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        CHECK(flights->buckets[i] == NULL);
    kept_destroy(flights->kept);
    CHECK_ZERO(pthread_mutex_destroy(&flights->lock));
    free(flights);
}

static struct flight **bucket_of(struct single_flight *flights, const struct fingerprint *request)
{
    return &flights->buckets[request->bytes[0]];
}

static struct flight *find_flight(struct single_flight *flights, const struct fingerprint *request)
{
    struct flight *flight = *bucket_of(flights, request);
    while (flight != NULL && !fingerprint_equal(&flight->request, request))
        flight = flight->next;
    return flight;
}

static bool has_key(const struct job *job, const struct fingerprint *key)
{
    return job->has_idempotency_key && fingerprint_equal(&job->idempotency_key, key);
}

/* The flight with a waiter that has this idempotency key. */
static struct flight *find_flight_of_key(struct single_flight *flights,
                                         const struct fingerprint *key)
{
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct flight *flight = flights->buckets[i]; flight != NULL; flight = flight->next)
            for (const struct job *job = flight->waiters; job != NULL; job = job->next_waiter)
                if (has_key(job, key))
                    return flight;
    return NULL;
}

static void join(struct flight *flight, struct job *job)
{
    job->flight = flight;
    job->next_waiter = flight->waiters;
    flight->waiters = job;
}

static void leave(struct flight *flight, struct job *job)
{
    struct job **at = &flight->waiters;
    while (*at != job)
        at = &(*at)->next_waiter;
    *at = job->next_waiter;
    job->flight = NULL;
}

/* From here on nobody joins it. */
static void close_flight(struct flight *flight)
{
    struct flight **at = bucket_of(flight->flights, &flight->request);
    while (*at != NULL && *at != flight)
        at = &(*at)->next;
    if (*at != NULL)
        *at = flight->next;
}

static void free_flight(struct flight *flight)
{
    job_free_contents(&flight->work);
    free(flight);
}

bool single_flight_serves(enum job_kind kind)
{
    return kind == JOB_PROVE || kind == JOB_KEY || kind == JOB_SOLIDITY;
}

bool single_flight_has(struct single_flight *flights, const struct job *job)
{
    return kept_has(flights->kept, job);
}

/* The flight that the job may share, or NULL. */
static enum result find_shared(struct single_flight *flights, struct flight **shared,
                               const struct job *job, struct failure *failure)
{
    struct flight *flight = NULL;
    if (job->has_idempotency_key)
        flight = find_flight_of_key(flights, &job->idempotency_key);
    if (flight != NULL && !fingerprint_equal(&flight->request, &job->request))
        return kept_refuse_key(failure);
    if (flight == NULL && single_flight_serves(job->kind) &&
        (flights->options.in_flight || job->kind != JOB_PROVE))
        flight = find_flight(flights, &job->request);
    *shared = flight;
    return RESULT_OK;
}

static bool give(struct buffer *to, struct buffer *from, bool last)
{
    if (!last)
        return buffer_append(to, from->data, from->length);
    buffer_move(to, from);
    return true;
}

/* For a job that shares the proof of the work, or the one that it was begun for. */
static void deliver(struct job *job, struct job *work, bool last)
{
    double joined_after = milliseconds_between(work->submitted_at, job->submitted_at);
    double waited = work->queue_milliseconds - (joined_after > 0 ? joined_after : 0);
    job->failure = work->failure;
    job->key = work->key;
    job->verified = work->verified;
    memcpy(job->reason, work->reason, sizeof(job->reason));
    job->created = work->created;
    job->queue_milliseconds += waited > 0 ? waited : 0; /* the wait to be executed came before */
    job->prove_milliseconds = work->prove_milliseconds;
    job->verify_milliseconds = work->verify_milliseconds;
    if (job->circuit != work->circuit) {
        /* The same circuit, uploaded again meanwhile; the key belongs to this one. */
        circuit_release(job->circuit);
        job->circuit = work->circuit == NULL ? NULL : circuit_retain(work->circuit);
    }
    if (!give(&job->proof.proof, &work->proof.proof, last) ||
        !give(&job->proof.public_inputs, &work->proof.public_inputs, last) ||
        (work->kind == JOB_SOLIDITY && !give(&job->text, &work->text, last)))
        failure_set(&job->failure, RESULT_INTERNAL, "no memory for the answer");
}

static void on_work_done(struct job *work)
{
    struct flight *flight = work->context;
    struct single_flight *flights = flight->flights;
    CHECK_ZERO(pthread_mutex_lock(&flights->lock));
    close_flight(flight);
    kept_keep(flights->kept, &flight->request, work, flight->waiters);
    struct job *waiters = flight->waiters;
    for (struct job *job = waiters; job != NULL; job = job->next_waiter)
        job->flight = NULL;
    CHECK_ZERO(pthread_mutex_unlock(&flights->lock));
    while (waiters != NULL) {
        struct job *job = waiters;
        waiters = job->next_waiter;
        deliver(job, work, waiters == NULL);
        job->done(job);
    }
    free_flight(flight);
}

/* What a job of any other kind than JOB_PROVE brings. */
static void move_question(struct job *work, struct job *job)
{
    buffer_move(&work->given_key, &job->given_key);
    buffer_move(&work->text, &job->text);
    buffer_move(&work->proof.proof, &job->proof.proof);
    buffer_move(&work->proof.public_inputs, &job->proof.public_inputs);
    memcpy(work->name, job->name, sizeof(work->name));
    work->owner = job->owner;
    work->is_operator = job->is_operator;
}

/* A flight with the job as its one waiter. NULL for lack of memory. */
static struct flight *open_flight(struct single_flight *flights, struct job *job,
                                  struct buffer *witness)
{
    struct flight *flight = calloc(1, sizeof(*flight));
    if (flight == NULL)
        return NULL;
    flight->flights = flights;
    flight->request = job->request;
    flight->work.kind = job->kind;
    flight->work.circuit = job->circuit == NULL ? NULL : circuit_retain(job->circuit);
    flight->work.target = job->target;
    flight->work.deadline = job->deadline;
    flight->work.client = job->client;
    flight->work.submitted_at = job->submitted_at;
    flight->work.ends_by_cancel = true;
    flight->work.done = on_work_done;
    flight->work.context = flight;
    buffer_move(&flight->work.witness, witness);
    move_question(&flight->work, job);
    struct flight **bucket = bucket_of(flights, &flight->request);
    flight->next = *bucket;
    *bucket = flight;
    join(flight, job);
    return flight;
}

/* Finds the job an answer or a flight, *opened when it is a new one. With the lock held. */
static enum result place(struct single_flight *flights, struct flight **opened, struct job *job,
                         struct buffer *witness, struct failure *failure)
{
    struct flight *shared = NULL;
    job->origin = PROOF_MADE;
    job->key = job->circuit == NULL ? NULL : circuit_key(job->circuit, job->target);
    enum result result = kept_find_reply(flights->kept, job, failure);
    if (result != RESULT_OK || job->origin != PROOF_MADE || kept_find(flights->kept, job))
        return result;
    result = find_shared(flights, &shared, job, failure);
    if (result != RESULT_OK)
        return result;
    if (shared != NULL) {
        job->origin = PROOF_SHARED;
        if (job->kind == JOB_PROVE)
            metrics_add(METRIC_SHARED_PROOFS, 1, METRIC_NO_LABELS);
        join(shared, job);
        return RESULT_OK;
    }
    *opened = open_flight(flights, job, witness);
    return *opened != NULL ? RESULT_OK
                           : failure_set(failure, RESULT_INTERNAL, "no memory for the request");
}

enum result single_flight_submit(struct single_flight *flights, struct job *job,
                                 struct failure *failure)
{
    struct flight *opened = NULL;
    struct buffer witness = BUFFER_EMPTY;
    /* Requests without one would all be the same, and get each other's proofs. */
    CHECK(!single_flight_serves(job->kind) || fingerprint_is_known(&job->request));
    buffer_move(&witness, &job->witness);
    job->submitted_at = clock_now();
    CHECK_ZERO(pthread_mutex_lock(&flights->lock));
    enum result result = place(flights, &opened, job, &witness, failure);
    bool answered = result == RESULT_OK && job->flight == NULL;
    CHECK_ZERO(pthread_mutex_unlock(&flights->lock));
    buffer_free(&witness);
    if (answered)
        job->done(job);
    if (opened != NULL && flights->worker.submit(flights->worker.context, &opened->work,
                                                 &opened->work.failure) != RESULT_OK)
        on_work_done(&opened->work);
    return result;
}

void single_flight_leave(struct single_flight *flights, struct job *job, const struct failure *why)
{
    CHECK_ZERO(pthread_mutex_lock(&flights->lock));
    struct flight *flight = job->flight;
    bool waited = flight != NULL;
    bool unstarted = false;
    if (waited) {
        leave(flight, job);
        if (flight->waiters == NULL) {
            close_flight(flight);
            unstarted = flights->worker.cancel(flights->worker.context, &flight->work);
        }
    }
    CHECK_ZERO(pthread_mutex_unlock(&flights->lock));
    if (unstarted)
        free_flight(flight);
    if (!waited)
        return;
    job->failure = *why;
    job->done(job);
}
