/*
 * What would hold up the server's one thread too long, and is no work for a prover: reading a long
 * body, writing a long answer. A thread of the API's own does it, one errand after another, while
 * the request sleeps. Private to api/.
 */
#ifndef API_ERRANDS_INTERNAL_H
#define API_ERRANDS_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/failure.h"

/* Up to so many bytes are read or written where they are: that takes less than a millisecond. */
enum { ERRAND_BYTES = 1 << 16 };

struct request;

struct errand {
    void (*run)(struct request *request); /* NULL: none; has the request to itself */
    struct request *request;
    struct errand *next;
    struct failure left; /* the request has been left meanwhile; RESULT_OK: not so */
};

struct errands;

/* Starts the thread. RESULT_INTERNAL without memory or threads. */
MUST_USE_RESULT enum result errands_create(struct errands **errands, struct failure *failure);

/*
 * Hands over a request's errand, after which the request is woken: with a failure, or without.
 * False once they have been stopped. The server's thread.
 */
bool errands_submit(struct errands *errands, struct errand *errand);

/* As the server's `leave`. False when the errand is not here, or not any more. */
bool errands_leave(struct errands *errands, struct errand *errand, const struct failure *why);

/* Takes no more, and ends when those that are here are done. */
void errands_stop(struct errands *errands);

/* After errands_stop. */
void errands_destroy(struct errands *errands);

#endif
