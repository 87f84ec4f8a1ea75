#include "ultrahonk/prover/subgroup_internal.h"

#include <string.h>

#include "base/check.h"
#include "ultrahonk/arithmetic.h"

enum { PRODUCT_LOG = SUBGROUP_LOG_ORDER + 2 };

/* An element of order 1024, its inverse, and 1 / 256 and 1 / 1024, in Montgomery form. */
static const struct field product_root = {
    {UINT64_C(0x1ef4b3b4280c1184), UINT64_C(0xcf7ad4c2ae5e2a2c), UINT64_C(0xb8063b6cc5a36518),
     UINT64_C(0x2348c4b965dfc08c)}};
static const struct field one_by_order = {{0, 0, 0, UINT64_C(0x0100000000000000)}};
static const struct field one_by_product = {{0, 0, 0, UINT64_C(0x0040000000000000)}};

static void swap(struct field *left, struct field *right)
{
    struct field kept = *left;
    *left = *right;
    *right = kept;
}

/* Each value to the place whose number has the bits in reverse. */
static void reverse_bits(struct field *values, size_t count)
{
    size_t reversed = 0;
    for (size_t i = 1; i < count; i++) {
        size_t bit = count >> 1;
        for (; (reversed & bit) != 0; bit >>= 1)
            reversed ^= bit;
        reversed ^= bit;
        if (i < reversed)
            swap(&values[i], &values[reversed]);
    }
}

/* In place: the values at root^0, root^1, ... of the polynomial with these 2^log coefficients. */
static void transform(struct field *values, size_t log, struct field root)
{
    const size_t count = (size_t)1 << log;
    reverse_bits(values, count);
    for (size_t level = 1; level <= log; level++) {
        const size_t half = (size_t)1 << (level - 1);
        const struct field step = squared_times(root, log - level);
        struct field power = FIELD_ONE;
        for (size_t i = 0; i < half; i++) {
            for (size_t at = i; at < count; at += 2 * half) {
                struct field right = times(values[at + half], power);
                values[at + half] = minus(values[at], right);
                values[at] = plus(values[at], right);
            }
            power = times(power, step);
        }
    }
}

static void scale(struct field *values, size_t count, struct field factor)
{
    for (size_t i = 0; i < count; i++)
        values[i] = times(values[i], factor);
}

void subgroup_interpolate(struct field values[SUBGROUP_ORDER])
{
    transform(values, SUBGROUP_LOG_ORDER, subgroup_generator_inverse);
    scale(values, SUBGROUP_ORDER, one_by_order);
}

void subgroup_multiply(struct field product[SUBGROUP_PRODUCT], const struct field *left,
                       size_t left_count, const struct field *right, size_t right_count)
{
    struct field other[SUBGROUP_PRODUCT] = {0};
    struct field inverse;
    CHECK(left_count + right_count <= SUBGROUP_PRODUCT);
    CHECK(field_invert(&inverse, &product_root));
    memset(product, 0, SUBGROUP_PRODUCT * sizeof(*product));
    memcpy(product, left, left_count * sizeof(*left));
    memcpy(other, right, right_count * sizeof(*right));
    transform(product, PRODUCT_LOG, product_root);
    transform(other, PRODUCT_LOG, product_root);
    for (size_t i = 0; i < SUBGROUP_PRODUCT; i++)
        product[i] = times(product[i], other[i]);
    transform(product, PRODUCT_LOG, inverse);
    scale(product, SUBGROUP_PRODUCT, one_by_product);
    explicit_bzero(other, sizeof(other));
}

void subgroup_interpolate_naive(struct field values[SUBGROUP_ORDER])
{
    struct field coefficients[SUBGROUP_ORDER];
    struct field root = FIELD_ONE;
    for (size_t i = 0; i < SUBGROUP_ORDER; i++) {
        struct field power = FIELD_ONE;
        struct field sum = FIELD_ZERO;
        for (size_t j = 0; j < SUBGROUP_ORDER; j++) {
            sum = plus(sum, times(values[j], power));
            power = times(power, root);
        }
        coefficients[i] = times(sum, one_by_order);
        root = times(root, subgroup_generator_inverse);
    }
    memcpy(values, coefficients, sizeof(coefficients));
}

void subgroup_multiply_naive(struct field product[SUBGROUP_PRODUCT], const struct field *left,
                             size_t left_count, const struct field *right, size_t right_count)
{
    CHECK(left_count + right_count <= SUBGROUP_PRODUCT);
    memset(product, 0, SUBGROUP_PRODUCT * sizeof(*product));
    for (size_t i = 0; i < left_count; i++)
        for (size_t j = 0; j < right_count; j++)
            product[i + j] = plus(product[i + j], times(left[i], right[j]));
}
