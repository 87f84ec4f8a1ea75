#include <sodium.h>
#include <stdlib.h>

#include "noir/acvm/solver_internal.h"

bool solver_take_memory(struct solver *solver, uint64_t bytes)
{
    if (bytes > solver->limits.memory_bytes)
        return solver_limit(solver, "the limit of memory is reached");
    solver->limits.memory_bytes -= bytes;
    return true;
}

/* What a frame takes before its blocks are filled. */
static uint64_t frame_bytes(const struct acir_circuit *circuit, uint32_t witnesses)
{
    return (uint64_t)witnesses * (sizeof(struct field) + 1) +
           (uint64_t)circuit->block_count * sizeof(struct memory_block);
}

bool frame_open(struct solver *solver, struct frame *frame, uint32_t function, uint32_t least)
{
    const struct acir_circuit *circuit = &solver->program->circuits[function];
    uint32_t witnesses = circuit->witness_count > least ? circuit->witness_count : least;
    uint64_t bytes = frame_bytes(circuit, witnesses);
    if (!solver_take_memory(solver, bytes))
        return false;
    *frame = (struct frame){.circuit = circuit, .function = function};
    if (circuit->block_count > 0) {
        frame->blocks = calloc(circuit->block_count, sizeof(*frame->blocks));
        if (frame->blocks == NULL)
            return solver_no_memory(solver);
    }
    if (!witness_map_create(&frame->witnesses, witnesses)) {
        free(frame->blocks);
        return solver_no_memory(solver);
    }
    return true;
}

void frame_close(struct solver *solver, struct frame *frame)
{
    solver->limits.memory_bytes += frame_bytes(frame->circuit, frame->witnesses.count);
    for (uint32_t index = 0; index < frame->circuit->block_count; index++) {
        struct memory_block *block = &frame->blocks[index];
        if (block->values == NULL)
            continue;
        solver->limits.memory_bytes += block->length * sizeof(*block->values);
        sodium_memzero(block->values, block->length * sizeof(*block->values));
        free(block->values);
    }
    free(frame->blocks);
    witness_map_free(&frame->witnesses);
}

static bool fill_block(struct solver *solver, const struct frame *frame,
                       const struct acir_witnesses *from, struct field *values)
{
    for (uint32_t index = 0; index < from->count; index++) {
        const struct field *value = witness_map_get(&frame->witnesses, from->indices[index]);
        if (value == NULL)
            return solver_missing(solver, from->indices[index]);
        values[index] = *value;
    }
    return true;
}

bool solve_memory_initialisation(struct solver *solver, struct frame *frame,
                                 const struct acir_memory_initialisation *initialisation)
{
    struct memory_block *block = &frame->blocks[initialisation->block];
    if (block->is_initialised)
        return solver_unsatisfied(solver);
    uint32_t length = initialisation->values.count;
    uint64_t bytes = length * sizeof(*block->values);
    if (!solver_charge(solver, length))
        return false;
    if (length > 0) {
        if (!solver_take_memory(solver, bytes))
            return false;
        block->values = calloc(length, sizeof(*block->values));
        if (block->values == NULL)
            return solver_no_memory(solver);
    }
    block->length = length;
    block->is_initialised = true;
    return fill_block(solver, frame, &initialisation->values, block->values);
}

static bool out_of_bounds(struct solver *solver, const struct memory_block *block,
                          const struct field *index)
{
    char text[INTEGER256_DECIMAL_CHARACTERS + 1];
    field_to_signed_decimal(text, index);
    return solver_fail(solver, "Index out of bounds, array has size %u, but index was %s",
                       block->length, text);
}

bool solve_memory_operation(struct solver *solver, struct frame *frame,
                            const struct acir_memory_operation *operation)
{
    struct memory_block *block = &frame->blocks[operation->block];
    if (!block->is_initialised)
        return solver_fail(solver,
                           "Cannot solve opcode: Attempted to load uninitialized memory block");
    const struct field *index = witness_map_get(&frame->witnesses, operation->index);
    if (index == NULL)
        return solver_missing(solver, operation->index);
    const struct field *value = witness_map_get(&frame->witnesses, operation->value);
    if (operation->is_write && value == NULL)
        return solver_missing(solver, operation->value);
    struct integer256 place;
    field_to_integer(&place, index);
    if ((place.limbs[1] | place.limbs[2] | place.limbs[3]) != 0 || place.limbs[0] >= block->length)
        return out_of_bounds(solver, block, index);
    if (!operation->is_write)
        return solver_set(solver, frame, operation->value, &block->values[place.limbs[0]]);
    block->values[place.limbs[0]] = *value;
    return true;
}
