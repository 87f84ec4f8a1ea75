/*
 * A circuit as UltraHonk proves it: rows of four wires, with selectors, copies and tables. The
 * trace is made once from the ACIR, without a witness; with it, a witness gives the wires. Both are
 * bb 5.0.0's to the last cell, so that keys and proofs are. Source: specification, layout.
 *
 * A trace is immutable once made: any number of threads may read it and fill values. What is
 * implied (ids, most selectors) is not stored: trace_column writes whole columns from it.
 */
#ifndef ULTRAHONK_CIRCUIT_TRACE_H
#define ULTRAHONK_CIRCUIT_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "bn254/field.h"
#include "noir/acir/program.h"
#include "ultrahonk/entities.h"

enum {
    TRACE_WIRES = 4,
    TRACE_FIRST_ROW = 5,      /* of the first block: the public inputs */
    TRACE_MOST_LOG_ROWS = 25, /* of a protocol's rounds; more is refused */
    TRACE_FAULT_BYTES = 256
};

/* Of a row that no one opcode made. */
#define TRACE_NO_OPCODE UINT32_MAX

/* In the order of their rows, without gaps. */
enum trace_block {
    BLOCK_PUBLIC_INPUTS,
    BLOCK_LOOKUP,
    BLOCK_ARITHMETIC,
    BLOCK_RANGE,
    BLOCK_ELLIPTIC,
    BLOCK_MEMORY,
    BLOCK_NON_NATIVE,
    BLOCK_POSEIDON2_EXTERNAL,
    BLOCK_POSEIDON2_INTERNAL,
    BLOCK_COUNT
};

/* Why there is no trace, or no values. */
enum trace_status {
    TRACE_OK,
    TRACE_UNSUPPORTED, /* bb proves it, and there is no rule for it here */
    TRACE_REFUSED,     /* bb refuses such a circuit, too */
    TRACE_TOO_LARGE,   /* over a limit */
    TRACE_UNSATISFIED, /* the witness is none of the circuit's; only of filling */
    TRACE_NO_MEMORY
};

/* One sentence for who made the circuit, without a byte of a witness. */
struct trace_fault {
    uint32_t opcode; /* where, or TRACE_NO_OPCODE */
    char text[TRACE_FAULT_BYTES];
};

struct trace_limits {
    size_t log_rows; /* at most TRACE_MOST_LOG_ROWS */
    size_t memory;   /* bytes that a trace may take, while it is made */
};

#define TRACE_LIMITS ((struct trace_limits){TRACE_MOST_LOG_ROWS, (size_t)8 << 30})

/* A block's rows. Row i of it is row `first + i` of the trace. */
struct trace_rows {
    size_t first;
    size_t count;
    const uint32_t *opcodes; /* of main, that made the row; TRACE_NO_OPCODE: several */
};

struct trace;

/*
 * Lays the circuit out. The trace is the caller's, for trace_free. Untouched are *trace and, unless
 * it is to say why, *fault, which may be NULL. Time and memory are linear in the program and the
 * rows that it makes; how much memory is known before it is taken.
 */
enum trace_status trace_make(struct trace **trace, struct trace_fault *fault,
                             const struct acir_program *program, const struct trace_limits *limits);
void trace_free(struct trace *trace);

/* The trace has 2^log_rows rows, of which those from `end` on are empty. */
size_t trace_log_rows(const struct trace *trace);
size_t trace_end(const struct trace *trace);
struct trace_rows trace_block_rows(const struct trace *trace, enum trace_block block);

/* With the eight limbs of the pairing points, which are zero and come last. */
size_t trace_public_inputs(const struct trace *trace);

/* Rows that the lookup tables take, from the lookup block's first row on. */
size_t trace_table_rows(const struct trace *trace);

/* Bytes that it holds. */
size_t trace_memory(const struct trace *trace);

/* Writes all 2^log_rows rows of one of the PRECOMPUTED_COUNT first entities. */
void trace_column(const struct trace *trace, struct field *column, enum entity entity);

/* An opcode's name as ACIR has it, of a black box the box's own. A static string. */
const char *trace_opcode_name(const struct acir_opcode *opcode);

/*
 * What a row's copy constraints are, in numbers: the value of sigma_1 to sigma_4 is sigmas[0..4),
 * but that sigma_1 of the public input i is -(TRACE_FIRST_ROW + i + 1); likewise id_1 to id_4.
 */
void trace_sigmas(const struct trace *trace, size_t row, uint32_t sigmas[TRACE_WIRES]);
void trace_ids(const struct trace *trace, size_t row, uint32_t ids[TRACE_WIRES]);

/* A circuit's variables for one witness. Secret: kept out of core dumps, and wiped when freed. */
struct trace_values;

/*
 * Runs the circuit's rules once more with a witness: witness[i] is the value of witness i, for
 * `count` of them, and those past it are 0. `program` is the one that the trace was made of.
 * TRACE_UNSATISFIED: an opcode does not hold, and *fault says which. What holds here may still be
 * no witness of the circuit's: the proof is to be verified.
 */
enum trace_status trace_fill(struct trace_values **values, struct trace_fault *fault,
                             const struct trace *trace, const struct acir_program *program,
                             const struct field *witness, size_t count);
void trace_values_free(struct trace_values *values);

/* Writes all 2^log_rows rows of the wire 0 to 3; the memory records of wire 3 are left 0. */
void trace_wire(const struct trace *trace, struct field *column, const struct trace_values *values,
                unsigned wire);

/* Once eta is known: writes the memory records into w_4, a column of trace_wire. */
void trace_write_records(const struct trace *trace, struct field *w_4,
                         const struct trace_values *values, const struct field *eta);

/* How often each row of the tables was looked up, in all 2^log_rows rows, and 1 where it was. */
void trace_read_counts(const struct trace *trace, struct field *counts, struct field *tags,
                       const struct trace_values *values);

/* The public inputs in order, all trace_public_inputs of them. */
void trace_public_values(const struct trace *trace, struct field *inputs,
                         const struct trace_values *values);

#endif
