/* Streaming gunzip into a wiped buffer, with a limit. Private to witness/. */
#ifndef WITNESS_GUNZIP_INTERNAL_H
#define WITNESS_GUNZIP_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#define ZLIB_CONST /* so that zlib does not ask for writable input */
#include <zlib.h>

#include "base/buffer.h"
#include "base/failure.h"

struct gunzip {
    z_stream stream;
    bool opened;
    bool ended;
    size_t max_bytes;
    size_t total; /* bytes unzipped so far, kept or not */
};

/* False for lack of memory. zlib's own window is wiped when it is freed. */
bool gunzip_open(struct gunzip *gunzip, size_t max_bytes);
void gunzip_close(struct gunzip *gunzip);

/*
 * Unzips the next bytes and calls `take` with each piece; a piece is gone when take returns. `take`
 * returns false for lack of memory.
 */
typedef bool gunzip_take(void *context, const unsigned char *piece, size_t length);
enum result gunzip_feed(struct gunzip *gunzip, const unsigned char *bytes, size_t length,
                        gunzip_take *take, void *context, struct failure *failure);

#endif
