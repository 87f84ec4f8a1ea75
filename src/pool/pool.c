#include "pool/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "metrics/metrics.h"

enum { POOL_MAGIC = 0x706f6f6c, MOST_ATTEMPTS = 2 };

/* Why a child was ended, as the label of METRIC_RESTARTS. */
static const struct {
    enum result result;
    const char *cause;
} causes[] = {
    {RESULT_PROVER_DIED, "died"},      {RESULT_PROVER_NONSENSE, "nonsense"},
    {RESULT_PROVE_TIMEOUT, "timeout"}, {RESULT_CANCELLED, "cancelled"},
    {RESULT_INTERNAL, "internal"},
};

enum { CAUSE_COUNT = sizeof(causes) / sizeof(causes[0]) };

/*
 *   ABSENT --start--> BUSY --answered--> IDLE --asked--> BUSY
 *                     BUSY --failed----> ENDING --reaped--> ABSENT
 * Only the thread that made a slot BUSY touches its child.
 */
enum slot_state { SLOT_ABSENT, SLOT_IDLE, SLOT_BUSY, SLOT_ENDING };

struct slot {
    enum slot_state state;
    struct child *child;
};

struct pool {
    unsigned magic;
    struct pool_options options;
    pthread_mutex_t lock; /* over everything below */
    pthread_cond_t freed;
    struct slot slots[];
};

struct pool *pool_create(const struct pool_options *options)
{
    CHECK(options->children > 0);
    struct pool *pool = calloc(1, sizeof(*pool) + options->children * sizeof(pool->slots[0]));
    if (pool == NULL)
        return NULL;
    pool->magic = POOL_MAGIC;
    pool->options = *options;
    CHECK_ZERO(pthread_mutex_init(&pool->lock, NULL));
    CHECK_ZERO(pthread_cond_init(&pool->freed, NULL));
    for (size_t i = 0; i < CAUSE_COUNT; i++)
        metrics_add(METRIC_RESTARTS, 0, METRIC_LABELS(causes[i].cause));
    return pool;
}

static bool may_change(enum slot_state from, enum slot_state to)
{
    switch (from) {
    case SLOT_ABSENT:
        return to == SLOT_BUSY;
    case SLOT_IDLE:
        return to == SLOT_BUSY;
    case SLOT_BUSY:
        return to == SLOT_IDLE || to == SLOT_ENDING;
    case SLOT_ENDING:
        return to == SLOT_ABSENT;
    }
    return false;
}

/* The one place where a state changes. With the lock held. */
static void set_state(struct pool *pool, struct slot *slot, enum slot_state state)
{
    CHECK(may_change(slot->state, state));
    slot->state = state;
    if (state == SLOT_IDLE || state == SLOT_ABSENT)
        CHECK_ZERO(pthread_cond_signal(&pool->freed));
}

static void change_state(struct pool *pool, struct slot *slot, enum slot_state state)
{
    CHECK_ZERO(pthread_mutex_lock(&pool->lock));
    set_state(pool, slot, state);
    CHECK_ZERO(pthread_mutex_unlock(&pool->lock));
}

/*
 * A warm child before a slot that needs a start; for a second attempt the other way round, because
 * what ended one child may have hurt all that ran then. With the lock held; NULL: all are taken.
 */
static struct slot *free_slot(struct pool *pool, bool fresh)
{
    enum slot_state first_choice = fresh ? SLOT_ABSENT : SLOT_IDLE;
    struct slot *second_choice = NULL;
    for (unsigned i = 0; i < pool->options.children; i++) {
        enum slot_state state = pool->slots[i].state;
        if (state == first_choice)
            return &pool->slots[i];
        if (second_choice == NULL && (state == SLOT_IDLE || state == SLOT_ABSENT))
            second_choice = &pool->slots[i];
    }
    return second_choice;
}

static struct slot *borrow_slot(struct pool *pool, bool fresh)
{
    struct slot *slot;
    CHECK_ZERO(pthread_mutex_lock(&pool->lock));
    while ((slot = free_slot(pool, fresh)) == NULL)
        CHECK_ZERO(pthread_cond_wait(&pool->freed, &pool->lock));
    set_state(pool, slot, SLOT_BUSY);
    CHECK_ZERO(pthread_mutex_unlock(&pool->lock));
    return slot;
}

static void count_restart(enum result why)
{
    for (size_t i = 0; i < CAUSE_COUNT; i++)
        if (causes[i].result == why)
            metrics_add(METRIC_RESTARTS, 1, METRIC_LABELS(causes[i].cause));
}

