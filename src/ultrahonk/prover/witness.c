#include <string.h>

#include "bn254/fr.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/prover/proving_internal.h"

enum { FIRST_MASKED_ROW = 1, FIRST_PRODUCT_ROW = PROVER_MASKED_ROWS };

/* Random values into the rows that no relation looks at. */
static void mask(struct proving *proving, struct field *values)
{
    if (proving->shape.zero_knowledge)
        proving_draw_random(proving, values + FIRST_MASKED_ROW,
                            PROVER_MASKED_ROWS - FIRST_MASKED_ROW);
}

/* A column of zeros, its masked rows apart. */
static struct field *new_column(struct proving *proving, enum entity entity, size_t length)
{
    struct field *values = prover_memory_take(&proving->memory, length);
    memset(values, 0, length * sizeof(*values));
    mask(proving, values);
    proving->entities[entity] = (struct column){values, length};
    return values;
}

/* How many rows a column has that is used up to here, masked rows at least. */
static size_t length_of(const struct proving *proving, size_t used)
{
    size_t least = proving->shape.zero_knowledge ? PROVER_MASKED_ROWS : 0;
    return used > least ? used : least;
}

/* As many as there are rows in any column: the tables may go on behind the last gate. */
static size_t used_rows(const struct prover_circuit *circuit)
{
    size_t used = circuit->last_row + 1;
    for (size_t i = 0; i < PRECOMPUTED_COUNT; i++)
        if (circuit->precomputed[i].length > used)
            used = circuit->precomputed[i].length;
    return used;
}

static void draw_masking(struct proving *proving)
{
    const size_t length = used_rows(proving->circuit);
    struct field *values = prover_memory_take(&proving->memory, length);
    proving_draw_random(proving, values, length);
    proving->masking = (struct column){values, length};
}

/* The pairing limbs stand behind the public inputs. */
static void write_pairing_limbs(struct proving *proving)
{
    const struct field *public_inputs = proving->cells->wires[0] + PUBLIC_INPUTS_OFFSET;
    proof_writer_scalars(&proving->writer, public_inputs + proving->circuit->public_inputs,
                         PAIRING_LIMBS);
}

void proving_commit_wires(struct proving *proving)
{
    const struct prover_circuit *circuit = proving->circuit;
    struct column columns[PROVER_WIRES]; /* the masking and three wires */
    const size_t first = proving->shape.zero_knowledge ? 0 : 1;
    write_pairing_limbs(proving);
    if (proving->shape.zero_knowledge)
        draw_masking(proving);
    for (size_t i = 0; i < PROVER_WIRES; i++) {
        mask(proving, proving->cells->wires[i]);
        proving->entities[W_L + i] =
            (struct column){proving->cells->wires[i], circuit->last_row + 1};
    }
    columns[0] = proving->masking;
    memcpy(columns + 1, &proving->entities[W_L], (PROVER_WIRES - 1) * sizeof(*columns));
    proving_commit(proving, columns + first, PROVER_WIRES - first);
    proving->challenges.eta =
        proof_writer_draw_first(&proving->writer, circuit->key_hash,
                                proving->cells->wires[0] + PUBLIC_INPUTS_OFFSET,
                                circuit->public_inputs)
            .low;
}

static void fill_lookup_reads(struct proving *proving)
{
    const struct column *reads = &proving->cells->read_counts;
    const size_t length = length_of(proving, reads->length);
    struct field *counts = new_column(proving, LOOKUP_READ_COUNTS, length);
    struct field *tags = new_column(proving, LOOKUP_READ_TAGS, length);
    for (size_t row = PROVER_MASKED_ROWS; row < reads->length; row++) {
        counts[row] = reads->values[row];
        if (!field_is_zero(&counts[row]))
            tags[row] = FIELD_ONE;
    }
}

void proving_commit_records(struct proving *proving)
{
    static const enum entity sent[] = {LOOKUP_READ_COUNTS, LOOKUP_READ_TAGS, W_4};
    const struct prover_cells *cells = proving->cells;
    fill_lookup_reads(proving);
    if (cells->write_records != NULL)
        cells->write_records(cells->context, cells->wires[PROVER_WIRES - 1],
                             &proving->challenges.eta);
    proving_commit_entities(proving, sent, sizeof(sent) / sizeof(sent[0]));
    struct challenges both = proof_writer_draw(&proving->writer);
    proving->challenges.beta = both.low;
    proving->challenges.gamma = both.high;
}

