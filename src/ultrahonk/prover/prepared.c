#include "ultrahonk/prover/prepared.h"

#include <stdlib.h>
#include <string.h>

#include "ultrahonk/prover/memory_internal.h"
#include "ultrahonk/shape.h"

struct prepared {
    const struct trace *trace;
    struct prover_circuit circuit; /* without a target's hash */
    struct field *columns[PRECOMPUTED_COUNT];
    size_t memory;
};

/* The rows of a column up to its last that is not zero. */
static size_t rows_used(const struct field *column, size_t rows)
{
    while (rows > 0 && field_is_zero(&column[rows - 1]))
        rows--;
    return rows;
}

static bool keep_column(struct prepared *prepared, const struct field *column, size_t length,
                        enum entity entity)
{
    const size_t bytes = length * sizeof(*column);
    if (length == 0)
        return true;
    prepared->columns[entity] = malloc(bytes);
    if (prepared->columns[entity] == NULL)
        return false;
    memcpy(prepared->columns[entity], column, bytes);
    prepared->circuit.precomputed[entity] = (struct column){prepared->columns[entity], length};
    prepared->memory += bytes;
    return true;
}

static bool keep_columns(struct prepared *prepared, struct field *column)
{
    const struct trace *trace = prepared->trace;
    const size_t tables = trace_table_rows(trace);
    const size_t end = tables > 0 ? trace_block_rows(trace, BLOCK_LOOKUP).first + tables : 0;
    for (size_t i = 0; i < PRECOMPUTED_COUNT; i++) {
        trace_column(trace, column, (enum entity)i);
        size_t length = rows_used(column, (size_t)1 << trace_log_rows(trace));
        /* The tables with all their rows: as many of Gemini's masking are random. */
        if (i == TABLE_1)
            length = end;
        if (!keep_column(prepared, column, length, (enum entity)i))
            return false;
    }
    return true;
}

enum ultrahonk_status prepared_make(struct prepared **prepared, const struct trace *trace)
{
    struct prepared *made = calloc(1, sizeof(*made));
    struct field *column = malloc(sizeof(*column) << trace_log_rows(trace));
    bool kept = false;
    if (made != NULL && column != NULL) {
        made->trace = trace;
        made->memory = sizeof(*made);
        made->circuit.log_rows = trace_log_rows(trace);
        made->circuit.last_row = trace_end(trace) - 1;
        made->circuit.public_inputs = trace_public_inputs(trace) - PAIRING_LIMBS;
        kept = keep_columns(made, column);
    }
    free(column);
    if (!kept) {
        prepared_free(made);
        return ULTRAHONK_NO_MEMORY;
    }
    *prepared = made;
    return ULTRAHONK_OK;
}

void prepared_free(struct prepared *prepared)
{
    if (prepared == NULL)
        return;
    for (size_t i = 0; i < PRECOMPUTED_COUNT; i++)
        free(prepared->columns[i]);
    free(prepared);
}

size_t prepared_memory(const struct prepared *prepared)
{
    return prepared->memory;
}

/* A trace and its values, as the prover's cells know them. */
struct source {
    const struct trace *trace;
    const struct trace_values *values;
};

static void write_records(const void *context, struct field *wire, const struct field *eta)
{
    const struct source *source = context;
    trace_write_records(source->trace, wire, source->values, eta);
}

/* The wires, and the lookups if there are tables; all in memory that is wiped. */
static void fill_cells(struct prover_cells *cells, struct prover_memory *memory,
                       const struct source *source)
{
    const size_t rows = (size_t)1 << trace_log_rows(source->trace);
    for (unsigned int wire = 0; wire < PROVER_WIRES; wire++) {
        cells->wires[wire] = prover_memory_take(memory, rows);
        trace_wire(source->trace, cells->wires[wire], source->values, wire);
    }
    if (trace_table_rows(source->trace) == 0)
        return;
    struct field *counts = prover_memory_take(memory, rows);
    struct field *tags = prover_memory_take(memory, rows);
    trace_read_counts(source->trace, counts, tags, source->values);
    cells->read_counts = (struct column){counts, rows_used(counts, rows)};
}

enum ultrahonk_status prepared_prove(unsigned char *proof, const struct prepared *prepared,
                                     enum ultrahonk_target target, struct field key_hash,
                                     const struct trace_values *values, const struct g1 *points,
                                     const struct prover_options *options)
{
    enum { READS = 2 };
    const struct source source = {prepared->trace, values};
    struct prover_circuit circuit = prepared->circuit;
    struct prover_cells cells = {.write_records = write_records, .context = &source};
    struct prover_memory memory = {0};
    if (!prover_memory_map(&memory, (size_t)(PROVER_WIRES + READS) << circuit.log_rows))
        return ULTRAHONK_NO_MEMORY;
    fill_cells(&cells, &memory, &source);
    circuit.key_hash = key_hash;
    enum ultrahonk_status status = prover_prove(proof, target, &circuit, &cells, points, options);
    prover_memory_release(&memory);
    return status;
}
