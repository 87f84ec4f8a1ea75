/* 32-byte words as 0x-hex, the way bb.js and every verifier write them. Private to api/. */
#ifndef API_HEX_INTERNAL_H
#define API_HEX_INTERNAL_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buffer.h"

enum { WORD_BYTES = 32 };

/* "0x" and two lower-case digits a byte. NULL for lack of memory. A new reference. */
json_t *hex_string(const unsigned char *bytes, size_t length);

/* A list of hex_string, one a word; words->length is a multiple of 32. NULL for lack of memory. A
 * new reference. */
json_t *hex_words(const struct buffer *words);

/* Appends the bytes of "0x…" (an even number of digits of either case). False when it is not that.
 */
bool hex_read(struct buffer *bytes, const json_t *text);

#endif
