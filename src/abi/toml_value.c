#include <stdint.h>
#include <string.h>

#include "abi/toml_internal.h"

/* What JSON numbers carry exactly. */
#define SAFE_INTEGER_MAX INT64_C(9007199254740991)

enum { INTEGER_CHARACTERS = 96 };

static json_t *read_list(struct toml *toml, unsigned int depth)
{
    json_t *list = json_array();
    if (list == NULL)
        return toml_no_memory(toml);
    toml->position++;
    for (toml_skip_lines(toml); !toml_accept(toml, "]"); toml_skip_lines(toml)) {
        json_t *value = toml_read_value(toml, depth + 1);
        if (value != NULL && json_array_append_new(list, value) != 0)
            (void)toml_no_memory(toml);
        toml_skip_lines(toml);
        if (!toml_failed(toml) && !toml_accept(toml, ",") && toml_peek(toml, 0) != ']')
            (void)toml_fail(toml, "a comma or ] was expected in a list");
        if (toml_failed(toml)) {
            json_decref(list);
            return NULL;
        }
    }
    toml_set_mark(toml, list, TOML_CLOSED);
    return list;
}

/* Everything inside is closed too: it cannot be reached past its closed table. */
static json_t *read_inline_table(struct toml *toml, unsigned int depth)
{
    json_t *table = json_object();
    if (table == NULL)
        return toml_no_memory(toml);
    toml->position++;
    toml_skip_blanks(toml);
    bool is_open = !toml_accept(toml, "}");
    while (is_open && !toml_failed(toml)) {
        toml_skip_blanks(toml);
        toml_read_pair(toml, table, depth + 1);
        toml_skip_blanks(toml);
        is_open = !toml_accept(toml, "}");
        if (is_open && !toml_failed(toml) && !toml_accept(toml, ","))
            (void)toml_fail(toml, "a comma or } was expected in a table");
    }
    if (toml_failed(toml)) {
        json_decref(table);
        return NULL;
    }
    toml_set_mark(toml, table, TOML_CLOSED);
    return table;
}

static int digit_value(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'a' && character <= 'f')
        return character - 'a' + 10;
    if (character >= 'A' && character <= 'F')
        return character - 'A' + 10;
    return INTEGER_CHARACTERS;
}

/* Copies the digits that stand here without their underscores, which are between digits only. */
static size_t read_digits(struct toml *toml, int base, char *digits)
{
    size_t length = 0;
    while (length < INTEGER_CHARACTERS - 1) {
        char character = toml_peek(toml, 0);
        bool is_separator =
            character == '_' && length > 0 && digit_value(toml_peek(toml, 1)) < base;
        if (!is_separator && digit_value(character) >= base)
            break;
        if (!is_separator)
            digits[length++] = character;
        toml->position++;
    }
    digits[length] = '\0';
    return length;
}

/* A number JSON carries exactly, or else its text. */
static json_t *make_integer(struct toml *toml, const char *digits, int base, bool is_negative)
{
    json_int_t value = 0;
    bool is_exact = true;
    for (const char *digit = digits; *digit != '\0' && is_exact; digit++) {
        value = value * base + digit_value(*digit);
        is_exact = value <= SAFE_INTEGER_MAX;
    }
    json_t *integer = NULL;
    if (is_exact)
        integer = json_integer(is_negative ? -value : value);
    else if (base == 10 || base == 16)
        integer = json_sprintf("%s%s%s", is_negative ? "-" : "", base == 16 ? "0x" : "", digits);
    else
        return toml_fail(toml, "an octal or binary number is over 2^53 - 1");
    return integer != NULL ? integer : toml_no_memory(toml);
}

static json_t *read_integer(struct toml *toml)
{
    bool is_negative = toml_accept(toml, "-");
    bool has_sign = is_negative || toml_accept(toml, "+");
    int base = 10;
    if (!has_sign && toml_accept(toml, "0x"))
        base = 16;
    else if (!has_sign && toml_accept(toml, "0o"))
        base = 8;
    else if (!has_sign && toml_accept(toml, "0b"))
        base = 2;
    char digits[INTEGER_CHARACTERS];
    size_t length = read_digits(toml, base, digits);
    if (length == 0)
        return toml_fail(toml, "a value was expected");
    if (base == 10 && length > 1 && digits[0] == '0')
        return toml_fail(toml, "a number begins with 0");
    char next = toml_peek(toml, 0);
    if (next != '\0' && strchr(" \t\r\n,]}#", next) == NULL)
        return toml_fail(toml, "a value is no whole number: fractions, dates and times are not "
                               "values of Noir");
    return make_integer(toml, digits, base, is_negative);
}

json_t *toml_read_value(struct toml *toml, unsigned int depth)
{
    if (toml_failed(toml))
        return NULL;
    if (depth > TOML_DEPTH_MAX)
        return toml_fail(toml, "lists and tables are nested too deep");
    switch (toml_peek(toml, 0)) {
    case '"':
    case '\'':
        return toml_read_string(toml);
    case '[':
        return read_list(toml, depth);
    case '{':
        return read_inline_table(toml, depth);
    default:
        break;
    }
    if (toml_accept(toml, "true"))
        return json_true();
    if (toml_accept(toml, "false"))
        return json_false();
    return read_integer(toml);
}
