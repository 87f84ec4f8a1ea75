/*
 * The Brillig machine: runs the unconstrained functions that a program calls for hints. A machine
 * is made once an execution and used for call after call; each run begins with empty memory. The
 * code may be hostile: every run ends, by its limits if by nothing else, and takes no more memory
 * than they say.
 *
 * Memory is an array of typed cells; one that was never written reads as the field element 0.
 * Memory holds witness values: it is wiped when it is given back. One thread at a time.
 *
 * Source: the behaviour of acvm_js 1.0.0-beta.26, measured. Where the reference crashes, a run
 * fails here.
 */
#ifndef NOIR_BRILLIG_MACHINE_H
#define NOIR_BRILLIG_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#include "noir/acir/program.h"

struct brillig_machine;

struct brillig_limits {
    uint32_t cells;      /* of memory */
    uint32_t call_depth; /* calls within one run */
};

enum brillig_outcome {
    BRILLIG_STOPPED,  /* to the end: brillig_machine_result */
    BRILLIG_TRAPPED,  /* an assertion failed: brillig_machine_result is its payload */
    BRILLIG_FAILED,   /* the code did what is not allowed: brillig_machine_reason */
    BRILLIG_NO_STEPS, /* *steps is used up */
    BRILLIG_LIMITED,  /* over another limit: brillig_machine_reason */
    BRILLIG_NO_MEMORY
};

enum { BRILLIG_REASON_CHARACTERS = 320 };

/* NULL without memory. */
struct brillig_machine *brillig_machine_create(const struct brillig_limits *limits);

/* Fine on NULL. */
void brillig_machine_free(struct brillig_machine *machine);

/*
 * Runs the function with calldata[0..count) until it ends or *steps, which is lowered by what was
 * done, is used up. A step is an opcode; those that work on many cells at once take more. The
 * function and the calldata must last as long as the machine is asked about this run.
 */
enum brillig_outcome brillig_machine_run(struct brillig_machine *machine,
                                         const struct brillig_function *function,
                                         const struct field *calldata, size_t count,
                                         uint64_t *steps);

/*
 * The cells that the run gave back, *count of them; they last until the next run. NULL and a *count
 * of 0 when there are none; NULL and a *count of SIZE_MAX when they lie outside memory.
 */
const struct brillig_value *brillig_machine_result(const struct brillig_machine *machine,
                                                   size_t *count);

/* Why the run did not end well. It may hold values: not for logs. */
const char *brillig_machine_reason(const struct brillig_machine *machine);

/*
 * Where the run ended: the opcodes of the active calls, outermost first, and then the opcode that
 * was reached. Writes the first `room` of them to positions and returns how many there are.
 */
size_t brillig_machine_positions(const struct brillig_machine *machine, uint32_t *positions,
                                 size_t room);

#endif
