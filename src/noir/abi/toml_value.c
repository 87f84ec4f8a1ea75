#include <stdint.h>
#include <string.h>

#include "bn254/integer256.h"
#include "noir/abi/toml_internal.h"

/* What JSON numbers carry exactly. */
#define SAFE_INTEGER_MAX INT64_C(9007199254740991)

/* Those of a binary number of 256 bits, the most that is read anywhere, and some zeros. */
enum { INTEGER_CHARACTERS = 320 };

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

/* The text of an octal or binary number, in digits that every reader of inputs knows. */
static json_t *make_decimal(struct toml *toml, const char *digits, int base)
{
    struct integer256 value = {{0}};
    char decimal[INTEGER256_DECIMAL_CHARACTERS];
    for (const char *digit = digits; *digit != '\0'; digit++)
        if (!integer256_multiply_add(&value, (unsigned int)base, (unsigned int)digit_value(*digit)))
            return toml_fail(toml, "a number has over 256 bits");
    (void)integer256_to_decimal(decimal, &value);
    json_t *text = json_string(decimal);
    return text != NULL ? text : toml_no_memory(toml);
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
        return make_decimal(toml, digits, base);
    return integer != NULL ? integer : toml_no_memory(toml);
}

/* Why what stands here after a number's digits, or instead of them, is no value of Noir. */
static json_t *fail_number(struct toml *toml, size_t length)
{
    if (length == INTEGER_CHARACTERS - 1 && digit_value(toml_peek(toml, 0)) < INTEGER_CHARACTERS)
        return toml_fail(toml, "a number has too many digits");
    if (length > 0)
        return toml_fail(toml, "a value is no whole number: fractions, dates and times are not "
                               "values of Noir");
    if (toml_accept(toml, "inf") || toml_accept(toml, "nan"))
        return toml_fail(toml, "a value was expected: inf and nan are not values of Noir");
    return toml_fail(toml, "a value was expected");
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
    char next = toml_peek(toml, 0);
    if (length == 0 || (next != '\0' && strchr(" \t\r\n,]}#", next) == NULL))
        return fail_number(toml, length);
    if (base == 10 && length > 1 && digits[0] == '0')
        return toml_fail(toml, "a number begins with 0");
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
