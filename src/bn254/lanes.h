/*
 * Eight elements of Fq, or of Fr, side by side, with AVX-512 IFMA: five limbs of 52 bits, least
 * significant first, of value * 2^260 mod p, where p is the one field's modulus or the other's. To
 * be included where the compiler may use those instructions. Who calls passes the field's
 * constants, lanes_fq or lanes_fr, which the compiler then puts into the code.
 *
 * Reduction is lazy. An element is `normal` when its limbs are below 2^52; its value may then be
 * any number below 2^260, which is more than 84 p. What is below how many p stands at each
 * function, and BN254_VERIFY checks it where LANES_BELOW says so. A product's factors may be of any
 * size as long as their bounds a p and b p have a b below 7000: from a b p^2 / 2^260 + p it is
 * below (1 + 0.0119 a b) p, and what is below 84 p is normal. The two moduli differ by less than
 * 2^-126 of them, so all bounds hold for both.
 *
 * Source: Gueron and Krasnov, "Accelerating Big Integer Arithmetic Using Intel IFMA Extensions",
 * 2016.
 */
#ifndef BN254_LANES_H
#define BN254_LANES_H

#include <immintrin.h>
#include <stdint.h>

#include "bn254/integer256.h"

#ifdef BN254_VERIFY
#include "base/check.h"
#endif

enum { LANES = 8, LANES_LIMBS = 5, LANES_BITS = 52 };

#define LANES_MASK ((UINT64_C(1) << LANES_BITS) - 1)
#define LANES_INLINE static inline __attribute__((always_inline))

struct lanes {
    __m512i limbs[LANES_LIMBS];
};

/* A sum of products, not reduced: column i counts 2^(52 i), and is far below 2^64. */
struct lanes_wide {
    __m512i columns[2 * LANES_LIMBS];
};

struct lanes_field {
    uint64_t modulus[LANES_LIMBS];
    uint64_t factor; /* -1 / p mod 2^52 */
};

static const struct lanes_field lanes_fq = {
    .modulus = {UINT64_C(0x8c16d87cfd47), UINT64_C(0x916871ca8d3c2), UINT64_C(0x181585d97816a),
                UINT64_C(0xa029b85045b68), UINT64_C(0x30644e72e131)},
    .factor = UINT64_C(0x20782e4866389)};
static const struct lanes_field lanes_fr = {
    .modulus = {UINT64_C(0x1f593f0000001), UINT64_C(0x4879b9709143e), UINT64_C(0x181585d2833e8),
                UINT64_C(0xa029b85045b68), UINT64_C(0x30644e72e131)},
    .factor = UINT64_C(0x1f593efffffff)};

LANES_INLINE __m512i lanes_broadcast(uint64_t value)
{
    return _mm512_set1_epi64((long long)value);
}

#ifdef BN254_VERIFY
/* Whether the limbs are normal, and each value is below tenths / 10 p. */
static inline void lanes_check(const struct lanes *lanes, uint64_t tenths,
                               const struct lanes_field *field)
{
    uint64_t limbs[LANES_LIMBS][LANES];
    for (unsigned int limb = 0; limb < LANES_LIMBS; limb++)
        _mm512_storeu_si512(limbs[limb], lanes->limbs[limb]);
    for (unsigned int lane = 0; lane < LANES; lane++) {
        int64_t carry = 0; /* of tenths p - 10 times the value */
        for (unsigned int limb = 0; limb < LANES_LIMBS; limb++) {
            CHECK(limbs[limb][lane] <= LANES_MASK);
            carry += (int64_t)(tenths * field->modulus[limb]) - (int64_t)(10 * limbs[limb][lane]);
            carry >>= LANES_BITS;
        }
        CHECK(carry >= 0);
    }
}
#define LANES_BELOW(lanes, tenths, field) lanes_check(&(lanes), (tenths), (field))
#else
#define LANES_BELOW(lanes, tenths, field) ((void)0)
#endif

/* Carries along limbs that may be negative, of a value that is not. */
LANES_INLINE struct lanes lanes_normalise(const __m512i limbs[LANES_LIMBS])
{
    const __m512i mask = lanes_broadcast(LANES_MASK);
    struct lanes normal;
    __m512i carry = _mm512_setzero_si512();
    for (int limb = 0; limb < LANES_LIMBS - 1; limb++) {
        __m512i sum = _mm512_add_epi64(limbs[limb], carry);
        normal.limbs[limb] = _mm512_and_si512(sum, mask);
        carry = _mm512_srai_epi64(sum, LANES_BITS);
    }
    normal.limbs[LANES_LIMBS - 1] = _mm512_add_epi64(limbs[LANES_LIMBS - 1], carry);
    return normal;
}

LANES_INLINE struct lanes_wide lanes_wide_zero(void)
{
    struct lanes_wide wide;
    for (int column = 0; column < 2 * LANES_LIMBS; column++)
        wide.columns[column] = _mm512_setzero_si512();
    return wide;
}

