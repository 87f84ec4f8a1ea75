/* What a row computes: arithmetic, ranges, Grumpkin, another field's numbers, Poseidon2. */
#include "bn254/poseidon2.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/relation_kinds.h"

/* 1/2 in Montgomery form. */
static const struct field half = {{UINT64_C(0x783c14d81ffffffe), UINT64_C(0xaf982f6f0c8d1edd),
                                   UINT64_C(0x8f5f7492fcfd4f45), UINT64_C(0x1f37631a3d9cbfac)}};

void relation_arithmetic(struct field *values, const struct field *e,
                         const struct relation_parameters *parameters)
{
    (void)parameters;
    struct field q = e[Q_ARITHMETIC];
    struct field linear = plus(plus(times(e[Q_L], e[W_L]), times(e[Q_R], e[W_R])),
                               plus(plus(times(e[Q_O], e[W_O]), times(e[Q_4], e[W_4])), e[Q_C]));
    struct field product = times(times(e[Q_M], half), times(e[W_L], e[W_R]));
    struct field less_one = minus(q, FIELD_ONE);
    struct field gate =
        plus(minus(linear, times(minus(q, small(3)), product)), times(less_one, e[W_4_SHIFT]));
    struct field next = plus(minus(plus(e[W_L], e[W_4]), e[W_L_SHIFT]), e[Q_M]);
    values[0] = times(q, gate);
    values[1] = times(times(q, less_one), times(minus(q, small(2)), next));
}

void relation_range(struct field *values, const struct field *e,
                    const struct relation_parameters *parameters)
{
    (void)parameters;
    const struct field ends[] = {e[W_L], e[W_R], e[W_O], e[W_4], e[W_L_SHIFT]};
    for (size_t i = 0; i + 1 < sizeof(ends) / sizeof(ends[0]); i++) {
        struct field step = minus(ends[i + 1], ends[i]);
        struct field product = times(step, minus(step, FIELD_ONE));
        product = times(product, times(minus(step, small(2)), minus(step, small(3))));
        values[i] = times(e[Q_RANGE], product);
    }
}

/* The points (x1, y1), (x2, y2) and (x3, y3), as a row and the next one hold them. */
struct elliptic_row {
    struct field x1, y1, x2, y2, x3, y3;
};

static void elliptic_addition(struct field values[2], const struct elliptic_row *p,
                              struct field sign)
{
    struct field run = minus(p->x2, p->x1);
    struct field products = times(doubled(sign), times(p->y1, p->y2));
    struct field squares = plus(squared(p->y1), squared(p->y2));
    values[0] =
        plus(minus(times(plus(plus(p->x3, p->x2), p->x1), squared(run)), squares), products);
    values[1] = plus(times(plus(p->y1, p->y3), run),
                     times(minus(p->x3, p->x1), minus(times(sign, p->y2), p->y1)));
}

/* Grumpkin is y^2 = x^3 - 17. */
static void elliptic_doubling(struct field values[2], const struct elliptic_row *p)
{
    struct field y_squared = squared(p->y1);
    values[0] = minus(times(times(small(4), y_squared), plus(p->x3, doubled(p->x1))),
                      times(times(small(9), p->x1), plus(y_squared, small(17))));
    values[1] = minus(times(times(small(3), squared(p->x1)), minus(p->x1, p->x3)),
                      times(doubled(p->y1), plus(p->y1, p->y3)));
}

void relation_elliptic(struct field *values, const struct field *e,
                       const struct relation_parameters *parameters)
{
    (void)parameters;
    const struct elliptic_row row = {e[W_R],       e[W_O],       e[W_L_SHIFT],
                                     e[W_4_SHIFT], e[W_R_SHIFT], e[W_O_SHIFT]};
    struct field adds = minus(FIELD_ONE, e[Q_M]);
    struct field addition[2];
    struct field doubling[2];
    elliptic_addition(addition, &row, e[Q_L]);
    elliptic_doubling(doubling, &row);
    for (size_t i = 0; i < 2; i++)
        values[i] =
            times(e[Q_ELLIPTIC], plus(times(adds, addition[i]), times(e[Q_M], doubling[i])));
}

/* Limbs of 14 bits, the lowest first, as one number. */
static struct field from_limbs(const struct field limbs[5])
{
    const struct field base = small(1 << 14);
    struct field number = limbs[4];
    for (size_t i = 4; i-- > 0;)
        number = plus(times(number, base), limbs[i]);
    return number;
}

/* The three kinds of a product of numbers in limbs of 68 bits. */
static struct field limb_products(const struct field *e)
{
    const struct field base = field_from_u128((uint128)1 << 68);
    struct field cross = plus(times(e[W_L], e[W_R_SHIFT]), times(e[W_L_SHIFT], e[W_R]));
    struct field whole = plus(times(base, cross), times(e[W_L_SHIFT], e[W_R_SHIFT]));
    struct field low = minus(minus(whole, e[W_O]), e[W_4]);
    struct field high = minus(plus(times(e[W_L], e[W_4]), times(e[W_R], e[W_O])), e[W_O_SHIFT]);
    high = plus(minus(times(base, high), e[W_4_SHIFT]), cross);
    struct field last = minus(minus(plus(whole, e[W_4]), e[W_O_SHIFT]), e[W_4_SHIFT]);
    return plus(times(e[Q_O], low), plus(times(e[Q_4], high), times(e[Q_M], last)));
}

static struct field limb_sums(const struct field *e)
{
    const struct field first[] = {e[W_L], e[W_R], e[W_O], e[W_L_SHIFT], e[W_R_SHIFT]};
    const struct field second[] = {e[W_O], e[W_4], e[W_L_SHIFT], e[W_R_SHIFT], e[W_O_SHIFT]};
    return plus(times(e[Q_4], minus(from_limbs(first), e[W_4])),
                times(e[Q_M], minus(from_limbs(second), e[W_4_SHIFT])));
}

void relation_non_native(struct field *values, const struct field *e,
                         const struct relation_parameters *parameters)
{
    (void)parameters;
    values[0] =
        times(e[Q_NON_NATIVE], plus(times(e[Q_R], limb_products(e)), times(e[Q_O], limb_sums(e))));
}

/* (wire + constant)^5 */
static struct field substituted(struct field wire, struct field constant)
{
    struct field sum = plus(wire, constant);
    return times(squared(squared(sum)), sum);
}

void relation_poseidon2_external(struct field *values, const struct field *e,
                                 const struct relation_parameters *parameters)
{
    (void)parameters;
    struct field state[POSEIDON2_WIDTH] = {substituted(e[W_L], e[Q_L]), substituted(e[W_R], e[Q_R]),
                                           substituted(e[W_O], e[Q_O]),
                                           substituted(e[W_4], e[Q_4])};
    poseidon2_mix_full(state);
    for (size_t i = 0; i < POSEIDON2_WIDTH; i++)
        values[i] = times(e[Q_POSEIDON2_EXTERNAL], minus(state[i], e[W_L_SHIFT + i]));
}

void relation_poseidon2_internal(struct field *values, const struct field *e,
                                 const struct relation_parameters *parameters)
{
    (void)parameters;
    struct field state[POSEIDON2_WIDTH] = {substituted(e[W_L], e[Q_L]), e[W_R], e[W_O], e[W_4]};
    poseidon2_mix_partial(state);
    for (size_t i = 0; i < POSEIDON2_WIDTH; i++)
        values[i] = times(e[Q_POSEIDON2_INTERNAL], minus(state[i], e[W_L_SHIFT + i]));
}
