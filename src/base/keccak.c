#include "base/keccak.h"

enum { ROUNDS = 24, LANE_BYTES = 8 };

static const uint64_t round_constants[ROUNDS] = {
    UINT64_C(0x0000000000000001), UINT64_C(0x0000000000008082), UINT64_C(0x800000000000808a),
    UINT64_C(0x8000000080008000), UINT64_C(0x000000000000808b), UINT64_C(0x0000000080000001),
    UINT64_C(0x8000000080008081), UINT64_C(0x8000000000008009), UINT64_C(0x000000000000008a),
    UINT64_C(0x0000000000000088), UINT64_C(0x0000000080008009), UINT64_C(0x000000008000000a),
    UINT64_C(0x000000008000808b), UINT64_C(0x800000000000008b), UINT64_C(0x8000000000008089),
    UINT64_C(0x8000000000008003), UINT64_C(0x8000000000008002), UINT64_C(0x8000000000000080),
    UINT64_C(0x000000000000800a), UINT64_C(0x800000008000000a), UINT64_C(0x8000000080008081),
    UINT64_C(0x8000000000008080), UINT64_C(0x0000000080000001), UINT64_C(0x8000000080008008)};

/* Rho and pi move all lanes but (0, 0) along one cycle: where each goes, and how far it turns. */
static const unsigned char next_lane[ROUNDS] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                                15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
static const unsigned char turns[ROUNDS] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                            27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};

static uint64_t turn(uint64_t lane, unsigned bits)
{
    return lane << bits | lane >> (64 - bits);
}

static void theta(uint64_t state[KECCAK_LANES])
{
    uint64_t column[5];
    for (size_t x = 0; x < 5; x++)
        column[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
    for (size_t x = 0; x < 5; x++) {
        uint64_t mixed = column[(x + 4) % 5] ^ turn(column[(x + 1) % 5], 1);
        for (size_t y = 0; y < KECCAK_LANES; y += 5)
            state[x + y] ^= mixed;
    }
}

static void rho_and_pi(uint64_t state[KECCAK_LANES])
{
    uint64_t moving = state[1];
    for (size_t step = 0; step < ROUNDS; step++) {
        uint64_t replaced = state[next_lane[step]];
        state[next_lane[step]] = turn(moving, turns[step]);
        moving = replaced;
    }
}

static void chi(uint64_t state[KECCAK_LANES])
{
    for (size_t row = 0; row < KECCAK_LANES; row += 5) {
        const uint64_t old[5] = {state[row], state[row + 1], state[row + 2], state[row + 3],
                                 state[row + 4]};
        for (size_t x = 0; x < 5; x++)
            state[row + x] = old[x] ^ (~old[(x + 1) % 5] & old[(x + 2) % 5]);
    }
}

void keccak_f1600(uint64_t state[KECCAK_LANES])
{
    for (size_t round = 0; round < ROUNDS; round++) {
        theta(state);
        rho_and_pi(state);
        chi(state);
        state[0] ^= round_constants[round];
    }
}

static void add_byte(struct keccak256 *hash, size_t place, unsigned char byte)
{
    hash->state[place / LANE_BYTES] ^= (uint64_t)byte << 8 * (place % LANE_BYTES);
}

void keccak256_add(struct keccak256 *hash, const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        add_byte(hash, hash->filled++, bytes[i]);
        if (hash->filled == KECCAK256_RATE_BYTES) {
            keccak_f1600(hash->state);
            hash->filled = 0;
        }
    }
}

void keccak256_end(struct keccak256 *hash, unsigned char digest[KECCAK256_BYTES])
{
    add_byte(hash, hash->filled, 0x01);
    add_byte(hash, KECCAK256_RATE_BYTES - 1, 0x80);
    keccak_f1600(hash->state);
    for (size_t i = 0; i < KECCAK256_BYTES; i++)
        digest[i] = (unsigned char)(hash->state[i / LANE_BYTES] >> 8 * (i % LANE_BYTES));
}
