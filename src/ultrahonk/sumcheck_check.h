/*
 * The verifier's side of the sumcheck. Source: specification, 4 and 6. Pure; thread-safe.
 */
#ifndef ULTRAHONK_SUMCHECK_CHECK_H
#define ULTRAHONK_SUMCHECK_CHECK_H

#include "ultrahonk/proof.h"

/*
 * Checks the rounds and that the evaluations satisfy the relations. ULTRAHONK_VERIFIED, or
 * ULTRAHONK_SUMCHECK_ROUND with its number in *at, ULTRAHONK_SUMCHECK_FINAL,
 * ULTRAHONK_DIVISION_BY_ZERO.
 */
enum ultrahonk_reason sumcheck_check(size_t *at, const struct shape *shape,
                                     const struct proof_parts *proof,
                                     const struct proof_challenges *challenges,
                                     const struct verification_key_parts *key,
                                     const unsigned char *public_inputs);

/* What a round's values are weighted with to interpolate them, computed once for all rounds. */
struct interpolation {
    size_t count; /* of the points 0, 1, ..., count - 1 */
    struct field weights[MOST_UNIVARIATE_LENGTH];
};

/* `count` is 1 to MOST_UNIVARIATE_LENGTH. */
struct interpolation interpolation_of(size_t count);

/* The value at x of the polynomial with these values at the points. */
struct field interpolate(const struct interpolation *interpolation, const struct field *values,
                         struct field x);

#endif
