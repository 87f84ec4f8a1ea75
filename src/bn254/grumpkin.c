#include "bn254/grumpkin.h"

#include <stdio.h>

enum { WINDOW_BITS = 4, WINDOW_MULTIPLES = 1 << WINDOW_BITS, SCALAR_BITS = 256 };

/* The point (x / z^2, y / z^3), or infinity when z is 0. */
struct jacobian {
    struct field x;
    struct field y;
    struct field z;
};

static const struct integer256 order = {{UINT64_C(0x3c208c16d87cfd47), UINT64_C(0x97816a916871ca8d),
                                         UINT64_C(0xb85045b68181585d),
                                         UINT64_C(0x30644e72e131a029)}};

static bool is_infinity(const struct grumpkin_point *point)
{
    return field_is_zero(&point->x) && field_is_zero(&point->y);
}

/* y^2 = x^3 - 17 */
static bool is_on_curve(const struct grumpkin_point *point)
{
    struct field left;
    struct field right;
    struct field seventeen = field_from_u64(17);
    field_square(&left, &point->y);
    field_square(&right, &point->x);
    field_multiply(&right, &right, &point->x);
    field_subtract(&right, &right, &seventeen);
    return field_equal(&left, &right);
}

static bool check_point(const struct grumpkin_point *point, char reason[GRUMPKIN_REASON_CHARACTERS])
{
    if (is_infinity(point) || is_on_curve(point))
        return true;
    struct integer256 x;
    struct integer256 y;
    char x_text[INTEGER256_HEX_CHARACTERS];
    char y_text[INTEGER256_HEX_CHARACTERS];
    field_to_integer(&x, &point->x);
    field_to_integer(&y, &point->y);
    integer256_to_hex(x_text, &x);
    integer256_to_hex(y_text, &y);
    (void)snprintf(reason, GRUMPKIN_REASON_CHARACTERS, "Point (%s, %s) is not on curve", x_text,
                   y_text);
    return false;
}

static struct jacobian to_jacobian(const struct grumpkin_point *point)
{
    if (is_infinity(point))
        return (struct jacobian){FIELD_ONE, FIELD_ONE, FIELD_ZERO};
    return (struct jacobian){point->x, point->y, FIELD_ONE};
}

static struct grumpkin_point to_affine(const struct jacobian *point)
{
    struct grumpkin_point affine = {FIELD_ZERO, FIELD_ZERO};
    struct field inverse;
    if (!field_invert(&inverse, &point->z))
        return affine;
    struct field square;
    field_square(&square, &inverse);
    field_multiply(&affine.x, &point->x, &square);
    field_multiply(&square, &square, &inverse);
    field_multiply(&affine.y, &point->y, &square);
    return affine;
}

/* With s = 4 x y^2 and m = 3 x^2: x' = m^2 - 2s, y' = m (s - x') - 8 y^4, z' = 2 y z. Right for
 * infinity as well; no point of the curve has y = 0, because its order is odd. */
static void double_point(struct jacobian *point)
{
    struct field y_square;
    struct field s;
    struct field m;
    struct field y_fourth;
    struct jacobian doubled;
    field_square(&y_square, &point->y);
    field_multiply(&s, &point->x, &y_square);
    field_add(&s, &s, &s);
    field_add(&s, &s, &s);
    field_square(&doubled.x, &point->x);
    field_add(&m, &doubled.x, &doubled.x);
    field_add(&m, &m, &doubled.x);
    field_square(&doubled.x, &m);
    field_subtract(&doubled.x, &doubled.x, &s);
    field_subtract(&doubled.x, &doubled.x, &s);
    field_square(&y_fourth, &y_square);
    field_add(&y_fourth, &y_fourth, &y_fourth);
    field_add(&y_fourth, &y_fourth, &y_fourth);
    field_add(&y_fourth, &y_fourth, &y_fourth);
    field_subtract(&doubled.y, &s, &doubled.x);
    field_multiply(&doubled.y, &doubled.y, &m);
    field_subtract(&doubled.y, &doubled.y, &y_fourth);
    field_multiply(&doubled.z, &point->y, &point->z);
    field_add(&doubled.z, &doubled.z, &doubled.z);
    *point = doubled;
}

/* With u = x z'^2 and s = y z'^3 of both points, h = u2 - u1, r = s2 - s1:
 * x = r^2 - h^3 - 2 u1 h^2, y = r (u1 h^2 - x) - s1 h^3, z = h z1 z2. */
