#include "jobs/queue.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"

struct queue {
    size_t capacity;
    pthread_mutex_t lock; /* over everything below */
    pthread_cond_t changed;
    bool closed;
    size_t length;
    size_t held;            /* of them, how many are */
    uint64_t turn;          /* the latest that has begun */
    struct queue_link ends; /* a ring: ends.next is the first */
};

struct queue *queue_create(size_t capacity)
{
    struct queue *queue = calloc(1, sizeof(*queue));
    if (queue == NULL)
        return NULL;
    queue->capacity = capacity;
    queue->ends.next = &queue->ends;
    queue->ends.previous = &queue->ends;
    CHECK_ZERO(pthread_mutex_init(&queue->lock, NULL));
    CHECK_ZERO(pthread_cond_init(&queue->changed, NULL));
    return queue;
}

void queue_destroy(struct queue *queue)
{
    CHECK(queue->length == 0);
    CHECK_ZERO(pthread_cond_destroy(&queue->changed));
    CHECK_ZERO(pthread_mutex_destroy(&queue->lock));
    free(queue);
}

/* Where a new item of the client belongs: behind the link that is returned, with that turn. */
static struct queue_link *find_place(struct queue *queue, uint64_t client, uint64_t *turn)
{
    *turn = queue->turn + 1;
    for (struct queue_link *link = queue->ends.previous; link != &queue->ends;
         link = link->previous) {
        if (link->client == client) {
            *turn = link->turn + 1;
            break;
        }
    }
    struct queue_link *before = queue->ends.previous;
    while (before != &queue->ends && before->turn > *turn)
        before = before->previous;
    return before;
}

static void insert_behind(struct queue_link *before, struct queue_link *link, uint64_t turn)
{
    link->turn = turn;
    link->previous = before;
    link->next = before->next;
    before->next->previous = link;
    before->next = link;
}

static void detach(struct queue_link *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
}

static void hold(struct queue *queue, struct queue_link *link, bool held)
{
    queue->held -= link->held;
    queue->held += held;
    link->held = held;
}

static void take_out(struct queue *queue, struct queue_link *link)
{
    detach(link);
    link->waiting = false;
    hold(queue, link, false);
    queue->length--;
    CHECK_ZERO(pthread_cond_broadcast(&queue->changed));
}

/* The item leaves without having had its turn: each later one of its client moves up a place. */
static void give_up_place(struct queue *queue, struct queue_link *link)
{
    struct queue_link *before = link->previous;
    uint64_t turn = link->turn;
    struct queue_link *later = link->next;
    take_out(queue, link);
    while (later != &queue->ends) {
        struct queue_link *next = later->next;
        if (later->client == link->client) {
            struct queue_link *left = later->previous == before ? later : later->previous;
            uint64_t left_turn = later->turn;
            detach(later);
            insert_behind(before, later, turn);
            before = left;
            turn = left_turn;
        }
        later = next;
    }
}

enum result queue_put(struct queue *queue, struct queue_link *link, uint64_t client,
                      struct queue_link **displaced, struct failure *failure)
{
    enum result result = RESULT_OK;
    struct queue_link *loser = NULL;
    CHECK(!link->waiting);
    CHECK_ZERO(pthread_mutex_lock(&queue->lock));
    uint64_t turn;
    struct queue_link *before = find_place(queue, client, &turn);
    bool full = queue->length >= queue->capacity && client != QUEUE_SELF;
    if (queue->closed) {
        result = failure_set(failure, RESULT_STOPPING, "the server is stopping; try again later");
    } else if (full &&
               (before == queue->ends.previous || queue->ends.previous->client == QUEUE_SELF)) {
        result = failure_set(failure, RESULT_QUEUE_FULL,
                             "%zu requests are waiting already; try again later", queue->length);
    } else {
        if (full) {
            loser = queue->ends.previous;
            take_out(queue, loser);
        }
        *link = (struct queue_link){.client = client, .waiting = true};
        insert_behind(before, link, turn);
        queue->length++;
        *displaced = loser;
        CHECK_ZERO(pthread_cond_broadcast(&queue->changed));
    }
    CHECK_ZERO(pthread_mutex_unlock(&queue->lock));
    return result;
}

