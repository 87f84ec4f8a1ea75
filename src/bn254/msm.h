/*
 * Multi-scalar multiplication in G1, the sum of scalars[i] * points[i]. Thread-safe; no thread of
 * its own. Not constant time. Scalars may be secret: the working memory is wiped.
 */
#ifndef BN254_MSM_H
#define BN254_MSM_H

#include <stddef.h>

#include "bn254/g1.h"

/*
 * Any points of the curve, infinity, equal and opposite ones too, and any scalars. No more than
 * MSM_MOST of them. BN254_NO_MEMORY, with the sum untouched, when the working memory is not to be
 * had: less than a megabyte for 64 points, up to 320 bytes a point and 6 megabytes for many. What
 * of it had the scalars or their digits is wiped.
 */
enum { MSM_MOST = 1 << 26 };
enum bn254_status msm(struct g1_jacobian *sum, const struct g1 *points, const struct field *scalars,
                      size_t count);

/* The naive twin: one product after the other. No memory, a hundred times slower. */
void msm_naive(struct g1_jacobian *sum, const struct g1 *points, const struct field *scalars,
               size_t count);

#endif
