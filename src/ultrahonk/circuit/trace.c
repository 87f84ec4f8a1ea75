#include "ultrahonk/circuit/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/check.h"
#include "ultrahonk/circuit/builder_internal.h"

enum { LINE = 64 };

void *cutter_cut(struct cutter *cutter, size_t count, size_t size)
{
    size_t place = cutter->used;
    cutter->used += (count * size + LINE - 1) / LINE * LINE;
    return cutter->memory == NULL ? NULL : cutter->memory + place;
}

bool block_has_codes(enum trace_block block)
{
    return block != BLOCK_PUBLIC_INPUTS && block != BLOCK_RANGE;
}

static void cut_block(struct cutter *cutter, struct block *block, enum trace_block kind)
{
    size_t rows = block->count;
    block->wires = cutter_cut(cutter, rows, sizeof(*block->wires));
    block->codes = block_has_codes(kind) ? cutter_cut(cutter, rows, sizeof(*block->codes)) : NULL;
    block->selectors = cutter_cut(cutter, rows, sizeof(*block->selectors));
    block->opcodes = cutter_cut(cutter, rows, sizeof(*block->opcodes));
}

/* What a trace keeps. */
static void cut_trace(struct cutter *cutter, struct trace *trace, const struct extent *most)
{
    size_t rows = TRACE_FIRST_ROW;
    for (size_t i = 0; i < BLOCK_COUNT; i++) {
        trace->blocks[i].count = most->rows[i];
        rows += most->rows[i];
        cut_block(cutter, &trace->blocks[i], (enum trace_block)i);
    }
    trace->coefficients = cutter_cut(cutter, most->coefficients, sizeof(*trace->coefficients));
    trace->tape = cutter_cut(cutter, most->tape, sizeof(*trace->tape));
    trace->lists = cutter_cut(cutter, most->lists, sizeof(*trace->lists));
    trace->members = cutter_cut(cutter, most->members, sizeof(*trace->members));
    trace->tags = cutter_cut(cutter, most->variables, sizeof(*trace->tags));
    trace->sigmas = cutter_cut(cutter, rows, sizeof(*trace->sigmas));
    trace->firsts = cutter_cut(cutter, rows, sizeof(*trace->firsts));
}

/* What is needed while it is laid out. */
static void cut_layout(struct cutter *cutter, struct builder *builder, const struct extent *most)
{
    size_t slots = (size_t)builder->constant_mask + 1;
    builder->parent = cutter_cut(cutter, most->variables, sizeof(*builder->parent));
    /* A chain of members, and later the last cell of each class. */
    builder->next_member = cutter_cut(cutter, most->variables, sizeof(*builder->next_member));
    builder->constants = cutter_cut(cutter, most->constants, sizeof(*builder->constants));
    builder->constant_index = cutter_cut(cutter, slots, sizeof(*builder->constant_index));
    builder->records = cutter_cut(cutter, most->records, sizeof(*builder->records));
}

static struct builder *begin(enum drive drive, struct trace_fault *fault,
                             const struct acir_circuit *circuit, const struct memory_plans *plans)
{
    struct builder *builder = calloc(1, sizeof(*builder));
    if (builder == NULL)
        return NULL;
    builder->drive = drive;
    builder->fault = fault;
    builder->circuit = circuit;
    builder->plans = plans;
    builder->made.variables = circuit->prover_witness_count;
    return builder;
}

struct builder *builder_begin_filling(struct trace_fault *fault, const struct trace *trace,
                                      const struct acir_circuit *circuit)
{
    struct builder *builder = begin(DRIVE_FILL, fault, circuit, &trace->plans);
    if (builder != NULL)
        builder->trace = (struct trace *)(uintptr_t)trace;
    return builder;
}

static enum trace_status measure(struct extent *most, struct trace_fault *fault,
                                 const struct acir_circuit *circuit,
                                 const struct memory_plans *plans,
                                 const struct trace_limits *limits)
{
    struct builder *builder = begin(DRIVE_MEASURE, fault, circuit, plans);
    if (builder == NULL)
        return TRACE_NO_MEMORY;
    builder->most_rows = (size_t)1 << limits->log_rows;
    builder_drive(builder);
    enum trace_status status = builder->status;
    *most = builder->made;
    free(builder);
    return status;
}

/* Those variables that are witnesses. */
static void begin_layout(struct builder *builder, const struct acir_circuit *circuit)
{
    for (uint32_t i = 0; i < circuit->prover_witness_count; i++)
        builder->parent[i] = i;
    /* Without the system's randomness a circuit's maker could make it slow, and no more. */
    if (getrandom(builder->hash_keys, sizeof(builder->hash_keys), GRND_NONBLOCK) < 0)
        memset(builder->hash_keys, 0x5a, sizeof(builder->hash_keys));
}

/* From rows of blocks to rows of the trace; wires become what stands for their class. */
static void place_blocks(struct trace *trace, struct builder *builder)
{
    uint32_t row = TRACE_FIRST_ROW;
    trace->made = builder->made;
    for (size_t i = 0; i < BLOCK_COUNT; i++) {
        struct block *block = &trace->blocks[i];
        CHECK(builder->made.rows[i] <= block->count);
        block->count = builder->made.rows[i];
        block->first = row;
        row += block->count;
        for (uint32_t j = 0; j < block->count; j++)
            for (size_t wire = 0; wire < TRACE_WIRES; wire++)
                block->wires[j][wire] = builder_class(builder, block->wires[j][wire]);
    }
    trace->end = row;
    size_t needed = (size_t)trace->blocks[BLOCK_LOOKUP].first + trace->table_rows;
    needed = needed > row ? needed : row;
    while ((size_t)1 << trace->log_rows < needed)
        trace->log_rows++;
}

