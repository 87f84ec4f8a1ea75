#include "noir/acir/reader_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

/* First bytes of MessagePack values. */
enum {
    POSITIVE_FIXINT_END = 0x80,
    FIXMAP_OF_ONE = 0x81,
    FIXARRAY = 0x90,
    FIXARRAY_END = 0xa0,
    FIXSTRING = 0xa0,
    FIXSTRING_END = 0xc0,
    FALSE_BYTE = 0xc2,
    TRUE_BYTE = 0xc3,
    BINARY_8 = 0xc4,
    UNSIGNED_8 = 0xcc,
    UNSIGNED_16 = 0xcd,
    UNSIGNED_32 = 0xce,
    UNSIGNED_64 = 0xcf,
    STRING_8 = 0xd9,
    STRING_16 = 0xda,
    ARRAY_16 = 0xdc,
    ARRAY_32 = 0xdd
};

enum { SHOWN_NAME_CHARACTERS = 40, REFUSAL_CHARACTERS = 256 };

void reader_refuse(struct reader *reader, const char *format, ...)
{
    if (reader_failed(reader))
        return;
    char why[REFUSAL_CHARACTERS];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(why, sizeof(why), format, arguments);
    va_end(arguments);
    reader->result = failure_set(reader->failure, RESULT_CIRCUIT_INVALID, "%s (at byte %zu)", why,
                                 reader->position);
}

void reader_fail(struct reader *reader, enum result result, const char *why)
{
    if (!reader_failed(reader))
        reader->result = failure_set(reader->failure, result, "%s", why);
}

static const unsigned char *take(struct reader *reader, size_t length)
{
    if (reader_failed(reader))
        return NULL;
    if (length > reader->length - reader->position) {
        reader_refuse(reader, "the program ends too early");
        return NULL;
    }
    const unsigned char *bytes = reader->bytes + reader->position;
    reader->position += length;
    return bytes;
}

static uint64_t take_big_endian(struct reader *reader, size_t length)
{
    const unsigned char *bytes = take(reader, length);
    uint64_t value = 0;
    for (size_t index = 0; bytes != NULL && index < length; index++)
        value = value << 8 | bytes[index];
    return value;
}

/* A length or number that had to take a longer form than its value needs is refused. */
static uint64_t take_at_least(struct reader *reader, size_t length, uint64_t smallest)
{
    uint64_t value = take_big_endian(reader, length);
    if (!reader_failed(reader) && value < smallest && !reader->any_form)
        reader_refuse(reader, "a number is not in its shortest form");
    return reader_failed(reader) ? 0 : value;
}

uint64_t reader_u64(struct reader *reader)
{
    uint64_t head = take_big_endian(reader, 1);
    if (head < POSITIVE_FIXINT_END)
        return head;
    switch (head) {
    case UNSIGNED_8:
        return take_at_least(reader, 1, POSITIVE_FIXINT_END);
    case UNSIGNED_16:
        return take_at_least(reader, 2, UINT8_MAX + UINT64_C(1));
    case UNSIGNED_32:
        return take_at_least(reader, 4, UINT16_MAX + UINT64_C(1));
    case UNSIGNED_64:
        return take_at_least(reader, 8, UINT32_MAX + UINT64_C(1));
    default:
        reader_refuse(reader, "a number was expected");
        return 0;
    }
}

uint32_t reader_u32(struct reader *reader)
{
    uint64_t value = reader_u64(reader);
    if (value > UINT32_MAX) {
        reader_refuse(reader, "a number is over 32 bits");
        return 0;
    }
    return (uint32_t)value;
}

bool reader_bool(struct reader *reader)
{
    uint64_t head = take_big_endian(reader, 1);
    if (head != FALSE_BYTE && head != TRUE_BYTE)
        reader_refuse(reader, "a truth value was expected");
    return head == TRUE_BYTE;
}

