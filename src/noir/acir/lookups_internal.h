/* The tables that a circuit's black boxes look up. Private to noir/acir/. */
#ifndef NOIR_ACIR_LOOKUPS_INTERNAL_H
#define NOIR_ACIR_LOOKUPS_INTERNAL_H

#include "noir/acir/program.h"

/*
 * How many rows these tables take at most: a black box with nothing but constants needs none.
 * Counted of Barretenberg 5.0.0, whose gate count is that of the tables where it is the larger.
 */
uint32_t lookups_rows(const struct acir_circuit *circuit);

#endif
