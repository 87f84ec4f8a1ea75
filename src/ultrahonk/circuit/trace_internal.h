/* What a trace is made of. Private to ultrahonk/circuit/. */
#ifndef ULTRAHONK_CIRCUIT_TRACE_INTERNAL_H
#define ULTRAHONK_CIRCUIT_TRACE_INTERNAL_H

#include <stdbool.h>

#include "ultrahonk/circuit/trace.h"

/* How much there is of each; measuring gives bounds. */
struct extent {
    uint32_t rows[BLOCK_COUNT];
    uint32_t variables;
    uint32_t coefficients; /* that are not small */
    uint32_t constants;
    uint32_t tape;
    uint32_t lists;
    uint32_t members; /* of all lists, without what a list itself brings */
    uint32_t records;
    uint32_t cells; /* of the largest memory */
};

/*
 * A selector's value: a signed number in the low 31 bits, or with the high bit the index of one
 * among the trace's coefficients.
 */
enum { CODE_BITS = 31 };
#define CODE_STORED (UINT32_C(1) << CODE_BITS)

/* How far the ids of two wires are apart. */
#define TRACE_SEPARATOR (UINT32_C(1) << 28)

/* Past this a number of a variable would not leave room for a sigma's tag. */
enum { TRACE_MOST_VARIABLES = 1 << 29 };

enum { CODE_M, CODE_R, CODE_O, CODE_C, CODE_L, CODE_4, CODE_COUNT };

struct block {
    uint32_t first; /* row; once it is laid out */
    uint32_t count;
    uint32_t (*wires)[TRACE_WIRES]; /* variables; in the end the first of each one's class */
    uint32_t (*codes)[CODE_COUNT];  /* NULL where all are zero */
    uint8_t *selectors;             /* of the block itself */
    uint32_t *opcodes;
};

/* A list of the numbers 0..top, four of a row at most 3 apart. */
struct range_list {
    uint32_t top;
    uint32_t tag; /* of the members; of the sorted ones it is tag + 1 */
    uint32_t own; /* the first of the variables 0, 3, 6, ... and top */
    uint32_t own_count;
    uint32_t members; /* laying out: the last that joined; then the place of the first in the
                         trace's members */
    uint32_t member_count;
};

/* The tables of the black boxes. */
enum table_kind { TABLE_AND_6, TABLE_AND_2, TABLE_XOR_6, TABLE_XOR_2, TABLE_KINDS };

struct table {
    enum table_kind kind;
    uint32_t first; /* row of the first one's row */
    uint32_t rows;
};

/* The operations of a memory block, after its last initialisation. */
struct memory_plan {
    uint32_t initialisation; /* opcodes */
    uint32_t first_operation;
    uint32_t last_operation;
    uint32_t operations;
    uint32_t size;
    bool is_ram;
    bool exists;
    bool is_early; /* an operation came before the block's first initialisation */
};

struct memory_plans {
    struct memory_plan *plans; /* by block */
    uint32_t *next_operation;  /* of the same block, for each opcode that is one */
    uint32_t count;
};

/* Finds out which blocks are what. False for lack of memory. To be freed in any case. */
bool memory_plans_make(struct memory_plans *plans, const struct acir_circuit *circuit);
void memory_plans_free(struct memory_plans *plans);

struct trace {
    size_t log_rows;
    size_t end;
    size_t bytes;
    struct extent made;
    struct block blocks[BLOCK_COUNT];
    struct table tables[TABLE_KINDS];
    uint32_t table_count;
    uint32_t table_rows;
    struct field *coefficients;
    uint32_t *tape;
    struct range_list *lists; /* by top */
    uint32_t *members;
    uint32_t *tags;                  /* of each variable that stands for its class */
    uint32_t (*sigmas)[TRACE_WIRES]; /* for each row */
    uint8_t *firsts;                 /* for each row a bit a wire: the first of its class */
    struct memory_plans plans;
    void *memory;
};

/* Wires' values and what goes with them. */
struct trace_values {
    size_t bytes;
    struct field *variables;
    uint32_t *reads;  /* of each row of the tables */
    uint8_t *records; /* for each row of the memory block: RECORD_... */
};

enum { RECORD_NONE, RECORD_READ, RECORD_WRITE };

/* Cuts one block of memory into arrays. Without one it is measured. */
struct cutter {
    unsigned char *memory;
    size_t used;
};
void *cutter_cut(struct cutter *cutter, size_t count, size_t size);

/* The value of a code. */
struct field trace_coefficient(const struct trace *trace, uint32_t code);

/* A row of a table: its columns but the table's number. */
struct table_row {
    uint32_t columns[3];
};
uint32_t table_length(enum table_kind kind);
struct table_row table_row(enum table_kind kind, uint32_t row);

/* Which blocks have selectors of their own beside the block's. */
bool block_has_codes(enum trace_block block);

/* Fills sigmas and firsts from wires and tags. `last` has room for a number a variable. */
void permute(struct trace *trace, uint32_t *last);

#endif