static struct reader_text text_after_head(struct reader *reader, uint64_t head)
{
    uint64_t length = 0;
    if (head >= FIXSTRING && head < FIXSTRING_END)
        length = head - FIXSTRING;
    else if (head == STRING_8)
        length = take_at_least(reader, 1, FIXSTRING_END - FIXSTRING);
    else if (head == STRING_16)
        length = take_at_least(reader, 2, UINT8_MAX + UINT64_C(1));
    else
        reader_refuse(reader, "a string was expected");
    const unsigned char *characters = take(reader, length);
    if (characters == NULL)
        return (struct reader_text){"", 0};
    return (struct reader_text){(const char *)characters, length};
}

struct reader_text reader_text(struct reader *reader)
{
    return text_after_head(reader, take_big_endian(reader, 1));
}

void reader_field(struct reader *reader, struct field *element)
{
    *element = FIELD_ZERO;
    const unsigned char *bytes = take(reader, 2 + FIELD_BYTES);
    if (bytes == NULL)
        return;
    if (bytes[0] != BINARY_8 || bytes[1] != FIELD_BYTES)
        reader_refuse(reader, "a field element of %d bytes was expected", FIELD_BYTES);
    else if (!field_from_bytes(element, bytes + 2))
        reader_refuse(reader, "a field element is not below the modulus");
}

uint32_t reader_list(struct reader *reader, size_t element_bytes)
{
    CHECK(element_bytes > 0);
    uint64_t head = take_big_endian(reader, 1);
    uint64_t count = 0;
    if (head >= FIXARRAY && head < FIXARRAY_END)
        count = head - FIXARRAY;
    else if (head == ARRAY_16)
        count = take_at_least(reader, 2, FIXARRAY_END - FIXARRAY);
    else if (head == ARRAY_32)
        count = take_at_least(reader, 4, UINT16_MAX + UINT64_C(1));
    else
        reader_refuse(reader, "a list was expected");
    if (count > (reader->length - reader->position) / element_bytes)
        reader_refuse(reader, "a list is longer than the program");
    return reader_failed(reader) ? 0 : (uint32_t)count;
}

void reader_list_of(struct reader *reader, uint32_t count, const char *what)
{
    uint32_t found = reader_list(reader, 1);
    if (!reader_failed(reader) && found != count)
        reader_refuse(reader, "%s has %u parts, not %u", what, found, count);
}

/* At most SHOWN_NAME_CHARACTERS of a name from outside, safe to print. */
static void printable(char *shown, struct reader_text name)
{
    size_t length = name.length < SHOWN_NAME_CHARACTERS ? name.length : SHOWN_NAME_CHARACTERS;
    for (size_t index = 0; index < length; index++) {
        char character = name.characters[index];
        shown[index] = character > ' ' && character <= '~' ? character : '?';
    }
    shown[length] = '\0';
}

size_t reader_variant(struct reader *reader, const struct reader_variant *names, size_t count,
                      const char *what)
{
    uint64_t head = take_big_endian(reader, 1);
    bool has_payload = head == FIXMAP_OF_ONE;
    struct reader_text name = has_payload ? reader_text(reader) : text_after_head(reader, head);
    if (reader_failed(reader))
        return 0;
    for (size_t index = 0; index < count; index++) {
        if (strlen(names[index].name) == name.length &&
            memcmp(names[index].name, name.characters, name.length) == 0) {
            if (names[index].has_payload != has_payload)
                reader_refuse(reader, "the %s %s has the wrong form", what, names[index].name);
            return reader_failed(reader) ? 0 : index;
        }
    }
    char shown[SHOWN_NAME_CHARACTERS + 1];
    printable(shown, name);
    reader_refuse(reader, "unknown %s `%s`", what, shown);
    return 0;
}

void *reader_allocate(struct reader *reader, size_t count, size_t size)
{
    if (reader_failed(reader) || count == 0)
        return NULL;
    void *memory = arena_allocate(reader->arena, count, size);
    if (memory == NULL)
        reader_fail(reader, RESULT_INTERNAL, "no memory for the program");
    return memory;
}

const char *reader_copy_text(struct reader *reader, struct reader_text text)
{
    char *copy = reader_allocate(reader, text.length + 1, 1);
    if (copy == NULL)
        return "";
    for (size_t index = 0; index < text.length; index++) {
        char character = text.characters[index];
        copy[index] = character >= ' ' && character <= '~' ? character : '?';
    }
    copy[text.length] = '\0';
    return copy;
}
