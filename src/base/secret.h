/*
 * Memory for what may hold a witness, from libsodium's guarded heap: between guard pages, kept out
 * of core dumps, locked against swapping as far as RLIMIT_MEMLOCK lets it, and wiped when it is
 * given back.
 *
 * Such a block costs ten system calls and a fault for each of its pages, so some of those given
 * back, SECRET_KEPT_BYTES at most, are kept for the next of their size: wiped, and without access
 * until then. Not for many small things: each takes at least five pages of address space.
 *
 * Threads: any.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stddef.h>

enum { SECRET_ALIGNMENT = 64, SECRET_KEPT_BYTES = 1 << 20 };

/*
 * Aligned to SECRET_ALIGNMENT; what it holds is not said. The caller gives it back by secret_free.
 * NULL when there is no memory.
 */
void *secret_allocate(size_t bytes);

/* Wipes it. NULL is fine. A block whose beginning was overwritten ends the process. */
void secret_free(void *memory);

#endif
