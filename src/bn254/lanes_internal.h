/*
 * Eight elements of Fq side by side, with AVX-512 IFMA: five limbs of 52 bits, least significant
 * first, of value * 2^260 mod q. To be included where the compiler may use those instructions.
 *
 * Reduction is lazy. An element is `normal` when its limbs are below 2^52; its value may then be
 * any number below 2^260, which is more than 84 q. What is below how many q stands at each
 * function, and BN254_VERIFY checks it where LANES_BELOW says so. A product's factors may be of any
 * size as long as their bounds a q and b q have a b below 7000: from a b q^2 / 2^260 + q it is
 * below (1 + 0.0119 a b) q, and what is below 84 q is normal.
 *
 * Source: Gueron and Krasnov, "Accelerating Big Integer Arithmetic Using Intel IFMA Extensions",
 * 2016.
 */
#ifndef BN254_LANES_INTERNAL_H
#define BN254_LANES_INTERNAL_H

#include <immintrin.h>
#include <stdint.h>

#include "bn254/fq.h"
#include "bn254/g1.h"

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

static const uint64_t lanes_modulus[LANES_LIMBS] = {
    UINT64_C(0x8c16d87cfd47), UINT64_C(0x916871ca8d3c2), UINT64_C(0x181585d97816a),
    UINT64_C(0xa029b85045b68), UINT64_C(0x30644e72e131)};

/* -1 / q mod 2^52 */
#define LANES_FACTOR UINT64_C(0x20782e4866389)

LANES_INLINE __m512i lanes_broadcast(uint64_t value)
{
    return _mm512_set1_epi64((long long)value);
}

#ifdef BN254_VERIFY
/* Whether the limbs are normal, and each value is below tenths / 10 q. */
static inline void lanes_check(const struct lanes *lanes, uint64_t tenths)
{
    uint64_t limbs[LANES_LIMBS][LANES];
    for (unsigned int limb = 0; limb < LANES_LIMBS; limb++)
        _mm512_storeu_si512(limbs[limb], lanes->limbs[limb]);
    for (unsigned int lane = 0; lane < LANES; lane++) {
        int64_t carry = 0; /* of tenths q - 10 times the value */
        for (unsigned int limb = 0; limb < LANES_LIMBS; limb++) {
            CHECK(limbs[limb][lane] <= LANES_MASK);
            carry += (int64_t)(tenths * lanes_modulus[limb]) - (int64_t)(10 * limbs[limb][lane]);
            carry >>= LANES_BITS;
        }
        CHECK(carry >= 0);
    }
}
#define LANES_BELOW(lanes, tenths) lanes_check(&(lanes), (tenths))
#else
#define LANES_BELOW(lanes, tenths) ((void)0)
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
LANES_INLINE struct lanes lanes_reduce(struct lanes_wide wide)
{
    const __m512i zero = _mm512_setzero_si512();
    __m512i *columns = wide.columns;
    for (int i = 0; i < LANES_LIMBS; i++) {
        __m512i quotient = _mm512_madd52lo_epu64(zero, columns[i], lanes_broadcast(LANES_FACTOR));
        for (int j = 0; j < LANES_LIMBS; j++)
            columns[i + j] =
                _mm512_madd52lo_epu64(columns[i + j], quotient, lanes_broadcast(lanes_modulus[j]));
        for (int j = 0; j < LANES_LIMBS; j++)
            columns[i + j + 1] = _mm512_madd52hi_epu64(columns[i + j + 1], quotient,
                                                       lanes_broadcast(lanes_modulus[j]));
        columns[i + 1] =
            _mm512_add_epi64(columns[i + 1], _mm512_srli_epi64(columns[i], LANES_BITS));
    }
    return lanes_normalise(columns + LANES_LIMBS);
}

/* For factors below a q and b q the product is below (1 + 0.0119 a b) q. */
LANES_INLINE struct lanes lanes_multiply(const struct lanes *left, const struct lanes *right)
{
    struct lanes_wide wide = lanes_wide_zero();
    lanes_accumulate(&wide, left, right);
    return lanes_reduce(wide);
}

/* As lanes_multiply with itself, in three quarters of the products of limbs. */
LANES_INLINE struct lanes lanes_square(const struct lanes *element)
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
    return lanes_reduce(wide);
}

LANES_INLINE struct lanes lanes_add(const struct lanes *left, const struct lanes *right)
{
    __m512i limbs[LANES_LIMBS];
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        limbs[limb] = _mm512_add_epi64(left->limbs[limb], right->limbs[limb]);
    return lanes_normalise(limbs);
}

/* left - right + multiple * q; the right one is below multiple * q. */
LANES_INLINE struct lanes lanes_subtract(const struct lanes *left, const struct lanes *right,
                                         uint64_t multiple)
{
    __m512i limbs[LANES_LIMBS];
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        limbs[limb] = _mm512_add_epi64(_mm512_sub_epi64(left->limbs[limb], right->limbs[limb]),
                                       lanes_broadcast(multiple * lanes_modulus[limb]));
    return lanes_normalise(limbs);
}

/*
 * From limbs that may be negative, of a value from 0.3 q to 10.5 q, to the same modulo q, normal
 * and below 2.3 q. The highest limb's bits from 2^254 on tell how often q goes in: 0, 1, 2, 3, 5,
 * 6, 7 or 9 times for 0 to 7 times 2^254, which is 1.3228 q. At most (3 + 1) * 1.3228 - 3 = 2.292
 * times q remain. What the lower limbs would carry into the highest is below 2^-40 q and changes
 * nothing.
 */
LANES_INLINE struct lanes lanes_shrink(const __m512i limbs[LANES_LIMBS])
{
    __m512i reduced[LANES_LIMBS];
    __m512i index = _mm512_srai_epi64(limbs[LANES_LIMBS - 1], 254 - 4 * LANES_BITS);
    for (int limb = 0; limb < LANES_LIMBS; limb++) {
        long long q = (long long)lanes_modulus[limb];
        const __m512i multiples = _mm512_setr_epi64(0, q, 2 * q, 3 * q, 5 * q, 6 * q, 7 * q, 9 * q);
        reduced[limb] = _mm512_sub_epi64(limbs[limb], _mm512_permutexvar_epi64(index, multiples));
    }
    struct lanes shrunk = lanes_normalise(reduced);
    LANES_BELOW(shrunk, 23);
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

/* Back, for a normal element below 2^256, which is over 5.2 q. */
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

/* Eight points, by their addresses. */
LANES_INLINE void lanes_load(struct lanes *x, struct lanes *y, const struct g1 *const points[LANES])
{
    __m512i rows[LANES];
    for (int lane = 0; lane < LANES; lane++)
        rows[lane] = _mm512_loadu_si512(points[lane]);
    lanes_transpose(rows);
    *x = lanes_unpack(rows);
    *y = lanes_unpack(rows + INTEGER256_LIMBS);
}

/* The first `count` of the lanes, to their addresses. */
LANES_INLINE void lanes_store(struct g1 *const points[LANES], size_t count, const struct lanes *x,
                              const struct lanes *y)
{
    __m512i rows[LANES];
    lanes_pack(rows, x);
    lanes_pack(rows + INTEGER256_LIMBS, y);
    lanes_transpose(rows);
    for (size_t lane = 0; lane < count; lane++)
        _mm512_storeu_si512(points[lane], rows[lane]);
}

#endif
