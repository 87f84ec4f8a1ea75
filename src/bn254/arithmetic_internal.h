/*
 * What differs between the implementations, as one table each. Inputs and outputs are as the public
 * headers have them, but for the points inside a multi-scalar multiplication: these are in a form
 * of the implementation's own, into which import_points turns them.
 */
#ifndef BN254_ARITHMETIC_INTERNAL_H
#define BN254_ARITHMETIC_INTERNAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bn254/cpu.h"
#include "bn254/fq2.h"
#include "bn254/fr_internal.h"
#include "bn254/g1.h"

/* Sums to make: to[sum[i]] := from[left[i]] + from[right[i]]. With `is_signed` the two are twice
 * the index, and 1 more for the negative of the point. */
struct pairs {
    const uint32_t *left;
    const uint32_t *right;
    const uint32_t *sum;
    size_t count;
    bool is_signed;
    bool has_infinity; /* whether one of the points may be infinity */
    void *scratch;     /* scratch_bytes, whole cache lines */
};

/* The buckets of some windows one after the other, `count` of each window, a power of two. A bucket
 * is empty when its start is that of the next; else its point is points[start]. */
struct buckets {
    const struct g1 *points;
    const uint32_t *starts;
    size_t count;
    size_t windows;
};

struct arithmetic {
    enum cpu cpu;
    const struct fr_arithmetic *fr;
    void (*fq_multiply)(struct fq *product, const struct fq *left, const struct fq *right);
    void (*fq2_multiply)(struct fq2 *product, const struct fq2 *left, const struct fq2 *right);
    void (*fq2_square)(struct fq2 *square, const struct fq2 *element);

    size_t scratch_bytes; /* what add_pairs works in */

    /* Coordinates of the form, below q. */
    void (*import_points)(struct g1 *imported, const struct g1 *points, size_t count);

    /* Makes coordinates of sums that add_pairs made smaller than q, as import_points does. */
    void (*reduce_points)(struct g1 *points, size_t count);

    /* Any points of the curve. True when one of the sums is infinity, which is (0, 0). The sums are
     * not among the points. */
    bool (*add_pairs)(struct g1 *to, const struct g1 *from, const struct pairs *pairs);

    /* For each window the sum of (index + 1) * bucket, no longer of the form. There is a point to
     * read, of any value, behind the last one. */
    void (*sum_buckets)(struct g1_jacobian *sums, const struct buckets *buckets);
};

extern const struct arithmetic arithmetic_portable;
#ifdef __x86_64__
extern const struct arithmetic arithmetic_adx;
extern const struct arithmetic arithmetic_ifma;
#endif

/* NULL until the first use or choice. Who finds NULL at the same time finds the same table. */
extern _Atomic(const struct arithmetic *) arithmetic_current;

/* Chooses the fastest. */
const struct arithmetic *arithmetic_choose(void);

/* The table that is in use. */
static inline const struct arithmetic *arithmetic(void)
{
    const struct arithmetic *table =
        atomic_load_explicit(&arithmetic_current, memory_order_acquire);
    return table != NULL ? table : arithmetic_choose();
}

#ifdef __x86_64__
/* What IFMA shares with ADX. */
void adx_multiply(struct fq *product, const struct fq *left, const struct fq *right);
void adx_multiply_fq2(struct fq2 *product, const struct fq2 *left, const struct fq2 *right);
void adx_square_fq2(struct fq2 *square, const struct fq2 *element);
#endif

/* What ADX shares with portable C; the products are arithmetic()'s. */
void import_points_as_they_are(struct g1 *imported, const struct g1 *points, size_t count);
void reduce_no_points(struct g1 *points, size_t count);
bool add_pairs_one_by_one(struct g1 *to, const struct g1 *from, const struct pairs *pairs);
void sum_buckets_one_by_one(struct g1_jacobian *sums, const struct buckets *buckets);

#endif
