/* bn254/fr.h in eight lanes; what is left over of a count goes one by one. Kinds and bounds are
 * those of bn254/fr_lanes.h. */
#include <string.h>

#include "bn254/fr_internal.h"
#include "bn254/fr_lanes.h"

enum {
    POWER_CHAINS = 4, /* what one waits for, the others compute */
    CHAINS = 2,
    TOGETHER = 32 /* blocks of products that share a reduction */
};

LANES_INLINE struct lanes times(const struct lanes *left, const struct lanes *right)
{
    return lanes_multiply(left, right, &lanes_fr);
}

static void multiply_many(struct field *products, const struct field *left,
                          const struct field *right, size_t count)
{
    const size_t whole = count - count % LANES;
    for (size_t i = 0; i < whole; i += LANES) {
        struct fr_words words = fr_lanes_load(left + i);
        struct lanes product = fr_lanes_raised(&words);
        words = fr_lanes_load(right + i);
        struct lanes factor = fr_lanes_plain(&words);
        product = times(&product, &factor);
        LANES_BELOW(product, 12, &lanes_fr);
        words = fr_lanes_reduced(product.limbs);
        fr_lanes_store(products + i, &words);
    }
    fr_one_by_one.multiply_many(products + whole, left + whole, right + whole, count - whole);
}

static void scale_many(struct field *products, const struct field *elements,
                       const struct field *factor, size_t count)
{
    const size_t whole = count - count % LANES;
    const struct field copy = *factor; /* it may be one of the products */
    const struct lanes factors = fr_lanes_factor(factor);
    for (size_t i = 0; i < whole; i += LANES) {
        struct fr_words words = fr_lanes_load(elements + i);
        struct lanes product = fr_lanes_plain(&words);
        product = times(&product, &factors);
        LANES_BELOW(product, 11, &lanes_fr);
        words = fr_lanes_reduced(product.limbs);
        fr_lanes_store(products + i, &words);
    }
    fr_one_by_one.scale_many(products + whole, elements + whole, &copy, count - whole);
}

/* A product is below 0.012 p, and a column's sum of them below 64 * 10 * 2^52. */
static void combine_many(struct field *sums, const struct field *const *columns,
                         const struct field *factors, size_t columns_count, size_t count)
{
    const size_t whole = count - count % LANES;
    const struct field *rest[FR_MOST_COLUMNS];
    struct lanes raised_factors[FR_MOST_COLUMNS];
    for (size_t column = 0; column < columns_count; column++) {
        raised_factors[column] = fr_lanes_factor(&factors[column]);
        rest[column] = columns[column] + whole;
    }
    for (size_t i = 0; i < whole; i += LANES) {
        struct lanes_wide wide = lanes_wide_zero();
        for (size_t column = 0; column < columns_count; column++) {
            struct fr_words words = fr_lanes_load(columns[column] + i);
            struct lanes elements = fr_lanes_plain(&words);
            lanes_accumulate(&wide, &elements, &raised_factors[column]);
        }
        struct lanes sum = lanes_reduce(wide, &lanes_fr);
        LANES_BELOW(sum, 18, &lanes_fr);
        struct fr_words words = fr_lanes_reduced(sum.limbs);
        fr_lanes_store(sums + i, &words);
    }
    fr_one_by_one.combine_many(sums + whole, rest, factors, columns_count, count - whole);
}

/* The step is below 2, its product with u below 1.1, the result below 2.1. */
static void fold_many(struct field *folded, const struct field *elements, const struct field *u,
                      size_t count)
{
    const size_t whole = count - count % LANES;
    const struct field copy = *u;
    const struct lanes factors = fr_lanes_factor(u);
    for (size_t i = 0; i < whole; i += LANES) {
        struct fr_words even;
        struct fr_words odd;
        fr_lanes_load_neighbours(&even, &odd, elements + 2 * i);
        struct lanes first = fr_lanes_plain(&even);
        struct lanes step = fr_lanes_plain(&odd);
        step = lanes_subtract(&step, &first, 1, &lanes_fr);
        step = times(&step, &factors);
        LANES_BELOW(step, 11, &lanes_fr);
        for (int limb = 0; limb < LANES_LIMBS; limb++)
            step.limbs[limb] = _mm512_add_epi64(step.limbs[limb], first.limbs[limb]);
        even = fr_lanes_reduced(step.limbs);
        fr_lanes_store(folded + i, &even);
    }
    fr_one_by_one.fold_many(folded + whole, elements + 2 * whole, &copy, count - whole);
}

