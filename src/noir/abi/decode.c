#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noir/abi/abi_internal.h"

/* What a JSON number carries exactly everywhere. */
#define SAFE_INTEGER_MAX UINT64_C(9007199254740991)

enum { NUMBER_CHARACTERS = INTEGER256_DECIMAL_CHARACTERS + 3 };

/* 0x and hexadecimal digits, an even number of them and at least two. */
static json_t *even_hex(const struct integer256 *magnitude)
{
    char digits[INTEGER256_HEX_CHARACTERS];
    integer256_to_hex(digits, magnitude);
    const char *start = digits;
    while (start[0] == '0' && start[1] == '0' && start[2] != '\0')
        start += 2;
    return json_sprintf("0x%s", start);
}

static json_t *full_hex(const struct abi_number *number)
{
    char digits[INTEGER256_HEX_CHARACTERS];
    integer256_to_hex(digits, &number->magnitude);
    return json_sprintf("%s0x%s", number->is_negative ? "-" : "", digits);
}

static json_t *plain_integer(const struct abi_number *number)
{
    const struct integer256 *magnitude = &number->magnitude;
    if (integer256_bit_length(magnitude) <= 64 && magnitude->limbs[0] <= SAFE_INTEGER_MAX) {
        json_int_t value = (json_int_t)magnitude->limbs[0];
        return json_integer(number->is_negative ? -value : value);
    }
    char digits[INTEGER256_DECIMAL_CHARACTERS];
    (void)integer256_to_decimal(digits, magnitude);
    return json_sprintf("%s%s", number->is_negative ? "-" : "", digits);
}

static json_t *decode_scalar(const struct field *cell, const struct abi_type *type,
                             enum abi_style style)
{
    struct abi_number number = abi_number_decode(cell, type);
    if (type->kind == ABI_BOOLEAN)
        return json_boolean(field_is_one(cell));
    if (type->kind == ABI_FIELD)
        return even_hex(&number.magnitude);
    if (style == ABI_STYLE_PLAIN)
        return plain_integer(&number);
    return type->kind == ABI_SIGNED ? full_hex(&number) : even_hex(&number.magnitude);
}

size_t abi_character_length(const unsigned char *bytes, size_t length)
{
    unsigned char first = bytes[0];
    if (first < 0x80)
        return 1;
    size_t size = first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : 4;
    if (first < 0xc2 || first > 0xf4 || length < size)
        return 0;
    for (size_t index = 1; index < size; index++) {
        if ((bytes[index] & 0xc0) != 0x80)
            return 0;
    }
    /* Longer forms than needed, surrogates, and what is past the last code point. */
    if ((first == 0xe0 && bytes[1] < 0xa0) || (first == 0xed && bytes[1] > 0x9f) ||
        (first == 0xf0 && bytes[1] < 0x90) || (first == 0xf4 && bytes[1] > 0x8f))
        return 0;
    return size;
}

/* Copies bytes as UTF-8 to text, which has room for three times as many; returns the length. */
static size_t to_utf8(char *text, const unsigned char *bytes, size_t length)
{
    static const char replacement[] = {'\xef', '\xbf', '\xbd'};
    size_t written = 0;
    for (size_t index = 0; index < length;) {
        size_t size = abi_character_length(bytes + index, length - index);
        if (size == 0) {
            memcpy(text + written, replacement, sizeof(replacement));
            written += sizeof(replacement);
            index++;
            continue;
        }
        memcpy(text + written, bytes + index, size);
        written += size;
        index += size;
    }
    return written;
}

json_t *abi_decode_string(struct abi_cells *cells, uint32_t length)
{
    if (cells->left < length)
        return NULL;
    unsigned char *bytes = malloc((size_t)length + 1);
    char *text = malloc(3 * (size_t)length + 1);
    json_t *string = NULL;
    if (bytes != NULL && text != NULL) {
        for (uint32_t index = 0; index < length; index++) {
            struct integer256 integer;
            field_to_integer(&integer, &cells->next[index]);
            bytes[index] = (unsigned char)integer.limbs[0];
        }
        cells->next += length;
        cells->left -= length;
        string = json_stringn(text, to_utf8(text, bytes, length));
        sodium_memzero(bytes, length);
        sodium_memzero(text, 3 * (size_t)length);
    }
    free(bytes);
    free(text);
    return string;
}

