/*
 * A bounded queue of waiting work, first in first out, with a deadline for each item. It holds
 * links only: the items are the caller's, with a struct queue_link inside. All functions are
 * thread-safe.
 */
#ifndef QUEUE_QUEUE_H
#define QUEUE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/failure.h"

/* Zero it once; then it is the queue's while its item waits. */
struct queue_link {
    struct queue_link *next;
    struct queue_link *previous;
    nanoseconds deadline;
    bool waiting;
};

struct queue;

/* At most `capacity` items wait. NULL for lack of memory. */
struct queue *queue_create(size_t capacity);

/* When no thread is inside and no item waits. */
void queue_destroy(struct queue *queue);

/* RESULT_QUEUE_FULL, or RESULT_STOPPING after queue_close. */
enum result queue_put(struct queue *queue, struct queue_link *link, nanoseconds deadline,
                      struct failure *failure);

/* Waits for the oldest item and takes it. NULL once the queue is closed and empty. */
struct queue_link *queue_take(struct queue *queue);

/*
 * Waits until some item's deadline has passed and takes that item out. NULL once the queue is
 * closed and empty. For one thread that answers those who waited in vain.
 */
struct queue_link *queue_take_expired(struct queue *queue);

/* Takes the item out if it still waits; false when somebody has taken it already. */
bool queue_remove(struct queue *queue, struct queue_link *link);

/* No item gets in any more; what waits is still handed out. */
void queue_close(struct queue *queue);

size_t queue_length(struct queue *queue);

#endif