/* A product is below 0.2, so many below 7.2 when reduced; with what there is, below 9.5. */
LANES_INLINE struct lanes add_products(const struct lanes *sum, const struct field *left,
                                       const struct field *right, size_t count)
{
    struct lanes_wide wide = lanes_wide_zero();
    for (size_t i = 0; i < count; i += LANES) {
        struct fr_words words = fr_lanes_load(left + i);
        struct lanes factor = fr_lanes_raised(&words);
        words = fr_lanes_load(right + i);
        struct lanes other = fr_lanes_plain(&words);
        lanes_accumulate(&wide, &factor, &other);
    }
    struct lanes products = lanes_reduce(wide, &lanes_fr);
    LANES_BELOW(products, 72, &lanes_fr);
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        products.limbs[limb] = _mm512_add_epi64(products.limbs[limb], sum->limbs[limb]);
    return lanes_shrink(products.limbs, &lanes_fr);
}

static void sum_of_products(struct field *sum, const struct field *left, const struct field *right,
                            size_t count)
{
    const size_t whole = count - count % LANES;
    struct lanes total = {{{0}}};
    struct field sums[LANES];
    for (size_t i = 0; i < whole; i += (size_t)TOGETHER * LANES) {
        size_t most = (size_t)TOGETHER * LANES;
        total = add_products(&total, left + i, right + i, whole - i < most ? whole - i : most);
    }
    struct fr_words words = fr_lanes_reduced(total.limbs);
    fr_lanes_store(sums, &words);
    fr_one_by_one.sum_of_products(sum, left + whole, right + whole, count - whole);
    for (size_t lane = 0; lane < LANES; lane++)
        field_add(sum, sum, &sums[lane]);
}

/* Each chain is of memory's kind, and below 1.1. */
static void fill_powers(struct field *powers, const struct field *start, const struct field *base,
                        size_t count)
{
    enum { AT_ONCE = POWER_CHAINS * LANES };
    struct lanes chains[POWER_CHAINS];
    const size_t whole = count - count % AT_ONCE;
    struct field factor = *base;
    struct field next = *start;
    if (whole == 0) {
        fr_one_by_one.fill_powers(powers, start, base, count);
        return;
    }
    fr_one_by_one.fill_powers(powers, &next, &factor, AT_ONCE);
    field_multiply(&next, &powers[AT_ONCE - 1], &factor);
    for (size_t chain = 0; chain < POWER_CHAINS; chain++) {
        struct fr_words words = fr_lanes_load(powers + chain * LANES);
        chains[chain] = fr_lanes_plain(&words);
    }
    struct field step = factor;
    for (size_t exponent = 1; exponent < AT_ONCE; exponent *= 2)
        field_square(&step, &step);
    const struct lanes steps = fr_lanes_factor(&step);
    for (size_t i = AT_ONCE; i < whole; i += AT_ONCE) {
        for (size_t chain = 0; chain < POWER_CHAINS; chain++) {
            chains[chain] = times(&chains[chain], &steps);
            LANES_BELOW(chains[chain], 11, &lanes_fr);
            struct fr_words words = fr_lanes_reduced(chains[chain].limbs);
            fr_lanes_store(powers + i + chain * LANES, &words);
        }
    }
    field_multiply(&next, &powers[whole - 1], &factor);
    fr_one_by_one.fill_powers(powers + whole, &next, &factor, count - whole);
}

/* 2^512 * 2^4 mod p: a number times this, divided by 2^260, is its Montgomery form. */
static const struct field square = {{UINT64_C(0xbb8e645ae216da70), UINT64_C(0x3fe3ab1e35c59e31),
                                     UINT64_C(0xc49833d53bb80855), UINT64_C(0x216d0b17f4e44a58)}};

static void from_integers(struct field *elements, const struct integer256 *integers, size_t count)
{
    const size_t whole = count - count % LANES;
    const struct fr_words factor = fr_lanes_broadcast(&square);
    const struct lanes factors = fr_lanes_plain(&factor);
    for (size_t i = 0; i < whole; i += LANES) {
        struct fr_words words = fr_lanes_load(integers + i);
        struct lanes product = fr_lanes_plain(&words);
        product = times(&product, &factors);
        words = fr_lanes_reduced(product.limbs);
        fr_lanes_store(elements + i, &words);
    }
    fr_one_by_one.from_integers(elements + whole, integers + whole, count - whole);
}

/* x * 2^260 / 2^260 */
static void to_integers(struct integer256 *integers, const struct field *elements, size_t count)
{
    const size_t whole = count - count % LANES;
    for (size_t i = 0; i < whole; i += LANES) {
        struct fr_words words = fr_lanes_load(elements + i);
        struct lanes lanes = fr_lanes_raised(&words);
        struct lanes_wide wide = lanes_wide_zero();
        for (int limb = 0; limb < LANES_LIMBS; limb++)
            wide.columns[limb] = lanes.limbs[limb];
        lanes = lanes_reduce(wide, &lanes_fr);
        words = fr_lanes_reduced(lanes.limbs);
        fr_lanes_store(integers + i, &words);
    }
    fr_one_by_one.to_integers(integers + whole, elements + whole, count - whole);
}

