/*
 * G1 of BN254: y^2 = x^3 + 3 over Fq, of prime order r, so that each point of the curve belongs to
 * it. Pure functions; thread-safe. Every output may be the same object as an input. Nothing here is
 * constant time: points and the scalars of a verifier are public, and a prover owns its secrets.
 */
#ifndef BN254_G1_H
#define BN254_G1_H

#include <stdbool.h>

#include "bn254/field.h"
#include "bn254/fq.h"
#include "bn254/status.h"

enum {
    G1_BYTES = 2 * FQ_BYTES,
    G1_LIMBS = 4, /* the words of a point where the transcript is Poseidon2's */
    G1_LOW_LIMB_BITS = 136,
    G1_HIGH_LIMB_BITS = 118
};

/* Affine. The point at infinity is (0, 0), which is not on the curve. */
struct g1 {
    struct fq x;
    struct fq y;
};

/* The point (x / z^2, y / z^3), or infinity when z is 0. */
struct g1_jacobian {
    struct fq x;
    struct fq y;
    struct fq z;
};

#define G1_INFINITY ((struct g1){FQ_ZERO, FQ_ZERO})
#define G1_JACOBIAN_INFINITY ((struct g1_jacobian){FQ_ONE, FQ_ONE, FQ_ZERO})

/* (1, 2) */
extern const struct g1 g1_generator;

static inline bool g1_is_infinity(const struct g1 *point)
{
    return fq_is_zero(&point->x) && fq_is_zero(&point->y);
}

static inline bool g1_jacobian_is_infinity(const struct g1_jacobian *point)
{
    return fq_is_zero(&point->z);
}

static inline bool g1_equal(const struct g1 *left, const struct g1 *right)
{
    return fq_equal(&left->x, &right->x) && fq_equal(&left->y, &right->y);
}

/* True for infinity as well. */
bool g1_is_on_curve(const struct g1 *point);

void g1_negate(struct g1 *negated, const struct g1 *point);

/* x and y, 32 big-endian bytes each; all zero for infinity. bb writes points so in its proofs for
 * the EVM and in bn254_g1.dat. Not BN254_OK: BN254_NOT_CANONICAL or BN254_NOT_ON_CURVE. */
enum bn254_status g1_from_bytes(struct g1 *point, const unsigned char bytes[G1_BYTES]);
void g1_to_bytes(unsigned char bytes[G1_BYTES], const struct g1 *point);

/*
 * As words of the scalar field: x mod 2^136, x >> 136, and y likewise; all zero for infinity. bb
 * writes points so where the transcript is Poseidon2's. Not BN254_OK: BN254_LIMB_TOO_LARGE for the
 * first limb that is, BN254_NOT_CANONICAL or BN254_NOT_ON_CURVE.
 */
enum bn254_status g1_from_limbs(struct g1 *point, const struct field limbs[G1_LIMBS]);
void g1_to_limbs(struct field limbs[G1_LIMBS], const struct g1 *point);

void g1_to_jacobian(struct g1_jacobian *jacobian, const struct g1 *point);
void g1_to_affine(struct g1 *affine, const struct g1_jacobian *point);

/* With any points: equal ones, opposite ones and infinity too. */
void g1_double(struct g1_jacobian *doubled, const struct g1_jacobian *point);
void g1_add(struct g1_jacobian *sum, const struct g1_jacobian *left,
            const struct g1_jacobian *right);
void g1_add_affine(struct g1_jacobian *sum, const struct g1_jacobian *left, const struct g1 *right);

/* The same point, whatever the z. */
bool g1_jacobian_equal(const struct g1_jacobian *left, const struct g1_jacobian *right);

/* scalar * point, for a number of at most 256 bits. */
void g1_multiply(struct g1_jacobian *product, const struct g1 *point,
                 const struct integer256 *scalar);

#endif
