#include <string.h>

#include "bn254/fr.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/parallel.h"
#include "ultrahonk/prover/edges_internal.h"
#include "ultrahonk/prover/libra_internal.h"

/* The rounds, as far as they have come. */
struct sumcheck {
    struct proving *proving;
    struct edges edges;
    struct column columns[ENTITY_COUNT + 1]; /* the entities and Gemini's masking, folded */
    struct field *folds[ENTITY_COUNT + 1];   /* where they are folded to */
    struct field weight;                     /* of the challenges so far */
    struct field gate;                       /* the gate's power of this round */
    struct field row_product;                /* of 1 - u_k for the rounds from the third on */
};

enum { MASKING = ENTITY_COUNT };

static void begin(struct sumcheck *sumcheck, struct proving *proving)
{
    *sumcheck = (struct sumcheck){.proving = proving,
                                  .weight = FIELD_ONE,
                                  .gate = proving->challenges.gate,
                                  .row_product = FIELD_ONE};
    memcpy(sumcheck->columns, proving->entities, sizeof(proving->entities));
    sumcheck->columns[MASKING] = proving->masking;
    sumcheck->edges = (struct edges){.entities = sumcheck->columns,
                                     .parameters = &proving->parameters,
                                     .weight_step = squared(sumcheck->gate),
                                     .rows_hold = true};
    relation_terms_fill(sumcheck->edges.terms, &proving->parameters);
    struct field power = FIELD_ONE;
    for (size_t i = 0; i < SUBRELATION_COUNT; i++) {
        sumcheck->edges.alphas[i] = power;
        power = times(power, proving->challenges.alpha);
    }
    for (size_t i = 0; i <= MASKING; i++)
        sumcheck->folds[i] =
            prover_memory_take(&proving->memory, (sumcheck->columns[i].length + 1) / 2);
}

static size_t edge_count(const struct sumcheck *sumcheck)
{
    size_t longest = 0;
    for (size_t i = 0; i < ENTITY_COUNT; i++)
        if (sumcheck->columns[i].length > longest)
            longest = sumcheck->columns[i].length;
    return (longest + 1) / 2;
}

/* The gate's power of all variables up to this round's, which is X. */
static struct field weight_at(const struct sumcheck *sumcheck, struct field x)
{
    struct field step = plus(FIELD_ONE, times(x, minus(sumcheck->gate, FIELD_ONE)));
    return times(sumcheck->weight, step);
}

/* How much of the first edge counts: with zero knowledge nothing of the rows 0 to 3. */
static struct field first_edge_factor(const struct sumcheck *sumcheck, size_t round, struct field x)
{
    if (!sumcheck->proving->shape.zero_knowledge)
        return FIELD_ONE;
    if (round < 2)
        return FIELD_ZERO;
    return minus(FIELD_ONE, times(sumcheck->row_product, minus(FIELD_ONE, x)));
}

/* The first edge by itself: its factor is of its own, and in padding rounds there is no other. */
static void add_first_edge(const struct sumcheck *sumcheck, struct field *values, size_t round)
{
    for (size_t i = 0; i < sumcheck->proving->shape.univariate_length; i++) {
        const struct field x = small(i);
        const struct field factor = first_edge_factor(sumcheck, round, x);
        if (field_is_zero(&factor))
            continue;
        struct field value = edge_value(&sumcheck->edges, 0, x, weight_at(sumcheck, x));
        values[i] = plus(values[i], times(value, factor));
    }
}

enum { PIECE_EDGES = 256, MOST_PIECES = 64 };

/* The edges of a round in pieces, each with sums of its own. */
struct edge_pieces {
    const struct edges *edges;
    size_t first;
    size_t end;
    size_t length;
    struct edge_sums sums[MOST_PIECES];
};

static void sum_piece(void *context, size_t i)
{
    struct edge_pieces *pieces = context;
    const size_t first = pieces->first + i * pieces->length;
    const size_t left = pieces->end - first;
    edges_sum(&pieces->sums[i], pieces->edges, first,
              first + (left < pieces->length ? left : pieces->length));
}

static void add_scalars(struct field *sums, const struct field *scalars, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sums[i] = plus(sums[i], scalars[i]);
}

