/*
 * The relations that a circuit's polynomials have to satisfy, at one row or at one point. Source:
 * specification, 5. Pure; thread-safe.
 */
#ifndef ULTRAHONK_RELATIONS_H
#define ULTRAHONK_RELATIONS_H

#include "bn254/field.h"
#include "ultrahonk/entities.h"

enum {
    SUBRELATION_COUNT = 29,
    /* Holds only summed over all rows, and so is not weighted by a row's power of the gate. */
    SUBRELATION_LOOKUP_SUM = 4
};

struct relation_parameters {
    struct field eta;
    struct field beta;
    struct field gamma;
    struct field public_input_delta;
};

/* The subrelations in the protocol's order, without weights. */
void relations_evaluate(struct field values[SUBRELATION_COUNT],
                        const struct field entities[ENTITY_COUNT],
                        const struct relation_parameters *parameters);

/*
 * Sums them up: each times its power of alpha, and all but SUBRELATION_LOOKUP_SUM times the power
 * of the gate challenge, `weight`.
 */
struct field relations_combine(const struct field values[SUBRELATION_COUNT], struct field alpha,
                               struct field weight);

#endif
