#include "registry/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

struct registry {
    size_t count;
    struct circuit **circuits;
};

struct registry *registry_create(void)
{
    return calloc(1, sizeof(struct registry));
}

void registry_destroy(struct registry *registry)
{
    if (registry == NULL)
        return;
    for (size_t i = 0; i < registry->count; i++)
        circuit_free(registry->circuits[i]);
    free(registry->circuits);
    free(registry);
}

enum result registry_add(struct registry *registry, struct circuit *circuit,
                         struct failure *failure)
{
    if (registry_count(registry) > 0 && registry_find(registry, circuit->name) != NULL)
        return failure_set(failure, RESULT_CIRCUIT_INVALID,
                           "two circuits are named %s; give one another name with --circuit "
                           "NAME=FILE",
                           circuit->name);
    struct circuit **grown =
        realloc(registry->circuits, (registry->count + 1) * sizeof(struct circuit *));
    if (grown == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the circuit");
    grown[registry->count++] = circuit;
    registry->circuits = grown;
    return RESULT_OK;
}

const struct circuit *registry_find(const struct registry *registry, const char *id_or_name)
{
    for (size_t i = 0; i < registry->count; i++) {
        const struct circuit *circuit = registry->circuits[i];
        if (id_or_name == NULL || strcmp(circuit->name, id_or_name) == 0 ||
            strcmp(circuit->id, id_or_name) == 0)
            return circuit;
    }
    return NULL;
}

size_t registry_count(const struct registry *registry)
{
    return registry->count;
}

struct circuit *registry_at(const struct registry *registry, size_t place)
{
    CHECK(place < registry->count);
    return registry->circuits[place];
}
