/*
 * Values of relation_formulas.h that are eight scalars side by side, with AVX-512 IFMA. All are of
 * x * 2^260 and below 2.4 p: sums, differences and products are brought below that at once. To be
 * included where the compiler may use those instructions.
 */
#ifndef ULTRAHONK_PROVER_LANES_VALUE_INTERNAL_H
#define ULTRAHONK_PROVER_LANES_VALUE_INTERNAL_H

#include "bn254/field.h"
#include "bn254/lanes.h"

typedef struct lanes value;

enum { WORDS = INTEGER256_LIMBS };

/* In line but for a build that checks bounds, where the compiler would take minutes. */
#ifdef BN254_VERIFY
#define VALUE_INLINE static __attribute__((noinline))
#else
#define VALUE_INLINE LANES_INLINE
#endif

VALUE_INLINE struct lanes plus(struct lanes left, struct lanes right)
{
    __m512i limbs[LANES_LIMBS];
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        limbs[limb] = _mm512_add_epi64(left.limbs[limb], right.limbs[limb]);
    return lanes_shrink(limbs, &lanes_fr);
}

VALUE_INLINE struct lanes minus(struct lanes left, struct lanes right)
{
    __m512i limbs[LANES_LIMBS];
    for (int limb = 0; limb < LANES_LIMBS; limb++)
        limbs[limb] = _mm512_add_epi64(_mm512_sub_epi64(left.limbs[limb], right.limbs[limb]),
                                       lanes_broadcast(3 * lanes_fr.modulus[limb]));
    return lanes_shrink(limbs, &lanes_fr);
}

/* Below (1 + 0.0119 * 2.4 * 2.4) p. */
VALUE_INLINE struct lanes times(struct lanes left, struct lanes right)
{
    return lanes_multiply(&left, &right, &lanes_fr);
}

VALUE_INLINE struct lanes squared(struct lanes element)
{
    return lanes_square(&element, &lanes_fr);
}

/*
 * Sixteen times as much, from x * 2^256 below p to x * 2^260, brought below 2.4 p: the bits from
 * 2^254 on, of at most 12, tell how often p goes in at least.
 */
VALUE_INLINE struct lanes raise(const __m512i words[WORDS])
{
    struct lanes raised = lanes_unpack_raised(words);
    const __m512i index = _mm512_srli_epi64(raised.limbs[4], 254 - 4 * LANES_BITS);
    for (int limb = 0; limb < LANES_LIMBS; limb++) {
        const long long p = (long long)lanes_fr.modulus[limb];
        const __m512i low = _mm512_setr_epi64(0, p, 2 * p, 3 * p, 5 * p, 6 * p, 7 * p, 9 * p);
        const __m512i high =
            _mm512_setr_epi64(10 * p, 11 * p, 13 * p, 14 * p, 15 * p, 15 * p, 15 * p, 15 * p);
        raised.limbs[limb] =
            _mm512_sub_epi64(raised.limbs[limb], _mm512_permutex2var_epi64(low, index, high));
    }
    raised = lanes_normalise(raised.limbs);
    LANES_BELOW(raised, 24, &lanes_fr);
    return raised;
}

VALUE_INLINE struct lanes broadcast(const struct field *element)
{
    __m512i words[WORDS];
    for (int word = 0; word < WORDS; word++)
        words[word] = lanes_broadcast(element->limbs[word]);
    return raise(words);
}

#endif
