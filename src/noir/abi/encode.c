#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "noir/abi/abi_internal.h"

enum {
    PATH_CHARACTERS = 256,
    TYPE_CHARACTERS = 96,
    SHOWN_CHARACTERS = 90, /* of a value: the decimal digits of any field element */
    MISTAKE_CHARACTERS = 640,
    MISTAKES_MAX = 100
};

/* JavaScript's safe integers: what JSON numbers are trusted to carry exactly. */
#define SAFE_INTEGER_MAX INT64_C(9007199254740991)

struct encoder {
    struct witness_map *witnesses;
    uint32_t cell; /* the next one */
    json_t *mistakes;
    size_t mistake_count;
    bool no_memory;
    char path[PATH_CHARACTERS]; /* of the value being encoded */
    size_t path_length;
};

static void encode(struct encoder *encoder, json_t *value, const struct abi_type *type);

static void add_mistake(struct encoder *encoder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add_mistake(struct encoder *encoder, const char *format, ...)
{
    if (encoder->mistake_count++ >= MISTAKES_MAX)
        return;
    char text[MISTAKE_CHARACTERS];
    int length = snprintf(text, sizeof(text), "%s: ", encoder->path);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text + length, sizeof(text) - (size_t)length, format, arguments);
    va_end(arguments);
    /* A cut through a character of several bytes would be refused. */
    json_t *mistake = json_string(text);
    if (mistake == NULL)
        mistake = json_string("a value with a long or unreadable name is wrong");
    if (json_array_append_new(encoder->mistakes, mistake) != 0)
        encoder->no_memory = true;
}

/* Appends to the path; returns the length to go back to. */
static size_t enter(struct encoder *encoder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static size_t enter(struct encoder *encoder, const char *format, ...)
{
    size_t before = encoder->path_length;
    size_t room = sizeof(encoder->path) - before;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(encoder->path + before, room, format, arguments);
    va_end(arguments);
    encoder->path_length += length < 0 ? 0 : (size_t)length < room ? (size_t)length : room - 1;
    return before;
}

static void leave(struct encoder *encoder, size_t before)
{
    encoder->path_length = before;
    encoder->path[before] = '\0';
}

/* What a JSON value is, in words. */
static const char *kind_of(json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "a list";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "a truth value";
    case JSON_NULL:
        break;
    }
    return "null";
}

static void add_wrong_kind(struct encoder *encoder, json_t *value, const struct abi_type *type)
{
    char name[TYPE_CHARACTERS];
    abi_type_print(name, sizeof(name), type);
    add_mistake(encoder, "%s is not %s", kind_of(value), name);
}

static void set_cell(struct encoder *encoder, const struct field *value)
{
    witness_map_set(encoder->witnesses, encoder->cell++, value);
}

static void encode_number(struct encoder *encoder, const struct abi_number *number,
                          const struct abi_type *type, const char *shown)
{
    struct field cell = FIELD_ZERO;
    if (!abi_number_encode(&cell, number, type)) {
        char name[TYPE_CHARACTERS];
        abi_type_print(name, sizeof(name), type);
        add_mistake(encoder, "%s does not fit %s", shown, name);
    }
    set_cell(encoder, &cell);
}

static void encode_text(struct encoder *encoder, json_t *value, const struct abi_type *type)
{
    const char *text = json_string_value(value);
    size_t length = json_string_length(value);
    char shown[SHOWN_CHARACTERS + sizeof("...")];
    bool is_cut = length > SHOWN_CHARACTERS;
    (void)snprintf(shown, sizeof(shown), "%.*s%s", is_cut ? SHOWN_CHARACTERS : (int)length, text,
                   is_cut ? "..." : "");
    struct abi_number number;
    char name[TYPE_CHARACTERS];
    abi_type_print(name, sizeof(name), type);
    switch (abi_number_read(&number, text, length, type->kind == ABI_SIGNED)) {
    case ABI_NUMBER_OK:
        encode_number(encoder, &number, type, shown);
        return;
    case ABI_NUMBER_TOO_LARGE:
        add_mistake(encoder, "%s does not fit %s", shown, name);
        break;
    case ABI_NUMBER_MALFORMED:
        add_mistake(encoder, "\"%s\" is not a number of type %s", shown, name);
        break;
    }
    set_cell(encoder, &FIELD_ZERO);
}

