/*
 * The masking of the sumcheck: a random polynomial that is a sum of univariate ones, and the proof
 * of its value at the sumcheck's point. Source: specification, 9 and 11; Xie and others, "Libra",
 * 2019, section 4.
 */
#ifndef ULTRAHONK_PROVER_LIBRA_INTERNAL_H
#define ULTRAHONK_PROVER_LIBRA_INTERNAL_H

#include "ultrahonk/prover/proving_internal.h"
#include "ultrahonk/prover/subgroup_internal.h"

enum {
    LIBRA_CONCATENATION_LENGTH = SUBGROUP_ORDER + 2,
    LIBRA_SUMS_LENGTH = SUBGROUP_ORDER + 3,
    LIBRA_QUOTIENT_LENGTH = SUBGROUP_ORDER + 2
};

struct libra {
    struct field constant;
    struct field univariates[MOST_ROUNDS][LIBRA_COEFFICIENTS]; /* the lowest coefficient first */
    struct field ends[MOST_ROUNDS];                            /* their values at 0 and 1, summed */
    struct field bound; /* the constant and the values of rounds that are over */
    struct field later; /* the ends of the rounds after this one, summed */
    struct field concatenation[LIBRA_CONCATENATION_LENGTH];
    struct field sums[LIBRA_SUMS_LENGTH];
    struct field quotient[LIBRA_QUOTIENT_LENGTH];
};

/* How much memory it takes. */
enum { LIBRA_ELEMENTS = sizeof(struct libra) / sizeof(struct field) };

/* Draws the masking, sends its commitment and its sum, and draws its challenge. Gives what the
 * first round's values have to sum up to. */
struct field libra_begin(struct proving *proving);

/* Adds its share to the values of a round. */
void libra_add_round(const struct proving *proving, struct field *values, size_t round);

/* After the round's challenge. */
void libra_bind(struct proving *proving, size_t round);

/* Sends the value at the sumcheck's point, and the commitments that prove it. */
void libra_end(struct proving *proving);

#endif
