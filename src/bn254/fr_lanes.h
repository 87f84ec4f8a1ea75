/*
 * Elements of Fr between memory and bn254/lanes.h's lanes, for kernels over columns. In memory an
 * element is x * 2^256, in lanes x * 2^260 or, where it says so, of memory's kind: a product of
 * lanes divides by 2^260, so that of one of each kind is of memory's.
 */
#ifndef BN254_FR_LANES_H
#define BN254_FR_LANES_H

#include "bn254/field.h"
#include "bn254/lanes.h"

/* Words of eight elements, a vector each. The order of the lanes is not that of the elements, but
 * always the same. */
struct fr_words {
    __m512i words[INTEGER256_LIMBS];
};

/* From two elements in each row. */
LANES_INLINE struct fr_words fr_lanes_of_rows(const __m512i rows[INTEGER256_LIMBS])
{
    const __m512i even_low = _mm512_unpacklo_epi64(rows[0], rows[1]);
    const __m512i odd_low = _mm512_unpackhi_epi64(rows[0], rows[1]);
    const __m512i even_high = _mm512_unpacklo_epi64(rows[2], rows[3]);
    const __m512i odd_high = _mm512_unpackhi_epi64(rows[2], rows[3]);
    return (struct fr_words){{_mm512_shuffle_i64x2(even_low, even_high, 0x88),
                              _mm512_shuffle_i64x2(odd_low, odd_high, 0x88),
                              _mm512_shuffle_i64x2(even_low, even_high, 0xdd),
                              _mm512_shuffle_i64x2(odd_low, odd_high, 0xdd)}};
}

LANES_INLINE struct fr_words fr_lanes_load(const void *elements)
{
    __m512i rows[INTEGER256_LIMBS];
    for (size_t row = 0; row < INTEGER256_LIMBS; row++)
        rows[row] = _mm512_loadu_si512((const unsigned char *)elements + 64 * row);
    return fr_lanes_of_rows(rows);
}

/* Of sixteen elements those with even and those with odd places. */
LANES_INLINE void fr_lanes_load_neighbours(struct fr_words *even, struct fr_words *odd,
                                           const struct field *elements)
{
    __m512i evens[INTEGER256_LIMBS];
    __m512i odds[INTEGER256_LIMBS];
    for (size_t row = 0; row < INTEGER256_LIMBS; row++) {
        __m512i first = _mm512_loadu_si512(elements + 4 * row);
        __m512i second = _mm512_loadu_si512(elements + 4 * row + 2);
        evens[row] = _mm512_shuffle_i64x2(first, second, 0x44);
        odds[row] = _mm512_shuffle_i64x2(first, second, 0xee);
    }
    *even = fr_lanes_of_rows(evens);
    *odd = fr_lanes_of_rows(odds);
}

/* Where fr_lanes_load found them. */
LANES_INLINE void fr_lanes_store(void *elements, const struct fr_words *from)
{
    const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i high = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    const __m512i *words = from->words;
    const __m512i even_low = _mm512_permutex2var_epi64(words[0], low, words[2]);
    const __m512i odd_low = _mm512_permutex2var_epi64(words[1], low, words[3]);
    const __m512i even_high = _mm512_permutex2var_epi64(words[0], high, words[2]);
    const __m512i odd_high = _mm512_permutex2var_epi64(words[1], high, words[3]);
    unsigned char *bytes = elements;
    _mm512_storeu_si512(bytes, _mm512_unpacklo_epi64(even_low, odd_low));
    _mm512_storeu_si512(bytes + 64, _mm512_unpackhi_epi64(even_low, odd_low));
    _mm512_storeu_si512(bytes + 128, _mm512_unpacklo_epi64(even_high, odd_high));
    _mm512_storeu_si512(bytes + 192, _mm512_unpackhi_epi64(even_high, odd_high));
}

/* Of memory's kind. */
LANES_INLINE struct lanes fr_lanes_plain(const struct fr_words *words)
{
    return lanes_unpack(words->words);
}

/* Sixteen times as much, from x * 2^256 to x * 2^260, of words below p: below 16 p. */
LANES_INLINE struct lanes fr_lanes_raised(const struct fr_words *from)
{
    struct lanes lanes = lanes_unpack_raised(from->words);
    LANES_BELOW(lanes, 160, &lanes_fr);
    return lanes;
}

LANES_INLINE struct fr_words fr_lanes_broadcast(const struct field *element)
{
    struct fr_words words;
    for (int word = 0; word < INTEGER256_LIMBS; word++)
        words.words[word] = lanes_broadcast(element->limbs[word]);
    return words;
}

/* x * 2^260 for x * 2^256, below p. */
static inline struct field fr_raised_once(const struct field *element)
{
    struct field sum;
    field_add(&sum, element, element);
    for (int doubling = 1; doubling < 4; doubling++)
        field_add(&sum, &sum, &sum);
    return sum;
}

/* A factor for all lanes, below p. */
LANES_INLINE struct lanes fr_lanes_factor(const struct field *element)
{
    const struct field once = fr_raised_once(element);
    const struct fr_words words = fr_lanes_broadcast(&once);
    return fr_lanes_plain(&words);
}

/*
 * Below p, from limbs of a value below 3p that are not negative but need not be normal. What has a
 * highest limb above p's is above p, and loses p; what has not is below p and what the lower limbs
 * carry into the highest, 2^-30 p at most. So 2p is not reached then.
 */
LANES_INLINE struct fr_words fr_lanes_reduced(const __m512i limbs[LANES_LIMBS])
{
    __m512i once[LANES_LIMBS];
    __m512i twice[LANES_LIMBS];
    struct fr_words words;
    __mmask8 above = _mm512_cmpgt_epi64_mask(limbs[LANES_LIMBS - 1],
                                             lanes_broadcast(lanes_fr.modulus[LANES_LIMBS - 1]));
    for (int limb = 0; limb < LANES_LIMBS; limb++) {
        __m512i modulus = lanes_broadcast(lanes_fr.modulus[limb]);
        once[limb] = _mm512_mask_sub_epi64(limbs[limb], above, limbs[limb], modulus);
        twice[limb] = _mm512_sub_epi64(once[limb], modulus);
    }
    struct lanes kept = lanes_normalise(once);
    struct lanes less = lanes_normalise(twice);
    __mmask8 negative =
        _mm512_cmplt_epi64_mask(less.limbs[LANES_LIMBS - 1], _mm512_setzero_si512());
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        less.limbs[limb] = _mm512_mask_mov_epi64(less.limbs[limb], negative, kept.limbs[limb]);
    LANES_BELOW(less, 10, &lanes_fr);
    lanes_pack(words.words, &less);
    return words;
}

#endif
