#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noir/brillig/machine_internal.h"

enum { FIRST_CELLS = 256, FIRST_CALLS = 16, CELLS_CLEARED_IN_A_STEP = 4 };

const struct brillig_value machine_unwritten = {.type = BRILLIG_FIELD};

bool machine_fail(struct brillig_machine *machine, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(machine->reason, sizeof(machine->reason), format, arguments);
    va_end(arguments);
    machine->outcome = BRILLIG_FAILED;
    return false;
}

bool machine_end(struct brillig_machine *machine, enum brillig_outcome outcome, const char *reason)
{
    (void)snprintf(machine->reason, sizeof(machine->reason), "%s", reason);
    machine->outcome = outcome;
    return false;
}

/* Moves to a larger place; the old one is wiped, which realloc would not do. */
static bool move_cells(struct brillig_machine *machine, size_t capacity)
{
    struct brillig_value *cells = malloc(capacity * sizeof(*cells));
    if (cells == NULL)
        return false;
    if (machine->cells != NULL) {
        memcpy(cells, machine->cells, machine->cell_count * sizeof(*cells));
        sodium_memzero(machine->cells, machine->cell_capacity * sizeof(*cells));
        free(machine->cells);
    }
    machine->cells = cells;
    machine->cell_capacity = capacity;
    return true;
}

bool machine_grow(struct brillig_machine *machine, uint64_t count)
{
    if (count > machine->limits.cells)
        return machine_end(machine, BRILLIG_LIMITED, "Brillig memory is over its limit");
    /* A far cell makes all below it part of memory, which takes time in every run anew. */
    if (!machine_charge(machine, (count - machine->cell_count) / CELLS_CLEARED_IN_A_STEP))
        return false;
    if (count > machine->cell_capacity) {
        /* At most twice the limit, which has 32 bits. */
        size_t capacity = machine->cell_capacity == 0 ? FIRST_CELLS : machine->cell_capacity;
        while (capacity < count)
            capacity *= 2;
        if (!move_cells(machine, capacity))
            return machine_end(machine, BRILLIG_NO_MEMORY, "no memory");
    }
    memset(machine->cells + machine->cell_count, 0,
           (count - machine->cell_count) * sizeof(*machine->cells));
    machine->cell_count = count;
    return true;
}

bool machine_pointer(struct brillig_machine *machine, struct brillig_address address,
                     uint32_t *pointer)
{
    const struct brillig_value *value = machine_read(machine, address);
    if (value->type != BRILLIG_U32)
        return machine_fail(machine, "a value is used as an address but is not of type u32");
    *pointer = (uint32_t)value->as.integer[0];
    return true;
}

bool machine_holds(struct brillig_machine *machine, uint32_t start, uint64_t count)
{
    if (count == 0 || start + count <= machine->cell_count)
        return true;
    return machine_fail(machine, "an array lies outside memory");
}

struct brillig_machine *brillig_machine_create(const struct brillig_limits *limits)
{
    struct brillig_machine *machine = calloc(1, sizeof(*machine));
    if (machine == NULL)
        return NULL;
    machine->limits = *limits;
    machine->call_capacity = FIRST_CALLS;
    machine->calls = malloc(FIRST_CALLS * sizeof(*machine->calls));
    if (machine->calls == NULL || !move_cells(machine, FIRST_CELLS)) {
        brillig_machine_free(machine);
        return NULL;
    }
    return machine;
}

void brillig_machine_free(struct brillig_machine *machine)
{
    if (machine == NULL)
        return;
    if (machine->cells != NULL)
        sodium_memzero(machine->cells, machine->cell_capacity * sizeof(*machine->cells));
    free(machine->cells);
    free(machine->calls);
    sodium_memzero(machine, sizeof(*machine));
    free(machine);
}
