/* How a witness comes in: gzip or not, whole or in pieces, within its limit. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noir/witness/values.h"
#include "noir/witness/witness.h"
#include "packer.h"
#include "support.h"
#include "witness_writer.h"

/*
 * The linker sends secret_allocate and secret_free here (-Wl,--wrap), so that a test can see how
 * much memory a body costs.
 */
void *__real_secret_allocate(size_t size);
void __real_secret_free(void *memory);
void *__wrap_secret_allocate(size_t size);
void __wrap_secret_free(void *memory);

enum { MOST_BLOCKS = 64 };
static struct {
    void *memory;
    size_t size;
} blocks[MOST_BLOCKS];
static size_t in_use;
static size_t most_in_use;

void *__wrap_secret_allocate(size_t size)
{
    void *memory = __real_secret_allocate(size);
    size_t place = 0;
    while (place < MOST_BLOCKS && blocks[place].memory != NULL)
        place++;
    assert_true(place < MOST_BLOCKS);
    blocks[place].memory = memory;
    blocks[place].size = size;
    in_use += size;
    if (in_use > most_in_use)
        most_in_use = in_use;
    return memory;
}

void __wrap_secret_free(void *memory)
{
    for (size_t i = 0; memory != NULL && i < MOST_BLOCKS; i++) {
        if (blocks[i].memory == memory) {
            in_use -= blocks[i].size;
            blocks[i].memory = NULL;
            break;
        }
    }
    __real_secret_free(memory);
}

static void test_witness_reader__takes_a_witness_raw_and_zipped(void **state)
{
    (void)state;
    static const uint32_t counts[] = {1, 2, 15, 16, 600};
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        struct buffer witness;
        witness_write(&witness, COMPACT, counts[i]);
        assert_and_free(&witness, counts[i], RESULT_OK);
        witness_write(&witness, COMPACT, counts[i]);
        assert_and_free(&witness, counts[i], RESULT_OK);
    }
}

/* Larger than any piece and than the first buffer: names of fields have moved meanwhile. */
static void test_witness_reader__takes_a_large_witness_in_pieces(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    static const size_t steps[] = {100, 4096, 65536, WHOLE};
    {
        const unsigned char format = COMPACT;
        struct buffer witness;
        struct buffer zipped = BUFFER_EMPTY;
        struct failure failure;
        witness_write(&witness, format, COUNT);
        append_gzip(&zipped, witness.data, witness.length);
        for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
            assert_result(witness_outcome(&witness, steps[i], COUNT, NO_LIMIT, &witness, &failure),
                          RESULT_OK);
            assert_result(witness_outcome(&zipped, steps[i], COUNT, NO_LIMIT, &witness, &failure),
                          RESULT_OK);
        }
        buffer_free(&witness);
        buffer_free(&zipped);
    }
}

static void test_witness_reader__refuses_an_empty_body(void **state)
{
    (void)state;
    struct buffer nothing = BUFFER_EMPTY;
    struct failure failure;
    assert_result(witness_outcome(&nothing, WHOLE, 1, NO_LIMIT, NULL, &failure), RESULT_BODY_EMPTY);
    assert_contains(failure.message, "empty");
}

static void test_witness_reader__feeds_nothing_without_effect(void **state)
{
    (void)state;
    struct witness_expectations expectations = {.witness_count = 1, .max_bytes = NO_LIMIT};
    struct witness_reader *reader = witness_reader_create(&expectations);
    struct buffer witness;
    struct buffer read = BUFFER_EMPTY;
    struct failure failure;
    witness_write(&witness, COMPACT, 1);
    assert_result(witness_reader_feed(reader, NULL, 0, &failure), RESULT_OK);
    assert_result(witness_reader_feed(reader, witness.data, 5, &failure), RESULT_OK);
    assert_result(witness_reader_feed(reader, NULL, 0, &failure), RESULT_OK);
    assert_result(witness_reader_feed(reader, witness.data + 5, witness.length - 5, &failure),
                  RESULT_OK);
    assert_true(buffer_append(&read, "old", 3));
    assert_result(witness_reader_finish(reader, &read, &failure), RESULT_OK);
    assert_int_equal(read.length, witness.length);
    witness_reader_destroy(reader);
    witness_reader_destroy(NULL);
    buffer_free(&witness);
    buffer_free(&read);
}

