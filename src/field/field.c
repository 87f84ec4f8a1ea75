#include "field/field.h"

#include <stddef.h>

/* p, limb by limb. */
#define MODULUS_0 UINT64_C(0x43e1f593f0000001)
#define MODULUS_1 UINT64_C(0x2833e84879b97091)
#define MODULUS_2 UINT64_C(0xb85045b68181585d)
#define MODULUS_3 UINT64_C(0x30644e72e131a029)

/* -1 / p mod 2^64 */
#define MONTGOMERY_FACTOR UINT64_C(0xc2e1f593efffffff)

const struct integer256 field_modulus = {{MODULUS_0, MODULUS_1, MODULUS_2, MODULUS_3}};

/* 2^512 mod p: multiplied with a number it gives the Montgomery form. */
static const struct field montgomery_square = {
    {UINT64_C(0x1bb8e645ae216da7), UINT64_C(0x53fe3ab1e35c59e3), UINT64_C(0x8c49833d53bb8085),
     UINT64_C(0x0216d0b17f4e44a5)}};

/* low + left * right + carry, which is below 2^128; the high half becomes the carry. */
static inline uint64_t multiply_add(uint64_t low, uint64_t left, uint64_t right, uint64_t *carry)
{
    uint128 wide = (uint128)left * right + low + *carry;
    *carry = (uint64_t)(wide >> 64);
    return (uint64_t)wide;
}

static inline uint64_t add_carry(uint64_t left, uint64_t right, uint64_t *carry)
{
    uint128 wide = (uint128)left + right + *carry;
    *carry = (uint64_t)(wide >> 64);
    return (uint64_t)wide;
}

static inline uint64_t subtract_borrow(uint64_t left, uint64_t right, uint64_t *borrow)
{
    uint128 wide = (uint128)left - right - *borrow;
    *borrow = (uint64_t)(wide >> 64) & 1;
    return (uint64_t)wide;
}

/* Subtracts p from a number below 2p unless it is below p. */
static inline void reduce_once(struct field *result, const uint64_t limbs[INTEGER256_LIMBS])
{
    uint64_t borrow = 0;
    uint64_t reduced[INTEGER256_LIMBS];
    reduced[0] = subtract_borrow(limbs[0], MODULUS_0, &borrow);
    reduced[1] = subtract_borrow(limbs[1], MODULUS_1, &borrow);
    reduced[2] = subtract_borrow(limbs[2], MODULUS_2, &borrow);
    reduced[3] = subtract_borrow(limbs[3], MODULUS_3, &borrow);
    uint64_t keep = 0 - borrow;
    result->limbs[0] = reduced[0] ^ ((reduced[0] ^ limbs[0]) & keep);
    result->limbs[1] = reduced[1] ^ ((reduced[1] ^ limbs[1]) & keep);
    result->limbs[2] = reduced[2] ^ ((reduced[2] ^ limbs[2]) & keep);
    result->limbs[3] = reduced[3] ^ ((reduced[3] ^ limbs[3]) & keep);
}

void field_add(struct field *sum, const struct field *left, const struct field *right)
{
    /* Both are below p < 2^254, so the sum is below 2^255 and nothing is carried out. Unrolled,
       which the compiler does not. */
    uint64_t carry = 0;
    uint64_t limbs[INTEGER256_LIMBS];
    limbs[0] = add_carry(left->limbs[0], right->limbs[0], &carry);
    limbs[1] = add_carry(left->limbs[1], right->limbs[1], &carry);
    limbs[2] = add_carry(left->limbs[2], right->limbs[2], &carry);
    limbs[3] = add_carry(left->limbs[3], right->limbs[3], &carry);
    reduce_once(sum, limbs);
}

void field_subtract(struct field *difference, const struct field *left, const struct field *right)
{
    uint64_t borrow = 0;
    uint64_t limbs[INTEGER256_LIMBS];
    limbs[0] = subtract_borrow(left->limbs[0], right->limbs[0], &borrow);
    limbs[1] = subtract_borrow(left->limbs[1], right->limbs[1], &borrow);
    limbs[2] = subtract_borrow(left->limbs[2], right->limbs[2], &borrow);
    limbs[3] = subtract_borrow(left->limbs[3], right->limbs[3], &borrow);
    uint64_t mask = 0 - borrow;
    uint64_t carry = 0;
    difference->limbs[0] = add_carry(limbs[0], MODULUS_0 & mask, &carry);
    difference->limbs[1] = add_carry(limbs[1], MODULUS_1 & mask, &carry);
    difference->limbs[2] = add_carry(limbs[2], MODULUS_2 & mask, &carry);
    difference->limbs[3] = add_carry(limbs[3], MODULUS_3 & mask, &carry);
}

