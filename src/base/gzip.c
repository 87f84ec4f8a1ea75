#include "base/gzip.h"

#include <limits.h>

#include "base/check.h"
#include "base/wiped_internal.h"

enum { GZIP_ONLY = 16, MEMORY_LEVEL = 8 };

bool gzip_append(struct buffer *out, const unsigned char *bytes, size_t length)
{
    z_stream stream = {.zalloc = wiped_allocate, .zfree = wiped_free};
    if (length > UINT_MAX || deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS | GZIP_ONLY,
                                          MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    uLong bound = deflateBound(&stream, (uLong)length);
    bool done = false;
    if (bound <= UINT_MAX && buffer_reserve(out, bound)) {
        stream.next_in = bytes;
        stream.avail_in = (uInt)length;
        stream.next_out = out->data + out->length;
        stream.avail_out = (uInt)bound;
        done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
        out->length += done ? stream.total_out : 0;
    }
    CHECK(deflateEnd(&stream) != Z_STREAM_ERROR);
    return done;
}
