/* The keys of a key file, as keyed hashes. Private to api/. */
#ifndef API_KEY_FILE_INTERNAL_H
#define API_KEY_FILE_INTERNAL_H

#include <sodium.h>
#include <stdbool.h>
#include <stddef.h>

#include "api/api_keys.h"

struct known_key {
    struct api_keys_holder holder;
    size_t line;
    unsigned char hash[crypto_generichash_BYTES];
};

/* All zero is an empty table. */
struct key_table {
    unsigned char secret[crypto_generichash_KEYBYTES];
    size_t count;
    struct known_key *keys;
};

/*
 * Fills an empty table from the file's text; `path` is for messages, and no message holds a key.
 * RESULT_CONFIG_INVALID or RESULT_INTERNAL; the table is to be freed then, too.
 */
MUST_USE_RESULT enum result key_table_fill(struct key_table *table, const char *text, size_t length,
                                           const char *path, struct failure *failure);

void key_table_free(struct key_table *table);

/* Whether the key is there, in a time that does not tell which one it is. */
bool key_table_find(const struct key_table *table, const char *key, size_t length,
                    struct api_keys_holder *holder);

#endif
