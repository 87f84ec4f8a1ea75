/*
 * Clients that hang up while they wait for an answer. libmicrohttpd looks at no socket whose
 * connection is suspended, so these are watched here, by one thread. A client that closes its
 * sending side alone counts as gone: until something is sent to it, both look the same.
 */
#ifndef HTTP_HANGUP_H
#define HTTP_HANGUP_H

#include <stdbool.h>

#include "base/failure.h"

/* A socket that may be watched. Zero it once. */
struct hangup {
    int socket;
    bool watched;
};

struct hangup_watch;

/*
 * `gone` is called on the watch's thread, with its lock held: the hangup is still valid, and is not
 * watched any more. RESULT_INTERNAL when no thread or descriptor can be had.
 */
MUST_USE_RESULT enum result hangup_watch_create(struct hangup_watch **watch,
                                                void (*gone)(struct hangup *hangup),
                                                struct failure *failure);

/* When nothing is watched. */
void hangup_watch_destroy(struct hangup_watch *watch);

/* From now until hangup_remove the socket stays open. Without memory it is not watched. */
void hangup_add(struct hangup_watch *watch, struct hangup *hangup, int socket);

/* Fine when it is not watched (any more). After this `gone` is not called and has returned. */
void hangup_remove(struct hangup_watch *watch, struct hangup *hangup);

#endif
