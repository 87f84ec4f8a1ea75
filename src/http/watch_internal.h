/* Deadlines, and a thread that keeps them. Private to http/. */
#ifndef HTTP_WATCH_INTERNAL_H
#define HTTP_WATCH_INTERNAL_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/failure.h"

struct watched {
    struct watched *next;
    struct watched *previous;
    nanoseconds deadline;
};

struct watch;

/* What to do when a deadline has passed; gives the next one, or DEADLINE_NEVER to watch no more. */
typedef nanoseconds watch_expired(struct watched *watched);

/* `expired` is called on the watch's thread, with its lock held: the watched is still valid.
 * RESULT_INTERNAL when no thread can be had. */
MUST_USE_RESULT enum result watch_create(struct watch **watch, watch_expired *expired,
                                         struct failure *failure);
void watch_destroy(struct watch *watch);

void watch_add(struct watch *watch, struct watched *watched, nanoseconds deadline);

/* False when it is not watched (any more). After this `expired` is not called and has returned. */
bool watch_remove(struct watch *watch, struct watched *watched);

#endif
