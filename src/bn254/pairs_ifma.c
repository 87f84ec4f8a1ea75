/*
 * Affine additions in eight lanes with one inversion for many. What is not the usual case, equal or
 * opposite points, shows as a product that is zero; such a batch is added up by pairs.c.
 */
#include <string.h>

#include "bn254/ifma_internal.h"
#include "bn254/lanes_internal.h"

/* Blocks of eight additions that share an inversion, in two chains of products: what one waits for,
 * the other computes. */
enum { BLOCKS = IFMA_BLOCKS, CHAINS = 2, AHEAD = 8, SLOW = 64 };

/* What the way forward leaves for the way back. */
struct sums {
    struct lanes x; /* of the left point */
    struct lanes y;
    struct lanes x_sum;       /* of both points */
    struct lanes numerator;   /* y2 - y1 */
    struct lanes denominator; /* x2 - x1 */
    struct lanes product;     /* of the denominators before in the chain */
};

_Static_assert(sizeof(struct sums) * BLOCKS <= IFMA_SCRATCH_BYTES, "the scratch is too small");

/* 2^260 mod q: one. */
static const struct fq one = {{UINT64_C(0x45520880f6fce4b4), UINT64_C(0x49890849baa989a8),
                               UINT64_C(0x85a9201d818f014a), UINT64_C(0x1f16424e1bb7724f)}};

/* One element in every lane. */
static struct lanes broadcast(const struct fq *element)
{
    __m512i words[INTEGER256_LIMBS];
    for (int word = 0; word < INTEGER256_LIMBS; word++)
        words[word] = lanes_broadcast(element->limbs[word]);
    return lanes_unpack(words);
}

/* Takes off q unless the value is below it. */
LANES_INLINE struct lanes reduce_once(const struct lanes *lanes)
{
    __m512i limbs[LANES_LIMBS];
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        limbs[limb] = _mm512_sub_epi64(lanes->limbs[limb], lanes_broadcast(lanes_fq.modulus[limb]));
    struct lanes reduced = lanes_normalise(limbs);
    __mmask8 is_below =
        _mm512_cmplt_epi64_mask(reduced.limbs[LANES_LIMBS - 1], _mm512_setzero_si512());
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        reduced.limbs[limb] =
            _mm512_mask_mov_epi64(reduced.limbs[limb], is_below, lanes->limbs[limb]);
    return reduced;
}

/* Of a value below 3q. */
LANES_INLINE struct lanes reduce_fully(const struct lanes *lanes)
{
    struct lanes reduced = reduce_once(lanes);
    reduced = reduce_once(&reduced);
    LANES_BELOW(reduced, 10, &lanes_fq);
    return reduced;
}

/* Eight points from the first on, or as many as there are, the last one again and again; returns
 * how many. */
LANES_INLINE size_t load_block(struct lanes *x, struct lanes *y, const struct g1 *points,
                               size_t count)
{
    const struct g1 *from[LANES];
    for (size_t lane = 0; lane < LANES; lane++)
        from[lane] = &points[lane < count ? lane : count - 1];
    lanes_load(x, y, from);
    return count < LANES ? count : LANES;
}

/* Reduced. */
LANES_INLINE void store_block(struct g1 *points, size_t count, const struct lanes *x,
                              const struct lanes *y)
{
    struct g1 *to[LANES];
    struct lanes reduced_x = reduce_fully(x);
    struct lanes reduced_y = reduce_fully(y);
    for (size_t lane = 0; lane < count; lane++)
        to[lane] = &points[lane];
    lanes_store(to, count, &reduced_x, &reduced_y);
}

void ifma_import_points(struct g1 *imported, const struct g1 *points, size_t count)
{
    /* 2^264 mod q, for value * 2^256 * 2^264 / 2^260. */
    static const struct fq factor = {{UINT64_C(0xfbdb0f2afaec667a), UINT64_C(0xad825aed9626b0ff),
                                      UINT64_C(0x276f48b709e2a0fc), UINT64_C(0x0d791464ef86e357)}};
    const struct lanes factors = broadcast(&factor);
    for (size_t first = 0; first < count; first += LANES) {
        struct lanes x;
        struct lanes y;
        size_t loaded = load_block(&x, &y, points + first, count - first);
        x = lanes_multiply(&x, &factors, &lanes_fq);
        y = lanes_multiply(&y, &factors, &lanes_fq);
        store_block(imported + first, loaded, &x, &y);
    }
}

void ifma_reduce_points(struct g1 *points, size_t count)
{
    for (size_t first = 0; first < count; first += LANES) {
        struct lanes x;
        struct lanes y;
        size_t loaded = load_block(&x, &y, points + first, count - first);
        store_block(points + first, loaded, &x, &y);
    }
}

/* The negative where the lowest bit of the reference is 1. */
LANES_INLINE void negate_marked(struct lanes *y, const uint32_t references[LANES])
{
    const struct lanes zero = {{{0}}};
    __mmask8 marked =
        _mm256_test_epi32_mask(_mm256_loadu_si256((const void *)references), _mm256_set1_epi32(1));
    struct lanes negated = lanes_subtract(&zero, y, 1, &lanes_fq);
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        y->limbs[limb] = _mm512_mask_mov_epi64(y->limbs[limb], marked, negated.limbs[limb]);
}

