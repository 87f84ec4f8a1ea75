#include "circuits/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "metrics/metrics.h"

struct registry {
    size_t most;
    size_t most_abi_bytes;
    struct budget *budget; /* NULL: uploads take what they like */
    pthread_mutex_t lock;  /* over what follows */
    size_t count;
    struct circuit *circuits[];
};

struct registry *registry_create(size_t most)
{
    struct registry *registry = calloc(1, sizeof(*registry) + most * sizeof(registry->circuits[0]));
    if (registry == NULL)
        return NULL;
    registry->most = most;
    registry->most_abi_bytes = SIZE_MAX;
    CHECK_ZERO(pthread_mutex_init(&registry->lock, NULL));
    return registry;
}

void registry_limit_abis(struct registry *registry, size_t most_bytes)
{
    registry->most_abi_bytes = most_bytes;
}

void registry_share_budget(struct registry *registry, struct budget *budget)
{
    registry->budget = budget;
    for (size_t i = 0; budget != NULL && i < registry->count; i++) {
        struct circuit *circuit = registry->circuits[i];
        circuit->kept = (struct budget_share){.budget = budget, .use = BUDGET_KEPT};
        if (circuit->origin == CIRCUIT_UPLOADED)
            budget_force(&circuit->kept, circuit_bytes(circuit));
    }
}

void registry_destroy(struct registry *registry)
{
    if (registry == NULL)
        return;
    for (size_t i = 0; i < registry->count; i++)
        circuit_release(registry->circuits[i]);
    CHECK_ZERO(pthread_mutex_destroy(&registry->lock));
    free(registry);
}

static void lock(struct registry *registry)
{
    CHECK_ZERO(pthread_mutex_lock(&registry->lock));
}

static void unlock(struct registry *registry)
{
    CHECK_ZERO(pthread_mutex_unlock(&registry->lock));
}

/* With the lock held. Borrowed. What has the form of an id is looked for among the ids alone. */
static struct circuit *find(const struct registry *registry, const char *id_or_name)
{
    bool by_id = id_or_name != NULL && circuit_is_id(id_or_name);
    for (size_t i = 0; i < registry->count; i++) {
        struct circuit *circuit = registry->circuits[i];
        if (id_or_name == NULL || strcmp(by_id ? circuit->id : circuit->name, id_or_name) == 0)
            return circuit;
    }
    return NULL;
}

/* With the lock held. */
static enum result check(const struct registry *registry, const struct circuit *circuit,
                         struct failure *failure)
{
    size_t abi_bytes = strlen(circuit->abi_text);
    if (abi_bytes > registry->most_abi_bytes)
        return failure_set(failure, RESULT_CIRCUIT_TOO_LARGE,
                           "circuit %s: its ABI has %zu bytes as JSON and this server keeps %zu "
                           "(--max-abi-bytes)",
                           circuit->name, abi_bytes, registry->most_abi_bytes);
    if (find(registry, circuit->name) != NULL)
        return failure_set(failure, RESULT_CIRCUIT_NAME_TAKEN,
                           "another circuit is named %s already; choose another name "
                           "(--circuit NAME=FILE, or ?name=NAME)",
                           circuit->name);
    if (registry->count == registry->most)
        return failure_set(failure, RESULT_CIRCUITS_FULL,
                           "this server has %zu circuits, its limit (--max-circuits); delete one "
                           "first",
                           registry->count);
    return RESULT_OK;
}

static enum result refuse(const struct circuit *circuit, size_t bytes, struct budget *budget,
                          struct failure *failure)
{
    size_t most = budget_most(budget, BUDGET_KEPT);
    size_t kept = budget_taken(budget, BUDGET_KEPT);
    if (bytes > most)
        return failure_set(failure, RESULT_CIRCUIT_TOO_LARGE,
                           "circuit %s takes %zu bytes, and this server keeps %zu of uploads (half "
                           "of --max-bodies-bytes)",
                           circuit->name, bytes, most);
    if (kept > most || bytes > most - kept)
        return failure_set(
            failure, RESULT_CIRCUITS_FULL,
            "circuit %s takes %zu bytes, and uploads have nearly all of the %zu that "
            "this server keeps of them (half of --max-bodies-bytes); delete one "
            "first",
            circuit->name, bytes, most);
    return failure_set(
        failure, RESULT_QUEUE_FULL,
        "circuit %s takes %zu bytes, and the bodies of requests leave no room for it "
        "(--max-bodies-bytes); try again later",
        circuit->name, bytes);
}

