/*
 * What may run now, and with how many threads. A budget of cores and memory that work takes its
 * share of, and the times that proofs have taken, by the engine, the size of the circuit and the
 * threads.
 *
 * The threads are those that make the most proofs a second while so many jobs want the cores: all
 * for one that is alone, few each for many. The times that this is judged by are measured; what has
 * not been measured yet is guessed from what has.
 *
 * Pure: it never waits, and is told the time. The caller locks.
 */
#ifndef JOBS_SCHEDULER_H
#define JOBS_SCHEDULER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "engine/types.h"

enum { SCHEDULER_SIZES = 32, SCHEDULER_SHAPES = 11 };

struct scheduler_options {
    unsigned cores;        /* 1 or more */
    unsigned workers;      /* that may be at work side by side; 1 or more */
    unsigned threads;      /* of each proof; 0: as it is best */
    uint64_t memory_bytes; /* for all work; 0: no limit */
};

enum work_kind {
    WORK_PROOF,
    WORK_KEY,   /* computing a verification key, which reads the circuit too */
    WORK_CHECK, /* verifying, and whatever takes milliseconds: it needs no core of its own */
};

struct work {
    enum work_kind kind;
    enum engine_kind engine; /* whose it is */
    uint32_t rows;           /* of the circuit; 0: not known yet */
    uint64_t memory_bytes;   /* as learnt from its runs; 0: not known yet */
};

/* What a piece of work has been given. The caller's; the scheduler's list while it runs. */
struct grant {
    unsigned threads; /* to compute with; 0: any number */
    unsigned cores;   /* taken from the budget */
    uint64_t memory_bytes;
    nanoseconds started_at;
    nanoseconds expected; /* how long it takes, as far as is known */
    struct grant *next;
    struct grant *previous;
};

/* The mean of the latest times, in a class of size and a shape. */
struct scheduler_time {
    nanoseconds mean;
    unsigned samples; /* up to a few */
};

/* What is learnt of one engine. */
struct scheduler_engine {
    struct scheduler_time times[SCHEDULER_SIZES][SCHEDULER_SHAPES];
    unsigned proofs_alone[SCHEDULER_SIZES]; /* how often the threads of one were chosen */
    double pace;                            /* measured times / guessed ones, lately */
};

struct scheduler {
    struct scheduler_options options;
    struct grant running; /* a ring */
    unsigned computing;   /* of those that run, how many have cores */
    unsigned cores_taken;
    uint64_t memory_taken;
    struct scheduler_engine engines[ENGINE_KINDS];
    nanoseconds demand_since; /* the beginning of the current window */
    unsigned demand[2];       /* most jobs that wanted cores: now, the window before */
};

void scheduler_init(struct scheduler *scheduler, const struct scheduler_options *options);

/* Most threads that a grant can have. */
unsigned scheduler_most_threads(const struct scheduler *scheduler);

/* What the work is given when it starts, at least, of memory. */
uint64_t scheduler_memory_for(const struct scheduler *scheduler, const struct work *work);

/* False when the work is known to need more than there is, whatever else runs. */
bool scheduler_could_fit(const struct scheduler *scheduler, const struct work *work);

enum scheduling { SCHEDULED, SHORT_OF_CORES, SHORT_OF_MEMORY };

/* Starts the work, if it may start now. `waiting` is how many jobs wait, this one included. */
enum scheduling scheduler_start(struct scheduler *scheduler, struct grant *grant,
                                const struct work *work, size_t waiting, nanoseconds now);

/* Work that was started has ended. */
void scheduler_end(struct scheduler *scheduler, struct grant *grant);

/* Notes how long a proof took that has been made by that engine. */
void scheduler_note_time(struct scheduler *scheduler, enum engine_kind engine, uint32_t rows,
                         unsigned threads, nanoseconds took);

/* How long the work takes by itself, when the machine is as busy as it can be. */
nanoseconds scheduler_time_of(const struct scheduler *scheduler, const struct work *work);

/* By how much the work, when it waits, holds up each that waits behind it. */
nanoseconds scheduler_delay_of(const struct scheduler *scheduler, const struct work *work);

/* By how much what runs now holds up the next. */
nanoseconds scheduler_delay_of_running(const struct scheduler *scheduler, nanoseconds now);

#endif
