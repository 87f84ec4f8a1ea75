#include "bn254/pairing.h"

/* 6x + 2 for x = 4965661367192848881 without its leading 1, as digits of non-adjacent form. */
static const signed char loop_digits[] = {
    0, -1, 0, 1,  0, 0, 0, -1, 0, -1, 0,  0, 0,  -1, 0, 1, 0, -1, 0, 0, -1, 0,
    0, 0,  0, 0,  1, 0, 0, -1, 0, 1,  0,  0, -1, 0,  0, 0, 0, -1, 0, 1, 0,  0,
    0, -1, 0, -1, 0, 0, 1, 0,  0, 0,  -1, 0, 0,  -1, 0, 1, 0, 1,  0, 0, 0};

enum {
    LOOP_DIGITS = sizeof(loop_digits),
    AT_ONCE = 8 /* pairs that share their squares */
};

/* xi^((q - 1) / 3) and xi^((q - 1) / 2): what untwisting, q-th power and twisting do to x and y. */
static const struct fq2 frobenius_x = {
    {{UINT64_C(0xb5773b104563ab30), UINT64_C(0x347f91c8a9aa6454), UINT64_C(0x7a007127242e0991),
      UINT64_C(0x1956bcd8118214ec)}},
    {{UINT64_C(0x6e849f1ea0aa4757), UINT64_C(0xaa1c7b6d89f89141), UINT64_C(0xb6e713cdfae0ca3a),
      UINT64_C(0x26694fbb4e82ebc3)}}};
static const struct fq2 frobenius_y = {
    {{UINT64_C(0xe4bbdd0c2936b629), UINT64_C(0xbb30f162e133bacb), UINT64_C(0x31a9d1b6f9645366),
      UINT64_C(0x253570bea500f8dd)}},
    {{UINT64_C(0xa1d77ce45ffe77c7), UINT64_C(0x07affd117826d1db), UINT64_C(0x6d16bd27bb7edc6b),
      UINT64_C(0x2c87200285defecc)}}};

/* sum := sum + other along the line of the slope, and the line. */
static void step_along(struct pairing_line *line, struct g2 *sum, const struct fq2 *other_x,
                       const struct fq2 *slope)
{
    struct fq2 x;
    line->slope = *slope;
    fq2_multiply(&line->offset, slope, &sum->x);
    fq2_subtract(&line->offset, &line->offset, &sum->y);
    fq2_square(&x, slope);
    fq2_subtract(&x, &x, &sum->x);
    fq2_subtract(&x, &x, other_x);
    fq2_multiply(&sum->y, slope, &x);
    fq2_subtract(&sum->y, &line->offset, &sum->y);
    sum->x = x;
}

/* The slope 3 x^2 / (2 y). No point of the twist has y = 0. */
static void double_step(struct pairing_line *line, struct g2 *point)
{
    struct fq2 slope;
    struct fq2 denominator;
    struct fq2 x = point->x;
    fq2_double(&denominator, &point->y);
    (void)fq2_invert_var(&denominator, &denominator);
    fq2_square(&slope, &point->x);
    fq2_multiply(&denominator, &denominator, &slope);
    fq2_double(&slope, &denominator);
    fq2_add(&slope, &slope, &denominator);
    step_along(line, point, &x, &slope);
}

/* The slope (y - y') / (x - x'). The sum is a multiple of the point by less than r - 1 and more
 * than 1, so the two have not the same x. */
static void add_step(struct pairing_line *line, struct g2 *sum, const struct g2 *point)
{
    struct fq2 slope;
    struct fq2 denominator;
    fq2_subtract(&denominator, &sum->x, &point->x);
    (void)fq2_invert_var(&denominator, &denominator);
    fq2_subtract(&slope, &sum->y, &point->y);
    fq2_multiply(&slope, &slope, &denominator);
    step_along(line, sum, &point->x, &slope);
}

/* The q-th power map of the curve, seen on the twist. */
static void apply_frobenius(struct g2 *image, const struct g2 *point)
{
    fq2_conjugate(&image->x, &point->x);
    fq2_multiply(&image->x, &image->x, &frobenius_x);
    fq2_conjugate(&image->y, &point->y);
    fq2_multiply(&image->y, &image->y, &frobenius_y);
}