/* The room that an upload needs. */
static enum result take_room(struct budget_share *share, const struct registry *registry,
                             const struct circuit *circuit, struct failure *failure)
{
    struct budget *budget = circuit->origin == CIRCUIT_UPLOADED ? registry->budget : NULL;
    size_t bytes = budget == NULL ? 0 : circuit_bytes(circuit);
    *share = (struct budget_share){.budget = budget, .use = BUDGET_KEPT};
    return budget_set(share, bytes) ? RESULT_OK : refuse(circuit, bytes, budget, failure);
}

enum result registry_check(struct registry *registry, const struct circuit *circuit,
                           struct failure *failure)
{
    struct budget_share share;
    lock(registry);
    enum result result = check(registry, circuit, failure);
    unlock(registry);
    if (result == RESULT_OK)
        result = take_room(&share, registry, circuit, failure);
    if (result == RESULT_OK)
        (void)budget_set(&share, 0);
    return result;
}

enum result registry_add(struct registry *registry, struct circuit *circuit,
                         struct failure *failure)
{
    lock(registry);
    enum result result = check(registry, circuit, failure);
    if (result == RESULT_OK)
        result = take_room(&circuit->kept, registry, circuit, failure);
    if (result == RESULT_OK) {
        registry->circuits[registry->count++] = circuit;
        metrics_keep_circuit(circuit->name);
    }
    circuit->registered = result == RESULT_OK;
    unlock(registry);
    return result;
}

enum result registry_add_file(struct registry *registry, const char *option,
                              struct failure *failure)
{
    char name[CIRCUIT_NAME_CHARACTERS + 2];
    const char *equals = strchr(option, '=');
    const char *file = equals == NULL ? option : equals + 1;
    const char *slash = strrchr(file, '/');
    const char *start = equals == NULL ? (slash == NULL ? file : slash + 1) : option;
    size_t length = equals == NULL ? strlen(start) : (size_t)(equals - option);
    static const char suffix[] = ".json";
    size_t suffix_length = sizeof(suffix) - 1;
    if (equals == NULL && length > suffix_length &&
        strcmp(start + length - suffix_length, suffix) == 0)
        length -= suffix_length;
    (void)snprintf(name, sizeof(name), "%.*s", (int)length, start);
    struct circuit *circuit = NULL;
    enum result result = circuit_read_file(&circuit, name, file, failure);
    if (result == RESULT_OK)
        result = registry_add(registry, circuit, failure);
    if (result != RESULT_OK)
        circuit_release(circuit);
    return result;
}

struct circuit *registry_find(struct registry *registry, const char *id_or_name)
{
    lock(registry);
    struct circuit *circuit = find(registry, id_or_name);
    if (circuit != NULL)
        circuit_retain(circuit);
    unlock(registry);
    return circuit;
}

bool registry_holds(struct registry *registry, const struct circuit *circuit)
{
    bool holds = false;
    lock(registry);
    for (size_t i = 0; i < registry->count && !holds; i++)
        holds = registry->circuits[i] == circuit;
    unlock(registry);
    return holds;
}

bool registry_has_bytecode(struct registry *registry, const char *bytecode_id)
{
    bool has = false;
    lock(registry);
    for (size_t i = 0; i < registry->count && !has; i++)
        has = strcmp(registry->circuits[i]->bytecode_id, bytecode_id) == 0;
    unlock(registry);
    return has;
}

void registry_remove(struct registry *registry, const struct circuit *circuit)
{
    struct circuit *removed = NULL;
    lock(registry);
    for (size_t i = 0; i < registry->count; i++) {
        if (registry->circuits[i] != circuit)
            continue;
        removed = registry->circuits[i];
        registry->count--;
        memmove(&registry->circuits[i], &registry->circuits[i + 1],
                (registry->count - i) * sizeof(registry->circuits[0]));
        break;
    }
    unlock(registry);
    circuit_release(removed);
}

size_t registry_count(struct registry *registry)
{
    lock(registry);
    size_t count = registry->count;
    unlock(registry);
    return count;
}

struct circuit **registry_list(struct registry *registry, size_t *count)
{
    lock(registry);
    *count = registry->count;
    struct circuit **list = registry->count == 0 ? NULL : malloc(registry->count * sizeof(*list));
    if (list == NULL)
        *count = 0;
    for (size_t i = 0; i < *count; i++)
        list[i] = circuit_retain(registry->circuits[i]);
    unlock(registry);
    return list;
}