/* What the row looks up times what the tables have there: the relation's l t. */
static struct field lookup_denominator(const struct proving *proving, size_t row)
{
    const struct field beta = proving->challenges.beta;
    const struct column *e = proving->entities;
    struct field table = FIELD_ZERO;
    struct field looked_up = column_at(&e[Q_O], row);
    static const enum entity factors[] = {Q_R, Q_M, Q_C};
    for (size_t i = 3; i-- > 0;) {
        struct field next = times(column_at(&e[factors[i]], row), column_at(&e[W_L + i], row + 1));
        struct field cell = plus(column_at(&e[W_L + i], row), next);
        looked_up = plus(times(looked_up, beta), cell);
    }
    for (size_t i = 4; i-- > 0;)
        table = plus(times(table, beta), column_at(&e[TABLE_1 + i], row));
    return times(plus(table, proving->challenges.gamma),
                 plus(looked_up, proving->challenges.gamma));
}

/* Where a row is looked up or looks up. The masked rows are inverted as well, as bb does. */
static void fill_lookup_inverses(struct proving *proving)
{
    const struct column *tags = &proving->entities[LOOKUP_READ_TAGS];
    const struct column *looks = &proving->entities[Q_LOOKUP];
    const size_t used = tags->length > looks->length ? tags->length : looks->length;
    const size_t length = length_of(proving, used);
    struct field *inverses = new_column(proving, LOOKUP_INVERSES, length);
    const size_t mark = prover_memory_mark(&proving->memory);
    struct field *elements = prover_memory_take(&proving->memory, length);
    memcpy(elements, inverses, length * sizeof(*elements));
    for (size_t row = PROVER_MASKED_ROWS; row < used; row++) {
        const struct field tag = column_at(tags, row);
        const struct field look = column_at(looks, row);
        if (!field_is_zero(&tag) || !field_is_zero(&look))
            elements[row] = lookup_denominator(proving, row);
    }
    fr_invert_many_var(inverses, elements, length);
    prover_memory_rewind(&proving->memory, mark);
}

/* The product over the wires of w + beta label + gamma. */
static struct field grand_product(const struct proving *proving, size_t first_label, size_t row)
{
    const struct field beta = proving->challenges.beta;
    const struct field gamma = proving->challenges.gamma;
    struct field product = FIELD_ONE;
    for (size_t i = 0; i < PROVER_WIRES; i++) {
        struct field label = times(beta, column_at(&proving->entities[first_label + i], row));
        struct field cell = plus(proving->cells->wires[i][row], gamma);
        product = times(product, plus(cell, label));
    }
    return product;
}

/* The row after each gets the row's value times its numerator over its denominator. */
static void fill_grand_product(struct proving *proving)
{
    const size_t last = proving->circuit->last_row;
    struct field *values = new_column(proving, Z_PERM, last + 1);
    const size_t mark = prover_memory_mark(&proving->memory);
    struct field *denominators = prover_memory_take(&proving->memory, last);
    struct field *inverses = prover_memory_take(&proving->memory, last);
    struct field product = FIELD_ONE;
    for (size_t row = FIRST_PRODUCT_ROW; row < last; row++)
        denominators[row] = grand_product(proving, SIGMA_1, row);
    fr_invert_many_var(inverses + FIRST_PRODUCT_ROW, denominators + FIRST_PRODUCT_ROW,
                       last - FIRST_PRODUCT_ROW);
    for (size_t row = FIRST_PRODUCT_ROW; row < last; row++) {
        struct field numerator = grand_product(proving, ID_1, row);
        product = times(product, times(numerator, inverses[row]));
        values[row + 1] = product;
    }
    prover_memory_rewind(&proving->memory, mark);
}

void proving_commit_products(struct proving *proving)
{
    static const enum entity sent[] = {LOOKUP_INVERSES, Z_PERM};
    fill_lookup_inverses(proving);
    fill_grand_product(proving);
    proving_commit_entities(proving, sent, sizeof(sent) / sizeof(sent[0]));
    for (size_t shift = FIRST_SHIFT; shift < ENTITY_COUNT; shift++)
        proving->entities[shift] =
            column_shifted(&proving->entities[entity_of_shift((enum entity)shift)]);
    proving->challenges.alpha = proof_writer_draw(&proving->writer).low;
    proving->challenges.gate = proof_writer_draw(&proving->writer).low;
}
