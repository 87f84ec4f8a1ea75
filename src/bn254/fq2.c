#include "bn254/fq2.h"

#include "bn254/arithmetic_internal.h"
#include "bn254/fq_internal.h"

void fq2_add(struct fq2 *sum, const struct fq2 *left, const struct fq2 *right)
{
    fq_add_inline(&sum->c0, &left->c0, &right->c0);
    fq_add_inline(&sum->c1, &left->c1, &right->c1);
}

void fq2_subtract(struct fq2 *difference, const struct fq2 *left, const struct fq2 *right)
{
    fq_subtract_inline(&difference->c0, &left->c0, &right->c0);
    fq_subtract_inline(&difference->c1, &left->c1, &right->c1);
}

void fq2_double(struct fq2 *doubled, const struct fq2 *element)
{
    fq2_add(doubled, element, element);
}

void fq2_negate(struct fq2 *negated, const struct fq2 *element)
{
    fq_negate(&negated->c0, &element->c0);
    fq_negate(&negated->c1, &element->c1);
}

void fq2_multiply(struct fq2 *product, const struct fq2 *left, const struct fq2 *right)
{
    arithmetic()->fq2_multiply(product, left, right);
}

void fq2_square(struct fq2 *square, const struct fq2 *element)
{
    arithmetic()->fq2_square(square, element);
}

void fq2_conjugate(struct fq2 *conjugate, const struct fq2 *element)
{
    conjugate->c0 = element->c0;
    fq_negate(&conjugate->c1, &element->c1);
}

void fq2_scale(struct fq2 *product, const struct fq2 *element, const struct fq *factor)
{
    struct fq copy = *factor; /* it may be a part of the product */
    fq_multiply(&product->c0, &element->c0, &copy);
    fq_multiply(&product->c1, &element->c1, &copy);
}

/* 9 c0 - c1 and c0 + 9 c1 */
void fq2_multiply_by_xi(struct fq2 *product, const struct fq2 *element)
{
    struct fq2 eightfold;
    struct fq2 turned = {element->c1, element->c0};
    fq2_double(&eightfold, element);
    fq2_double(&eightfold, &eightfold);
    fq2_double(&eightfold, &eightfold);
    fq2_add(product, &eightfold, element);
    fq_subtract(&product->c0, &product->c0, &turned.c0);
    fq_add(&product->c1, &product->c1, &turned.c1);
}

/* (c0 - c1 u) / (c0^2 + c1^2); the norm of what is not zero is not zero, as -1 is no square. */
bool fq2_invert_var(struct fq2 *inverse, const struct fq2 *element)
{
    struct fq norm;
    struct fq square;
    fq_square(&norm, &element->c0);
    fq_square(&square, &element->c1);
    fq_add(&norm, &norm, &square);
    if (!fq_invert_var(&norm, &norm))
        return false;
    struct fq2 conjugate;
    fq2_conjugate(&conjugate, element);
    fq2_scale(inverse, &conjugate, &norm);
    return true;
}
