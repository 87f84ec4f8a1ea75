#include "noir/acvm/acvm.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/check.h"
#include "noir/acvm/solver_internal.h"

static bool solve_opcode(struct solver *solver, struct frame *frame,
                         const struct acir_opcode *opcode, uint32_t depth)
{
    switch (opcode->kind) {
    case ACIR_ASSERT_ZERO:
        return solve_assert_zero(solver, frame, &opcode->as.assert_zero);
    case ACIR_BLACK_BOX:
        return solve_black_box(solver, frame, opcode->as.black_box);
    case ACIR_MEMORY_OPERATION:
        return solve_memory_operation(solver, frame, &opcode->as.memory_operation);
    case ACIR_MEMORY_INITIALISATION:
        return solve_memory_initialisation(solver, frame, &opcode->as.memory_initialisation);
    case ACIR_BRILLIG_CALL:
        return solve_brillig_call(solver, frame, opcode->as.brillig_call);
    case ACIR_CALL:
        return solve_call(solver, frame, opcode->as.call, depth);
    }
    NOT_REACHED("a circuit opcode of no kind");
}

bool solve_frame(struct solver *solver, struct frame *frame, uint32_t depth)
{
    const struct acir_circuit *circuit = frame->circuit;
    for (frame->position = 0; frame->position < circuit->opcode_count; frame->position++) {
        if (!solver_charge(solver, 1) ||
            !solve_opcode(solver, frame, &circuit->opcodes[frame->position], depth))
            return solver_locate(solver, frame);
    }
    size_t before = solver->stack->length;
    if (!witness_stack_add(solver->stack, frame->function, &frame->witnesses))
        return solver_no_memory(solver);
    solver->stack_items++;
    return solver_take_memory(solver, solver->stack->length - before);
}

static bool set_initial(struct solver *solver, struct frame *frame,
                        const struct witness_map *initial)
{
    for (uint32_t index = 0; index < initial->count; index++) {
        const struct field *value = witness_map_get(initial, index);
        if (value != NULL && !solver_set(solver, frame, index, value))
            return false;
    }
    return true;
}

static bool solve_main(struct solver *solver, const struct witness_map *initial,
                       struct witness_map *main_witnesses)
{
    struct frame frame;
    if (!witness_stack_start(solver->stack))
        return solver_no_memory(solver);
    if (!frame_open(solver, &frame, 0, initial->count))
        return false;
    bool solved = set_initial(solver, &frame, initial) && solve_frame(solver, &frame, 1) &&
                  witness_stack_finish(solver->stack, solver->stack_items);
    if (solved && main_witnesses != NULL) {
        *main_witnesses = frame.witnesses;
        frame.witnesses = WITNESS_MAP_EMPTY;
    }
    frame_close(solver, &frame);
    return solved;
}

static uint32_t brillig_cells(uint64_t memory_bytes)
{
    uint64_t cells = memory_bytes / sizeof(struct brillig_value);
    return cells < UINT32_MAX ? (uint32_t)cells : UINT32_MAX;
}

enum acvm_outcome acvm_execute(const struct acir_program *program,
                               const struct witness_map *initial, const struct acvm_limits *limits,
                               struct buffer *witness_stack, struct witness_map *main_witnesses,
                               struct acvm_error *error)
{
    CHECK(program->foreign_call == NULL);
    CHECK(limits->circuit_depth <= ACVM_CIRCUIT_DEPTH_MAX);
    CHECK(witness_stack->length == 0);
    CHECK(error->locations == NULL && error->payload == NULL);
    *error = ACVM_ERROR_EMPTY;
    struct brillig_limits machine_limits = {brillig_cells(limits->memory_bytes),
                                            limits->brillig_depth};
    struct solver solver = {.program = program,
                            .limits = *limits,
                            .machine = brillig_machine_create(&machine_limits),
                            .stack = witness_stack,
                            .error = error};
    bool solved = solver.machine != NULL ? solve_main(&solver, initial, main_witnesses)
                                         : solver_no_memory(&solver);
    brillig_machine_free(solver.machine);
    if (solver.calldata != NULL)
        sodium_memzero(solver.calldata, solver.calldata_capacity * sizeof(*solver.calldata));
    free(solver.calldata);
    if (!solved)
        buffer_clear(witness_stack);
    return solved ? ACVM_SOLVED : error->outcome;
}