static json_t *decode_parts(struct abi_cells *cells, const struct abi_type *type,
                            enum abi_style style)
{
    bool is_struct = type->kind == ABI_STRUCT;
    json_t *whole = is_struct ? json_object() : json_array();
    for (uint32_t index = 0; whole != NULL && index < abi_type_part_count(type); index++) {
        json_t *part = abi_decode(cells, abi_type_part(type, index), style);
        int failed = is_struct ? json_object_set_new(whole, type->members[index].name, part)
                               : json_array_append_new(whole, part);
        if (failed != 0) {
            json_decref(whole);
            whole = NULL;
        }
    }
    return whole;
}

json_t *abi_decode(struct abi_cells *cells, const struct abi_type *type, enum abi_style style)
{
    switch (type->kind) {
    case ABI_STRING:
        return abi_decode_string(cells, type->length);
    case ABI_ARRAY:
    case ABI_TUPLE:
    case ABI_STRUCT:
        return decode_parts(cells, type, style);
    default:
        break;
    }
    if (cells->left == 0)
        return NULL;
    cells->left--;
    return decode_scalar(cells->next++, type, style);
}

json_t *abi_decode_return(const struct abi *abi, const struct witness_map *witnesses,
                          enum abi_style style)
{
    if (!abi->has_return)
        return json_null();
    if (abi->unreadable_return != NULL)
        return NULL;
    uint32_t first = abi->parameter_cells;
    uint32_t count = abi->return_type.cells;
    for (uint32_t index = 0; index < count; index++) {
        if (witness_map_get(witnesses, first + index) == NULL)
            return NULL;
    }
    struct abi_cells cells = {count > 0 ? witnesses->values + first : &FIELD_ZERO, count};
    return abi_decode(&cells, &abi->return_type, style);
}

/* A public input by its place among the parameters; the one behind them is the result. */
struct public_input {
    const char *name;
    const struct abi_type *type;
    bool is_unreadable;
};

/* False when the parameter, or result, is not public. */
static bool find_public_input(struct public_input *input, const struct abi *abi, uint32_t index)
{
    if (index == abi->parameter_count) {
        *input = (struct public_input){"return", &abi->return_type, abi->unreadable_return != NULL};
        return abi->has_return && abi->return_is_public;
    }
    const struct abi_parameter *parameter = &abi->parameters[index];
    *input = (struct public_input){parameter->name, &parameter->type, parameter->is_unreadable};
    return parameter->is_public;
}

/*
 * Passes an unreadable input, and with it what stands in front of another one: where that begins
 * cannot be known. What is behind the last of them is found from the end.
 */
static bool pass_unreadable(struct abi_cells *cells, const struct abi *abi, uint32_t *index)
{
    size_t behind = 0;
    struct public_input input;
    for (uint32_t next = *index + 1; next <= abi->parameter_count; next++) {
        if (!find_public_input(&input, abi, next))
            continue;
        behind = input.is_unreadable ? 0 : behind + input.type->cells;
        *index = input.is_unreadable ? next : *index;
    }
    if (behind > cells->left)
        return false;
    cells->next += cells->left - behind;
    cells->left = behind;
    return true;
}

json_t *abi_decode_public_inputs(const struct abi *abi, const struct field *values, size_t count,
                                 enum abi_style style)
{
    struct abi_cells cells = {count > 0 ? values : &FIELD_ZERO, count};
    json_t *object = json_object();
    bool done = object != NULL;
    for (uint32_t index = 0; done && index <= abi->parameter_count; index++) {
        struct public_input input;
        if (!find_public_input(&input, abi, index))
            continue;
        if (input.is_unreadable)
            done = pass_unreadable(&cells, abi, &index);
        else
            done =
                json_object_set_new(object, input.name, abi_decode(&cells, input.type, style)) == 0;
    }
    if (done && cells.left == 0)
        return object;
    json_decref(object);
    return NULL;
}
