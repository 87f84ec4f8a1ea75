/*
 * G2 of BN254: the points of order r on the twist y^2 = x^3 + 3 / (9 + u) over Fq2. The twist has
 * more points than those, so that whoever reads one has to check. Pure functions; thread-safe; not
 * constant time.
 */
#ifndef BN254_G2_H
#define BN254_G2_H

#include <stdbool.h>

#include "bn254/fq2.h"
#include "bn254/status.h"

enum { G2_BYTES = 4 * FQ_BYTES };

/* Affine. The point at infinity is (0, 0), which is not on the twist. */
struct g2 {
    struct fq2 x;
    struct fq2 y;
};

#define G2_INFINITY ((struct g2){FQ2_ZERO, FQ2_ZERO})

/* The generator that Ethereum (EIP-197) and bb use. */
extern const struct g2 g2_generator;

static inline bool g2_is_infinity(const struct g2 *point)
{
    return fq2_is_zero(&point->x) && fq2_is_zero(&point->y);
}

static inline bool g2_equal(const struct g2 *left, const struct g2 *right)
{
    return fq2_equal(&left->x, &right->x) && fq2_equal(&left->y, &right->y);
}

/* True for infinity as well. */
bool g2_is_on_twist(const struct g2 *point);

/* Whether r times a point of the twist is infinity. */
bool g2_is_in_subgroup(const struct g2 *point);

void g2_negate(struct g2 *negated, const struct g2 *point);

/* The scalar, a number of at most 256 bits, times a point of the twist; any point. */
void g2_multiply(struct g2 *product, const struct g2 *point, const struct integer256 *scalar);

/*
 * x.c0, x.c1, y.c0 and y.c1, 32 big-endian bytes each, as in bn254_g2.dat; all zero for infinity.
 * Not BN254_OK: BN254_NOT_CANONICAL, BN254_NOT_ON_CURVE or BN254_NOT_IN_SUBGROUP.
 */
enum bn254_status g2_from_bytes(struct g2 *point, const unsigned char bytes[G2_BYTES]);
void g2_to_bytes(unsigned char bytes[G2_BYTES], const struct g2 *point);

#endif