static void test_witness_reader__refuses_what_is_neither_gzip_nor_witness(void **state)
{
    (void)state;
    for (unsigned first = 0; first < 256; first++) {
        unsigned char bytes[3] = {(unsigned char)first, 0x91, 0x91};
        struct buffer body = {bytes, sizeof(bytes), sizeof(bytes)};
        struct failure failure;
        if (first == 2 || first == 3 || first == 0x1f)
            continue;
        assert_result(witness_outcome(&body, BYTEWISE, 1, NO_LIMIT, NULL, &failure),
                      RESULT_WITNESS_NOT_RECOGNISED);
    }
}

static void test_witness_reader__refuses_gzip_cut_anywhere(void **state)
{
    (void)state;
    struct buffer witness;
    struct buffer zipped = BUFFER_EMPTY;
    witness_write(&witness, COMPACT, 20);
    append_gzip(&zipped, witness.data, witness.length);
    for (size_t length = 1; length < zipped.length; length++) {
        struct buffer part = {zipped.data, length, zipped.capacity};
        struct failure failure;
        assert_result(witness_outcome(&part, WHOLE, 20, NO_LIMIT, NULL, &failure),
                      RESULT_WITNESS_GZIP_TRUNCATED);
        assert_result(witness_outcome(&part, BYTEWISE, 20, NO_LIMIT, NULL, &failure),
                      RESULT_WITNESS_GZIP_TRUNCATED);
    }
    buffer_free(&witness);
    buffer_free(&zipped);
}

static void test_witness_reader__refuses_a_witness_cut_anywhere(void **state)
{
    (void)state;
    {
        const unsigned char format = COMPACT;
        struct buffer witness;
        witness_write(&witness, format, 5);
        for (size_t length = 1; length < witness.length; length++) {
            struct buffer part = {witness.data, length, witness.capacity};
            assert_witness(&part, 5, RESULT_WITNESS_TRUNCATED);
        }
        buffer_free(&witness);
    }
}

static void test_witness_reader__refuses_a_gzip_of_nothing(void **state)
{
    (void)state;
    struct buffer zipped = BUFFER_EMPTY;
    struct failure failure;
    append_gzip(&zipped, "", 0);
    assert_result(witness_outcome(&zipped, WHOLE, 1, NO_LIMIT, NULL, &failure),
                  RESULT_WITNESS_TRUNCATED);
    buffer_free(&zipped);
}

/* A turned bit may say the same in other words; it never changes what is read. */
static void test_witness_reader__sees_every_turned_bit_behind_the_header(void **state)
{
    (void)state;
    enum { HEADER_BYTES = 10 };
    struct buffer witness;
    struct buffer zipped = BUFFER_EMPTY;
    witness_write(&witness, COMPACT, 4);
    append_gzip(&zipped, witness.data, witness.length);
    for (size_t at = HEADER_BYTES; at < zipped.length; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            struct failure failure;
            zipped.data[at] ^= (unsigned char)(1U << bit);
            enum result result = witness_outcome(&zipped, 7, 4, NO_LIMIT, &witness, &failure);
            assert_true(result == RESULT_OK || result == RESULT_WITNESS_GZIP_CORRUPT ||
                        result == RESULT_WITNESS_GZIP_TRUNCATED ||
                        result == RESULT_WITNESS_TRAILING_BYTES);
            zipped.data[at] ^= (unsigned char)(1U << bit);
        }
    }
    for (size_t back = 1; back <= 8; back++) {
        struct failure failure;
        zipped.data[zipped.length - back] ^= 1;
        assert_result(witness_outcome(&zipped, WHOLE, 4, NO_LIMIT, NULL, &failure),
                      RESULT_WITNESS_GZIP_CORRUPT);
        zipped.data[zipped.length - back] ^= 1;
    }
    buffer_free(&witness);
    buffer_free(&zipped);
}

static void test_witness_reader__refuses_bytes_behind_the_gzip(void **state)
{
    (void)state;
    struct buffer witness;
    struct buffer zipped = BUFFER_EMPTY;
    struct failure failure;
    witness_write(&witness, COMPACT, 4);
    append_gzip(&zipped, witness.data, witness.length);
    size_t whole = zipped.length;
    assert_true(buffer_append(&zipped, "", 1));
    assert_result(witness_outcome(&zipped, WHOLE, 4, NO_LIMIT, NULL, &failure),
                  RESULT_WITNESS_TRAILING_BYTES);
    assert_result(witness_outcome(&zipped, BYTEWISE, 4, NO_LIMIT, NULL, &failure),
                  RESULT_WITNESS_TRAILING_BYTES);
    zipped.length = whole;
    append_gzip(&zipped, witness.data, witness.length);
    assert_result(witness_outcome(&zipped, WHOLE, 4, NO_LIMIT, NULL, &failure),
                  RESULT_WITNESS_TRAILING_BYTES);
    buffer_free(&witness);
    buffer_free(&zipped);
}

