/*
 * The base field of BN254, in which the coordinates of points are. An element is kept in Montgomery
 * form: four 64-bit limbs, least significant first, of value * 2^256 mod q, with
 *
 *     q = 21888242871839275222246405745257275088696311157297823662689037894645226208583
 *
 * Invariant: the limbs are below q, so two elements are equal exactly when their limbs are.
 * Every output may be the same object as an input. Pure functions; thread-safe. The scalar field is
 * bn254/field.h.
 */
#ifndef BN254_FQ_H
#define BN254_FQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bn254/integer256.h"

enum { FQ_BYTES = INTEGER256_BYTES };

struct fq {
    uint64_t limbs[INTEGER256_LIMBS];
};

#define FQ_ZERO ((struct fq){{0}})
#define FQ_ONE                                                                                     \
    ((struct fq){{UINT64_C(0xd35d438dc58f0d9d), UINT64_C(0x0a78eb28f5c70b3d),                      \
                  UINT64_C(0x666ea36f7879462c), UINT64_C(0x0e0a77c19a07df2f)}})
#define FQ_MINUS_ONE                                                                               \
    ((struct fq){{UINT64_C(0x68c3488912edefaa), UINT64_C(0x8d087f6872aabf4f),                      \
                  UINT64_C(0x51e1a24709081231), UINT64_C(0x2259d6b14729c0fa)}})

/* q, as a number. */
extern const struct integer256 fq_modulus;

/* Reads 32 big-endian bytes. False, with the element untouched, for a number that is not below q.
 */
bool fq_from_bytes(struct fq *element, const unsigned char bytes[FQ_BYTES]);
void fq_to_bytes(unsigned char bytes[FQ_BYTES], const struct fq *element);

/* False, with the element untouched, for a number that is not below q. */
bool fq_from_integer(struct fq *element, const struct integer256 *integer);
void fq_to_integer(struct integer256 *integer, const struct fq *element);

static inline bool fq_equal(const struct fq *left, const struct fq *right)
{
    return ((left->limbs[0] ^ right->limbs[0]) | (left->limbs[1] ^ right->limbs[1]) |
            (left->limbs[2] ^ right->limbs[2]) | (left->limbs[3] ^ right->limbs[3])) == 0;
}

static inline bool fq_is_zero(const struct fq *element)
{
    return (element->limbs[0] | element->limbs[1] | element->limbs[2] | element->limbs[3]) == 0;
}

void fq_add(struct fq *sum, const struct fq *left, const struct fq *right);
void fq_subtract(struct fq *difference, const struct fq *left, const struct fq *right);
void fq_double(struct fq *doubled, const struct fq *element);
void fq_negate(struct fq *negated, const struct fq *element);
void fq_multiply(struct fq *product, const struct fq *left, const struct fq *right);
void fq_square(struct fq *square, const struct fq *element);

/* False, with the inverse untouched, for zero. Not constant time. */
bool fq_invert_var(struct fq *inverse, const struct fq *element);

/*
 * The inverses of `count` elements by one inversion and three products each; that of zero is zero.
 * The two arrays do not overlap. Source: Montgomery, "Speeding the Pollard and Elliptic Curve
 * Methods of Factorization", 1987, section 10.3.1.
 */
void fq_invert_many_var(struct fq *inverses, const struct fq *elements, size_t count);

#endif
