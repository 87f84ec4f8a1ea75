/*
 * Scalars that nobody can guess, from the system, each asked for anew: there is no state that a
 * child could share or a dump could show. Thread-safe.
 */
#ifndef ULTRAHONK_PROVER_RANDOM_INTERNAL_H
#define ULTRAHONK_PROVER_RANDOM_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "bn254/field.h"

/* Each is a number of 512 bits modulo r, so even to 2^-258. False when the system gives none. */
bool random_scalars(struct field *scalars, size_t count);

#endif
