#include "ultrahonk/prover/edges_internal.h"

#include <string.h>

#include "bn254/cpu.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/relation_kinds.h"

/* The lines of the entities that are looked at: where they are at X, and how they go on. */
struct lines {
    struct field at[ENTITY_COUNT];
    struct field step[ENTITY_COUNT];
    uint64_t entities;
};

uint64_t edge_switches(void)
{
    uint64_t switches = 0;
    for (size_t kind = 0; kind < RELATION_KINDS; kind++)
        switches |= relation_kinds[kind].switches;
    return switches;
}

uint64_t edge_labels(void)
{
    uint64_t labels = 0;
    for (size_t entity = SIGMA_1; entity <= ID_4; entity++)
        labels |= ENTITY_BIT(entity);
    return labels;
}

unsigned int edge_active_kinds(uint64_t switches_on)
{
    unsigned int active = 0;
    for (unsigned int kind = 0; kind < RELATION_KINDS; kind++)
        if (relation_kinds[kind].switches == 0 ||
            (relation_kinds[kind].switches & switches_on) != 0)
            active |= 1u << kind;
    return active;
}

unsigned int edge_high_kinds(void)
{
    return 1u << RELATION_POSEIDON2_EXTERNAL | 1u << RELATION_POSEIDON2_INTERNAL;
}

unsigned int edge_kinds_at(const struct edges *edges, unsigned int active, size_t x)
{
    if (edges->rows_hold && x < 2)
        return active & 1u << RELATION_LOOKUP;
    return x > LOW_DEGREE ? active & edge_high_kinds() : active;
}

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

static unsigned int active_kinds(const struct edges *edges, size_t row)
{
    uint64_t switches = edge_switches();
    uint64_t on = 0;
    while (switches != 0) {
        size_t entity = take_entity(&switches);
        if (is_on(&edges->entities[entity], row))
            on |= ENTITY_BIT(entity);
    }
    return edge_active_kinds(on);
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
    struct field low = FIELD_ZERO;
    struct field high = FIELD_ZERO;
    struct field lookup = FIELD_ZERO;
    for (unsigned int left = edge_kinds_at(edges, active, x); left != 0; left &= left - 1) {
        const unsigned int kind = (unsigned int)__builtin_ctz(left);
        struct field sum = combine(&lookup, edges, kind, lines->at);
        if (relation_kinds[kind].degree >= HIGH_DEGREE)
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
    struct lines lines;
    const unsigned int active = active_kinds(edges, 2 * edge);
    const size_t last = (active & edge_high_kinds()) != 0 ? HIGH_DEGREE : LOW_DEGREE;
    load(&lines, edges, 2 * edge, active);
    for (size_t x = 0; x <= last; x++) {
        if (x > 0)
            advance(&lines);
        add_point(sums, edges, &lines, active, x, weight);
    }
}

struct field edge_weight(const struct edges *edges, size_t edge)
{
    struct field base = edges->weight_step;
    struct field power = FIELD_ONE;
    for (size_t exponent = edge; exponent > 0; exponent >>= 1) {
        if ((exponent & 1) != 0)
            power = times(power, base);
        base = squared(base);
    }
    return power;
}

void edges_sum_one_by_one(struct edge_sums *sums, const struct edges *edges, size_t first,
                          size_t end)
{
    struct field weight = edge_weight(edges, first);
    for (size_t edge = first; edge < end; edge++) {
        add_edge(sums, edges, edge, weight);
        weight = times(weight, edges->weight_step);
    }
}

void edges_sum(struct edge_sums *sums, const struct edges *edges, size_t first, size_t end)
{
#ifdef __x86_64__
    if (first < end && cpu_used() == CPU_IFMA)
        first = edges_sum_ifma(sums, edges, first, end);
#endif
    edges_sum_one_by_one(sums, edges, first, end);
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
