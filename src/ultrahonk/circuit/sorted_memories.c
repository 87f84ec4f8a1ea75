/* The memories at the end of construction: the records once more, by index and time. */
#include <string.h>

#include "ultrahonk/circuit/builder_internal.h"

/* A memory's records, sorted when there are values to sort by. */
struct sorted {
    const struct memory_record *records;
    uint32_t count;
    uint32_t size; /* cells */
    uint32_t tag;  /* of the records; of the sorted ones it is tag + 1 */
};

void memory_row(struct builder *builder, struct gate gate, uint32_t w1, uint32_t w2, uint32_t w3,
                uint32_t w4)
{
    const uint32_t wires[TRACE_WIRES] = {w1, w2, w3, w4};
    memcpy(gate.wires, wires, sizeof(wires));
    builder_gate(builder, BLOCK_MEMORY, &gate);
}

static struct gate rom_gate(void)
{
    return (struct gate){.selector = 1, .q_l = FIELD_ONE, .q_r = FIELD_ONE};
}

static struct gate ram_gate(void)
{
    return (struct gate){.selector = 1, .q_o = FIELD_ONE};
}

static struct gate time_gate(void)
{
    return (struct gate){.selector = 1, .q_l = FIELD_ONE, .q_4 = FIELD_ONE};
}

/* By index; those of one index stay in the order of time. */
static void sort(struct builder *builder, const struct memory_record *records,
                 const struct sorted *sorted)
{
    uint32_t *starts = builder->cell_starts;
    memset(starts, 0, ((size_t)sorted->size + 1) * sizeof(*starts));
    for (uint32_t i = 0; i < sorted->count; i++)
        starts[records[i].index + 1]++;
    for (uint32_t i = 0; i < sorted->size; i++)
        starts[i + 1] += starts[i];
    for (uint32_t i = 0; i < sorted->count; i++)
        builder->sorted[starts[records[i].index]++] = records[i];
}

static struct memory_record record_of(const struct sorted *sorted, uint32_t at)
{
    static const struct memory_record none;
    return sorted->records == NULL ? none : sorted->records[at];
}

static void tag_pair(struct builder *builder, const struct memory_record *record, uint32_t copy,
                     uint32_t tag)
{
    builder_tag(builder, record->variable, tag);
    builder_tag(builder, copy, tag + 1);
}

static void finish_rom(struct builder *builder, const struct sorted *sorted)
{
    const uint32_t zero = builder->zero;
    for (uint32_t i = 0; i < sorted->count && !builder_failed(builder); i++) {
        struct memory_record record = record_of(sorted, i);
        uint32_t index = zero;
        if (i > 0)
            index = i + 1 == sorted->count ? builder_constant(builder, small(sorted->size - 1))
                                           : builder_variable(builder, small(record.index));
        uint32_t value = builder_variable(builder, builder_value(builder, record.value));
        uint32_t none = builder_variable(builder, FIELD_ZERO);
        uint32_t copy = builder_variable(builder, FIELD_ZERO);
        builder_record(builder, false);
        memory_row(builder, rom_gate(), index, value, none, copy);
        tag_pair(builder, &record, copy, sorted->tag);
    }
    uint32_t size = builder_variable(builder, small(sorted->size));
    builder_free_row(builder, BLOCK_MEMORY, size, zero, zero, zero);
    builder_fix(builder, size, small(sorted->size));
}

/* The first variable of a sorted RAM row: its index, its time and its value follow each other. */
static uint32_t sorted_time(uint32_t first, uint32_t at)
{
    return first + TRACE_WIRES * at;
}

/* Each row but the first has four variables of its own: time, value, record and index. */
static void finish_ram_rows(struct builder *builder, const struct sorted *sorted,
                            uint32_t *first_time)
{
    const uint32_t zero = builder->zero;
    uint32_t index = zero;
    *first_time = builder->made.variables;
    for (uint32_t i = 0; i < sorted->count && !builder_failed(builder); i++) {
        struct memory_record record = record_of(sorted, i);
        bool is_last = i + 1 == sorted->count;
        uint32_t time = builder_variable(builder, small(record.timestamp));
        uint32_t value = builder_variable(builder, builder_value(builder, record.value));
        uint32_t copy = builder_variable(builder, FIELD_ZERO);
        builder_record(builder, record.is_write);
        if (is_last) {
            builder_free_row(builder, BLOCK_MEMORY, index, time, value, copy);
            builder_fix(builder, index, small(sorted->size - 1));
        } else {
            memory_row(builder, ram_gate(), index, time, value, copy);
            index = builder_variable(builder, small(record_of(sorted, i + 1).index));
        }
        tag_pair(builder, &record, copy, sorted->tag);
    }
}

static struct field time_between(const struct memory_record *earlier,
                                 const struct memory_record *later)
{
    if (earlier->index != later->index)
        return FIELD_ZERO;
    return small(later->timestamp - earlier->timestamp);
}

static void finish_ram(struct builder *builder, const struct sorted *sorted)
{
    const uint32_t zero = builder->zero;
    uint32_t first;
    finish_ram_rows(builder, sorted, &first);
    if (sorted->count <= 1)
        return;
    uint32_t first_difference = builder->made.variables;
    for (uint32_t i = 0; i < sorted->count && !builder_failed(builder); i++) {
        uint32_t index = i == 0 ? zero : sorted_time(first, i) - 1;
        uint32_t time = sorted_time(first, i);
        if (i + 1 == sorted->count) {
            builder_free_row(builder, BLOCK_MEMORY, index, time, zero, zero);
            continue;
        }
        struct memory_record earlier = record_of(sorted, i);
        struct memory_record later = record_of(sorted, i + 1);
        uint32_t difference = builder_variable(builder, time_between(&earlier, &later));
        memory_row(builder, time_gate(), index, time, difference, zero);
    }
    for (uint32_t i = 0; i + 1 < sorted->count; i++)
        builder_small(builder, first_difference + i, sorted->count - 1);
}

/* Finishes those of one kind, in the order of their blocks. */
static void finish_kind(struct builder *builder, bool is_ram)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < builder->plans->count && !builder_failed(builder); i++) {
        const struct memory_plan *plan = &builder->plans->plans[i];
        if (plan->operations == 0)
            continue;
        struct sorted sorted = {.count = plan->size + plan->operations, .size = plan->size};
        const uint32_t first = at;
        at += sorted.count;
        if (plan->is_ram != is_ram)
            continue;
        builder->opcode = plan->initialisation;
        sorted.tag = builder_tags(builder);
        if (builder->drive == DRIVE_LAYOUT)
            sorted.records = builder->records + first;
        if (builder_fills(builder)) {
            sort(builder, builder->records + first, &sorted);
            sorted.records = builder->sorted;
        }
        if (is_ram)
            finish_ram(builder, &sorted);
        else
            finish_rom(builder, &sorted);
    }
}

void finish_memories(struct builder *builder)
{
    finish_kind(builder, false);
    finish_kind(builder, true);
}
