#include "ultrahonk/circuit/builder_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

void builder_fail(struct builder *builder, enum trace_status status, const char *format, ...)
{
    va_list arguments;
    if (builder_failed(builder))
        return;
    builder->status = status;
    if (builder->fault == NULL)
        return;
    builder->fault->opcode = builder->opcode;
    va_start(arguments, format);
    (void)vsnprintf(builder->fault->text, sizeof(builder->fault->text), format, arguments);
    va_end(arguments);
}

struct field builder_value(const struct builder *builder, uint32_t variable)
{
    return builder_fills(builder) ? builder->values->variables[variable] : FIELD_ZERO;
}

bool builder_index(struct builder *builder, uint32_t *number, uint32_t variable, uint32_t limit)
{
    struct integer256 integer;
    struct field value = builder_value(builder, variable);
    field_to_integer(&integer, &value);
    *number = (uint32_t)integer.limbs[0];
    if ((integer.limbs[1] | integer.limbs[2] | integer.limbs[3]) == 0 && integer.limbs[0] < limit)
        return true;
    builder_fail(builder, TRACE_UNSATISFIED, "the index of a memory is past its end");
    return false;
}

uint32_t builder_variable(struct builder *builder, struct field value)
{
    uint32_t variable = builder->made.variables;
    if (variable >= TRACE_MOST_VARIABLES) {
        builder_fail(builder, TRACE_TOO_LARGE, "the circuit has too many variables");
        return 0;
    }
    builder->made.variables++;
    if (builder->drive == DRIVE_LAYOUT)
        builder->parent[variable] = variable;
    else if (builder_fills(builder))
        builder->values->variables[variable] = value;
    return variable;
}

static uint32_t root_of(struct builder *builder, uint32_t variable)
{
    uint32_t *parent = builder->parent;
    while (parent[variable] != variable) {
        parent[variable] = parent[parent[variable]];
        variable = parent[variable];
    }
    return variable;
}

uint32_t builder_class(struct builder *builder, uint32_t variable)
{
    return root_of(builder, variable);
}

void builder_equal(struct builder *builder, uint32_t kept, uint32_t joined)
{
    if (builder_fills(builder)) {
        const struct field *values = builder->values->variables;
        if (!field_equal(&values[kept], &values[joined]))
            builder_fail(builder, TRACE_UNSATISFIED, "the opcode does not hold");
    }
    if (builder->drive != DRIVE_LAYOUT)
        return;
    uint32_t root = root_of(builder, kept);
    uint32_t other = root_of(builder, joined);
    if (root == other)
        return;
    uint32_t *tags = builder->trace->tags;
    builder->parent[other] = root;
    if (tags[root] == 0)
        tags[root] = tags[other];
}

uint32_t builder_tags(struct builder *builder)
{
    uint32_t first = builder->last_tag + 1;
    builder->last_tag += 2;
    return first;
}

void builder_tag(struct builder *builder, uint32_t variable, uint32_t tag)
{
    if (builder->drive != DRIVE_LAYOUT)
        return;
    uint32_t *known = &builder->trace->tags[root_of(builder, variable)];
    CHECK(*known == 0 || *known == tag);
    *known = tag;
}

static size_t sum_rows(const struct builder *builder)
{
    size_t sum = 0;
    for (size_t i = 0; i < BLOCK_COUNT; i++)
        sum += builder->made.rows[i];
    return sum;
}

static void store_gate(struct builder *builder, enum trace_block block, uint32_t row,
                       const struct gate *gate)
{
    struct block *rows = &builder->trace->blocks[block];
    CHECK(row < rows->count);
    memcpy(rows->wires[row], gate->wires, sizeof(gate->wires));
    rows->selectors[row] = (uint8_t)gate->selector;
    rows->opcodes[row] = builder->opcode;
}

static void encode_gate(struct builder *builder, enum trace_block block, uint32_t row,
                        const struct gate *gate)
{
    const struct field *const values[CODE_COUNT] = {
        [CODE_M] = &gate->q_m, [CODE_R] = &gate->q_r, [CODE_O] = &gate->q_o,
        [CODE_C] = &gate->q_c, [CODE_L] = &gate->q_l, [CODE_4] = &gate->q_4};
    for (size_t i = 0; i < CODE_COUNT; i++) {
        uint32_t code = builder_code(builder, values[i]);
        if (builder->drive == DRIVE_LAYOUT)
            builder->trace->blocks[block].codes[row][i] = code;
    }
}

