#include "base/secret.h"

#include <pthread.h>
#include <sodium.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"

enum { MOST_KEPT = 32, LARGEST_KEPT = SECRET_KEPT_BYTES / 4 };

#define MARK UINT64_C(0x7365637265742121)

/* In front of the caller's bytes. */
struct block {
    alignas(SECRET_ALIGNMENT) uint64_t mark;
    size_t size; /* of all of it */
};

/* The oldest first. Their own words are out of reach. */
static struct kept {
    pthread_mutex_t lock; /* over what follows */
    size_t count;
    size_t bytes;
    struct {
        struct block *block;
        size_t size;
    } blocks[MOST_KEPT];
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Under the lock. */
static struct block *remove_at(size_t place)
{
    struct block *block = kept.blocks[place].block;
    kept.bytes -= kept.blocks[place].size;
    kept.count--;
    memmove(&kept.blocks[place], &kept.blocks[place + 1],
            (kept.count - place) * sizeof(kept.blocks[0]));
    return block;
}

/* The newest of its size, or NULL. */
static struct block *take(size_t size)
{
    struct block *found = NULL;
    CHECK_ZERO(pthread_mutex_lock(&kept.lock));
    for (size_t place = kept.count; found == NULL && place > 0; place--)
        if (kept.blocks[place - 1].size == size)
            found = remove_at(place - 1);
    CHECK_ZERO(pthread_mutex_unlock(&kept.lock));
    return found;
}

/* What has no access already. The oldest make room. */
static void keep(struct block *block, size_t size)
{
    struct block *displaced[MOST_KEPT];
    size_t count = 0;
    CHECK_ZERO(pthread_mutex_lock(&kept.lock));
    while (kept.count == MOST_KEPT || kept.bytes + size > SECRET_KEPT_BYTES)
        displaced[count++] = remove_at(0);
    kept.blocks[kept.count].block = block;
    kept.blocks[kept.count++].size = size;
    kept.bytes += size;
    CHECK_ZERO(pthread_mutex_unlock(&kept.lock));
    while (count > 0)
        sodium_free(displaced[--count]);
}

void *secret_allocate(size_t bytes)
{
    if (bytes > SIZE_MAX / 2)
        return NULL;
    size_t size =
        sizeof(struct block) + (bytes + SECRET_ALIGNMENT - 1) / SECRET_ALIGNMENT * SECRET_ALIGNMENT;
    struct block *block = take(size);
    if (block != NULL && sodium_mprotect_readwrite(block) != 0) {
        keep(block, size);
        return NULL;
    }
    /* libsodium aligns a block by its end, and the size is a multiple of the alignment. */
    if (block == NULL)
        block = sodium_malloc(size);
    if (block == NULL)
        return NULL;
    *block = (struct block){.mark = MARK, .size = size};
    return block + 1;
}

void secret_free(void *memory)
{
    if (memory == NULL)
        return;
    struct block *block = (struct block *)memory - 1;
    size_t size = block->size;
    CHECK(block->mark == MARK);
    if (size <= LARGEST_KEPT) {
        sodium_memzero(block, size);
        if (sodium_mprotect_noaccess(block) == 0) {
            keep(block, size);
            return;
        }
    }
    sodium_free(block);
}
