/* Points in lanes, for what is compiled with AVX-512 IFMA. */
#ifndef BN254_LANES_INTERNAL_H
#define BN254_LANES_INTERNAL_H

#include "bn254/g1.h"
#include "bn254/lanes.h"

/* Eight points, by their addresses. */
LANES_INLINE void lanes_load(struct lanes *x, struct lanes *y, const struct g1 *const points[LANES])
{
    __m512i rows[LANES];
    for (int lane = 0; lane < LANES; lane++)
        rows[lane] = _mm512_loadu_si512(points[lane]);
    lanes_transpose(rows);
    *x = lanes_unpack(rows);
    *y = lanes_unpack(rows + INTEGER256_LIMBS);
}

/* The first `count` of the lanes, to their addresses. */
LANES_INLINE void lanes_store(struct g1 *const points[LANES], size_t count, const struct lanes *x,
                              const struct lanes *y)
{
    __m512i rows[LANES];
    lanes_pack(rows, x);
    lanes_pack(rows + INTEGER256_LIMBS, y);
    lanes_transpose(rows);
    for (size_t lane = 0; lane < count; lane++)
        _mm512_storeu_si512(points[lane], rows[lane]);
}

#endif
