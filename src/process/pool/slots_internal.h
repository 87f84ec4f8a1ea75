/* The places of the children and which of them is whose turn. Private to process/pool/; the pool
 * locks. */
#ifndef PROCESS_POOL_SLOTS_INTERNAL_H
#define PROCESS_POOL_SLOTS_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "process/child/child.h"

/*
 *   ABSENT --start--> BUSY --answered--> IDLE --asked--> BUSY
 *                     BUSY --ended-----> ENDING --reaped--> ABSENT
 * Only the thread that made a slot BUSY touches its child.
 */
enum slot_state { SLOT_ABSENT, SLOT_IDLE, SLOT_BUSY, SLOT_ENDING };

struct slot {
    enum slot_state state;
    struct child *child;
    unsigned threads;
    uint64_t proofs;   /* that it has made */
    uint64_t resident; /* bytes, when it was last looked at */
    uint64_t reserved; /* BUSY: bytes that its question may take */
};

/* The one place where a state changes. */
void slot_set_state(struct slot *slot, enum slot_state state);

/*
 * The slot for a question that wants so many threads (0: any): a warm child of that shape, an empty
 * slot, a child of another shape, in this order. For a second attempt the warm child comes last,
 * because what ended one child may have hurt all that ran then. NULL: all are taken.
 */
struct slot *slots_choose(struct slot *slots, unsigned count, unsigned threads, bool fresh);

/* What all children hold, or may come to hold, in bytes. */
uint64_t slots_memory(const struct slot *slots, unsigned count);

/* The idle child to end for its memory: another shape first, then the largest. NULL: none. */
struct slot *slots_to_retire(struct slot *slots, unsigned count, unsigned threads);

#endif
