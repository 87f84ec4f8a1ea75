/*
 * The relations, one function a kind of gate; each writes its subrelations in the protocol's order.
 * Private to ultrahonk/.
 */
#ifndef ULTRAHONK_RELATIONS_INTERNAL_H
#define ULTRAHONK_RELATIONS_INTERNAL_H

#include "ultrahonk/relations.h"

/* Where each kind's subrelations begin. */
enum {
    PERMUTATION_AT = 0,
    LOOKUP_AT = 3,
    ARITHMETIC_AT = 6,
    RANGE_AT = 8,
    ELLIPTIC_AT = 12,
    MEMORY_AT = 14,
    NON_NATIVE_AT = 20,
    POSEIDON2_EXTERNAL_AT = 21,
    POSEIDON2_INTERNAL_AT = 25
};

/* Those that need challenges. */
void relation_permutation(struct field *values, const struct field *e,
                          const struct relation_parameters *parameters);
void relation_lookup(struct field *values, const struct field *e,
                     const struct relation_parameters *parameters);
void relation_memory(struct field *values, const struct field *e,
                     const struct relation_parameters *parameters);

/* Those that do not. */
void relation_arithmetic(struct field *values, const struct field *e);
void relation_range(struct field *values, const struct field *e);
void relation_elliptic(struct field *values, const struct field *e);
void relation_non_native(struct field *values, const struct field *e);
void relation_poseidon2_external(struct field *values, const struct field *e);
void relation_poseidon2_internal(struct field *values, const struct field *e);

#endif
