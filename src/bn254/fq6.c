#include "bn254/fq6.h"

void fq6_add(struct fq6 *sum, const struct fq6 *left, const struct fq6 *right)
{
    fq2_add(&sum->c0, &left->c0, &right->c0);
    fq2_add(&sum->c1, &left->c1, &right->c1);
    fq2_add(&sum->c2, &left->c2, &right->c2);
}

void fq6_subtract(struct fq6 *difference, const struct fq6 *left, const struct fq6 *right)
{
    fq2_subtract(&difference->c0, &left->c0, &right->c0);
    fq2_subtract(&difference->c1, &left->c1, &right->c1);
    fq2_subtract(&difference->c2, &left->c2, &right->c2);
}

void fq6_negate(struct fq6 *negated, const struct fq6 *element)
{
    fq2_negate(&negated->c0, &element->c0);
    fq2_negate(&negated->c1, &element->c1);
    fq2_negate(&negated->c2, &element->c2);
}

/* (a0 + a1) (b0 + b1) - low - high: the mixed products of two pairs. */
static void mixed_products(struct fq2 *mixed, const struct fq2 *a0, const struct fq2 *a1,
                           const struct fq2 *b0, const struct fq2 *b1, const struct fq2 *low,
                           const struct fq2 *high)
{
    struct fq2 sum;
    fq2_add(&sum, a0, a1);
    fq2_add(mixed, b0, b1);
    fq2_multiply(mixed, mixed, &sum);
    fq2_subtract(mixed, mixed, low);
    fq2_subtract(mixed, mixed, high);
}

/* Toom-Cook by Karatsuba's products: Devegili, O hEigeartaigh, Scott and Dahab, "Multiplication and
 * Squaring on Pairing-Friendly Fields", 2006, section 4. */
void fq6_multiply(struct fq6 *product, const struct fq6 *left, const struct fq6 *right)
{
    struct fq2 v0;
    struct fq2 v1;
    struct fq2 v2;
    struct fq6 mixed;
    fq2_multiply(&v0, &left->c0, &right->c0);
    fq2_multiply(&v1, &left->c1, &right->c1);
    fq2_multiply(&v2, &left->c2, &right->c2);
    mixed_products(&mixed.c0, &left->c1, &left->c2, &right->c1, &right->c2, &v1, &v2);
    mixed_products(&mixed.c1, &left->c0, &left->c1, &right->c0, &right->c1, &v0, &v1);
    mixed_products(&mixed.c2, &left->c0, &left->c2, &right->c0, &right->c2, &v0, &v2);
    fq2_multiply_by_xi(&mixed.c0, &mixed.c0);
    fq2_add(&product->c0, &v0, &mixed.c0);
    fq2_multiply_by_xi(&v2, &v2);
    fq2_add(&product->c1, &mixed.c1, &v2);
    fq2_add(&product->c2, &mixed.c2, &v1);
}

/* As above with the third coefficient zero. */
void fq6_multiply_by_01(struct fq6 *product, const struct fq6 *element, const struct fq2 *c0,
                        const struct fq2 *c1)
{
    struct fq2 v0;
    struct fq2 v1;
    struct fq2 mixed;
    struct fq2 low;
    struct fq2 high;
    fq2_multiply(&v0, &element->c0, c0);
    fq2_multiply(&v1, &element->c1, c1);
    mixed_products(&mixed, &element->c0, &element->c1, c0, c1, &v0, &v1);
    fq2_multiply(&low, &element->c2, c1);
    fq2_multiply(&high, &element->c2, c0);
    fq2_multiply_by_xi(&low, &low);
    fq2_add(&product->c0, &v0, &low);
    product->c1 = mixed;
    fq2_add(&product->c2, &high, &v1);
}

void fq6_multiply_by_v(struct fq6 *product, const struct fq6 *element)
{
    struct fq2 turned;
    fq2_multiply_by_xi(&turned, &element->c2);
    product->c2 = element->c1;
    product->c1 = element->c0;
    product->c0 = turned;
}

/* factor * left - right * other */
static void cofactor(struct fq2 *result, const struct fq2 *factor, const struct fq2 *left,
                     const struct fq2 *right, const struct fq2 *other)
{
    struct fq2 second;
    fq2_multiply(&second, right, other);
    fq2_multiply(result, factor, left);
    fq2_subtract(result, result, &second);
}

/*
 * With t0 = c0^2 - xi c1 c2, t1 = xi c2^2 - c0 c1 and t2 = c1^2 - c0 c2 the product of the element
 * with t0 + t1 v + t2 v^2 is the norm n = c0 t0 + xi (c2 t1 + c1 t2), of Fq2. Source: Beuchat et
 * al., "High-Speed Software Implementation of the Optimal Ate Pairing over Barreto-Naehrig Curves",
 * 2010, algorithm 17.
 */
bool fq6_invert_var(struct fq6 *inverse, const struct fq6 *element)
{
    struct fq6 xi_times;
    struct fq6 t;
    struct fq2 norm;
    struct fq2 term;
    fq2_multiply_by_xi(&xi_times.c1, &element->c1);
    fq2_multiply_by_xi(&xi_times.c2, &element->c2);
    cofactor(&t.c0, &element->c0, &element->c0, &xi_times.c1, &element->c2);
    cofactor(&t.c1, &xi_times.c2, &element->c2, &element->c0, &element->c1);
    cofactor(&t.c2, &element->c1, &element->c1, &element->c0, &element->c2);
    fq2_multiply(&norm, &element->c0, &t.c0);
    fq2_multiply(&term, &xi_times.c2, &t.c1);
    fq2_add(&norm, &norm, &term);
    fq2_multiply(&term, &xi_times.c1, &t.c2);
    fq2_add(&norm, &norm, &term);
    if (!fq2_invert_var(&norm, &norm))
        return false;
    fq2_multiply(&inverse->c0, &t.c0, &norm);
    fq2_multiply(&inverse->c1, &t.c1, &norm);
    fq2_multiply(&inverse->c2, &t.c2, &norm);
    return true;
}