/* wide += left * right; both normal. */
LANES_INLINE void lanes_accumulate(struct lanes_wide *wide, const struct lanes *left,
                                   const struct lanes *right)
{
    for (int i = 0; i < LANES_LIMBS; i++) {
        for (int j = 0; j < LANES_LIMBS; j++)
            wide->columns[i + j] =
                _mm512_madd52lo_epu64(wide->columns[i + j], left->limbs[j], right->limbs[i]);
        for (int j = 0; j < LANES_LIMBS; j++)
            wide->columns[i + j + 1] =
                _mm512_madd52hi_epu64(wide->columns[i + j + 1], left->limbs[j], right->limbs[i]);
    }
}

/* wide / 2^260, normal: the lowest column is made a multiple of 2^52 five times. */
LANES_INLINE struct lanes lanes_reduce(struct lanes_wide wide, const struct lanes_field *field)
{
    const __m512i zero = _mm512_setzero_si512();
    __m512i *columns = wide.columns;
    for (int i = 0; i < LANES_LIMBS; i++) {
        __m512i quotient = _mm512_madd52lo_epu64(zero, columns[i], lanes_broadcast(field->factor));
        for (int j = 0; j < LANES_LIMBS; j++)
            columns[i + j] =
                _mm512_madd52lo_epu64(columns[i + j], quotient, lanes_broadcast(field->modulus[j]));
        for (int j = 0; j < LANES_LIMBS; j++)
            columns[i + j + 1] = _mm512_madd52hi_epu64(columns[i + j + 1], quotient,
                                                       lanes_broadcast(field->modulus[j]));
        columns[i + 1] =
            _mm512_add_epi64(columns[i + 1], _mm512_srli_epi64(columns[i], LANES_BITS));
    }
    return lanes_normalise(columns + LANES_LIMBS);
}

/* For factors below a p and b p the product is below (1 + 0.0119 a b) p. */
LANES_INLINE struct lanes lanes_multiply(const struct lanes *left, const struct lanes *right,
                                         const struct lanes_field *field)
{
    struct lanes_wide wide = lanes_wide_zero();
    lanes_accumulate(&wide, left, right);
    return lanes_reduce(wide, field);
}

/* As lanes_multiply with itself, in three quarters of the products of limbs. */
LANES_INLINE struct lanes lanes_square(const struct lanes *element, const struct lanes_field *field)
{
    struct lanes_wide wide = lanes_wide_zero();
    const __m512i *limbs = element->limbs;
    for (int i = 0; i < LANES_LIMBS; i++) {
        for (int j = i + 1; j < LANES_LIMBS; j++) {
            wide.columns[i + j] = _mm512_madd52lo_epu64(wide.columns[i + j], limbs[i], limbs[j]);
            wide.columns[i + j + 1] =
                _mm512_madd52hi_epu64(wide.columns[i + j + 1], limbs[i], limbs[j]);
        }
    }
    for (int column = 1; column < 2 * LANES_LIMBS; column++)
        wide.columns[column] = _mm512_add_epi64(wide.columns[column], wide.columns[column]);
    for (size_t i = 0; i < LANES_LIMBS; i++) {
        wide.columns[2 * i] = _mm512_madd52lo_epu64(wide.columns[2 * i], limbs[i], limbs[i]);
        wide.columns[2 * i + 1] =
            _mm512_madd52hi_epu64(wide.columns[2 * i + 1], limbs[i], limbs[i]);
    }
    return lanes_reduce(wide, field);
}

LANES_INLINE struct lanes lanes_add(const struct lanes *left, const struct lanes *right)
{
    __m512i limbs[LANES_LIMBS];
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        limbs[limb] = _mm512_add_epi64(left->limbs[limb], right->limbs[limb]);
    return lanes_normalise(limbs);
}

/* left - right + multiple * p; the right one is below multiple * p. */
LANES_INLINE struct lanes lanes_subtract(const struct lanes *left, const struct lanes *right,
                                         uint64_t multiple, const struct lanes_field *field)
{
    __m512i limbs[LANES_LIMBS];
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        limbs[limb] = _mm512_add_epi64(_mm512_sub_epi64(left->limbs[limb], right->limbs[limb]),
                                       lanes_broadcast(multiple * field->modulus[limb]));
    return lanes_normalise(limbs);
}

/*
 * From limbs that may be negative, of a value from 0.3 p to 10.5 p, to the same modulo p, normal
 * and below 2.3 p. The highest limb's bits from 2^254 on tell how often p goes in: 0, 1, 2, 3, 5,
 * 6, 7 or 9 times for 0 to 7 times 2^254, which is 1.3228 p. At most (3 + 1) * 1.3228 - 3 = 2.292
 * times p remain. What the lower limbs would carry into the highest is below 2^-40 p and changes
 * nothing.
 */
