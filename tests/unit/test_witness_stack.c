/* What a witness stack must hold: each way of being wrong. */
#include <string.h>

#include "noir/witness/witness.h"
#include "packer.h"
#include "support.h"
#include "witness_writer.h"

/* A witness given by its bytes, the marker included. */
static void assert_bytes(const char *hex, uint32_t witness_count, enum result expected)
{
    unsigned char bytes[256];
    struct buffer witness = {bytes, bytes_of_hex(bytes, sizeof(bytes), hex), sizeof(bytes)};
    assert_witness(&witness, witness_count, expected);
}

/* Two entries with these indices, for a circuit with `witness_count` witnesses. */
static void assert_indices(uint64_t first, uint64_t second, uint32_t witness_count,
                           enum result expected)
{
    {
        const unsigned char format = COMPACT;
        struct buffer witness;
        msgpack_packer packer;
        witness_begin(&packer, &witness, format);
        msgpack_pack_map(&packer, 2);
        witness_entry(&packer, first);
        witness_entry(&packer, second);
        assert_and_free(&witness, witness_count, expected);
    }
}

static void test_witness__has_the_circuit_s_count(void **state)
{
    (void)state;
    {
        const unsigned char format = COMPACT;
        struct buffer witness;
        witness_write(&witness, format, 20);
        assert_witness(&witness, 20, RESULT_OK);
        assert_witness(&witness, 19, RESULT_WITNESS_COUNT);
        assert_witness(&witness, 21, RESULT_WITNESS_COUNT);
        assert_witness(&witness, 1, RESULT_WITNESS_COUNT);
        assert_witness(&witness, UINT32_MAX, RESULT_WITNESS_COUNT);
        buffer_free(&witness);
        witness_write(&witness, format, 0);
        assert_and_free(&witness, 1, RESULT_WITNESS_COUNT);
    }
}

static enum result outcome_where_it_may_be_empty(const struct buffer *witness)
{
    struct buffer taken = BUFFER_EMPTY;
    struct failure failure;
    struct witness_reader *reader = witness_reader_create(&(struct witness_expectations){
        .witness_count = 1, .may_be_empty = true, .max_bytes = 1000});
    (void)witness_reader_feed(reader, witness->data, witness->length, &failure);
    enum result result = witness_reader_finish(reader, &taken, &failure);
    witness_reader_destroy(reader);
    buffer_free(&taken);
    return result;
}

static void test_witness__of_a_circuit_without_any_has_no_values(void **state)
{
    (void)state;
    for (unsigned count = 0; count < 3; count++) {
        struct buffer witness;
        witness_write(&witness, COMPACT, count);
        assert_result(outcome_where_it_may_be_empty(&witness),
                      count < 2 ? RESULT_OK : RESULT_WITNESS_COUNT);
        buffer_free(&witness);
    }
    unsigned char no_item[] = {COMPACT, 0x91, 0x90};
    const struct buffer stack = {no_item, sizeof(no_item), sizeof(no_item)};
    assert_result(outcome_where_it_may_be_empty(&stack), RESULT_WITNESS_STACK);
}

static void test_witness__is_told_both_counts(void **state)
{
    (void)state;
    struct buffer witness;
    struct failure failure;
    witness_write(&witness, COMPACT, 20);
    assert_result(witness_outcome(&witness, WHOLE, 12, NO_LIMIT, NULL, &failure),
                  RESULT_WITNESS_COUNT);
    assert_contains(failure.message, "20 values");
    assert_contains(failure.message, "12 witnesses");
    assert_result(witness_outcome(&witness, WHOLE, 23, NO_LIMIT, NULL, &failure),
                  RESULT_WITNESS_COUNT);
    assert_contains(failure.message, "20 values");
    assert_contains(failure.message, "23 witnesses");
    buffer_free(&witness);
}

/* As bb counts: the highest index decides, and what is not given is zero. */
static void test_witness__may_have_gaps_below_its_highest_index(void **state)
{
    (void)state;
    assert_indices(0, 4, 5, RESULT_OK);
    assert_indices(4, 0, 5, RESULT_OK);
    assert_indices(0, 3, 5, RESULT_WITNESS_COUNT);
    assert_indices(1, 0, 2, RESULT_OK);
}