static void test_witness_reader__refuses_bytes_behind_the_stack(void **state)
{
    (void)state;
    {
        const unsigned char format = COMPACT;
        struct buffer witness;
        witness_write(&witness, format, 4);
        assert_true(buffer_append(&witness, "\xc0", 1));
        assert_and_free(&witness, 4, RESULT_WITNESS_TRAILING_BYTES);
    }
}

static void test_witness_reader__refuses_other_markers(void **state)
{
    (void)state;
    static const unsigned char markers[] = {0, 1, 4, 31, 255};
    for (size_t i = 0; i < sizeof(markers); i++) {
        struct buffer witness;
        struct buffer zipped = BUFFER_EMPTY;
        struct failure failure;
        char says[32];
        witness_write(&witness, COMPACT, 4);
        witness.data[0] = markers[i];
        append_gzip(&zipped, witness.data, witness.length);
        assert_result(witness_outcome(&zipped, BYTEWISE, 4, NO_LIMIT, NULL, &failure),
                      RESULT_WITNESS_FORMAT);
        (void)snprintf(says, sizeof(says), "in format %u;", markers[i]);
        assert_contains(failure.message, says);
        assert_contains(failure.message, "1.0.0-beta.");
        buffer_free(&witness);
        buffer_free(&zipped);
    }
}

static void test_witness_reader__takes_exactly_its_limit(void **state)
{
    (void)state;
    struct buffer witness;
    struct buffer zipped = BUFFER_EMPTY;
    witness_write(&witness, COMPACT, 200);
    append_gzip(&zipped, witness.data, witness.length);
    for (size_t step = BYTEWISE; step <= WHOLE; step *= WHOLE) {
        struct failure failure;
        size_t limit = witness.length;
        assert_result(witness_outcome(&witness, step, 200, limit, &witness, &failure), RESULT_OK);
        assert_result(witness_outcome(&zipped, step, 200, limit, &witness, &failure), RESULT_OK);
        assert_result(witness_outcome(&witness, step, 200, limit - 1, NULL, &failure),
                      RESULT_WITNESS_TOO_LARGE);
        assert_result(witness_outcome(&zipped, step, 200, limit - 1, NULL, &failure),
                      RESULT_WITNESS_TOO_LARGE);
        assert_contains(failure.message, "--max-witness-bytes");
    }
    buffer_free(&witness);
    buffer_free(&zipped);
}

/* One value that claims 64 MiB: whole by its header, so that only the limit can stop it. */
static void write_bomb(struct buffer *zipped)
{
    enum { BOMB_BYTES = 64 << 20 };
    static const unsigned char head[] = {3, 0x91, 0x91, 0x92, 0, 0x81, 0, 0xc6, 4, 0, 0, 0};
    unsigned char *content = calloc(1, BOMB_BYTES);
    assert_non_null(content);
    memcpy(content, head, sizeof(head));
    append_gzip(zipped, content, BOMB_BYTES);
    free(content);
}

static void test_witness_reader__spends_no_memory_on_a_bomb(void **state)
{
    (void)state;
    enum { LIMIT = 1 << 20, ZLIB_BYTES = 1 << 17 };
    struct buffer zipped = BUFFER_EMPTY;
    struct failure failure;
    write_bomb(&zipped);
    assert_in_range(zipped.length, 1, LIMIT);
    size_t before = in_use;
    most_in_use = before;
    assert_result(witness_outcome(&zipped, 1000, 1, LIMIT, NULL, &failure),
                  RESULT_WITNESS_TOO_LARGE);
    /* The claim is refused when it is made, so that not even the limit is spent on it. */
    assert_in_range(most_in_use - before, 0, ZLIB_BYTES);
    assert_int_equal(in_use, before);
    buffer_free(&zipped);
}

