/* The field against known numbers, and its fast inverse against multiplication. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "bn254/field.h"
#include "noir/witness/witness_map.h"

enum { RANDOM_ROUNDS = 2000 };

/* A small generator with a fixed seed: the same numbers in every run. */
static uint64_t next_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t mixed = (*state ^ *state >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

static struct field random_field(uint64_t *state)
{
    struct integer256 integer;
    for (size_t limb = 0; limb < INTEGER256_LIMBS; limb++)
        integer.limbs[limb] = next_random(state);
    struct field element;
    field_from_integer_reduced(&element, &integer);
    return element;
}

static void assert_hex(const struct field *element, const char *expected)
{
    struct integer256 integer;
    char text[INTEGER256_HEX_CHARACTERS];
    field_to_integer(&integer, element);
    integer256_to_hex(text, &integer);
    assert_string_equal(text, expected);
}

static void test_field_from_bytes__modulus_is_refused(void **state)
{
    (void)state;
    unsigned char bytes[FIELD_BYTES];
    struct field element = FIELD_ONE;
    integer256_to_bytes(bytes, &field_modulus);
    assert_false(field_from_bytes(&element, bytes));
    assert_true(field_is_one(&element));
    memset(bytes, 0xff, sizeof(bytes));
    assert_false(field_from_bytes(&element, bytes));
    integer256_to_bytes(bytes, &field_modulus);
    bytes[FIELD_BYTES - 1]--;
    assert_true(field_from_bytes(&element, bytes));
    assert_true(field_equal(&element, &FIELD_MINUS_ONE));
}

static void test_field_to_bytes__round_trip(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (size_t round = 0; round < RANDOM_ROUNDS; round++) {
        struct field element = random_field(&seed);
        unsigned char bytes[FIELD_BYTES];
        struct field back;
        field_to_bytes(bytes, &element);
        assert_true(field_from_bytes(&back, bytes));
        assert_true(field_equal(&element, &back));
    }
}

static void test_field_multiply__known_product(void **state)
{
    (void)state;
    /* (2^128 - 1)^2 mod p, from Python. */
    struct field element = field_from_u128(~(uint128)0);
    struct field product;
    field_multiply(&product, &element, &element);
    assert_hex(&product, "0e0a77c19a07df2f666ea36f7879462c36fc76959f60cd29ac96341c4ffffffc");
}

static void test_field_add__wraps_at_the_modulus(void **state)
{
    (void)state;
    struct field one = FIELD_ONE;
    struct field sum;
    field_add(&sum, &FIELD_MINUS_ONE, &one);
    assert_true(field_is_zero(&sum));
    field_subtract(&sum, &FIELD_ZERO, &one);
    assert_true(field_equal(&sum, &FIELD_MINUS_ONE));
    field_negate(&sum, &FIELD_ZERO);
    assert_true(field_is_zero(&sum));
}

static void test_field_arithmetic__laws(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (size_t round = 0; round < RANDOM_ROUNDS; round++) {
        struct field a = random_field(&seed);
        struct field b = random_field(&seed);
        struct field c = random_field(&seed);
        struct field left;
        struct field right;
        struct field product;
        /* (a + b) c = a c + b c */
        field_add(&left, &a, &b);
        field_multiply(&left, &left, &c);
        field_multiply(&right, &a, &c);
        field_multiply(&product, &b, &c);
        field_add(&right, &right, &product);
        assert_true(field_equal(&left, &right));
        /* (a - b) + b = a */
        field_subtract(&left, &a, &b);
        field_add(&left, &left, &b);
        assert_true(field_equal(&left, &a));
    }
}

static void test_field_invert__zero_is_refused(void **state)
{
    (void)state;
    struct field inverse = FIELD_ONE;
    assert_false(field_invert(&inverse, &FIELD_ZERO));
    assert_true(field_is_one(&inverse));
}

static void test_field_invert__product_is_one(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (size_t round = 0; round < RANDOM_ROUNDS; round++) {
        struct field element = round < 50 ? field_from_u64(round + 1) : random_field(&seed);
        struct field inverse;
        assert_true(field_invert(&inverse, &element));
        field_multiply(&inverse, &inverse, &element);
        assert_true(field_is_one(&inverse));
    }
    struct field inverse;
    assert_true(field_invert(&inverse, &FIELD_MINUS_ONE));
    assert_true(field_equal(&inverse, &FIELD_MINUS_ONE));
}

static void test_field_to_signed_decimal__sides_of_the_middle(void **state)
{
    (void)state;
    char text[INTEGER256_DECIMAL_CHARACTERS + 1];
    field_to_signed_decimal(text, &FIELD_ZERO);
    assert_string_equal(text, "0");
    struct field element = field_from_u64(1234567890);
    field_to_signed_decimal(text, &element);
    assert_string_equal(text, "1234567890");
    field_negate(&element, &element);
    field_to_signed_decimal(text, &element);
    assert_string_equal(text, "-1234567890");
    struct integer256 half = field_modulus;
    (void)integer256_divide_small(&half, 2);
    assert_true(field_from_integer(&element, &half));
    field_to_signed_decimal(text, &element);
    assert_string_equal(
        text, "10944121435919637611123202872628637544274182200208017171849102093287904247808");
    struct field one = FIELD_ONE;
    field_add(&element, &element, &one);
    field_to_signed_decimal(text, &element);
    assert_string_equal(
        text, "-10944121435919637611123202872628637544274182200208017171849102093287904247808");
}

static void test_field_from_integer_reduced__all_ones(void **state)
{
    (void)state;
    struct integer256 ones = {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};
    struct field element;
    field_from_integer_reduced(&element, &ones);
    assert_hex(&element, "0e0a77c19a07df2f666ea36f7879462e36fc76959f60cd29ac96341c4ffffffa");
}

static void test_integer256_divide__product_and_remainder(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (unsigned int round = 0; round < RANDOM_ROUNDS; round++) {
        /* A dividend quotient * divisor + remainder whose parts are known. */
        uint64_t quotient = next_random(&seed) >> round % 64;
        struct integer256 divisor = {{next_random(&seed), next_random(&seed) | 1,
                                      round % 2 == 0 ? 0 : next_random(&seed), 0}};
        struct integer256 dividend = divisor;
        assert_true(integer256_multiply_add(&dividend, quotient, next_random(&seed)));
        struct integer256 found;
        integer256_divide(&found, &dividend, &divisor);
        struct integer256 expected = {{quotient, 0, 0, 0}};
        assert_int_equal(integer256_compare(&found, &expected), 0);
    }
}

static void test_integer256_divide__small_divisor(void **state)
{
    (void)state;
    struct integer256 quotient;
    struct integer256 three = {{3, 0, 0, 0}};
    integer256_divide(&quotient, &field_modulus, &three);
    assert_true(integer256_multiply_add(&quotient, 3, 1));
    assert_int_equal(integer256_compare(&quotient, &field_modulus), 0);
}

static void test_integer256_multiply_add__overflow(void **state)
{
    (void)state;
    struct integer256 integer = {{0, 0, 0, UINT64_C(1) << 63}};
    assert_false(integer256_multiply_add(&integer, 2, 0));
}

static void test_integer256_bit_length__edges(void **state)
{
    (void)state;
    struct integer256 integer = {{0}};
    assert_int_equal(integer256_bit_length(&integer), 0);
    integer.limbs[0] = 1;
    assert_int_equal(integer256_bit_length(&integer), 1);
    integer.limbs[1] = 1;
    assert_int_equal(integer256_bit_length(&integer), 65);
    integer.limbs[3] = UINT64_MAX;
    assert_int_equal(integer256_bit_length(&integer), 256);
    assert_int_equal(integer256_bit_length(&field_modulus), FIELD_BITS);
}

static void test_witness_map_get__unset_and_out_of_room(void **state)
{
    (void)state;
    struct witness_map map;
    assert_true(witness_map_create(&map, 3));
    struct field one = FIELD_ONE;
    witness_map_set(&map, 1, &one);
    assert_null(witness_map_get(&map, 0));
    assert_non_null(witness_map_get(&map, 1));
    assert_null(witness_map_get(&map, 3));
    assert_null(witness_map_get(&map, UINT32_MAX));
    assert_int_equal(witness_map_known_count(&map), 1);
    witness_map_free(&map);
    assert_null(witness_map_get(&map, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_field_from_bytes__modulus_is_refused),
        cmocka_unit_test(test_field_to_bytes__round_trip),
        cmocka_unit_test(test_field_multiply__known_product),
        cmocka_unit_test(test_field_add__wraps_at_the_modulus),
        cmocka_unit_test(test_field_arithmetic__laws),
        cmocka_unit_test(test_field_invert__zero_is_refused),
        cmocka_unit_test(test_field_invert__product_is_one),
        cmocka_unit_test(test_field_to_signed_decimal__sides_of_the_middle),
        cmocka_unit_test(test_field_from_integer_reduced__all_ones),
        cmocka_unit_test(test_integer256_divide__product_and_remainder),
        cmocka_unit_test(test_integer256_divide__small_divisor),
        cmocka_unit_test(test_integer256_multiply_add__overflow),
        cmocka_unit_test(test_integer256_bit_length__edges),
        cmocka_unit_test(test_witness_map_get__unset_and_out_of_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
