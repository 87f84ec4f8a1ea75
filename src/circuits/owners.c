#include "circuits/owners.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void owner_of(struct owner *owner, const char *name)
{
    crypto_hash_sha256(owner->hash, (const unsigned char *)name, strlen(name));
}

/* Its place, or the count. */
static size_t find(const struct owners *owners, const struct owner *owner)
{
    size_t place = 0;
    while (place < owners->count &&
           memcmp(owners->list[place].hash, owner->hash, sizeof(owner->hash)) != 0)
        place++;
    return place;
}

bool owners_have(const struct owners *owners, const struct owner *owner)
{
    bool is_nobody = sodium_is_zero(owner->hash, sizeof(owner->hash)) == 1;
    return !is_nobody && find(owners, owner) < owners->count;
}

bool owners_add(struct owners *owners, const struct owner *owner)
{
    if (find(owners, owner) < owners->count)
        return true;
    struct owner *grown = realloc(owners->list, (owners->count + 1) * sizeof(*grown));
    if (grown == NULL)
        return false;
    grown[owners->count++] = *owner;
    owners->list = grown;
    return true;
}

void owners_remove(struct owners *owners, const struct owner *owner)
{
    size_t place = find(owners, owner);
    if (place < owners->count)
        owners->list[place] = owners->list[--owners->count];
}

void owners_free(struct owners *owners)
{
    free(owners->list);
    *owners = (struct owners){.list = NULL};
}
