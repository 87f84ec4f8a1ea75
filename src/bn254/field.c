#include "bn254/field.h"

#include "bn254/field_internal.h"

const struct integer256 field_modulus = {
    {UINT64_C(0x43e1f593f0000001), UINT64_C(0x2833e84879b97091), UINT64_C(0xb85045b68181585d),
     UINT64_C(0x30644e72e131a029)}};

void field_add(struct field *sum, const struct field *left, const struct field *right)
{
    montgomery_add(sum->limbs, left->limbs, right->limbs, &scalars);
}

void field_subtract(struct field *difference, const struct field *left, const struct field *right)
{
    montgomery_subtract(difference->limbs, left->limbs, right->limbs, &scalars);
}

void field_negate(struct field *negated, const struct field *element)
{
    field_subtract(negated, &FIELD_ZERO, element);
}

void field_multiply(struct field *product, const struct field *left, const struct field *right)
{
    montgomery_multiply(product->limbs, left->limbs, right->limbs, &scalars);
}

void field_square(struct field *square, const struct field *element)
{
    field_multiply(square, element, element);
}

bool field_invert(struct field *inverse, const struct field *element)
{
    return montgomery_invert_var(inverse->limbs, element->limbs, &scalars);
}

bool field_from_integer(struct field *element, const struct integer256 *integer)
{
    if (integer256_compare(integer, &field_modulus) >= 0)
        return false;
    montgomery_from_integer(element->limbs, integer, &scalars);
    return true;
}

void field_from_integer_reduced(struct field *element, const struct integer256 *integer)
{
    struct integer256 reduced = *integer;
    /* 2^256 < 6p, so this ends after five rounds at most. */
    while (integer256_compare(&reduced, &field_modulus) >= 0)
        (void)integer256_subtract(&reduced, &reduced, &field_modulus);
    (void)field_from_integer(element, &reduced);
}

void field_to_integer(struct integer256 *integer, const struct field *element)
{
    montgomery_to_integer(integer, element->limbs, &scalars);
}

bool field_from_bytes(struct field *element, const unsigned char bytes[FIELD_BYTES])
{
    struct integer256 integer;
    integer256_from_bytes(&integer, bytes);
    return field_from_integer(element, &integer);
}

void field_to_bytes(unsigned char bytes[FIELD_BYTES], const struct field *element)
{
    struct integer256 integer;
    field_to_integer(&integer, element);
    integer256_to_bytes(bytes, &integer);
}

struct field field_from_u64(uint64_t value)
{
    return field_from_u128(value);
}

struct field field_from_u128(uint128 value)
{
    if (value <= 1)
        return value == 0 ? FIELD_ZERO : FIELD_ONE;
    struct integer256 integer = integer256_from_u128(value);
    struct field element;
    montgomery_from_integer(element.limbs, &integer, &scalars);
    return element;
}

void field_to_signed_decimal(char text[INTEGER256_DECIMAL_CHARACTERS + 1],
                             const struct field *element)
{
    static const struct integer256 half = {
        {UINT64_C(0xa1f0fac9f8000000), UINT64_C(0x9419f4243cdcb848), UINT64_C(0xdc2822db40c0ac2e),
         UINT64_C(0x183227397098d014)}};
    struct integer256 integer;
    field_to_integer(&integer, element);
    if (integer256_compare(&integer, &half) > 0) {
        (void)integer256_subtract(&integer, &field_modulus, &integer);
        *text++ = '-';
    }
    (void)integer256_to_decimal(text, &integer);
}
