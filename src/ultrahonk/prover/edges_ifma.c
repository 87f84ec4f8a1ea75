/*
 * Eight edges side by side, with AVX-512 IFMA: the twin of edges_sum_one_by_one, to whose sums it
 * adds.
 */
#include <string.h>

#include "ultrahonk/prover/edges_internal.h"
#include "ultrahonk/prover/lanes_value_internal.h"
#include "ultrahonk/relation_formulas.h"

enum { TOGETHER = 32 }; /* blocks whose products share a reduction */

/* Eight edges: where the lines are, and how they go on. */
struct block {
    struct lanes at[ENTITY_COUNT];
    struct lanes step[ENTITY_COUNT];
    struct lanes named[FORMULA_WIRES]; /* cells with the labels of id, as lines, too */
    struct lanes given[FORMULA_WIRES];
    struct lanes named_step[FORMULA_WIRES];
    struct lanes given_step[FORMULA_WIRES];
    uint64_t entities;
};

/* Sums of weighted values that are not reduced yet, at most TOGETHER products each. */
struct wide_sums {
    struct lanes_wide low[LOW_DEGREE + 1];
    struct lanes_wide high[HIGH_DEGREE + 1];
    struct lanes lookup[LOOKUP_SUM_DEGREE + 1];
};

struct frame {
    struct lanes weights;     /* of the block's edges */
    struct lanes weight_step; /* to those of the next block */
    struct relation_terms terms;
    struct lanes alphas[SUBRELATION_COUNT];
    struct wide_sums wide;
    const struct edges *edges;
    struct edge_sums *sums;
};

/* A column's sixteen rows, two in a vector; what is behind its end is zero. */
LANES_INLINE void load_rows(__m512i rows[LANES], const struct column *column, size_t row)
{
    struct field padded[2 * LANES] = {0};
    const struct field *from = column->values + row;
    if (row + (size_t)2 * LANES > column->length) {
        if (row < column->length)
            memcpy(padded, from, (column->length - row) * sizeof(*padded));
        from = padded;
    }
    for (size_t lane = 0; lane < LANES; lane++)
        rows[lane] = _mm512_loadu_si512(from + 2 * lane);
}

static bool is_on(const struct column *column, size_t row)
{
    __m512i rows[LANES];
    __m512i any = _mm512_setzero_si512();
    if (row >= column->length)
        return false;
    load_rows(rows, column, row);
    for (int lane = 0; lane < LANES; lane++)
        any = _mm512_or_si512(any, rows[lane]);
    return _mm512_test_epi64_mask(any, any) != 0;
}

static unsigned int active_kinds(const struct edges *edges, size_t row)
{
    uint64_t on = 0;
    for (uint64_t left = edge_switches(); left != 0; left &= left - 1) {
        const size_t entity = (size_t)__builtin_ctzll(left);
        if (is_on(&edges->entities[entity], row))
            on |= ENTITY_BIT(entity);
    }
    return edge_active_kinds(on);
}

static void load_line(struct lanes *at, struct lanes *step, const struct column *column, size_t row)
{
    __m512i rows[LANES];
    if (row >= column->length) {
        memset(at, 0, sizeof(*at));
        memset(step, 0, sizeof(*step));
        return;
    }
    load_rows(rows, column, row);
    lanes_transpose(rows);
    *at = raise(rows);
    *step = minus(raise(rows + WORDS), *at);
}

static void load_block(struct block *block, const struct frame *frame, size_t row,
                       unsigned int active)
{
    const struct relation_terms *terms = &frame->terms;
    block->entities = 0;
    for (unsigned int kind = 0; kind < RELATION_KINDS; kind++)
        if ((active >> kind & 1) != 0)
            block->entities |= relation_kinds[kind].entities;
    for (uint64_t left = block->entities; left != 0; left &= left - 1) {
        const size_t entity = (size_t)__builtin_ctzll(left);
        load_line(&block->at[entity], &block->step[entity], &frame->edges->entities[entity], row);
    }
    for (size_t wire = 0; wire < FORMULA_WIRES; wire++) {
        block->named[wire] = labelled(block->at, wire, ID_1, terms);
        block->given[wire] = labelled(block->at, wire, SIGMA_1, terms);
        block->named_step[wire] =
            plus(block->step[W_L + wire], times(terms->beta, block->step[ID_1 + wire]));
        block->given_step[wire] =
            plus(block->step[W_L + wire], times(terms->beta, block->step[SIGMA_1 + wire]));
    }
    /* From here on the labels are in those. */
    block->entities &= ~edge_labels();
}

static void advance(struct block *block)
{
    for (uint64_t left = block->entities; left != 0; left &= left - 1) {
        const size_t entity = (size_t)__builtin_ctzll(left);
        block->at[entity] = plus(block->at[entity], block->step[entity]);
    }
    for (size_t wire = 0; wire < FORMULA_WIRES; wire++) {
        block->named[wire] = plus(block->named[wire], block->named_step[wire]);
        block->given[wire] = plus(block->given[wire], block->given_step[wire]);
    }
}

