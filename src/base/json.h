/* jansson, for what clients must not see of each other. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

/*
 * From now on every value and text of jansson is wiped as it is freed: it may be inputs of a
 * client. Call it once, before the first use of jansson and before threads.
 */
void json_start_wiping(void);

/*
 * Parses a text of a stranger's. NULL when it is no JSON, has a name twice in an object, or has
 * more than `most` values: each takes some 50 bytes and its time, in however few bytes it was sent.
 */
json_t *json_parse(const void *text, size_t length, size_t most);

/* Wipes and frees what json_dumps gave. NULL is fine. */
void json_text_free(char *text);

/*
 * A string of a text that may be cut within a character or be no UTF-8: what is not ASCII is then
 * replaced by '?'. A new reference; NULL for lack of memory.
 */
json_t *json_readable_string(const char *text);

#endif
