/*
 * The children of the pool engine: long-lived `bb msgpack run` processes, each a small state
 * machine. How many threads a child computes with is settled when it starts, so children come in
 * shapes: a question names the threads it wants, warm children of each shape are kept, and one of
 * another shape makes room when there are too many or memory is short. A child that dies, hangs or
 * answers nonsense is killed and reaped, and its request is tried once more on a fresh one; one
 * that is worn is replaced between questions.
 *
 * Threads: any number may call at once; a call borrows one child for its time. The threads that
 * call must live as long as the pool, because a child dies with the thread that started it.
 */
#ifndef PROCESS_POOL_POOL_H
#define PROCESS_POOL_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/failure.h"
#include "metrics/metrics.h"
#include "process/child/child.h"

/* Why a child has ended. X(name, label of METRIC_RESTARTS) */
#define POOL_END_TABLE(X)                                                                          \
    X(POOL_END_DIED, "died")                                                                       \
    X(POOL_END_OUT_OF_MEMORY, "out_of_memory")                                                     \
    X(POOL_END_NONSENSE, "nonsense")                                                               \
    X(POOL_END_TIMEOUT, "timeout")                                                                 \
    X(POOL_END_CANCELLED, "cancelled")                                                             \
    X(POOL_END_PROOFS, "proofs")                                                                   \
    X(POOL_END_MEMORY, "memory_growth")                                                            \
    X(POOL_END_ROOM, "room")

enum pool_end {
#define X(name, word) name,
    POOL_END_TABLE(X)
#undef X
        POOL_END_COUNT
};

struct pool;

/* Starts a child that computes with that many threads. As child_start. */
typedef enum child_outcome pool_starter(void *context, struct child **child, unsigned threads,
                                        struct failure *failure);

struct pool_options {
    const char *program;  /* what its children are, for the log; borrowed */
    enum metric restarts; /* counts those that ended, by cause */
    pool_starter *start;
    void *context;         /* the starter's; borrowed for the pool's life */
    unsigned children;     /* at most, of all shapes; 1 or more, and as many as ask at once */
    uint64_t memory_bytes; /* what all of them may hold: idle ones make room; 0 for no limit */
    uint64_t kept_bytes;   /* a child that holds more is worn: pool_tend; 0 for never */
    uint64_t most_proofs;  /* and so is one that has made so many proofs; 0 for never */
    size_t max_response_bytes;
};

/* What a question took of its child's memory, in bytes; 0 when that could not be read. */
struct pool_usage {
    uint64_t before; /* its peak when it was asked: what was resident, or an older peak */
    uint64_t peak;   /* the most resident while it worked */
};

/* One question and how to read its answer. */
struct pool_question {
    const struct buffer *frame;
    const struct request_insert *insert; /* as in child_call */
    unsigned threads;                    /* of the child; 0: any */
    uint64_t memory_bytes;               /* what it is expected to take at most */
    bool proof;                          /* counts towards most_proofs */
    nanoseconds deadline;
    int cancel; /* as in struct child_limits */
    /*
     * Reads the payload: CHILD_OK when it is an answer, whatever that says; CHILD_NONSENSE, which
     * counts against the child; CHILD_INTERNAL.
     */
    enum child_outcome (*read)(void *context, const struct buffer *payload,
                               struct failure *failure);
    void (*progress)(void *context, struct bytes payload); /* as in struct child_limits */
    void *context;                                         /* of both */
    struct pool_usage *usage;                              /* may be NULL */
};

/* NULL for lack of memory. Starts no child yet. */
struct pool *pool_create(const struct pool_options *options);

/* Starts children until there are `count`, so that requests find them warm. */
MUST_USE_RESULT enum child_outcome pool_warm(struct pool *pool, unsigned count, unsigned threads,
                                             struct failure *failure);

/*
 * Asks a child. CHILD_OK when question->read has an answer, or CHILD_TIMED_OUT or CHILD_CANCELLED
 * (the child is dead by then), CHILD_FAILED (two children in a row died or talked nonsense),
 * CHILD_OUT_OF_MEMORY (one died of that), CHILD_UNUSABLE (none can be started), CHILD_INTERNAL.
 */
MUST_USE_RESULT enum child_outcome pool_ask(struct pool *pool, const struct pool_question *question,
                                            struct failure *failure);

/*
 * Replaces idle children that have made their proofs or hold too much: nobody waits for that but
 * who calls this, when its answer is out. A worn child makes no further proof in any case.
 */
void pool_tend(struct pool *pool);

/*
 * Buries the children that died while nobody asked them anything, which are zombies until then. To
 * be called at a SIGCHLD, by any thread.
 */
void pool_reap(struct pool *pool);

/* A snapshot. Any thread. */
struct pool_status {
    unsigned children;   /* that run */
    uint64_t idle_bytes; /* resident in those that wait, when they were last looked at, if ever */
};
struct pool_status pool_status(struct pool *pool);

/* Kills and reaps the children. When no call is in progress. */
void pool_destroy(struct pool *pool);

#endif