static enum queue_admission ask(struct queue *queue, struct queue_link *link, queue_admit *admit,
                                void *context)
{
    hold(queue, link, false);
    enum queue_admission admission =
        admit == NULL ? QUEUE_START : admit(context, link, queue->length - queue->held);
    hold(queue, link, admission == QUEUE_HOLD);
    return admission;
}

/* The first that may start now, or NULL; *admission says how. What is held costs no look. */
static struct queue_link *first_admitted(struct queue *queue, queue_admit *admit, void *context,
                                         enum queue_admission *admission)
{
    int looked = 0;
    for (struct queue_link *link = queue->ends.next;
         link != &queue->ends && looked <= QUEUE_LOOKAHEAD; link = link->next) {
        *admission = ask(queue, link, admit, context);
        if (*admission == QUEUE_START || *admission == QUEUE_STAND_IN)
            return link;
        if (*admission == QUEUE_WAIT)
            return NULL;
        looked += *admission == QUEUE_SKIP;
    }
    return NULL;
}

static void begin_turn(struct queue *queue, struct queue_link *link)
{
    for (struct queue_link *passed = queue->ends.next; passed != link; passed = passed->next)
        passed->overtaken += !passed->held;
    if (link->turn > queue->turn)
        queue->turn = link->turn;
    take_out(queue, link);
}

struct queue_link *queue_take(struct queue *queue, queue_admit *admit, void *context)
{
    struct queue_link *taken = NULL;
    enum queue_admission admission = QUEUE_START;
    CHECK_ZERO(pthread_mutex_lock(&queue->lock));
    while ((taken = first_admitted(queue, admit, context, &admission)) == NULL &&
           !(queue->closed && queue->length == 0))
        CHECK_ZERO(pthread_cond_wait(&queue->changed, &queue->lock));
    if (taken != NULL && admission == QUEUE_START)
        begin_turn(queue, taken);
    CHECK_ZERO(pthread_mutex_unlock(&queue->lock));
    return taken;
}

void queue_ask_again(struct queue *queue)
{
    CHECK_ZERO(pthread_mutex_lock(&queue->lock));
    CHECK_ZERO(pthread_cond_broadcast(&queue->changed));
    CHECK_ZERO(pthread_mutex_unlock(&queue->lock));
}

bool queue_remove(struct queue *queue, struct queue_link *link)
{
    CHECK_ZERO(pthread_mutex_lock(&queue->lock));
    bool waited = link->waiting;
    if (waited)
        give_up_place(queue, link);
    CHECK_ZERO(pthread_mutex_unlock(&queue->lock));
    return waited;
}

void queue_show_ahead(struct queue *queue, uint64_t client,
                      void (*show)(void *context, const struct queue_link *link), void *context)
{
    CHECK_ZERO(pthread_mutex_lock(&queue->lock));
    uint64_t turn;
    const struct queue_link *end = find_place(queue, client, &turn)->next;
    for (const struct queue_link *link = queue->ends.next; link != end; link = link->next)
        if (!link->held)
            show(context, link);
    CHECK_ZERO(pthread_mutex_unlock(&queue->lock));
}

bool queue_any(struct queue *queue, bool (*is)(void *context, const struct queue_link *link),
               void *context)
{
    bool any = false;
    CHECK_ZERO(pthread_mutex_lock(&queue->lock));
    for (const struct queue_link *link = queue->ends.next; link != &queue->ends && !any;
         link = link->next)
        any = is(context, link);
    CHECK_ZERO(pthread_mutex_unlock(&queue->lock));
    return any;
}

void queue_close(struct queue *queue)
{
    CHECK_ZERO(pthread_mutex_lock(&queue->lock));
    queue->closed = true;
    CHECK_ZERO(pthread_cond_broadcast(&queue->changed));
    CHECK_ZERO(pthread_mutex_unlock(&queue->lock));
}

size_t queue_length(struct queue *queue)
{
    CHECK_ZERO(pthread_mutex_lock(&queue->lock));
    size_t length = queue->length;
    CHECK_ZERO(pthread_mutex_unlock(&queue->lock));
    return length;
}
