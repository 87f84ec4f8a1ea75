/*
 * Fq12 = Fq6[w] / (w^2 - v): c0 + c1 w, where pairings have their values. Every output may be the
 * same object as an input. Pure functions; thread-safe.
 */
#ifndef BN254_FQ12_H
#define BN254_FQ12_H

#include <stdbool.h>

#include "bn254/fq6.h"

struct fq12 {
    struct fq6 c0;
    struct fq6 c1;
};

#define FQ12_ONE ((struct fq12){FQ6_ONE, FQ6_ZERO})

bool fq12_equal(const struct fq12 *left, const struct fq12 *right);
bool fq12_is_one(const struct fq12 *element);

void fq12_multiply(struct fq12 *product, const struct fq12 *left, const struct fq12 *right);
void fq12_square(struct fq12 *square, const struct fq12 *element);

/* The product with 1 + a w + b w^3, as the lines of a pairing are. */
void fq12_multiply_by_line(struct fq12 *product, const struct fq12 *element, const struct fq2 *a,
                           const struct fq2 *b);

/* c0 - c1 w, which is the element to the power q^6; the inverse of one of the cyclotomic subgroup.
 */
void fq12_conjugate(struct fq12 *conjugate, const struct fq12 *element);

/* The element to the power q, and to the power q^2. */
void fq12_frobenius(struct fq12 *power, const struct fq12 *element);
void fq12_frobenius_square(struct fq12 *power, const struct fq12 *element);

/* The square of an element whose order divides q^4 - q^2 + 1; of no other. Source: Granger and
 * Scott, "Faster Squaring in the Cyclotomic Subgroup of Sixth Degree Extensions", 2010, section 3.
 */
void fq12_cyclotomic_square(struct fq12 *square, const struct fq12 *element);

/* False, with the inverse untouched, for zero. Not constant time. */
bool fq12_invert_var(struct fq12 *inverse, const struct fq12 *element);

#endif
