/*
 * What work costs, in time and memory: guessed from a circuit's rows before it has run, learnt from
 * its runs after. Pure.
 *
 * The guesses come from bb 5.0.0 on x86-64 (one thread: 28 ms and 13 MB at 2^5 rows, 298 ms and
 * 25 MB at 2^13, 4.19 s and 255 MB at 2^18; two threads: 207 ms at 2^13 and 2.53 s at 2^18). That
 * is its older multiplication of points; the faster one takes more memory, 1.24 times as much at
 * 2^13 and 1.1 times at 2^17, and 0.77 to 0.88 of the time, which is learnt soon enough. Another
 * engine is guessed to be like it until it has been measured.
 */
#ifndef CIRCUITS_COST_H
#define CIRCUITS_COST_H

#include <stdint.h>

#include "base/clock.h"
#include "engine/types.h"

/* The time of an engine's proof of so many rows with so many threads. */
nanoseconds cost_guess_time(enum engine_kind engine, uint32_t rows, unsigned threads);

/* The most memory that a prover has resident for one, on the safe side, in bytes. */
uint64_t cost_guess_memory(enum engine_kind engine, uint32_t rows, unsigned threads);

/* The memory of a prover for anything that is no proof. */
uint64_t cost_idle_memory(void);

/*
 * The memory that a circuit's proofs by one engine take: the most of its last runs. Zero it. Two
 * generations of runs, so that one large run is forgotten in the end.
 */
struct cost_memory {
    uint64_t current;  /* the most of the runs of this generation; 0: none yet */
    uint64_t previous; /* of the one before */
    unsigned runs;     /* in this generation */
};

/*
 * Notes a run of a child that had `before` bytes resident, and `peak` at most while it ran. A child
 * that held most of it before, from other circuits perhaps, only tells that no more is needed.
 */
void cost_note_memory(struct cost_memory *memory, uint64_t before, uint64_t peak);

/*
 * Notes that a run which was given so many bytes ended for want of memory. The next ones are
 * expected to take half as much again; not more than all of `most`, unless that was not enough.
 */
void cost_note_shortage(struct cost_memory *memory, uint64_t given, uint64_t most);

/* What the next run is expected to take; 0: nothing is known. */
uint64_t cost_expected_memory(const struct cost_memory *memory);

#endif
