#include "ultrahonk/sumcheck_check.h"

#include "base/check.h"
#include "bn254/fr.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/public_input_delta.h"
#include "ultrahonk/relations.h"

/* 1 / product over j != i of (i - j) for each point i. */
struct interpolation interpolation_of(size_t count)
{
    struct interpolation made = {.count = count};
    struct field products[MOST_UNIVARIATE_LENGTH];
    CHECK(count >= 1 && count <= MOST_UNIVARIATE_LENGTH);
    for (size_t i = 0; i < count; i++) {
        products[i] = FIELD_ONE;
        for (size_t j = 0; j < count; j++)
            if (j != i)
                products[i] = times(products[i], minus(small(i), small(j)));
    }
    fr_invert_many_var(made.weights, products, count);
    return made;
}

/* By products from both ends: no division, so that x may be one of the points. */
struct field interpolate(const struct interpolation *interpolation, const struct field *values,
                         struct field x)
{
    const size_t count = interpolation->count;
    struct field after[MOST_UNIVARIATE_LENGTH + 1];
    struct field before = FIELD_ONE;
    struct field sum = FIELD_ZERO;
    after[count] = FIELD_ONE;
    for (size_t i = count; i-- > 0;)
        after[i] = times(after[i + 1], minus(x, small(i)));
    for (size_t i = 0; i < count; i++) {
        struct field others = times(before, after[i + 1]);
        sum = plus(sum, times(times(values[i], interpolation->weights[i]), others));
        before = times(before, minus(x, small(i)));
    }
    return sum;
}

/* False when it would divide by zero. */
static bool delta_of(struct field *delta, const struct proof_parts *proof,
                     const struct proof_challenges *challenges,
                     const struct verification_key_parts *key, const unsigned char *public_inputs)
{
    struct public_input_products products =
        public_input_products_begin(challenges->beta, challenges->gamma);
    for (size_t i = 0; i < key->public_inputs; i++) {
        struct field value;
        CHECK(field_from_bytes(&value, public_inputs + i * WORD_LENGTH));
        public_input_products_add(&products, value);
    }
    for (size_t i = 0; i < PAIRING_LIMBS; i++)
        public_input_products_add(&products, proof->pairing_limbs[i]);
    return public_input_delta(delta, &products);
}

/* 1 - the product over k >= 2 of (1 - u_k): nothing of the rows 0 to 3, which are masked. */
static struct field row_factor(const struct shape *shape, const struct proof_challenges *challenges)
{
    struct field product = FIELD_ONE;
    for (size_t round = 2; round < shape->rounds; round++)
        product = times(product, minus(FIELD_ONE, challenges->round[round]));
    return minus(FIELD_ONE, product);
}

static enum ultrahonk_reason check_final(struct field target, struct field weight,
                                         const struct shape *shape, const struct proof_parts *proof,
                                         const struct proof_challenges *challenges,
                                         struct field delta)
{
    const struct relation_parameters parameters = {challenges->eta, challenges->beta,
                                                   challenges->gamma, delta};
    struct field values[SUBRELATION_COUNT];
    relations_evaluate(values, proof->evaluations, &parameters);
    struct field sum = relations_combine(values, challenges->alpha, weight);
    if (shape->zero_knowledge)
        sum = plus(times(sum, row_factor(shape, challenges)),
                   times(challenges->libra, proof->libra_evaluation));
    return field_equal(&sum, &target) ? ULTRAHONK_VERIFIED : ULTRAHONK_SUMCHECK_FINAL;
}

enum ultrahonk_reason sumcheck_check(size_t *at, const struct shape *shape,
                                     const struct proof_parts *proof,
                                     const struct proof_challenges *challenges,
                                     const struct verification_key_parts *key,
                                     const unsigned char *public_inputs)
{
    struct field target = times(challenges->libra, proof->libra_sum);
    struct field weight = FIELD_ONE;
    struct field gate = challenges->gate;
    struct field delta;
    const struct interpolation interpolation = interpolation_of(shape->univariate_length);
    for (size_t round = 0; round < shape->rounds; round++) {
        const struct field *values = proof->univariates[round];
        const struct field u = challenges->round[round];
        struct field sum = plus(values[0], values[1]);
        if (!field_equal(&sum, &target)) {
            *at = round;
            return ULTRAHONK_SUMCHECK_ROUND;
        }
        target = interpolate(&interpolation, values, u);
        weight = times(weight, plus(FIELD_ONE, times(u, minus(gate, FIELD_ONE))));
        gate = squared(gate);
    }
    if (!delta_of(&delta, proof, challenges, key, public_inputs))
        return ULTRAHONK_DIVISION_BY_ZERO;
    return check_final(target, weight, shape, proof, challenges, delta);
}
