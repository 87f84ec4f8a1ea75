/*
 * The relations by kind of gate: a row's kind is zero where its switches are, so that who evaluates
 * many rows leaves out most. Source: specification, 5. Pure; thread-safe.
 */
#ifndef ULTRAHONK_RELATION_KINDS_H
#define ULTRAHONK_RELATION_KINDS_H

#include "ultrahonk/relations.h"

enum relation_kind {
    RELATION_PERMUTATION,
    RELATION_LOOKUP,
    RELATION_ARITHMETIC,
    RELATION_RANGE,
    RELATION_ELLIPTIC,
    RELATION_MEMORY,
    RELATION_NON_NATIVE,
    RELATION_POSEIDON2_EXTERNAL,
    RELATION_POSEIDON2_INTERNAL,
    RELATION_KINDS
};

/* A set of entities: bit i is the entity i. */
#define ENTITY_BIT(entity) (UINT64_C(1) << (entity))

/*
 * What all rows have in common, in the order of struct relation_terms (relation_formulas.h): the
 * challenges, and numbers that relations are made of.
 */
enum { RELATION_TERMS = 14 };
void relation_terms_fill(struct field terms[RELATION_TERMS],
                         const struct relation_parameters *parameters);

struct relation_kind_facts {
    size_t first; /* of its subrelations */
    size_t count;
    size_t degree;     /* in the entities */
    uint64_t switches; /* all subrelations are zero where these are; 0: nowhere */
    uint64_t entities; /* that it looks at */
    /* Writes its subrelations in the protocol's order, the first to values[0]. */
    void (*evaluate)(struct field *values, const struct field *e,
                     const struct field terms[RELATION_TERMS]);
};

extern const struct relation_kind_facts relation_kinds[RELATION_KINDS];

#endif
