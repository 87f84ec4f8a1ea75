#include "noir/acvm/solver_internal.h"

/* First bytes of MessagePack values. */
enum {
    COMPACT_FORMAT = 3,
    FIXMAP = 0x80,
    FIXARRAY = 0x90,
    BINARY_8 = 0xc4,
    UNSIGNED_8 = 0xcc,
    UNSIGNED_16 = 0xcd,
    UNSIGNED_32 = 0xce,
    ARRAY_16 = 0xdc,
    ARRAY_32 = 0xdd,
    MAP_16 = 0xde,
    MAP_32 = 0xdf
};

enum {
    FIX_LIMIT = 16,
    NUMBER_BYTES = 5,                            /* at most */
    HEAD_BYTES = 2 + NUMBER_BYTES,               /* format, stack, list: at most */
    ENTRY_BYTES = NUMBER_BYTES + 2 + FIELD_BYTES /* at most */
};

static size_t put_big_endian(unsigned char *bytes, uint32_t value, size_t length)
{
    for (size_t index = 0; index < length; index++)
        bytes[index] = (unsigned char)(value >> (8 * (length - 1 - index)));
    return length;
}

static size_t put_number(unsigned char *bytes, uint32_t value)
{
    if (value < FIXMAP) {
        bytes[0] = (unsigned char)value;
        return 1;
    }
    size_t length = value <= UINT8_MAX ? 1 : value <= UINT16_MAX ? 2 : 4;
    bytes[0] = length == 1 ? UNSIGNED_8 : length == 2 ? UNSIGNED_16 : UNSIGNED_32;
    return 1 + put_big_endian(bytes + 1, value, length);
}

/* The head of a list or map, by its three forms. */
static size_t put_head(unsigned char *bytes, uint32_t count, unsigned int fixed, unsigned int wide,
                       unsigned int widest)
{
    if (count < FIX_LIMIT) {
        bytes[0] = (unsigned char)(fixed + count);
        return 1;
    }
    size_t length = count <= UINT16_MAX ? 2 : 4;
    bytes[0] = (unsigned char)(length == 2 ? wide : widest);
    return 1 + put_big_endian(bytes + 1, count, length);
}

bool witness_stack_start(struct buffer *stack)
{
    /* The number of items is known only at the end: room for the longest head. */
    static const unsigned char room[HEAD_BYTES];
    return buffer_append(stack, room, sizeof(room));
}

bool witness_stack_add(struct buffer *stack, uint32_t function, const struct witness_map *witnesses)
{
    uint32_t known = witness_map_known_count(witnesses);
    /* All at once, so that nothing below has to look for room. */
    if (!buffer_reserve(stack, 1 + 2 * (size_t)NUMBER_BYTES + (size_t)known * ENTRY_BYTES))
        return false;
    unsigned char *out = stack->data + stack->length;
    *out++ = FIXARRAY + 2;
    out += put_number(out, function);
    out += put_head(out, known, FIXMAP, MAP_16, MAP_32);
    for (uint32_t index = 0; index < witnesses->count; index++) {
        const struct field *value = witness_map_get(witnesses, index);
        if (value == NULL)
            continue;
        out += put_number(out, index);
        *out++ = BINARY_8;
        *out++ = FIELD_BYTES;
        field_to_bytes(out, value);
        out += FIELD_BYTES;
    }
    stack->length = (size_t)(out - stack->data);
    return true;
}

bool witness_stack_finish(struct buffer *stack, uint32_t items)
{
    CHECK(stack->length >= HEAD_BYTES);
    unsigned char head[HEAD_BYTES] = {COMPACT_FORMAT, FIXARRAY + 1};
    size_t length = 2 + put_head(head + 2, items, FIXARRAY, ARRAY_16, ARRAY_32);
    buffer_consume(stack, HEAD_BYTES - length);
    for (size_t index = 0; index < length; index++)
        stack->data[index] = head[index];
    return true;
}
