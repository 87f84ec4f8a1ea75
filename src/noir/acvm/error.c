#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "noir/acvm/solver_internal.h"

static const char unsatisfied_text[] = "Cannot satisfy constraint";

void acvm_error_free(struct acvm_error *error)
{
    if (error->payload != NULL)
        sodium_memzero(error->payload, error->payload_count * sizeof(*error->payload));
    free(error->payload);
    free(error->locations);
    sodium_memzero(error, sizeof(*error));
    *error = ACVM_ERROR_EMPTY;
}

static bool set_error(struct solver *solver, enum acvm_outcome outcome, const char *message)
{
    solver->error->outcome = outcome;
    (void)snprintf(solver->error->message, sizeof(solver->error->message), "%s", message);
    return false;
}

bool solver_fail(struct solver *solver, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(solver->error->message, sizeof(solver->error->message), format, arguments);
    va_end(arguments);
    solver->error->outcome = ACVM_UNSOLVABLE;
    return false;
}

bool solver_unsatisfied(struct solver *solver)
{
    return set_error(solver, ACVM_ASSERTION_FAILED, unsatisfied_text);
}

bool solver_missing(struct solver *solver, uint32_t witness)
{
    return solver_fail(solver, "Cannot solve opcode: missing assignment for witness index %u",
                       witness);
}

bool solver_no_memory(struct solver *solver)
{
    return set_error(solver, ACVM_NO_MEMORY, "no memory for the execution");
}

bool solver_limit(struct solver *solver, const char *what)
{
    return set_error(solver, ACVM_LIMIT_REACHED, what);
}

/* Room for the payload; it is part of the error even when it is then only filled in part. */
static struct field *payload_room(struct acvm_error *error, size_t count)
{
    error->payload = calloc(count > 0 ? count : 1, sizeof(*error->payload));
    return error->payload;
}

static void drop_payload(struct acvm_error *error)
{
    if (error->payload != NULL)
        sodium_memzero(error->payload, error->payload_count * sizeof(*error->payload));
    free(error->payload);
    error->payload = NULL;
    error->payload_count = 0;
}

/* False when a value is unknown or the memory is short: there is then no payload. */
static bool fill_payload(struct solver *solver, const struct frame *frame,
                         const struct acir_assertion *assertion)
{
    struct acvm_error *error = solver->error;
    size_t count = 0;
    for (uint32_t index = 0; index < assertion->part_count; index++) {
        const struct acir_payload_part *part = &assertion->parts[index];
        count += part->is_block ? frame->blocks[part->block].length : 1;
    }
    /* A block can be named many times. */
    if (count > solver->limits.memory_bytes / sizeof(*error->payload))
        return false;
    struct field *values = payload_room(error, count);
    if (values == NULL)
        return false;
    error->payload_count = count;
    for (uint32_t index = 0; index < assertion->part_count; index++) {
        const struct acir_payload_part *part = &assertion->parts[index];
        if (part->is_block) {
            const struct memory_block *block = &frame->blocks[part->block];
            if (block->length > 0)
                memcpy(values, block->values, block->length * sizeof(*values));
            values += block->length;
            continue;
        }
        uint32_t unknown;
        if (!expression_value(frame, &part->expression, values++, &unknown))
            return false;
    }
    return true;
}

static void add_payload(struct solver *solver, const struct frame *frame)
{
    struct acvm_error *error = solver->error;
    const struct acir_circuit *circuit = frame->circuit;
    for (uint32_t index = 0; index < circuit->assertion_count; index++) {
        const struct acir_assertion *assertion = &circuit->assertions[index];
        if (assertion->opcode != frame->position)
            continue;
        error->has_payload = fill_payload(solver, frame, assertion);
        if (!error->has_payload) {
            drop_payload(error);
            return;
        }
        error->selector = assertion->selector;
        (void)snprintf(error->message, sizeof(error->message), "Assertion failed");
        return;
    }
}

bool solver_locate(struct solver *solver, const struct frame *frame)
{
    struct acvm_error *error = solver->error;
    CHECK(error->outcome != ACVM_SOLVED);
    /* The innermost circuit counts, and a Brillig error has located itself. */
    if (error->locations != NULL)
        return false;
    error->locations = calloc(1, sizeof(*error->locations));
    if (error->locations == NULL)
        return solver_no_memory(solver);
    error->locations[0].opcode = frame->position;
    error->location_count = 1;
    error->circuit_function = frame->function;
    if (error->outcome == ACVM_ASSERTION_FAILED)
        add_payload(solver, frame);
    return false;
}

/* A trap's cells: the selector and then the data. */
static void add_trap(struct solver *solver)
{
    struct acvm_error *error = solver->error;
    size_t count;
    const struct brillig_value *cells = brillig_machine_result(solver->machine, &count);
    (void)set_error(solver, ACVM_ASSERTION_FAILED, "Failed to solve brillig function");
    if (count == 0)
        return;
    if (cells[0].type != BRILLIG_U64) {
        (void)solver_fail(solver, "the selector of an assertion is not of type u64");
        return;
    }
    struct field *values = payload_room(error, count - 1);
    if (values == NULL) {
        (void)solver_no_memory(solver);
        return;
    }
    error->has_payload = true;
    error->selector = cells[0].as.integer[0];
    error->payload_count = count - 1;
    for (size_t index = 1; index < count; index++) {
        const struct brillig_value *cell = &cells[index];
        values[index - 1] =
            cell->type == BRILLIG_FIELD
                ? cell->as.field
                : field_from_u128((uint128)cell->as.integer[1] << 64 | cell->as.integer[0]);
    }
    (void)snprintf(error->message, sizeof(error->message), "Assertion failed");
}

static void add_brillig_locations(struct solver *solver, const struct frame *frame)
{
    struct acvm_error *error = solver->error;
    size_t total = brillig_machine_positions(solver->machine, NULL, 0);
    uint32_t *positions = calloc(total, sizeof(*positions));
    size_t kept = total < ACVM_LOCATIONS_MAX ? total : ACVM_LOCATIONS_MAX;
    error->locations = calloc(kept, sizeof(*error->locations));
    if (positions == NULL || error->locations == NULL) {
        free(positions);
        (void)solver_no_memory(solver);
        return;
    }
    (void)brillig_machine_positions(solver->machine, positions, total);
    for (size_t index = 0; index < kept; index++)
        error->locations[index] =
            (struct acvm_location){frame->position, true, positions[total - kept + index]};
    error->location_count = kept;
    free(positions);
}

bool solver_brillig_error(struct solver *solver, const struct frame *frame, uint32_t function,
                          enum brillig_outcome outcome)
{
    switch (outcome) {
    case BRILLIG_TRAPPED:
        add_trap(solver);
        break;
    case BRILLIG_FAILED:
        (void)solver_fail(solver, "Assertion failed: %s", brillig_machine_reason(solver->machine));
        break;
    case BRILLIG_NO_STEPS:
    case BRILLIG_LIMITED:
        (void)solver_limit(solver, brillig_machine_reason(solver->machine));
        break;
    case BRILLIG_NO_MEMORY:
        return solver_no_memory(solver);
    case BRILLIG_STOPPED:
        NOT_REACHED("a run that stopped is no error");
    }
    solver->error->circuit_function = frame->function;
    solver->error->in_brillig = true;
    solver->error->brillig_function = function;
    add_brillig_locations(solver, frame);
    return false;
}
