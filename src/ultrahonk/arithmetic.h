/*
 * Scalars by value, so that a formula reads as it stands in the specification. Pure; thread-safe.
 */
#ifndef ULTRAHONK_ARITHMETIC_H
#define ULTRAHONK_ARITHMETIC_H

#include <stddef.h>
#include <stdint.h>

#include "bn254/field.h"

static inline struct field plus(struct field left, struct field right)
{
    field_add(&left, &left, &right);
    return left;
}

static inline struct field minus(struct field left, struct field right)
{
    field_subtract(&left, &left, &right);
    return left;
}

static inline struct field times(struct field left, struct field right)
{
    field_multiply(&left, &left, &right);
    return left;
}

static inline struct field squared(struct field element)
{
    field_square(&element, &element);
    return element;
}

static inline struct field negated(struct field element)
{
    field_negate(&element, &element);
    return element;
}

static inline struct field doubled(struct field element)
{
    return plus(element, element);
}

/* A small number as a scalar. */
static inline struct field small(uint64_t number)
{
    return field_from_u64(number);
}

/* The element to the power 2^exponent. */
static inline struct field squared_times(struct field element, size_t exponent)
{
    for (size_t i = 0; i < exponent; i++)
        field_square(&element, &element);
    return element;
}

#endif
