/* gunzip, whole and in pieces, against zlib's own way of reading the same. */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/gunzip.h"
#include "base/gzip.h"
#include "fuzz.h"

enum { MOST_BYTES = 1 << 13, PIECE_BYTES = 7 };

static bool take(void *context, const unsigned char *piece, size_t length)
{
    return buffer_append(context, piece, length);
}

static enum gunzip_status gunzip_all(struct buffer *out, bool *ended, const uint8_t *data,
                                     size_t size, size_t step)
{
    struct gunzip gunzip;
    enum gunzip_status status = GUNZIP_OK;
    CHECK(gunzip_open(&gunzip, MOST_BYTES));
    for (size_t at = 0; at < size && status == GUNZIP_OK; at += step)
        status = gunzip_feed(&gunzip, data + at, size - at < step ? size - at : step, take, out);
    CHECK(gunzip.total <= MOST_BYTES && out->length <= MOST_BYTES);
    *ended = gunzip.ended;
    gunzip_close(&gunzip);
    return status;
}

/* What one call of zlib makes of it, NULL unless that is a whole member with nothing behind it. */
static unsigned char *inflate_all(size_t *length, const uint8_t *data, size_t size)
{
    unsigned char *out = malloc(MOST_BYTES + 1);
    z_stream stream = {
        .next_in = data, .avail_in = (uInt)size, .next_out = out, .avail_out = MOST_BYTES + 1};
    CHECK(out != NULL && inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK);
    bool whole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0 &&
                 stream.total_out <= MOST_BYTES;
    *length = stream.total_out;
    (void)inflateEnd(&stream);
    if (whole)
        return out;
    free(out);
    return NULL;
}

static void check_there_and_back(const uint8_t *data, size_t size)
{
    struct buffer zipped = BUFFER_EMPTY;
    struct buffer unzipped = BUFFER_EMPTY;
    bool ended = false;
    if (size > MOST_BYTES)
        return;
    CHECK(gzip_append(&zipped, data, size));
    CHECK(gunzip_all(&unzipped, &ended, zipped.data, zipped.length, zipped.length) == GUNZIP_OK);
    CHECK(ended && unzipped.length == size);
    CHECK(size == 0 || memcmp(unzipped.data, data, size) == 0);
    buffer_free(&zipped);
    buffer_free(&unzipped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer whole = BUFFER_EMPTY;
    struct buffer pieces = BUFFER_EMPTY;
    bool whole_ended = false;
    bool pieces_ended = false;
    size_t length = 0;
    if (size == 0)
        return 0;
    unsigned char *expected = inflate_all(&length, data, size);
    enum gunzip_status status = gunzip_all(&whole, &whole_ended, data, size, size);
    CHECK(gunzip_all(&pieces, &pieces_ended, data, size, PIECE_BYTES) == status);
    CHECK(status != GUNZIP_OK || pieces_ended == whole_ended);
    CHECK((status == GUNZIP_OK && whole_ended) == (expected != NULL));
    if (expected != NULL) {
        CHECK(whole.length == length && pieces.length == length);
        CHECK(length == 0 || memcmp(whole.data, expected, length) == 0);
        CHECK(length == 0 || memcmp(pieces.data, expected, length) == 0);
    }
    free(expected);
    buffer_free(&whole);
    buffer_free(&pieces);
    check_there_and_back(data, size);
    return 0;
}
