/* The commitments of a trace's own columns: what its verification key is made of. */
#ifndef ULTRAHONK_CIRCUIT_COMMIT_H
#define ULTRAHONK_CIRCUIT_COMMIT_H

#include "bn254/g1.h"
#include "ultrahonk/circuit/trace.h"

/* How many points of the CRS the columns take. */
size_t commit_points(const struct trace *trace);

/*
 * Commits to the columns of the PRECOMPUTED_COUNT first entities, with commit_points points.
 * BN254_NO_MEMORY, or BN254_OK. Time grows with the rows; memory is that of one column and of one
 * multi-scalar multiplication.
 */
enum bn254_status commit_columns(struct g1 commitments[PRECOMPUTED_COUNT],
                                 const struct trace *trace, const struct g1 *points);

#endif