void builder_gate(struct builder *builder, enum trace_block block, const struct gate *gate)
{
    if (builder_failed(builder))
        return;
    uint32_t row = builder->made.rows[block]++;
    if (builder_fills(builder))
        return;
    if (builder->drive == DRIVE_LAYOUT)
        store_gate(builder, block, row, gate);
    else if (sum_rows(builder) >= builder->most_rows)
        builder_fail(builder, TRACE_TOO_LARGE,
                     "the circuit has more than %zu rows, the most that are taken",
                     builder->most_rows);
    if (block_has_codes(block))
        encode_gate(builder, block, row, gate);
}

void builder_free_row(struct builder *builder, enum trace_block block, uint32_t w1, uint32_t w2,
                      uint32_t w3, uint32_t w4)
{
    builder_gate(builder, block, &(struct gate){.wires = {w1, w2, w3, w4}});
}

/* What an arithmetic gate adds up to. */
static struct field sum_of(const struct builder *builder, const struct gate *gate)
{
    struct field wires[TRACE_WIRES];
    for (size_t i = 0; i < TRACE_WIRES; i++)
        wires[i] = builder_value(builder, gate->wires[i]);
    struct field sum = plus(gate->q_c, times(gate->q_m, times(wires[0], wires[1])));
    sum = plus(sum, plus(times(gate->q_l, wires[0]), times(gate->q_r, wires[1])));
    return plus(sum, plus(times(gate->q_o, wires[2]), times(gate->q_4, wires[3])));
}

void builder_arithmetic(struct builder *builder, struct gate *gate)
{
    gate->selector = 1;
    if (builder_fills(builder)) {
        struct field sum = sum_of(builder, gate);
        if (!field_is_zero(&sum))
            builder_fail(builder, TRACE_UNSATISFIED, "the opcode does not hold");
    }
    builder_gate(builder, BLOCK_ARITHMETIC, gate);
}

uint32_t builder_carry(struct builder *builder, struct gate *gate)
{
    struct field rest = builder_fills(builder) ? negated(sum_of(builder, gate)) : FIELD_ZERO;
    gate->selector = 2;
    gate->q_m = doubled(gate->q_m);
    builder_gate(builder, BLOCK_ARITHMETIC, gate);
    return builder_variable(builder, rest);
}

void builder_fix(struct builder *builder, uint32_t variable, struct field value)
{
    uint32_t zero = builder->zero;
    builder_arithmetic(builder, &(struct gate){.wires = {variable, zero, zero, zero},
                                               .q_l = FIELD_ONE,
                                               .q_c = negated(value)});
}

uint32_t builder_sum(struct builder *builder, uint32_t left, uint32_t right, struct field factor)
{
    struct field value =
        plus(builder_value(builder, left), times(factor, builder_value(builder, right)));
    uint32_t sum = builder_variable(builder, value);
    builder_arithmetic(builder, &(struct gate){.wires = {left, right, sum, builder->zero},
                                               .q_l = FIELD_ONE,
                                               .q_r = factor,
                                               .q_o = FIELD_MINUS_ONE});
    return sum;
}

uint32_t builder_table(struct builder *builder, enum table_kind kind)
{
    struct trace *trace = builder->trace;
    if (builder->drive == DRIVE_MEASURE)
        return 0;
    for (uint32_t i = 0; i < trace->table_count; i++)
        if (trace->tables[i].kind == kind)
            return i;
    trace->tables[trace->table_count] = (struct table){kind, trace->table_rows, table_length(kind)};
    trace->table_rows += table_length(kind);
    return trace->table_count++;
}

void builder_read(struct builder *builder, uint32_t table, uint32_t row)
{
    if (builder_fills(builder))
        builder->values->reads[builder->trace->tables[table].first + row]++;
}

void builder_record(struct builder *builder, bool is_write)
{
    if (builder_fills(builder))
        builder->values->records[builder->made.rows[BLOCK_MEMORY]] =
            is_write ? RECORD_WRITE : RECORD_READ;
}
