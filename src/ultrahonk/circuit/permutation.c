/* Which cell follows which among those of one class. */
#include "ultrahonk/circuit/trace_internal.h"

static uint32_t number_of(uint32_t row, uint32_t wire)
{
    return row + wire * TRACE_SEPARATOR;
}

/* A tag's partner; 0 is its own. */
static uint32_t tau(uint32_t tag)
{
    return tag == 0 ? 0 : ((tag - 1) ^ 1) + 1;
}

/* A cell is 4 * row + wire; `last` holds 1 + the last cell of each class so far. */
static void link_cells(struct trace *trace, uint32_t *last, const struct block *block)
{
    for (uint32_t i = 0; i < block->count; i++) {
        uint32_t row = block->first + i;
        for (uint32_t wire = 0; wire < TRACE_WIRES; wire++) {
            uint32_t before = last[block->wires[i][wire]];
            last[block->wires[i][wire]] = TRACE_WIRES * row + wire + 1;
            if (before == 0)
                trace->firsts[row] |= (uint8_t)(1U << wire);
            else
                trace->sigmas[(before - 1) / TRACE_WIRES][(before - 1) % TRACE_WIRES] =
                    number_of(row, wire);
        }
    }
}

static void close_classes(struct trace *trace, const uint32_t *last, const struct block *block)
{
    for (uint32_t i = 0; i < block->count; i++) {
        uint32_t row = block->first + i;
        for (uint32_t wire = 0; wire < TRACE_WIRES; wire++) {
            uint32_t class = block->wires[i][wire];
            if (last[class] == TRACE_WIRES * row + wire + 1)
                trace->sigmas[row][wire] = TRACE_WIRES * TRACE_SEPARATOR + tau(trace->tags[class]);
        }
    }
}

void permute(struct trace *trace, uint32_t *last)
{
    for (uint32_t row = 1; row < TRACE_FIRST_ROW; row++)
        for (uint32_t wire = 0; wire < TRACE_WIRES; wire++)
            trace->sigmas[row][wire] = number_of(row, wire);
    for (size_t i = 0; i < BLOCK_COUNT; i++)
        link_cells(trace, last, &trace->blocks[i]);
    for (size_t i = 0; i < BLOCK_COUNT; i++)
        close_classes(trace, last, &trace->blocks[i]);
}

void trace_sigmas(const struct trace *trace, size_t row, uint32_t sigmas[TRACE_WIRES])
{
    for (size_t wire = 0; wire < TRACE_WIRES; wire++)
        sigmas[wire] = row < trace->end ? trace->sigmas[row][wire] : 0;
}

static const struct block *block_of(const struct trace *trace, size_t row)
{
    size_t i = 0;
    while (row >= (size_t)trace->blocks[i].first + trace->blocks[i].count)
        i++;
    return &trace->blocks[i];
}

void trace_ids(const struct trace *trace, size_t row, uint32_t ids[TRACE_WIRES])
{
    bool exists = row > 0 && row < trace->end;
    for (uint32_t wire = 0; wire < TRACE_WIRES; wire++)
        ids[wire] = exists ? number_of((uint32_t)row, wire) : 0;
    if (!exists || trace->firsts[row] == 0)
        return;
    const struct block *block = block_of(trace, row);
    for (uint32_t wire = 0; wire < TRACE_WIRES; wire++)
        if ((trace->firsts[row] & 1U << wire) != 0)
            ids[wire] =
                TRACE_WIRES * TRACE_SEPARATOR + trace->tags[block->wires[row - block->first][wire]];
}