LANES_INLINE struct lanes lanes_shrink(const __m512i limbs[LANES_LIMBS],
                                       const struct lanes_field *field)
{
    __m512i reduced[LANES_LIMBS];
    __m512i index = _mm512_srai_epi64(limbs[LANES_LIMBS - 1], 254 - 4 * LANES_BITS);
    for (int limb = 0; limb < LANES_LIMBS; limb++) {
        long long p = (long long)field->modulus[limb];
        const __m512i multiples = _mm512_setr_epi64(0, p, 2 * p, 3 * p, 5 * p, 6 * p, 7 * p, 9 * p);
        reduced[limb] = _mm512_sub_epi64(limbs[limb], _mm512_permutexvar_epi64(index, multiples));
    }
    struct lanes shrunk = lanes_normalise(reduced);
    LANES_BELOW(shrunk, 23, field);
    return shrunk;
}

/* From four words of 64 bits, word by word in a vector. */
LANES_INLINE struct lanes lanes_unpack(const __m512i words[INTEGER256_LIMBS])
{
    const __m512i mask = lanes_broadcast(LANES_MASK);
    struct lanes lanes;
    lanes.limbs[0] = _mm512_and_si512(words[0], mask);
    lanes.limbs[1] = _mm512_and_si512(
        _mm512_or_si512(_mm512_srli_epi64(words[0], 52), _mm512_slli_epi64(words[1], 12)), mask);
    lanes.limbs[2] = _mm512_and_si512(
        _mm512_or_si512(_mm512_srli_epi64(words[1], 40), _mm512_slli_epi64(words[2], 24)), mask);
    lanes.limbs[3] = _mm512_and_si512(
        _mm512_or_si512(_mm512_srli_epi64(words[2], 28), _mm512_slli_epi64(words[3], 36)), mask);
    lanes.limbs[4] = _mm512_srli_epi64(words[3], 16);
    return lanes;
}

/* The same of sixteen times as much. */
LANES_INLINE struct lanes lanes_unpack_raised(const __m512i words[INTEGER256_LIMBS])
{
    const __m512i mask = lanes_broadcast(LANES_MASK);
    struct lanes lanes;
    lanes.limbs[0] = _mm512_and_si512(_mm512_slli_epi64(words[0], 4), mask);
    lanes.limbs[1] = _mm512_and_si512(
        _mm512_or_si512(_mm512_srli_epi64(words[0], 48), _mm512_slli_epi64(words[1], 16)), mask);
    lanes.limbs[2] = _mm512_and_si512(
        _mm512_or_si512(_mm512_srli_epi64(words[1], 36), _mm512_slli_epi64(words[2], 28)), mask);
    lanes.limbs[3] = _mm512_and_si512(
        _mm512_or_si512(_mm512_srli_epi64(words[2], 24), _mm512_slli_epi64(words[3], 40)), mask);
    lanes.limbs[4] = _mm512_srli_epi64(words[3], 12);
    return lanes;
}

/* Back, for a normal element below 2^256, which is over 5.2 p. */
LANES_INLINE void lanes_pack(__m512i words[INTEGER256_LIMBS], const struct lanes *lanes)
{
    const __m512i *limbs = lanes->limbs;
    words[0] = _mm512_or_si512(limbs[0], _mm512_slli_epi64(limbs[1], 52));
    words[1] = _mm512_or_si512(_mm512_srli_epi64(limbs[1], 12), _mm512_slli_epi64(limbs[2], 40));
    words[2] = _mm512_or_si512(_mm512_srli_epi64(limbs[2], 24), _mm512_slli_epi64(limbs[3], 28));
    words[3] = _mm512_or_si512(_mm512_srli_epi64(limbs[3], 36), _mm512_slli_epi64(limbs[4], 16));
}

/* From eight rows of eight words to eight columns, and back. */
LANES_INLINE void lanes_transpose(__m512i rows[LANES])
{
    __m512i pairs[LANES];
    __m512i fours[LANES];
    for (int row = 0; row < LANES; row += 2) {
        pairs[row] = _mm512_unpacklo_epi64(rows[row], rows[row + 1]);
        pairs[row + 1] = _mm512_unpackhi_epi64(rows[row], rows[row + 1]);
    }
    for (int half = 0; half < LANES; half += 4) {
        for (int odd = 0; odd < 2; odd++) {
            fours[half + odd] =
                _mm512_shuffle_i64x2(pairs[half + odd], pairs[half + 2 + odd], 0x88);
            fours[half + 2 + odd] =
                _mm512_shuffle_i64x2(pairs[half + odd], pairs[half + 2 + odd], 0xdd);
        }
    }
    for (int column = 0; column < 4; column++) {
        rows[column] = _mm512_shuffle_i64x2(fours[column], fours[4 + column], 0x88);
        rows[column + 4] = _mm512_shuffle_i64x2(fours[column], fours[4 + column], 0xdd);
    }
}

#endif
