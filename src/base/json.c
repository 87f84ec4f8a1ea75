#include "base/json.h"

#include <malloc.h>
#include <sodium.h>
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
