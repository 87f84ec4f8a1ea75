#include "noir/brillig/machine.h"

#include <stdlib.h>

#include "base/check.h"
#include "noir/brillig/machine_internal.h"

static bool move(struct brillig_machine *machine, const struct brillig_opcode *opcode)
{
    return machine_write(machine, opcode->operands[0], machine_read(machine, opcode->operands[1]));
}

static bool load(struct brillig_machine *machine, const struct brillig_opcode *opcode)
{
    uint32_t pointer;
    return machine_pointer(machine, opcode->operands[1], &pointer) &&
           machine_write(machine, opcode->operands[0], machine_cell(machine, pointer));
}

static bool store(struct brillig_machine *machine, const struct brillig_opcode *opcode)
{
    uint32_t pointer;
    return machine_pointer(machine, opcode->operands[0], &pointer) &&
           machine_put(machine, pointer, machine_read(machine, opcode->operands[1]));
}

static bool indirect_constant(struct brillig_machine *machine, const struct brillig_opcode *opcode)
{
    uint32_t pointer;
    return machine_pointer(machine, opcode->operands[0], &pointer) &&
           machine_put(machine, pointer, opcode->as.constant);
}

static bool read_condition(struct brillig_machine *machine, struct brillig_address address,
                           bool *condition)
{
    const struct brillig_value *value = machine_read(machine, address);
    if (value->type != BRILLIG_U1)
        return machine_fail(machine,
                            "condition value is not a boolean: Bit size for value %u does not "
                            "match the expected bit size 1",
                            brillig_type_bits(value->type));
    *condition = value->as.integer[0] != 0;
    return true;
}

static bool conditional_move(struct brillig_machine *machine, const struct brillig_opcode *opcode)
{
    bool condition = false;
    return read_condition(machine, opcode->as.condition, &condition) &&
           machine_write(machine, opcode->operands[0],
                         machine_read(machine, opcode->operands[condition ? 1 : 2]));
}

static bool jump_if(struct brillig_machine *machine, const struct brillig_opcode *opcode,
                    uint32_t *next)
{
    bool condition = false;
    if (!read_condition(machine, opcode->operands[0], &condition))
        return false;
    if (condition)
        *next = opcode->as.label;
    return true;
}

static bool call(struct brillig_machine *machine, const struct brillig_opcode *opcode,
                 uint32_t *next)
{
    if (machine->call_count == machine->limits.call_depth)
        return machine_end(machine, BRILLIG_LIMITED, "Brillig calls are nested over the limit");
    if (machine->call_count == machine->call_capacity) {
        enum { FEWEST_CALLS = 16 };
        size_t capacity =
            machine->call_capacity < FEWEST_CALLS ? FEWEST_CALLS : 2 * machine->call_capacity;
        uint32_t *calls = realloc(machine->calls, capacity * sizeof(*calls));
        if (calls == NULL)
            return machine_end(machine, BRILLIG_NO_MEMORY, "no memory");
        machine->calls = calls;
        machine->call_capacity = capacity;
    }
    machine->calls[machine->call_count++] = machine->position;
    *next = opcode->as.label;
    return true;
}

static bool return_from_call(struct brillig_machine *machine, uint32_t *next)
{
    if (machine->call_count == 0)
        return machine_fail(machine, "return opcode hit, but callstack already empty");
    *next = machine->calls[--machine->call_count] + 1;
    return true;
}

static bool copy_calldata(struct brillig_machine *machine, const struct brillig_opcode *opcode)
{
    uint32_t size;
    uint32_t offset;
    if (!machine_pointer(machine, opcode->operands[1], &size) ||
        !machine_pointer(machine, opcode->operands[2], &offset))
        return false;
    if ((uint64_t)offset + size > machine->calldata_count)
        return machine_fail(
            machine, "CalldataCopy out of bounds: offset %u + size %u exceeds calldata length %zu",
            offset, size, machine->calldata_count);
    if (!machine_charge(machine, size))
        return false;
    uint64_t destination = machine_address(machine, opcode->operands[0]);
    for (uint32_t index = 0; index < size; index++) {
        struct brillig_value value = {.type = BRILLIG_FIELD};
        value.as.field = machine->calldata[offset + index];
        if (!machine_put(machine, destination + index, &value))
            return false;
    }
    return true;
}

