/* SHA256_Transform is the only way to OpenSSL's bare compression; 3.0 marks it deprecated. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "blackbox/hash.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

void sha256_compress(uint32_t state[SHA256_STATE_WORDS], const uint32_t block[SHA256_BLOCK_WORDS])
{
    SHA256_CTX context;
    (void)SHA256_Init(&context);
    for (size_t word = 0; word < SHA256_STATE_WORDS; word++)
        context.h[word] = state[word];
    unsigned char bytes[4 * SHA256_BLOCK_WORDS];
    for (size_t word = 0; word < SHA256_BLOCK_WORDS; word++) {
        for (size_t byte = 0; byte < 4; byte++)
            bytes[4 * word + byte] = (unsigned char)(block[word] >> (24 - 8 * byte));
    }
    SHA256_Transform(&context, bytes);
    for (size_t word = 0; word < SHA256_STATE_WORDS; word++)
        state[word] = context.h[word];
}

bool blake2s_hash(unsigned char output[BLAKE_OUTPUT_BYTES], const unsigned char *message,
                  size_t length)
{
    return EVP_Digest(message, length, output, NULL, EVP_blake2s256(), NULL) == 1;
}

static uint64_t rotate_left(uint64_t value, unsigned int bits)
{
    return bits == 0 ? value : value << bits | value >> (64 - bits);
}

static void keccak_theta(uint64_t state[KECCAK_LANES])
{
    uint64_t column[5];
    for (size_t x = 0; x < 5; x++)
        column[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
    for (size_t lane = 0; lane < KECCAK_LANES; lane++)
        state[lane] ^= column[(lane + 4) % 5] ^ rotate_left(column[(lane + 1) % 5], 1);
}

/* Rho and pi: the lanes but (0, 0) form one cycle, along which each moves one place on. */
static void keccak_rho_pi(uint64_t state[KECCAK_LANES])
{
    size_t x = 1;
    size_t y = 0;
    uint64_t moving = state[1];
    for (unsigned int step = 0; step < 24; step++) {
        size_t next_y = (2 * x + 3 * y) % 5;
        x = y;
        y = next_y;
        uint64_t replaced = state[x + 5 * y];
        state[x + 5 * y] = rotate_left(moving, (step + 1) * (step + 2) / 2 % 64);
        moving = replaced;
    }
}

static void keccak_chi(uint64_t state[KECCAK_LANES])
{
    for (size_t row = 0; row < KECCAK_LANES; row += 5) {
        uint64_t old[5];
        for (size_t x = 0; x < 5; x++)
            old[x] = state[row + x];
        for (size_t x = 0; x < 5; x++)
            state[row + x] = old[x] ^ (~old[(x + 1) % 5] & old[(x + 2) % 5]);
    }
}

/* The round constants are bits of a shift register; FIPS 202, 3.2.5. */
static void keccak_iota(uint64_t state[KECCAK_LANES], unsigned int *shift_register)
{
    for (unsigned int bit = 0; bit < 7; bit++) {
        *shift_register = *shift_register << 1 ^ (*shift_register >> 7) * 0x171;
        if ((*shift_register & 2) != 0)
            state[0] ^= UINT64_C(1) << ((1U << bit) - 1);
    }
}

void keccak_f1600(uint64_t state[KECCAK_LANES])
{
    unsigned int shift_register = 1;
    for (unsigned int round = 0; round < 24; round++) {
        keccak_theta(state);
        keccak_rho_pi(state);
        keccak_chi(state);
        keccak_iota(state, &shift_register);
    }
}
