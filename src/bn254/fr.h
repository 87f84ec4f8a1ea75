/*
 * The scalar field of BN254 for many elements at a time; bn254/field.h has the element and what is
 * done with one. Where the processor has AVX-512 IFMA, eight elements are computed side by side.
 * Pure functions; thread-safe; no memory of their own. An output may be the same array as an input,
 * where nothing else is said, but the two do not overlap otherwise. Any count, 0 too.
 */
#ifndef BN254_FR_H
#define BN254_FR_H

#include <stddef.h>

#include "bn254/field.h"

/* products[i] := left[i] * right[i] */
void fr_multiply_many(struct field *products, const struct field *left, const struct field *right,
                      size_t count);

/* products[i] := elements[i] * factor */
void fr_scale_many(struct field *products, const struct field *elements, const struct field *factor,
                   size_t count);

/* sums[i] := sums[i] + elements[i] * factor */
void fr_add_scaled_many(struct field *sums, const struct field *elements,
                        const struct field *factor, size_t count);

/* sums[i] := factors[0] * columns[0][i] + factors[1] * columns[1][i] and so on, with one reduction
 * for many products: cheaper than column after column. At most FR_MOST_COLUMNS of them. */
enum { FR_MOST_COLUMNS = 64 };
void fr_combine_many(struct field *sums, const struct field *const *columns,
                     const struct field *factors, size_t columns_count, size_t count);

/* folded[i] := elements[2 i] + u * (elements[2 i + 1] - elements[2 i]), for `count` results from
 * twice as many elements. May be done in place: `folded` may be `elements`. */
void fr_fold_many(struct field *folded, const struct field *elements, const struct field *u,
                  size_t count);

/* sum := left[0] * right[0] + left[1] * right[1] and so on. */
void fr_sum_of_products(struct field *sum, const struct field *left, const struct field *right,
                        size_t count);

/* powers[i] := start * base^i */
void fr_fill_powers(struct field *powers, const struct field *start, const struct field *base,
                    size_t count);

/* Between elements and numbers below p. */
void fr_from_integers(struct field *elements, const struct integer256 *integers, size_t count);
void fr_to_integers(struct integer256 *integers, const struct field *elements, size_t count);

/*
 * The inverses of `count` elements by one inversion and three products each; that of zero is zero.
 * The two arrays do not overlap. Source: Montgomery, "Speeding the Pollard and Elliptic Curve
 * Methods of Factorization", 1987, section 10.3.1. Not constant time.
 */
void fr_invert_many_var(struct field *inverses, const struct field *elements, size_t count);

#endif
