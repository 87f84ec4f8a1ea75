/* What failed assertions say: texts, texts with values in them, and values of a type. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noir/abi/abi_internal.h"

enum { FIRST_TEXT_BYTES = 256 };

struct text {
    char *characters; /* zero-terminated, or NULL after a lack of memory */
    size_t length;
    size_t capacity;
};

static bool append(struct text *text, const char *characters, size_t length)
{
    if (text->length + length + 1 > text->capacity) {
        size_t capacity = 2 * text->capacity + length + FIRST_TEXT_BYTES;
        char *larger = realloc(text->characters, capacity);
        if (larger == NULL)
            return false;
        text->characters = larger;
        text->capacity = capacity;
    }
    memcpy(text->characters + text->length, characters, length);
    text->length += length;
    text->characters[text->length] = '\0';
    return true;
}

static bool append_words(struct text *text, const char *words)
{
    return append(text, words, strlen(words));
}

static bool append_string(struct text *text, struct abi_cells *cells, uint32_t length)
{
    json_t *string = abi_decode_string(cells, length);
    bool done =
        string != NULL && append(text, json_string_value(string), json_string_length(string));
    json_decref(string);
    return done;
}

static bool append_scalar(struct text *text, struct abi_cells *cells, const struct abi_type *type)
{
    if (cells->left == 0)
        return false;
    const struct field *cell = cells->next++;
    cells->left--;
    if (type->kind == ABI_BOOLEAN)
        return append_words(text, field_is_zero(cell) ? "false" : "true");
    struct abi_number number = abi_number_decode(cell, type);
    if (type->kind == ABI_FIELD) {
        char digits[INTEGER256_HEX_CHARACTERS];
        integer256_to_hex(digits, &number.magnitude);
        const char *start = digits;
        while (start[0] == '0' && start[1] == '0' && start[2] != '\0')
            start += 2;
        return append_words(text, "0x") && append_words(text, start);
    }
    char digits[INTEGER256_DECIMAL_CHARACTERS];
    (void)integer256_to_decimal(digits, &number.magnitude);
    return append_words(text, number.is_negative ? "-" : "") && append_words(text, digits);
}

static bool append_value(struct text *text, struct abi_cells *cells, const struct abi_type *type);

/* "[a, b]", "(a, b)" or "Name { field: a, other: b }" */
static bool append_parts(struct text *text, struct abi_cells *cells, const struct abi_type *type)
{
    const char *open = type->kind == ABI_ARRAY ? "[" : type->kind == ABI_TUPLE ? "(" : " { ";
    const char *close = type->kind == ABI_ARRAY ? "]" : type->kind == ABI_TUPLE ? ")" : " }";
    bool is_struct = type->kind == ABI_STRUCT;
    bool done = (!is_struct || append_words(text, type->name)) && append_words(text, open);
    for (uint32_t index = 0; done && index < abi_type_part_count(type); index++) {
        done = append_words(text, index > 0 ? ", " : "");
        if (done && is_struct)
            done = append_words(text, type->members[index].name) && append_words(text, ": ");
        done = done && append_value(text, cells, abi_type_part(type, index));
    }
    return done && append_words(text, close);
}

/* Recurses as deep as types are nested: ABI_TYPE_DEPTH_MAX. */
static bool append_value(struct text *text, struct abi_cells *cells, const struct abi_type *type)
{
    switch (type->kind) {
    case ABI_STRING:
        return append_string(text, cells, type->length);
    case ABI_ARRAY:
    case ABI_TUPLE:
    case ABI_STRUCT:
        return append_parts(text, cells, type);
    default:
        return append_scalar(text, cells, type);
    }
}

/* Puts the items into the template: {...} is the next one, {{ and }} are single braces. */
static bool fill_template(struct text *text, const char *template, struct abi_cells *cells,
                          const struct abi_type *items)
{
    uint32_t item = 0;
    while (*template != '\0') {
        size_t plain = strcspn(template, "{}");
        if (!append(text, template, plain))
            return false;
        template += plain;
        if (*template == '\0')
            break;
        if (template[0] == '}' || template[1] == '{') {
            bool is_double = template[0] == template[1];
            if (!append(text, template, 1))
                return false;
            template += is_double ? 2 : 1;
            continue;
        }
        const char *end = strchr(template, '}');
        if (end == NULL || item == items->member_count ||
            !append_value(text, cells, abi_type_part(items, item++)))
            return false;
        template = end + 1;
    }
    return true;
}

static bool describe_format(const struct abi_error *error, struct abi_cells *cells,
                            struct abi_message *message)
{
    json_t *template = abi_decode_string(cells, error->length);
    struct text text = {0};
    bool done = template != NULL && cells->left > 0;
    if (done) {
        /* The number of items, which the types tell as well. */
        cells->next++;
        cells->left--;
        done = append_words(&text, "") &&
               fill_template(&text, json_string_value(template), cells, &error->type);
    }
    json_decref(template);
    if (!done) {
        free(text.characters);
        return false;
    }
    message->text = text.characters;
    return true;
}

/* As noir_js has it, a value that is written as a string is the message itself. */
static bool turn_into_text(struct abi_message *message)
{
    if (!json_is_string(message->payload))
        return true;
    message->text = strdup(json_string_value(message->payload));
    json_decref(message->payload);
    message->payload = NULL;
    return message->text != NULL;
}

bool abi_describe_payload(const struct abi *abi, uint64_t selector, const struct field *payload,
                          size_t count, enum abi_style style, struct abi_message *message)
{
    const struct abi_error *error = NULL;
    for (uint32_t index = 0; index < abi->error_count && error == NULL; index++) {
        if (abi->errors[index].selector == selector)
            error = &abi->errors[index];
    }
    *message = (struct abi_message){0};
    if (error == NULL)
        return false;
    struct abi_cells cells = {payload, count};
    switch (error->kind) {
    case ABI_ERROR_STRING:
        message->text = strdup(error->string);
        return message->text != NULL;
    case ABI_ERROR_FORMAT:
        return describe_format(error, &cells, message);
    case ABI_ERROR_CUSTOM:
        message->payload = abi_decode(&cells, &error->type, style);
        return message->payload != NULL && turn_into_text(message);
    }
    return false;
}

void abi_message_free(struct abi_message *message)
{
    free(message->text);
    json_decref(message->payload);
    *message = (struct abi_message){0};
}
