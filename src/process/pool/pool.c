#include "process/pool/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "metrics/metrics.h"
#include "process/pool/slots_internal.h"

enum { POOL_MAGIC = 0x706f6f6c, MOST_ATTEMPTS = 2 };

struct pool {
    unsigned magic;
    struct pool_options options;
    pthread_mutex_t lock; /* over everything below */
    pthread_cond_t freed;
    struct slot slots[];
};

static const char *const end_words[] = {
#define X(name, word) [name] = (word),
    POOL_END_TABLE(X)
#undef X
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
    for (int i = 0; i < POOL_END_COUNT; i++)
        metrics_add(options->restarts, 0, METRIC_LABELS(end_words[i]));
    return pool;
}

static void change_state(struct pool *pool, struct slot *slot, enum slot_state state)
{
    CHECK_ZERO(pthread_mutex_lock(&pool->lock));
    slot_set_state(slot, state);
    if (state == SLOT_IDLE || state == SLOT_ABSENT)
        CHECK_ZERO(pthread_cond_signal(&pool->freed));
    CHECK_ZERO(pthread_mutex_unlock(&pool->lock));
}

static void count_end(const struct pool *pool, enum pool_end end)
{
    metrics_add(pool->options.restarts, 1, METRIC_LABELS(end_words[end]));
}

/* What the log says of a child: "bb child ended". */
struct event {
    char text[48];
};

static struct event event_of(const struct pool *pool, const char *what)
{
    struct event event;
    (void)snprintf(event.text, sizeof(event.text), "%s child %s", pool->options.program, what);
    return event;
}

/* What ended a child that did not do what it was asked. */
static enum pool_end end_of(enum child_outcome outcome, const struct child_obituary *obituary)
{
    if (outcome == CHILD_TIMED_OUT)
        return POOL_END_TIMEOUT;
    if (outcome == CHILD_CANCELLED)
        return POOL_END_CANCELLED;
    if (obituary->out_of_memory)
        return POOL_END_OUT_OF_MEMORY;
    return outcome == CHILD_DIED ? POOL_END_DIED : POOL_END_NONSENSE;
}

/*
 * Of a BUSY slot, and under the lock all the same: make_room counts what all of them hold. Where
 * nothing bounds that, nobody looks: 0.
 */
static uint64_t look_at_memory(struct pool *pool, struct slot *slot)
{
    if (pool->options.memory_bytes == 0 && pool->options.kept_bytes == 0)
        return 0;
    uint64_t resident = child_resident_memory(slot->child);
    CHECK_ZERO(pthread_mutex_lock(&pool->lock));
    slot->resident = resident;
    CHECK_ZERO(pthread_mutex_unlock(&pool->lock));
    return resident;
}

/* Ends the child of a BUSY slot, which is ABSENT then, for a failure. Says what of. */
static enum pool_end bury_child(struct pool *pool, struct slot *slot, enum child_outcome outcome,
                                const struct failure *why, struct child_obituary *obituary)
{
    int pid = (int)child_pid(slot->child);
    change_state(pool, slot, SLOT_ENDING);
    child_end(&slot->child, obituary);
    enum pool_end end = end_of(outcome, obituary);
    log_event(LOG_WARNING, event_of(pool, "ended").text, log_integer("pid", pid),
              log_string("why", why->message), log_string("how", obituary->cause),
              log_string("last_words", obituary->last_words));
    count_end(pool, end);
    change_state(pool, slot, SLOT_ABSENT);
    return end;
}

/* Ends a child that has done nothing wrong. The caller owns it. */
static void retire(const struct pool *pool, struct child *child, unsigned threads,
                   enum pool_end end)
{
    struct child_obituary obituary;
    log_event(LOG_INFO, event_of(pool, "retired").text, log_integer("pid", (int)child_pid(child)),
              log_integer("threads", threads), log_string("cause", end_words[end]));
    child_end(&child, &obituary);
    count_end(pool, end);
}

/* The slot is BUSY and has no child. When it still has none afterwards it is ABSENT again. */
static enum child_outcome start_child(struct pool *pool, struct slot *slot, unsigned threads,
                                      struct failure *failure)
{
    enum child_outcome outcome =
        pool->options.start(pool->options.context, &slot->child, threads, failure);
    if (outcome != CHILD_OK) {
        change_state(pool, slot, SLOT_ENDING);
        change_state(pool, slot, SLOT_ABSENT);
        return outcome;
    }
    slot->threads = threads;
    slot->proofs = 0;
    (void)look_at_memory(pool, slot);
    log_event(LOG_DEBUG, event_of(pool, "started").text,
              log_integer("pid", (int)child_pid(slot->child)), log_integer("threads", threads));
    return CHILD_OK;
}

