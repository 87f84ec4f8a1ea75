/*
 * Gemini and Shplonk, as far as a verifier computes them: one multi-scalar multiplication whose sum
 * A has to satisfy e(A, G2) e(-W, [tau]) = 1. Source: specification, 7. Pure; thread-safe.
 */
#ifndef ULTRAHONK_OPENING_CHECK_H
#define ULTRAHONK_OPENING_CHECK_H

#include "ultrahonk/proof.h"

enum {
    /* Shplonk's quotient, masking, all commitments, folds, Libra's, the generator, KZG's quotient.
     */
    MOST_OPENING_TERMS = 2 + COMMITTED_COUNT + (MOST_ROUNDS - 1) + LIBRA_COMMITMENT_COUNT + 2
};

struct opening_terms {
    struct g1 points[MOST_OPENING_TERMS];
    struct field scalars[MOST_OPENING_TERMS];
    size_t count;
};

/* ULTRAHONK_VERIFIED, with the terms filled in, or ULTRAHONK_DIVISION_BY_ZERO. */
enum ultrahonk_reason opening_terms_fill(struct opening_terms *terms, const struct shape *shape,
                                         const struct proof_parts *proof,
                                         const struct proof_challenges *challenges,
                                         const struct verification_key_parts *key);

/* Makes one term of those with the same point: columns that are equal have one commitment. The sum
 * is what it was. */
void opening_terms_merge(struct opening_terms *terms);

#endif
