#include "ultrahonk/relations_internal.h"

#include "ultrahonk/arithmetic.h"

void relations_evaluate(struct field values[SUBRELATION_COUNT],
                        const struct field entities[ENTITY_COUNT],
                        const struct relation_parameters *parameters)
{
    relation_permutation(values + PERMUTATION_AT, entities, parameters);
    relation_lookup(values + LOOKUP_AT, entities, parameters);
    relation_arithmetic(values + ARITHMETIC_AT, entities);
    relation_range(values + RANGE_AT, entities);
    relation_elliptic(values + ELLIPTIC_AT, entities);
    relation_memory(values + MEMORY_AT, entities, parameters);
    relation_non_native(values + NON_NATIVE_AT, entities);
    relation_poseidon2_external(values + POSEIDON2_EXTERNAL_AT, entities);
    relation_poseidon2_internal(values + POSEIDON2_INTERNAL_AT, entities);
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
