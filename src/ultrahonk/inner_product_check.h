/*
 * The verifier's side of the small-subgroup inner product, by which a zero-knowledge proof shows
 * what its masking of the sumcheck is at the sumcheck's point. Source: specification, 9. Pure;
 * thread-safe.
 */
#ifndef ULTRAHONK_INNER_PRODUCT_CHECK_H
#define ULTRAHONK_INNER_PRODUCT_CHECK_H

#include "ultrahonk/proof.h"

enum { SUBGROUP_LOG_ORDER = 8, SUBGROUP_ORDER = 1 << SUBGROUP_LOG_ORDER };

/* The masking of a round has so many. */
enum { LIBRA_COEFFICIENTS = 9 };

/* The subgroup's generator, and its inverse. */
extern const struct field subgroup_generator;
extern const struct field subgroup_generator_inverse;

/* 1, and the powers of each round's challenge: what the masking's coefficients are multiplied with,
 * and zeros. */
void inner_product_factors(struct field factors[SUBGROUP_ORDER], const struct shape *shape,
                           const struct proof_challenges *challenges);

/* ULTRAHONK_VERIFIED, ULTRAHONK_INNER_PRODUCT, or ULTRAHONK_DIVISION_BY_ZERO for a challenge in the
 * subgroup. */
enum ultrahonk_reason inner_product_check(const struct shape *shape,
                                          const struct proof_parts *proof,
                                          const struct proof_challenges *challenges);

#endif
