#include "noir/witness/witness.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/gunzip.h"
#include "noir/witness/stack_internal.h"

enum { FORMAT_NAMED = 2, FORMAT_COMPACT = 3, MARKER_BYTES = 1 };

enum encoding { ENCODING_UNKNOWN, ENCODING_GZIP, ENCODING_RAW };

struct witness_reader {
    struct witness_expectations expectations;
    enum encoding encoding;
    struct gunzip gunzip;
    struct buffer witness;
    struct stack_check check;
    bool check_opened;
    size_t checked; /* bytes of the witness behind the check */
    enum pack_status status;
    struct failure stopped; /* why no more bytes are taken */
    struct failure content; /* the first mistake of the content */
};

struct witness_reader *witness_reader_create(const struct witness_expectations *expectations)
{
    struct witness_reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL)
        return NULL;
    reader->expectations = *expectations;
    reader->status = PACK_MORE;
    return reader;
}

void witness_reader_destroy(struct witness_reader *reader)
{
    if (reader == NULL)
        return;
    gunzip_close(&reader->gunzip);
    stack_check_close(&reader->check);
    buffer_free(&reader->witness);
    free(reader);
}

size_t witness_reader_bytes(const struct witness_reader *reader)
{
    return reader->witness.capacity;
}

static void check_marker(struct witness_reader *reader)
{
    unsigned marker = reader->witness.data[0];
    if (marker == FORMAT_COMPACT)
        return;
    failure_set(&reader->content, RESULT_WITNESS_FORMAT,
                "the witness is in format %u; this server's bb reads format %d (compact "
                "MessagePack), which nargo and @noir-lang/noir_js 1.0.0-beta.26 write: execute the "
                "circuit with one of those",
                marker, FORMAT_COMPACT);
}

/* Checks the bytes that have come since the last call. False for lack of memory. */
static bool check_content(struct witness_reader *reader)
{
    struct buffer *witness = &reader->witness;
    if (!reader->check_opened) {
        check_marker(reader);
        if (reader->content.result != RESULT_OK)
            return true;
        if (!stack_check_open(&reader->check, reader->expectations.witness_count,
                              reader->expectations.may_be_empty))
            return false;
        reader->check_opened = true;
        reader->checked = MARKER_BYTES;
    }
    if (reader->status == PACK_MORE && reader->checked < witness->length)
        reader->status =
            stack_check_feed(&reader->check, &reader->checked, witness->data, witness->length);
    if (reader->status == PACK_REFUSED || reader->status == PACK_MALFORMED)
        reader->content = reader->check.failure;
    else if (reader->status == PACK_DONE && reader->checked < witness->length)
        failure_set(&reader->content, RESULT_WITNESS_TRAILING_BYTES,
                    "bytes follow the end of the witness; send the witness alone");
    return true;
}

/* Keeps and checks unzipped bytes; once the content is known to be wrong they are dropped. */
static bool take_unzipped(void *context, const unsigned char *bytes, size_t length)
{
    struct witness_reader *reader = context;
    if (length == 0 || reader->content.result != RESULT_OK)
        return true;
    if (!buffer_append(&reader->witness, bytes, length) || !check_content(reader))
        return false;
    if (reader->content.result != RESULT_OK)
        buffer_free(&reader->witness);
    else if (reader->expectations.show != NULL)
        reader->expectations.show(reader->expectations.context, bytes, length);
    return true;
}

static enum result no_memory(struct witness_reader *reader)
{
    return failure_set(&reader->stopped, RESULT_INTERNAL, "no memory for the witness");
}

static enum result too_large(struct witness_reader *reader)
{
    return failure_set(&reader->stopped, RESULT_WITNESS_TOO_LARGE,
                       "the witness has more than %zu bytes, this server's limit "
                       "(--max-witness-bytes)",
                       reader->expectations.max_bytes);
}

