/*
 * The circuits of this server, in the order they came. Requests find them, uploads add them,
 * deletes take them away, all at the same time: every function is thread-safe.
 */
#ifndef CIRCUITS_REGISTRY_H
#define CIRCUITS_REGISTRY_H

#include "circuits/circuit.h"

struct registry;

/* At most `most` circuits. NULL for lack of memory. */
struct registry *registry_create(size_t most);

/*
 * Takes no circuit whose ABI has more bytes, as abi_text: RESULT_CIRCUIT_TOO_LARGE. Before there
 * are threads; without it any is taken.
 */
void registry_limit_abis(struct registry *registry, size_t most_bytes);

/*
 * Before there are threads; the budget may be NULL. From here on an upload is added only when this
 * budget has room for it: RESULT_CIRCUITS_FULL, or RESULT_QUEUE_FULL where only what passes is in
 * its way. Those that are there count, whether there is room for them or not; circuits of the
 * operator's never do.
 */
void registry_share_budget(struct registry *registry, struct budget *budget);

/* Releases its circuits too. */
void registry_destroy(struct registry *registry);

/*
 * Takes a reference over. RESULT_CIRCUIT_NAME_TAKEN, RESULT_CIRCUITS_FULL, RESULT_QUEUE_FULL or
 * RESULT_CIRCUIT_TOO_LARGE; the reference is then still the caller's.
 */
MUST_USE_RESULT enum result registry_add(struct registry *registry, struct circuit *circuit,
                                         struct failure *failure);

/* What registry_add would say now. */
MUST_USE_RESULT enum result registry_check(struct registry *registry, const struct circuit *circuit,
                                           struct failure *failure);

/*
 * Adds the circuit of a file, given as NAME=FILE, or as FILE alone, whose base name without .json
 * is then the name. As circuit_read_file and registry_add.
 */
MUST_USE_RESULT enum result registry_add_file(struct registry *registry, const char *option,
                                              struct failure *failure);

/*
 * The circuit with that id or name, or the first for NULL: a new reference, or NULL. What has the
 * form of an id is no name.
 */
struct circuit *registry_find(struct registry *registry, const char *id_or_name);

/* Whether this very circuit is there: another can have come in its place under its name. */
bool registry_holds(struct registry *registry, const struct circuit *circuit);

/* Whether a circuit of that bytecode is there, whatever its ABI. */
bool registry_has_bytecode(struct registry *registry, const char *bytecode_id);

/* Takes the circuit away, if it is there; requests that hold a reference go on. */
void registry_remove(struct registry *registry, const struct circuit *circuit);

/* How many there are just now. */
size_t registry_count(struct registry *registry);

/*
 * All circuits, in order, a new reference each, and their number in *count. The caller releases
 * them and frees the list. NULL for lack of memory, and when there are none.
 */
struct circuit **registry_list(struct registry *registry, size_t *count);

#endif
