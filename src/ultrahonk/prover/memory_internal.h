/*
 * The memory of one proof, which holds its witness: one block, kept out of core dumps and of
 * children, wiped before it goes back to the system. One thread at a time.
 */
#ifndef ULTRAHONK_PROVER_MEMORY_INTERNAL_H
#define ULTRAHONK_PROVER_MEMORY_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "bn254/field.h"

struct prover_memory {
    unsigned char *bytes;
    size_t length;
    size_t used;
    size_t most; /* of it, at any time: nothing behind was written */
};

/* Room for so many elements. False when there is none. */
bool prover_memory_map(struct prover_memory *memory, size_t elements);

/* So many elements, which hold anything. No more than were mapped. */
struct field *prover_memory_take(struct prover_memory *memory, size_t elements);

/* How much is taken; and to give back all that was taken since. */
size_t prover_memory_mark(const struct prover_memory *memory);
void prover_memory_rewind(struct prover_memory *memory, size_t mark);

/* Fine for one that is all zero. */
void prover_memory_release(struct prover_memory *memory);

#endif
