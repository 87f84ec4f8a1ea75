#include "witness_writer.h"

#include <string.h>

#include "noir/witness/witness.h"
#include "packer.h"
#include "support.h"

const unsigned char modulus[32] = {
    0x30, 0x64, 0x4e, 0x72, 0xe1, 0x31, 0xa0, 0x29, 0xb8, 0x50, 0x45, 0xb6, 0x81, 0x81, 0x58, 0x5d,
    0x28, 0x33, 0xe8, 0x48, 0x79, 0xb9, 0x70, 0x91, 0x43, 0xe1, 0xf5, 0x93, 0xf0, 0x00, 0x00, 0x01,
};

void witness_begin(msgpack_packer *packer, struct buffer *witness, unsigned char format)
{
    *witness = BUFFER_EMPTY;
    packer_open(packer, witness);
    assert_true(buffer_append(witness, &format, 1));
    if (format == NAMED) {
        msgpack_pack_map(packer, 1);
        packer_text(packer, "stack");
        msgpack_pack_array(packer, 1);
        msgpack_pack_map(packer, 2);
        packer_text(packer, "index");
        msgpack_pack_int(packer, 0);
        packer_text(packer, "witness");
    } else {
        msgpack_pack_array(packer, 1);
        msgpack_pack_array(packer, 1);
        msgpack_pack_array(packer, 2);
        msgpack_pack_int(packer, 0);
    }
}

void witness_entry(msgpack_packer *packer, uint64_t index)
{
    unsigned char value[32] = {0};
    memcpy(value + 24, &index, sizeof(index));
    msgpack_pack_uint64(packer, index);
    packer_bytes(packer, value, sizeof(value));
}

void witness_write(struct buffer *witness, unsigned char format, uint32_t count)
{
    msgpack_packer packer;
    witness_begin(&packer, witness, format);
    msgpack_pack_map(&packer, count);
    for (uint32_t i = 0; i < count; i++)
        witness_entry(&packer, i);
}

void witness_write_value(struct buffer *witness, const void *value, size_t length)
{
    msgpack_packer packer;
    witness_begin(&packer, witness, COMPACT);
    msgpack_pack_map(&packer, 1);
    msgpack_pack_int(&packer, 0);
    packer_bytes(&packer, value, length);
}

/* FNV-1a, which takes its bytes in any pieces and no memory. */
static void add_to_sum(void *context, const unsigned char *bytes, size_t length)
{
    uint64_t *sum = context;
    for (size_t i = 0; i < length; i++)
        *sum = (*sum ^ bytes[i]) * UINT64_C(1099511628211);
}

enum result witness_outcome(const struct buffer *body, size_t step, uint32_t witness_count,
                            size_t max_bytes, const struct buffer *expected,
                            struct failure *failure)
{
    uint64_t shown = 0;
    struct witness_expectations expectations = {.witness_count = witness_count,
                                                .max_bytes = max_bytes,
                                                .show = add_to_sum,
                                                .context = &shown};
    struct witness_reader *reader = witness_reader_create(&expectations);
    struct buffer read = BUFFER_EMPTY;
    enum result fed = RESULT_OK;
    assert_non_null(reader);
    for (size_t at = 0; at < body->length; at += step) {
        size_t length = body->length - at < step ? body->length - at : step;
        unsigned char *copy = exact_copy(body->data + at, length);
        enum result result = witness_reader_feed(reader, copy, length, failure);
        spoil_copy(copy, length);
        if (fed != RESULT_OK)
            assert_result(result, fed);
        fed = result;
    }
    enum result result = witness_reader_finish(reader, &read, failure);
    assert_result(failure->result, result);
    if (fed != RESULT_OK)
        assert_result(result, fed);
    assert_int_equal(read.data == NULL, result != RESULT_OK);
    if (result == RESULT_OK && expected != NULL) {
        assert_int_equal(read.length, expected->length);
        assert_memory_equal(read.data, expected->data, read.length);
    }
    if (result != RESULT_OK)
        assert_true(strlen(failure->message) > 20);
    uint64_t sum = 0;
    add_to_sum(&sum, read.data, read.length);
    if (result == RESULT_OK)
        assert_true(shown == sum);
    buffer_free(&read);
    witness_reader_destroy(reader);
    return result;
}

void assert_witness(const struct buffer *witness, uint32_t witness_count, enum result expected)
{
    struct failure failure;
    struct buffer zipped = BUFFER_EMPTY;
    append_gzip(&zipped, witness->data, witness->length);
    assert_result(witness_outcome(witness, WHOLE, witness_count, NO_LIMIT, witness, &failure),
                  expected);
    assert_result(witness_outcome(witness, BYTEWISE, witness_count, NO_LIMIT, witness, &failure),
                  expected);
    assert_result(witness_outcome(&zipped, WHOLE, witness_count, NO_LIMIT, witness, &failure),
                  expected);
    assert_result(witness_outcome(&zipped, BYTEWISE, witness_count, NO_LIMIT, witness, &failure),
                  expected);
    buffer_free(&zipped);
}

void assert_and_free(struct buffer *witness, uint32_t witness_count, enum result expected)
{
    assert_witness(witness, witness_count, expected);
    buffer_free(witness);
}
