/* Memory that is given out piece by piece and given back all at once, as a decoded program is. */
#ifndef NOIR_ACIR_ARENA_INTERNAL_H
#define NOIR_ACIR_ARENA_INTERNAL_H

#include <stddef.h>

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks;
    size_t used;
    size_t capacity;
};

#define ARENA_EMPTY ((struct arena){0})

/*
 * Zeroed memory for `count` objects of `size` bytes, aligned for any type; it lives until
 * arena_free. NULL when there is no memory or count * size overflows. A valid pointer that must not
 * be followed when count is 0.
 */
void *arena_allocate(struct arena *arena, size_t count, size_t size);

/* Gives back everything; the arena is then ARENA_EMPTY. */
void arena_free(struct arena *arena);

#endif
