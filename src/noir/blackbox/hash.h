/*
 * The hash functions that Noir programs call by name, on bytes and words. Pure functions;
 * thread-safe. SHA-256 and BLAKE2s are OpenSSL's; BLAKE3 is in no library of Debian's and is
 * written here. Keccak-f is base/keccak.h's.
 */
#ifndef NOIR_BLACKBOX_HASH_H
#define NOIR_BLACKBOX_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_BLOCK_WORDS = 16, SHA256_STATE_WORDS = 8, BLAKE_OUTPUT_BYTES = 32 };

/* FIPS 180-4: state := state + compression of the block. */
void sha256_compress(uint32_t state[SHA256_STATE_WORDS], const uint32_t block[SHA256_BLOCK_WORDS]);

/* RFC 7693: BLAKE2s-256 without a key. False when the library has no memory. */
bool blake2s_hash(unsigned char output[BLAKE_OUTPUT_BYTES], const unsigned char *message,
                  size_t length);

/* BLAKE3 in hash mode, 32 bytes of output. Source: the specification of O'Connor et al., 2020. */
void blake3_hash(unsigned char output[BLAKE_OUTPUT_BYTES], const unsigned char *message,
                 size_t length);

#endif
