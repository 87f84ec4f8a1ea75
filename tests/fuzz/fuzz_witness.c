/* A body of /api/prove. However it is cut, and gzipped or not, it has one outcome. */
#include <string.h>

#include "base/gzip.h"
#include "fuzz.h"
#include "noir/witness/witness.h"

enum { WITNESS_COUNT = 2, MOST_BYTES = 4096, PIECE_BYTES = 5 };

static enum result read_witness(struct buffer *witness, const uint8_t *data, size_t size,
                                size_t step)
{
    const struct witness_expectations expectations = {.witness_count = WITNESS_COUNT,
                                                      .max_bytes = MOST_BYTES};
    struct witness_reader *reader = witness_reader_create(&expectations);
    struct failure failure = {0};
    CHECK(reader != NULL);
    for (size_t at = 0; at < size; at += step)
        (void)witness_reader_feed(reader, data + at, size - at < step ? size - at : step, &failure);
    enum result result = witness_reader_finish(reader, witness, &failure);
    CHECK(result == RESULT_OK || (failure.result == result && failure.message[0] != '\0'));
    CHECK((witness->data != NULL) == (result == RESULT_OK));
    witness_reader_destroy(reader);
    return result;
}

static bool equal(const struct buffer *left, const struct buffer *right)
{
    return left->length == right->length &&
           (left->length == 0 || memcmp(left->data, right->data, left->length) == 0);
}

/* What was read is a witness as it stands, and gzipped again it is the same. */
static void check_read_again(const struct buffer *witness)
{
    struct buffer zipped = BUFFER_EMPTY;
    struct buffer again = BUFFER_EMPTY;
    CHECK(read_witness(&again, witness->data, witness->length, witness->length) == RESULT_OK);
    CHECK(equal(&again, witness));
    CHECK(gzip_append(&zipped, witness->data, witness->length));
    CHECK(read_witness(&again, zipped.data, zipped.length, PIECE_BYTES) == RESULT_OK);
    CHECK(equal(&again, witness));
    buffer_free(&zipped);
    buffer_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer whole = BUFFER_EMPTY;
    struct buffer pieces = BUFFER_EMPTY;
    if (size == 0)
        return 0;
    enum result result = read_witness(&whole, data, size, size);
    CHECK(read_witness(&pieces, data, size, PIECE_BYTES) == result);
    CHECK(equal(&whole, &pieces));
    if (result == RESULT_OK)
        check_read_again(&whole);
    buffer_free(&whole);
    buffer_free(&pieces);
    return 0;
}
