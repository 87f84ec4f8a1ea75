#include "base/json.h"

#include <malloc.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A whole number of fewer digits fits. */
enum { DIGITS_OF_64_BITS = 19 };

enum { ARTIFACT_FLAGS = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL };

static void wipe_and_free(void *memory)
{
    if (memory != NULL)
        sodium_memzero(memory, malloc_usable_size(memory));
    free(memory);
}

void json_start_wiping(void)
{
    json_set_alloc_funcs(malloc, wipe_and_free);
}

/* At least the number of values: one, and another at most behind each of these outside a string. */
static size_t count_values(const char *text, size_t length)
{
    size_t count = 1;
    bool quoted = false;
    bool escaped = false;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (escaped) {
            escaped = false;
        } else if (quoted) {
            escaped = c == '\\';
            quoted = c != '"';
        } else {
            quoted = c == '"';
            count += c == ',' || c == '[' || c == '{';
        }
    }
    return count;
}

/* NULL for what is no JSON at all. */
static const char *explain_refusal(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_numeric_overflow:
        return "a number is too large: write it as a string";
    case json_error_duplicate_key:
        return "a name is there twice in one object";
    case json_error_stack_overflow:
        return "it is nested deeper than 2,048 levels";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a name has a null character";
    default:
        return NULL;
    }
}

static const char *explain_syntax(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_premature_end_of_input:
        return "it ends too early";
    case json_error_end_of_input_expected:
        return "it goes on after its end";
    case json_error_invalid_utf8:
        return "it is not UTF-8";
    default:
        return "something else was expected here";
    }
}

void json_explain(char why[JSON_WHY_BYTES], const json_error_t *error)
{
    const char *refusal = explain_refusal(error);
    (void)snprintf(why, JSON_WHY_BYTES, "%s: line %d, column %d: %s",
                   refusal != NULL ? "cannot be read" : "is not JSON", error->line, error->column,
                   refusal != NULL ? refusal : explain_syntax(error));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/*
 * Copies a text, with "e0" behind every whole number that may be past 64 bits, which makes it real.
 * Returns the copy's length; it has room for twice the text. Within a text that is no JSON it does
 * no harm.
 */
static size_t widen(char *copy, const char *text, size_t length)
{
    size_t written = 0;
    size_t digits = 0;
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        bool ends = !quoted && digits >= DIGITS_OF_64_BITS && !is_digit(text[i]);
        if (ends && strchr(".eE", text[i]) == NULL) {
            copy[written++] = 'e';
            copy[written++] = '0';
        }
        bool goes_on =
            is_digit(text[i]) && (digits > 0 || i == 0 || strchr(".eE+", text[i - 1]) == NULL);
        digits = goes_on ? digits + 1 : 0;
        copy[written++] = text[i];
        if (quoted && text[i] == '\\' && i + 1 < length)
            copy[written++] = text[++i];
        else if (text[i] == '"')
            quoted = !quoted;
    }
    return written;
}

json_t *json_parse(const void *text, size_t length, size_t most)
{
    if (count_values(text, length) > most)
        return NULL;
    return json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
}

/* Of the widened text; its columns are others, so only another error than this is worth telling. */
static json_t *parse_widened(const char *text, size_t length, json_error_t *error)
{
    char *copy = malloc(2 * length);
    if (copy == NULL)
        return NULL;
    json_error_t of_copy;
    json_t *json = json_loadb(copy, widen(copy, text, length), ARTIFACT_FLAGS, &of_copy);
    free(copy);
    if (json == NULL && json_error_code(&of_copy) != json_error_numeric_overflow)
        *error = of_copy;
    return json;
}

json_t *json_parse_artifact(const void *text, size_t length, size_t most, char why[JSON_WHY_BYTES])
{
    json_error_t error;
    if (count_values(text, length) > most) {
        (void)snprintf(why, JSON_WHY_BYTES, "has more than %zu values", most);
        return NULL;
    }
    json_t *json = json_loadb(text, length, ARTIFACT_FLAGS, &error);
    /* jansson knows no whole numbers past 64 bits; older compilers wrote one that nobody needs. */
    if (json == NULL && json_error_code(&error) == json_error_numeric_overflow)
        json = parse_widened(text, length, &error);
    if (json == NULL)
        json_explain(why, &error);
    return json;
}

/* What malloc takes for so many bytes. */
static size_t block(size_t bytes)
{
    enum { HEAD = 8, UNIT = 16, LEAST = 32 };
    size_t taken = (bytes + HEAD + UNIT - 1) / UNIT * UNIT;
    return taken < LEAST ? LEAST : taken;
}

/* Room for so many, which is doubled when it is full. */
static size_t places(size_t count)
{
    size_t places = 8;
    while (places < count)
        places *= 2;
    return places;
}

/* The sizes are those of jansson 2.14 on 64 bits. */
enum { OBJECT = 72, BUCKET = 16, PAIR = 57, ARRAY = 40, STRING = 32, NUMBER = 24 };

static size_t object_bytes(const json_t *object)
{
    size_t bytes = block(OBJECT) + block(places(json_object_size(object)) * BUCKET);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value) bytes +=
        block(PAIR + strlen(key)) + json_bytes(value);
    return bytes;
}

static size_t array_bytes(const json_t *array)
{
    size_t bytes = block(ARRAY) + block(places(json_array_size(array)) * sizeof(json_t *));
    for (size_t i = 0; i < json_array_size(array); i++)
        bytes += json_bytes(json_array_get(array, i));
    return bytes;
}

size_t json_bytes(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return object_bytes(value);
    case JSON_ARRAY:
        return array_bytes(value);
    case JSON_STRING:
        return block(STRING) + block(json_string_length(value) + 1);
    case JSON_INTEGER:
    case JSON_REAL:
        return block(NUMBER);
    default:
        return 0;
    }
}

void json_text_free(char *text)
{
    wipe_and_free(text);
}

json_t *json_readable_string(const char *text)
{
    json_t *string = json_string(text);
    if (string != NULL)
        return string;
    char *plain = strdup(text);
    if (plain == NULL)
        return NULL;
    for (char *at = plain; *at != '\0'; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    string = json_string(plain);
    wipe_and_free(plain);
    return string;
}
