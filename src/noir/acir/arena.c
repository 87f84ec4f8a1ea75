#include "noir/acir/arena_internal.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

enum { CHUNK_BYTES = 64 * 1024 };

struct arena_chunk {
    struct arena_chunk *next;
    alignas(max_align_t) unsigned char bytes[];
};

static void *place(struct arena *arena, size_t bytes)
{
    void *memory = arena->chunks->bytes + arena->used;
    arena->used += bytes;
    return memory;
}

void *arena_allocate(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
        return NULL;
    bytes = (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (arena->chunks != NULL && bytes <= arena->capacity - arena->used)
        return place(arena, bytes);
    size_t capacity = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    struct arena_chunk *chunk = calloc(1, sizeof(*chunk) + capacity);
    if (chunk == NULL)
        return NULL;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->capacity = capacity;
    arena->used = 0;
    return place(arena, bytes);
}

void arena_free(struct arena *arena)
{
    while (arena->chunks != NULL) {
        struct arena_chunk *chunk = arena->chunks;
        arena->chunks = chunk->next;
        free(chunk);
    }
    *arena = ARENA_EMPTY;
}
