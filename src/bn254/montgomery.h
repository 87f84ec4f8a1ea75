/*
 * Montgomery arithmetic modulo an odd p of at most 254 bits, for the fields that are built on it:
 * four 64-bit limbs, least significant first, of value * 2^256 mod p, always below p. A field
 * passes its own constants, which it keeps in a static const struct: then the compiler puts them
 * into the code. Every output may be the same object as an input. Pure functions; thread-safe;
 * constant time but for inversion.
 *
 * Source: Montgomery, "Modular Multiplication Without Trial Division", 1985; the order of the steps
 * is the CIOS method of Koc, Acar and Kaliski, "Analyzing and Comparing Montgomery Multiplication
 * Algorithms", 1996.
 */
#ifndef BN254_MONTGOMERY_H
#define BN254_MONTGOMERY_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "bn254/integer256.h"

struct montgomery {
    struct integer256 modulus;
    uint64_t factor;                   /* -1 / p mod 2^64 */
    uint64_t square[INTEGER256_LIMBS]; /* 2^512 mod p: a number times this is its Montgomery form */
    uint64_t correction[INTEGER256_LIMBS]; /* 2^1329 mod p, for inversion */
};

/* The carry and the borrow are 0 or 1. The compiler makes a chain of these, which it does not of
 * sums of 128 bits. */
#ifdef __x86_64__
static inline uint64_t montgomery_add_carry(uint64_t left, uint64_t right, unsigned char *carry)
{
    unsigned long long sum;
    *carry = _addcarry_u64(*carry, left, right, &sum);
    return sum;
}

static inline uint64_t montgomery_subtract_borrow(uint64_t left, uint64_t right,
                                                  unsigned char *borrow)
{
    unsigned long long difference;
    *borrow = _subborrow_u64(*borrow, left, right, &difference);
    return difference;
}
#else
static inline uint64_t montgomery_add_carry(uint64_t left, uint64_t right, unsigned char *carry)
{
    uint128 wide = (uint128)left + right + *carry;
    *carry = (unsigned char)(wide >> 64);
    return (uint64_t)wide;
}

static inline uint64_t montgomery_subtract_borrow(uint64_t left, uint64_t right,
                                                  unsigned char *borrow)
{
    uint128 wide = (uint128)left - right - *borrow;
    *borrow = (unsigned char)(wide >> 64) & 1;
    return (uint64_t)wide;
}
#endif

/* The first where the flag is 1, the second where it is 0. Without a branch. */
static inline void montgomery_select(uint64_t result[INTEGER256_LIMBS],
                                     const uint64_t first[INTEGER256_LIMBS],
                                     const uint64_t second[INTEGER256_LIMBS], unsigned char flag)
{
    uint64_t mask = 0 - (uint64_t)flag;
    result[0] = second[0] ^ ((second[0] ^ first[0]) & mask);
    result[1] = second[1] ^ ((second[1] ^ first[1]) & mask);
    result[2] = second[2] ^ ((second[2] ^ first[2]) & mask);
    result[3] = second[3] ^ ((second[3] ^ first[3]) & mask);
}

/* Subtracts p from a number below 2p unless it is below p. */
static inline void montgomery_reduce_once(uint64_t result[INTEGER256_LIMBS],
                                          const uint64_t limbs[INTEGER256_LIMBS],
                                          const struct montgomery *field)
{
    const uint64_t *modulus = field->modulus.limbs;
    unsigned char borrow = 0;
    uint64_t reduced[INTEGER256_LIMBS];
    reduced[0] = montgomery_subtract_borrow(limbs[0], modulus[0], &borrow);
    reduced[1] = montgomery_subtract_borrow(limbs[1], modulus[1], &borrow);
    reduced[2] = montgomery_subtract_borrow(limbs[2], modulus[2], &borrow);
    reduced[3] = montgomery_subtract_borrow(limbs[3], modulus[3], &borrow);
    montgomery_select(result, limbs, reduced, borrow);
}

static inline void montgomery_add(uint64_t sum[INTEGER256_LIMBS],
                                  const uint64_t left[INTEGER256_LIMBS],
                                  const uint64_t right[INTEGER256_LIMBS],
                                  const struct montgomery *field)
{
    /* Both are below p < 2^254, so the sum is below 2^255 and nothing is carried out. Unrolled,
       which the compiler does not. */
    unsigned char carry = 0;
    uint64_t limbs[INTEGER256_LIMBS];
    limbs[0] = montgomery_add_carry(left[0], right[0], &carry);
    limbs[1] = montgomery_add_carry(left[1], right[1], &carry);
    limbs[2] = montgomery_add_carry(left[2], right[2], &carry);
    limbs[3] = montgomery_add_carry(left[3], right[3], &carry);
    montgomery_reduce_once(sum, limbs, field);
}

