/*
 * A bounded queue of waiting work, fair between clients: they take turns, and the items of one go
 * first in, first out. An item may be passed over while it cannot start; one that nobody waits for
 * any more is taken out by whoever put it in. The queue holds links only: the items are the
 * caller's, with a struct queue_link inside. All functions are thread-safe; putting and removing
 * take a walk over what waits.
 *
 * Each item has a turn, and all stand in one list by turn, then by arrival. A client's item gets
 * the turn after its last one, but none that has begun; so the list is the order of a round robin.
 */
#ifndef JOBS_QUEUE_H
#define JOBS_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"

/* The server's own work, of which there is little: it takes its turn, but is never refused. */
#define QUEUE_SELF UINT64_C(0)

/* How far past the first item queue_take looks for one that can start. */
enum { QUEUE_LOOKAHEAD = 64 };

/* Zero it once; then it is the queue's while its item waits. */
struct queue_link {
    struct queue_link *next;
    struct queue_link *previous;
    uint64_t client;
    uint64_t turn;
    unsigned overtaken; /* how often an item behind it was taken before it */
    bool waiting;
    bool held; /* it could not start when it was looked at last */
};

struct queue;

/* At most `capacity` items wait. NULL for lack of memory. */
struct queue *queue_create(size_t capacity);

/* When no thread is inside and no item waits. */
void queue_destroy(struct queue *queue);

/*
 * RESULT_QUEUE_FULL, or RESULT_STOPPING after queue_close. In a full queue an item still gets in if
 * its turn comes before that of the last: that one, of a client with more waiting, is *displaced*,
 * and is the caller's again. *displaced is NULL otherwise.
 */
MUST_USE_RESULT enum result queue_put(struct queue *queue, struct queue_link *link, uint64_t client,
                                      struct queue_link **displaced, struct failure *failure);

/* What queue_take does about an item. */
enum queue_admission {
    QUEUE_START,    /* take it */
    QUEUE_STAND_IN, /* take what `admit` knows of in its stead: the item goes on waiting */
    QUEUE_SKIP,     /* look at the next: this one is overtaken if that starts */
    QUEUE_HOLD,     /* look at the next: this one waits for something else than its turn */
    QUEUE_WAIT,     /* look no further */
};

/*
 * Says whether an item can start; `waiting` is how many wait, it included and those that are held
 * apart. Called with the queue's lock held, so it may call nothing here.
 */
typedef enum queue_admission queue_admit(void *context, const struct queue_link *link,
                                         size_t waiting);

/*
 * Waits for the first item that `admit` lets start and takes it; after QUEUE_STAND_IN the item is
 * not the caller's. NULL once the queue is closed and empty. A NULL `admit` lets all start.
 */
struct queue_link *queue_take(struct queue *queue, queue_admit *admit, void *context);

/* Has all who wait in queue_take ask again: `admit` may have another answer by now. */
void queue_ask_again(struct queue *queue);

/* Takes the item out if it still waits; false when somebody has taken it already. */
bool queue_remove(struct queue *queue, struct queue_link *link);

/*
 * Shows, in order, each item that would be ahead of a new one of that client, but for those that
 * are held. As queue_admit.
 */
void queue_show_ahead(struct queue *queue, uint64_t client,
                      void (*show)(void *context, const struct queue_link *link), void *context);

/* Whether some item that waits is of that kind. As queue_admit. */
bool queue_any(struct queue *queue, bool (*is)(void *context, const struct queue_link *link),
               void *context);

/* No item gets in any more; what waits is still handed out. */
void queue_close(struct queue *queue);

size_t queue_length(struct queue *queue);

#endif
