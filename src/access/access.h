/*
 * Who may ask: API keys from a file of `name:key` lines (blank lines and # comments are skipped).
 * Keys are kept as keyed hashes, so that a comparison takes the same time for every wrong key and
 * the daemon's memory does not hold them. Read-only after access_load; any thread.
 */
#ifndef ACCESS_ACCESS_H
#define ACCESS_ACCESS_H

#include "base/failure.h"

struct access;

/* RESULT_CONFIG_INVALID names the file and line, never a key. */
enum result access_load(struct access **access, const char *path, struct failure *failure);

void access_destroy(struct access *access);

/* The name of whoever has this key; NULL when nobody does. Borrowed. */
const char *access_find(const struct access *access, const char *key);

#endif
