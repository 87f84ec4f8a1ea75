#include "base/wiped_internal.h"

#include "base/secret.h"

voidpf wiped_allocate(voidpf opaque, uInt items, uInt size)
{
    (void)opaque;
    return secret_allocate((size_t)items * size);
}

void wiped_free(voidpf opaque, voidpf address)
{
    (void)opaque;
    secret_free(address);
}
