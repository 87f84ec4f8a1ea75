/*
 * How many rows a circuit's key has, and so how many points a proof of it needs. bb counts gates,
 * and rounds them up itself; its key begins some rows later, so that a circuit just below a power
 * of two has a key of twice the rows, for which bb would try to download points. Pure; any thread.
 * Source: keys of bb 5.0.0 on both sides of 2^13, by gates and by tables.
 */
#ifndef ENGINE_ROWS_H
#define ENGINE_ROWS_H

#include <stdint.h>

#include "engine/target.h"

/* What decides it. */
struct rows_needed {
    uint32_t gates;         /* as bb counts them: rows of tables, where there are more of those */
    uint32_t lookup_rows;   /* of tables, at most */
    uint32_t public_inputs; /* of the circuit */
    enum verifier_target target;
};

/* A power of two, and 2^31 for all that is more: no CRS has as many points. */
uint32_t rows_of_key(const struct rows_needed *needed);

#endif
