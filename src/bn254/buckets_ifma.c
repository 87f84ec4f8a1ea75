/*
 * The weighted sums over buckets in eight lanes, by additions that know no special case. Source:
 * Renes, Costello and Batina, "Complete Addition Formulas for Prime Order Elliptic Curves", 2016,
 * algorithms 7 and 8, with 3 b = 9.
 */
#include "bn254/ifma_internal.h"
#include "bn254/lanes_internal.h"

/* The point (x / z, y / z); infinity is (0, 1, 0). Coordinates below 1.5 q. */
struct projective {
    struct lanes x;
    struct lanes y;
    struct lanes z;
};

/* A run of buckets a lane: part of a window, or a whole one. */
enum { PARTS = LANES };

LANES_INLINE struct lanes shrink(const struct lanes *lanes)
{
    return lanes_shrink(lanes->limbs, &lanes_fq);
}

/* Of a normal element below 10.5 q. */
LANES_INLINE struct lanes triple(const struct lanes *lanes)
{
    struct lanes twice = lanes_add(lanes, lanes);
    return lanes_add(&twice, lanes);
}

/* Below 2.3 q: three times what is below 2.3 q, twice. */
LANES_INLINE struct lanes nine_times(const struct lanes *lanes)
{
    struct lanes result = shrink(lanes);
    result = triple(&result);
    result = shrink(&result);
    result = triple(&result);
    return shrink(&result);
}

/* a b + c d; below 1.5 q for factors whose bounds give a b + c d < 42. */
LANES_INLINE struct lanes sum_of_products(const struct lanes *a, const struct lanes *b,
                                          const struct lanes *c, const struct lanes *d)
{
    struct lanes_wide wide = lanes_wide_zero();
    lanes_accumulate(&wide, a, b);
    lanes_accumulate(&wide, c, d);
    struct lanes sum = lanes_reduce(wide, &lanes_fq);
    LANES_BELOW(sum, 15, &lanes_fq);
    return sum;
}

/* (a + b) (c + d) - ac - bd, of factors below 2.3 q: below 1.26 q + 3 q. */
LANES_INLINE struct lanes mixed(const struct lanes *a, const struct lanes *b, const struct lanes *c,
                                const struct lanes *d, const struct lanes *ac,
                                const struct lanes *bd)
{
    struct lanes left = lanes_add(a, b);
    struct lanes right = lanes_add(c, d);
    struct lanes both = lanes_add(ac, bd);
    left = lanes_multiply(&left, &right, &lanes_fq);
    left = lanes_subtract(&left, &both, 3, &lanes_fq);
    LANES_BELOW(left, 43, &lanes_fq);
    return left;
}

/* What both additions end with: xx = x1 x2, yy = y1 y2, zz = z1 z2, and the sums of mixed products
 * xy, yz and xz. */
LANES_INLINE void finish(struct projective *sum, const struct lanes *xx, const struct lanes *yy,
                         const struct lanes *zz, const struct lanes *xy, const struct lanes *yz,
                         const struct lanes *xz)
{
    const struct lanes zero = {{{0}}};
    struct lanes nine_zz = nine_times(zz);
    struct lanes nine_xz = nine_times(xz);
    struct lanes three_xx = triple(xx);
    struct lanes minus = lanes_subtract(yy, &nine_zz, 3, &lanes_fq);
    struct lanes plus = lanes_add(yy, &nine_zz);
    struct lanes negated = lanes_subtract(&zero, &nine_xz, 3, &lanes_fq);
    LANES_BELOW(minus, 42, &lanes_fq);
    LANES_BELOW(plus, 35, &lanes_fq);
    LANES_BELOW(three_xx, 35, &lanes_fq);
    sum->x = sum_of_products(xy, &minus, yz, &negated);
    sum->y = sum_of_products(&minus, &plus, &nine_xz, &three_xx);
    sum->z = sum_of_products(&plus, yz, &three_xx, xy);
}

LANES_INLINE void add(struct projective *sum, const struct projective *other)
{
    struct lanes xx = lanes_multiply(&sum->x, &other->x, &lanes_fq);
    struct lanes yy = lanes_multiply(&sum->y, &other->y, &lanes_fq);
    struct lanes zz = lanes_multiply(&sum->z, &other->z, &lanes_fq);
    struct lanes xy = mixed(&sum->x, &sum->y, &other->x, &other->y, &xx, &yy);
    struct lanes yz = mixed(&sum->y, &sum->z, &other->y, &other->z, &yy, &zz);
    struct lanes xz = mixed(&sum->x, &sum->z, &other->x, &other->z, &xx, &zz);
    finish(sum, &xx, &yy, &zz, &xy, &yz, &xz);
}