/* Puts a fresh child into a BUSY slot, which is warm before the old one leaves. */
static void replace(struct pool *pool, struct slot *slot, enum pool_end cause)
{
    struct child *old = slot->child;
    struct failure failure;
    slot->child = NULL;
    enum child_outcome outcome =
        pool->options.start(pool->options.context, &slot->child, slot->threads, &failure);
    if (outcome != CHILD_OK) {
        log_event(LOG_WARNING, "a bb child stays: its successor cannot be started",
                  log_string("why", failure.message));
        slot->child = old;
        return;
    }
    slot->proofs = 0;
    (void)look_at_memory(pool, slot);
    retire(pool, old, slot->threads, cause);
}

/* After these an answer may yet come that the next question would take for its own. */
static bool poisons_child(enum child_outcome outcome)
{
    return outcome == CHILD_DIED || outcome == CHILD_NONSENSE || outcome == CHILD_TIMED_OUT ||
           outcome == CHILD_CANCELLED || outcome == CHILD_INTERNAL;
}

/* Whether a child has made its proofs or grown past its share, and which. */
static bool is_worn(const struct pool *pool, const struct slot *slot, enum pool_end *cause)
{
    const struct pool_options *options = &pool->options;
    bool made = options->most_proofs > 0 && slot->proofs >= options->most_proofs;
    *cause = made ? POOL_END_PROOFS : POOL_END_MEMORY;
    return made || (options->kept_bytes > 0 && slot->resident > options->kept_bytes);
}

/* The child has answered. A worn one is replaced when the answer is out. */
static void give_back(struct pool *pool, struct slot *slot, bool proof)
{
    slot->proofs += proof;
    (void)look_at_memory(pool, slot);
    change_state(pool, slot, SLOT_IDLE);
}

/* Costs a tenth of a millisecond, so nobody pays who does not ask. */
static struct pool_usage usage_before(const struct child *child,
                                      const struct pool_question *question)
{
    if (question->usage == NULL)
        return (struct pool_usage){0};
    child_reset_peak_memory(child);
    return (struct pool_usage){.before = child_peak_memory(child)};
}

/* One child, one attempt. The slot is BUSY; it is not when this returns. */
static enum child_outcome ask_child(struct pool *pool, struct slot *slot,
                                    const struct pool_question *question, struct failure *failure)
{
    struct buffer payload = BUFFER_EMPTY;
    const struct child_limits limits = {.deadline = question->deadline,
                                        .cancel = question->cancel,
                                        .max_response_bytes = pool->options.max_response_bytes,
                                        .memory_bytes = question->memory_bytes,
                                        .progress = question->progress,
                                        .context = question->context};
    struct pool_usage usage = usage_before(slot->child, question);
    enum child_outcome outcome =
        child_call(slot->child, &payload, question->frame, question->insert, &limits, failure);
    if (outcome == CHILD_OK)
        outcome = question->read(question->context, &payload, failure);
    if (question->usage != NULL)
        usage.peak = child_peak_memory(slot->child);
    buffer_free(&payload);
    if (poisons_child(outcome)) {
        struct child_obituary obituary;
        if (bury_child(pool, slot, outcome, failure, &obituary) == POOL_END_OUT_OF_MEMORY)
            outcome = failure_say(failure, CHILD_OUT_OF_MEMORY, "%s %s", pool->options.program,
                                  obituary.cause);
        usage.peak = obituary.peak_memory_bytes;
    } else {
        give_back(pool, slot, question->proof);
    }
    if (question->usage != NULL)
        *question->usage = usage;
    return outcome;
}

/*
 * Idle children give way, one by one, until the question's memory is there. What is left to do
 * then is nothing: who asks has seen to it that the questions alone fit.
 */
static void make_room(struct pool *pool, struct slot *slot, uint64_t needed)
{
    uint64_t most = pool->options.memory_bytes;
    for (;;) {
        CHECK_ZERO(pthread_mutex_lock(&pool->lock));
        slot->reserved = needed;
        struct slot *victim =
            most > 0 && slots_memory(pool->slots, pool->options.children) > most
                ? slots_to_retire(pool->slots, pool->options.children, slot->threads)
                : NULL;
        if (victim != NULL)
            slot_set_state(victim, SLOT_BUSY);
        CHECK_ZERO(pthread_mutex_unlock(&pool->lock));
        if (victim == NULL)
            return;
        change_state(pool, victim, SLOT_ENDING);
        retire(pool, victim->child, victim->threads, POOL_END_ROOM);
        victim->child = NULL;
        change_state(pool, victim, SLOT_ABSENT);
    }
}

static struct slot *borrow_slot(struct pool *pool, unsigned threads, bool fresh)
{
    struct slot *slot;
    CHECK_ZERO(pthread_mutex_lock(&pool->lock));
    while ((slot = slots_choose(pool->slots, pool->options.children, threads, fresh)) == NULL)
        CHECK_ZERO(pthread_cond_wait(&pool->freed, &pool->lock));
    slot_set_state(slot, SLOT_BUSY);
    CHECK_ZERO(pthread_mutex_unlock(&pool->lock));
    return slot;
}

