#include "gzip/wiped_internal.h"

#include <sodium.h>

enum { ALIGNMENT = 16 };

voidpf wiped_allocate(voidpf opaque, uInt items, uInt size)
{
    (void)opaque;
    /* libsodium aligns a block by its end, so its size decides whether zlib's structs are aligned.
     */
    size_t bytes = (size_t)items * size;
    return sodium_malloc((bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
}

void wiped_free(voidpf opaque, voidpf address)
{
    (void)opaque;
    sodium_free(address);
}
