#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "api/hex_internal.h"

json_t *hex_string(const unsigned char *bytes, size_t length)
{
    size_t size = 2 + 2 * length + 1;
    char *text = malloc(size);
    if (text == NULL)
        return NULL;
    text[0] = '0';
    text[1] = 'x';
    sodium_bin2hex(text + 2, size - 2, bytes, length);
    json_t *string = json_stringn_nocheck(text, size - 1);
    free(text);
    return string;
}

json_t *hex_words(const struct buffer *words)
{
    json_t *list = json_array();
    bool whole = list != NULL;
    for (size_t at = 0; at < words->length && whole; at += WORD_BYTES)
        whole = json_array_append_new(list, hex_string(words->data + at, WORD_BYTES)) == 0;
    if (whole)
        return list;
    json_decref(list);
    return NULL;
}

bool hex_read(struct buffer *bytes, const json_t *text)
{
    const char *digits = json_string_value(text);
    size_t length = json_string_length(text);
    size_t read = 0;
    if (digits == NULL || length < 2 || digits[0] != '0' || digits[1] != 'x' || length % 2 != 0 ||
        !buffer_reserve(bytes, length / 2))
        return false;
    if (sodium_hex2bin(bytes->data + bytes->length, length / 2, digits + 2, length - 2, NULL, &read,
                       NULL) != 0 ||
        read != length / 2 - 1)
        return false;
    bytes->length += read;
    return true;
}
