#include "bn254/g1.h"

enum { WINDOW_BITS = 4, WINDOW_MULTIPLES = 1 << WINDOW_BITS, SCALAR_BITS = 256 };

const struct g1 g1_generator = {{{UINT64_C(0xd35d438dc58f0d9d), UINT64_C(0x0a78eb28f5c70b3d),
                                  UINT64_C(0x666ea36f7879462c), UINT64_C(0x0e0a77c19a07df2f)}},
                                {{UINT64_C(0xa6ba871b8b1e1b3a), UINT64_C(0x14f1d651eb8e167b),
                                  UINT64_C(0xccdd46def0f28c58), UINT64_C(0x1c14ef83340fbe5e)}}};

static const struct fq three = {{UINT64_C(0x7a17caa950ad28d7), UINT64_C(0x1f6ac17ae15521b9),
                                 UINT64_C(0x334bea4e696bd284), UINT64_C(0x2a1f6744ce179d8e)}};

bool g1_is_on_curve(const struct g1 *point)
{
    struct fq left;
    struct fq right;
    fq_square(&left, &point->y);
    fq_square(&right, &point->x);
    fq_multiply(&right, &right, &point->x);
    fq_add(&right, &right, &three);
    return fq_equal(&left, &right) || g1_is_infinity(point);
}

void g1_negate(struct g1 *negated, const struct g1 *point)
{
    negated->x = point->x;
    fq_negate(&negated->y, &point->y);
}

void g1_to_jacobian(struct g1_jacobian *jacobian, const struct g1 *point)
{
    if (g1_is_infinity(point))
        *jacobian = G1_JACOBIAN_INFINITY;
    else
        *jacobian = (struct g1_jacobian){point->x, point->y, FQ_ONE};
}

void g1_to_affine(struct g1 *affine, const struct g1_jacobian *point)
{
    struct fq inverse;
    if (!fq_invert_var(&inverse, &point->z)) {
        *affine = G1_INFINITY;
        return;
    }
    struct fq power;
    fq_square(&power, &inverse);
    fq_multiply(&affine->x, &point->x, &power);
    fq_multiply(&power, &power, &inverse);
    fq_multiply(&affine->y, &point->y, &power);
}

/*
 * With s = 4 x y^2 and m = 3 x^2: x' = m^2 - 2s, y' = m (s - x') - 8 y^4, z' = 2 y z. Right for
 * infinity as well; no point of the curve has y = 0, because its order is odd. Source: Hankerson,
 * Menezes and Vanstone, "Guide to Elliptic Curve Cryptography", 2004, section 3.2.2.
 */
void g1_double(struct g1_jacobian *doubled, const struct g1_jacobian *point)
{
    struct fq y_square;
    struct fq s;
    struct fq m;
    struct fq y_fourth;
    fq_multiply(&doubled->z, &point->y, &point->z); /* first: the two may be one object */
    fq_double(&doubled->z, &doubled->z);
    fq_square(&y_square, &point->y);
    fq_multiply(&s, &point->x, &y_square);
    fq_double(&s, &s);
    fq_double(&s, &s);
    fq_square(&y_fourth, &point->x);
    fq_double(&m, &y_fourth);
    fq_add(&m, &m, &y_fourth);
    fq_square(&y_fourth, &y_square);
    fq_double(&y_fourth, &y_fourth);
    fq_double(&y_fourth, &y_fourth);
    fq_double(&y_fourth, &y_fourth);
    fq_square(&doubled->x, &m);
    fq_subtract(&doubled->x, &doubled->x, &s);
    fq_subtract(&doubled->x, &doubled->x, &s);
    fq_subtract(&s, &s, &doubled->x);
    fq_multiply(&s, &s, &m);
    fq_subtract(&doubled->y, &s, &y_fourth);
}

/*
 * The end of both additions, from z, which is h times the z of both, and u1 = x1 z2^2, s1 = y1
 * z2^3, h = x2 z1^2 - u1, r = y2 z1^3 - s1: x = r^2 - h^3 - 2 u1 h^2, y = r (u1 h^2 - x) - s1 h^3.
 * Opposite points have h = 0, and z says infinity as it should. Source: Hankerson, Menezes and
 * Vanstone, 2004, section 3.2.2.
 */
