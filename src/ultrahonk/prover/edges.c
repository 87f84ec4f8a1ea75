#include "ultrahonk/prover/edges_internal.h"

#include <string.h>

#include "ultrahonk/arithmetic.h"
#include "ultrahonk/relation_kinds.h"

/* The lines of the entities that are looked at: where they are at X, and how they go on. */
struct lines {
    struct field at[ENTITY_COUNT];
    struct field step[ENTITY_COUNT];
    uint64_t entities;
    uint64_t switches; /* of the entities that may be switches, those that are not zero */
};

#define ALL_SWITCHES                                                                               \
    (ENTITY_BIT(Q_LOOKUP) | ENTITY_BIT(LOOKUP_INVERSES) | ENTITY_BIT(LOOKUP_READ_TAGS) |           \
     ENTITY_BIT(Q_ARITHMETIC) | ENTITY_BIT(Q_RANGE) | ENTITY_BIT(Q_ELLIPTIC) |                     \
     ENTITY_BIT(Q_MEMORY) | ENTITY_BIT(Q_NON_NATIVE) | ENTITY_BIT(Q_POSEIDON2_EXTERNAL) |          \
     ENTITY_BIT(Q_POSEIDON2_INTERNAL))

/* The lowest entity of a set, which is not empty, and the set without it. */
static size_t take_entity(uint64_t *set)
{
    size_t entity = (size_t)__builtin_ctzll(*set);
    *set &= *set - 1;
    return entity;
}

static bool is_on(const struct column *column, size_t row)
{
    const struct field first = column_at(column, row);
    const struct field second = column_at(column, row + 1);
    return !field_is_zero(&first) || !field_is_zero(&second);
}

/* Which kinds are not zero on the edge, as bits. */
static unsigned int active_kinds(const struct edges *edges, size_t row)
{
    uint64_t switches = ALL_SWITCHES;
    uint64_t on = 0;
    unsigned int active = 0;
    while (switches != 0) {
        size_t entity = take_entity(&switches);
        if (is_on(&edges->entities[entity], row))
            on |= ENTITY_BIT(entity);
    }
    for (unsigned int kind = 0; kind < RELATION_KINDS; kind++)
        if (relation_kinds[kind].switches == 0 || (relation_kinds[kind].switches & on) != 0)
            active |= 1u << kind;
    return active;
}

static void load(struct lines *lines, const struct edges *edges, size_t row, unsigned int active)
{
    lines->entities = 0;
    for (unsigned int kind = 0; kind < RELATION_KINDS; kind++)
        if ((active >> kind & 1) != 0)
            lines->entities |= relation_kinds[kind].entities;
    for (uint64_t left = lines->entities; left != 0;) {
        size_t entity = take_entity(&left);
        lines->at[entity] = column_at(&edges->entities[entity], row);
        lines->step[entity] =
            minus(column_at(&edges->entities[entity], row + 1), lines->at[entity]);
    }
}

static void advance(struct lines *lines)
{
    for (uint64_t left = lines->entities; left != 0;) {
        size_t entity = take_entity(&left);
        lines->at[entity] = plus(lines->at[entity], lines->step[entity]);
    }
}

/* A kind's subrelations, each times its power of alpha, but for the lookups' sum, which is given
 * apart. */
static struct field combine(struct field *lookup, const struct edges *edges, unsigned int kind,
                            const struct field *e)
{
    const struct relation_kind_facts *facts = &relation_kinds[kind];
    struct field values[SUBRELATION_COUNT];
    struct field sum = FIELD_ZERO;
    facts->evaluate(values, e, edges->terms);
    for (size_t i = 0; i < facts->count; i++) {
        const struct field value = times(edges->alphas[facts->first + i], values[i]);
        if (facts->first + i == SUBRELATION_LOOKUP_SUM)
            *lookup = value;
        else
            sum = plus(sum, value);
    }
    return sum;
}

