/*
 * Fiat-Shamir: challenges as hashes of all words so far. Source: specification, 3. Plain data: no
 * memory, nothing to free. Pure; thread-safe.
 */
#ifndef ULTRAHONK_TRANSCRIPT_H
#define ULTRAHONK_TRANSCRIPT_H

#include "base/keccak.h"
#include "bn254/poseidon2.h"
#include "ultrahonk/shape.h"

/* The hash of a number of words that is known before them. */
struct word_hash {
    bool poseidon2;
    size_t expected; /* words that are still to come */
    struct keccak256 keccak;
    struct field sponge[POSEIDON2_WIDTH];
    size_t filled; /* of the sponge's block */
};

void word_hash_begin(struct word_hash *hash, bool poseidon2, size_t words);

/* For Poseidon2 every word is below the modulus. No more than were announced. */
void word_hash_add(struct word_hash *hash, const unsigned char *words, size_t count);

/* When all that were announced have come. */
struct field word_hash_end(struct word_hash *hash);

struct transcript {
    struct word_hash hash;
    struct field previous;
    bool begun;
};

/* The low and the high half of a hash, below 2^127 each. */
struct challenges {
    struct field low;
    struct field high;
};

void transcript_begin(struct transcript *transcript, bool poseidon2);

/* So many words come before the next draw. */
void transcript_expect(struct transcript *transcript, size_t words);
void transcript_absorb(struct transcript *transcript, const unsigned char *words, size_t count);
struct challenges transcript_draw(struct transcript *transcript);

#endif
