/* The CRS's points of G1, [tau^i] for i = 0, 1, 2 and so on: what a prover commits with. */
#ifndef ULTRAHONK_POINTS_H
#define ULTRAHONK_POINTS_H

#include <stddef.h>
#include <ultrahonk.h>

#include "bn254/g1.h"

/*
 * Reads the first `count` points of the folder's bn254_g1.dat, 64 bytes each as bb reads them, and
 * checks that they are points of the curve. They are the caller's, for free().
 * ULTRAHONK_CRS_MISSING leaves errno as reading left it; ULTRAHONK_CRS_INVALID: too few points, or
 * what are none, from the point *at on. Untouched are *points unless it is ULTRAHONK_OK, and *at
 * then.
 */
enum ultrahonk_status points_read(struct g1 **points, size_t *at, const char *folder, size_t count);

#endif