/* The kinds, each a function of its own: in one the compiler would lose itself. */
typedef void evaluate_kind(struct lanes *values, const struct block *block,
                           const struct relation_terms *terms);

static void evaluate_permutation(struct lanes *values, const struct block *block,
                                 const struct relation_terms *terms)
{
    formula_permutation(values, block->at, block->named, block->given, terms);
}

static void evaluate_lookup(struct lanes *values, const struct block *block,
                            const struct relation_terms *terms)
{
    formula_lookup(values, block->at, terms);
}

static void evaluate_arithmetic(struct lanes *values, const struct block *block,
                                const struct relation_terms *terms)
{
    formula_arithmetic(values, block->at, terms);
}

static void evaluate_range(struct lanes *values, const struct block *block,
                           const struct relation_terms *terms)
{
    formula_range(values, block->at, terms);
}

static void evaluate_elliptic(struct lanes *values, const struct block *block,
                              const struct relation_terms *terms)
{
    formula_elliptic(values, block->at, terms);
}

static void evaluate_memory(struct lanes *values, const struct block *block,
                            const struct relation_terms *terms)
{
    formula_memory(values, block->at, terms);
}

static void evaluate_non_native(struct lanes *values, const struct block *block,
                                const struct relation_terms *terms)
{
    formula_non_native(values, block->at, terms);
}

static void evaluate_poseidon2_external(struct lanes *values, const struct block *block,
                                        const struct relation_terms *terms)
{
    (void)terms;
    formula_poseidon2_external(values, block->at);
}

static void evaluate_poseidon2_internal(struct lanes *values, const struct block *block,
                                        const struct relation_terms *terms)
{
    formula_poseidon2_internal(values, block->at, terms);
}

static evaluate_kind *const evaluations[RELATION_KINDS] = {
    [RELATION_PERMUTATION] = evaluate_permutation,
    [RELATION_LOOKUP] = evaluate_lookup,
    [RELATION_ARITHMETIC] = evaluate_arithmetic,
    [RELATION_RANGE] = evaluate_range,
    [RELATION_ELLIPTIC] = evaluate_elliptic,
    [RELATION_MEMORY] = evaluate_memory,
    [RELATION_NON_NATIVE] = evaluate_non_native,
    [RELATION_POSEIDON2_EXTERNAL] = evaluate_poseidon2_external,
    [RELATION_POSEIDON2_INTERNAL] = evaluate_poseidon2_internal};

/* Adds a kind's subrelations times their powers of alpha; the lookups' sum goes to its own. */
static void add_kind(struct lanes_wide *sum, struct frame *frame, const struct block *block,
                     unsigned int kind, size_t x)
{
    const struct relation_kind_facts *facts = &relation_kinds[kind];
    struct lanes values[EDGE_MOST_SUBRELATIONS];
    evaluations[kind](values, block, &frame->terms);
    for (size_t i = 0; i < facts->count; i++) {
        const size_t subrelation = facts->first + i;
        if (subrelation != SUBRELATION_LOOKUP_SUM)
            lanes_accumulate(sum, &values[i], &frame->alphas[subrelation]);
        else if (x <= LOOKUP_SUM_DEGREE)
            frame->wide.lookup[x] = plus(frame->wide.lookup[x], values[i]);
    }
}

/* The sum is of up to 29 products, below 29 * 2.4 * 2.4 * 0.0119 p + p when it is reduced. */
static void add_weighted(struct lanes_wide *to, const struct frame *frame,
                         const struct lanes_wide *sum)
{
    const struct lanes reduced = lanes_reduce(*sum, &lanes_fr);
    LANES_BELOW(reduced, 30, &lanes_fr);
    lanes_accumulate(to, &reduced, &frame->weights);
}

static void add_point(struct frame *frame, const struct block *block, unsigned int active, size_t x)
{
    struct lanes_wide low = lanes_wide_zero();
    struct lanes_wide high = lanes_wide_zero();
    unsigned int seen = edge_kinds_at(frame->edges, active, x);
    if (seen == 0)
        return;
    for (unsigned int left = seen; left != 0; left &= left - 1) {
        const unsigned int kind = (unsigned int)__builtin_ctz(left);
        const bool is_high = relation_kinds[kind].degree >= HIGH_DEGREE;
        add_kind(is_high ? &high : &low, frame, block, kind, x);
    }
    if (x <= LOW_DEGREE)
        add_weighted(&frame->wide.low[x], frame, &low);
    if ((seen & edge_high_kinds()) != 0)
        add_weighted(&frame->wide.high[x], frame, &high);
}

