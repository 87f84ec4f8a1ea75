#include <stdlib.h>
#include <string.h>

#include "noir/abi/toml_internal.h"

enum { UTF8_BYTES_MAX = 4 };

/* The quotes a string begins and ends with. */
struct quotes {
    char quote;
    bool is_multi_line;
    bool has_escapes;
};

static int hex_value(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'a' && character <= 'f')
        return character - 'a' + 10;
    if (character >= 'A' && character <= 'F')
        return character - 'A' + 10;
    return -1;
}

static size_t put_utf8(char bytes[UTF8_BYTES_MAX], unsigned long point)
{
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    if (point < 0x80) {
        bytes[0] = (char)point;
        return 1;
    }
    size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t index = length; index-- > 1; point >>= 6)
        bytes[index] = (char)(0x80 | (point & 0x3f));
    bytes[0] = (char)(first[length] | point);
    return length;
}

/* \uXXXX or \UXXXXXXXX, of which the letter has been passed; 0 after a failure. */
static size_t read_code_point(struct toml *toml, size_t digits, char bytes[UTF8_BYTES_MAX])
{
    unsigned long point = 0;
    for (size_t index = 0; index < digits; index++) {
        int digit = hex_value(toml_peek(toml, 0));
        if (digit < 0) {
            (void)toml_fail(toml, "an escape needs hexadecimal digits");
            return 0;
        }
        point = point << 4 | (unsigned long)digit;
        toml->position++;
    }
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
        (void)toml_fail(toml, "an escape is no character");
        return 0;
    }
    return put_utf8(bytes, point);
}

/* After a backslash; returns the number of bytes the escape stands for. */
static size_t read_escape(struct toml *toml, const struct quotes *quotes,
                          char bytes[UTF8_BYTES_MAX])
{
    static const char letters[] = "btnfr\"\\";
    static const char meanings[] = "\b\t\n\f\r\"\\";
    char letter = toml_peek(toml, 0);
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);
    if (found != NULL) {
        toml->position++;
        bytes[0] = meanings[found - letters];
        return 1;
    }
    if (toml_accept(toml, "u"))
        return read_code_point(toml, 4, bytes);
    if (toml_accept(toml, "U"))
        return read_code_point(toml, 8, bytes);
    /* A backslash at the end of a line takes away all blanks up to the next character: just those
     * that is_allowed lets through, or room_for would stop short of what is read. */
    size_t before = toml->line;
    while (quotes->is_multi_line &&
           (toml_accept_line_end(toml) || toml_accept(toml, " ") || toml_accept(toml, "\t")))
        ;
    if (toml->line == before)
        (void)toml_fail(toml, "an unknown escape in a string");
    return 0;
}

/* Whether the string ends here; its quotes are then passed. Of up to five quotes at the end of a
 * string of several lines the last three end it and the others belong to it. */
static bool ends_here(struct toml *toml, const struct quotes *quotes)
{
    if (toml_peek(toml, 0) != quotes->quote)
        return false;
    size_t needed = quotes->is_multi_line ? 3 : 1;
    for (size_t index = 1; index < needed; index++) {
        if (toml_peek(toml, index) != quotes->quote)
            return false;
    }
    if (quotes->is_multi_line && toml_peek(toml, needed) == quotes->quote)
        return false;
    toml->position += needed;
    return true;
}

static bool is_allowed(const struct toml *toml, const struct quotes *quotes)
{
    char character = toml_peek(toml, 0);
    if (character == '\n' || (character == '\r' && toml_peek(toml, 1) == '\n'))
        return quotes->is_multi_line;
    return character == '\t' || ((unsigned char)character >= ' ' && character != 0x7f);
}

static json_t *read_characters(struct toml *toml, const struct quotes *quotes, char *characters)
{
    size_t length = 0;
    size_t quotes_in_a_row = 0;
    while (!toml_failed(toml) && !ends_here(toml, quotes)) {
        if (toml_at_end(toml) || !is_allowed(toml, quotes))
            return toml_fail(toml, "a string does not end, or has a control character");
        char character = toml->text[toml->position++];
        if (character == '\n')
            toml->line++;
        quotes_in_a_row = character == quotes->quote ? quotes_in_a_row + 1 : 0;
        if (quotes_in_a_row > 2)
            return toml_fail(toml, "a string of several lines ends with more than five quotes");
        if (character == '\\' && quotes->has_escapes)
            length += read_escape(toml, quotes, characters + length);
        else
            characters[length++] = character;
    }
    if (toml_failed(toml))
        return NULL;
    json_t *string = json_stringn(characters, length);
    return string != NULL ? string : toml_fail(toml, "a string is not valid UTF-8");
}

/* At least as many bytes as the string has: those up to its end, or to what is an error anyway. */
static size_t room_for(const struct toml *toml, const struct quotes *quotes)
{
    struct toml ahead = *toml;
    while (!toml_at_end(&ahead) && is_allowed(&ahead, quotes) && !ends_here(&ahead, quotes)) {
        bool is_escape = quotes->has_escapes && toml_peek(&ahead, 0) == '\\';
        ahead.position += is_escape && toml_peek(&ahead, 1) != '\0' ? 2 : 1;
    }
    return ahead.position - toml->position + UTF8_BYTES_MAX;
}

json_t *toml_read_string(struct toml *toml)
{
    char quote = toml_peek(toml, 0);
    struct quotes quotes = {quote, false, quote == '"'};
    toml->position++;
    if (toml_peek(toml, 0) == quote && toml_peek(toml, 1) == quote) {
        quotes.is_multi_line = true;
        toml->position += 2;
        /* An end of line right after the quotes does not belong to the string. */
        (void)toml_accept_line_end(toml);
    }
    char *characters = malloc(room_for(toml, &quotes));
    if (characters == NULL)
        return toml_no_memory(toml);
    json_t *string = read_characters(toml, &quotes, characters);
    free(characters);
    return string;
}
