/* The numbers of the permutation, in Montgomery form as struct field has it. */
#ifndef BN254_POSEIDON2_CONSTANTS_INTERNAL_H
#define BN254_POSEIDON2_CONSTANTS_INTERNAL_H

#include "bn254/poseidon2.h"

enum { POSEIDON2_HALF_FULL_ROUNDS = 4, POSEIDON2_PARTIAL_ROUNDS = 56 };

extern const struct field poseidon2_diagonal[POSEIDON2_WIDTH];
extern const struct field poseidon2_first_constants[POSEIDON2_HALF_FULL_ROUNDS][POSEIDON2_WIDTH];
extern const struct field poseidon2_partial_constants[POSEIDON2_PARTIAL_ROUNDS];
extern const struct field poseidon2_last_constants[POSEIDON2_HALF_FULL_ROUNDS][POSEIDON2_WIDTH];

#endif
