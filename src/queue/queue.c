#include "queue/queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/check.h"

struct queue {
    size_t capacity;
    pthread_mutex_t lock; /* over everything below */
    pthread_cond_t changed;
    bool closed;
    size_t length;
    struct queue_link ends; /* a ring: ends.next is the oldest */
};

struct queue *queue_create(size_t capacity)
{
    pthread_condattr_t attributes;
    struct queue *queue = calloc(1, sizeof(*queue));
    if (queue == NULL)
        return NULL;
    queue->capacity = capacity;
    queue->ends.next = &queue->ends;
    queue->ends.previous = &queue->ends;
    CHECK_ZERO(pthread_mutex_init(&queue->lock, NULL));
    CHECK_ZERO(pthread_condattr_init(&attributes));
    CHECK_ZERO(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
    CHECK_ZERO(pthread_cond_init(&queue->changed, &attributes));
    CHECK_ZERO(pthread_condattr_destroy(&attributes));
    return queue;
}

void queue_destroy(struct queue *queue)
{
    CHECK(queue->length == 0);
    CHECK_ZERO(pthread_cond_destroy(&queue->changed));
    CHECK_ZERO(pthread_mutex_destroy(&queue->lock));
    free(queue);
}

static void unlink_item(struct queue *queue, struct queue_link *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
    link->waiting = false;
    queue->length--;
}

enum result queue_put(struct queue *queue, struct queue_link *link, nanoseconds deadline,
                      struct failure *failure)
{
    enum result result = RESULT_OK;
    CHECK(!link->waiting);
    CHECK_ZERO(pthread_mutex_lock(&queue->lock));
    if (queue->closed) {
        result = failure_set(failure, RESULT_STOPPING, "the server is stopping; try again later");
    } else if (queue->length == queue->capacity) {
        result = failure_set(failure, RESULT_QUEUE_FULL,
                             "%zu requests are waiting already; try again later", queue->length);
    } else {
        *link = (struct queue_link){&queue->ends, queue->ends.previous, deadline, true};
        link->previous->next = link;
        queue->ends.previous = link;
        queue->length++;
        CHECK_ZERO(pthread_cond_broadcast(&queue->changed));
    }
    CHECK_ZERO(pthread_mutex_unlock(&queue->lock));
    return result;
}

struct queue_link *queue_take(struct queue *queue)
{
    struct queue_link *taken = NULL;
    CHECK_ZERO(pthread_mutex_lock(&queue->lock));
    while (queue->length == 0 && !queue->closed)
        CHECK_ZERO(pthread_cond_wait(&queue->changed, &queue->lock));
    if (queue->length > 0) {
        taken = queue->ends.next;
        unlink_item(queue, taken);
        CHECK_ZERO(pthread_cond_broadcast(&queue->changed));
    }
    CHECK_ZERO(pthread_mutex_unlock(&queue->lock));
    return taken;
}

static struct queue_link *first_to_expire(struct queue *queue)
{
    struct queue_link *first = NULL;
    for (struct queue_link *link = queue->ends.next; link != &queue->ends; link = link->next)
        if (first == NULL || link->deadline < first->deadline)
            first = link;
    return first;
}

static void wait_until(struct queue *queue, nanoseconds deadline)
{
    enum { NANOSECONDS_PER_SECOND = 1000000000 };
    struct timespec until = {.tv_sec = deadline / NANOSECONDS_PER_SECOND,
                             .tv_nsec = deadline % NANOSECONDS_PER_SECOND};
    /* Past the deadline or woken by a change: the caller looks again in either case. */
    (void)pthread_cond_timedwait(&queue->changed, &queue->lock, &until);
}

struct queue_link *queue_take_expired(struct queue *queue)
{
    struct queue_link *expired = NULL;
    CHECK_ZERO(pthread_mutex_lock(&queue->lock));
    while (expired == NULL && !(queue->closed && queue->length == 0)) {
        struct queue_link *first = first_to_expire(queue);
        if (first == NULL)
            CHECK_ZERO(pthread_cond_wait(&queue->changed, &queue->lock));
        else if (first->deadline > clock_now())
            wait_until(queue, first->deadline);
        else
            expired = first;
    }
    if (expired != NULL)
        unlink_item(queue, expired);
    CHECK_ZERO(pthread_mutex_unlock(&queue->lock));
    return expired;
}

bool queue_remove(struct queue *queue, struct queue_link *link)
{
    CHECK_ZERO(pthread_mutex_lock(&queue->lock));
    bool waited = link->waiting;
    if (waited) {
        unlink_item(queue, link);
        CHECK_ZERO(pthread_cond_broadcast(&queue->changed));
    }
    CHECK_ZERO(pthread_mutex_unlock(&queue->lock));
    return waited;
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
