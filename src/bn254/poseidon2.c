#include "bn254/poseidon2.h"

#include "bn254/poseidon2_constants_internal.h"

/* x^5 */
static void substitute(struct field *element)
{
    struct field square;
    struct field fourth;
    field_square(&square, element);
    field_square(&fourth, &square);
    field_multiply(element, &fourth, element);
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
            field_add(&state[index], &state[index], &constants[round][index]);
            substitute(&state[index]);
        }
        poseidon2_mix_full(state);
    }
}

void poseidon2_permute(struct field state[POSEIDON2_WIDTH])
{
    poseidon2_mix_full(state);
    full_rounds(state, poseidon2_first_constants);
    for (size_t round = 0; round < POSEIDON2_PARTIAL_ROUNDS; round++) {
        field_add(&state[0], &state[0], &poseidon2_partial_constants[round]);
        substitute(&state[0]);
        poseidon2_mix_partial(state);
    }
    full_rounds(state, poseidon2_last_constants);
}
