#include "bn254/integer256.h"

#include <string.h>

#include "base/check.h"

void integer256_from_bytes(struct integer256 *integer, const unsigned char bytes[INTEGER256_BYTES])
{
    for (size_t limb = 0; limb < INTEGER256_LIMBS; limb++) {
        const unsigned char *from = bytes + INTEGER256_BYTES - 8 * (limb + 1);
        uint64_t value;
        memcpy(&value, from, sizeof(value));
        integer->limbs[limb] = __builtin_bswap64(value);
    }
}

void integer256_to_bytes(unsigned char bytes[INTEGER256_BYTES], const struct integer256 *integer)
{
    for (size_t limb = 0; limb < INTEGER256_LIMBS; limb++) {
        uint64_t value = __builtin_bswap64(integer->limbs[limb]);
        memcpy(bytes + INTEGER256_BYTES - 8 * (limb + 1), &value, sizeof(value));
    }
}

struct integer256 integer256_from_u128(uint128 value)
{
    return (struct integer256){{(uint64_t)value, (uint64_t)(value >> 64), 0, 0}};
}

int integer256_compare(const struct integer256 *left, const struct integer256 *right)
{
    for (size_t limb = INTEGER256_LIMBS; limb-- > 0;) {
        if (left->limbs[limb] != right->limbs[limb])
            return left->limbs[limb] < right->limbs[limb] ? -1 : 1;
    }
    return 0;
}

unsigned int integer256_bit_length(const struct integer256 *integer)
{
    for (unsigned int limb = INTEGER256_LIMBS; limb-- > 0;) {
        if (integer->limbs[limb] != 0)
            return 64 * limb + 64 - (unsigned int)__builtin_clzll(integer->limbs[limb]);
    }
    return 0;
}

bool integer256_subtract(struct integer256 *difference, const struct integer256 *left,
                         const struct integer256 *right)
{
    uint64_t borrow = 0;
    for (size_t limb = 0; limb < INTEGER256_LIMBS; limb++) {
        uint128 wide = (uint128)left->limbs[limb] - right->limbs[limb] - borrow;
        difference->limbs[limb] = (uint64_t)wide;
        borrow = (uint64_t)(wide >> 64) & 1;
    }
    return borrow != 0;
}

bool integer256_multiply_add(struct integer256 *integer, uint64_t factor, uint64_t addend)
{
    uint64_t carry = addend;
    for (size_t limb = 0; limb < INTEGER256_LIMBS; limb++) {
        /* At most (2^64 - 1)^2 + 2^64 - 1 < 2^128. */
        uint128 wide = (uint128)integer->limbs[limb] * factor + carry;
        integer->limbs[limb] = (uint64_t)wide;
        carry = (uint64_t)(wide >> 64);
    }
    return carry == 0;
}

uint64_t integer256_divide_small(struct integer256 *integer, uint64_t divisor)
{
    CHECK(divisor != 0);
    uint64_t remainder = 0;
    for (size_t limb = INTEGER256_LIMBS; limb-- > 0;) {
        uint128 wide = (uint128)remainder << 64 | integer->limbs[limb];
        integer->limbs[limb] = (uint64_t)(wide / divisor);
        remainder = (uint64_t)(wide % divisor);
    }
    return remainder;
}

/* Doubles the integer and puts the bit below. True when a bit fell out at the top. */
static bool shift_in(struct integer256 *integer, uint64_t bit)
{
    bool out = integer->limbs[INTEGER256_LIMBS - 1] >> 63 != 0;
    for (size_t limb = INTEGER256_LIMBS - 1; limb > 0; limb--)
        integer->limbs[limb] = integer->limbs[limb] << 1 | integer->limbs[limb - 1] >> 63;
    integer->limbs[0] = integer->limbs[0] << 1 | bit;
    return out;
}

void integer256_divide(struct integer256 *quotient, const struct integer256 *dividend,
                       const struct integer256 *divisor)
{
    CHECK(!integer256_is_zero(divisor));
    if ((divisor->limbs[1] | divisor->limbs[2] | divisor->limbs[3]) == 0) {
        struct integer256 result = *dividend;
        (void)integer256_divide_small(&result, divisor->limbs[0]);
        *quotient = result;
        return;
    }
    /* Bit by bit: compiled programs divide by such large numbers rarely. */
    struct integer256 result = {{0}};
    struct integer256 remainder = {{0}};
    for (unsigned int bit = integer256_bit_length(dividend); bit-- > 0;) {
        bool out = shift_in(&remainder, dividend->limbs[bit / 64] >> (bit % 64) & 1);
        bool fits = out || integer256_compare(&remainder, divisor) >= 0;
        if (fits)
            (void)integer256_subtract(&remainder, &remainder, divisor);
        (void)shift_in(&result, fits);
    }
    *quotient = result;
}

size_t integer256_to_decimal(char text[INTEGER256_DECIMAL_CHARACTERS],
                             const struct integer256 *integer)
{
    char reversed[INTEGER256_DECIMAL_CHARACTERS];
    struct integer256 left = *integer;
    size_t length = 0;
    do
        reversed[length++] = (char)('0' + integer256_divide_small(&left, 10));
    while (!integer256_is_zero(&left));
    for (size_t index = 0; index < length; index++)
        text[index] = reversed[length - 1 - index];
    text[length] = '\0';
    return length;
}

void integer256_to_hex(char text[INTEGER256_HEX_CHARACTERS], const struct integer256 *integer)
{
    unsigned char bytes[INTEGER256_BYTES];
    integer256_to_bytes(bytes, integer);
    for (size_t index = 0; index < sizeof(bytes); index++) {
        text[2 * index] = "0123456789abcdef"[bytes[index] >> 4];
        text[2 * index + 1] = "0123456789abcdef"[bytes[index] & 15];
    }
    text[INTEGER256_HEX_CHARACTERS - 1] = '\0';
}