static void add_block(struct frame *frame, size_t edge)
{
    struct block block;
    const unsigned int active = active_kinds(frame->edges, 2 * edge);
    const size_t last = (active & edge_high_kinds()) != 0 ? HIGH_DEGREE : LOW_DEGREE;
    load_block(&block, frame, 2 * edge, active);
    for (size_t x = 0; x <= last; x++) {
        if (x > 0)
            advance(&block);
        add_point(frame, &block, active, x);
    }
    frame->weights = times(frame->weights, frame->weight_step);
}

/* Adds the lanes up, as scalars again: times 2^256 / 2^260, and below p. */
static void add_lanes(struct field *sum, const struct lanes *lanes)
{
    static const struct field two_to_256 = {
        {UINT64_C(0xac96341c4ffffffb), UINT64_C(0x36fc76959f60cd29), UINT64_C(0x666ea36f7879462e),
         UINT64_C(0x0e0a77c19a07df2f)}};
    __m512i words[WORDS];
    uint64_t numbers[WORDS][LANES];
    for (int word = 0; word < WORDS; word++)
        words[word] = lanes_broadcast(two_to_256.limbs[word]);
    const struct lanes factor = lanes_unpack(words);
    const struct lanes product = times(*lanes, factor);
    lanes_pack(words, &product);
    for (int word = 0; word < WORDS; word++)
        _mm512_storeu_si512(numbers[word], words[word]);
    for (size_t lane = 0; lane < LANES; lane++) {
        struct integer256 number = {
            {numbers[0][lane], numbers[1][lane], numbers[2][lane], numbers[3][lane]}};
        struct field element;
        if (integer256_compare(&number, &field_modulus) >= 0)
            (void)integer256_subtract(&number, &number, &field_modulus);
        memcpy(&element, &number, sizeof(element));
        field_add(sum, sum, &element);
    }
}

static void add_wide(struct field *sum, const struct lanes_wide *wide)
{
    const struct lanes reduced = lanes_reduce(*wide, &lanes_fr);
    add_lanes(sum, &reduced);
}

/* Into the scalars, before a column of the wide sums could overflow. */
static void flush(struct frame *frame)
{
    for (size_t x = 0; x <= LOW_DEGREE; x++)
        add_wide(&frame->sums->low[x], &frame->wide.low[x]);
    for (size_t x = 0; x <= HIGH_DEGREE; x++)
        add_wide(&frame->sums->high[x], &frame->wide.high[x]);
    for (size_t x = 0; x <= LOOKUP_SUM_DEGREE; x++) {
        struct field sum = FIELD_ZERO;
        add_lanes(&sum, &frame->wide.lookup[x]);
        field_multiply(&sum, &sum, &frame->edges->alphas[SUBRELATION_LOOKUP_SUM]);
        field_add(&frame->sums->lookup[x], &frame->sums->lookup[x], &sum);
    }
    memset(&frame->wide, 0, sizeof(frame->wide));
}

/* The weights of the first block's lanes, and the step to the next. */
static void begin_weights(struct frame *frame, size_t first)
{
    struct field powers[LANES + 1];
    __m512i words[WORDS];
    powers[0] = edge_weight(frame->edges, first);
    for (size_t lane = 1; lane < LANES; lane++)
        field_multiply(&powers[lane], &powers[lane - 1], &frame->edges->weight_step);
    for (int word = 0; word < WORDS; word++)
        words[word] =
            _mm512_setr_epi64((long long)powers[0].limbs[word], (long long)powers[1].limbs[word],
                              (long long)powers[2].limbs[word], (long long)powers[3].limbs[word],
                              (long long)powers[4].limbs[word], (long long)powers[5].limbs[word],
                              (long long)powers[6].limbs[word], (long long)powers[7].limbs[word]);
    frame->weights = raise(words);
    powers[LANES] = frame->edges->weight_step;
    for (size_t doubling = 1; doubling < LANES; doubling *= 2)
        field_square(&powers[LANES], &powers[LANES]);
    frame->weight_step = broadcast(&powers[LANES]);
}

size_t edges_sum_ifma(struct edge_sums *sums, const struct edges *edges, size_t first, size_t end)
{
    struct frame frame = {.edges = edges, .sums = sums};
    struct lanes *terms = (struct lanes *)(void *)&frame.terms;
    const size_t blocks = (end - first) / LANES;
    for (size_t term = 0; term < RELATION_TERMS; term++)
        terms[term] = broadcast(&edges->terms[term]);
    for (size_t i = 0; i < SUBRELATION_COUNT; i++)
        frame.alphas[i] = broadcast(&edges->alphas[i]);
    begin_weights(&frame, first);
    for (size_t block = 0; block < blocks; block++) {
        add_block(&frame, first + block * LANES);
        if (block % TOGETHER == TOGETHER - 1 || block == blocks - 1)
            flush(&frame);
    }
    explicit_bzero(&frame, sizeof(frame));
    return first + blocks * LANES;
}
