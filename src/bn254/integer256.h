/*
 * 256-bit unsigned integers, for the places where a field element is looked at as the number it is:
 * comparison, division, digits in a base, bits. Pure functions; thread-safe. Nothing here runs in
 * constant time: witness makers own the secrets they compute with.
 */
#ifndef BN254_INTEGER256_H
#define BN254_INTEGER256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 uint128;

enum {
    INTEGER256_LIMBS = 4,
    INTEGER256_BYTES = 32,
    INTEGER256_DECIMAL_CHARACTERS = 80, /* 78 digits and the end of the string */
    INTEGER256_HEX_CHARACTERS = 65
};

/* Limbs from the least significant up. */
struct integer256 {
    uint64_t limbs[INTEGER256_LIMBS];
};

void integer256_from_bytes(struct integer256 *integer, const unsigned char bytes[INTEGER256_BYTES]);
void integer256_to_bytes(unsigned char bytes[INTEGER256_BYTES], const struct integer256 *integer);

struct integer256 integer256_from_u128(uint128 value);

/* The low 128 bits. */
static inline uint128 integer256_low_u128(const struct integer256 *integer)
{
    return (uint128)integer->limbs[1] << 64 | integer->limbs[0];
}

static inline bool integer256_is_zero(const struct integer256 *integer)
{
    return (integer->limbs[0] | integer->limbs[1] | integer->limbs[2] | integer->limbs[3]) == 0;
}

/* Negative, 0 or positive as left is less than, equal to or greater than right. */
int integer256_compare(const struct integer256 *left, const struct integer256 *right);

/* The number of bits without leading zeros; 0 for 0. */
unsigned int integer256_bit_length(const struct integer256 *integer);

/* left - right modulo 2^256. True when it borrowed, that is when left < right. */
bool integer256_subtract(struct integer256 *difference, const struct integer256 *left,
                         const struct integer256 *right);

/* integer := integer * factor + addend. False, with the integer unspecified, when it overflows. */
bool integer256_multiply_add(struct integer256 *integer, uint64_t factor, uint64_t addend);

/* integer := integer / divisor, rounded down; returns the remainder. The divisor is not 0. */
uint64_t integer256_divide_small(struct integer256 *integer, uint64_t divisor);

/* The quotient, rounded down. The divisor is not 0. */
void integer256_divide(struct integer256 *quotient, const struct integer256 *dividend,
                       const struct integer256 *divisor);

/* Decimal digits without leading zeros; returns their number. */
size_t integer256_to_decimal(char text[INTEGER256_DECIMAL_CHARACTERS],
                             const struct integer256 *integer);

/* 64 lower-case hexadecimal digits. */
void integer256_to_hex(char text[INTEGER256_HEX_CHARACTERS], const struct integer256 *integer);

#endif
