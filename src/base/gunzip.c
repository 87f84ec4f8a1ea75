#include "base/gunzip.h"

#include <sodium.h>

#include "base/check.h"
#include "base/wiped_internal.h"

enum {
    PIECE_BYTES = 32768,
    GZIP_ONLY = 16, /* zlib's flag on the window bits: a gzip header, and its CRC checked */
};

bool gunzip_open(struct gunzip *gunzip, size_t max_bytes)
{
    *gunzip = (struct gunzip){.max_bytes = max_bytes};
    gunzip->stream.zalloc = wiped_allocate;
    gunzip->stream.zfree = wiped_free;
    gunzip->opened = inflateInit2(&gunzip->stream, MAX_WBITS | GZIP_ONLY) == Z_OK;
    return gunzip->opened;
}

void gunzip_close(struct gunzip *gunzip)
{
    if (gunzip->opened)
        CHECK_ZERO(inflateEnd(&gunzip->stream));
    gunzip->opened = false;
}

static enum gunzip_status inflate_piece(struct gunzip *gunzip, unsigned char *piece,
                                        gunzip_take *take, void *context)
{
    gunzip->stream.next_out = piece;
    gunzip->stream.avail_out = PIECE_BYTES;
    int status = inflate(&gunzip->stream, Z_NO_FLUSH);
    size_t length = PIECE_BYTES - gunzip->stream.avail_out;
    if (status == Z_MEM_ERROR)
        return GUNZIP_NO_MEMORY;
    /* What came out before an error counts, so that pieces and the whole end alike. */
    if (length > gunzip->max_bytes - gunzip->total)
        return GUNZIP_TOO_LARGE;
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        return GUNZIP_CORRUPT;
    gunzip->ended = status == Z_STREAM_END;
    gunzip->total += length;
    return take(context, piece, length) ? GUNZIP_OK : GUNZIP_NO_MEMORY;
}

enum gunzip_status gunzip_feed(struct gunzip *gunzip, const unsigned char *bytes, size_t length,
                               gunzip_take *take, void *context)
{
    unsigned char piece[PIECE_BYTES];
    enum gunzip_status status = GUNZIP_OK;
    gunzip->stream.next_in = bytes;
    gunzip->stream.avail_in = (uInt)length;
    CHECK(gunzip->stream.avail_in == length);
    while (status == GUNZIP_OK && !gunzip->ended) {
        status = inflate_piece(gunzip, piece, take, context);
        /* A full piece may have more behind it even when all input has been read. */
        if (gunzip->stream.avail_in == 0 && gunzip->stream.avail_out > 0)
            break;
    }
    if (status == GUNZIP_OK && gunzip->ended && gunzip->stream.avail_in > 0)
        status = GUNZIP_TRAILING;
    sodium_memzero(piece, sizeof(piece));
    gunzip->stream.next_in = NULL;
    gunzip->stream.next_out = NULL;
    return status;
}