/* The elements of a block, ones for those that are zero, and which lanes these are. */
LANES_INLINE struct lanes load_nonzero(__mmask8 *zeros, const struct field *elements)
{
    const struct fr_words ones = fr_lanes_broadcast(&FIELD_ONE);
    struct fr_words words = fr_lanes_load(elements);
    __m512i any = _mm512_or_si512(_mm512_or_si512(words.words[0], words.words[1]),
                                  _mm512_or_si512(words.words[2], words.words[3]));
    *zeros = _mm512_cmpeq_epi64_mask(any, _mm512_setzero_si512());
    for (int word = 0; word < INTEGER256_LIMBS; word++)
        words.words[word] = _mm512_mask_mov_epi64(words.words[word], *zeros, ones.words[word]);
    return fr_lanes_raised(&words);
}

/* The inverse, of memory's kind, of each lane; none is zero. */
static struct lanes inverse_of(const struct lanes *lanes)
{
    struct field elements[LANES];
    struct field inverses[LANES];
    const struct fr_words ones = fr_lanes_broadcast(&FIELD_ONE);
    struct lanes one = fr_lanes_plain(&ones);
    one = times(lanes, &one);
    struct fr_words words = fr_lanes_reduced(one.limbs);
    fr_lanes_store(elements, &words);
    fr_one_by_one.invert_many_var(inverses, elements, LANES);
    words = fr_lanes_load(inverses);
    return fr_lanes_plain(&words);
}

/* Blocks of eight: all that there are, and then one that begins where the whole ones end. */
struct blocks {
    struct field *inverses; /* at first the products of the elements before, times 2^260 */
    const struct field *elements;
    struct field *last_inverses;
    const struct field *last_elements;
    size_t whole;
};

LANES_INLINE const struct field *elements_of(const struct blocks *blocks, size_t block)
{
    return block < blocks->whole ? blocks->elements + block * LANES : blocks->last_elements;
}

LANES_INLINE struct field *inverses_of(const struct blocks *blocks, size_t block)
{
    return block < blocks->whole ? blocks->inverses + block * LANES : blocks->last_inverses;
}

static void invert_blocks(const struct blocks *blocks)
{
    struct lanes chains[CHAINS];
    __mmask8 zeros;
    const struct lanes one = fr_lanes_factor(&FIELD_ONE);
    chains[0] = chains[1] = one;
    for (size_t block = 0; block <= blocks->whole; block++) {
        struct lanes *chain = &chains[block % CHAINS];
        struct lanes elements = load_nonzero(&zeros, elements_of(blocks, block));
        struct fr_words words;
        lanes_pack(words.words, chain);
        fr_lanes_store(inverses_of(blocks, block), &words);
        *chain = times(chain, &elements);
        LANES_BELOW(*chain, 13, &lanes_fr);
    }
    struct lanes product = times(&chains[0], &chains[1]);
    product = inverse_of(&product);
    const struct lanes first = chains[0];
    chains[0] = times(&product, &chains[1]);
    chains[1] = times(&product, &first);
    for (size_t block = blocks->whole + 1; block-- > 0;) {
        struct lanes *chain = &chains[block % CHAINS];
        struct lanes elements = load_nonzero(&zeros, elements_of(blocks, block));
        struct fr_words words = fr_lanes_load(inverses_of(blocks, block));
        struct lanes before = fr_lanes_plain(&words);
        before = times(chain, &before);
        *chain = times(chain, &elements);
        LANES_BELOW(*chain, 13, &lanes_fr);
        words = fr_lanes_reduced(before.limbs);
        for (int word = 0; word < INTEGER256_LIMBS; word++)
            words.words[word] = _mm512_maskz_mov_epi64((__mmask8)~zeros, words.words[word]);
        fr_lanes_store(inverses_of(blocks, block), &words);
    }
}

static void invert_many_var(struct field *inverses, const struct field *elements, size_t count)
{
    struct field last_elements[LANES] = {{{0}}};
    struct field last_inverses[LANES];
    const size_t whole = count / LANES;
    const size_t rest = count % LANES;
    if (whole == 0) {
        fr_one_by_one.invert_many_var(inverses, elements, count);
        return;
    }
    memcpy(last_elements, elements + whole * LANES, rest * sizeof(*elements));
    invert_blocks(&(struct blocks){inverses, elements, last_inverses, last_elements, whole});
    memcpy(inverses + whole * LANES, last_inverses, rest * sizeof(*inverses));
}

const struct fr_arithmetic fr_ifma = {
    .multiply_many = multiply_many,
    .scale_many = scale_many,
    .combine_many = combine_many,
    .fold_many = fold_many,
    .sum_of_products = sum_of_products,
    .fill_powers = fill_powers,
    .from_integers = from_integers,
    .to_integers = to_integers,
    .invert_many_var = invert_many_var,
};
