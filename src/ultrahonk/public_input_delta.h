/*
 * What the public inputs leave of the grand product of the permutation: over their cells, the
 * product with the labels they stand for over that with the labels they have. Source:
 * specification, 4. Pure; thread-safe.
 */
#ifndef ULTRAHONK_PUBLIC_INPUT_DELTA_H
#define ULTRAHONK_PUBLIC_INPUT_DELTA_H

#include <stdbool.h>

#include "bn254/field.h"

/* How labels of rows and columns are kept apart: the specification's SEP. */
enum { LABEL_SEPARATOR = 1 << 28 };

struct public_input_products {
    struct field beta;
    struct field gamma;
    struct field numerator;
    struct field denominator;
    uint64_t row; /* of the next public input */
};

struct public_input_products public_input_products_begin(struct field beta, struct field gamma);

/* The user's in their order, then the pairing limbs. */
void public_input_products_add(struct public_input_products *products, struct field value);

/* False, with the delta untouched, when it would divide by zero. */
bool public_input_delta(struct field *delta, const struct public_input_products *products);

#endif
