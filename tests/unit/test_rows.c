/* How many rows a key has, beside what bb 5.0.0 made of circuits on both sides of powers of two. */
#include "engine/rows.h"
#include "noir/acir/lookups_internal.h"
#include "support.h"

static const struct {
    struct rows_needed needed;
    uint32_t rows; /* of bb's key */
} keys[] = {
    {{19, 0, 1, TARGET_NOIR_RECURSIVE}, 1 << 5},
    {{27, 0, 1, TARGET_NOIR_RECURSIVE}, 1 << 5},
    {{28, 0, 1, TARGET_NOIR_RECURSIVE}, 1 << 6},
    {{8187, 0, 1, TARGET_NOIR_RECURSIVE}, 1 << 13},
    {{8188, 0, 1, TARGET_NOIR_RECURSIVE}, 1 << 14},
    {{8187, 0, 1, TARGET_EVM_NO_ZK}, 1 << 13},
    {{8188, 0, 1, TARGET_EVM}, 1 << 14},
    {{8187, 0, 1, TARGET_NOIR_ROLLUP}, 1 << 13},
    {{8188, 0, 1, TARGET_NOIR_ROLLUP}, 1 << 14},
    {{4112, 4112, 4067, TARGET_NOIR_RECURSIVE}, 1 << 13},
    {{4112, 4112, 4068, TARGET_NOIR_RECURSIVE}, 1 << 14},
    {{7073, 7073, 16, TARGET_NOIR_RECURSIVE}, 1 << 13},
};

static void test_rows_of_key__are_those_of_bb(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        assert_int_equal(rows_of_key(&keys[i].needed), keys[i].rows);
}

static void test_rows_of_key__has_an_end(void **state)
{
    (void)state;
    const struct rows_needed most = {UINT32_MAX, UINT32_MAX, UINT32_MAX, TARGET_DEFAULT};
    assert_int_equal(rows_of_key(&most), (uint32_t)1 << 31);
}

/* Tables that nobody has counted are no more than all that bb has counted. */
static void test_rows_of_key__takes_tables_for_no_more_than_the_gates(void **state)
{
    (void)state;
    const struct rows_needed needed = {100, 1 << 28, 3, TARGET_DEFAULT};
    assert_int_equal(rows_of_key(&needed), 128);
    const struct rows_needed near = {115, 1 << 28, 3, TARGET_DEFAULT};
    assert_int_equal(rows_of_key(&near), 256);
}

static uint32_t rows_of(const enum acir_black_box_kind *kinds, uint32_t count, bool constant_point)
{
    static const struct acir_input witness = {.witness = 1};
    static const struct acir_input constant = {.is_constant = true};
    struct acir_black_box boxes[8];
    struct acir_opcode opcodes[8];
    const struct acir_inputs points = {constant_point ? &constant : &witness, 1};
    assert_true(count <= 8);
    for (uint32_t i = 0; i < count; i++) {
        boxes[i] = (struct acir_black_box){.kind = kinds[i], .lists = {points}};
        opcodes[i] = (struct acir_opcode){.kind = ACIR_BLACK_BOX, .as.black_box = &boxes[i]};
    }
    const struct acir_circuit circuit = {.opcodes = opcodes, .opcode_count = count};
    return lookups_rows(&circuit);
}

/* Where tables are most of a circuit they are bb's count of its gates. */
static void test_lookups_rows__are_those_of_bb(void **state)
{
    (void)state;
    static const struct {
        enum acir_black_box_kind kind;
        uint32_t rows;
    } alone[] = {
        {ACIR_AND, 4112},
        {ACIR_XOR, 4112},
        {ACIR_AES128_ENCRYPT, 7073},
        {ACIR_SHA256_COMPRESSION, 33944},
        {ACIR_BLAKE2S, 17408},
        {ACIR_BLAKE3, 17408},
        {ACIR_KECCAK_F1600, 40618},
        {ACIR_RANGE, 0},
        {ACIR_POSEIDON2_PERMUTATION, 0},
        {ACIR_EMBEDDED_CURVE_ADD, 0},
    };
    for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++)
        assert_int_equal(rows_of(&alone[i].kind, 1, false), alone[i].rows);
    const enum acir_black_box_kind product = ACIR_MULTI_SCALAR_MULTIPLICATION;
    assert_int_equal(rows_of(&product, 1, false), 0);
    assert_int_equal(rows_of(&product, 1, true), 28680);
}

static void test_lookups_rows__count_each_kind_once(void **state)
{
    (void)state;
    static const enum acir_black_box_kind kinds[] = {ACIR_XOR,     ACIR_AND,    ACIR_XOR,
                                                     ACIR_BLAKE2S, ACIR_BLAKE3, ACIR_BLAKE2S};
    assert_int_equal(rows_of(kinds, 6, false), 2 * 4112 + 17408);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_of_key__are_those_of_bb),
        cmocka_unit_test(test_rows_of_key__has_an_end),
        cmocka_unit_test(test_rows_of_key__takes_tables_for_no_more_than_the_gates),
        cmocka_unit_test(test_lookups_rows__are_those_of_bb),
        cmocka_unit_test(test_lookups_rows__count_each_kind_once),
    };
    return RUN_TESTS(tests);
}
