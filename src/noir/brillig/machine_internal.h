/* The machine as its parts share it. */
#ifndef NOIR_BRILLIG_MACHINE_INTERNAL_H
#define NOIR_BRILLIG_MACHINE_INTERNAL_H

#include <stdbool.h>

#include "noir/brillig/machine.h"

struct brillig_machine {
    struct brillig_limits limits;
    /* Invariant: cell_count <= cell_capacity; cells at cell_count and beyond were not written in
     * this run and may hold anything. */
    struct brillig_value *cells;
    size_t cell_count;
    size_t cell_capacity;
    /* What the last U32 written to cell 0 was. */
    uint32_t stack_pointer;
    uint32_t *calls; /* positions of the Call opcodes that have not returned */
    size_t call_count;
    size_t call_capacity;
    const struct brillig_function *function;
    uint32_t position;
    const struct field *calldata;
    size_t calldata_count;
    uint64_t steps;       /* left */
    bool is_misaddressed; /* a cell past the last possible one was read: the run has failed */
    uint32_t result_start;
    size_t result_count; /* SIZE_MAX: outside memory */
    enum brillig_outcome outcome;
    char reason[BRILLIG_REASON_CHARACTERS];
};

/* Sets the outcome to BRILLIG_FAILED and the reason; returns false for the caller to return. */
bool machine_fail(struct brillig_machine *machine, const char *format, ...)
    __attribute__((format(printf, 2, 3), cold));

/* Sets another outcome; returns false. */
bool machine_end(struct brillig_machine *machine, enum brillig_outcome outcome, const char *reason)
    __attribute__((cold));

extern const struct brillig_value machine_unwritten;

/* Takes steps for work that is done at once. False when there are not as many: the run is over. */
static inline bool machine_charge(struct brillig_machine *machine, uint64_t steps)
{
    if (steps > machine->steps) {
        machine->steps = 0;
        return machine_end(machine, BRILLIG_NO_STEPS, "the limit of steps is reached");
    }
    machine->steps -= steps;
    return true;
}

/* Makes cells[0..count) part of memory. False at the limit or without memory. */
bool machine_grow(struct brillig_machine *machine, uint64_t count);

/* It can be over 32 bits; reading and writing refuse that. */
static inline uint64_t machine_address(const struct brillig_machine *machine,
                                       struct brillig_address address)
{
    return (uint64_t)address.offset + (machine->stack_pointer & address.stack_pointer_mask);
}

/* The cell at an address. It may move with the next write. */
static inline const struct brillig_value *machine_cell(const struct brillig_machine *machine,
                                                       uint64_t address)
{
    return address < machine->cell_count ? &machine->cells[address] : &machine_unwritten;
}

static inline const struct brillig_value *machine_read(struct brillig_machine *machine,
                                                       struct brillig_address address)
{
    uint64_t place = machine_address(machine, address);
    if (place > UINT32_MAX)
        machine->is_misaddressed = true;
    return machine_cell(machine, place);
}

/*
 * Word by word, as values are written: a wider load would have to wait until the stores before it
 * have left the processor's store buffer, which costs more than all the rest of an opcode.
 */
static inline void machine_copy(struct brillig_value *to, const struct brillig_value *from)
{
    for (int i = 0; i < INTEGER256_LIMBS; i++)
        to->as.field.limbs[i] = from->as.field.limbs[i];
    to->type = from->type;
}

/* Writes to the cell at an address; the value may be a cell itself. False: the run is over. */
static inline bool machine_put(struct brillig_machine *machine, uint64_t address,
                               const struct brillig_value *value)
{
    if (address >= machine->cell_count) {
        struct brillig_value copy = *value; /* growing can move cells */
        if (!machine_grow(machine, address + 1))
            return false;
        machine->cells[address] = copy;
    } else {
        machine_copy(&machine->cells[address], value);
    }
    if (address == 0 && machine->cells[0].type == BRILLIG_U32)
        machine->stack_pointer = (uint32_t)machine->cells[0].as.integer[0];
    return true;
}

static inline bool machine_write(struct brillig_machine *machine, struct brillig_address address,
                                 const struct brillig_value *value)
{
    return machine_put(machine, machine_address(machine, address), value);
}

/* Writes an integer, which fits its type, to the cell at an address. False: the run is over. */
static inline bool machine_write_integer(struct brillig_machine *machine,
                                         struct brillig_address address, enum brillig_type type,
                                         uint128 integer)
{
    uint64_t place = machine_address(machine, address);
    if (place >= machine->cell_count && !machine_grow(machine, place + 1))
        return false;
    struct brillig_value *cell = &machine->cells[place];
    cell->as.integer[0] = (uint64_t)integer;
    cell->as.integer[1] = (uint64_t)(integer >> 64);
    cell->type = type;
    if (place == 0 && type == BRILLIG_U32)
        machine->stack_pointer = (uint32_t)integer;
    return true;
}

static inline struct brillig_value brillig_integer(enum brillig_type type, uint128 integer)
{
    struct brillig_value value = {.type = type};
    value.as.integer[0] = (uint64_t)integer;
    value.as.integer[1] = (uint64_t)(integer >> 64);
    return value;
}

static inline uint128 brillig_integer_of(const struct brillig_value *value)
{
    return (uint128)value->as.integer[1] << 64 | value->as.integer[0];
}

/* The width in bits; 254 for a field element. */
static inline unsigned int brillig_type_bits(enum brillig_type type)
{
    static const unsigned char bits[] = {FIELD_BITS, 1, 8, 16, 32, 64, 128};
    return bits[type];
}

/* The U32 in a cell. False: it has another type. */
bool machine_pointer(struct brillig_machine *machine, struct brillig_address address,
                     uint32_t *pointer);

/* True when cells[start..start + count) are part of memory, or count is 0. */
bool machine_holds(struct brillig_machine *machine, uint32_t start, uint64_t count);

/* The opcodes that take several kinds: each returns false when the run is over. */
bool machine_field_operation(struct brillig_machine *machine, const struct brillig_opcode *opcode);
bool machine_integer_operation(struct brillig_machine *machine,
                               const struct brillig_opcode *opcode);
bool machine_not(struct brillig_machine *machine, const struct brillig_opcode *opcode);
bool machine_cast(struct brillig_machine *machine, const struct brillig_opcode *opcode);
bool machine_black_box(struct brillig_machine *machine, const struct brillig_black_box *box);

#endif
