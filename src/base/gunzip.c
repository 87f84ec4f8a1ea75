#include "base/gunzip.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

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

/* Where unzipped bytes go; without a place they are counted. */
struct unzipped {
    unsigned char *bytes;
    size_t length;
};

static bool take_piece(void *context, const unsigned char *piece, size_t length)
{
    struct unzipped *unzipped = context;
    if (unzipped->bytes != NULL)
        memcpy(unzipped->bytes + unzipped->length, piece, length);
    unzipped->length += length;
    return true;
}

static enum gunzip_status unzip(struct unzipped *unzipped, const unsigned char *zipped,
                                size_t length, size_t max_bytes)
{
    struct gunzip gunzip = {.opened = false};
    enum gunzip_status status = GUNZIP_NO_MEMORY;
    if (gunzip_open(&gunzip, max_bytes))
        status = gunzip_feed(&gunzip, zipped, length, take_piece, unzipped);
    if (status == GUNZIP_OK && (!gunzip.ended || unzipped->length == 0))
        status = GUNZIP_CORRUPT;
    gunzip_close(&gunzip);
    return status;
}

enum gunzip_status gunzip_whole(unsigned char **bytes, size_t *length, const unsigned char *zipped,
                                size_t zipped_length, size_t max_bytes)
{
    struct unzipped counted = {NULL, 0};
    enum gunzip_status status = unzip(&counted, zipped, zipped_length, max_bytes);
    if (status != GUNZIP_OK)
        return status;
    struct unzipped unzipped = {malloc(counted.length), 0};
    if (unzipped.bytes == NULL)
        return GUNZIP_NO_MEMORY;
    status = unzip(&unzipped, zipped, zipped_length, max_bytes);
    if (status != GUNZIP_OK) {
        free(unzipped.bytes);
        return status;
    }
    *bytes = unzipped.bytes;
    *length = unzipped.length;
    return GUNZIP_OK;
}
