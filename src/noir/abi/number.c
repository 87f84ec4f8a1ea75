/* Numbers as Noir's tools read them: "+5", "007", "1_000", "0x1f" and, for signed types, "-0x1f".
 */
#include <string.h>

#include "base/check.h"
#include "noir/abi/abi_internal.h"

struct text {
    const char *characters;
    size_t length;
};

static bool skip(struct text *text, const char *prefix)
{
    size_t length = strlen(prefix);
    if (text->length < length || memcmp(text->characters, prefix, length) != 0)
        return false;
    text->characters += length;
    text->length -= length;
    return true;
}

static unsigned int digit_value(char character)
{
    if (character >= '0' && character <= '9')
        return (unsigned int)(character - '0');
    if (character >= 'a' && character <= 'f')
        return (unsigned int)(character - 'a') + 10;
    if (character >= 'A' && character <= 'F')
        return (unsigned int)(character - 'A') + 10;
    return UINT32_MAX;
}

/* Digits after at most one plus; underscores may stand anywhere but in front. */
static enum abi_number_result read_digits(struct integer256 *magnitude, struct text text,
                                          unsigned int base)
{
    (void)skip(&text, "+");
    if (text.length == 0 || text.characters[0] == '_')
        return ABI_NUMBER_MALFORMED;
    bool fits = true;
    *magnitude = (struct integer256){{0}};
    for (size_t index = 0; index < text.length; index++) {
        if (text.characters[index] == '_')
            continue;
        unsigned int digit = digit_value(text.characters[index]);
        if (digit >= base)
            return ABI_NUMBER_MALFORMED;
        fits = fits && integer256_multiply_add(magnitude, base, digit);
    }
    return fits ? ABI_NUMBER_OK : ABI_NUMBER_TOO_LARGE;
}

static enum abi_number_result read_signed_digits(struct abi_number *number, struct text text,
                                                 unsigned int base)
{
    if (skip(&text, "-")) {
        if (text.length > 0 && text.characters[0] == '+')
            return ABI_NUMBER_MALFORMED;
        number->is_negative = !number->is_negative;
    }
    return read_digits(&number->magnitude, text, base);
}

enum abi_number_result abi_number_read(struct abi_number *number, const char *text, size_t length,
                                       bool is_signed)
{
    struct text left = {text, length};
    *number = (struct abi_number){0};
    if (!is_signed) {
        unsigned int base = skip(&left, "0x") ? 16 : 10;
        return read_digits(&number->magnitude, left, base);
    }
    if (skip(&left, "-0x")) {
        number->is_negative = true;
        return read_signed_digits(number, left, 16);
    }
    unsigned int base = skip(&left, "0x") ? 16 : 10;
    return read_signed_digits(number, left, base);
}

/* 2^bits, with bits below 256. */
static struct integer256 power_of_two(uint32_t bits)
{
    struct integer256 power = {{0}};
    power.limbs[bits / 64] = UINT64_C(1) << (bits % 64);
    return power;
}

static bool encode_signed(struct field *cell, const struct abi_number *number, uint32_t width)
{
    /* -2^(width-1) <= number < 2^(width-1), stored modulo 2^width. */
    struct integer256 half = power_of_two(width - 1);
    int order = integer256_compare(&number->magnitude, &half);
    if (order > 0 || (order == 0 && !number->is_negative))
        return false;
    struct integer256 stored = number->magnitude;
    if (number->is_negative && !integer256_is_zero(&stored)) {
        struct integer256 whole = power_of_two(width);
        (void)integer256_subtract(&stored, &whole, &stored);
    }
    return field_from_integer(cell, &stored);
}

bool abi_number_encode(struct field *cell, const struct abi_number *number,
                       const struct abi_type *type)
{
    if (type->kind == ABI_SIGNED)
        return encode_signed(cell, number, type->width);
    if (number->is_negative && !integer256_is_zero(&number->magnitude)) {
        /* As noir_js has it, of JSON numbers alone: the text "-1" is none. */
        if (type->kind != ABI_FIELD || !field_from_integer(cell, &number->magnitude))
            return false;
        field_negate(cell, cell);
        return true;
    }
    unsigned int bits = integer256_bit_length(&number->magnitude);
    if (type->kind == ABI_BOOLEAN && bits > 1)
        return false;
    if (type->kind == ABI_UNSIGNED && bits > type->width)
        return false;
    return field_from_integer(cell, &number->magnitude);
}

struct abi_number abi_number_decode(const struct field *cell, const struct abi_type *type)
{
    struct abi_number number = {false, {{0}}};
    field_to_integer(&number.magnitude, cell);
    if (type->kind == ABI_SIGNED && integer256_bit_length(&number.magnitude) == type->width) {
        struct integer256 whole = power_of_two(type->width);
        number.is_negative = true;
        (void)integer256_subtract(&number.magnitude, &whole, &number.magnitude);
    }
    return number;
}