static void encode_integer(struct encoder *encoder, json_int_t value, const struct abi_type *type)
{
    char shown[32];
    (void)snprintf(shown, sizeof(shown), "%" JSON_INTEGER_FORMAT, value);
    if (value > SAFE_INTEGER_MAX || value < -SAFE_INTEGER_MAX) {
        add_mistake(encoder, "%s is too large for a JSON number: write it as a string", shown);
        set_cell(encoder, &FIELD_ZERO);
        return;
    }
    uint64_t magnitude = (uint64_t)(value < 0 ? -value : value);
    struct abi_number number = {value < 0, integer256_from_u128(magnitude)};
    encode_number(encoder, &number, type, shown);
}

static void encode_real(struct encoder *encoder, double value, const struct abi_type *type)
{
    if (floor(value) == value && fabs(value) <= (double)SAFE_INTEGER_MAX) {
        encode_integer(encoder, (json_int_t)value, type);
        return;
    }
    add_mistake(encoder, "%g is not a whole number up to 2^53 - 1: write it as a string", value);
    set_cell(encoder, &FIELD_ZERO);
}

static void encode_scalar(struct encoder *encoder, json_t *value, const struct abi_type *type)
{
    if (json_is_string(value)) {
        encode_text(encoder, value, type);
    } else if (json_is_integer(value)) {
        encode_integer(encoder, json_integer_value(value), type);
    } else if (json_is_real(value)) {
        encode_real(encoder, json_real_value(value), type);
    } else if (json_is_boolean(value) && type->kind == ABI_BOOLEAN) {
        set_cell(encoder, json_is_true(value) ? &FIELD_ONE : &FIELD_ZERO);
    } else {
        add_wrong_kind(encoder, value, type);
        set_cell(encoder, &FIELD_ZERO);
    }
}

static void encode_string(struct encoder *encoder, json_t *value, const struct abi_type *type)
{
    size_t length = json_string_length(value);
    if (!json_is_string(value)) {
        add_wrong_kind(encoder, value, type);
    } else if (length != type->length) {
        add_mistake(encoder, "has %zu bytes, not %u", length, type->length);
    } else {
        const char *text = json_string_value(value);
        for (size_t index = 0; index < length; index++) {
            struct field cell = field_from_u64((unsigned char)text[index]);
            set_cell(encoder, &cell);
        }
    }
}

static void encode_list(struct encoder *encoder, json_t *value, const struct abi_type *type)
{
    uint32_t count = abi_type_part_count(type);
    if (!json_is_array(value)) {
        add_wrong_kind(encoder, value, type);
        return;
    }
    /* Noir's own tools pass over what a tuple or struct lacks, but not over cells of an array. */
    size_t given = json_array_size(value);
    if (given < count || (given > count && type->kind == ABI_ARRAY)) {
        add_mistake(encoder, "has %zu elements, not %u", given, count);
        return;
    }
    for (uint32_t index = 0; index < count; index++) {
        size_t before = enter(encoder, "[%u]", index);
        encode(encoder, json_array_get(value, index), abi_type_part(type, index));
        leave(encoder, before);
    }
}

static bool has_member(const struct abi_type *type, const char *name)
{
    for (uint32_t index = 0; index < type->member_count; index++) {
        if (strcmp(type->members[index].name, name) == 0)
            return true;
    }
    return false;
}

/* Only where a field is missing: it may go by one of these names. */
static void add_unknown_members(struct encoder *encoder, json_t *value, const struct abi_type *type)
{
    const char *name;
    json_t *ignored;
    json_object_foreach(value, name, ignored)
    {
        if (has_member(type, name))
            continue;
        size_t before = enter(encoder, ".%s", name);
        add_mistake(encoder, "%s has no such field", type->name);
        leave(encoder, before);
    }
}

static void encode_struct(struct encoder *encoder, json_t *value, const struct abi_type *type)
{
    if (!json_is_object(value)) {
        add_wrong_kind(encoder, value, type);
        return;
    }
    bool lacks_field = false;
    for (uint32_t index = 0; index < type->member_count; index++) {
        const struct abi_member *member = &type->members[index];
        json_t *field = json_object_get(value, member->name);
        size_t before = enter(encoder, ".%s", member->name);
        lacks_field = lacks_field || field == NULL;
        if (field == NULL)
            add_mistake(encoder, "is missing");
        else
            encode(encoder, field, &member->type);
        leave(encoder, before);
    }
    if (lacks_field)
        add_unknown_members(encoder, value, type);
}