static inline void montgomery_subtract(uint64_t difference[INTEGER256_LIMBS],
                                       const uint64_t left[INTEGER256_LIMBS],
                                       const uint64_t right[INTEGER256_LIMBS],
                                       const struct montgomery *field)
{
    const uint64_t *modulus = field->modulus.limbs;
    unsigned char borrow = 0;
    uint64_t limbs[INTEGER256_LIMBS];
    limbs[0] = montgomery_subtract_borrow(left[0], right[0], &borrow);
    limbs[1] = montgomery_subtract_borrow(left[1], right[1], &borrow);
    limbs[2] = montgomery_subtract_borrow(left[2], right[2], &borrow);
    limbs[3] = montgomery_subtract_borrow(left[3], right[3], &borrow);
    unsigned char carry = 0;
    uint64_t raised[INTEGER256_LIMBS];
    raised[0] = montgomery_add_carry(limbs[0], modulus[0], &carry);
    raised[1] = montgomery_add_carry(limbs[1], modulus[1], &carry);
    raised[2] = montgomery_add_carry(limbs[2], modulus[2], &carry);
    raised[3] = montgomery_add_carry(limbs[3], modulus[3], &carry);
    montgomery_select(difference, raised, limbs, borrow);
}

/*
 * One round of Montgomery multiplication: t := (t + left * digit + quotient * p) / 2^64, with the
 * quotient for which the division is exact. From t < 2p and left < p it gives t < 2p < 2^255, for
 * (2p - 1 + (p - 1) (2^64 - 1) + p (2^64 - 1)) / 2^64 < 2p; so the top word does not carry out.
 * Low halves and high halves of the products are added in a chain each.
 */
static inline void montgomery_round(uint64_t t[INTEGER256_LIMBS],
                                    const uint64_t left[INTEGER256_LIMBS], uint64_t digit,
                                    const struct montgomery *field)
{
    const uint64_t *modulus = field->modulus.limbs;
    uint128 p0 = (uint128)left[0] * digit;
    uint128 p1 = (uint128)left[1] * digit;
    uint128 p2 = (uint128)left[2] * digit;
    uint128 p3 = (uint128)left[3] * digit;
    unsigned char carry = 0;
    uint64_t t0 = montgomery_add_carry(t[0], (uint64_t)p0, &carry);
    uint64_t t1 = montgomery_add_carry(t[1], (uint64_t)p1, &carry);
    uint64_t t2 = montgomery_add_carry(t[2], (uint64_t)p2, &carry);
    uint64_t t3 = montgomery_add_carry(t[3], (uint64_t)p3, &carry);
    uint64_t top = montgomery_add_carry((uint64_t)(p3 >> 64), 0, &carry);
    carry = 0;
    t1 = montgomery_add_carry(t1, (uint64_t)(p0 >> 64), &carry);
    t2 = montgomery_add_carry(t2, (uint64_t)(p1 >> 64), &carry);
    t3 = montgomery_add_carry(t3, (uint64_t)(p2 >> 64), &carry);
    top = montgomery_add_carry(top, 0, &carry);
    uint64_t quotient = t0 * field->factor;
    p0 = (uint128)quotient * modulus[0];
    p1 = (uint128)quotient * modulus[1];
    p2 = (uint128)quotient * modulus[2];
    p3 = (uint128)quotient * modulus[3];
    carry = 0;
    (void)montgomery_add_carry(t0, (uint64_t)p0, &carry);
    t1 = montgomery_add_carry(t1, (uint64_t)p1, &carry);
    t2 = montgomery_add_carry(t2, (uint64_t)p2, &carry);
    t3 = montgomery_add_carry(t3, (uint64_t)p3, &carry);
    top = montgomery_add_carry(top, 0, &carry);
    carry = 0;
    t[0] = montgomery_add_carry(t1, (uint64_t)(p0 >> 64), &carry);
    t[1] = montgomery_add_carry(t2, (uint64_t)(p1 >> 64), &carry);
    t[2] = montgomery_add_carry(t3, (uint64_t)(p2 >> 64), &carry);
    t[3] = montgomery_add_carry(top, (uint64_t)(p3 >> 64), &carry);
}

/* left * right / 2^256. The right factor may be any 256-bit number, the left one is below p. */
static inline void montgomery_multiply(uint64_t product[INTEGER256_LIMBS],
                                       const uint64_t left[INTEGER256_LIMBS],
                                       const uint64_t right[INTEGER256_LIMBS],
                                       const struct montgomery *field)
{
    uint64_t t[INTEGER256_LIMBS] = {0};
    /* Copies, because the product may be one of them; and unrolled, which the compiler does not. */
    uint64_t factor[INTEGER256_LIMBS] = {left[0], left[1], left[2], left[3]};
    montgomery_round(t, factor, right[0], field);
    montgomery_round(t, factor, right[1], field);
    montgomery_round(t, factor, right[2], field);
    montgomery_round(t, factor, right[3], field);
    montgomery_reduce_once(product, t, field);
}

/* The Montgomery form of a number below p. */
static inline void montgomery_from_integer(uint64_t limbs[INTEGER256_LIMBS],
                                           const struct integer256 *integer,
                                           const struct montgomery *field)
{
    montgomery_multiply(limbs, field->square, integer->limbs, field);
}

static inline void montgomery_to_integer(struct integer256 *integer,
                                         const uint64_t limbs[INTEGER256_LIMBS],
                                         const struct montgomery *field)
{
    static const uint64_t one[INTEGER256_LIMBS] = {1, 0, 0, 0};
    montgomery_multiply(integer->limbs, limbs, one, field);
}

/* False, with the inverse untouched, for zero. Not constant time. */
bool montgomery_invert_var(uint64_t inverse[INTEGER256_LIMBS],
                           const uint64_t limbs[INTEGER256_LIMBS], const struct montgomery *field);

#endif
