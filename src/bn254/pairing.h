/*
 * The optimal ate pairing of BN254, for points of G2 that are known beforehand: what depends on
 * such a point alone is computed once. Pure functions; thread-safe; not constant time.
 *
 * Sources: Vercauteren, "Optimal Pairings", 2010, section IV; Beuchat et al., "High-Speed Software
 * Implementation of the Optimal Ate Pairing over Barreto-Naehrig Curves", 2010; for lines kept per
 * point: Costello and Stebila, "Fixed Argument Pairings", 2010.
 */
#ifndef BN254_PAIRING_H
#define BN254_PAIRING_H

#include <stdbool.h>
#include <stddef.h>

#include "bn254/fq12.h"
#include "bn254/g1.h"
#include "bn254/g2.h"

enum { PAIRING_LINES = 88 };

/* The line y - slope x + offset = 0, turned so that offset = slope x0 - y0 for its points. */
struct pairing_line {
    struct fq2 slope;
    struct fq2 offset;
};

/* The lines that the loop takes, in its order. Plain data: copied and dropped as it is. */
struct g2_prepared {
    bool is_infinity;
    struct pairing_line lines[PAIRING_LINES];
};

/* Any point of the twist; BN254_NOT_IN_SUBGROUP, with nothing prepared, for one that is not in G2.
 */
enum bn254_status g2_prepare(struct g2_prepared *prepared, const struct g2 *point);

/* The product over `count` pairs of Miller's function: the pairings' product before the final
 * exponentiation. The points are on the curve. Infinity on either side contributes 1. */
void pairing_miller_loop(struct fq12 *product, const struct g1 *points,
                         const struct g2_prepared *const *prepared, size_t count);

/* The element, which is not zero, to the power (q^12 - 1) / r. */
void pairing_final_exponentiation(struct fq12 *power, const struct fq12 *element);

/* Whether the product of the pairings is 1, by one final exponentiation. */
bool pairing_product_is_one(const struct g1 *points, const struct g2_prepared *const *prepared,
                            size_t count);

#endif
