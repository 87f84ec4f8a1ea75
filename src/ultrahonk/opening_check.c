#include "ultrahonk/opening_check.h"

#include "base/check.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/inner_product_check.h"

struct opening {
    const struct shape *shape;
    const struct proof_parts *proof;
    const struct proof_challenges *challenges;
    const struct verification_key_parts *key;
    struct field points[MOST_ROUNDS];   /* x^(2^l) */
    struct field positive[MOST_ROUNDS]; /* 1 / (z - x^(2^l)) */
    struct field negative[MOST_ROUNDS]; /* 1 / (z + x^(2^l)) */
    struct field unshifted;             /* what a commitment's coefficient is multiplied with */
    struct field shifted;               /* and that of its shift */
    struct field constant;              /* the generator's scalar */
    struct field nu_power;              /* of the next claim */
    bool divided_by_zero;
};

static struct field inverse(struct opening *opening, struct field element)
{
    if (!field_invert(&element, &element))
        opening->divided_by_zero = true;
    return element;
}

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

static void find_points(struct opening *opening)
{
    const struct field z = opening->challenges->shplonk;
    struct field x = opening->challenges->gemini;
    struct field x_inverse = inverse(opening, x);
    for (size_t l = 0; l < opening->shape->rounds; l++) {
        opening->points[l] = x;
        opening->positive[l] = inverse(opening, minus(z, x));
        opening->negative[l] = inverse(opening, plus(z, x));
        x = squared(x);
    }
    struct field negative = times(opening->challenges->nu, opening->negative[0]);
    opening->unshifted = plus(opening->positive[0], negative);
    opening->shifted = times(x_inverse, minus(opening->positive[0], negative));
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
static void unfold(struct field folds[MOST_ROUNDS], struct opening *opening, struct field batched)
{
    struct field value = batched;
    for (size_t l = opening->shape->rounds; l-- > 0;) {
        const struct field x = opening->points[l];
        const struct field u = opening->challenges->round[l];
        const struct field rest = times(x, minus(FIELD_ONE, u));
        struct field numerator = minus(times(doubled(x), value),
                                       times(opening->proof->fold_evaluations[l], minus(rest, u)));
        value = times(numerator, inverse(opening, plus(rest, u)));
        folds[l] = value;
    }
}

static void add_folds(struct opening *opening, struct opening_terms *terms, struct field batched)
{
    const struct field *negatives = opening->proof->fold_evaluations;
    struct field positives[MOST_ROUNDS];
    unfold(positives, opening, batched);
    for (size_t l = 0; l < opening->shape->rounds; l++) {
        struct field positive = times(next_nu_power(opening), opening->positive[l]);
        struct field negative = times(next_nu_power(opening), opening->negative[l]);
        if (l > 0)
            add_term(terms, &opening->proof->folds[l - 1], negated(plus(positive, negative)));
        add_constant(opening, positive, positives[l]);
        add_constant(opening, negative, negatives[l]);
    }
}

/* The claims (G, x), (A, g x), (A, x), (A, 1) and (Q, x), of which the fourth is zero. */
static void add_libra(struct opening *opening, struct opening_terms *terms)
{
    const struct field z = opening->challenges->shplonk;
    const struct field x = opening->challenges->gemini;
    const struct field *opened = opening->proof->libra_openings;
    const struct field at_x = opening->positive[0];
    struct field g = times(next_nu_power(opening), at_x);
    struct field next = minus(z, times(subgroup_generator, x));
    struct field shifted = times(next_nu_power(opening), inverse(opening, next));
    struct field here = times(next_nu_power(opening), at_x);
    struct field first = times(next_nu_power(opening), inverse(opening, minus(z, FIELD_ONE)));
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
    find_points(&opening);
    add_term(terms, &proof->shplonk_quotient, FIELD_ONE);
    struct field batched = batch(&opening, terms);
    add_folds(&opening, terms, batched);
    if (shape->zero_knowledge)
        add_libra(&opening, terms);
    add_term(terms, &g1_generator, opening.constant);
    add_term(terms, &proof->kzg_quotient, challenges->shplonk);
    return opening.divided_by_zero ? ULTRAHONK_DIVISION_BY_ZERO : ULTRAHONK_VERIFIED;
}
