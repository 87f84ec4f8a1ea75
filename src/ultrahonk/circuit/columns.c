/* Whole columns, made from what a trace keeps. */
#include <string.h>

#include "base/check.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/circuit/trace_internal.h"

static size_t row_count(const struct trace *trace)
{
    return (size_t)1 << trace->log_rows;
}

static void clear(const struct trace *trace, struct field *column)
{
    memset(column, 0, row_count(trace) * sizeof(*column));
}

static void write_sigma(const struct trace *trace, struct field *column, size_t wire)
{
    const struct block *inputs = &trace->blocks[BLOCK_PUBLIC_INPUTS];
    for (size_t row = 1; row < trace->end; row++)
        column[row] = small(trace->sigmas[row][wire]);
    for (size_t i = 0; wire == 0 && i < inputs->count; i++)
        column[inputs->first + i] = negated(small(inputs->first + i + 1));
}

static void write_id(const struct trace *trace, struct field *column, size_t wire)
{
    for (size_t row = 1; row < trace->end; row++) {
        uint32_t ids[TRACE_WIRES];
        trace_ids(trace, row, ids);
        column[row] = small(ids[wire]);
    }
}

static void write_table(const struct trace *trace, struct field *column, size_t number)
{
    size_t row = trace->blocks[BLOCK_LOOKUP].first;
    for (uint32_t i = 0; i < trace->table_count; i++) {
        for (uint32_t j = 0; j < trace->tables[i].rows; j++) {
            struct table_row entry = table_row(trace->tables[i].kind, j);
            column[row++] = small(number < 3 ? entry.columns[number] : i + 1);
        }
    }
}

static void write_selector(const struct trace *trace, struct field *column, size_t code)
{
    for (size_t i = 0; i < BLOCK_COUNT; i++) {
        const struct block *block = &trace->blocks[i];
        for (uint32_t j = 0; block->codes != NULL && j < block->count; j++)
            column[block->first + j] = trace_coefficient(trace, block->codes[j][code]);
    }
}

static void write_block_selector(struct field *column, const struct block *block)
{
    for (uint32_t i = 0; i < block->count; i++)
        column[block->first + i] = small(block->selectors[i]);
}

static enum trace_block block_of_selector(enum entity entity)
{
    static const enum trace_block blocks[PRECOMPUTED_COUNT] = {
        [Q_LOOKUP] = BLOCK_LOOKUP,
        [Q_ARITHMETIC] = BLOCK_ARITHMETIC,
        [Q_RANGE] = BLOCK_RANGE,
        [Q_ELLIPTIC] = BLOCK_ELLIPTIC,
        [Q_MEMORY] = BLOCK_MEMORY,
        [Q_NON_NATIVE] = BLOCK_NON_NATIVE,
        [Q_POSEIDON2_EXTERNAL] = BLOCK_POSEIDON2_EXTERNAL,
        [Q_POSEIDON2_INTERNAL] = BLOCK_POSEIDON2_INTERNAL};
    return blocks[entity];
}

void trace_column(const struct trace *trace, struct field *column, enum entity entity)
{
    static const unsigned char codes[PRECOMPUTED_COUNT] = {
        [Q_M] = CODE_M, [Q_R] = CODE_R, [Q_O] = CODE_O,
        [Q_C] = CODE_C, [Q_L] = CODE_L, [Q_4] = CODE_4};
    CHECK((size_t)entity < PRECOMPUTED_COUNT);
    clear(trace, column);
    if (entity <= SIGMA_4)
        write_sigma(trace, column, entity - SIGMA_1);
    else if (entity <= ID_4)
        write_id(trace, column, entity - ID_1);
    else if (entity == LAGRANGE_FIRST)
        column[TRACE_FIRST_ROW - 1] = FIELD_ONE;
    else if (entity == LAGRANGE_LAST)
        column[trace->end - 1] = FIELD_ONE;
    else if (entity >= TABLE_1 && entity <= TABLE_4)
        write_table(trace, column, entity - TABLE_1);
    else if (entity >= Q_M && entity <= Q_4)
        write_selector(trace, column, codes[entity]);
    else
        write_block_selector(column, &trace->blocks[block_of_selector(entity)]);
}

void trace_wire(const struct trace *trace, struct field *column, const struct trace_values *values,
                unsigned wire)
{
    CHECK(wire < TRACE_WIRES);
    clear(trace, column);
    for (size_t i = 0; i < BLOCK_COUNT; i++) {
        const struct block *block = &trace->blocks[i];
        for (uint32_t j = 0; j < block->count; j++)
            column[block->first + j] = values->variables[block->wires[j][wire]];
    }
}

void trace_write_records(const struct trace *trace, struct field *w_4,
                         const struct trace_values *values, const struct field *eta)
{
    const struct block *block = &trace->blocks[BLOCK_MEMORY];
    for (uint32_t i = 0; i < block->count; i++) {
        const uint32_t *wires = block->wires[i];
        if (values->records[i] == RECORD_NONE)
            continue;
        struct field record = times(*eta, values->variables[wires[2]]);
        record = times(*eta, plus(record, values->variables[wires[1]]));
        record = times(*eta, plus(record, values->variables[wires[0]]));
        if (values->records[i] == RECORD_WRITE)
            record = plus(record, FIELD_ONE);
        w_4[block->first + i] = record;
    }
}

void trace_read_counts(const struct trace *trace, struct field *counts, struct field *tags,
                       const struct trace_values *values)
{
    size_t first = trace->blocks[BLOCK_LOOKUP].first;
    clear(trace, counts);
    clear(trace, tags);
    for (uint32_t i = 0; i < trace->table_rows; i++) {
        counts[first + i] = small(values->reads[i]);
        tags[first + i] = values->reads[i] == 0 ? FIELD_ZERO : FIELD_ONE;
    }
}

void trace_public_values(const struct trace *trace, struct field *inputs,
                         const struct trace_values *values)
{
    const struct block *block = &trace->blocks[BLOCK_PUBLIC_INPUTS];
    for (uint32_t i = 0; i < block->count; i++)
        inputs[i] = values->variables[block->wires[i][0]];
}
