/* Fq and Fq2 to be compiled into each implementation, around its own product in Fq. */
#ifndef BN254_FQ_INTERNAL_H
#define BN254_FQ_INTERNAL_H

#include "bn254/fq2.h"
#include "bn254/montgomery.h"

static const struct montgomery fq_constants = {
    .modulus = {{UINT64_C(0x3c208c16d87cfd47), UINT64_C(0x97816a916871ca8d),
                 UINT64_C(0xb85045b68181585d), UINT64_C(0x30644e72e131a029)}},
    .factor = UINT64_C(0x87d20782e4866389),
    .square = {UINT64_C(0xf32cfc5b538afa89), UINT64_C(0xb5e71911d44501fb),
               UINT64_C(0x47ab1eff0a417ff6), UINT64_C(0x06d89f71cab8351f)},
    .correction = {UINT64_C(0xd330b3617404f53c), UINT64_C(0x5f12aa9fd96887c1),
                   UINT64_C(0xe7820241e67f0488), UINT64_C(0x2029e539ef58b497)}};

typedef void fq_product(struct fq *product, const struct fq *left, const struct fq *right);

static inline void fq_add_inline(struct fq *sum, const struct fq *left, const struct fq *right)
{
    montgomery_add(sum->limbs, left->limbs, right->limbs, &fq_constants);
}

static inline void fq_subtract_inline(struct fq *difference, const struct fq *left,
                                      const struct fq *right)
{
    montgomery_subtract(difference->limbs, left->limbs, right->limbs, &fq_constants);
}

/* Karatsuba: (a0 + a1) (b0 + b1) - a0 b0 - a1 b1 is the sum of the mixed products. */
static inline __attribute__((always_inline)) void fq2_multiply_by(struct fq2 *product,
                                                                  const struct fq2 *left,
                                                                  const struct fq2 *right,
                                                                  fq_product *multiply)
{
    struct fq low;
    struct fq high;
    struct fq left_sum;
    struct fq right_sum;
    multiply(&low, &left->c0, &right->c0);
    multiply(&high, &left->c1, &right->c1);
    fq_add_inline(&left_sum, &left->c0, &left->c1);
    fq_add_inline(&right_sum, &right->c0, &right->c1);
    multiply(&left_sum, &left_sum, &right_sum);
    fq_subtract_inline(&left_sum, &left_sum, &low);
    fq_subtract_inline(&product->c1, &left_sum, &high);
    fq_subtract_inline(&product->c0, &low, &high);
}

/* (c0 + c1) (c0 - c1) and 2 c0 c1 */
static inline __attribute__((always_inline)) void
fq2_square_by(struct fq2 *square, const struct fq2 *element, fq_product *multiply)
{
    struct fq sum;
    struct fq difference;
    struct fq mixed;
    fq_add_inline(&sum, &element->c0, &element->c1);
    fq_subtract_inline(&difference, &element->c0, &element->c1);
    multiply(&mixed, &element->c0, &element->c1);
    multiply(&square->c0, &sum, &difference);
    fq_add_inline(&square->c1, &mixed, &mixed);
}

#endif
