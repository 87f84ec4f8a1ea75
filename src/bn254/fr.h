/*
 * The scalar field of BN254 for many elements at a time; bn254/field.h has the element and what is
 * done with one. Pure functions; thread-safe.
 */
#ifndef BN254_FR_H
#define BN254_FR_H

#include <stddef.h>

#include "bn254/field.h"

/*
 * The inverses of `count` elements by one inversion and three products each; that of zero is zero.
 * The two arrays do not overlap. Source: Montgomery, "Speeding the Pollard and Elliptic Curve
 * Methods of Factorization", 1987, section 10.3.1. Not constant time.
 */
void fr_invert_many_var(struct field *inverses, const struct field *elements, size_t count);

#endif
