#include "bn254/g2.h"

#include "bn254/field.h"

/* The point (x / z^2, y / z^3), or infinity when z is 0. */
struct g2_jacobian {
    struct fq2 x;
    struct fq2 y;
    struct fq2 z;
};

const struct g2 g2_generator = {{{{UINT64_C(0x8e83b5d102bc2026), UINT64_C(0xdceb1935497b0172),
                                   UINT64_C(0xfbb8264797811adf), UINT64_C(0x19573841af96503b)}},
                                 {{UINT64_C(0xafb4737da84c6140), UINT64_C(0x6043dd5a5802d8c4),
                                   UINT64_C(0x09e950fc52a02f86), UINT64_C(0x14fef0833aea7b6b)}}},
                                {{{UINT64_C(0x619dfa9d886be9f6), UINT64_C(0xfe7fd297f59e9b78),
                                   UINT64_C(0xff9e1a62231b7dfe), UINT64_C(0x28fd7eebae9e4206)}},
                                 {{UINT64_C(0x64095b56c71856ee), UINT64_C(0xdc57f922327d3cbb),
                                   UINT64_C(0x55f935be33351076), UINT64_C(0x0da4a0e693fd6482)}}}};

/* 3 / (9 + u) */
static const struct fq2 twist_constant = {
    {{UINT64_C(0x3bf938e377b802a8), UINT64_C(0x020b1b273633535d), UINT64_C(0x26b7edf049755260),
      UINT64_C(0x2514c6324384a86d)}},
    {{UINT64_C(0x38e7ecccd1dcff67), UINT64_C(0x65f0b37d93ce0d3e), UINT64_C(0xd749d0dd22ac00aa),
      UINT64_C(0x0141b9ce4a688d4d)}}};

bool g2_is_on_twist(const struct g2 *point)
{
    struct fq2 left;
    struct fq2 right;
    fq2_square(&left, &point->y);
    fq2_square(&right, &point->x);
    fq2_multiply(&right, &right, &point->x);
    fq2_add(&right, &right, &twist_constant);
    return fq2_equal(&left, &right) || g2_is_infinity(point);
}

void g2_negate(struct g2 *negated, const struct g2 *point)
{
    negated->x = point->x;
    fq2_negate(&negated->y, &point->y);
}

/* As g1_double. A point with y = 0, of order 2, does not exist: r and the cofactor are odd. */
static void double_point(struct g2_jacobian *point)
{
    struct fq2 y_square;
    struct fq2 s;
    struct fq2 m;
    struct fq2 y_fourth;
    fq2_multiply(&point->z, &point->y, &point->z);
    fq2_double(&point->z, &point->z);
    fq2_square(&y_square, &point->y);
    fq2_multiply(&s, &point->x, &y_square);
    fq2_double(&s, &s);
    fq2_double(&s, &s);
    fq2_square(&y_fourth, &point->x);
    fq2_double(&m, &y_fourth);
    fq2_add(&m, &m, &y_fourth);
    fq2_square(&y_fourth, &y_square);
    fq2_double(&y_fourth, &y_fourth);
    fq2_double(&y_fourth, &y_fourth);
    fq2_double(&y_fourth, &y_fourth);
    fq2_square(&point->x, &m);
    fq2_subtract(&point->x, &point->x, &s);
    fq2_subtract(&point->x, &point->x, &s);
    fq2_subtract(&s, &s, &point->x);
    fq2_multiply(&s, &s, &m);
    fq2_subtract(&point->y, &s, &y_fourth);
}

/* As g1_add_affine, for points that are not infinity. */
static void add_point(struct g2_jacobian *sum, const struct g2 *point)
{
    struct fq2 square;
    struct fq2 shared;
    struct fq2 h;
    struct fq2 r;
    fq2_square(&square, &sum->z);
    fq2_multiply(&h, &point->x, &square);
    fq2_subtract(&h, &h, &sum->x);
    fq2_multiply(&r, &point->y, &square);
    fq2_multiply(&r, &r, &sum->z);
    fq2_subtract(&r, &r, &sum->y);
    if (fq2_is_zero(&h) && fq2_is_zero(&r)) {
        double_point(sum);
        return;
    }
    fq2_multiply(&sum->z, &sum->z, &h);
    fq2_square(&square, &h);
    fq2_multiply(&h, &h, &square);
    fq2_multiply(&shared, &sum->x, &square);
    fq2_square(&sum->x, &r);
    fq2_subtract(&sum->x, &sum->x, &h);
    fq2_subtract(&sum->x, &sum->x, &shared);
    fq2_subtract(&sum->x, &sum->x, &shared);
    fq2_subtract(&shared, &shared, &sum->x);
    fq2_multiply(&shared, &shared, &r);
    fq2_multiply(&h, &h, &sum->y);
    fq2_subtract(&sum->y, &shared, &h);
}

static void multiply(struct g2_jacobian *product, const struct g2 *point,
                     const struct integer256 *scalar)
{
    *product = (struct g2_jacobian){FQ2_ONE, FQ2_ONE, FQ2_ZERO};
    if (g2_is_infinity(point))
        return;
    for (unsigned int bit = integer256_bit_length(scalar); bit-- > 0;) {
        double_point(product);
        if ((scalar->limbs[bit / 64] >> (bit % 64) & 1) == 0)
            continue;
        if (fq2_is_zero(&product->z))
            *product = (struct g2_jacobian){point->x, point->y, FQ2_ONE};
        else
            add_point(product, point);
    }
}

bool g2_is_in_subgroup(const struct g2 *point)
{
    struct g2_jacobian product;
    multiply(&product, point, &field_modulus);
    return fq2_is_zero(&product.z);
}

void g2_multiply(struct g2 *product, const struct g2 *point, const struct integer256 *scalar)
{
    struct g2_jacobian jacobian;
    struct fq2 inverse;
    struct fq2 power;
    multiply(&jacobian, point, scalar);
    if (!fq2_invert_var(&inverse, &jacobian.z)) {
        *product = G2_INFINITY;
        return;
    }
    fq2_square(&power, &inverse);
    fq2_multiply(&product->x, &jacobian.x, &power);
    fq2_multiply(&power, &power, &inverse);
    fq2_multiply(&product->y, &jacobian.y, &power);
}

enum bn254_status g2_from_bytes(struct g2 *point, const unsigned char bytes[G2_BYTES])
{
    struct g2 candidate;
    const unsigned char *y = bytes + G2_BYTES / 2;
    if (!fq_from_bytes(&candidate.x.c0, bytes) ||
        !fq_from_bytes(&candidate.x.c1, bytes + FQ_BYTES) || !fq_from_bytes(&candidate.y.c0, y) ||
        !fq_from_bytes(&candidate.y.c1, y + FQ_BYTES))
        return BN254_NOT_CANONICAL;
    if (!g2_is_on_twist(&candidate))
        return BN254_NOT_ON_CURVE;
    if (!g2_is_in_subgroup(&candidate))
        return BN254_NOT_IN_SUBGROUP;
    *point = candidate;
    return BN254_OK;
}

void g2_to_bytes(unsigned char bytes[G2_BYTES], const struct g2 *point)
{
    fq_to_bytes(bytes, &point->x.c0);
    fq_to_bytes(bytes + FQ_BYTES, &point->x.c1);
    unsigned char *y = bytes + G2_BYTES / 2;
    fq_to_bytes(y, &point->y.c0);
    fq_to_bytes(y + FQ_BYTES, &point->y.c1);
}
