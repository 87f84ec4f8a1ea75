#include "noir/abi/toml.h"

#include <stdio.h>
#include <string.h>

#include "noir/abi/abi_internal.h"
#include "noir/abi/toml_internal.h"

enum { ADDRESS_CHARACTERS = 32 };

json_t *toml_fail(struct toml *toml, const char *what)
{
    if (!toml_failed(toml))
        toml->result = failure_set(toml->failure, RESULT_BODY_MALFORMED, "TOML, line %zu: %s",
                                   toml->line, what);
    return NULL;
}

json_t *toml_no_memory(struct toml *toml)
{
    if (!toml_failed(toml))
        toml->result = failure_set(toml->failure, RESULT_INTERNAL, "no memory for the inputs");
    return NULL;
}

bool toml_accept(struct toml *toml, const char *text)
{
    size_t length = strlen(text);
    if (length > toml->length - toml->position ||
        memcmp(toml->text + toml->position, text, length) != 0)
        return false;
    toml->position += length;
    return true;
}

void toml_skip_blanks(struct toml *toml)
{
    while (toml_peek(toml, 0) == ' ' || toml_peek(toml, 0) == '\t')
        toml->position++;
}

static void skip_comment(struct toml *toml)
{
    if (toml_peek(toml, 0) != '#')
        return;
    while (!toml_at_end(toml) && toml_peek(toml, 0) != '\n') {
        char character = toml_peek(toml, 0);
        bool ends_line = character == '\r' && toml_peek(toml, 1) == '\n';
        if (((unsigned char)character < ' ' && character != '\t' && !ends_line) ||
            character == 0x7f)
            (void)toml_fail(toml, "a comment has a control character");
        if (ends_line)
            return;
        toml->position++;
    }
}

bool toml_accept_line_end(struct toml *toml)
{
    if (!toml_accept(toml, "\n") && !toml_accept(toml, "\r\n"))
        return false;
    toml->line++;
    return true;
}

void toml_skip_lines(struct toml *toml)
{
    do {
        toml_skip_blanks(toml);
        skip_comment(toml);
    } while (toml_accept_line_end(toml));
}

void toml_end_line(struct toml *toml)
{
    toml_skip_blanks(toml);
    skip_comment(toml);
    if (!toml_failed(toml) && !toml_at_end(toml) && !toml_accept_line_end(toml))
        (void)toml_fail(toml, "the line goes on after its value");
}

static void address_of(char text[ADDRESS_CHARACTERS], const json_t *node)
{
    (void)snprintf(text, ADDRESS_CHARACTERS, "%p", (const void *)node);
}

enum toml_mark toml_get_mark(const struct toml *toml, const json_t *node)
{
    char address[ADDRESS_CHARACTERS];
    address_of(address, node);
    return (enum toml_mark)json_integer_value(json_object_get(toml->marks, address));
}

void toml_set_mark(struct toml *toml, const json_t *node, enum toml_mark mark)
{
    char address[ADDRESS_CHARACTERS];
    address_of(address, node);
    if (json_object_set_new(toml->marks, address, json_integer(mark)) != 0)
        (void)toml_no_memory(toml);
}

static bool is_bare(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '_' || character == '-';
}

static json_t *read_quoted_key(struct toml *toml, char quote)
{
    if (toml_peek(toml, 1) == quote && toml_peek(toml, 2) == quote)
        return toml_fail(toml, "a key is a string of several lines");
    json_t *key = toml_read_string(toml);
    if (key == NULL || strlen(json_string_value(key)) == json_string_length(key))
        return key;
    json_decref(key);
    return toml_fail(toml, "a key has a null character, as no name in Noir does");
}

/* One part of a key, as a string; NULL after a failure. */
static json_t *read_key_part(struct toml *toml)
{
    char first = toml_peek(toml, 0);
    if (first == '"' || first == '\'')
        return read_quoted_key(toml, first);
    size_t length = 0;
    while (is_bare(toml_peek(toml, length)))
        length++;
    if (length == 0)
        return toml_fail(toml, "a key was expected");
    json_t *key = json_stringn(toml->text + toml->position, length);
    toml->position += length;
    return key != NULL ? key : toml_no_memory(toml);
}

/* Whether a dot follows: then another part does. */
static bool accept_dot(struct toml *toml)
{
    toml_skip_blanks(toml);
    if (!toml_accept(toml, "."))
        return false;
    toml_skip_blanks(toml);
    return true;
}

/* Puts a new value into a table; returns it, or NULL after a failure. */
static json_t *put(struct toml *toml, json_t *table, const char *key, json_t *value)
{
    if (value == NULL || json_object_set_new(table, key, value) != 0)
        return toml_no_memory(toml);
    return value;
}

/* The table under a key, made if there is none; of a list of tables the last. */
static json_t *descend(struct toml *toml, json_t *table, const char *key)
{
    json_t *next = json_object_get(table, key);
    if (next == NULL)
        return put(toml, table, key, json_object());
    if (toml_get_mark(toml, next) == TOML_CLOSED)
        return toml_fail(toml, "a value that was written out cannot be added to");
    if (json_is_array(next))
        return json_array_get(next, json_array_size(next) - 1);
    return json_is_object(next) ? next : toml_fail(toml, "a value is used as a table");
}

