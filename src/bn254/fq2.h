/*
 * Fq2 = Fq[u] / (u^2 + 1): c0 + c1 u. Every output may be the same object as an input. Pure
 * functions; thread-safe.
 */
#ifndef BN254_FQ2_H
#define BN254_FQ2_H

#include <stdbool.h>

#include "bn254/fq.h"

struct fq2 {
    struct fq c0;
    struct fq c1;
};

#define FQ2_ZERO ((struct fq2){FQ_ZERO, FQ_ZERO})
#define FQ2_ONE ((struct fq2){FQ_ONE, FQ_ZERO})

static inline bool fq2_equal(const struct fq2 *left, const struct fq2 *right)
{
    return fq_equal(&left->c0, &right->c0) && fq_equal(&left->c1, &right->c1);
}

static inline bool fq2_is_zero(const struct fq2 *element)
{
    return fq_is_zero(&element->c0) && fq_is_zero(&element->c1);
}

void fq2_add(struct fq2 *sum, const struct fq2 *left, const struct fq2 *right);
void fq2_subtract(struct fq2 *difference, const struct fq2 *left, const struct fq2 *right);
void fq2_double(struct fq2 *doubled, const struct fq2 *element);
void fq2_negate(struct fq2 *negated, const struct fq2 *element);
void fq2_multiply(struct fq2 *product, const struct fq2 *left, const struct fq2 *right);
void fq2_square(struct fq2 *square, const struct fq2 *element);

/* c0 - c1 u, which is the element to the power q. */
void fq2_conjugate(struct fq2 *conjugate, const struct fq2 *element);

/* The product with an element of Fq. */
void fq2_scale(struct fq2 *product, const struct fq2 *element, const struct fq *factor);

/* The product with 9 + u, of which Fq6 and the twist are made. */
void fq2_multiply_by_xi(struct fq2 *product, const struct fq2 *element);

/* False, with the inverse untouched, for zero. Not constant time. */
bool fq2_invert_var(struct fq2 *inverse, const struct fq2 *element);

#endif
