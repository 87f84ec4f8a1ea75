/* What is compiled with AVX-512 IFMA, for the table. Points have coordinates times 2^260, below 2.3
 * q. */
#ifndef BN254_IFMA_INTERNAL_H
#define BN254_IFMA_INTERNAL_H

#include "bn254/arithmetic_internal.h"

/* Blocks of eight additions that share an inversion, and the bytes that they need. */
enum { IFMA_BLOCKS = 128, IFMA_SCRATCH_BYTES = IFMA_BLOCKS * 6 * 5 * 64 };

void ifma_import_points(struct g1 *imported, const struct g1 *points, size_t count);
void ifma_reduce_points(struct g1 *points, size_t count);
bool ifma_add_pairs(struct g1 *to, const struct g1 *from, const struct pairs *pairs);
void ifma_sum_buckets(struct g1_jacobian *sums, const struct buckets *buckets);

/* Between the limbs of value * 2^260, of any size, and an element of Fq. */
void ifma_to_fq(struct fq *element, const struct fq *limbs);
void ifma_from_fq(struct fq *limbs, const struct fq *element);

#endif
