/* zlib's memory, by base/secret.h. Private to base/. */
#ifndef BASE_WIPED_INTERNAL_H
#define BASE_WIPED_INTERNAL_H

#define ZLIB_CONST /* so that zlib does not ask for writable input */
#include <zlib.h>

voidpf wiped_allocate(voidpf opaque, uInt items, uInt size);
void wiped_free(voidpf opaque, voidpf address);

#endif
