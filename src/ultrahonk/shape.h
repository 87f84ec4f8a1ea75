/*
 * What a target means to the protocol: the transcript's hash, how points are cut into words, and
 * how many words a proof has. Source: specification, 2. Pure; thread-safe.
 */
#ifndef ULTRAHONK_SHAPE_H
#define ULTRAHONK_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <ultrahonk.h>

enum {
    WORD_LENGTH = 32, /* bytes of a word, big-endian */
    PAIRING_LIMBS = 8,
    MOST_ROUNDS = 25,
    LEAST_UNIVARIATE_LENGTH = 8,
    MOST_UNIVARIATE_LENGTH = 9,
    KEY_HEADER_WORDS = 3
};

struct shape {
    bool zero_knowledge;
    bool poseidon2;           /* the transcript's hash; else Keccak-256 */
    size_t point_words;       /* 2: coordinates, or 4: their limbs */
    size_t rounds;            /* of the sumcheck, padding included */
    size_t univariate_length; /* values of a round */
};

/* `log_rows` is at most MOST_ROUNDS. */
struct shape shape_of(enum ultrahonk_target target, size_t log_rows);

/* How many words a verification key and a proof of that shape have. */
size_t shape_key_words(const struct shape *shape);
size_t shape_proof_words(const struct shape *shape);

#endif
