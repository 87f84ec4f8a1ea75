#include <string.h>

#include "bn254/msm_internal.h"

/* (r - 1) / 2 */
static const struct integer256 half = {{UINT64_C(0xa1f0fac9f8000000), UINT64_C(0x9419f4243cdcb848),
                                        UINT64_C(0xdc2822db40c0ac2e),
                                        UINT64_C(0x183227397098d014)}};

void msm_take_terms(struct msm_terms *terms, const struct g1 *points, const struct field *scalars,
                    size_t count)
{
    terms->count = 0;
    terms->longest = 0;
    terms->bits = 0;
    for (size_t index = 0; index < count; index++) {
        if (field_is_zero(&scalars[index]) || g1_is_infinity(&points[index]))
            continue;
        struct integer256 *scalar = &terms->scalars[terms->count];
        field_to_integer(scalar, &scalars[index]);
        bool is_negative = integer256_compare(scalar, &half) > 0;
        if (is_negative)
            (void)integer256_subtract(scalar, &field_modulus, scalar);
        terms->points[terms->count++] = (uint32_t)index << 1 | is_negative;
        unsigned int bits = integer256_bit_length(scalar);
        terms->bits += bits;
        if (bits > terms->longest)
            terms->longest = bits;
    }
}

/* In additions: an entry is one, a bucket about three, a window some more; and a digit, zero or
 * not, is looked at for an eighth. */
static uint64_t cost_of(const struct msm_terms *terms, unsigned int width)
{
    enum { BUCKET = 3, WINDOW = 16, DIGITS = 8 };
    uint64_t windows = terms->longest / width + 1;
    return terms->bits / width +
           windows * (((uint64_t)BUCKET << (width - 1)) + WINDOW + terms->count / DIGITS);
}

static unsigned int best_width(const struct msm_terms *terms)
{
    unsigned int best = MSM_NARROWEST;
    for (unsigned int width = MSM_NARROWEST + 1; width <= MSM_WIDEST; width++) {
        if (cost_of(terms, width) < cost_of(terms, best))
            best = width;
    }
    return best;
}

struct msm_shape msm_best_shape(const struct msm_terms *terms)
{
    struct msm_shape shape = {.width = best_width(terms)};
    /* One bit more than the longest has: see msm_recode. */
    shape.windows = terms->longest / shape.width + 1;
    shape.buckets = (size_t)1 << (shape.width - 1);
    size_t fit = MSM_BLOCK / terms->count;
    shape.together = fit == 0 ? 1 : fit < shape.windows ? (unsigned int)fit : shape.windows;
    return shape;
}

static uint64_t least_cost(const struct msm_terms *terms)
{
    return terms->count == 0 ? 0 : cost_of(terms, best_width(terms));
}

/* How many scalars have so many bits. */
struct lengths {
    size_t counts[MSM_SCALAR_BITS + 1];
};

/* What the scalars of more than `least` and at most `most` bits are together. */
static struct msm_terms class_of(const struct lengths *lengths, unsigned int least,
                                 unsigned int most)
{
    struct msm_terms terms = {0};
    for (unsigned int bits = least + 1; bits <= most; bits++) {
        if (lengths->counts[bits] == 0)
            continue;
        terms.count += lengths->counts[bits];
        terms.bits += (uint64_t)bits * lengths->counts[bits];
        terms.longest = bits;
    }
    return terms;
}

/* The length up to which scalars are short, so that to add up the short and the long ones by
 * themselves costs less by a quarter than all together; MSM_SCALAR_BITS when there is none. */
static unsigned int best_border(const struct lengths *lengths, const struct msm_terms *all)
{
    unsigned int best = MSM_SCALAR_BITS;
    uint64_t least = least_cost(all) / 4 * 3;
    /* Where most are long there is nothing to gain. */
    if (all->bits > (uint64_t)all->count * all->longest / 2)
        return best;
    for (unsigned int border = 1; border < all->longest; border++) {
        if (lengths->counts[border] == 0)
            continue;
        struct msm_terms shorts = class_of(lengths, 0, border);
        struct msm_terms longs = class_of(lengths, border, MSM_SCALAR_BITS);
        uint64_t cost = least_cost(&shorts) + least_cost(&longs);
        if (cost < least) {
            least = cost;
            best = border;
        }
    }
    return best;
}

static void swap_terms(struct msm_terms *terms, size_t left, size_t right)
{
    struct integer256 scalar = terms->scalars[left];
    uint32_t point = terms->points[left];
    terms->scalars[left] = terms->scalars[right];
    terms->points[left] = terms->points[right];
    terms->scalars[right] = scalar;
    terms->points[right] = point;
}

