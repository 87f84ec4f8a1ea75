/*
 * The Poseidon2 permutation over four elements of the BN254 scalar field, with the parameters of
 * Noir 1.0.0-beta.26: x^5, 8 full and 56 partial rounds. Source: Grassi, Khovratovich, Schofnegger,
 * "Poseidon2", 2023. Pure; thread-safe.
 */
#ifndef BN254_POSEIDON2_H
#define BN254_POSEIDON2_H

#include <stdbool.h>
#include <stddef.h>

#include "bn254/field.h"

enum { POSEIDON2_WIDTH = 4, POSEIDON2_ROUNDS = 64 };

void poseidon2_permute(struct field state[POSEIDON2_WIDTH]);

/* The linear layers: of the full rounds, and of the partial ones (all ones, plus a diagonal). */
void poseidon2_mix_full(struct field state[POSEIDON2_WIDTH]);
void poseidon2_mix_partial(struct field state[POSEIDON2_WIDTH]);

/*
 * The constants that the round, below POSEIDON2_ROUNDS, adds. True for a full round; the others add
 * to and substitute the first element alone, and the constants of the rest are zero.
 */
bool poseidon2_round(struct field constants[POSEIDON2_WIDTH], size_t round);

#endif
