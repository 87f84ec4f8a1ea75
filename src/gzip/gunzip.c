#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "witness/gunzip_internal.h"

enum {
    PIECE_BYTES = 32768,
    ALIGNMENT = 16,
    GZIP_ONLY = 16, /* zlib's flag on the window bits: a gzip header, and its CRC checked */
};

/* zlib's window holds the last 32 KiB of the witness: its memory must be wiped like ours. */
static voidpf allocate_wiped(voidpf opaque, uInt items, uInt size)
{
    (void)opaque;
    /* libsodium aligns a block by its end, so its size decides whether zlib's structs are aligned.
     */
    size_t bytes = (size_t)items * size;
    return sodium_malloc((bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
}

static void free_wiped(voidpf opaque, voidpf address)
{
    (void)opaque;
    sodium_free(address);
}

bool gunzip_open(struct gunzip *gunzip, size_t max_bytes)
{
    *gunzip = (struct gunzip){.max_bytes = max_bytes};
    gunzip->stream.zalloc = allocate_wiped;
    gunzip->stream.zfree = free_wiped;
    gunzip->opened = inflateInit2(&gunzip->stream, MAX_WBITS | GZIP_ONLY) == Z_OK;
    return gunzip->opened;
}

void gunzip_close(struct gunzip *gunzip)
{
    if (gunzip->opened)
        CHECK_ZERO(inflateEnd(&gunzip->stream));
    gunzip->opened = false;
}

static enum result inflate_failure(int status, struct failure *failure)
{
    if (status == Z_MEM_ERROR)
        return failure_set(failure, RESULT_INTERNAL, "no memory to unzip the witness");
    return failure_set(failure, RESULT_WITNESS_GZIP_CORRUPT,
                       "the gzip stream is corrupt (bad data or CRC); send the .gz file that nargo "
                       "execute or noir_js made, as binary");
}

static enum result inflate_piece(struct gunzip *gunzip, unsigned char *piece, gunzip_take *take,
                                 void *context, struct failure *failure)
{
    gunzip->stream.next_out = piece;
    gunzip->stream.avail_out = PIECE_BYTES;
    int status = inflate(&gunzip->stream, Z_NO_FLUSH);
    size_t length = PIECE_BYTES - gunzip->stream.avail_out;
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        return inflate_failure(status, failure);
    gunzip->ended = status == Z_STREAM_END;
    if (length > gunzip->max_bytes - gunzip->total)
        return failure_set(failure, RESULT_WITNESS_TOO_LARGE,
                           "the witness unzips to more than %zu bytes (--max-witness-bytes)",
                           gunzip->max_bytes);
    gunzip->total += length;
    if (!take(context, piece, length))
        return failure_set(failure, RESULT_INTERNAL, "no memory for the witness");
    return RESULT_OK;
}

enum result gunzip_feed(struct gunzip *gunzip, const unsigned char *bytes, size_t length,
                        gunzip_take *take, void *context, struct failure *failure)
{
    unsigned char piece[PIECE_BYTES];
    enum result result = RESULT_OK;
    gunzip->stream.next_in = bytes;
    gunzip->stream.avail_in = (uInt)length;
    CHECK(gunzip->stream.avail_in == length);
    do {
        if (gunzip->ended)
            break;
        result = inflate_piece(gunzip, piece, take, context, failure);
        /* A full piece may have more behind it even when all input has been read. */
    } while (result == RESULT_OK && (gunzip->stream.avail_in > 0 || gunzip->stream.avail_out == 0));
    if (result == RESULT_OK && gunzip->ended && gunzip->stream.avail_in > 0)
        result = failure_set(failure, RESULT_WITNESS_TRAILING_BYTES,
                             "%u bytes follow the end of the gzip stream; send one gzip file alone",
                             gunzip->stream.avail_in);
    sodium_memzero(piece, sizeof(piece));
    gunzip->stream.next_in = NULL;
    gunzip->stream.next_out = NULL;
    return result;
}
