/*
 * Executes a program: from the values of its parameters to the values of all its witnesses, which
 * is what a prover needs. Opcodes run in order, once each; every one either checks values, computes
 * new ones, or asks a Brillig function for a hint.
 *
 * A program may be hostile: every execution ends within its limits. The program is only read, so
 * any number of threads may execute one at once; all else belongs to one call. Memory that held
 * values is wiped before it is given back.
 *
 * Source: the behaviour of acvm_js 1.0.0-beta.26, measured. Where that one crashes, an execution
 * fails here.
 */
#ifndef NOIR_ACVM_ACVM_H
#define NOIR_ACVM_ACVM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "noir/acir/program.h"
#include "noir/witness/witness_map.h"

struct acvm_limits {
    uint64_t steps;        /* opcodes of circuits and Brillig together; costly ones count as many */
    uint64_t memory_bytes; /* of witnesses and memory blocks, and as much again of Brillig memory */
    uint32_t brillig_depth; /* calls within a Brillig function */
    uint32_t circuit_depth; /* circuits within circuits; at most ACVM_CIRCUIT_DEPTH_MAX */
};

/* Calls between circuits recurse in C too. */
enum { ACVM_CIRCUIT_DEPTH_MAX = 64 };

#define ACVM_LIMITS_DEFAULT                                                                        \
    ((struct acvm_limits){.steps = UINT64_C(1) << 30,                                              \
                          .memory_bytes = UINT64_C(1) << 30,                                       \
                          .brillig_depth = 1 << 20,                                                \
                          .circuit_depth = ACVM_CIRCUIT_DEPTH_MAX})

enum acvm_outcome {
    ACVM_SOLVED,
    ACVM_ASSERTION_FAILED, /* the parameters do not satisfy an assertion of the program */
    ACVM_UNSOLVABLE,       /* the program cannot be executed with them: its own mistake */
    ACVM_LIMIT_REACHED,
    ACVM_NO_MEMORY
};

/* An opcode of a circuit, or one of Brillig that a circuit's opcode called. */
struct acvm_location {
    uint32_t opcode;
    bool is_brillig;
    uint32_t brillig_opcode;
};

enum { ACVM_MESSAGE_CHARACTERS = 384 };

/*
 * Why an execution failed, for the one who gave the inputs: the message and the payload can hold
 * values, so they must not be logged.
 */
struct acvm_error {
    enum acvm_outcome outcome;
    char message[ACVM_MESSAGE_CHARACTERS]; /* in the words of the reference */
    /* What the program says of a failed assertion, to be read by abi/ (abi_describe_payload). */
    bool has_payload;
    uint64_t selector;
    struct field *payload;
    size_t payload_count;
    /* Where: the function whose opcode failed and, outermost first, the calls that led there. Only
     * the last ACVM_LOCATIONS_MAX are kept. */
    uint32_t circuit_function;
    bool in_brillig;
    uint32_t brillig_function;
    struct acvm_location *locations;
    size_t location_count;
};

enum { ACVM_LOCATIONS_MAX = 1 << 16 };

#define ACVM_ERROR_EMPTY ((struct acvm_error){.outcome = ACVM_SOLVED})

/* Wipes and gives back; the error is then ACVM_ERROR_EMPTY. */
void acvm_error_free(struct acvm_error *error);

/*
 * Executes main with the initial values of its parameters. The program must have no foreign_call.
 * Only for ACVM_SOLVED:
 *
 * - witness_stack, which must be empty, is the WitnessStack that provers take, not compressed: the
 *   byte 3, then MessagePack [[[function, {witness: value}], ...]] of all circuits that ran, those
 *   that were called before those that called, main last.
 * - *main_witnesses, unless NULL, are the witnesses of main, the caller's to free.
 *
 * Otherwise *error, which must be empty, says why, and is the caller's to free.
 */
enum acvm_outcome acvm_execute(const struct acir_program *program,
                               const struct witness_map *initial, const struct acvm_limits *limits,
                               struct buffer *witness_stack, struct witness_map *main_witnesses,
                               struct acvm_error *error);

#endif
