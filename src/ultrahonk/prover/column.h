/*
 * A polynomial as its values at the rows 0, 1, ... of a circuit; behind them it is zero. Most have
 * far fewer than the circuit has rows, and those that are zero have none. Plain data. Pure;
 * thread-safe.
 */
#ifndef ULTRAHONK_PROVER_COLUMN_H
#define ULTRAHONK_PROVER_COLUMN_H

#include <stddef.h>

#include "bn254/field.h"

struct column {
    const struct field *values; /* borrowed */
    size_t length;
};

static inline struct field column_at(const struct column *column, size_t row)
{
    return row < column->length ? column->values[row] : FIELD_ZERO;
}

/* The column whose row i is the row i + 1 of this one. */
static inline struct column column_shifted(const struct column *column)
{
    if (column->length == 0)
        return *column;
    return (struct column){column->values + 1, column->length - 1};
}

#endif