static void test_witness__has_no_index_twice(void **state)
{
    (void)state;
    assert_indices(0, 0, 5, RESULT_WITNESS_INDEX_REPEATED);
    assert_indices(4, 4, 5, RESULT_WITNESS_INDEX_REPEATED);
    struct buffer witness;
    msgpack_packer packer;
    witness_begin(&packer, &witness, COMPACT);
    msgpack_pack_map(&packer, 101);
    for (uint64_t i = 0; i < 100; i++)
        witness_entry(&packer, 99 - i);
    witness_entry(&packer, 50);
    assert_and_free(&witness, 101, RESULT_WITNESS_INDEX_REPEATED);
}

static void test_witness__has_no_index_out_of_range(void **state)
{
    (void)state;
    static const uint64_t indices[] = {
        5, 6, 8, 255, 256, 65536, INT32_MAX, UINT32_MAX, 1ULL << 32, INT64_MAX, UINT64_MAX};
    for (size_t i = 0; i < sizeof(indices) / sizeof(indices[0]); i++)
        assert_indices(0, indices[i], 5, RESULT_WITNESS_INDEX_RANGE);
    struct buffer witness;
    struct failure failure;
    msgpack_packer packer;
    witness_begin(&packer, &witness, COMPACT);
    msgpack_pack_map(&packer, 1);
    witness_entry(&packer, UINT64_MAX);
    assert_result(witness_outcome(&witness, WHOLE, 5, NO_LIMIT, NULL, &failure),
                  RESULT_WITNESS_INDEX_RANGE);
    assert_contains(failure.message, "18446744073709551615");
    assert_contains(failure.message, "0 to 4");
    buffer_free(&witness);
}

static void test_witness__has_numbers_for_indices(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "ff",     "d3 ffffffffffffffff", "a1 30", "c4 01 00", "c0",
        "c2",     "ca 00000000",         "90",    "80",       "91 00",
        "81 0000"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        char hex[128];
        (void)snprintf(hex, sizeof(hex),
                       "03 91 91 92 00 81 %s c420 "
                       "0000000000000000000000000000000000000000000000000000000000000001",
                       keys[i]);
        assert_bytes(hex, 1, RESULT_WITNESS_MALFORMED);
    }
}

static void test_witness__has_canonical_values(void **state)
{
    (void)state;
    unsigned char value[34] = {0};
    struct buffer witness;
    witness_write_value(&witness, value, 32);
    assert_and_free(&witness, 1, RESULT_OK);
    memcpy(value, modulus, 32);
    value[31]--;
    witness_write_value(&witness, value, 32);
    assert_and_free(&witness, 1, RESULT_OK);
    value[31]++;
    witness_write_value(&witness, value, 32);
    assert_and_free(&witness, 1, RESULT_WITNESS_VALUE);
    value[31]++;
    witness_write_value(&witness, value, 32);
    assert_and_free(&witness, 1, RESULT_WITNESS_VALUE);
    for (size_t at = 0; at < 32; at++) {
        memcpy(value, modulus, 32);
        value[at]++;
        witness_write_value(&witness, value, 32);
        assert_and_free(&witness, 1, RESULT_WITNESS_VALUE);
    }
    memset(value, 0xff, sizeof(value));
    witness_write_value(&witness, value, 32);
    assert_and_free(&witness, 1, RESULT_WITNESS_VALUE);
}

static void test_witness__has_values_of_32_bytes(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 8, 31, 33, 34, 64};
    unsigned char value[64] = {0};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct buffer witness;
        witness_write_value(&witness, value, lengths[i]);
        assert_and_free(&witness, 1, RESULT_WITNESS_VALUE);
    }
}

static void test_witness__has_bytes_for_values(void **state)
{
    (void)state;
    assert_bytes("03 91 91 92 00 81 00 01", 1, RESULT_WITNESS_VALUE);
    assert_bytes("03 91 91 92 00 81 00 c0", 1, RESULT_WITNESS_VALUE);
    assert_bytes("03 91 91 92 00 81 00 c3", 1, RESULT_WITNESS_VALUE);
    assert_bytes("03 91 91 92 00 81 00 d9 20 3030303030303030303030303030303030303030303030303030"
                 "303030303030",
                 1, RESULT_WITNESS_VALUE);
    assert_bytes("03 91 91 92 00 81 00 90", 1, RESULT_WITNESS_MALFORMED);
    assert_bytes("03 91 91 92 00 81 00 80", 1, RESULT_WITNESS_MALFORMED);
}