static void check_bounds(const struct extent *made, const struct extent *most)
{
    CHECK(made->variables <= most->variables && made->coefficients <= most->coefficients);
    CHECK(made->constants <= most->constants && made->tape <= most->tape);
    CHECK(made->lists <= most->lists && made->members <= most->members);
}

static enum trace_status too_large(struct trace_fault *fault, const char *what, size_t needed,
                                   size_t limit, const char *unit)
{
    if (fault != NULL) {
        fault->opcode = TRACE_NO_OPCODE;
        (void)snprintf(fault->text, sizeof(fault->text),
                       "the circuit needs %zu %s of %s, and the limit is %zu", needed, unit, what,
                       limit);
    }
    return TRACE_TOO_LARGE;
}

static enum trace_status lay_out(struct trace *trace, struct builder *builder,
                                 const struct extent *most, const struct trace_limits *limits)
{
    begin_layout(builder, builder->circuit);
    builder_drive(builder);
    if (builder_failed(builder))
        return builder->status;
    check_bounds(&builder->made, most);
    place_blocks(trace, builder);
    if (trace->log_rows > limits->log_rows)
        return too_large(builder->fault, "rows", (size_t)1 << trace->log_rows,
                         (size_t)1 << limits->log_rows, "rows");
    memset(builder->next_member, 0, (size_t)most->variables * sizeof(*builder->next_member));
    permute(trace, builder->next_member);
    return TRACE_OK;
}

static uint32_t hash_mask(uint32_t constants)
{
    uint32_t slots = 2;
    while (slots < 2 * constants)
        slots *= 2;
    return slots - 1;
}

static enum trace_status make(struct trace *trace, struct builder *builder,
                              const struct extent *most, const struct trace_limits *limits)
{
    struct cutter kept = {0};
    struct cutter scratch = {0};
    builder->trace = trace;
    builder->constant_mask = hash_mask(most->constants);
    cut_trace(&kept, trace, most);
    cut_layout(&scratch, builder, most);
    if (kept.used + scratch.used > limits->memory)
        return too_large(builder->fault, "memory", (kept.used + scratch.used) >> 20,
                         limits->memory >> 20, "MiB");
    trace->bytes = kept.used;
    trace->memory = kept.memory = calloc(1, kept.used);
    void *memory = scratch.memory = calloc(1, scratch.used);
    kept.used = scratch.used = 0;
    enum trace_status status = TRACE_NO_MEMORY;
    if (kept.memory != NULL && memory != NULL) {
        cut_trace(&kept, trace, most);
        cut_layout(&scratch, builder, most);
        status = lay_out(trace, builder, most, limits);
    }
    free(memory);
    return status;
}

static enum trace_status make_planned(struct trace *trace, struct trace_fault *fault,
                                      const struct acir_circuit *circuit,
                                      const struct trace_limits *limits)
{
    struct extent most;
    if (!memory_plans_make(&trace->plans, circuit))
        return TRACE_NO_MEMORY;
    enum trace_status status = check_memories(fault, &trace->plans);
    if (status == TRACE_OK)
        status = measure(&most, fault, circuit, &trace->plans, limits);
    if (status != TRACE_OK)
        return status;
    struct builder *builder = begin(DRIVE_LAYOUT, fault, circuit, &trace->plans);
    if (builder == NULL)
        return TRACE_NO_MEMORY;
    status = make(trace, builder, &most, limits);
    free(builder);
    return status;
}

enum trace_status trace_make(struct trace **trace, struct trace_fault *fault,
                             const struct acir_program *program, const struct trace_limits *limits)
{
    CHECK(limits->log_rows <= TRACE_MOST_LOG_ROWS);
    enum trace_status status = check_circuit(fault, program);
    if (status != TRACE_OK)
        return status;
    struct trace *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return TRACE_NO_MEMORY;
    status = make_planned(made, fault, &program->circuits[0], limits);
    if (status == TRACE_OK)
        *trace = made;
    else
        trace_free(made);
    return status;
}

void trace_free(struct trace *trace)
{
    if (trace == NULL)
        return;
    memory_plans_free(&trace->plans);
    free(trace->memory);
    free(trace);
}

size_t trace_log_rows(const struct trace *trace)
{
    return trace->log_rows;
}

size_t trace_end(const struct trace *trace)
{
    return trace->end;
}

struct trace_rows trace_block_rows(const struct trace *trace, enum trace_block block)
{
    const struct block *rows = &trace->blocks[block];
    return (struct trace_rows){rows->first, rows->count, rows->opcodes};
}

size_t trace_public_inputs(const struct trace *trace)
{
    return trace->blocks[BLOCK_PUBLIC_INPUTS].count;
}

size_t trace_table_rows(const struct trace *trace)
{
    return trace->table_rows;
}

size_t trace_memory(const struct trace *trace)
{
    return trace->bytes;
}
