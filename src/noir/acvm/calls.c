#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "noir/acvm/solver_internal.h"

/* Whether a call happens: the value of its predicate, 0 or 1. */
static bool read_predicate(struct solver *solver, const struct frame *frame,
                           const struct acir_expression *predicate, bool *is_called)
{
    struct field value;
    uint32_t unknown;
    if (!expression_value(frame, predicate, &value, &unknown))
        return solver_missing(solver, unknown);
    *is_called = field_is_one(&value);
    if (*is_called || field_is_zero(&value))
        return true;
    char text[INTEGER256_DECIMAL_CHARACTERS + 1];
    field_to_signed_decimal(text, &value);
    return solver_fail(solver, "(--pedantic): Predicates are expected to be 0 or 1, but found: %s",
                       text);
}

static bool set_all_zero(struct solver *solver, struct frame *frame,
                         const struct acir_witnesses *outputs)
{
    for (uint32_t index = 0; index < outputs->count; index++) {
        if (!solver_set(solver, frame, outputs->indices[index], &FIELD_ZERO))
            return false;
    }
    return true;
}

/* Room for `count` more values of calldata. */
static bool reserve_calldata(struct solver *solver, size_t count)
{
    size_t needed = solver->calldata_count + count;
    if (needed <= solver->calldata_capacity)
        return true;
    size_t capacity = solver->calldata_capacity == 0 ? 64 : solver->calldata_capacity;
    while (capacity < needed)
        capacity *= 2;
    if (!solver_take_memory(solver,
                            (capacity - solver->calldata_capacity) * sizeof(*solver->calldata)))
        return false;
    struct field *calldata = malloc(capacity * sizeof(*calldata));
    if (calldata == NULL)
        return solver_no_memory(solver);
    if (solver->calldata != NULL) {
        memcpy(calldata, solver->calldata, solver->calldata_count * sizeof(*calldata));
        sodium_memzero(solver->calldata, solver->calldata_capacity * sizeof(*calldata));
        free(solver->calldata);
    }
    solver->calldata = calldata;
    solver->calldata_capacity = capacity;
    return true;
}

static bool add_block(struct solver *solver, const struct memory_block *block)
{
    if (!block->is_initialised)
        return solver_fail(solver,
                           "Cannot solve opcode: Attempted to load uninitialized memory block");
    if (!reserve_calldata(solver, block->length) || !solver_charge(solver, block->length))
        return false;
    if (block->length > 0)
        memcpy(solver->calldata + solver->calldata_count, block->values,
               block->length * sizeof(*block->values));
    solver->calldata_count += block->length;
    return true;
}

static bool add_expressions(struct solver *solver, const struct frame *frame,
                            const struct acir_brillig_input *input)
{
    if (!reserve_calldata(solver, input->expression_count))
        return false;
    for (uint32_t index = 0; index < input->expression_count; index++) {
        const struct acir_expression *expression = &input->expressions[index];
        uint32_t unknown;
        if (!solver_charge(solver,
                           (uint64_t)1 + expression->product_count + expression->term_count))
            return false;
        if (!expression_value(frame, expression, &solver->calldata[solver->calldata_count++],
                              &unknown))
            return solver_fail(solver, "Cannot solve opcode: expression has too many unknowns");
    }
    return true;
}

static bool gather_calldata(struct solver *solver, const struct frame *frame,
                            const struct acir_brillig_call *call)
{
    solver->calldata_count = 0;
    for (uint32_t index = 0; index < call->input_count; index++) {
        const struct acir_brillig_input *input = &call->inputs[index];
        bool added = input->kind == ACIR_INPUT_BLOCK
                         ? add_block(solver, &frame->blocks[input->block])
                         : add_expressions(solver, frame, input);
        if (!added)
            return false;
    }
    return true;
}

static bool set_results(struct solver *solver, struct frame *frame,
                        const struct acir_brillig_call *call)
{
    size_t count;
    const struct brillig_value *cells = brillig_machine_result(solver->machine, &count);
    if (count != call->outputs.count)
        return solver_fail(solver,
                           "Brillig function %u returned data inconsistent with its call outputs",
                           call->function);
    for (size_t index = 0; index < count; index++) {
        const struct brillig_value *cell = &cells[index];
        struct field value = cell->as.field;
        if (cell->type != BRILLIG_FIELD)
            value = field_from_u128((uint128)cell->as.integer[1] << 64 | cell->as.integer[0]);
        if (!solver_set(solver, frame, call->outputs.indices[index], &value))
            return false;
    }
    return true;
}

bool solve_brillig_call(struct solver *solver, struct frame *frame,
                        const struct acir_brillig_call *call)
{
    bool is_called = false;
    if (!read_predicate(solver, frame, &call->predicate, &is_called))
        return false;
    if (!is_called)
        return set_all_zero(solver, frame, &call->outputs);
    if (!gather_calldata(solver, frame, call))
        return false;
    enum brillig_outcome outcome =
        brillig_machine_run(solver->machine, &solver->program->brillig_functions[call->function],
                            solver->calldata, solver->calldata_count, &solver->limits.steps);
    if (outcome != BRILLIG_STOPPED)
        return solver_brillig_error(solver, frame, call->function, outcome);
    return set_results(solver, frame, call);
}

static bool pass_inputs(struct solver *solver, const struct frame *caller,
                        const struct acir_call *call, struct frame *called)
{
    for (uint32_t index = 0; index < call->inputs.count; index++) {
        const struct field *value =
            witness_map_get(&caller->witnesses, call->inputs.indices[index]);
        if (value == NULL)
            return solver_missing(solver, call->inputs.indices[index]);
        witness_map_set(&called->witnesses, index, value);
    }
    return true;
}

static bool pass_results(struct solver *solver, struct frame *caller, const struct acir_call *call,
                         const struct frame *called)
{
    const struct acir_witnesses *results = &called->circuit->return_values;
    for (uint32_t index = 0; index < results->count; index++) {
        if (witness_map_get(&called->witnesses, results->indices[index]) == NULL)
            return solver_fail(solver,
                               "Failed to read from solved witness of ACIR call at witness %u",
                               results->indices[index]);
    }
    if (results->count != call->outputs.count)
        return solver_fail(solver,
                           "%u result values were provided for %u call output witnesses, most "
                           "likely due to bad ACIR codegen",
                           results->count, call->outputs.count);
    for (uint32_t index = 0; index < results->count; index++) {
        if (!solver_set(solver, caller, call->outputs.indices[index],
                        witness_map_get(&called->witnesses, results->indices[index])))
            return false;
    }
    return true;
}

bool solve_call(struct solver *solver, struct frame *frame, const struct acir_call *call,
                uint32_t depth)
{
    bool is_called = false;
    if (!read_predicate(solver, frame, &call->predicate, &is_called))
        return false;
    if (!is_called)
        return set_all_zero(solver, frame, &call->outputs);
    if (depth >= solver->limits.circuit_depth)
        return solver_limit(solver, "calls between circuits are nested over the limit");
    const struct acir_circuit *circuit = &solver->program->circuits[call->function];
    struct frame called;
    if (!solver_charge(solver, (uint64_t)circuit->witness_count + circuit->block_count) ||
        !frame_open(solver, &called, call->function, call->inputs.count))
        return false;
    bool solved = pass_inputs(solver, frame, call, &called) &&
                  solve_frame(solver, &called, depth + 1) &&
                  pass_results(solver, frame, call, &called);
    frame_close(solver, &called);
    return solved;
}
