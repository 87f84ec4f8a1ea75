#include "ultrahonk/relation_kinds.h"

#include "ultrahonk/arithmetic.h"

void relations_evaluate(struct field values[SUBRELATION_COUNT],
                        const struct field entities[ENTITY_COUNT],
                        const struct relation_parameters *parameters)
{
    struct field terms[RELATION_TERMS];
    relation_terms_fill(terms, parameters);
    for (size_t kind = 0; kind < RELATION_KINDS; kind++)
        relation_kinds[kind].evaluate(values + relation_kinds[kind].first, entities, terms);
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