/* The same for a key with dots, which makes its tables for good. */
static json_t *descend_by_key(struct toml *toml, json_t *table, const char *key)
{
    bool is_new = json_object_get(table, key) == NULL;
    json_t *next = descend(toml, table, key);
    if (next != NULL && is_new)
        toml_set_mark(toml, next, TOML_DOTTED);
    return next;
}

void toml_read_pair(struct toml *toml, json_t *table, unsigned int depth)
{
    json_t *key = read_key_part(toml);
    while (key != NULL && accept_dot(toml)) {
        table = descend_by_key(toml, table, json_string_value(key));
        json_decref(key);
        key = NULL;
        if (table == NULL || depth++ > TOML_DEPTH_MAX)
            (void)toml_fail(toml, "a key has too many parts");
        else if (toml_get_mark(toml, table) == TOML_DEFINED)
            (void)toml_fail(toml, "a table with a header of its own is added to by a key");
        else
            key = read_key_part(toml);
    }
    if (key == NULL)
        return;
    toml_skip_blanks(toml);
    if (!toml_accept(toml, "="))
        (void)toml_fail(toml, "= was expected after a key");
    toml_skip_blanks(toml);
    json_t *value = toml_read_value(toml, depth);
    if (value != NULL && json_object_get(table, json_string_value(key)) != NULL) {
        (void)toml_fail(toml, "a key is given twice");
        json_decref(value);
    } else if (value != NULL) {
        (void)put(toml, table, json_string_value(key), value);
    }
    json_decref(key);
}

/* The table that a header's last key names; is_list for [[...]]. */
static json_t *define_table(struct toml *toml, json_t *table, const char *key, bool is_list)
{
    json_t *found = json_object_get(table, key);
    if (!is_list) {
        json_t *defined = found == NULL ? put(toml, table, key, json_object()) : found;
        if (defined == NULL)
            return NULL;
        if (!json_is_object(defined) || toml_get_mark(toml, defined) != TOML_UNMARKED)
            return toml_fail(toml, "a table is defined twice");
        toml_set_mark(toml, defined, TOML_DEFINED);
        return defined;
    }
    if (found == NULL) {
        found = put(toml, table, key, json_array());
        if (found == NULL)
            return NULL;
        toml_set_mark(toml, found, TOML_TABLES);
    }
    if (toml_get_mark(toml, found) != TOML_TABLES)
        return toml_fail(toml, "a value is used as a list of tables");
    json_t *added = json_object();
    if (added == NULL || json_array_append_new(found, added) != 0)
        return toml_no_memory(toml);
    toml_set_mark(toml, added, TOML_DEFINED);
    return added;
}

/* [a.b] or [[a.b]]: the table that the following pairs go to. */
static json_t *read_header(struct toml *toml, json_t *root)
{
    bool is_list = toml_accept(toml, "[[");
    if (!is_list)
        toml->position++;
    json_t *table = root;
    unsigned int depth = 0;
    toml_skip_blanks(toml);
    json_t *key = read_key_part(toml);
    while (key != NULL && accept_dot(toml)) {
        table = descend(toml, table, json_string_value(key));
        json_decref(key);
        if (table != NULL && ++depth > TOML_DEPTH_MAX)
            (void)toml_fail(toml, "lists and tables are nested too deep");
        key = toml_failed(toml) ? NULL : read_key_part(toml);
    }
    if (key == NULL)
        return NULL;
    if (toml_accept(toml, is_list ? "]]" : "]"))
        table = define_table(toml, table, json_string_value(key), is_list);
    else
        table = toml_fail(toml, "a header does not end");
    json_decref(key);
    toml_end_line(toml);
    return table;
}

/* Comments, too, are UTF-8. Passes the mark that some editors begin a file with. */
static void check_encoding(struct toml *toml)
{
    const unsigned char *bytes = (const unsigned char *)toml->text;
    (void)toml_accept(toml, "\xef\xbb\xbf");
    size_t size = 1;
    for (size_t at = toml->position; size > 0 && at < toml->length; at += size) {
        size = abi_character_length(bytes + at, toml->length - at);
        toml->line += bytes[at] == '\n';
    }
    if (size == 0)
        (void)toml_fail(toml, "it is not UTF-8");
    toml->line = 1;
}

enum result toml_read(json_t **object, const char *text, size_t length, struct failure *failure)
{
    struct toml toml = {
        .text = text, .length = length, .line = 1, .marks = json_object(), .failure = failure};
    json_t *root = json_object();
    if (root == NULL || toml.marks == NULL)
        (void)toml_no_memory(&toml);
    json_t *table = root;
    check_encoding(&toml);
    for (toml_skip_lines(&toml); !toml_failed(&toml) && !toml_at_end(&toml);
         toml_skip_lines(&toml)) {
        if (toml_peek(&toml, 0) == '[') {
            table = read_header(&toml, root);
        } else {
            toml_read_pair(&toml, table, 0);
            toml_end_line(&toml);
        }
    }
    json_decref(toml.marks);
    if (toml_failed(&toml)) {
        json_decref(root);
        return toml.result;
    }
    *object = root;
    return RESULT_OK;
}
