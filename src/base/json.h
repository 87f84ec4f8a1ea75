/* jansson, for what clients must not see of each other. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>
#include <stddef.h>

/*
 * From now on every value and text of jansson is wiped as it is freed: it may be inputs of a
 * client. Call it once, before the first use of jansson and before threads.
 */
void json_start_wiping(void);

enum { JSON_WHY_BYTES = 128 };

/*
 * Why jansson refused a text, to go on after "it": "is not JSON: line 1, column 7: it ends too
 * early" or, of what is JSON, "cannot be read: line 2, column 4: a name is there twice in one
 * object". It quotes nothing of the text.
 */
void json_explain(char why[JSON_WHY_BYTES], const json_error_t *error);

/*
 * Parses a text of a stranger's. NULL when it is no JSON, has a name twice in an object, or has
 * more than `most` values: each takes some 50 bytes and its time, in however few bytes it was sent.
 */
json_t *json_parse(const void *text, size_t length, size_t most);

/*
 * The same of a compiled circuit: its strings may have null characters, and its whole numbers past
 * 64 bits are reals. Where it returns NULL, `why` says why, as json_explain does.
 */
json_t *json_parse_artifact(const void *text, size_t length, size_t most, char why[JSON_WHY_BYTES]);

/* The memory that a value takes with all that is in it, nearly: jansson does not say. */
size_t json_bytes(const json_t *value);

/* Wipes and frees what json_dumps gave. NULL is fine. */
void json_text_free(char *text);

/*
 * A string of a text that may be cut within a character or be no UTF-8: what is not ASCII is then
 * replaced by '?'. A new reference; NULL for lack of memory.
 */
json_t *json_readable_string(const char *text);

#endif
