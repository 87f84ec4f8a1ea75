#include "ultrahonk/relation_kinds.h"

#include <string.h>

#include "bn254/poseidon2.h"
#include "ultrahonk/arithmetic.h"

typedef struct field value;
#include "ultrahonk/relation_formulas.h"

_Static_assert(sizeof(struct relation_terms) == RELATION_TERMS * sizeof(value), "all are terms");
_Static_assert((int)FORMULA_WIRES == (int)POSEIDON2_WIDTH, "a state is a row");

/* 1/2 in Montgomery form. */
static const struct field half = {{UINT64_C(0x783c14d81ffffffe), UINT64_C(0xaf982f6f0c8d1edd),
                                   UINT64_C(0x8f5f7492fcfd4f45), UINT64_C(0x1f37631a3d9cbfac)}};

/* What an element of the state becomes by itself, without the sum of all. */
static struct field diagonal_at(size_t place)
{
    struct field state[POSEIDON2_WIDTH] = {FIELD_ZERO};
    state[place] = FIELD_ONE;
    poseidon2_mix_partial(state);
    return minus(state[place], FIELD_ONE);
}

void relation_terms_fill(struct field terms[RELATION_TERMS],
                         const struct relation_parameters *parameters)
{
    struct relation_terms filled = {.eta = parameters->eta,
                                    .beta = parameters->beta,
                                    .gamma = parameters->gamma,
                                    .public_input_delta = parameters->public_input_delta,
                                    .one = FIELD_ONE,
                                    .two = small(2),
                                    .half = half,
                                    .seventeen = small(17),
                                    .small_limb = small(1 << 14),
                                    .large_limb = field_from_u128((uint128)1 << 68)};
    for (size_t i = 0; i < POSEIDON2_WIDTH; i++)
        filled.diagonal[i] = diagonal_at(i);
    memcpy(terms, &filled, sizeof(filled));
}

static const struct relation_terms *as_terms(const struct field terms[RELATION_TERMS])
{
    return (const struct relation_terms *)(const void *)terms;
}

static void evaluate_permutation(struct field *values, const struct field *e,
                                 const struct field *terms)
{
    struct field named[FORMULA_WIRES];
    struct field given[FORMULA_WIRES];
    for (size_t wire = 0; wire < FORMULA_WIRES; wire++) {
        named[wire] = labelled(e, wire, ID_1, as_terms(terms));
        given[wire] = labelled(e, wire, SIGMA_1, as_terms(terms));
    }
    formula_permutation(values, e, named, given, as_terms(terms));
}

static void evaluate_lookup(struct field *values, const struct field *e, const struct field *terms)
{
    formula_lookup(values, e, as_terms(terms));
}

static void evaluate_arithmetic(struct field *values, const struct field *e,
                                const struct field *terms)
{
    formula_arithmetic(values, e, as_terms(terms));
}

static void evaluate_range(struct field *values, const struct field *e, const struct field *terms)
{
    formula_range(values, e, as_terms(terms));
}

static void evaluate_elliptic(struct field *values, const struct field *e,
                              const struct field *terms)
{
    formula_elliptic(values, e, as_terms(terms));
}

static void evaluate_memory(struct field *values, const struct field *e, const struct field *terms)
{
    formula_memory(values, e, as_terms(terms));
}

static void evaluate_non_native(struct field *values, const struct field *e,
                                const struct field *terms)
{
    formula_non_native(values, e, as_terms(terms));
}

static void evaluate_poseidon2_external(struct field *values, const struct field *e,
                                        const struct field *terms)
{
    (void)terms;
    formula_poseidon2_external(values, e);
}

static void evaluate_poseidon2_internal(struct field *values, const struct field *e,
                                        const struct field *terms)
{
    formula_poseidon2_internal(values, e, as_terms(terms));
}

