#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noir/abi/abi_internal.h"

enum { INTEGER_BITS_MAX = 128 };

static enum result invalid(struct failure *failure, const char *what)
{
    return failure_set(failure, RESULT_CIRCUIT_INVALID, "%s", what);
}

static enum result no_memory(struct failure *failure)
{
    return failure_set(failure, RESULT_INTERNAL, "no memory for the program's abi");
}

/* A number of the ABI: a length or a width. */
static bool read_number(uint32_t *number, const json_t *object, const char *key, uint32_t limit)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > (json_int_t)limit)
        return false;
    *number = (uint32_t)json_integer_value(value);
    return true;
}

static enum result read_integer(struct abi_type *type, const json_t *object,
                                struct failure *failure)
{
    const char *sign = json_string_value(json_object_get(object, "sign"));
    if (sign == NULL || (strcmp(sign, "signed") != 0 && strcmp(sign, "unsigned") != 0))
        return invalid(failure, "an integer without a sign");
    type->kind = strcmp(sign, "signed") == 0 ? ABI_SIGNED : ABI_UNSIGNED;
    type->cells = 1;
    if (!read_number(&type->width, object, "width", INTEGER_BITS_MAX) || type->width == 0)
        return invalid(failure, "an integer without a width of 1 to 128 bits");
    return RESULT_OK;
}

static enum result read_string(struct abi_type *type, const json_t *object, struct failure *failure)
{
    type->kind = ABI_STRING;
    if (!read_number(&type->length, object, "length", ABI_CELLS_MAX))
        return invalid(failure, "a string without a length of at most 2^24");
    type->cells = type->length;
    return RESULT_OK;
}

static bool make_members(struct abi_type *type, size_t count)
{
    type->members = calloc(count > 0 ? count : 1, sizeof(*type->members));
    if (type->members == NULL)
        return false;
    type->member_count = (uint32_t)count;
    return true;
}

/* Adds `count` parts of a type, which keep what can be made of it within bounds. */
static enum result count_parts(struct abi_type *type, const struct abi_type *part, uint32_t count,
                               struct failure *failure)
{
    uint64_t cells = type->cells + (uint64_t)count * part->cells;
    uint64_t empty = type->empty + (uint64_t)count * part->empty;
    if (cells > ABI_CELLS_MAX || empty > ABI_EMPTY_VALUES_MAX)
        return invalid(failure, "a type with too many values");
    type->cells = (uint32_t)cells;
    type->empty = (uint32_t)empty;
    return RESULT_OK;
}

static enum result read_array(struct abi_type *type, const json_t *object, unsigned int depth,
                              struct failure *failure)
{
    type->kind = ABI_ARRAY;
    if (!read_number(&type->length, object, "length", ABI_CELLS_MAX))
        return invalid(failure, "an array without a length of at most 2^24");
    if (!make_members(type, 1))
        return no_memory(failure);
    enum result result =
        abi_type_read(&type->members[0].type, json_object_get(object, "type"), depth + 1, failure);
    if (result != RESULT_OK)
        return result;
    return count_parts(type, &type->members[0].type, type->length, failure);
}

static enum result read_member(struct abi_type *type, uint32_t index, const json_t *field,
                               unsigned int depth, struct failure *failure)
{
    struct abi_member *member = &type->members[index];
    const json_t *object = field;
    if (type->kind == ABI_STRUCT) {
        const char *name = json_string_value(json_object_get(field, "name"));
        object = json_object_get(field, "type");
        if (name == NULL)
            return invalid(failure, "a field without a name");
        member->name = strdup(name);
        if (member->name == NULL)
            return no_memory(failure);
    }
    enum result result = abi_type_read(&member->type, object, depth + 1, failure);
    if (result != RESULT_OK)
        return result;
    return count_parts(type, &member->type, 1, failure);
}