/* The active kinds at the point X that the lines are at. */
static void add_point(struct edge_sums *sums, const struct edges *edges, const struct lines *lines,
                      unsigned int active, size_t x, struct field weight)
{
    const bool is_zero = edges->rows_hold && x < 2;
    struct field low = FIELD_ZERO;
    struct field high = FIELD_ZERO;
    struct field lookup = FIELD_ZERO;
    for (unsigned int kind = 0; kind < RELATION_KINDS; kind++) {
        const bool is_high = relation_kinds[kind].degree >= HIGH_DEGREE;
        if ((active >> kind & 1) == 0 || (is_zero && kind != RELATION_LOOKUP) ||
            (!is_high && x > LOW_DEGREE))
            continue;
        struct field sum = combine(&lookup, edges, kind, lines->at);
        if (is_high)
            high = plus(high, sum);
        else
            low = plus(low, sum);
    }
    sums->high[x] = plus(sums->high[x], times(high, weight));
    if (x <= LOW_DEGREE)
        sums->low[x] = plus(sums->low[x], times(low, weight));
    if (x <= LOOKUP_SUM_DEGREE)
        sums->lookup[x] = plus(sums->lookup[x], lookup);
}

static void add_edge(struct edge_sums *sums, const struct edges *edges, size_t edge,
                     struct field weight)
{
    const unsigned int high = 1u << RELATION_POSEIDON2_EXTERNAL | 1u << RELATION_POSEIDON2_INTERNAL;
    struct lines lines;
    const unsigned int active = active_kinds(edges, 2 * edge);
    const size_t last = (active & high) != 0 ? HIGH_DEGREE : LOW_DEGREE;
    load(&lines, edges, 2 * edge, active);
    for (size_t x = 0; x <= last; x++) {
        if (x > 0)
            advance(&lines);
        add_point(sums, edges, &lines, active, x, weight);
    }
}

static struct field power_of(struct field base, size_t exponent)
{
    struct field power = FIELD_ONE;
    for (; exponent > 0; exponent >>= 1) {
        if ((exponent & 1) != 0)
            power = times(power, base);
        base = squared(base);
    }
    return power;
}

void edges_sum(struct edge_sums *sums, const struct edges *edges, size_t first, size_t end)
{
    struct field weight = power_of(edges->weight_step, first);
    for (size_t edge = first; edge < end; edge++) {
        add_edge(sums, edges, edge, weight);
        weight = times(weight, edges->weight_step);
    }
}

struct field edge_value(const struct edges *edges, size_t edge, struct field x, struct field weight)
{
    struct field e[ENTITY_COUNT];
    struct field values[SUBRELATION_COUNT];
    for (size_t entity = 0; entity < ENTITY_COUNT; entity++) {
        const struct field first = column_at(&edges->entities[entity], 2 * edge);
        const struct field second = column_at(&edges->entities[entity], 2 * edge + 1);
        e[entity] = plus(first, times(x, minus(second, first)));
    }
    relations_evaluate(values, e, edges->parameters);
    return relations_combine(values, edges->alphas[1], weight);
}

/* The polynomial of the degree that the known values have, by their differences. */
static void extend(struct field values[MOST_UNIVARIATE_LENGTH], const struct field *known,
                   size_t degree)
{
    struct field differences[MOST_UNIVARIATE_LENGTH];
    memcpy(differences, known, (degree + 1) * sizeof(*known));
    for (size_t order = 1; order <= degree; order++)
        for (size_t i = degree; i >= order; i--)
            differences[i] = minus(differences[i], differences[i - 1]);
    for (size_t x = 0; x < MOST_UNIVARIATE_LENGTH; x++) {
        values[x] = differences[0];
        for (size_t order = 0; order < degree; order++)
            differences[order] = plus(differences[order], differences[order + 1]);
    }
}

void edge_sums_extend(struct field weighted[MOST_UNIVARIATE_LENGTH],
                      struct field lookup[MOST_UNIVARIATE_LENGTH], const struct edge_sums *sums)
{
    struct field high[MOST_UNIVARIATE_LENGTH];
    extend(weighted, sums->low, LOW_DEGREE);
    extend(high, sums->high, HIGH_DEGREE);
    extend(lookup, sums->lookup, LOOKUP_SUM_DEGREE);
    for (size_t x = 0; x < MOST_UNIVARIATE_LENGTH; x++)
        weighted[x] = plus(weighted[x], high[x]);
}
