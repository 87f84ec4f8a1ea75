#include "noir/witness/witness_map.h"

#include <sodium.h>
#include <stdlib.h>

bool witness_map_create(struct witness_map *map, uint32_t count)
{
    if (count == 0) {
        *map = WITNESS_MAP_EMPTY;
        return true;
    }
    struct field *values = malloc(count * sizeof(*values));
    unsigned char *known = calloc(count, sizeof(*known));
    if (values == NULL || known == NULL) {
        free(values);
        free(known);
        return false;
    }
    *map = (struct witness_map){values, known, count};
    return true;
}

void witness_map_free(struct witness_map *map)
{
    /* Memory that was never written stays untouched: most of a hostile program's is not. */
    for (uint32_t index = 0; index < map->count; index++) {
        if (map->known[index] != 0)
            sodium_memzero(&map->values[index], sizeof(map->values[index]));
    }
    free(map->values);
    free(map->known);
    *map = WITNESS_MAP_EMPTY;
}

uint32_t witness_map_known_count(const struct witness_map *map)
{
    uint32_t count = 0;
    for (uint32_t index = 0; index < map->count; index++)
        count += map->known[index];
    return count;
}
