/*
 * Who may ask: API keys from a file of `name:key` lines (blank lines and # comments are skipped). A
 * line `operator name:key` makes its holder one who may do to others' circuits what they may.
 * Keys are kept as keyed hashes, so that a comparison takes the same time for every wrong key and
 * the daemon's memory does not hold them. Read-only after access_load; any thread.
 */
#ifndef ACCESS_ACCESS_H
#define ACCESS_ACCESS_H

#include <stdbool.h>

#include "base/failure.h"

struct access;

/* RESULT_CONFIG_INVALID names the file and line, never a key. */
enum result access_load(struct access **access, const char *path, struct failure *failure);

void access_destroy(struct access *access);

/*
 * The name of whoever has this key, and whether that is an operator; NULL and false when nobody
 * does. Borrowed.
 */
const char *access_find(const struct access *access, const char *key, bool *is_operator);

#endif