static void finish_addition(struct g1_jacobian *sum, struct fq *u1, struct fq *s1,
                            const struct fq *h, const struct fq *r)
{
    struct fq h_square;
    struct fq h_cube;
    fq_square(&h_square, h);
    fq_multiply(&h_cube, &h_square, h);
    fq_multiply(u1, u1, &h_square);
    fq_square(&sum->x, r);
    fq_subtract(&sum->x, &sum->x, &h_cube);
    fq_subtract(&sum->x, &sum->x, u1);
    fq_subtract(&sum->x, &sum->x, u1);
    fq_subtract(&sum->y, u1, &sum->x);
    fq_multiply(&sum->y, &sum->y, r);
    fq_multiply(s1, s1, &h_cube);
    fq_subtract(&sum->y, &sum->y, s1);
}

void g1_add(struct g1_jacobian *sum, const struct g1_jacobian *left,
            const struct g1_jacobian *right)
{
    if (g1_jacobian_is_infinity(left) || g1_jacobian_is_infinity(right)) {
        *sum = g1_jacobian_is_infinity(left) ? *right : *left;
        return;
    }
    struct fq left_square;
    struct fq right_square;
    struct fq u1;
    struct fq s1;
    struct fq h;
    struct fq r;
    fq_square(&left_square, &left->z);
    fq_square(&right_square, &right->z);
    fq_multiply(&u1, &left->x, &right_square);
    fq_multiply(&h, &right->x, &left_square);
    fq_subtract(&h, &h, &u1);
    fq_multiply(&s1, &left->y, &right_square);
    fq_multiply(&s1, &s1, &right->z);
    fq_multiply(&r, &right->y, &left_square);
    fq_multiply(&r, &r, &left->z);
    fq_subtract(&r, &r, &s1);
    if (fq_is_zero(&h) && fq_is_zero(&r)) {
        g1_double(sum, left);
        return;
    }
    fq_multiply(&sum->z, &left->z, &right->z);
    fq_multiply(&sum->z, &sum->z, &h);
    finish_addition(sum, &u1, &s1, &h, &r);
}

void g1_add_affine(struct g1_jacobian *sum, const struct g1_jacobian *left, const struct g1 *right)
{
    if (g1_jacobian_is_infinity(left)) {
        g1_to_jacobian(sum, right);
        return;
    }
    if (g1_is_infinity(right)) {
        *sum = *left;
        return;
    }
    struct fq left_square;
    struct fq u1 = left->x;
    struct fq s1 = left->y;
    struct fq h;
    struct fq r;
    fq_square(&left_square, &left->z);
    fq_multiply(&h, &right->x, &left_square);
    fq_subtract(&h, &h, &u1);
    fq_multiply(&r, &right->y, &left_square);
    fq_multiply(&r, &r, &left->z);
    fq_subtract(&r, &r, &s1);
    if (fq_is_zero(&h) && fq_is_zero(&r)) {
        g1_double(sum, left);
        return;
    }
    fq_multiply(&sum->z, &left->z, &h);
    finish_addition(sum, &u1, &s1, &h, &r);
}

bool g1_jacobian_equal(const struct g1_jacobian *left, const struct g1_jacobian *right)
{
    if (g1_jacobian_is_infinity(left) || g1_jacobian_is_infinity(right))
        return g1_jacobian_is_infinity(left) && g1_jacobian_is_infinity(right);
    struct fq left_power;
    struct fq right_power;
    struct fq a;
    struct fq b;
    fq_square(&left_power, &left->z);
    fq_square(&right_power, &right->z);
    fq_multiply(&a, &left->x, &right_power);
    fq_multiply(&b, &right->x, &left_power);
    if (!fq_equal(&a, &b))
        return false;
    fq_multiply(&left_power, &left_power, &left->z);
    fq_multiply(&right_power, &right_power, &right->z);
    fq_multiply(&a, &left->y, &right_power);
    fq_multiply(&b, &right->y, &left_power);
    return fq_equal(&a, &b);
}

void g1_multiply(struct g1_jacobian *product, const struct g1 *point,
                 const struct integer256 *scalar)
{
    struct g1_jacobian multiples[WINDOW_MULTIPLES];
    struct g1 base = *point;
    multiples[0] = G1_JACOBIAN_INFINITY;
    for (size_t index = 1; index < WINDOW_MULTIPLES; index++)
        g1_add_affine(&multiples[index], &multiples[index - 1], &base);
    *product = G1_JACOBIAN_INFINITY;
    for (size_t bit = SCALAR_BITS; bit > 0;) {
        bit -= WINDOW_BITS;
        for (size_t doubling = 0; doubling < WINDOW_BITS; doubling++)
            g1_double(product, product);
        g1_add(product, product,
               &multiples[scalar->limbs[bit / 64] >> (bit % 64) & (WINDOW_MULTIPLES - 1)]);
    }
}
