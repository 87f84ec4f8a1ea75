/* The range lists at the end of construction: sorted, at most 3 apart, from 0 to the top. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "ultrahonk/circuit/builder_internal.h"

enum { FEW = 4 };

/* The zeros in front of so many. */
static uint32_t padding_of(uint32_t count)
{
    uint32_t padding = (TRACE_WIRES - count % TRACE_WIRES) % TRACE_WIRES;
    return count <= FEW ? padding + TRACE_WIRES : padding;
}

static int compare_numbers(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Makes an array of the chain of members, one a class. */
static void gather_members(struct builder *builder, struct range_list *list, uint32_t first)
{
    uint32_t *members = builder->trace->members + first;
    uint32_t count = 0;
    for (uint32_t i = list->members; i != UINT32_MAX; i = builder->next_member[i])
        members[count++] = builder_class(builder, i);
    CHECK(count == list->member_count);
    list->members = first;
    if (count == 0)
        return;
    qsort(members, count, sizeof(*members), compare_numbers);
    uint32_t kept = 1;
    for (uint32_t i = 1; i < count; i++)
        if (members[i] != members[kept - 1])
            members[kept++] = members[i];
    list->member_count = kept;
}

/* How often each number is in the list; NULL for lack of memory. */
static uint32_t *count_numbers(const struct builder *builder, const struct range_list *list)
{
    const uint32_t *members = builder->trace->members + list->members;
    uint32_t *counts = calloc((size_t)list->top + 1, sizeof(*counts));
    if (counts == NULL)
        return NULL;
    for (uint32_t i = 0; i + 1 < list->own_count; i++)
        counts[(size_t)3 * i]++;
    counts[list->top]++;
    for (uint32_t i = 0; i < list->member_count; i++) {
        struct integer256 number;
        struct field value = builder_value(builder, members[i]);
        field_to_integer(&number, &value);
        CHECK(number.limbs[0] <= list->top);
        counts[number.limbs[0]]++;
    }
    return counts;
}

/* The sorted variables, `count` of them, one after the other. */
static uint32_t make_sorted(struct builder *builder, const struct range_list *list, uint32_t count)
{
    uint32_t first = builder->made.variables;
    uint32_t *counts = builder_fills(builder) ? count_numbers(builder, list) : NULL;
    if (counts == NULL && builder_fills(builder)) {
        builder_fail(builder, TRACE_NO_MEMORY, "there is no memory");
        return first;
    }
    for (uint32_t i = 0, number = 0; i < count && !builder_failed(builder); i++) {
        while (counts != NULL && counts[number] == 0)
            number++;
        if (counts != NULL)
            counts[number]--;
        builder_tag(builder, builder_variable(builder, small(number)), list->tag + 1);
    }
    if (counts != NULL)
        explicit_bzero(counts, ((size_t)list->top + 1) * sizeof(*counts));
    free(counts);
    return first;
}

static void place_sorted(struct builder *builder, uint32_t first, uint32_t count, uint32_t top)
{
    const uint32_t zero = builder->zero;
    const uint32_t padding = padding_of(count);
    const uint32_t last = first + count - 1;
    builder_fix(builder, padding > 0 ? zero : first, FIELD_ZERO);
    for (uint32_t i = 0; i < padding + count; i += TRACE_WIRES) {
        struct gate gate = {.selector = 1};
        for (uint32_t j = 0; j < TRACE_WIRES; j++)
            gate.wires[j] = i + j < padding ? zero : first + (i + j - padding);
        builder_gate(builder, BLOCK_RANGE, &gate);
    }
    builder_free_row(builder, BLOCK_RANGE, last, zero, zero, zero);
    builder_fix(builder, last, small(top));
}

static void finish_list(struct builder *builder, const struct range_list *list)
{
    uint32_t count = list->own_count + list->member_count;
    uint32_t first = make_sorted(builder, list, count);
    if (!builder_failed(builder))
        place_sorted(builder, first, count, list->top);
}

/* Bounds: which member is on which list is not known. */
static void measure_lists(struct builder *builder)
{
    uint64_t sorted = builder->measured_own + builder->made.members;
    uint64_t padding = (uint64_t)builder->made.lists * 2 * TRACE_WIRES;
    uint64_t rows = (sorted + padding) / TRACE_WIRES + builder->made.lists;
    if (rows > builder->most_rows)
        builder_fail(builder, TRACE_TOO_LARGE,
                     "the circuit has more than %zu rows, the most that are taken",
                     builder->most_rows);
    if (builder_failed(builder))
        return;
    builder->made.variables += (uint32_t)sorted;
    builder->made.rows[BLOCK_RANGE] += (uint32_t)rows;
    builder->made.rows[BLOCK_ARITHMETIC] += 2 * builder->made.lists;
}

void finish_ranges(struct builder *builder)
{
    uint32_t members = 0;
    builder->opcode = TRACE_NO_OPCODE;
    if (builder->drive == DRIVE_MEASURE) {
        measure_lists(builder);
        return;
    }
    struct trace *trace = builder->trace;
    const uint32_t lists = builder_fills(builder) ? trace->made.lists : builder->made.lists;
    for (uint32_t i = 0; i < lists && !builder_failed(builder); i++) {
        if (builder->drive == DRIVE_LAYOUT)
            gather_members(builder, &trace->lists[i], members);
        members += trace->lists[i].member_count;
        finish_list(builder, &trace->lists[i]);
    }
}
