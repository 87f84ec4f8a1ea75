/* What a circuit is known by. Private to circuits/. */
#ifndef CIRCUITS_CIRCUIT_ID_INTERNAL_H
#define CIRCUITS_CIRCUIT_ID_INTERNAL_H

#include "circuits/circuit.h"

/* Fills in both ids of a circuit whose bytecode, ABI and debug symbols are there. */
void circuit_compute_ids(struct circuit *circuit);

/* Whether the name could be taken for an id, or the start of one, that is not the circuit's. */
bool circuit_name_misleads(const struct circuit *circuit);

#endif
