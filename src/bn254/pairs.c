/*
 * Many affine additions with one inversion, and the sum over buckets, by the products in Fq that
 * are in use. The naive twin of what eight lanes do, and where they turn for what is not the usual
 * case.
 */
#include <string.h>

#include "bn254/arithmetic_internal.h"

/* Additions that share an inversion. */
enum { SHARED = 256 };

/* One addition: its slope is numerator / denominator. */
struct addition {
    struct g1 left;
    struct g1 right;
    struct fq numerator;
    struct fq denominator;
    const struct g1 *known; /* the sum, where it is known without a slope */
};

static const struct g1 infinity; /* zero */

void import_points_as_they_are(struct g1 *imported, const struct g1 *points, size_t count)
{
    memcpy(imported, points, count * sizeof(*points));
}

/* They are small. */
void reduce_no_points(struct g1 *points, size_t count)
{
    (void)points;
    (void)count;
}

static void take(struct g1 *point, const struct g1 *from, uint32_t reference, bool is_signed)
{
    *point = from[is_signed ? reference >> 1 : reference];
    if (is_signed && (reference & 1) != 0)
        g1_negate(point, point);
}

/* No denominator is zero. */
static void prepare(struct addition *addition)
{
    const struct g1 *left = &addition->left;
    const struct g1 *right = &addition->right;
    addition->denominator = FQ_ONE;
    addition->known = NULL;
    if (g1_is_infinity(left)) {
        addition->known = right;
    } else if (g1_is_infinity(right)) {
        addition->known = left;
    } else if (!fq_equal(&left->x, &right->x)) {
        fq_subtract(&addition->denominator, &right->x, &left->x);
        fq_subtract(&addition->numerator, &right->y, &left->y);
    } else if (fq_equal(&left->y, &right->y)) {
        /* 3 x^2 / (2 y); no point of the curve has y = 0. */
        struct fq square;
        fq_square(&square, &left->x);
        fq_double(&addition->numerator, &square);
        fq_add(&addition->numerator, &addition->numerator, &square);
        fq_double(&addition->denominator, &left->y);
    } else {
        addition->known = &infinity;
    }
}

static void finish(struct g1 *sum, const struct addition *addition, const struct fq *inverse)
{
    if (addition->known != NULL) {
        *sum = *addition->known;
        return;
    }
    struct fq slope;
    fq_multiply(&slope, &addition->numerator, inverse);
    fq_square(&sum->x, &slope);
    fq_subtract(&sum->x, &sum->x, &addition->left.x);
    fq_subtract(&sum->x, &sum->x, &addition->right.x);
    fq_subtract(&sum->y, &addition->left.x, &sum->x);
    fq_multiply(&sum->y, &sum->y, &slope);
    fq_subtract(&sum->y, &sum->y, &addition->left.y);
}

/* At most SHARED additions, from the first of the pairs on. */
static bool add_some(struct g1 *to, const struct g1 *from, const struct pairs *pairs, size_t first,
                     size_t count)
{
    struct addition additions[SHARED];
    struct fq products[SHARED];
    struct fq inverse = FQ_ONE;
    struct fq own;
    bool any_infinity = false;
    for (size_t index = 0; index < count; index++) {
        struct addition *addition = &additions[index];
        take(&addition->left, from, pairs->left[first + index], pairs->is_signed);
        take(&addition->right, from, pairs->right[first + index], pairs->is_signed);
        prepare(addition);
        products[index] = inverse;
        fq_multiply(&inverse, &inverse, &addition->denominator);
    }
    (void)fq_invert_var(&inverse, &inverse);
    for (size_t index = count; index-- > 0;) {
        struct g1 *sum = &to[pairs->sum[first + index]];
        fq_multiply(&own, &inverse, &products[index]);
        fq_multiply(&inverse, &inverse, &additions[index].denominator);
        finish(sum, &additions[index], &own);
        any_infinity = any_infinity || g1_is_infinity(sum);
    }
    return any_infinity;
}

bool add_pairs_one_by_one(struct g1 *to, const struct g1 *from, const struct pairs *pairs)
{
    bool any_infinity = false;
    for (size_t first = 0; first < pairs->count; first += SHARED) {
        size_t left = pairs->count - first;
        if (add_some(to, from, pairs, first, left < SHARED ? left : SHARED))
            any_infinity = true;
    }
    return any_infinity;
}

/* From the highest bucket down: each running sum counts once more. */
static void sum_window(struct g1_jacobian *sum, const struct g1 *points, const uint32_t *starts,
                       size_t count)
{
    struct g1_jacobian running = G1_JACOBIAN_INFINITY;
    *sum = G1_JACOBIAN_INFINITY;
    for (size_t index = count; index-- > 0;) {
        if (starts[index] != starts[index + 1])
            g1_add_affine(&running, &running, &points[starts[index]]);
        g1_add(sum, sum, &running);
    }
}

void sum_buckets_one_by_one(struct g1_jacobian *sums, const struct buckets *buckets)
{
    for (size_t window = 0; window < buckets->windows; window++)
        sum_window(&sums[window], buckets->points, buckets->starts + window * buckets->count,
                   buckets->count);
}