/* With an affine point, which is not infinity and below 2.3 q, where the mask has a 1. */
LANES_INLINE void add_affine(struct projective *sum, const struct lanes *x, const struct lanes *y,
                             __mmask8 mask)
{
    struct projective old = *sum;
    struct lanes xx = lanes_multiply(&sum->x, x, &lanes_fq);
    struct lanes yy = lanes_multiply(&sum->y, y, &lanes_fq);
    struct lanes xy = mixed(&sum->x, &sum->y, x, y, &xx, &yy);
    struct lanes yz = lanes_multiply(&sum->z, y, &lanes_fq);
    struct lanes xz = lanes_multiply(&sum->z, x, &lanes_fq);
    yz = lanes_add(&yz, &sum->y);
    xz = lanes_add(&xz, &sum->x);
    finish(sum, &xx, &yy, &old.z, &xy, &yz, &xz);
    for (int limb = 0; limb < LANES_LIMBS; limb++) {
        sum->x.limbs[limb] = _mm512_mask_mov_epi64(old.x.limbs[limb], mask, sum->x.limbs[limb]);
        sum->y.limbs[limb] = _mm512_mask_mov_epi64(old.y.limbs[limb], mask, sum->y.limbs[limb]);
        sum->z.limbs[limb] = _mm512_mask_mov_epi64(old.z.limbs[limb], mask, sum->z.limbs[limb]);
    }
}

static struct projective infinity(void)
{
    static const uint64_t one[LANES_LIMBS] = {UINT64_C(0x20880f6fce4b4), UINT64_C(0x49baa989a8455),
                                              UINT64_C(0x18f014a498908), UINT64_C(0x724f85a9201d8),
                                              UINT64_C(0x01f16424e1bb7)};
    struct projective point = {{{{0}}}, {{{0}}}, {{{0}}}};
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        point.y.limbs[limb] = lanes_broadcast(one[limb]);
    return point;
}

static void store_coordinate(struct fq elements[LANES], const struct lanes *lanes)
{
    uint64_t words[INTEGER256_LIMBS][LANES];
    __m512i packed[INTEGER256_LIMBS];
    lanes_pack(packed, lanes);
    for (int word = 0; word < INTEGER256_LIMBS; word++)
        _mm512_storeu_si512(words[word], packed[word]);
    for (int lane = 0; lane < LANES; lane++) {
        struct fq limbs = {{words[0][lane], words[1][lane], words[2][lane], words[3][lane]}};
        ifma_to_fq(&elements[lane], &limbs);
    }
}

/* The eight points one by one: (x z, y z^2, z) are Jacobian coordinates of the same. */
static void store_points(struct g1_jacobian points[LANES], const struct projective *lanes)
{
    struct fq x[LANES];
    struct fq y[LANES];
    struct fq z[LANES];
    store_coordinate(x, &lanes->x);
    store_coordinate(y, &lanes->y);
    store_coordinate(z, &lanes->z);
    for (int lane = 0; lane < LANES; lane++) {
        struct fq square;
        fq_square(&square, &z[lane]);
        fq_multiply(&points[lane].x, &x[lane], &z[lane]);
        fq_multiply(&points[lane].y, &y[lane], &square);
        points[lane].z = z[lane];
    }
}

/* Each lane's sums, of its buckets and of each times its place from 1 on. */
struct run_sums {
    struct g1_jacobian plain[LANES];
    struct g1_jacobian weighted[LANES];
};

/* Eight runs of `length` buckets that lie one after the other from `first` on; the last of the
 * lanes may have none. */
static void sum_runs(struct run_sums *sums, const struct buckets *buckets, size_t first,
                     size_t length, size_t runs)
{
    struct projective plain = infinity();
    struct projective weighted = infinity();
    for (size_t place = length; place-- > 0;) {
        const struct g1 *points[LANES];
        struct lanes x;
        struct lanes y;
        unsigned int mask = 0;
        for (size_t lane = 0; lane < LANES; lane++) {
            size_t bucket = first + (lane < runs ? lane : 0) * length + place;
            uint32_t start = buckets->starts[bucket];
            mask |= (unsigned int)(start != buckets->starts[bucket + 1]) << lane;
            points[lane] = &buckets->points[start];
        }
        lanes_load(&x, &y, points);
        add_affine(&plain, &x, &y, (__mmask8)mask);
        add(&weighted, &plain);
    }
    store_points(sums->plain, &plain);
    store_points(sums->weighted, &weighted);
}

/* A window in eight runs: what is weighted by the place in its run lacks the places before the run.
 */
static void sum_parts(struct g1_jacobian *sum, const struct run_sums *sums, size_t length)
{
    struct g1_jacobian running = G1_JACOBIAN_INFINITY;
    *sum = G1_JACOBIAN_INFINITY;
    for (size_t lane = LANES; lane-- > 1;) {
        g1_add(&running, &running, &sums->plain[lane]);
        g1_add(sum, sum, &running);
    }
    for (; length > 1; length /= 2)
        g1_double(sum, sum);
    for (size_t lane = 0; lane < LANES; lane++)
        g1_add(sum, sum, &sums->weighted[lane]);
}

void ifma_sum_buckets(struct g1_jacobian *sums, const struct buckets *buckets)
{
    struct run_sums run_sums;
    size_t windows = buckets->windows;
    if (windows < LANES && buckets->count >= PARTS) {
        size_t length = buckets->count / PARTS;
        for (size_t window = 0; window < windows; window++) {
            sum_runs(&run_sums, buckets, window * buckets->count, length, LANES);
            sum_parts(&sums[window], &run_sums, length);
        }
        return;
    }
    for (size_t window = 0; window < windows; window += LANES) {
        size_t runs = windows - window < LANES ? windows - window : LANES;
        sum_runs(&run_sums, buckets, window * buckets->count, buckets->count, runs);
        for (size_t lane = 0; lane < runs; lane++)
            sums[window + lane] = run_sums.weighted[lane];
    }
}