static enum result feed_gzip(struct witness_reader *reader, const unsigned char *bytes,
                             size_t length)
{
    switch (gunzip_feed(&reader->gunzip, bytes, length, take_unzipped, reader)) {
    case GUNZIP_OK:
        return RESULT_OK;
    case GUNZIP_CORRUPT:
        return failure_set(&reader->stopped, RESULT_WITNESS_GZIP_CORRUPT,
                           "the gzip stream is corrupt (bad data or CRC); send the .gz file that "
                           "nargo execute or noir_js made, as binary");
    case GUNZIP_TOO_LARGE:
        return too_large(reader);
    case GUNZIP_TRAILING:
        return failure_set(&reader->stopped, RESULT_WITNESS_TRAILING_BYTES,
                           "bytes follow the end of the gzip stream; send one gzip file alone");
    case GUNZIP_NO_MEMORY:
        return no_memory(reader);
    }
    NOT_REACHED("every gunzip_status has its case");
}

static enum result feed_raw(struct witness_reader *reader, const unsigned char *bytes,
                            size_t length)
{
    /* Unlike gzip, nothing at the end of a raw witness could explain a mistake better. */
    if (reader->content.result != RESULT_OK)
        return RESULT_OK;
    /* And a mistake before the limit counts, however the body is cut. */
    size_t room = reader->expectations.max_bytes - reader->witness.length;
    if (!take_unzipped(reader, bytes, length < room ? length : room))
        return no_memory(reader);
    return length > room && reader->content.result == RESULT_OK ? too_large(reader) : RESULT_OK;
}

static enum result open_encoding(struct witness_reader *reader, unsigned char first_byte)
{
    reader->encoding = first_byte == GZIP_FIRST_BYTE ? ENCODING_GZIP : ENCODING_RAW;
    if (reader->encoding == ENCODING_GZIP)
        return gunzip_open(&reader->gunzip, reader->expectations.max_bytes) ? RESULT_OK
                                                                            : no_memory(reader);
    if (first_byte != FORMAT_COMPACT && first_byte != FORMAT_NAMED)
        return failure_set(&reader->stopped, RESULT_WITNESS_NOT_RECOGNISED,
                           "the body is neither gzip nor a Noir witness; send the file target/*.gz "
                           "of nargo execute (curl --data-binary @circuit.gz)");
    return RESULT_OK;
}

static enum result take_body(struct witness_reader *reader, const unsigned char *bytes,
                             size_t length)
{
    enum result result = RESULT_OK;
    if (reader->encoding == ENCODING_UNKNOWN)
        result = open_encoding(reader, bytes[0]);
    if (result == RESULT_OK && reader->encoding == ENCODING_GZIP)
        result = feed_gzip(reader, bytes, length);
    else if (result == RESULT_OK)
        result = feed_raw(reader, bytes, length);
    if (result != RESULT_OK)
        buffer_free(&reader->witness);
    return result;
}

enum result witness_reader_feed(struct witness_reader *reader, const unsigned char *bytes,
                                size_t length, struct failure *failure)
{
    if (reader->stopped.result == RESULT_OK && length > 0)
        (void)take_body(reader, bytes, length);
    if (reader->stopped.result != RESULT_OK)
        *failure = reader->stopped;
    return reader->stopped.result;
}

static enum result check_finished(struct witness_reader *reader, struct failure *failure)
{
    if (reader->encoding == ENCODING_UNKNOWN)
        return failure_set(failure, RESULT_BODY_EMPTY,
                           "the body is empty; send the witness, gzipped as nargo execute or "
                           "noir_js made it");
    *failure = reader->stopped;
    if (reader->stopped.result != RESULT_OK)
        return reader->stopped.result;
    if (reader->encoding == ENCODING_GZIP && !reader->gunzip.ended)
        return failure_set(failure, RESULT_WITNESS_GZIP_TRUNCATED,
                           "the gzip stream ends too early; send the whole file");
    *failure = reader->content;
    if (reader->content.result != RESULT_OK)
        return reader->content.result;
    if (reader->status != PACK_DONE)
        return failure_set(failure, RESULT_WITNESS_TRUNCATED,
                           "the witness ends too early; send the whole file");
    return stack_check_finish(&reader->check, failure);
}

enum result witness_reader_finish(struct witness_reader *reader, struct buffer *witness,
                                  struct failure *failure)
{
    enum result result = check_finished(reader, failure);
    if (result == RESULT_OK)
        buffer_move(witness, &reader->witness);
    return result;
}
