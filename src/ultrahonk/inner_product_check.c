#include "ultrahonk/inner_product_check.h"

#include "bn254/fr.h"
#include "ultrahonk/arithmetic.h"

const struct field subgroup_generator = {
    {UINT64_C(0xa2afb83f83a24acc), UINT64_C(0x92f255d9525d536e), UINT64_C(0x5e7566080286dd19),
     UINT64_C(0x187bb1a6c52d2549)}};
const struct field subgroup_generator_inverse = {
    {UINT64_C(0x9bf52a88a5a90b53), UINT64_C(0x39ccb835523899e2), UINT64_C(0x6a3cc4193be1b610),
     UINT64_C(0x134c2780ccac2b38)}};

/* 1 / 256 in Montgomery form. */
static const struct field one_by_order = {{0, 0, 0, UINT64_C(0x0100000000000000)}};

void inner_product_factors(struct field factors[SUBGROUP_ORDER], const struct shape *shape,
                           const struct proof_challenges *challenges)
{
    size_t filled = 0;
    factors[filled++] = FIELD_ONE;
    for (size_t round = 0; round < shape->rounds; round++) {
        struct field power = FIELD_ONE;
        for (size_t i = 0; i < LIBRA_COEFFICIENTS; i++) {
            factors[filled++] = power;
            power = times(power, challenges->round[round]);
        }
    }
    while (filled < SUBGROUP_ORDER)
        factors[filled++] = FIELD_ZERO;
}

/* The Lagrange polynomials of the subgroup at x; `vanishing` is x^256 - 1, and not zero. */
static void lagrange_at(struct field values[SUBGROUP_ORDER], struct field x, struct field vanishing)
{
    struct field denominators[SUBGROUP_ORDER];
    const struct field scale = times(vanishing, one_by_order);
    struct field moved = x;
    for (size_t i = 0; i < SUBGROUP_ORDER; i++) {
        denominators[i] = minus(moved, FIELD_ONE);
        moved = times(moved, subgroup_generator_inverse);
    }
    fr_invert_many_var(values, denominators, SUBGROUP_ORDER);
    for (size_t i = 0; i < SUBGROUP_ORDER; i++)
        values[i] = times(values[i], scale);
}

enum ultrahonk_reason inner_product_check(const struct shape *shape,
                                          const struct proof_parts *proof,
                                          const struct proof_challenges *challenges)
{
    const struct field *opened = proof->libra_openings;
    const struct field x = challenges->gemini;
    const struct field vanishing = minus(squared_times(x, SUBGROUP_LOG_ORDER), FIELD_ONE);
    struct field lagrange[SUBGROUP_ORDER];
    struct field factors[SUBGROUP_ORDER];
    struct field factor = FIELD_ZERO;
    if (field_is_zero(&vanishing))
        return ULTRAHONK_DIVISION_BY_ZERO;
    lagrange_at(lagrange, x, vanishing);
    inner_product_factors(factors, shape, challenges);
    for (size_t i = 0; i < SUBGROUP_ORDER; i++)
        factor = plus(factor, times(factors[i], lagrange[i]));
    struct field step =
        minus(minus(opened[LIBRA_SUM_SHIFTED], opened[LIBRA_SUM]), times(opened[LIBRA_G], factor));
    struct field sum = times(lagrange[0], opened[LIBRA_SUM]);
    sum = plus(sum, times(minus(x, subgroup_generator_inverse), step));
    sum = plus(sum, times(lagrange[SUBGROUP_ORDER - 1],
                          minus(opened[LIBRA_SUM], proof->libra_evaluation)));
    sum = minus(sum, times(vanishing, opened[LIBRA_QUOTIENT]));
    return field_is_zero(&sum) ? ULTRAHONK_VERIFIED : ULTRAHONK_INNER_PRODUCT;
}
