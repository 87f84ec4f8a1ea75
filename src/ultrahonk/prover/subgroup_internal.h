/*
 * Polynomials by their values on the subgroup of order 256, and products of such. Source:
 * specification, 9; Cooley and Tukey, "An Algorithm for the Machine Calculation of Complex Fourier
 * Series", 1965. Pure; thread-safe.
 */
#ifndef ULTRAHONK_PROVER_SUBGROUP_INTERNAL_H
#define ULTRAHONK_PROVER_SUBGROUP_INTERNAL_H

#include "ultrahonk/inner_product_check.h"

enum { SUBGROUP_PRODUCT = 4 * SUBGROUP_ORDER };

/* In place: from values at g^0, g^1, ... to coefficients, the lowest first. */
void subgroup_interpolate(struct field values[SUBGROUP_ORDER]);

/* The product of two polynomials, which has fewer than SUBGROUP_PRODUCT coefficients; the others
 * are zero. */
void subgroup_multiply(struct field product[SUBGROUP_PRODUCT], const struct field *left,
                       size_t left_count, const struct field *right, size_t right_count);

/* The naive twins. */
void subgroup_interpolate_naive(struct field values[SUBGROUP_ORDER]);
void subgroup_multiply_naive(struct field product[SUBGROUP_PRODUCT], const struct field *left,
                             size_t left_count, const struct field *right, size_t right_count);

#endif