static void test_witness__never_tells_a_value(void **state)
{
    (void)state;
    struct buffer witness;
    struct failure failure;
    unsigned char value[32];
    memset(value, 0xab, sizeof(value));
    witness_write_value(&witness, value, 32);
    assert_result(witness_outcome(&witness, WHOLE, 1, NO_LIMIT, NULL, &failure),
                  RESULT_WITNESS_VALUE);
    assert_null(strstr(failure.message, "abab"));
    assert_null(strstr(failure.message, "\xab"));
    buffer_free(&witness);
}

static void test_witness__has_one_stack_item(void **state)
{
    (void)state;
    assert_bytes("03 91 90", 1, RESULT_WITNESS_STACK);
    assert_bytes("03 91 92 92 00 80 92 01 80", 1, RESULT_WITNESS_STACK);
    assert_bytes("03 91 dd ffffffff", 1, RESULT_WITNESS_STACK);
}

/* Compact: [ [ [ index, {..} ] ] ] */
static void test_witness__has_the_shape_of_a_compact_stack(void **state)
{
    (void)state;
    static const char *const shapes[] = {
        "03 c0",                /* not a struct */
        "03 00",                /* a number */
        "03 80",                /* a map */
        "03 90",                /* no fields */
        "03 92",                /* two fields */
        "03 91 00",             /* the stack is a number */
        "03 91 80",             /* the stack is a map */
        "03 91 91 00",          /* the item is a number */
        "03 91 91 80",          /* the item is a map */
        "03 91 91 90",          /* an item of nothing */
        "03 91 91 91",          /* no witness map */
        "03 91 91 93",          /* three fields */
        "03 91 91 92 00 00",    /* a number for the map */
        "03 91 91 92 00 90",    /* a list for the map */
        "03 91 91 92 00 c0",    /* nothing for the map */
        "03 91 91 92 c0 80",    /* nothing for the index */
        "03 91 91 92 ff 80",    /* a negative index */
        "03 91 91 92 a1 30 80", /* a text for the index */
        "03 91 91 92 90 80",    /* a list for the index */
        "03 91 91 92 80 00",    /* the two the wrong way round */
        "03 91 91 92 80 80",    /* two maps */
        "03 c1",                /* no MessagePack */
        "03 91 c1",             /* no MessagePack */
        "03 91 91 92 00 81 c1", /* no MessagePack */
    };
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
        assert_bytes(shapes[i], 1, RESULT_WITNESS_MALFORMED);
}

static void test_witness__costs_nothing_for_a_count_that_lies(void **state)
{
    (void)state;
    assert_bytes("03 91 91 92 00 df ffffffff", 1000, RESULT_WITNESS_COUNT);
    assert_bytes("03 91 91 92 00 df 000003e9", 1000, RESULT_WITNESS_COUNT);
    assert_bytes("03 91 91 92 00 df 000003e8", 1000, RESULT_WITNESS_TRUNCATED);
    assert_bytes("03 dd ffffffff", 1000, RESULT_WITNESS_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_witness__has_the_circuit_s_count),
        cmocka_unit_test(test_witness__of_a_circuit_without_any_has_no_values),
        cmocka_unit_test(test_witness__is_told_both_counts),
        cmocka_unit_test(test_witness__may_have_gaps_below_its_highest_index),
        cmocka_unit_test(test_witness__has_no_index_twice),
        cmocka_unit_test(test_witness__has_no_index_out_of_range),
        cmocka_unit_test(test_witness__has_numbers_for_indices),
        cmocka_unit_test(test_witness__has_canonical_values),
        cmocka_unit_test(test_witness__has_values_of_32_bytes),
        cmocka_unit_test(test_witness__has_bytes_for_values),
        cmocka_unit_test(test_witness__never_tells_a_value),
        cmocka_unit_test(test_witness__has_one_stack_item),
        cmocka_unit_test(test_witness__has_the_shape_of_a_compact_stack),
        cmocka_unit_test(test_witness__costs_nothing_for_a_count_that_lies),
    };
    return RUN_TESTS(tests);
}