/* Ends the run with the cells of a heap vector. */
static bool give_back(struct brillig_machine *machine, const struct brillig_opcode *opcode,
                      enum brillig_outcome outcome)
{
    uint32_t size;
    uint32_t start = 0;
    if (!machine_pointer(machine, opcode->operands[1], &size))
        return false;
    if (size > 0 && !machine_pointer(machine, opcode->operands[0], &start))
        return false;
    bool inside = size == 0 || (uint64_t)start + size <= machine->cell_count;
    if (!inside && outcome == BRILLIG_TRAPPED)
        return machine_fail(machine, "the payload of an assertion lies outside memory");
    machine->result_start = start;
    machine->result_count = inside ? size : SIZE_MAX;
    machine->outcome = outcome;
    return false;
}

/* Does one opcode; *next is where it goes on. False: the run is over. */
static bool step(struct brillig_machine *machine, const struct brillig_opcode *opcode,
                 uint32_t *next)
{
    if (opcode->kind <= BRILLIG_FIELD_LESS_THAN_EQUALS)
        return machine_field_operation(machine, opcode);
    if (opcode->kind <= BRILLIG_INTEGER_SHIFT_RIGHT)
        return machine_integer_operation(machine, opcode);
    switch (opcode->kind) {
    case BRILLIG_NOT:
        return machine_not(machine, opcode);
    case BRILLIG_CAST:
        return machine_cast(machine, opcode);
    case BRILLIG_JUMP_IF:
        return jump_if(machine, opcode, next);
    case BRILLIG_JUMP:
        *next = opcode->as.label;
        return true;
    case BRILLIG_CALLDATA_COPY:
        return copy_calldata(machine, opcode);
    case BRILLIG_CALL:
        return call(machine, opcode, next);
    case BRILLIG_CONSTANT:
        return machine_write(machine, opcode->operands[0], opcode->as.constant);
    case BRILLIG_INDIRECT_CONSTANT:
        return indirect_constant(machine, opcode);
    case BRILLIG_RETURN:
        return return_from_call(machine, next);
    case BRILLIG_PRINT:
        return true;
    case BRILLIG_MOVE:
        return move(machine, opcode);
    case BRILLIG_CONDITIONAL_MOVE:
        return conditional_move(machine, opcode);
    case BRILLIG_LOAD:
        return load(machine, opcode);
    case BRILLIG_STORE:
        return store(machine, opcode);
    case BRILLIG_BLACK_BOX:
        return machine_black_box(machine, opcode->as.black_box);
    case BRILLIG_TRAP:
        return give_back(machine, opcode, BRILLIG_TRAPPED);
    case BRILLIG_STOP:
        return give_back(machine, opcode, BRILLIG_STOPPED);
    default:
        NOT_REACHED("a Brillig opcode of no kind");
    }
}

static void start(struct brillig_machine *machine, const struct brillig_function *function,
                  const struct field *calldata, size_t count)
{
    machine->cell_count = 0;
    machine->stack_pointer = 0;
    machine->call_count = 0;
    machine->function = function;
    machine->position = 0;
    machine->calldata = calldata;
    machine->calldata_count = count;
    machine->is_misaddressed = false;
    machine->result_start = 0;
    machine->result_count = 0;
    machine->outcome = BRILLIG_STOPPED;
    machine->reason[0] = '\0';
}

enum brillig_outcome brillig_machine_run(struct brillig_machine *machine,
                                         const struct brillig_function *function,
                                         const struct field *calldata, size_t count,
                                         uint64_t *steps)
{
    start(machine, function, calldata, count);
    machine->steps = *steps;
    while (machine->position < function->opcode_count) {
        uint32_t next = machine->position + 1;
        if (!machine_charge(machine, 1) ||
            !step(machine, &function->opcodes[machine->position], &next) ||
            machine->is_misaddressed)
            break;
        machine->position = next;
    }
    if (machine->is_misaddressed)
        (void)machine_fail(machine, "an address is over 32 bits");
    *steps = machine->steps;
    return machine->outcome;
}

const struct brillig_value *brillig_machine_result(const struct brillig_machine *machine,
                                                   size_t *count)
{
    *count = machine->result_count;
    if (*count == 0 || *count == SIZE_MAX)
        return NULL;
    return machine->cells + machine->result_start;
}

const char *brillig_machine_reason(const struct brillig_machine *machine)
{
    return machine->reason;
}

size_t brillig_machine_positions(const struct brillig_machine *machine, uint32_t *positions,
                                 size_t room)
{
    for (size_t index = 0; index < machine->call_count && index < room; index++)
        positions[index] = machine->calls[index];
    if (machine->call_count < room)
        positions[machine->call_count] = machine->position;
    return machine->call_count + 1;
}