static void add_point(struct jacobian *sum, const struct jacobian *other)
{
    if (field_is_zero(&other->z))
        return;
    if (field_is_zero(&sum->z)) {
        *sum = *other;
        return;
    }
    struct field z1_square;
    struct field z2_square;
    struct field u1;
    struct field s1;
    struct field h;
    struct field r;
    field_square(&z1_square, &sum->z);
    field_square(&z2_square, &other->z);
    field_multiply(&u1, &sum->x, &z2_square);
    field_multiply(&h, &other->x, &z1_square);
    field_subtract(&h, &h, &u1);
    field_multiply(&s1, &sum->y, &z2_square);
    field_multiply(&s1, &s1, &other->z);
    field_multiply(&r, &other->y, &z1_square);
    field_multiply(&r, &r, &sum->z);
    field_subtract(&r, &r, &s1);
    if (field_is_zero(&h) && field_is_zero(&r)) {
        double_point(sum);
        return;
    }
    /* h = 0 and r != 0 are opposite points: z becomes 0, infinity, as it should. */
    struct field h_square;
    struct field h_cube;
    struct field shared;
    field_square(&h_square, &h);
    field_multiply(&h_cube, &h_square, &h);
    field_multiply(&shared, &u1, &h_square);
    field_multiply(&sum->z, &sum->z, &other->z);
    field_multiply(&sum->z, &sum->z, &h);
    field_square(&sum->x, &r);
    field_subtract(&sum->x, &sum->x, &h_cube);
    field_subtract(&sum->x, &sum->x, &shared);
    field_subtract(&sum->x, &sum->x, &shared);
    field_subtract(&sum->y, &shared, &sum->x);
    field_multiply(&sum->y, &sum->y, &r);
    field_multiply(&s1, &s1, &h_cube);
    field_subtract(&sum->y, &sum->y, &s1);
}

bool grumpkin_add(struct grumpkin_point *sum, const struct grumpkin_point *left,
                  const struct grumpkin_point *right, char reason[GRUMPKIN_REASON_CHARACTERS])
{
    if (!check_point(left, reason) || !check_point(right, reason))
        return false;
    struct jacobian total = to_jacobian(left);
    struct jacobian other = to_jacobian(right);
    add_point(&total, &other);
    *sum = to_affine(&total);
    return true;
}

static bool half_of_scalar(struct integer256 *half, const struct field *element,
                           char reason[GRUMPKIN_REASON_CHARACTERS])
{
    field_to_integer(half, element);
    if ((half->limbs[2] | half->limbs[3]) == 0)
        return true;
    char text[INTEGER256_HEX_CHARACTERS];
    integer256_to_hex(text, half);
    (void)snprintf(reason, GRUMPKIN_REASON_CHARACTERS, "Limb %s is not less than 2^128", text);
    return false;
}

static bool join_scalar(struct integer256 *scalar, const struct field halves[2],
                        char reason[GRUMPKIN_REASON_CHARACTERS])
{
    struct integer256 low;
    struct integer256 high;
    if (!half_of_scalar(&low, &halves[0], reason) || !half_of_scalar(&high, &halves[1], reason))
        return false;
    *scalar = (struct integer256){{low.limbs[0], low.limbs[1], high.limbs[0], high.limbs[1]}};
    if (integer256_compare(scalar, &order) < 0)
        return true;
    char text[INTEGER256_HEX_CHARACTERS];
    integer256_to_hex(text, scalar);
    const char *digits = text;
    while (*digits == '0')
        digits++;
    (void)snprintf(reason, GRUMPKIN_REASON_CHARACTERS, "%s is not a valid grumpkin scalar", digits);
    return false;
}

static struct jacobian multiply_point(const struct grumpkin_point *point,
                                      const struct integer256 *scalar)
{
    struct jacobian multiples[WINDOW_MULTIPLES];
    multiples[0] = (struct jacobian){FIELD_ONE, FIELD_ONE, FIELD_ZERO};
    multiples[1] = to_jacobian(point);
    for (size_t index = 2; index < WINDOW_MULTIPLES; index++) {
        multiples[index] = multiples[index - 1];
        add_point(&multiples[index], &multiples[1]);
    }
    struct jacobian product = multiples[0];
    for (size_t bit = SCALAR_BITS; bit > 0;) {
        bit -= WINDOW_BITS;
        for (size_t doubling = 0; doubling < WINDOW_BITS; doubling++)
            double_point(&product);
        add_point(&product,
                  &multiples[scalar->limbs[bit / 64] >> (bit % 64) & (WINDOW_MULTIPLES - 1)]);
    }
    return product;
}

bool grumpkin_multiply(struct grumpkin_point *sum, const struct field *coordinates,
                       const struct field *halves, size_t count,
                       char reason[GRUMPKIN_REASON_CHARACTERS])
{
    struct jacobian total = {FIELD_ONE, FIELD_ONE, FIELD_ZERO};
    for (size_t index = 0; index < count; index++) {
        struct grumpkin_point point = {coordinates[2 * index], coordinates[2 * index + 1]};
        struct integer256 scalar;
        if (!check_point(&point, reason) || !join_scalar(&scalar, &halves[2 * index], reason))
            return false;
        struct jacobian product = multiply_point(&point, &scalar);
        add_point(&total, &product);
    }
    *sum = to_affine(&total);
    return true;
}
