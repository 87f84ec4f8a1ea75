/*
 * Whose an uploaded circuit is: the holders of API keys who uploaded it, each known by a hash of
 * its name. A key may change; its holder keeps what is its own. Pure; whoever has an owners guards
 * it.
 */
#ifndef CIRCUITS_OWNERS_H
#define CIRCUITS_OWNERS_H

#include <stdbool.h>
#include <stddef.h>

enum { OWNER_BYTES = 32 };

/* All zero is nobody. */
struct owner {
    unsigned char hash[OWNER_BYTES]; /* sha256 of the name */
};

struct owners {
    struct owner *list;
    size_t count;
};

void owner_of(struct owner *owner, const char *name);

/* Nobody is the owner of nothing, and yet keeps a circuit from being its last owner's alone. */
bool owners_have(const struct owners *owners, const struct owner *owner);

/* One who is there already is there once. False for lack of memory. */
bool owners_add(struct owners *owners, const struct owner *owner);

/* One who is not there is fine. */
void owners_remove(struct owners *owners, const struct owner *owner);

void owners_free(struct owners *owners);

#endif