/* A BUSY slot with a child of the right shape that is alive and in step. */
static enum child_outcome borrow_child(struct pool *pool, struct slot **slot,
                                       const struct pool_question *question, bool fresh,
                                       struct failure *failure)
{
    for (;;) {
        unsigned threads = question->threads;
        *slot = borrow_slot(pool, threads, fresh);
        struct child *child = (*slot)->child;
        enum child_outcome idle = child == NULL ? CHILD_OK : child_check_idle(child, failure);
        if (idle != CHILD_OK) {
            /* It died while nobody asked it anything: no fault of this question. */
            struct child_obituary obituary;
            (void)bury_child(pool, *slot, idle, failure, &obituary);
            continue;
        }
        enum pool_end cause;
        if (child != NULL && question->proof && is_worn(pool, *slot, &cause))
            replace(pool, *slot, cause);
        child = (*slot)->child;
        bool other_shape = child != NULL && threads != 0 && (*slot)->threads != threads;
        if (other_shape) {
            retire(pool, child, (*slot)->threads, POOL_END_ROOM);
            (*slot)->child = NULL;
        }
        make_room(pool, *slot, question->memory_bytes);
        if ((*slot)->child != NULL)
            return CHILD_OK;
        return start_child(pool, *slot, threads == 0 ? 1 : threads, failure);
    }
}

enum child_outcome pool_ask(struct pool *pool, const struct pool_question *question,
                            struct failure *failure)
{
    CHECK(pool->magic == POOL_MAGIC);
    struct slot *slot = NULL;
    for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
        enum child_outcome outcome = borrow_child(pool, &slot, question, attempt > 1, failure);
        if (outcome == CHILD_OK)
            outcome = ask_child(pool, slot, question, failure);
        if (outcome != CHILD_DIED && outcome != CHILD_NONSENSE)
            return outcome;
    }
    return failure_say(failure, CHILD_FAILED, "%s failed twice on this request; the log says how",
                       pool->options.program);
}

enum child_outcome pool_warm(struct pool *pool, unsigned count, unsigned threads,
                             struct failure *failure)
{
    for (unsigned i = 0; i < count && i < pool->options.children; i++) {
        struct slot *slot = &pool->slots[i];
        CHECK_ZERO(pthread_mutex_lock(&pool->lock));
        bool absent = slot->state == SLOT_ABSENT;
        if (absent)
            slot_set_state(slot, SLOT_BUSY);
        CHECK_ZERO(pthread_mutex_unlock(&pool->lock));
        if (!absent)
            continue;
        enum child_outcome outcome = start_child(pool, slot, threads, failure);
        if (outcome != CHILD_OK)
            return outcome;
        change_state(pool, slot, SLOT_IDLE);
    }
    return CHILD_OK;
}

void pool_reap(struct pool *pool)
{
    for (unsigned i = 0; i < pool->options.children; i++) {
        struct slot *slot = &pool->slots[i];
        struct child_obituary obituary;
        struct failure failure;
        CHECK_ZERO(pthread_mutex_lock(&pool->lock));
        enum child_outcome idle =
            slot->state == SLOT_IDLE ? child_check_idle(slot->child, &failure) : CHILD_OK;
        if (idle != CHILD_OK)
            slot_set_state(slot, SLOT_BUSY);
        CHECK_ZERO(pthread_mutex_unlock(&pool->lock));
        if (idle != CHILD_OK)
            (void)bury_child(pool, slot, idle, &failure, &obituary);
    }
}

void pool_tend(struct pool *pool)
{
    for (unsigned i = 0; i < pool->options.children; i++) {
        struct slot *slot = &pool->slots[i];
        enum pool_end cause;
        CHECK_ZERO(pthread_mutex_lock(&pool->lock));
        bool worn = slot->state == SLOT_IDLE && is_worn(pool, slot, &cause);
        if (worn)
            slot_set_state(slot, SLOT_BUSY);
        CHECK_ZERO(pthread_mutex_unlock(&pool->lock));
        if (!worn)
            continue;
        replace(pool, slot, cause);
        change_state(pool, slot, SLOT_IDLE);
    }
}

struct pool_status pool_status(struct pool *pool)
{
    struct pool_status status = {.children = 0};
    CHECK_ZERO(pthread_mutex_lock(&pool->lock));
    for (unsigned i = 0; i < pool->options.children; i++) {
        const struct slot *slot = &pool->slots[i];
        status.children += slot->state != SLOT_ABSENT;
        status.idle_bytes += slot->state == SLOT_IDLE ? slot->resident : 0;
    }
    CHECK_ZERO(pthread_mutex_unlock(&pool->lock));
    return status;
}

void pool_destroy(struct pool *pool)
{
    CHECK(pool->magic == POOL_MAGIC);
    for (unsigned i = 0; i < pool->options.children; i++) {
        struct child_obituary obituary;
        struct slot *slot = &pool->slots[i];
        CHECK(slot->state == SLOT_IDLE || slot->state == SLOT_ABSENT);
        if (slot->child != NULL)
            child_end(&slot->child, &obituary);
    }
    CHECK_ZERO(pthread_mutex_destroy(&pool->lock));
    CHECK_ZERO(pthread_cond_destroy(&pool->freed));
    pool->magic = 0;
    free(pool);
}