static void sum_edges(struct edge_sums *sums, const struct sumcheck *sumcheck, size_t first,
                      size_t end)
{
    struct edge_pieces pieces = {
        .edges = &sumcheck->edges, .first = first, .end = end, .length = PIECE_EDGES};
    while ((end - first + pieces.length - 1) / pieces.length > MOST_PIECES)
        pieces.length *= 2;
    const size_t count = (end - first + pieces.length - 1) / pieces.length;
    parallel_for(sumcheck->proving->threads, count, sum_piece, &pieces);
    for (size_t i = 0; i < count; i++)
        add_scalars((struct field *)sums, (const struct field *)&pieces.sums[i],
                    sizeof(*sums) / sizeof(struct field));
}

static void add_other_edges(const struct sumcheck *sumcheck, struct field *values, size_t round)
{
    const size_t count = edge_count(sumcheck);
    size_t first = round == 0 ? 2 : 1; /* the second edge is of the rows 2 and 3: all zero */
    struct edge_sums sums = {0};
    struct field weighted[MOST_UNIVARIATE_LENGTH];
    struct field lookup[MOST_UNIVARIATE_LENGTH];
    if (first >= count)
        return;
    sum_edges(&sums, sumcheck, first, count);
    edge_sums_extend(weighted, lookup, &sums);
    for (size_t i = 0; i < sumcheck->proving->shape.univariate_length; i++) {
        struct field value = times(weight_at(sumcheck, small(i)), weighted[i]);
        values[i] = plus(values[i], plus(value, lookup[i]));
    }
}

struct folding {
    struct sumcheck *sumcheck;
    struct field u;
};

static void fold_column(void *context, size_t i)
{
    const struct folding *folding = context;
    struct column *column = &folding->sumcheck->columns[i];
    struct field *folded = folding->sumcheck->folds[i];
    const size_t pairs = column->length / 2;
    fr_fold_many(folded, column->values, &folding->u, pairs);
    if (column->length > 2 * pairs)
        folded[pairs] = times(column->values[2 * pairs], minus(FIELD_ONE, folding->u));
    *column = (struct column){folded, (column->length + 1) / 2};
}

/* What is folded in a moment is folded by one thread. */
static void fold(struct sumcheck *sumcheck, struct field u)
{
    struct folding folding = {sumcheck, u};
    const bool is_long = edge_count(sumcheck) > PIECE_EDGES;
    parallel_for(is_long ? sumcheck->proving->threads : 1, MASKING + 1, fold_column, &folding);
}

static void end_round(struct sumcheck *sumcheck, size_t round)
{
    struct proving *proving = sumcheck->proving;
    const struct field u = proof_writer_draw(&proving->writer).low;
    proving->challenges.round[round] = u;
    fold(sumcheck, u);
    sumcheck->weight = weight_at(sumcheck, u);
    sumcheck->gate = squared(sumcheck->gate);
    sumcheck->edges.weight_step = squared(sumcheck->gate);
    sumcheck->edges.rows_hold = false;
    if (round >= 2)
        sumcheck->row_product = times(sumcheck->row_product, minus(FIELD_ONE, u));
    if (proving->libra != NULL)
        libra_bind(proving, round);
}

static void send_evaluations(struct sumcheck *sumcheck)
{
    struct proving *proving = sumcheck->proving;
    if (proving->shape.zero_knowledge) {
        const struct field masking = column_at(&sumcheck->columns[MASKING], 0);
        proof_writer_scalars(&proving->writer, &masking, 1);
    }
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        const struct field value = column_at(&sumcheck->columns[i], 0);
        proof_writer_scalars(&proving->writer, &value, 1);
    }
}

void proving_sumcheck(struct proving *proving)
{
    struct sumcheck sumcheck;
    if (proving->shape.zero_knowledge)
        (void)libra_begin(proving);
    const size_t mark = prover_memory_mark(&proving->memory);
    begin(&sumcheck, proving);
    for (size_t round = 0; round < proving->shape.rounds; round++) {
        struct field values[MOST_UNIVARIATE_LENGTH] = {0};
        add_first_edge(&sumcheck, values, round);
        add_other_edges(&sumcheck, values, round);
        if (proving->libra != NULL)
            libra_add_round(proving, values, round);
        proof_writer_scalars(&proving->writer, values, proving->shape.univariate_length);
        end_round(&sumcheck, round);
    }
    send_evaluations(&sumcheck);
    prover_memory_rewind(&proving->memory, mark);
    if (proving->libra != NULL)
        libra_end(proving);
    proving->challenges.rho = proof_writer_draw(&proving->writer).low;
    explicit_bzero(&sumcheck, sizeof(sumcheck));
}
