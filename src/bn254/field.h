/*
 * The scalar field of BN254, the field Noir computes in. An element is kept in Montgomery form:
 * four 64-bit limbs, least significant first, of value * 2^256 mod p, with
 *
 *     p = 21888242871839275222246405745257275088548364400416034343698204186575808495617
 *
 * Invariant: the limbs are below p, so two elements are equal exactly when their limbs are.
 * Every output may be the same object as an input. Pure functions; thread-safe; not constant time.
 */
#ifndef BN254_FIELD_H
#define BN254_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "bn254/integer256.h"

enum { FIELD_BYTES = INTEGER256_BYTES, FIELD_BITS = 254 };

struct field {
    uint64_t limbs[INTEGER256_LIMBS];
};

#define FIELD_ZERO ((struct field){{0}})
#define FIELD_ONE                                                                                  \
    ((struct field){{UINT64_C(0xac96341c4ffffffb), UINT64_C(0x36fc76959f60cd29),                   \
                     UINT64_C(0x666ea36f7879462e), UINT64_C(0x0e0a77c19a07df2f)}})
#define FIELD_MINUS_ONE                                                                            \
    ((struct field){{UINT64_C(0x974bc177a0000006), UINT64_C(0xf13771b2da58a367),                   \
                     UINT64_C(0x51e1a2470908122e), UINT64_C(0x2259d6b14729c0fa)}})

/* p, as a number. */
extern const struct integer256 field_modulus;

/* Reads 32 big-endian bytes. False, with the element untouched, for a number that is not below p.
 */
bool field_from_bytes(struct field *element, const unsigned char bytes[FIELD_BYTES]);
void field_to_bytes(unsigned char bytes[FIELD_BYTES], const struct field *element);

/* False, with the element untouched, for a number that is not below p. */
bool field_from_integer(struct field *element, const struct integer256 *integer);
void field_to_integer(struct integer256 *integer, const struct field *element);

/* The number modulo p; any 256-bit number. */
void field_from_integer_reduced(struct field *element, const struct integer256 *integer);

struct field field_from_u64(uint64_t value);
struct field field_from_u128(uint128 value);

static inline bool field_equal(const struct field *left, const struct field *right)
{
    return ((left->limbs[0] ^ right->limbs[0]) | (left->limbs[1] ^ right->limbs[1]) |
            (left->limbs[2] ^ right->limbs[2]) | (left->limbs[3] ^ right->limbs[3])) == 0;
}

static inline bool field_is_zero(const struct field *element)
{
    return (element->limbs[0] | element->limbs[1] | element->limbs[2] | element->limbs[3]) == 0;
}

static inline bool field_is_one(const struct field *element)
{
    return field_equal(element, &FIELD_ONE);
}

void field_add(struct field *sum, const struct field *left, const struct field *right);
void field_subtract(struct field *difference, const struct field *left, const struct field *right);
void field_negate(struct field *negated, const struct field *element);
void field_multiply(struct field *product, const struct field *left, const struct field *right);
void field_square(struct field *square, const struct field *element);

/* False, with the inverse untouched, for zero. */
bool field_invert(struct field *inverse, const struct field *element);

/* Writes the number as noir does in its messages: decimal, and -(p - x) for a number over p / 2. */
void field_to_signed_decimal(char text[INTEGER256_DECIMAL_CHARACTERS + 1],
                             const struct field *element);

#endif
