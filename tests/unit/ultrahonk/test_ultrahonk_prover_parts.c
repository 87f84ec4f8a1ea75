/* The prover's fast routines against their naive twins, on random inputs. */
#include "../support.h"

#include <stdlib.h>
#include <string.h>

#include "ultrahonk/arithmetic.h"
#include "ultrahonk/parallel.h"
#include "ultrahonk/prover/edges_internal.h"
#include "ultrahonk/prover/subgroup_internal.h"
#include "ultrahonk/relation_kinds.h"

enum { COEFFICIENTS = 4 * 256, EDGES = 40, TIMES = 50 };

static uint64_t state = 88172645463325252;

static uint64_t next_number(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static struct field random_scalar(void)
{
    struct integer256 number;
    struct field scalar;
    for (size_t i = 0; i < INTEGER256_LIMBS; i++)
        number.limbs[i] = next_number();
    field_from_integer_reduced(&scalar, &number);
    return scalar;
}

static void fill(struct field *scalars, size_t count)
{
    for (size_t i = 0; i < count; i++)
        scalars[i] = random_scalar();
}

static void test_subgroup_interpolate__is_its_naive_twin(void **unused)
{
    struct field fast[SUBGROUP_ORDER];
    struct field naive[SUBGROUP_ORDER];
    (void)unused;
    fill(fast, SUBGROUP_ORDER);
    memcpy(naive, fast, sizeof(naive));
    subgroup_interpolate(fast);
    subgroup_interpolate_naive(naive);
    assert_memory_equal(fast, naive, sizeof(naive));
}

static void test_subgroup_multiply__is_its_naive_twin(void **unused)
{
    const size_t counts[][2] = {{258, 256}, {1, 1}, {3, 1000}, {512, 512}};
    struct field fast[SUBGROUP_PRODUCT];
    struct field naive[SUBGROUP_PRODUCT];
    struct field left[COEFFICIENTS];
    struct field right[COEFFICIENTS];
    (void)unused;
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        fill(left, counts[i][0]);
        fill(right, counts[i][1]);
        subgroup_multiply(fast, left, counts[i][0], right, counts[i][1]);
        subgroup_multiply_naive(naive, left, counts[i][0], right, counts[i][1]);
        assert_memory_equal(fast, naive, sizeof(naive));
    }
}

/* What a kind is switched by, and what it looks at, is what its table says. */
static void test_relation_kinds__say_what_they_depend_on(void **unused)
{
    (void)unused;
    for (size_t kind = 0; kind < RELATION_KINDS; kind++) {
        const struct relation_kind_facts *facts = &relation_kinds[kind];
        struct field terms[RELATION_TERMS];
        struct field e[ENTITY_COUNT];
        struct field values[SUBRELATION_COUNT];
        struct field again[SUBRELATION_COUNT];
        fill(terms, RELATION_TERMS);
        fill(e, ENTITY_COUNT);
        facts->evaluate(values, e, terms);
        for (size_t i = 0; i < facts->count; i++)
            assert_false(field_is_zero(&values[i]));
        for (size_t entity = 0; entity < ENTITY_COUNT; entity++)
            if ((facts->entities >> entity & 1) == 0)
                e[entity] = random_scalar();
        facts->evaluate(again, e, terms);
        assert_memory_equal(again, values, facts->count * sizeof(struct field));
        for (size_t entity = 0; entity < ENTITY_COUNT; entity++)
            if ((facts->switches >> entity & 1) != 0)
                e[entity] = FIELD_ZERO;
        facts->evaluate(values, e, terms);
        for (size_t i = 0; i < facts->count && facts->switches != 0; i++)
            assert_true(field_is_zero(&values[i]));
    }
}

/* Columns of which each edge has some switched on. */
struct random_edges {
    struct field values[ENTITY_COUNT][2 * EDGES];
    struct column entities[ENTITY_COUNT];
    struct relation_parameters parameters;
    struct edges edges;
};

static void fill_edges(struct random_edges *made)
{
    fill(&made->parameters.eta, sizeof(made->parameters) / sizeof(struct field));
    for (size_t entity = 0; entity < ENTITY_COUNT; entity++) {
        const bool may_be_off = entity >= Q_LOOKUP && entity != LOOKUP_READ_COUNTS;
        fill(made->values[entity], (size_t)2 * EDGES);
        for (size_t edge = 0; edge < EDGES && may_be_off; edge++)
            if (next_number() % 2 == 0)
                memset(made->values[entity] + 2 * edge, 0, 2 * sizeof(struct field));
        made->entities[entity] =
            (struct column){made->values[entity], (size_t)(next_number() % (2 * EDGES + 1))};
    }
    made->edges = (struct edges){.entities = made->entities,
                                 .parameters = &made->parameters,
                                 .weight_step = random_scalar()};
    relation_terms_fill(made->edges.terms, &made->parameters);
    const struct field alpha = random_scalar();
    made->edges.alphas[0] = FIELD_ONE;
    for (size_t i = 1; i < SUBRELATION_COUNT; i++)
        made->edges.alphas[i] = times(made->edges.alphas[i - 1], alpha);
}

typedef void edge_adder(struct edge_sums *sums, const struct edges *edges, size_t first,
                        size_t end);

static void assert_is_naive_twin(edge_adder *add_edges)
{
    for (size_t time = 0; time < TIMES; time++) {
        static struct random_edges made;
        struct edge_sums sums = {0};
        struct field weighted[MOST_UNIVARIATE_LENGTH];
        struct field lookup[MOST_UNIVARIATE_LENGTH];
        const size_t first = (size_t)(next_number() % EDGES);
        fill_edges(&made);
        add_edges(&sums, &made.edges, first, EDGES);
        edge_sums_extend(weighted, lookup, &sums);
        for (size_t x = 0; x < MOST_UNIVARIATE_LENGTH; x++) {
            struct field expected = FIELD_ZERO;
            struct field weight = FIELD_ONE;
            for (size_t edge = 0; edge < EDGES; edge++) {
                if (edge >= first)
                    expected = plus(expected, edge_value(&made.edges, edge, small(x), weight));
                weight = times(weight, made.edges.weight_step);
            }
            const struct field sum = plus(weighted[x], lookup[x]);
            assert_memory_equal(&sum, &expected, sizeof(sum));
        }
    }
}

/* Which is what the processor has the instructions for. */
static void test_edges_sum__is_its_naive_twin(void **unused)
{
    (void)unused;
    assert_is_naive_twin(edges_sum);
}

static void test_edges_sum_one_by_one__is_its_naive_twin(void **unused)
{
    (void)unused;
    assert_is_naive_twin(edges_sum_one_by_one);
}

static void add_one(void *context, size_t i)
{
    ((unsigned int *)context)[i]++;
}

static void test_parallel_for__does_each_once(void **unused)
{
    (void)unused;
    for (size_t threads = 1; threads <= 8; threads *= 2) {
        unsigned int done[EDGES] = {0};
        parallel_for(threads, EDGES, add_one, done);
        parallel_for(threads, 0, add_one, NULL);
        for (size_t i = 0; i < EDGES; i++)
            assert_int_equal(done[i], 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subgroup_interpolate__is_its_naive_twin),
        cmocka_unit_test(test_subgroup_multiply__is_its_naive_twin),
        cmocka_unit_test(test_relation_kinds__say_what_they_depend_on),
        cmocka_unit_test(test_edges_sum__is_its_naive_twin),
        cmocka_unit_test(test_edges_sum_one_by_one__is_its_naive_twin),
        cmocka_unit_test(test_parallel_for__does_each_once),
    };
    return RUN_TESTS(tests);
}