enum bn254_status g2_prepare(struct g2_prepared *prepared, const struct g2 *point)
{
    if (!g2_is_on_twist(point))
        return BN254_NOT_ON_CURVE;
    if (!g2_is_in_subgroup(point))
        return BN254_NOT_IN_SUBGROUP;
    prepared->is_infinity = g2_is_infinity(point);
    if (prepared->is_infinity)
        return BN254_OK;
    struct g2 sum = *point;
    struct g2 negated;
    g2_negate(&negated, point);
    struct pairing_line *line = prepared->lines;
    for (size_t digit = 0; digit < LOOP_DIGITS; digit++) {
        double_step(line++, &sum);
        if (loop_digits[digit] != 0)
            add_step(line++, &sum, loop_digits[digit] > 0 ? point : &negated);
    }
    struct g2 image;
    apply_frobenius(&image, point);
    add_step(line++, &sum, &image);
    apply_frobenius(&image, &image);
    g2_negate(&image, &image);
    add_step(line, &sum, &image);
    return BN254_OK;
}

/* A point of G1 as the lines take it: -x / y and 1 / y. A factor of Fq in a line's value makes no
 * difference, for the final exponentiation makes it 1. */
struct evaluation {
    struct fq minus_x_over_y;
    struct fq one_over_y;
    const struct pairing_line *line;
};

/* False when the pair contributes 1. */
static bool start_evaluation(struct evaluation *evaluation, const struct g1 *point,
                             const struct g2_prepared *prepared)
{
    /* No point of the curve but infinity has y = 0. */
    if (prepared->is_infinity || !fq_invert_var(&evaluation->one_over_y, &point->y))
        return false;
    fq_multiply(&evaluation->minus_x_over_y, &point->x, &evaluation->one_over_y);
    fq_negate(&evaluation->minus_x_over_y, &evaluation->minus_x_over_y);
    evaluation->line = prepared->lines;
    return true;
}

/* Multiplies with the next line's value, 1 - slope (x / y) w + (offset / y) w^3. */
static void take_line(struct fq12 *product, struct evaluation *evaluation)
{
    struct fq2 a;
    struct fq2 b;
    fq2_scale(&a, &evaluation->line->slope, &evaluation->minus_x_over_y);
    fq2_scale(&b, &evaluation->line->offset, &evaluation->one_over_y);
    fq12_multiply_by_line(product, product, &a, &b);
    evaluation->line++;
}

/* Takes the next line of each pair. */
static void take_lines(struct fq12 *product, struct evaluation *evaluations, size_t count)
{
    for (size_t pair = 0; pair < count; pair++)
        take_line(product, &evaluations[pair]);
}

static void evaluate(struct fq12 *product, struct evaluation *evaluations, size_t count)
{
    *product = FQ12_ONE;
    for (size_t digit = 0; digit < LOOP_DIGITS; digit++) {
        fq12_square(product, product);
        take_lines(product, evaluations, count);
        if (loop_digits[digit] != 0)
            take_lines(product, evaluations, count);
    }
    take_lines(product, evaluations, count);
    take_lines(product, evaluations, count);
}

void pairing_miller_loop(struct fq12 *product, const struct g1 *points,
                         const struct g2_prepared *const *prepared, size_t count)
{
    struct evaluation evaluations[AT_ONCE];
    struct fq12 part;
    *product = FQ12_ONE;
    for (size_t pair = 0; pair < count;) {
        size_t used = 0;
        for (; pair < count && used < AT_ONCE; pair++)
            used += start_evaluation(&evaluations[used], &points[pair], prepared[pair]);
        evaluate(&part, evaluations, used);
        fq12_multiply(product, product, &part);
    }
}

bool pairing_product_is_one(const struct g1 *points, const struct g2_prepared *const *prepared,
                            size_t count)
{
    struct fq12 product;
    pairing_miller_loop(&product, points, prepared, count);
    pairing_final_exponentiation(&product, &product);
    return fq12_is_one(&product);
}
