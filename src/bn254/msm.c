/*
 * Pippenger's bucket method with signed digits; the points of a bucket are added up pairwise, in
 * affine coordinates, with one inversion for many additions. Sources: Bernstein, Doumen, Lange and
 * Oosterwijk, "Faster Batch Forgery Identification", 2012, section 4; for the affine additions:
 * Brier and others, as told by Luo, Fu and Gong, "Speeding Up Multi-Scalar Multiplication over
 * Fixed Points Towards Efficient zkSNARKs", 2023, section 2.
 */
#include "bn254/msm.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "bn254/msm_internal.h"

/* One allocation is cut into arrays of whole cache lines. Without one it is measured. */
struct cutter {
    unsigned char *memory;
    size_t used;
};

enum { LINE = 64 };

static void *cut(struct cutter *cutter, size_t count, size_t size)
{
    size_t place = cutter->used;
    cutter->used += (count * size + LINE - 1) / LINE * LINE;
    return cutter->memory == NULL ? NULL : cutter->memory + place;
}

static void cut_work(struct cutter *cutter, struct msm_work *work)
{
    size_t windows = work->shape.together;
    size_t keys = windows * work->shape.buckets;
    size_t entries = windows * work->terms.count;
    struct msm_group *group = &work->group;
    struct msm_block *block = &work->block;
    /* A bucket has at most one entry a term, and a block one bucket at least. */
    block->room = work->terms.count > MSM_BLOCK ? work->terms.count : MSM_BLOCK;
    if (entries < block->room)
        block->room = entries;
    block->even = cut(cutter, block->room, sizeof(struct g1));
    block->odd = cut(cutter, block->room, sizeof(struct g1));
    group->points = cut(cutter, keys + 1, sizeof(struct g1));
    block->scratch = cut(cutter, arithmetic()->scratch_bytes, 1);
    group->digits = cut(cutter, entries, sizeof(uint32_t));
    group->entries = cut(cutter, entries, sizeof(uint32_t));
    group->starts = cut(cutter, keys + 2, sizeof(uint32_t));
    group->filled = cut(cutter, keys + 2, sizeof(uint32_t));
    block->keys = cut(cutter, block->room + 1, sizeof(uint32_t));
    block->left = cut(cutter, block->room + 1, sizeof(uint32_t));
    block->right = cut(cutter, block->room + 1, sizeof(uint32_t));
    block->sum = cut(cutter, block->room + 1, sizeof(uint32_t));
    block->singles = cut(cutter, block->room + 1, sizeof(uint32_t));
    block->single_to = cut(cutter, block->room + 1, sizeof(uint32_t));
    block->identity = cut(cutter, block->room + 1, sizeof(uint32_t));
}

enum bn254_status msm_work_begin(struct msm_work *work)
{
    struct cutter cutter = {0};
    cut_work(&cutter, work);
    work->memory = cutter.memory = aligned_alloc(LINE, cutter.used);
    work->memory_bytes = cutter.used;
    cutter.used = 0;
    if (cutter.memory == NULL)
        return BN254_NO_MEMORY;
    cut_work(&cutter, work);
    for (size_t index = 0; index < work->block.room; index++)
        work->block.identity[index] = (uint32_t)index;
    return BN254_OK;
}

void msm_wipe_free(void *memory, size_t bytes)
{
    if (memory != NULL)
        explicit_bzero(memory, bytes);
    free(memory);
}

void msm_work_end(struct msm_work *work)
{
    msm_wipe_free(work->memory, work->memory_bytes);
}

static void sum_windows(struct g1_jacobian *sum, struct msm_work *work)
{
    struct g1_jacobian sums[MSM_MOST_WINDOWS];
    const struct msm_shape *shape = &work->shape;
    *sum = G1_JACOBIAN_INFINITY;
    for (unsigned int first = 0; first < shape->windows; first += shape->together) {
        unsigned int left = shape->windows - first;
        unsigned int windows = left < shape->together ? left : shape->together;
        msm_sort(work, first, windows);
        msm_reduce(work, windows);
        struct buckets buckets = {work->group.points, work->group.filled, shape->buckets, windows};
        arithmetic()->sum_buckets(sums + first, &buckets);
    }
    for (unsigned int window = shape->windows; window-- > 0;) {
        for (unsigned int doubling = 0; doubling < shape->width; doubling++)
            g1_double(sum, sum);
        g1_add(sum, sum, &sums[window]);
    }
}

/* Adds the terms' sum. */
static enum bn254_status add_terms(struct g1_jacobian *sum, const struct msm_terms *terms,
                                   const struct g1 *points)
{
    struct msm_work work = {.terms = *terms, .points = points};
    struct g1_jacobian part;
    if (terms->count == 0)
        return BN254_OK;
    work.shape = msm_best_shape(terms);
    if (msm_work_begin(&work) != BN254_OK)
        return BN254_NO_MEMORY;
    msm_recode(&work.terms, &work.shape);
    sum_windows(&part, &work);
    g1_add(sum, sum, &part);
    msm_work_end(&work);
    return BN254_OK;
}

/* Of points as import_points made them. */
static enum bn254_status sum_terms(struct g1_jacobian *sum, const struct msm_terms *terms,
                                   const struct g1 *points)
{
    struct g1_jacobian total = G1_JACOBIAN_INFINITY;
    struct msm_terms shorts;
    struct msm_terms longs;
    msm_split(&shorts, &longs, terms);
    enum bn254_status status = add_terms(&total, &shorts, points);
    if (status == BN254_OK)
        status = add_terms(&total, &longs, points);
    if (status == BN254_OK)
        *sum = total;
    return status;
}

enum bn254_status msm(struct g1_jacobian *sum, const struct g1 *points, const struct field *scalars,
                      size_t count)
{
    CHECK(count <= MSM_MOST);
    struct msm_terms terms = {0};
    enum bn254_status status = BN254_NO_MEMORY;
    terms.scalars = malloc((count + 1) * sizeof(*terms.scalars));
    terms.points = malloc((count + 1) * sizeof(*terms.points));
    /* Two terms at least make a sum of equal scalars' points. */
    struct g1 *imported = aligned_alloc(LINE, (count + count / 2 + 1) * sizeof(*imported));
    if (terms.scalars != NULL && terms.points != NULL && imported != NULL) {
        arithmetic()->import_points(imported, points, count);
        msm_take_terms(&terms, points, scalars, count);
        status = msm_merge_equal(&terms, imported, count);
    }
    if (status == BN254_OK)
        status = sum_terms(sum, &terms, imported);
    msm_wipe_free(terms.scalars, (count + 1) * sizeof(*terms.scalars));
    msm_wipe_free(terms.points, (count + 1) * sizeof(*terms.points));
    msm_wipe_free(imported, (count + count / 2 + 1) * sizeof(*imported));
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
