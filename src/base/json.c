#include "base/json.h"

#include <malloc.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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

json_t *json_parse(const void *text, size_t length, size_t most)
{
    if (count_values(text, length) > most)
        return NULL;
    return json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
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
