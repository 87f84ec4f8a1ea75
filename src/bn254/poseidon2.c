#include "bn254/poseidon2.h"

#include <string.h>

#include "base/check.h"
#include "bn254/field_internal.h"
#include "bn254/poseidon2_constants_internal.h"

/* 2p: inside the partial rounds the numbers are below it, and only their last forms below p. */
static const struct montgomery doubled = {
    .modulus = {{UINT64_C(0x87c3eb27e0000002), UINT64_C(0x5067d090f372e122),
                 UINT64_C(0x70a08b6d0302b0ba), UINT64_C(0x60c89ce5c2634053)}}};

/* Of numbers below 2p, and below 2p itself. */
static inline struct field sum_of(struct field left, const struct field *right)
{
    montgomery_add(left.limbs, left.limbs, right->limbs, &doubled);
    return left;
}

/* The same: without a last subtraction it is below (2p)^2 / 2^256 + p, which is below 2p, as 4p is
 * below 2^256; and no round's number is above 3p. */
static inline struct field product_of(const struct field *left, const struct field *right)
{
    struct field product = FIELD_ZERO;
    montgomery_round(product.limbs, left->limbs, right->limbs[0], &scalars);
    montgomery_round(product.limbs, left->limbs, right->limbs[1], &scalars);
    montgomery_round(product.limbs, left->limbs, right->limbs[2], &scalars);
    montgomery_round(product.limbs, left->limbs, right->limbs[3], &scalars);
    return product;
}

/* x^5 */
static inline struct field substituted(struct field element)
{
    struct field square = product_of(&element, &element);
    struct field fourth = product_of(&square, &square);
    return product_of(&fourth, &element);
}

static inline void reduce(struct field *element)
{
    montgomery_reduce_once(element->limbs, element->limbs, &scalars);
}

/* By the additions of the paper. */
void poseidon2_mix_full(struct field s[POSEIDON2_WIDTH])
{
    struct field t0;
    struct field t1;
    struct field t2;
    struct field t3;
    struct field t4;
    struct field t5;
    field_add(&t0, &s[0], &s[1]);
    field_add(&t1, &s[2], &s[3]);
    field_add(&t2, &s[1], &s[1]);
    field_add(&t2, &t2, &t1);
    field_add(&t3, &s[3], &s[3]);
    field_add(&t3, &t3, &t0);
    field_add(&t4, &t1, &t1);
    field_add(&t4, &t4, &t4);
    field_add(&t4, &t4, &t3);
    field_add(&t5, &t0, &t0);
    field_add(&t5, &t5, &t5);
    field_add(&t5, &t5, &t2);
    field_add(&s[0], &t3, &t5);
    s[1] = t5;
    field_add(&s[2], &t2, &t4);
    s[3] = t4;
}

void poseidon2_mix_partial(struct field s[POSEIDON2_WIDTH])
{
    struct field sum = s[0];
    for (size_t index = 1; index < POSEIDON2_WIDTH; index++)
        field_add(&sum, &sum, &s[index]);
    for (size_t index = 0; index < POSEIDON2_WIDTH; index++) {
        field_multiply(&s[index], &s[index], &poseidon2_diagonal[index]);
        field_add(&s[index], &s[index], &sum);
    }
}

static void full_rounds(struct field state[POSEIDON2_WIDTH],
                        const struct field constants[POSEIDON2_HALF_FULL_ROUNDS][POSEIDON2_WIDTH])
{
    for (size_t round = 0; round < POSEIDON2_HALF_FULL_ROUNDS; round++) {
        for (size_t index = 0; index < POSEIDON2_WIDTH; index++) {
            state[index] = substituted(sum_of(state[index], &constants[round][index]));
            reduce(&state[index]);
        }
        poseidon2_mix_full(state);
    }
}

/*
 * Each round waits for the one before: what is not x^5 of the first element is computed beside it.
 * With t the sum of the others, mixing makes (d0 + 1) x^5 + t of the first, and d s + t + x^5 of
 * another s; d0 + 1 is `first`.
 */
static void partial_rounds(struct field state[POSEIDON2_WIDTH])
{
    const struct field first = sum_of(poseidon2_diagonal[0], &FIELD_ONE);
    struct field s0 = state[0];
    struct field s1 = state[1];
    struct field s2 = state[2];
    struct field s3 = state[3];
    for (size_t round = 0; round < POSEIDON2_PARTIAL_ROUNDS; round++) {
        struct field fifth = substituted(sum_of(s0, &poseidon2_partial_constants[round]));
        struct field others = sum_of(sum_of(s1, &s2), &s3);
        struct field all = sum_of(others, &fifth);
        s0 = sum_of(product_of(&fifth, &first), &others);
        s1 = sum_of(product_of(&s1, &poseidon2_diagonal[1]), &all);
        s2 = sum_of(product_of(&s2, &poseidon2_diagonal[2]), &all);
        s3 = sum_of(product_of(&s3, &poseidon2_diagonal[3]), &all);
    }
    state[0] = s0;
    state[1] = s1;
    state[2] = s2;
    state[3] = s3;
    for (size_t index = 0; index < POSEIDON2_WIDTH; index++)
        reduce(&state[index]);
}

void poseidon2_permute(struct field state[POSEIDON2_WIDTH])
{
    poseidon2_mix_full(state);
    full_rounds(state, poseidon2_first_constants);
    partial_rounds(state);
    full_rounds(state, poseidon2_last_constants);
}

bool poseidon2_round(struct field constants[POSEIDON2_WIDTH], size_t round)
{
    enum { LAST_FULL = POSEIDON2_HALF_FULL_ROUNDS + POSEIDON2_PARTIAL_ROUNDS };
    _Static_assert(LAST_FULL + POSEIDON2_HALF_FULL_ROUNDS == POSEIDON2_ROUNDS, "all rounds");
    CHECK(round < POSEIDON2_ROUNDS);
    memset(constants, 0, POSEIDON2_WIDTH * sizeof(*constants));
    if (round < POSEIDON2_HALF_FULL_ROUNDS) {
        memcpy(constants, poseidon2_first_constants[round], sizeof(poseidon2_first_constants[0]));
        return true;
    }
    if (round < LAST_FULL) {
        constants[0] = poseidon2_partial_constants[round - POSEIDON2_HALF_FULL_ROUNDS];
        return false;
    }
    memcpy(constants, poseidon2_last_constants[round - LAST_FULL],
           sizeof(poseidon2_last_constants[0]));
    return true;
}