/* Encodes a value into the cells of its type; after a mistake the cells mean nothing. */
static void encode(struct encoder *encoder, json_t *value, const struct abi_type *type)
{
    uint32_t after = encoder->cell + type->cells;
    switch (type->kind) {
    case ABI_FIELD:
    case ABI_UNSIGNED:
    case ABI_SIGNED:
    case ABI_BOOLEAN:
        encode_scalar(encoder, value, type);
        break;
    case ABI_STRING:
        encode_string(encoder, value, type);
        break;
    case ABI_ARRAY:
    case ABI_TUPLE:
        encode_list(encoder, value, type);
        break;
    case ABI_STRUCT:
        encode_struct(encoder, value, type);
        break;
    }
    CHECK(encoder->cell <= after);
    encoder->cell = after;
}

static bool is_parameter(const struct abi *abi, const char *name)
{
    for (uint32_t index = 0; index < abi->parameter_count; index++) {
        if (strcmp(abi->parameters[index].name, name) == 0)
            return true;
    }
    return false;
}

/* Only where something is wrong: these may be parameters by other names. */
static void add_unknown_parameters(struct encoder *encoder, const struct abi *abi, json_t *inputs)
{
    const char *name;
    json_t *ignored;
    json_object_foreach(inputs, name, ignored)
    {
        if (is_parameter(abi, name) || strcmp(name, "return") == 0)
            continue;
        size_t before = enter(encoder, "%s", name);
        add_mistake(encoder, "the program has no such parameter");
        leave(encoder, before);
    }
}

static void encode_parameters(struct encoder *encoder, const struct abi *abi, json_t *inputs)
{
    for (uint32_t index = 0; index < abi->parameter_count; index++) {
        const struct abi_parameter *parameter = &abi->parameters[index];
        json_t *value = json_object_get(inputs, parameter->name);
        size_t before = enter(encoder, "%s", parameter->name);
        if (value != NULL) {
            encode(encoder, value, &parameter->type);
        } else {
            add_mistake(encoder, "is missing");
            encoder->cell += parameter->type.cells;
        }
        leave(encoder, before);
    }
    if (encoder->mistake_count > 0)
        add_unknown_parameters(encoder, abi, inputs);
}

static void add_omission(struct encoder *encoder)
{
    if (encoder->mistake_count <= MISTAKES_MAX)
        return;
    json_t *omission = json_sprintf("and %zu more mistakes", encoder->mistake_count - MISTAKES_MAX);
    if (json_array_append_new(encoder->mistakes, omission) != 0)
        encoder->no_memory = true;
}

static bool begin(struct encoder *encoder, struct witness_map *encoded, uint32_t cells)
{
    *encoder = (struct encoder){.witnesses = encoded, .mistakes = json_array()};
    if (encoder->mistakes != NULL && witness_map_create(encoded, cells))
        return true;
    json_decref(encoder->mistakes);
    return false;
}

/* Gives the witnesses, or the mistakes, to the caller. */
static enum result finish(struct encoder *encoder, struct witness_map *witnesses, json_t **mistakes)
{
    add_omission(encoder);
    if (!encoder->no_memory && encoder->mistake_count == 0) {
        json_decref(encoder->mistakes);
        *witnesses = *encoder->witnesses;
        return RESULT_OK;
    }
    witness_map_free(encoder->witnesses);
    if (encoder->no_memory) {
        json_decref(encoder->mistakes);
        return RESULT_INTERNAL;
    }
    *mistakes = encoder->mistakes;
    return RESULT_BODY_MALFORMED;
}

enum result abi_encode(const struct abi *abi, json_t *inputs, struct witness_map *witnesses,
                       json_t **mistakes)
{
    CHECK(abi->unreadable_parameter == NULL);
    struct witness_map encoded = WITNESS_MAP_EMPTY;
    struct encoder encoder;
    if (!begin(&encoder, &encoded, abi->parameter_cells))
        return RESULT_INTERNAL;
    if (json_is_object(inputs)) {
        encode_parameters(&encoder, abi, inputs);
    } else {
        (void)enter(&encoder, "inputs");
        add_mistake(&encoder, "an object of values by parameter name was expected");
    }
    return finish(&encoder, witnesses, mistakes);
}

enum result abi_encode_return(const struct abi *abi, json_t *value, struct witness_map *cells,
                              json_t **mistakes)
{
    CHECK(abi->has_return && abi->unreadable_return == NULL);
    struct witness_map encoded = WITNESS_MAP_EMPTY;
    struct encoder encoder;
    if (!begin(&encoder, &encoded, abi->return_type.cells))
        return RESULT_INTERNAL;
    (void)enter(&encoder, "return");
    encode(&encoder, value, &abi->return_type);
    return finish(&encoder, cells, mistakes);
}