#define GATE_ENTITIES                                                                              \
    (ENTITY_BIT(Q_M) | ENTITY_BIT(Q_R) | ENTITY_BIT(Q_O) | ENTITY_BIT(Q_C) | ENTITY_BIT(Q_L) |     \
     ENTITY_BIT(Q_4))
#define WIRE_ENTITIES (ENTITY_BIT(W_L) | ENTITY_BIT(W_R) | ENTITY_BIT(W_O) | ENTITY_BIT(W_4))
#define SHIFT_ENTITIES                                                                             \
    (ENTITY_BIT(W_L_SHIFT) | ENTITY_BIT(W_R_SHIFT) | ENTITY_BIT(W_O_SHIFT) | ENTITY_BIT(W_4_SHIFT))
#define LABEL_ENTITIES                                                                             \
    (ENTITY_BIT(SIGMA_1) | ENTITY_BIT(SIGMA_2) | ENTITY_BIT(SIGMA_3) | ENTITY_BIT(SIGMA_4) |       \
     ENTITY_BIT(ID_1) | ENTITY_BIT(ID_2) | ENTITY_BIT(ID_3) | ENTITY_BIT(ID_4))
#define TABLE_ENTITIES                                                                             \
    (ENTITY_BIT(TABLE_1) | ENTITY_BIT(TABLE_2) | ENTITY_BIT(TABLE_3) | ENTITY_BIT(TABLE_4))

/* What a kind with one switch looks at: gates, cells, and the next row's. */
#define ROW_ENTITIES (GATE_ENTITIES | WIRE_ENTITIES | SHIFT_ENTITIES)

#define SWITCHED_BY(entity) ENTITY_BIT(entity), ROW_ENTITIES | ENTITY_BIT(entity)

const struct relation_kind_facts relation_kinds[RELATION_KINDS] = {
    [RELATION_PERMUTATION] = {0, 3, 5, 0,
                              LABEL_ENTITIES | WIRE_ENTITIES | ENTITY_BIT(LAGRANGE_FIRST) |
                                  ENTITY_BIT(LAGRANGE_LAST) | ENTITY_BIT(Z_PERM) |
                                  ENTITY_BIT(Z_PERM_SHIFT),
                              evaluate_permutation},
    [RELATION_LOOKUP] = {3, 3, 4,
                         ENTITY_BIT(Q_LOOKUP) | ENTITY_BIT(LOOKUP_INVERSES) |
                             ENTITY_BIT(LOOKUP_READ_TAGS),
                         ROW_ENTITIES | TABLE_ENTITIES | ENTITY_BIT(Q_LOOKUP) |
                             ENTITY_BIT(LOOKUP_INVERSES) | ENTITY_BIT(LOOKUP_READ_TAGS) |
                             ENTITY_BIT(LOOKUP_READ_COUNTS),
                         evaluate_lookup},
    [RELATION_ARITHMETIC] = {6, 2, 5, SWITCHED_BY(Q_ARITHMETIC), evaluate_arithmetic},
    [RELATION_RANGE] = {8, 4, 5, SWITCHED_BY(Q_RANGE), evaluate_range},
    [RELATION_ELLIPTIC] = {12, 2, 5, SWITCHED_BY(Q_ELLIPTIC), evaluate_elliptic},
    [RELATION_MEMORY] = {14, 6, 5, SWITCHED_BY(Q_MEMORY), evaluate_memory},
    [RELATION_NON_NATIVE] = {20, 1, 5, SWITCHED_BY(Q_NON_NATIVE), evaluate_non_native},
    [RELATION_POSEIDON2_EXTERNAL] = {21, 4, 6, SWITCHED_BY(Q_POSEIDON2_EXTERNAL),
                                     evaluate_poseidon2_external},
    [RELATION_POSEIDON2_INTERNAL] = {25, 4, 6, SWITCHED_BY(Q_POSEIDON2_INTERNAL),
                                     evaluate_poseidon2_internal},
};
