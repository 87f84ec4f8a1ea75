#include "ultrahonk/opening_check.h"

#include <string.h>

#include "base/check.h"
#include "bn254/fr.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/inner_product_check.h"

/* What is inverted for each round l, and, for no round, in the last row. */
enum inverted {
    POSITIVE,  /* z - x^(2^l) */
    NEGATIVE,  /* z + x^(2^l) */
    UNFOLDING, /* x^(2^l) (1 - u_l) + u_l */
    SINGLE,    /* as below */
    INVERTED_KINDS
};
enum single { GEMINI, NEXT_IN_SUBGROUP, FIRST_IN_SUBGROUP }; /* x, z - g x, z - 1 */

enum { INVERTED_COUNT = (int)INVERTED_KINDS * (int)MOST_ROUNDS };

struct opening {
    const struct shape *shape;
    const struct proof_parts *proof;
    const struct proof_challenges *challenges;
    const struct verification_key_parts *key;
    struct field points[MOST_ROUNDS]; /* x^(2^l) */
    struct field inverses[INVERTED_KINDS][MOST_ROUNDS];
    struct field unshifted; /* what a commitment's coefficient is multiplied with */
    struct field shifted;   /* and that of its shift */
    struct field constant;  /* the generator's scalar */
    struct field nu_power;  /* of the next claim */
};

static void add_term(struct opening_terms *terms, const struct g1 *point, struct field scalar)
{
    CHECK(terms->count < MOST_OPENING_TERMS);
    terms->points[terms->count] = *point;
    terms->scalars[terms->count++] = scalar;
}

static void add_constant(struct opening *opening, struct field weight, struct field value)
{
    opening->constant = plus(opening->constant, times(weight, value));
}

static struct field next_nu_power(struct opening *opening)
{
    struct field power = opening->nu_power;
    opening->nu_power = times(power, opening->challenges->nu);
    return power;
}

/* All at once, as an inversion costs as much as a hundred products. False for a zero. */
static bool invert_all(struct opening *opening)
{
    struct field elements[INVERTED_COUNT];
    struct field *const inverses = &opening->inverses[0][0];
    memcpy(elements, inverses, sizeof(elements));
    fr_invert_many_var(inverses, elements, INVERTED_COUNT);
    for (size_t i = 0; i < INVERTED_COUNT; i++)
        if (field_is_zero(&inverses[i]))
            return false;
    return true;
}

/* False when a challenge makes a denominator zero. */
static bool find_points(struct opening *opening)
{
    const struct field z = opening->challenges->shplonk;
    struct field x = opening->challenges->gemini;
    for (size_t i = 0; i < INVERTED_COUNT; i++)
        opening->inverses[i / MOST_ROUNDS][i % MOST_ROUNDS] = FIELD_ONE;
    opening->inverses[SINGLE][GEMINI] = x;
    if (opening->shape->zero_knowledge) {
        opening->inverses[SINGLE][NEXT_IN_SUBGROUP] = minus(z, times(subgroup_generator, x));
        opening->inverses[SINGLE][FIRST_IN_SUBGROUP] = minus(z, FIELD_ONE);
    }
    for (size_t l = 0; l < opening->shape->rounds; l++) {
        const struct field u = opening->challenges->round[l];
        opening->points[l] = x;
        opening->inverses[POSITIVE][l] = minus(z, x);
        opening->inverses[NEGATIVE][l] = plus(z, x);
        opening->inverses[UNFOLDING][l] = plus(times(x, minus(FIELD_ONE, u)), u);
        x = squared(x);
    }
    return invert_all(opening);
}

/* What the commitments' coefficients are multiplied with. */
static void find_factors(struct opening *opening)
{
    struct field positive = opening->inverses[POSITIVE][0];
    struct field negative = times(opening->challenges->nu, opening->inverses[NEGATIVE][0]);
    opening->unshifted = plus(positive, negative);
    opening->shifted = times(opening->inverses[SINGLE][GEMINI], minus(positive, negative));
}

static const struct g1 *commitment_of(const struct opening *opening, size_t entity)
{
    return entity < FIRST_WITNESS ? &opening->key->commitments[entity]
                                  : &opening->proof->witness[entity - FIRST_WITNESS];
}

/* All evaluations, weighted with the powers of rho; the commitments with theirs become terms. */
static struct field batch(struct opening *opening, struct opening_terms *terms)
{
    const struct proof_parts *proof = opening->proof;
    struct field coefficient = FIELD_ONE;
    struct field sum = FIELD_ZERO;
    if (opening->shape->zero_knowledge) {
        add_term(terms, &proof->masking, negated(opening->unshifted));
        sum = proof->masking_evaluation;
        coefficient = opening->challenges->rho;
    }
    struct field *scalars = terms->scalars + terms->count;
    for (size_t entity = 0; entity < ENTITY_COUNT; entity++) {
        if (entity < FIRST_SHIFT) {
            add_term(terms, commitment_of(opening, entity),
                     negated(times(coefficient, opening->unshifted)));
        } else {
            struct field *scalar = &scalars[entity_of_shift((enum entity)entity)];
            *scalar = minus(*scalar, times(coefficient, opening->shifted));
        }
        sum = plus(sum, times(coefficient, proof->evaluations[entity]));
        coefficient = times(coefficient, opening->challenges->rho);
    }
    return sum;
}

