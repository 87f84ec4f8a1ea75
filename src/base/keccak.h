/*
 * Keccak: the permutation of FIPS 202, and Keccak-256 as Ethereum has it, with the padding byte
 * 0x01 in place of SHA-3's 0x06. Pure; thread-safe; no memory.
 */
#ifndef BASE_KECCAK_H
#define BASE_KECCAK_H

#include <stddef.h>
#include <stdint.h>

enum { KECCAK_LANES = 25, KECCAK256_BYTES = 32, KECCAK256_RATE_BYTES = 136 };

/* FIPS 202: 24 rounds; the lane (x, y) is state[x + 5 * y]. */
void keccak_f1600(uint64_t state[KECCAK_LANES]);

/* A hash that is taken piece by piece. Plain data: zero it to begin. */
struct keccak256 {
    uint64_t state[KECCAK_LANES];
    size_t filled; /* bytes of the block, fewer than the rate */
};

void keccak256_add(struct keccak256 *hash, const unsigned char *bytes, size_t length);

/* The hash must be zeroed before it serves again. */
void keccak256_end(struct keccak256 *hash, unsigned char digest[KECCAK256_BYTES]);

#endif
