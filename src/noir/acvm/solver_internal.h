/* The solver as its parts share it. Functions return false when the execution is over: the error
 * is then set. */
#ifndef NOIR_ACVM_SOLVER_INTERNAL_H
#define NOIR_ACVM_SOLVER_INTERNAL_H

#include "noir/acvm/acvm.h"
#include "noir/brillig/machine.h"

struct memory_block {
    struct field *values; /* NULL until it is initialised, and when its length is 0 */
    uint32_t length;
    bool is_initialised;
};

/* A circuit that is being solved. */
struct frame {
    const struct acir_circuit *circuit;
    uint32_t function;
    uint32_t position; /* of the opcode */
    struct witness_map witnesses;
    struct memory_block *blocks; /* circuit->block_count */
};

struct solver {
    const struct acir_program *program;
    struct acvm_limits limits; /* steps and memory_bytes: what is left of them */
    struct brillig_machine *machine;
    struct buffer *stack;
    uint32_t stack_items;
    /* Values that are gathered for a Brillig call; reused from one to the next. */
    struct field *calldata;
    size_t calldata_count;
    size_t calldata_capacity;
    struct acvm_error *error;
};

/* error.c */

/* The reason an opcode cannot be solved; a location is added by the frame. */
bool solver_fail(struct solver *solver, const char *format, ...)
    __attribute__((format(printf, 2, 3), cold));
/* An assertion that does not hold; the frame adds its message. */
bool solver_unsatisfied(struct solver *solver) __attribute__((cold));
bool solver_missing(struct solver *solver, uint32_t witness) __attribute__((cold));
bool solver_no_memory(struct solver *solver) __attribute__((cold));
bool solver_limit(struct solver *solver, const char *what) __attribute__((cold));
/* Adds where the error happened and, to an assertion, its payload. Always returns false. */
bool solver_locate(struct solver *solver, const struct frame *frame) __attribute__((cold));
/* The error of a run of the machine that did not stop by itself. Always returns false. */
bool solver_brillig_error(struct solver *solver, const struct frame *frame, uint32_t function,
                          enum brillig_outcome outcome) __attribute__((cold));

/* Takes from the memory that is left. */
bool solver_take_memory(struct solver *solver, uint64_t bytes);

/* Takes steps for work that is done at once. */
static inline bool solver_charge(struct solver *solver, uint64_t steps)
{
    if (steps > solver->limits.steps)
        return solver_limit(solver, "the limit of steps is reached");
    solver->limits.steps -= steps;
    return true;
}

/* Gives a witness a value; one that it has must be the same. */
static inline bool solver_set(struct solver *solver, struct frame *frame, uint32_t witness,
                              const struct field *value)
{
    const struct field *known = witness_map_get(&frame->witnesses, witness);
    if (known != NULL)
        return field_equal(known, value) || solver_unsatisfied(solver);
    witness_map_set(&frame->witnesses, witness, value);
    return true;
}

/* expression.c */

/* The value of an expression whose witnesses are known. False: *unknown is one that is not. */
bool expression_value(const struct frame *frame, const struct acir_expression *expression,
                      struct field *value, uint32_t *unknown);
bool solve_assert_zero(struct solver *solver, struct frame *frame,
                       const struct acir_expression *expression);

/* memory.c */
bool solve_memory_operation(struct solver *solver, struct frame *frame,
                            const struct acir_memory_operation *operation);
bool solve_memory_initialisation(struct solver *solver, struct frame *frame,
                                 const struct acir_memory_initialisation *initialisation);
/* Opens and closes a frame; it holds nothing after false. */
bool frame_open(struct solver *solver, struct frame *frame, uint32_t function, uint32_t least);
void frame_close(struct solver *solver, struct frame *frame);

/* black_box.c */
bool solve_black_box(struct solver *solver, struct frame *frame, const struct acir_black_box *box);

/* calls.c */
bool solve_brillig_call(struct solver *solver, struct frame *frame,
                        const struct acir_brillig_call *call);
bool solve_call(struct solver *solver, struct frame *frame, const struct acir_call *call,
                uint32_t depth);

/* acvm.c: solves all opcodes of a frame and puts it on the stack. */
bool solve_frame(struct solver *solver, struct frame *frame, uint32_t depth);

/* witness_stack.c */
bool witness_stack_start(struct buffer *stack);
bool witness_stack_add(struct buffer *stack, uint32_t function,
                       const struct witness_map *witnesses);
/* Puts the head before the items. */
bool witness_stack_finish(struct buffer *stack, uint32_t items);

#endif
