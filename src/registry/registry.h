/*
 * The circuits of this server, in the order they were given. Filled at start-up by one thread; from
 * then on only read, by any number.
 */
#ifndef REGISTRY_REGISTRY_H
#define REGISTRY_REGISTRY_H

#include "registry/circuit.h"

struct registry;

/* NULL for lack of memory. */
struct registry *registry_create(void);

/* Frees its circuits too. */
void registry_destroy(struct registry *registry);

/*
 * Takes the circuit over. RESULT_CIRCUIT_INVALID when its name is taken, RESULT_INTERNAL for lack
 * of memory; the circuit is then still the caller's.
 */
enum result registry_add(struct registry *registry, struct circuit *circuit,
                         struct failure *failure);

/* The circuit with that id or name, or the first one for NULL; NULL when there is none. Borrowed.
 */
const struct circuit *registry_find(const struct registry *registry, const char *id_or_name);

size_t registry_count(const struct registry *registry);

/* The circuit at a place below registry_count. Borrowed. */
struct circuit *registry_at(const struct registry *registry, size_t place);

#endif
