/*
 * A partial map from witness indices to field elements: dense, because nearly every index below the
 * highest has a value. It holds secrets, so its memory is wiped before it is given back.
 * One thread at a time.
 */
#ifndef NOIR_WITNESS_WITNESS_MAP_H
#define NOIR_WITNESS_WITNESS_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "bn254/field.h"

/* Invariant: where known[i] is 0, values[i] means nothing. */
struct witness_map {
    struct field *values;
    unsigned char *known; /* 1 where there is a value */
    uint32_t count;       /* room: the indices are below it */
};

#define WITNESS_MAP_EMPTY ((struct witness_map){0})

/* An empty map with room for the indices below `count`. False, and nothing changed, without memory.
 */
bool witness_map_create(struct witness_map *map, uint32_t count);

/* Wipes and gives back; the map is then WITNESS_MAP_EMPTY. Fine on WITNESS_MAP_EMPTY. */
void witness_map_free(struct witness_map *map);

/* How many indices have a value. */
uint32_t witness_map_known_count(const struct witness_map *map);

/* The value, or NULL when there is none or no room for one. */
static inline const struct field *witness_map_get(const struct witness_map *map, uint32_t index)
{
    return index < map->count && map->known[index] != 0 ? &map->values[index] : NULL;
}

/* Gives the index, for which there is room, a value. */
static inline void witness_map_set(struct witness_map *map, uint32_t index,
                                   const struct field *value)
{
    CHECK(map->values != NULL && index < map->count);
    map->values[index] = *value;
    map->known[index] = 1;
}

#endif