void msm_split(struct msm_terms *shorts, struct msm_terms *longs, const struct msm_terms *all)
{
    struct lengths lengths = {{0}};
    for (size_t index = 0; index < all->count; index++)
        lengths.counts[integer256_bit_length(&all->scalars[index])]++;
    unsigned int border = best_border(&lengths, all);
    *shorts = class_of(&lengths, 0, border);
    *longs = class_of(&lengths, border, MSM_SCALAR_BITS);
    shorts->scalars = all->scalars;
    shorts->points = all->points;
    longs->scalars = all->scalars + shorts->count;
    longs->points = all->points + shorts->count;
    struct msm_terms terms = *all;
    size_t end = all->count;
    for (size_t index = 0; index < shorts->count;) {
        if (integer256_bit_length(&terms.scalars[index]) <= border)
            index++;
        else
            swap_terms(&terms, index, --end);
    }
}

/*
 * With 2^(width - 1) added in each window but the highest, a window's bits less 2^(width - 1) are a
 * digit from -2^(width - 1) to 2^(width - 1) - 1. The highest window's is at most 2^(width - 1),
 * for the number is below 2^longest, the offset below the window's place, and the windows have more
 * than `longest` bits together.
 */
void msm_recode(struct msm_terms *terms, const struct msm_shape *shape)
{
    struct integer256 offset = {{0}};
    for (unsigned int window = 0; window + 1 < shape->windows; window++) {
        unsigned int bit = window * shape->width + shape->width - 1;
        offset.limbs[bit / 64] |= UINT64_C(1) << (bit % 64);
    }
    for (size_t index = 0; index < terms->count; index++) {
        uint128 carry = 0;
        for (size_t limb = 0; limb < INTEGER256_LIMBS; limb++) {
            carry += (uint128)terms->scalars[index].limbs[limb] + offset.limbs[limb];
            terms->scalars[index].limbs[limb] = (uint64_t)carry;
            carry >>= 64;
        }
    }
}

/* The bits from `start` on, as many as the window is wide, of the scalar's 256: with those before
 * them in their byte they are 23 at most. There are 8 bytes to read behind the last scalar.
 * Little-endian, as integer256.c is. */
static uint32_t window_bits(const struct integer256 *scalar, unsigned int start, unsigned int width)
{
    uint64_t word;
    unsigned int count = start + width > 256 ? 256 - start : width;
    memcpy(&word, (const unsigned char *)scalar + start / 8, sizeof(word));
    return (uint32_t)(word >> (start % 8)) & ((UINT32_C(1) << count) - 1);
}

/* The digits of one window, and how many there are of each size, two places further on. */
static void make_digits(uint32_t *digits, uint32_t *counts, const struct msm_terms *terms,
                        const struct msm_shape *shape, unsigned int window)
{
    bool is_highest = window + 1 == shape->windows;
    uint32_t offset = is_highest ? 0 : UINT32_C(1) << (shape->width - 1);
    for (size_t index = 0; index < terms->count; index++) {
        uint32_t bits = window_bits(&terms->scalars[index], window * shape->width, shape->width);
        uint32_t is_negative = bits < offset;
        uint32_t size = is_negative ? offset - bits : bits - offset;
        digits[index] = size << 1 | (is_negative ^ (terms->points[index] & 1));
        /* Zero has no bucket; it is counted where it does not matter. */
        counts[size + 1] += size != 0;
    }
}

void msm_sort(struct msm_work *work, unsigned int first, unsigned int windows)
{
    const struct msm_terms *terms = &work->terms;
    const struct msm_group *group = &work->group;
    size_t buckets = work->shape.buckets;
    size_t keys = windows * buckets;
    uint32_t *starts = group->starts;
    memset(starts, 0, (keys + 2) * sizeof(*starts));
    for (unsigned int window = 0; window < windows; window++)
        make_digits(group->digits + window * terms->count, starts + window * buckets, terms,
                    &work->shape, first + window);
    for (size_t key = 2; key < keys + 2; key++)
        starts[key] += starts[key - 1];
    /* Now starts[key + 1] is where the key begins, and once its entries are in, where it ends. */
    for (unsigned int window = 0; window < windows; window++) {
        const uint32_t *digits = group->digits + window * terms->count;
        uint32_t *cursors = starts + window * buckets;
        for (size_t index = 0; index < terms->count; index++) {
            uint32_t size = digits[index] >> 1;
            if (size != 0)
                group->entries[cursors[size]++] =
                    (terms->points[index] & ~UINT32_C(1)) | (digits[index] & 1);
        }
    }
}
