/*
 * The polynomials of the circuit x * x == y, y public, as bb lays them out in 2^5 rows, and the
 * cells of a witness. One witness at a time.
 */
#ifndef UNIT_ULTRAHONK_SQUARE_H
#define UNIT_ULTRAHONK_SQUARE_H

#include "ultrahonk/prover/prover.h"

enum { SQUARE_LOG_ROWS = 5, SQUARE_ROWS = 1 << SQUARE_LOG_ROWS, SQUARE_LAST_ROW = 23 };

struct square {
    struct prover_circuit circuit;
    struct prover_cells cells;
    struct field precomputed[PRECOMPUTED_COUNT][SQUARE_ROWS];
    struct field wires[PROVER_WIRES][SQUARE_ROWS];
};

/* For the key of a target, whose hash is left to the caller. x * x == y is the caller's to see to.
 */
void square_fill(struct square *square, struct field x, struct field y);

#endif
