/* The reader of TOML as its parts share it. Errors stick: after the first one nothing is read. */
#ifndef NOIR_ABI_TOML_INTERNAL_H
#define NOIR_ABI_TOML_INTERNAL_H

#include <stdbool.h>

#include "noir/abi/toml.h"

/* What a table or list may still become. Unmarked tables came about on the way to another one. */
enum toml_mark {
    TOML_UNMARKED,
    TOML_DEFINED, /* a table with a header of its own: no second one, and no key from outside */
    TOML_DOTTED,  /* a table made by a key with dots: no header */
    TOML_CLOSED,  /* written out in one value: nothing may be added */
    TOML_TABLES   /* a list of tables, [[...]] */
};

struct toml {
    const char *text;
    size_t length;
    size_t position; /* <= length */
    size_t line;
    json_t *marks; /* enum toml_mark by the address of a table or list */
    struct failure *failure;
    enum result result;
};

static inline bool toml_failed(const struct toml *toml)
{
    return toml->result != RESULT_OK;
}

/* Notes the first error; returns NULL for the caller to return. */
json_t *toml_fail(struct toml *toml, const char *what);
json_t *toml_no_memory(struct toml *toml);

/* The character at an offset from here, or 0 past the end. */
static inline char toml_peek(const struct toml *toml, size_t offset)
{
    return offset < toml->length - toml->position ? toml->text[toml->position + offset] : '\0';
}

static inline bool toml_at_end(const struct toml *toml)
{
    return toml->position == toml->length;
}

/* Passes the text if it stands here. */
bool toml_accept(struct toml *toml, const char *text);
/* A line's end; counts the line. */
bool toml_accept_line_end(struct toml *toml);
void toml_skip_blanks(struct toml *toml);
/* Passes blanks, comments and ends of lines. */
void toml_skip_lines(struct toml *toml);
/* Passes a comment, if one stands here, and the end of the line, which must follow. */
void toml_end_line(struct toml *toml);

enum toml_mark toml_get_mark(const struct toml *toml, const json_t *node);
void toml_set_mark(struct toml *toml, const json_t *node, enum toml_mark mark);

/* toml_string.c: a string in quotes of any kind; NULL after a failure. */
json_t *toml_read_string(struct toml *toml);
/* toml_value.c: any value; NULL after a failure. */
json_t *toml_read_value(struct toml *toml, unsigned int depth);
/* toml.c: `key = value` into a table. */
void toml_read_pair(struct toml *toml, json_t *table, unsigned int depth);

#endif
