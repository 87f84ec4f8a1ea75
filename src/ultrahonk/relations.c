#include "ultrahonk/relation_kinds.h"

#include "ultrahonk/arithmetic.h"

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
                              relation_permutation},
    [RELATION_LOOKUP] = {3, 3, 4,
                         ENTITY_BIT(Q_LOOKUP) | ENTITY_BIT(LOOKUP_INVERSES) |
                             ENTITY_BIT(LOOKUP_READ_TAGS),
                         ROW_ENTITIES | TABLE_ENTITIES | ENTITY_BIT(Q_LOOKUP) |
                             ENTITY_BIT(LOOKUP_INVERSES) | ENTITY_BIT(LOOKUP_READ_TAGS) |
                             ENTITY_BIT(LOOKUP_READ_COUNTS),
                         relation_lookup},
    [RELATION_ARITHMETIC] = {6, 2, 5, SWITCHED_BY(Q_ARITHMETIC), relation_arithmetic},
    [RELATION_RANGE] = {8, 4, 5, SWITCHED_BY(Q_RANGE), relation_range},
    [RELATION_ELLIPTIC] = {12, 2, 5, SWITCHED_BY(Q_ELLIPTIC), relation_elliptic},
    [RELATION_MEMORY] = {14, 6, 5, SWITCHED_BY(Q_MEMORY), relation_memory},
    [RELATION_NON_NATIVE] = {20, 1, 5, SWITCHED_BY(Q_NON_NATIVE), relation_non_native},
    [RELATION_POSEIDON2_EXTERNAL] = {21, 4, 6, SWITCHED_BY(Q_POSEIDON2_EXTERNAL),
                                     relation_poseidon2_external},
    [RELATION_POSEIDON2_INTERNAL] = {25, 4, 6, SWITCHED_BY(Q_POSEIDON2_INTERNAL),
                                     relation_poseidon2_internal},
};

void relations_evaluate(struct field values[SUBRELATION_COUNT],
                        const struct field entities[ENTITY_COUNT],
                        const struct relation_parameters *parameters)
{
    for (size_t kind = 0; kind < RELATION_KINDS; kind++)
        relation_kinds[kind].evaluate(values + relation_kinds[kind].first, entities, parameters);
}

struct field relations_combine(const struct field values[SUBRELATION_COUNT], struct field alpha,
                               struct field weight)
{
    struct field sum = FIELD_ZERO;
    for (size_t i = SUBRELATION_COUNT; i-- > 0;) {
        struct field value = values[i];
        if (i != SUBRELATION_LOOKUP_SUM)
            value = times(value, weight);
        sum = plus(times(sum, alpha), value);
    }
    return sum;
}