static void end_child(struct pool *pool, struct slot *slot, const struct failure *why)
{
    struct child_obituary obituary;
    int pid = (int)child_pid(slot->child);
    change_state(pool, slot, SLOT_ENDING);
    count_restart(why->result);
    child_end(&slot->child, &obituary);
    log_event(LOG_WARNING, "bb child ended", log_integer("pid", pid),
              log_string("why", why->message), log_string("how", obituary.cause),
              log_string("last_words", obituary.last_words));
    change_state(pool, slot, SLOT_ABSENT);
}

/* The slot is BUSY and has no child. When it still has none afterwards it is ABSENT again. */
static enum result start_child(struct pool *pool, struct slot *slot, struct failure *failure)
{
    enum result result = child_start(&slot->child, &pool->options.command, failure);
    if (result != RESULT_OK) {
        change_state(pool, slot, SLOT_ENDING);
        change_state(pool, slot, SLOT_ABSENT);
    }
    return result;
}

/* After these an answer may yet come that the next question would take for its own. */
static bool poisons_child(enum result result)
{
    return result == RESULT_PROVER_DIED || result == RESULT_PROVER_NONSENSE ||
           result == RESULT_PROVE_TIMEOUT || result == RESULT_CANCELLED ||
           result == RESULT_INTERNAL;
}

/* One child, one attempt. The slot is BUSY; it is not when this returns. */
static enum result ask_child(struct pool *pool, struct slot *slot,
                             const struct pool_question *question, struct failure *failure)
{
    struct buffer payload = BUFFER_EMPTY;
    struct child_limits limits = {question->deadline, question->cancel,
                                  pool->options.max_response_bytes};
    child_reset_peak_memory(slot->child);
    enum result result = child_call(slot->child, &payload, question->frame, &limits, failure);
    if (result == RESULT_OK)
        result = question->read(question->context, &payload, failure);
    if (question->peak_memory_bytes != NULL)
        *question->peak_memory_bytes = child_peak_memory(slot->child);
    buffer_free(&payload);
    if (poisons_child(result))
        end_child(pool, slot, failure);
    else
        change_state(pool, slot, SLOT_IDLE);
    return result;
}

/* A BUSY slot with a child that is alive and in step. */
static enum result borrow_child(struct pool *pool, struct slot **slot, bool fresh,
                                struct failure *failure)
{
    for (;;) {
        *slot = borrow_slot(pool, fresh);
        if ((*slot)->child == NULL)
            return start_child(pool, *slot, failure);
        if (child_check_idle((*slot)->child, failure) == RESULT_OK)
            return RESULT_OK;
        /* It died while nobody asked it anything: no fault of this question. */
        end_child(pool, *slot, failure);
    }
}

enum result pool_ask(struct pool *pool, const struct pool_question *question,
                     struct failure *failure)
{
    CHECK(pool->magic == POOL_MAGIC);
    struct slot *slot = NULL;
    for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
        enum result result = borrow_child(pool, &slot, attempt > 1, failure);
        if (result != RESULT_OK)
            return result;
        result = ask_child(pool, slot, question, failure);
        if (result != RESULT_PROVER_DIED && result != RESULT_PROVER_NONSENSE)
            return result;
    }
    return failure_set(failure, RESULT_PROVER_FAILED,
                       "the prover failed twice on this request; the server's log says how");
}

enum result pool_warm(struct pool *pool, unsigned count, struct failure *failure)
{
    CHECK(pool->magic == POOL_MAGIC && count <= pool->options.children);
    for (unsigned i = 0; i < count; i++) {
        struct slot *slot = &pool->slots[i];
        CHECK_ZERO(pthread_mutex_lock(&pool->lock));
        bool absent = slot->state == SLOT_ABSENT;
        if (absent)
            set_state(pool, slot, SLOT_BUSY);
        CHECK_ZERO(pthread_mutex_unlock(&pool->lock));
        if (!absent)
            continue;
        enum result result = start_child(pool, slot, failure);
        if (result != RESULT_OK)
            return result;
        change_state(pool, slot, SLOT_IDLE);
    }
    return RESULT_OK;
}

void pool_destroy(struct pool *pool)
{
    CHECK(pool->magic == POOL_MAGIC);
    for (unsigned i = 0; i < pool->options.children; i++) {
        struct child_obituary obituary;
        CHECK(pool->slots[i].state == SLOT_IDLE || pool->slots[i].state == SLOT_ABSENT);
        if (pool->slots[i].child != NULL)
            child_end(&pool->slots[i].child, &obituary);
    }
    CHECK_ZERO(pthread_mutex_destroy(&pool->lock));
    CHECK_ZERO(pthread_cond_destroy(&pool->freed));
    pool->magic = 0;
    free(pool);
}