/* Eight points; those of signed references are as import_points left them, below q. */
LANES_INLINE void take(struct lanes *x, struct lanes *y, const struct g1 *from,
                       const uint32_t references[LANES], bool is_signed)
{
    const struct g1 *points[LANES];
    for (int lane = 0; lane < LANES; lane++)
        points[lane] = &from[is_signed ? references[lane] >> 1 : references[lane]];
    lanes_load(x, y, points);
    if (is_signed)
        negate_marked(y, references);
}

/* The points of a block some way ahead, which lie anywhere. */
LANES_INLINE void fetch_ahead(const struct g1 *from, const struct pairs *pairs, size_t first)
{
    if (first + LANES > pairs->count)
        return;
    for (size_t lane = 0; lane < LANES; lane++) {
        _mm_prefetch((const char *)&from[pairs->left[first + lane] >> pairs->is_signed],
                     _MM_HINT_T0);
        _mm_prefetch((const char *)&from[pairs->right[first + lane] >> pairs->is_signed],
                     _MM_HINT_T0);
    }
}

/* The references of a block; where there are fewer than eight, the last one again. */
LANES_INLINE const uint32_t *block_of(uint32_t copy[LANES], const uint32_t *references,
                                      size_t count)
{
    if (count >= LANES)
        return references;
    for (size_t lane = 0; lane < LANES; lane++)
        copy[lane] = references[lane < count ? lane : count - 1];
    return copy;
}

LANES_INLINE void start_block(struct sums *sums, struct lanes *chain, const struct g1 *from,
                              const struct pairs *pairs, size_t first)
{
    uint32_t copies[2][LANES];
    size_t left = pairs->count - first;
    struct lanes x;
    struct lanes y;
    take(&sums->x, &sums->y, from, block_of(copies[0], pairs->left + first, left),
         pairs->is_signed);
    take(&x, &y, from, block_of(copies[1], pairs->right + first, left), pairs->is_signed);
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        sums->x_sum.limbs[limb] = _mm512_add_epi64(sums->x.limbs[limb], x.limbs[limb]);
    /* Both between 0.7 q and 5.3 q. */
    sums->denominator = lanes_subtract(&x, &sums->x, 3, &lanes_fq);
    sums->numerator = lanes_subtract(&y, &sums->y, 3, &lanes_fq);
    LANES_BELOW(sums->denominator, 53, &lanes_fq);
    LANES_BELOW(sums->numerator, 53, &lanes_fq);
    sums->product = *chain;
    *chain = lanes_multiply(chain, &sums->denominator, &lanes_fq);
    LANES_BELOW(*chain, 11, &lanes_fq);
}

/* x = slope^2 - x1 - x2 and y = slope (x1 - x) - y1. */
LANES_INLINE void finish_block(struct g1 *to, const struct sums *sums, struct lanes *inverse,
                               const struct pairs *pairs, size_t first)
{
    size_t left = pairs->count - first;
    struct lanes slope = lanes_multiply(inverse, &sums->product, &lanes_fq);
    *inverse = lanes_multiply(inverse, &sums->denominator, &lanes_fq);
    LANES_BELOW(*inverse, 11, &lanes_fq);
    slope = lanes_multiply(&slope, &sums->numerator, &lanes_fq);
    struct lanes square = lanes_square(&slope, &lanes_fq);
    __m512i limbs[LANES_LIMBS];
    /* More than -4.6 q + 5 q. */
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        limbs[limb] =
            _mm512_add_epi64(_mm512_sub_epi64(square.limbs[limb], sums->x_sum.limbs[limb]),
                             lanes_broadcast(5 * lanes_fq.modulus[limb]));
    struct lanes x = lanes_shrink(limbs, &lanes_fq);
    struct lanes y = lanes_subtract(&sums->x, &x, 3, &lanes_fq);
    y = lanes_multiply(&slope, &y, &lanes_fq);
    /* More than -2.3 q + 3 q. */
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        limbs[limb] = _mm512_add_epi64(_mm512_sub_epi64(y.limbs[limb], sums->y.limbs[limb]),
                                       lanes_broadcast(3 * lanes_fq.modulus[limb]));
    y = lanes_shrink(limbs, &lanes_fq);
    struct g1 *points[LANES];
    size_t count = left < LANES ? left : LANES;
    for (size_t lane = 0; lane < count; lane++)
        points[lane] = &to[pairs->sum[first + lane]];
    lanes_store(points, count, &x, &y);
}

