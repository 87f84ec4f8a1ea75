/* A multi-scalar multiplication at work: scalars into digits, digits into buckets, buckets into
 * sums. */
#ifndef BN254_MSM_INTERNAL_H
#define BN254_MSM_INTERNAL_H

#include "bn254/arithmetic_internal.h"
#include "bn254/msm.h"

enum {
    /* r < 2^254, and what is over r / 2 is taken negative. */
    MSM_SCALAR_BITS = 253,
    MSM_NARROWEST = 2,
    MSM_WIDEST = 16,
    MSM_MOST_WINDOWS = MSM_SCALAR_BITS / MSM_NARROWEST + 1,
    /* Entries that are worked on at a time: their points fit the processor's second cache. */
    MSM_BLOCK = 1 << 15
};

/* The scalars that are not zero, of points that are not infinity. */
struct msm_terms {
    struct integer256
        *scalars;     /* their size; from msm_recode on, that plus an offset; room for one more */
    uint32_t *points; /* twice the index of the point, and 1 more when the scalar is negative */
    size_t count;
    unsigned int longest; /* bits of the largest */
    uint64_t bits;        /* of all together */
};

/* A window has `width` bits and 2^(width - 1) buckets; `together` windows are in work at a time. */
struct msm_shape {
    unsigned int width;
    unsigned int windows;
    unsigned int together;
    size_t buckets;
};

/* One group of windows. Keys are buckets, window after window. */
struct msm_group {
    uint32_t *digits;  /* for each window and term, twice the size and 1 more for a negative one */
    uint32_t *entries; /* points as in msm_terms, key by key */
    uint32_t *starts; /* the first entry of each key, and one more for the end; room for two more */
    uint32_t *filled; /* the place in `points` of each key's sum; likewise */
    struct g1 *points; /* the sums of the keys that are not empty */
};

/* A block of entries, added up pairwise until each key has one. */
struct msm_block {
    uint32_t *keys;
    uint32_t *left;
    uint32_t *right;
    uint32_t *sum;
    uint32_t *singles;
    uint32_t *single_to;
    uint32_t *identity; /* 0, 1, 2 and so on */
    struct g1 *even;
    struct g1 *odd;
    void *scratch; /* what add_pairs works in */
    size_t room;
};

struct msm_work {
    struct msm_terms terms;
    struct msm_shape shape;
    struct msm_group group;
    struct msm_block block;
    const struct g1 *points; /* as import_points made them, or sums of such */
    void *memory;            /* that of the group and the block */
    size_t memory_bytes;
};

/* Gives the group and the block memory for the terms and the shape, or gives BN254_NO_MEMORY, with
 * nothing to end. */
enum bn254_status msm_work_begin(struct msm_work *work);
void msm_work_end(struct msm_work *work);

/* Scalars may be a prover's secrets: what holds them, or what was made of them, is freed so. */
void msm_wipe_free(void *memory, size_t bytes);

/* Fills the terms, which have room for `count`. */
void msm_take_terms(struct msm_terms *terms, const struct g1 *points, const struct field *scalars,
                    size_t count);

/*
 * Makes one term of those with the same long scalar, whose points are added up first; if there are
 * enough of them. The sums are written behind the `count` imported points: there is room for half
 * as many. BN254_NO_MEMORY with the terms as they were.
 */
enum bn254_status msm_merge_equal(struct msm_terms *terms, struct g1 *imported, size_t count);

/* Reorders the terms, the short ones in front, and points into them: all are short unless the few
 * that are long would make all windows of the many necessary. */
void msm_split(struct msm_terms *shorts, struct msm_terms *longs, const struct msm_terms *all);

/* The shape that costs these terms least; there is one at least. */
struct msm_shape msm_best_shape(const struct msm_terms *terms);

/* Adds to each scalar what makes the digits of its windows positive. */
void msm_recode(struct msm_terms *terms, const struct msm_shape *shape);

/* Sorts the terms into the buckets of the windows from `first` on, `windows` of them. */
void msm_sort(struct msm_work *work, unsigned int first, unsigned int windows);

/* Adds up each bucket of so many windows. */
void msm_reduce(struct msm_work *work, unsigned int windows);

#endif
