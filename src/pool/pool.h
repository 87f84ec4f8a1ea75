/*
 * The children of the pool engine: a fixed number of long-lived `bb msgpack run` processes, each a
 * small state machine. A child that dies, hangs or answers nonsense is killed and reaped, and its
 * request is tried once more on a fresh one.
 *
 * Threads: any number may call at once; a call borrows one child for its time. The threads that
 * call must live as long as the pool, because a child dies with the thread that started it.
 */
#ifndef POOL_POOL_H
#define POOL_POOL_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/failure.h"
#include "child/child.h"

struct pool;

struct pool_options {
    struct child_command command; /* borrowed for the pool's life */
    unsigned children;            /* 1 or more */
    size_t max_response_bytes;
};

/* One question and how to read its answer. */
struct pool_question {
    const struct buffer *frame;
    nanoseconds deadline;
    int cancel; /* as in struct child_limits */
    /*
     * Reads the payload of the answer. RESULT_PROVER_NONSENSE counts against the child; every other
     * outcome is the answer and is returned as it is.
     */
    enum result (*read)(void *context, const struct buffer *payload, struct failure *failure);
    void *context;
    uint64_t *peak_memory_bytes; /* gets the most memory the child took for it; may be NULL */
};

/* NULL for lack of memory. Starts no child yet. */
struct pool *pool_create(const struct pool_options *options);

/* Starts the first `count` children that are not running, so that requests find them warm. */
enum result pool_warm(struct pool *pool, unsigned count, struct failure *failure);

/*
 * Asks a child. What question->read returned, or RESULT_PROVE_TIMEOUT or RESULT_CANCELLED (the
 * child is dead by then), RESULT_PROVER_FAILED (two children in a row died or talked nonsense),
 * RESULT_PROVER_UNUSABLE (none can be started),
 * RESULT_INTERNAL (no memory).
 */
enum result pool_ask(struct pool *pool, const struct pool_question *question,
                     struct failure *failure);

/* Kills and reaps the children. When no call is in progress. */
void pool_destroy(struct pool *pool);

#endif