/* The inverse of each lane by one inversion; false when a lane is zero. */
static bool invert(struct lanes *inverse, const struct lanes *lanes)
{
    uint64_t words[INTEGER256_LIMBS][LANES];
    __m512i packed[INTEGER256_LIMBS];
    struct fq elements[LANES];
    struct fq inverses[LANES];
    lanes_pack(packed, lanes);
    for (int word = 0; word < INTEGER256_LIMBS; word++)
        _mm512_storeu_si512(words[word], packed[word]);
    for (int lane = 0; lane < LANES; lane++) {
        struct fq limbs = {{words[0][lane], words[1][lane], words[2][lane], words[3][lane]}};
        ifma_to_fq(&elements[lane], &limbs);
        if (fq_is_zero(&elements[lane]))
            return false;
    }
    fq_invert_many_var(inverses, elements, LANES);
    for (int lane = 0; lane < LANES; lane++) {
        ifma_from_fq(&inverses[lane], &inverses[lane]);
        for (int word = 0; word < INTEGER256_LIMBS; word++)
            words[word][lane] = inverses[lane].limbs[word];
    }
    for (int word = 0; word < INTEGER256_LIMBS; word++)
        packed[word] = _mm512_loadu_si512(words[word]);
    *inverse = lanes_unpack(packed);
    return true;
}

/* False, with no sum made, when two of the points have the same x. */
LANES_INLINE bool add_batch_inline(struct g1 *to, const struct g1 *from, const struct pairs *pairs,
                                   struct sums *sums)
{
    size_t blocks = (pairs->count + LANES - 1) / LANES;
    struct lanes chains[CHAINS];
    struct lanes inverses[CHAINS];
    struct lanes product;
    chains[0] = chains[1] = broadcast(&one);
    for (size_t block = 0; block < blocks; block++) {
        fetch_ahead(from, pairs, (block + AHEAD) * LANES);
        start_block(&sums[block], &chains[block % CHAINS], from, pairs, block * LANES);
    }
    product = lanes_multiply(&chains[0], &chains[1], &lanes_fq);
    if (!invert(&product, &product))
        return false;
    inverses[0] = lanes_multiply(&product, &chains[1], &lanes_fq);
    inverses[1] = lanes_multiply(&product, &chains[0], &lanes_fq);
    for (size_t block = blocks; block-- > 0;)
        finish_block(to, &sums[block], &inverses[block % CHAINS], pairs, block * LANES);
    return true;
}

static bool add_signed_batch(struct g1 *to, const struct g1 *from, struct pairs pairs,
                             struct sums *sums)
{
    pairs.is_signed = true;
    return add_batch_inline(to, from, &pairs, sums);
}

static bool add_batch(struct g1 *to, const struct g1 *from, struct pairs pairs, struct sums *sums)
{
    pairs.is_signed = false;
    return add_batch_inline(to, from, &pairs, sums);
}

static void to_g1(struct g1 *point, const struct g1 *from, uint32_t reference, bool is_signed)
{
    const struct g1 *source = &from[is_signed ? reference >> 1 : reference];
    ifma_to_fq(&point->x, &source->x);
    ifma_to_fq(&point->y, &source->y);
    if (is_signed && (reference & 1) != 0)
        g1_negate(point, point);
}

/* At most SLOW additions by what knows all cases. */
static bool add_slowly(struct g1 *to, const struct g1 *from, const struct pairs *pairs)
{
    struct g1 points[2 * SLOW];
    struct g1 added[SLOW];
    uint32_t references[2 * SLOW];
    for (uint32_t index = 0; index < 2 * SLOW; index++)
        references[index] = index;
    for (size_t index = 0; index < pairs->count; index++) {
        to_g1(&points[index], from, pairs->left[index], pairs->is_signed);
        to_g1(&points[SLOW + index], from, pairs->right[index], pairs->is_signed);
    }
    bool any_infinity = add_pairs_one_by_one(added, points,
                                             &(struct pairs){.left = references,
                                                             .right = references + SLOW,
                                                             .sum = references,
                                                             .count = pairs->count});
    for (size_t index = 0; index < pairs->count; index++) {
        struct g1 *sum = &to[pairs->sum[index]];
        ifma_from_fq(&sum->x, &added[index].x);
        ifma_from_fq(&sum->y, &added[index].y);
    }
    return any_infinity;
}

static struct pairs part_of(const struct pairs *pairs, size_t first, size_t most)
{
    struct pairs part = *pairs;
    part.left += first;
    part.right += first;
    part.sum += first;
    part.count = pairs->count - first < most ? pairs->count - first : most;
    return part;
}

static bool add_all_slowly(struct g1 *to, const struct g1 *from, const struct pairs *pairs)
{
    bool any_infinity = false;
    for (size_t first = 0; first < pairs->count; first += SLOW) {
        struct pairs part = part_of(pairs, first, SLOW);
        if (add_slowly(to, from, &part))
            any_infinity = true;
    }
    return any_infinity;
}

bool ifma_add_pairs(struct g1 *to, const struct g1 *from, const struct pairs *pairs)
{
    bool any_infinity = false;
    for (size_t first = 0; first < pairs->count; first += (size_t)BLOCKS * LANES) {
        struct pairs part = part_of(pairs, first, (size_t)BLOCKS * LANES);
        bool is_done = false;
        if (!part.has_infinity)
            is_done = part.is_signed ? add_signed_batch(to, from, part, pairs->scratch)
                                     : add_batch(to, from, part, pairs->scratch);
        if (!is_done && add_all_slowly(to, from, &part))
            any_infinity = true;
    }
    return any_infinity;
}
