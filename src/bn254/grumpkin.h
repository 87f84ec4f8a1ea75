/*
 * Grumpkin, the curve that Noir embeds: y^2 = x^3 - 17 over the BN254 scalar field, of prime order
 * 21888242871839275222246405745257275088696311157297823662689037894645226208583. A point is its
 * two coordinates; (0, 0) stands for the point at infinity. Pure; thread-safe; not constant time.
 */
#ifndef BN254_GRUMPKIN_H
#define BN254_GRUMPKIN_H

#include <stdbool.h>
#include <stddef.h>

#include "bn254/field.h"

struct grumpkin_point {
    struct field x;
    struct field y;
};

/* Room for the longest reason: two coordinates of 64 hexadecimal digits and words. */
enum { GRUMPKIN_REASON_CHARACTERS = 192 };

/*
 * Both return false and write why, in the words of the reference, when a point is not on the curve;
 * multiplication also when a half of a scalar is not below 2^128 or a scalar not below the order.
 * The reason holds the values in question.
 */
bool grumpkin_add(struct grumpkin_point *sum, const struct grumpkin_point *left,
                  const struct grumpkin_point *right, char reason[GRUMPKIN_REASON_CHARACTERS]);

/* The sum of (low + 2^128 * high) * (x, y) over `count` terms. coordinates[2 * i] is x, the next y;
 * halves[2 * i] is low, the next high. */
bool grumpkin_multiply(struct grumpkin_point *sum, const struct field *coordinates,
                       const struct field *halves, size_t count,
                       char reason[GRUMPKIN_REASON_CHARACTERS]);

#endif
