/*
 * Inversion by the binary greatest common divisor, 31 steps at a time on approximations of one
 * word. Source: Pornin, "Optimized Binary GCD for Modular Inversion", 2020, algorithm 2.
 */
#include "bn254/montgomery.h"

#include <stddef.h>

enum {
    STEPS = 31,
    /* Two numbers of 254 bits need at most 2 * 254 - 1 = 507 steps. */
    ROUNDS = 17,
    TOP_BITS = 33
};

__extension__ typedef __int128 int128;

/* The next a and b are a * f0 + b * g0 and a * f1 + b * g1; no factor is over 2^31. */
struct factors {
    int64_t f0;
    int64_t g0;
    int64_t f1;
    int64_t g1;
};

/* The lowest 31 and the highest 33 of the `bits` bits. */
static uint64_t approximate(const struct integer256 *integer, unsigned int bits)
{
    unsigned int start = bits - TOP_BITS;
    uint64_t top = integer->limbs[start / 64] >> (start % 64);
    if (start % 64 > 64 - TOP_BITS)
        top |= integer->limbs[start / 64 + 1] << (64 - start % 64);
    return (integer->limbs[0] & ((UINT64_C(1) << STEPS) - 1)) | top << STEPS;
}

/* 31 steps: an odd a has the smaller of the two subtracted from the larger, an even one is halved.
 * Without branches, for nobody could predict them. */
static struct factors reduce_words(uint64_t a, uint64_t b)
{
    uint64_t f0 = 1;
    uint64_t g0 = 0;
    uint64_t f1 = 0;
    uint64_t g1 = 1;
    for (unsigned int step = 0; step < STEPS; step++) {
        uint64_t odd = 0 - (a & 1);
        uint64_t swap = odd & (0 - (uint64_t)(a < b));
        uint64_t change = (a ^ b) & swap;
        a ^= change;
        b ^= change;
        change = (f0 ^ f1) & swap;
        f0 ^= change;
        f1 ^= change;
        change = (g0 ^ g1) & swap;
        g0 ^= change;
        g1 ^= change;
        a = (a - (b & odd)) >> 1;
        f0 -= f1 & odd;
        g0 -= g1 & odd;
        f1 <<= 1;
        g1 <<= 1;
    }
    return (struct factors){(int64_t)f0, (int64_t)g0, (int64_t)f1, (int64_t)g1};
}

/* |a * f + b * g| / 2^31, which is exact. True when the sum is negative. */
static bool combine(struct integer256 *result, const struct integer256 *a, int64_t f,
                    const struct integer256 *b, int64_t g)
{
    uint64_t limbs[INTEGER256_LIMBS];
    /* Each product is below 2^95 in size, so that the sums fit 127 bits and a sign. */
    int128 carry = 0;
    for (size_t limb = 0; limb < INTEGER256_LIMBS; limb++) {
        carry += (int128)a->limbs[limb] * f + (int128)b->limbs[limb] * g;
        limbs[limb] = (uint64_t)carry;
        carry >>= 64;
    }
    bool is_negative = carry < 0;
    uint64_t top = (uint64_t)carry;
    for (size_t limb = 0; limb < INTEGER256_LIMBS; limb++) {
        uint64_t next = limb + 1 < INTEGER256_LIMBS ? limbs[limb + 1] : top;
        result->limbs[limb] = limbs[limb] >> STEPS | next << (64 - STEPS);
    }
    if (is_negative)
        (void)integer256_subtract(result, &(struct integer256){{0}}, result);
    return is_negative;
}

/* Makes the factor positive, and for that x negative modulo p, which can make it p itself. */
static void take_sign(struct integer256 *x, int64_t *factor, const struct integer256 *modulus)
{
    if (*factor < 0) {
        *factor = -*factor;
        (void)integer256_subtract(x, modulus, x);
    }
}

/* (u * f + v * g) / 2^64 modulo p, for u and v below p. */
static void combine_modulo(struct integer256 *result, struct integer256 u, int64_t f,
                           struct integer256 v, int64_t g, const struct montgomery *field)
{
    const struct integer256 *modulus = &field->modulus;
    take_sign(&u, &f, modulus);
    take_sign(&v, &g, modulus);
    uint64_t limbs[INTEGER256_LIMBS];
    uint128 carry = 0;
    for (size_t limb = 0; limb < INTEGER256_LIMBS; limb++) {
        carry += (uint128)u.limbs[limb] * (uint64_t)f + (uint128)v.limbs[limb] * (uint64_t)g;
        limbs[limb] = (uint64_t)carry;
        carry >>= 64;
    }
    /* The sum is at most 2^32 p; with the multiple of p below 2^64 p that makes it divisible by
     * 2^64 it gives less than 2p. */
    uint64_t top = (uint64_t)carry;
    uint64_t quotient = limbs[0] * field->factor;
    carry = ((uint128)quotient * modulus->limbs[0] + limbs[0]) >> 64;
    for (size_t limb = 1; limb < INTEGER256_LIMBS; limb++) {
        carry += (uint128)quotient * modulus->limbs[limb] + limbs[limb];
        result->limbs[limb - 1] = (uint64_t)carry;
        carry >>= 64;
    }
    result->limbs[INTEGER256_LIMBS - 1] = (uint64_t)carry + top;
    if (integer256_compare(result, modulus) >= 0)
        (void)integer256_subtract(result, result, modulus);
}

/*
 * Throughout, a = u * y and b = v * y modulo p up to powers of 2, where y is what is inverted. The
 * rounds leave the inverse of the Montgomery form x * 2^256 times 2^(17 * 31) for the halvings and
 * 2^(-17 * 64) for the reductions; the product with 2^1329, which divides by 2^256, is x^-1 *
 * 2^256.
 */
bool montgomery_invert_var(uint64_t inverse[INTEGER256_LIMBS],
                           const uint64_t limbs[INTEGER256_LIMBS], const struct montgomery *field)
{
    struct integer256 a = {{limbs[0], limbs[1], limbs[2], limbs[3]}};
    if (integer256_is_zero(&a))
        return false;
    struct integer256 b = field->modulus;
    struct integer256 u = {{1, 0, 0, 0}};
    struct integer256 v = {{0}};
    for (unsigned int round = 0; round < ROUNDS; round++) {
        struct integer256 both;
        for (size_t limb = 0; limb < INTEGER256_LIMBS; limb++)
            both.limbs[limb] = a.limbs[limb] | b.limbs[limb];
        unsigned int bits = integer256_bit_length(&both);
        if (bits < 64)
            bits = 64;
        struct factors factors = reduce_words(approximate(&a, bits), approximate(&b, bits));
        struct integer256 old_a = a;
        if (combine(&a, &old_a, factors.f0, &b, factors.g0)) {
            factors.f0 = -factors.f0;
            factors.g0 = -factors.g0;
        }
        if (combine(&b, &old_a, factors.f1, &b, factors.g1)) {
            factors.f1 = -factors.f1;
            factors.g1 = -factors.g1;
        }
        struct integer256 old_u = u;
        combine_modulo(&u, old_u, factors.f0, v, factors.g0, field);
        combine_modulo(&v, old_u, factors.f1, v, factors.g1, field);
    }
    montgomery_multiply(inverse, v.limbs, field->correction, field);
    return true;
}
