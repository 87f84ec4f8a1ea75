/* Memories: ROM, which is only read, and RAM. Each access is a record; at the end the records are
 * there a second time, sorted. */
#include <string.h>

#include "base/check.h"
#include "ultrahonk/circuit/builder_internal.h"

static struct gate access_gate(bool is_write)
{
    return (struct gate){.selector = 1,
                         .q_l = FIELD_ONE,
                         .q_m = FIELD_ONE,
                         .q_c = is_write ? FIELD_ONE : FIELD_ZERO};
}

static uint32_t index_constant(struct builder *builder, uint32_t index)
{
    return index == 0 ? builder->zero : builder_constant(builder, small(index));
}

/* Since the memory began; it is the record's time, too. */
static uint32_t timestamp(const struct builder *builder)
{
    return builder->made.records - builder->memory_start;
}

static void note(struct builder *builder, struct memory_record record)
{
    record.timestamp = timestamp(builder);
    uint32_t at = builder->made.records++;
    if (builder->drive != DRIVE_MEASURE)
        builder->records[at] = record;
}

static void access_rom(struct builder *builder, uint32_t index_variable, uint32_t index,
                       uint32_t value)
{
    uint32_t record = builder_variable(builder, FIELD_ZERO);
    builder_record(builder, false);
    memory_row(builder, access_gate(false), index_variable, value, builder->zero, record);
    note(builder, (struct memory_record){.variable = record, .value = value, .index = index});
}

static void access_ram(struct builder *builder, uint32_t index_variable, uint32_t index,
                       uint32_t time, uint32_t value, bool is_write)
{
    uint32_t record = builder_variable(builder, FIELD_ZERO);
    builder_record(builder, is_write);
    memory_row(builder, access_gate(is_write), index_variable, time, value, record);
    note(builder, (struct memory_record){
                      .variable = record, .value = value, .index = index, .is_write = is_write});
}

static void read_rom(struct builder *builder, const struct acir_witnesses *cells,
                     const struct acir_memory_operation *operation)
{
    uint32_t index = 0;
    if (!builder_index(builder, &index, operation->index, cells->count))
        return;
    uint32_t value = builder_variable(builder, builder_value(builder, cells->indices[index]));
    access_rom(builder, operation->index, index, value);
    builder_equal(builder, operation->value, value);
}

static uint32_t timestamp_constant(struct builder *builder)
{
    return builder_constant(builder, small(timestamp(builder)));
}

static void access_cell(struct builder *builder, const struct acir_witnesses *cells,
                        const struct acir_memory_operation *operation)
{
    uint32_t index = 0;
    if (!builder_index(builder, &index, operation->index, cells->count))
        return;
    if (operation->is_write) {
        uint32_t time = timestamp_constant(builder);
        access_ram(builder, operation->index, index, time, operation->value, true);
        if (builder_fills(builder))
            builder->cells[index] = operation->value;
        return;
    }
    uint32_t held = builder_fills(builder) ? builder->cells[index] : 0;
    uint32_t value = builder_variable(builder, builder_value(builder, held));
    uint32_t time = timestamp_constant(builder);
    access_ram(builder, operation->index, index, time, value, false);
    builder_equal(builder, operation->value, value);
}

static void initialise(struct builder *builder, const struct acir_witnesses *cells, bool is_ram)
{
    for (uint32_t i = 0; i < cells->count && !builder_failed(builder); i++) {
        uint32_t index = index_constant(builder, i);
        if (!is_ram) {
            access_rom(builder, index, i, cells->indices[i]);
            continue;
        }
        access_ram(builder, index, i, timestamp_constant(builder), cells->indices[i], true);
        if (builder_fills(builder))
            builder->cells[i] = cells->indices[i];
    }
}

void rule_memory(struct builder *builder, const struct memory_plan *plan)
{
    if (plan->operations == 0)
        return;
    const struct acir_opcode *opcodes = builder->circuit->opcodes;
    const struct acir_witnesses *cells =
        &opcodes[plan->initialisation].as.memory_initialisation.values;
    builder->memory_start = builder->made.records;
    if (cells->count > builder->made.cells)
        builder->made.cells = cells->count;
    builder->opcode = plan->initialisation;
    initialise(builder, cells, plan->is_ram);
    uint32_t opcode = plan->first_operation;
    for (uint32_t i = 0; i < plan->operations && !builder_failed(builder); i++) {
        const struct acir_memory_operation *operation = &opcodes[opcode].as.memory_operation;
        builder->opcode = opcode;
        if (plan->is_ram)
            access_cell(builder, cells, operation);
        else
            read_rom(builder, cells, operation);
        opcode = builder->plans->next_operation[opcode];
    }
}
