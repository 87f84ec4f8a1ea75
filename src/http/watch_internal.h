/*
 * Deadlines of connections whose body is on its way. libmicrohttpd counts silence only, so one byte
 * a second would live for ever, and it closes without an answer; a thread of our own answers 408.
 * Private to http/.
 */
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

/* `expired` is called on the watch's thread, with its lock held: the watched is still valid, and is
 * not watched any more. RESULT_INTERNAL when no thread can be had. */
enum result watch_create(struct watch **watch, void (*expired)(struct watched *watched),
                         struct failure *failure);
void watch_destroy(struct watch *watch);

void watch_add(struct watch *watch, struct watched *watched, nanoseconds deadline);

/* False when it is not watched (any more). After this `expired` is not called and has returned. */
bool watch_remove(struct watch *watch, struct watched *watched);

#endif
