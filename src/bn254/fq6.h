/*
 * Fq6 = Fq2[v] / (v^3 - (9 + u)): c0 + c1 v + c2 v^2. Every output may be the same object as an
 * input. Pure functions; thread-safe.
 */
#ifndef BN254_FQ6_H
#define BN254_FQ6_H

#include <stdbool.h>

#include "bn254/fq2.h"

struct fq6 {
    struct fq2 c0;
    struct fq2 c1;
    struct fq2 c2;
};

#define FQ6_ZERO ((struct fq6){FQ2_ZERO, FQ2_ZERO, FQ2_ZERO})
#define FQ6_ONE ((struct fq6){FQ2_ONE, FQ2_ZERO, FQ2_ZERO})

static inline bool fq6_equal(const struct fq6 *left, const struct fq6 *right)
{
    return fq2_equal(&left->c0, &right->c0) && fq2_equal(&left->c1, &right->c1) &&
           fq2_equal(&left->c2, &right->c2);
}

static inline bool fq6_is_zero(const struct fq6 *element)
{
    return fq2_is_zero(&element->c0) && fq2_is_zero(&element->c1) && fq2_is_zero(&element->c2);
}

void fq6_add(struct fq6 *sum, const struct fq6 *left, const struct fq6 *right);
void fq6_subtract(struct fq6 *difference, const struct fq6 *left, const struct fq6 *right);
void fq6_negate(struct fq6 *negated, const struct fq6 *element);
void fq6_multiply(struct fq6 *product, const struct fq6 *left, const struct fq6 *right);

/* The product with c0 + c1 v. */
void fq6_multiply_by_01(struct fq6 *product, const struct fq6 *element, const struct fq2 *c0,
                        const struct fq2 *c1);

/* The product with v. */
void fq6_multiply_by_v(struct fq6 *product, const struct fq6 *element);

/* False, with the inverse untouched, for zero. Not constant time. */
bool fq6_invert_var(struct fq6 *inverse, const struct fq6 *element);

#endif