void field_negate(struct field *negated, const struct field *element)
{
    field_subtract(negated, &FIELD_ZERO, element);
}

/*
 * One round of Montgomery multiplication: t := (t + left * digit + quotient * p) / 2^64, with the
 * quotient for which the division is exact. From t < 2p and left < p it gives t < 2p < 2^255, for
 * (2p - 1 + (p - 1) (2^64 - 1) + p (2^64 - 1)) / 2^64 < 2p; so the top word does not carry out.
 */
static inline void multiply_round(uint64_t t[INTEGER256_LIMBS], const struct field *left,
                                  uint64_t digit)
{
    uint64_t carry = 0;
    uint64_t t0 = multiply_add(t[0], left->limbs[0], digit, &carry);
    uint64_t t1 = multiply_add(t[1], left->limbs[1], digit, &carry);
    uint64_t t2 = multiply_add(t[2], left->limbs[2], digit, &carry);
    uint64_t t3 = multiply_add(t[3], left->limbs[3], digit, &carry);
    uint64_t top = carry;
    uint64_t quotient = t0 * MONTGOMERY_FACTOR;
    carry = 0;
    (void)multiply_add(t0, quotient, MODULUS_0, &carry);
    t[0] = multiply_add(t1, quotient, MODULUS_1, &carry);
    t[1] = multiply_add(t2, quotient, MODULUS_2, &carry);
    t[2] = multiply_add(t3, quotient, MODULUS_3, &carry);
    t[3] = top + carry;
}

void field_multiply(struct field *product, const struct field *left, const struct field *right)
{
    uint64_t t[INTEGER256_LIMBS] = {0};
    /* Copies, because the product may be one of them; and unrolled, which the compiler does not. */
    struct field factor = *left;
    multiply_round(t, &factor, right->limbs[0]);
    multiply_round(t, &factor, right->limbs[1]);
    multiply_round(t, &factor, right->limbs[2]);
    multiply_round(t, &factor, right->limbs[3]);
    reduce_once(product, t);
}

void field_square(struct field *square, const struct field *element)
{
    field_multiply(square, element, element);
}

bool field_from_integer(struct field *element, const struct integer256 *integer)
{
    if (integer256_compare(integer, &field_modulus) >= 0)
        return false;
    struct field plain = {
        {integer->limbs[0], integer->limbs[1], integer->limbs[2], integer->limbs[3]}};
    field_multiply(element, &plain, &montgomery_square);
    return true;
}

void field_from_integer_reduced(struct field *element, const struct integer256 *integer)
{
    struct integer256 reduced = *integer;
    /* 2^256 < 6p, so this ends after five rounds at most. */
    while (integer256_compare(&reduced, &field_modulus) >= 0)
        (void)integer256_subtract(&reduced, &reduced, &field_modulus);
    (void)field_from_integer(element, &reduced);
}

void field_to_integer(struct integer256 *integer, const struct field *element)
{
    struct field plain;
    field_multiply(&plain, element, &(struct field){{1, 0, 0, 0}});
    for (size_t limb = 0; limb < INTEGER256_LIMBS; limb++)
        integer->limbs[limb] = plain.limbs[limb];
}

bool field_from_bytes(struct field *element, const unsigned char bytes[FIELD_BYTES])
{
    struct integer256 integer;
    integer256_from_bytes(&integer, bytes);
    return field_from_integer(element, &integer);
}

void field_to_bytes(unsigned char bytes[FIELD_BYTES], const struct field *element)
{
    struct integer256 integer;
    field_to_integer(&integer, element);
    integer256_to_bytes(bytes, &integer);
}

struct field field_from_u64(uint64_t value)
{
    return field_from_u128(value);
}

struct field field_from_u128(uint128 value)
{
    if (value <= 1)
        return value == 0 ? FIELD_ZERO : FIELD_ONE;
    struct field plain = {{(uint64_t)value, (uint64_t)(value >> 64), 0, 0}};
    struct field element;
    field_multiply(&element, &plain, &montgomery_square);
    return element;
}

void field_to_signed_decimal(char text[INTEGER256_DECIMAL_CHARACTERS + 1],
                             const struct field *element)
{
    static const struct integer256 half = {
        {UINT64_C(0xa1f0fac9f8000000), UINT64_C(0x9419f4243cdcb848), UINT64_C(0xdc2822db40c0ac2e),
         UINT64_C(0x183227397098d014)}};
    struct integer256 integer;
    field_to_integer(&integer, element);
    if (integer256_compare(&integer, &half) > 0) {
        (void)integer256_subtract(&integer, &field_modulus, &integer);
        *text++ = '-';
    }
    (void)integer256_to_decimal(text, &integer);
}
