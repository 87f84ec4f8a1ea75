#include <string.h>
#include <sys/mman.h>

#include "base/check.h"
#include "ultrahonk/prover/memory_internal.h"

bool prover_memory_map(struct prover_memory *memory, size_t elements)
{
    const size_t length = elements * sizeof(struct field);
    void *bytes = mmap(NULL, length, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bytes == MAP_FAILED)
        return false;
    /* Without huge pages it is slower, no more. */
    (void)madvise(bytes, length, MADV_HUGEPAGE);
    if (madvise(bytes, length, MADV_DONTDUMP) != 0 || madvise(bytes, length, MADV_DONTFORK) != 0) {
        (void)munmap(bytes, length);
        return false;
    }
    *memory = (struct prover_memory){.bytes = bytes, .length = length};
    return true;
}

struct field *prover_memory_take(struct prover_memory *memory, size_t elements)
{
    CHECK(elements <= (memory->length - memory->used) / sizeof(struct field));
    struct field *taken = (struct field *)(void *)(memory->bytes + memory->used);
    memory->used += elements * sizeof(struct field);
    if (memory->used > memory->most)
        memory->most = memory->used;
    return taken;
}

size_t prover_memory_mark(const struct prover_memory *memory)
{
    return memory->used;
}

void prover_memory_rewind(struct prover_memory *memory, size_t mark)
{
    CHECK(mark <= memory->used);
    memory->used = mark;
}

void prover_memory_release(struct prover_memory *memory)
{
    if (memory->bytes == NULL)
        return;
    explicit_bzero(memory->bytes, memory->most);
    (void)munmap(memory->bytes, memory->length);
    *memory = (struct prover_memory){0};
}
