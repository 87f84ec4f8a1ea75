/*
 * Pippenger's bucket method with signed digits. Source: Bernstein, Doumen, Lange and Oosterwijk,
 * "Faster Batch Forgery Identification", 2012, section 4.
 */
#include "bn254/msm.h"

#include <stdlib.h>

#include "base/check.h"

enum {
    WIDEST = 16,
    SCALAR_BITS = 254,
};

/* A window of `width` bits costs a point one addition, and its 2^(width - 1) buckets two each. */
static unsigned int best_width(size_t count)
{
    unsigned int best = 2;
    size_t least = SIZE_MAX;
    for (unsigned int width = 2; width <= WIDEST; width++) {
        size_t windows = SCALAR_BITS / width + 1;
        size_t cost = windows * (count + ((size_t)1 << width));
        if (cost < least) {
            least = cost;
            best = width;
        }
    }
    return best;
}

/* The bits from `start` on, as many as the window is wide. */
static uint32_t window_of(const struct integer256 *scalar, unsigned int start, unsigned int width)
{
    uint64_t word = scalar->limbs[start / 64] >> (start % 64);
    if (start % 64 + width > 64 && start / 64 + 1 < INTEGER256_LIMBS)
        word |= scalar->limbs[start / 64 + 1] << (64 - start % 64);
    return (uint32_t)word & ((UINT32_C(1) << width) - 1);
}

/*
 * Digits from -2^(width - 1) to 2^(width - 1), the lowest first: a window over half of its range
 * borrows from the next. With (windows * width) > 254 the last window has room for what it is lent.
 */
static void make_digits(int32_t *digits, const struct field *scalar, unsigned int width,
                        unsigned int windows)
{
    struct integer256 integer;
    int32_t carry = 0;
    field_to_integer(&integer, scalar);
    for (unsigned int window = 0; window < windows; window++) {
        int32_t digit = (int32_t)window_of(&integer, window * width, width) + carry;
        carry = digit > INT32_C(1) << (width - 1);
        digits[window] = digit - (carry << width);
    }
}

/* The sum of (index + 1) * bucket, from the highest down: each running sum counts once more. */
static void add_up(struct g1_jacobian *sum, const struct g1_jacobian *buckets, size_t count)
{
    struct g1_jacobian running = G1_JACOBIAN_INFINITY;
    *sum = G1_JACOBIAN_INFINITY;
    for (size_t index = count; index-- > 0;) {
        g1_add(&running, &running, &buckets[index]);
        g1_add(sum, sum, &running);
    }
}

struct work {
    unsigned int width;
    unsigned int windows;
    int32_t *digits; /* window by window of each scalar */
    struct g1_jacobian *buckets;
};

static void sum_window(struct g1_jacobian *sum, const struct work *work, unsigned int window,
                       const struct g1 *points, size_t count)
{
    size_t buckets = (size_t)1 << (work->width - 1);
    for (size_t index = 0; index < buckets; index++)
        work->buckets[index] = G1_JACOBIAN_INFINITY;
    for (size_t index = 0; index < count; index++) {
        int32_t digit = work->digits[index * work->windows + window];
        struct g1 point = points[index];
        if (digit == 0)
            continue;
        if (digit < 0)
            g1_negate(&point, &point);
        struct g1_jacobian *bucket = &work->buckets[(digit < 0 ? -digit : digit) - 1];
        g1_add_affine(bucket, bucket, &point);
    }
    add_up(sum, work->buckets, buckets);
}

static void sum_windows(struct g1_jacobian *sum, const struct work *work, const struct g1 *points,
                        const struct field *scalars, size_t count)
{
    struct g1_jacobian part;
    for (size_t index = 0; index < count; index++)
        make_digits(work->digits + index * work->windows, &scalars[index], work->width,
                    work->windows);
    *sum = G1_JACOBIAN_INFINITY;
    for (unsigned int window = work->windows; window-- > 0;) {
        for (unsigned int doubling = 0; doubling < work->width; doubling++)
            g1_double(sum, sum);
        sum_window(&part, work, window, points, count);
        g1_add(sum, sum, &part);
    }
}

enum bn254_status msm(struct g1_jacobian *sum, const struct g1 *points, const struct field *scalars,
                      size_t count)
{
    CHECK(count <= MSM_MOST);
    if (count == 0) {
        *sum = G1_JACOBIAN_INFINITY;
        return BN254_OK;
    }
    struct work work = {.width = best_width(count)};
    work.windows = SCALAR_BITS / work.width + 1;
    work.digits = calloc(count * work.windows, sizeof(*work.digits));
    work.buckets = calloc((size_t)1 << (work.width - 1), sizeof(*work.buckets));
    enum bn254_status status = BN254_NO_MEMORY;
    if (work.digits != NULL && work.buckets != NULL) {
        sum_windows(sum, &work, points, scalars, count);
        status = BN254_OK;
    }
    free(work.digits);
    free(work.buckets);
    return status;
}

void msm_naive(struct g1_jacobian *sum, const struct g1 *points, const struct field *scalars,
               size_t count)
{
    *sum = G1_JACOBIAN_INFINITY;
    for (size_t index = 0; index < count; index++) {
        struct g1_jacobian product;
        struct integer256 scalar;
        field_to_integer(&scalar, &scalars[index]);
        g1_multiply(&product, &points[index], &scalar);
        g1_add(sum, sum, &product);
    }
}
