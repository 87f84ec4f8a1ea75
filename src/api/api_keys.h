/*
 * Who may ask: API keys from a file of `name:key` lines. Blank lines, # comments, blanks around a
 * name or a key and a byte order mark are passed over; a name may have several keys. A line
 * `operator name:key` makes its holder one who may do to others' circuits what they may.
 * Keys are kept as keyed hashes, so that a comparison takes the same time for every wrong key and
 * the daemon's memory does not hold them. Any thread.
 */
#ifndef API_API_KEYS_H
#define API_API_KEYS_H

#include <stdbool.h>

#include "base/failure.h"

enum { ACCESS_NAME_CHARACTERS = 64 };

struct api_keys;

struct api_keys_holder {
    char name[ACCESS_NAME_CHARACTERS + 1]; /* visible ASCII */
    bool is_operator;
};

/*
 * RESULT_CONFIG_INVALID names the file, and the line that cannot be meant: one that is no
 * name:key, a key that no request could bring, a key that stands twice. Never a key.
 */
MUST_USE_RESULT enum result api_keys_load(struct api_keys **keys, const char *path,
                                          struct failure *failure);

/*
 * Reads the file again: from then on its keys count, and no others. Failures are those of
 * api_keys_load, and RESULT_CONFIG_INVALID for what is no file; all is then as it was.
 */
MUST_USE_RESULT enum result api_keys_reload(struct api_keys *keys, const char *path,
                                            struct failure *failure);

void api_keys_destroy(struct api_keys *keys);

/* Whether somebody has this key, and who; else the holder is as it was. */
bool api_keys_find(struct api_keys *keys, const char *key, struct api_keys_holder *holder);

#endif
