#include <stdlib.h>

#include "bn254/msm.h"
#include "ultrahonk/crs.h"
#include "ultrahonk/inner_product_check.h"
#include "ultrahonk/nested_points.h"
#include "ultrahonk/opening_check.h"
#include "ultrahonk/sumcheck_check.h"

/* What a check works with: too much for a stack. */
struct verification {
    const struct ultrahonk_crs *crs;
    struct shape shape;
    struct verification_key_parts key;
    struct proof_parts proof;
    struct nested_points nested;
    struct proof_challenges challenges;
    struct opening_terms terms;
    const unsigned char *public_inputs;
    bool out_of_memory;
};

static enum ultrahonk_reason check_public_inputs(const struct verification *verification,
                                                 size_t *at, size_t length)
{
    struct field value;
    if (length != verification->key.public_inputs * WORD_LENGTH)
        return ULTRAHONK_PUBLIC_INPUTS_COUNT;
    for (size_t i = 0; i < verification->key.public_inputs; i++) {
        *at = i;
        if (!field_from_bytes(&value, verification->public_inputs + i * WORD_LENGTH))
            return ULTRAHONK_PUBLIC_INPUT_NOT_CANONICAL;
    }
    return ULTRAHONK_VERIFIED;
}

/* e(a, G2) e(b, [tau]) = 1 */
static bool pairs_to_one(const struct ultrahonk_crs *crs, const struct g1 *a, const struct g1 *b)
{
    const struct g1 points[] = {*a, *b};
    const struct g2_prepared *const prepared[] = {&crs->generator, &crs->tau};
    return pairing_product_is_one(points, prepared, 2);
}

/* The two equations are checked apart: no random combination, and the verdict says which. */
static enum ultrahonk_reason check_pairings(struct verification *verification)
{
    struct opening_terms *terms = &verification->terms;
    const struct nested_points *nested = &verification->nested;
    struct g1_jacobian sum;
    struct g1 a;
    struct g1 b;
    opening_terms_merge(terms);
    if (msm(&sum, terms->points, terms->scalars, terms->count) != BN254_OK) {
        verification->out_of_memory = true;
        return ULTRAHONK_PAIRING;
    }
    g1_to_affine(&a, &sum);
    g1_negate(&b, &verification->proof.kzg_quotient);
    if (g1_is_infinity(&a) || g1_is_infinity(&b))
        return ULTRAHONK_INFINITY;
    if (!pairs_to_one(verification->crs, &a, &b))
        return ULTRAHONK_PAIRING;
    if (nested->present && !pairs_to_one(verification->crs, &nested->points[0], &nested->points[1]))
        return ULTRAHONK_NESTED_PAIRING;
    return ULTRAHONK_VERIFIED;
}

/* From the challenges on: the words are right. */
static enum ultrahonk_reason check_equations(struct verification *verification, size_t *at)
{
    const struct shape *shape = &verification->shape;
    const struct proof_parts *proof = &verification->proof;
    const struct proof_challenges *challenges = &verification->challenges;
    enum ultrahonk_reason reason = sumcheck_check(at, shape, proof, challenges, &verification->key,
                                                  verification->public_inputs);
    if (reason == ULTRAHONK_VERIFIED && shape->zero_knowledge)
        reason = inner_product_check(shape, proof, challenges);
    if (reason == ULTRAHONK_VERIFIED)
        reason =
            opening_terms_fill(&verification->terms, shape, proof, challenges, &verification->key);
    return reason == ULTRAHONK_VERIFIED ? check_pairings(verification) : reason;
}

/* NULL is fine for what is empty. */
static bool is_given(const unsigned char *bytes, size_t length)
{
    return bytes != NULL || length == 0;
}

enum ultrahonk_status ultrahonk_verify(const struct ultrahonk_crs *crs,
                                       struct ultrahonk_verdict *verdict,
                                       enum ultrahonk_target target, const unsigned char *key,
                                       size_t key_length, const unsigned char *proof,
                                       size_t proof_length, const unsigned char *public_inputs,
                                       size_t public_inputs_length)
{
    size_t at = 0;
    if (crs == NULL || verdict == NULL || (unsigned)target >= ULTRAHONK_TARGET_COUNT ||
        !is_given(key, key_length) || !is_given(proof, proof_length) ||
        !is_given(public_inputs, public_inputs_length))
        return ULTRAHONK_BAD_ARGUMENT;
    struct verification *own = calloc(1, sizeof(*own));
    if (own == NULL)
        return ULTRAHONK_NO_MEMORY;
    own->crs = crs;
    own->public_inputs = public_inputs;
    enum ultrahonk_reason reason = verification_key_parse(&own->key, &at, target, key, key_length);
    own->shape = shape_of(target, own->key.log_rows);
    if (reason == ULTRAHONK_VERIFIED)
        reason = check_public_inputs(own, &at, public_inputs_length);
    if (reason == ULTRAHONK_VERIFIED)
        reason = proof_parse(&own->proof, &at, &own->shape, proof, proof_length);
    if (reason == ULTRAHONK_VERIFIED)
        reason = nested_points_read(&own->nested, own->proof.pairing_limbs);
    if (reason == ULTRAHONK_VERIFIED) {
        proof_draw_challenges(&own->challenges, &own->shape, &own->key, proof, public_inputs);
        reason = check_equations(own, &at);
    }
    bool out_of_memory = own->out_of_memory;
    free(own);
    if (out_of_memory)
        return ULTRAHONK_NO_MEMORY;
    if (ultrahonk_reason_place(reason) == ULTRAHONK_NOWHERE)
        at = 0;
    *verdict = (struct ultrahonk_verdict){reason == ULTRAHONK_VERIFIED, reason, at};
    return ULTRAHONK_OK;
}