/* From the batched evaluation back to those of the folds at x^(2^l), the last first. */
static void unfold(struct field folds[MOST_ROUNDS], const struct opening *opening,
                   struct field batched)
{
    struct field value = batched;
    for (size_t l = opening->shape->rounds; l-- > 0;) {
        const struct field x = opening->points[l];
        const struct field u = opening->challenges->round[l];
        const struct field rest = times(x, minus(FIELD_ONE, u));
        struct field numerator = minus(times(doubled(x), value),
                                       times(opening->proof->fold_evaluations[l], minus(rest, u)));
        value = times(numerator, opening->inverses[UNFOLDING][l]);
        folds[l] = value;
    }
}

static void add_folds(struct opening *opening, struct opening_terms *terms, struct field batched)
{
    const struct field *negatives = opening->proof->fold_evaluations;
    struct field positives[MOST_ROUNDS];
    unfold(positives, opening, batched);
    for (size_t l = 0; l < opening->shape->rounds; l++) {
        struct field positive = times(next_nu_power(opening), opening->inverses[POSITIVE][l]);
        struct field negative = times(next_nu_power(opening), opening->inverses[NEGATIVE][l]);
        if (l > 0)
            add_term(terms, &opening->proof->folds[l - 1], negated(plus(positive, negative)));
        add_constant(opening, positive, positives[l]);
        add_constant(opening, negative, negatives[l]);
    }
}

/* The claims (G, x), (A, g x), (A, x), (A, 1) and (Q, x), of which the fourth is zero. */
static void add_libra(struct opening *opening, struct opening_terms *terms)
{
    const struct field *opened = opening->proof->libra_openings;
    const struct field *single = opening->inverses[SINGLE];
    const struct field at_x = opening->inverses[POSITIVE][0];
    struct field g = times(next_nu_power(opening), at_x);
    struct field shifted = times(next_nu_power(opening), single[NEXT_IN_SUBGROUP]);
    struct field here = times(next_nu_power(opening), at_x);
    struct field first = times(next_nu_power(opening), single[FIRST_IN_SUBGROUP]);
    struct field quotient = times(next_nu_power(opening), at_x);
    add_constant(opening, g, opened[LIBRA_G]);
    add_constant(opening, shifted, opened[LIBRA_SUM_SHIFTED]);
    add_constant(opening, here, opened[LIBRA_SUM]);
    add_constant(opening, quotient, opened[LIBRA_QUOTIENT]);
    add_term(terms, &opening->proof->libra[0], negated(g));
    add_term(terms, &opening->proof->libra[1], negated(plus(plus(shifted, here), first)));
    add_term(terms, &opening->proof->libra[2], negated(quotient));
}

enum ultrahonk_reason opening_terms_fill(struct opening_terms *terms, const struct shape *shape,
                                         const struct proof_parts *proof,
                                         const struct proof_challenges *challenges,
                                         const struct verification_key_parts *key)
{
    struct opening opening = {.shape = shape,
                              .proof = proof,
                              .challenges = challenges,
                              .key = key,
                              .nu_power = FIELD_ONE};
    terms->count = 0;
    if (!find_points(&opening))
        return ULTRAHONK_DIVISION_BY_ZERO;
    find_factors(&opening);
    add_term(terms, &proof->shplonk_quotient, FIELD_ONE);
    struct field batched = batch(&opening, terms);
    add_folds(&opening, terms, batched);
    if (shape->zero_knowledge)
        add_libra(&opening, terms);
    add_term(terms, &g1_generator, opening.constant);
    add_term(terms, &proof->kzg_quotient, challenges->shplonk);
    return ULTRAHONK_VERIFIED;
}

static size_t first_with(const struct opening_terms *terms, size_t count, const struct g1 *point)
{
    size_t term = 0;
    while (term < count && !g1_equal(&terms->points[term], point))
        term++;
    return term;
}

void opening_terms_merge(struct opening_terms *terms)
{
    size_t merged = 0;
    for (size_t i = 0; i < terms->count; i++) {
        size_t term = first_with(terms, merged, &terms->points[i]);
        if (term < merged) {
            terms->scalars[term] = plus(terms->scalars[term], terms->scalars[i]);
            continue;
        }
        terms->points[merged] = terms->points[i];
        terms->scalars[merged++] = terms->scalars[i];
    }
    terms->count = merged;
}