/* A tuple or, with a path, a struct. */
static enum result read_fields(struct abi_type *type, const json_t *object, unsigned int depth,
                               struct failure *failure)
{
    const json_t *fields = json_object_get(object, "fields");
    if (!json_is_array(fields) || json_array_size(fields) > ABI_CELLS_MAX)
        return invalid(failure, "a tuple or struct without fields");
    if (type->kind == ABI_STRUCT) {
        const char *path = json_string_value(json_object_get(object, "path"));
        if (path == NULL)
            return invalid(failure, "a struct without a path");
        const char *separator = strrchr(path, ':');
        type->name = strdup(separator != NULL ? separator + 1 : path);
        if (type->name == NULL)
            return no_memory(failure);
    }
    if (!make_members(type, json_array_size(fields)))
        return no_memory(failure);
    for (uint32_t index = 0; index < type->member_count; index++) {
        enum result result =
            read_member(type, index, json_array_get(fields, index), depth, failure);
        if (result != RESULT_OK)
            return result;
    }
    return RESULT_OK;
}

static enum result read_type(struct abi_type *type, const json_t *object, unsigned int depth,
                             struct failure *failure)
{
    const char *kind = json_string_value(json_object_get(object, "kind"));
    if (kind == NULL)
        return invalid(failure, "a type without a kind");
    if (depth > ABI_TYPE_DEPTH_MAX)
        return invalid(failure, "types are nested too deep");
    if (strcmp(kind, "field") == 0 || strcmp(kind, "boolean") == 0) {
        type->kind = kind[0] == 'f' ? ABI_FIELD : ABI_BOOLEAN;
        type->cells = 1;
        return RESULT_OK;
    }
    if (strcmp(kind, "integer") == 0)
        return read_integer(type, object, failure);
    if (strcmp(kind, "string") == 0)
        return read_string(type, object, failure);
    if (strcmp(kind, "array") == 0)
        return read_array(type, object, depth, failure);
    if (strcmp(kind, "tuple") != 0 && strcmp(kind, "struct") != 0)
        return invalid(failure, "a type of an unknown kind");
    type->kind = kind[0] == 't' ? ABI_TUPLE : ABI_STRUCT;
    return read_fields(type, object, depth, failure);
}

enum result abi_type_read(struct abi_type *type, const json_t *object, unsigned int depth,
                          struct failure *failure)
{
    enum result result = read_type(type, object, depth, failure);
    if (result == RESULT_OK && type->cells == 0)
        type->empty++;
    return result;
}

void abi_type_free(struct abi_type *type)
{
    for (uint32_t index = 0; index < type->member_count; index++) {
        free(type->members[index].name);
        abi_type_free(&type->members[index].type);
    }
    free(type->members);
    free(type->name);
    *type = (struct abi_type){0};
}

const struct abi_type *abi_type_part(const struct abi_type *type, uint32_t index)
{
    return &type->members[type->kind == ABI_ARRAY ? 0 : index].type;
}

uint32_t abi_type_part_count(const struct abi_type *type)
{
    return type->kind == ABI_ARRAY ? type->length : type->member_count;
}

void abi_type_print(char *text, size_t room, const struct abi_type *type)
{
    char part[64];
    switch (type->kind) {
    case ABI_FIELD:
        (void)snprintf(text, room, "Field");
        return;
    case ABI_BOOLEAN:
        (void)snprintf(text, room, "bool");
        return;
    case ABI_UNSIGNED:
    case ABI_SIGNED:
        (void)snprintf(text, room, "%c%u", type->kind == ABI_SIGNED ? 'i' : 'u', type->width);
        return;
    case ABI_STRING:
        (void)snprintf(text, room, "str<%u>", type->length);
        return;
    case ABI_ARRAY:
        abi_type_print(part, sizeof(part), &type->members[0].type);
        (void)snprintf(text, room, "[%s; %u]", part, type->length);
        return;
    case ABI_TUPLE:
        (void)snprintf(text, room, "a tuple of %u", type->member_count);
        return;
    case ABI_STRUCT:
        (void)snprintf(text, room, "%s", type->name);
        return;
    }
}