static void test_witness_reader__drops_a_witness_known_to_be_wrong(void **state)
{
    (void)state;
    enum { ZEROS = 8 << 20, ZLIB_BYTES = 1 << 17 };
    struct buffer zipped = BUFFER_EMPTY;
    struct failure failure;
    unsigned char *content = calloc(1, ZEROS);
    assert_non_null(content);
    append_gzip(&zipped, content, ZEROS);
    free(content);
    size_t before = in_use;
    most_in_use = before;
    assert_result(witness_outcome(&zipped, 1000, 1, ZEROS, NULL, &failure), RESULT_WITNESS_FORMAT);
    assert_in_range(most_in_use - before, 0, ZLIB_BYTES + 65536);
    buffer_free(&zipped);
}

static void test_witness_reader__keeps_no_memory_once_it_knows(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    struct witness_expectations expectations = {.witness_count = COUNT, .max_bytes = NO_LIMIT};
    struct buffer witness;
    struct failure failure;
    witness_write(&witness, COMPACT, COUNT);
    assert_true(buffer_append(&witness, "trailing", 8));
    struct witness_reader *reader = witness_reader_create(&expectations);
    size_t before = in_use;
    assert_result(witness_reader_feed(reader, witness.data, witness.length - 8, &failure),
                  RESULT_OK);
    assert_in_range(in_use - before, witness.length - 8, SIZE_MAX / 2);
    assert_result(witness_reader_feed(reader, witness.data, 8, &failure), RESULT_OK);
    assert_int_equal(in_use, before);
    assert_result(witness_reader_finish(reader, NULL, &failure), RESULT_WITNESS_TRAILING_BYTES);
    witness_reader_destroy(reader);
    buffer_free(&witness);
}

/* The highest and one in the middle have a value; the others are 0. */
static void test_witness_values_read__puts_each_in_its_place(void **state)
{
    enum { COUNT = 6, MIDDLE = 3, HIGHEST = 5, ENTRIES = 2 };
    struct field values[COUNT + 1];
    struct buffer witness;
    msgpack_packer packer;
    (void)state;
    memset(values, 0xff, sizeof(values));
    const struct field behind = values[COUNT];
    witness_begin(&packer, &witness, COMPACT);
    msgpack_pack_map(&packer, ENTRIES);
    witness_entry(&packer, HIGHEST);
    witness_entry(&packer, MIDDLE);
    assert_true(witness_values_read(values, COUNT, witness.data, witness.length));
    for (uint64_t i = 0; i < COUNT; i++) {
        /* The writer's values are the indices, their bytes in this machine's order. */
        const struct field value = field_from_u64(__builtin_bswap64(i));
        const bool is_given = i == MIDDLE || i == HIGHEST;
        assert_memory_equal(&values[i], is_given ? &value : &FIELD_ZERO, sizeof(value));
    }
    assert_memory_equal(&values[COUNT], &behind, sizeof(behind));
    buffer_free(&witness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_witness_reader__takes_a_witness_raw_and_zipped),
        cmocka_unit_test(test_witness_reader__takes_a_large_witness_in_pieces),
        cmocka_unit_test(test_witness_reader__refuses_an_empty_body),
        cmocka_unit_test(test_witness_reader__feeds_nothing_without_effect),
        cmocka_unit_test(test_witness_reader__refuses_what_is_neither_gzip_nor_witness),
        cmocka_unit_test(test_witness_reader__refuses_gzip_cut_anywhere),
        cmocka_unit_test(test_witness_reader__refuses_a_witness_cut_anywhere),
        cmocka_unit_test(test_witness_reader__refuses_a_gzip_of_nothing),
        cmocka_unit_test(test_witness_reader__sees_every_turned_bit_behind_the_header),
        cmocka_unit_test(test_witness_reader__refuses_bytes_behind_the_gzip),
        cmocka_unit_test(test_witness_reader__refuses_bytes_behind_the_stack),
        cmocka_unit_test(test_witness_reader__refuses_other_markers),
        cmocka_unit_test(test_witness_reader__takes_exactly_its_limit),
        cmocka_unit_test(test_witness_reader__spends_no_memory_on_a_bomb),
        cmocka_unit_test(test_witness_reader__drops_a_witness_known_to_be_wrong),
        cmocka_unit_test(test_witness_reader__keeps_no_memory_once_it_knows),
        cmocka_unit_test(test_witness_values_read__puts_each_in_its_place),
    };
    return RUN_TESTS(tests);
}
