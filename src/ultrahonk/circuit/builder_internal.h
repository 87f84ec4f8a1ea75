/*
 * The builder: what the rules of the opcodes are written in. A rule makes variables and gates. It
 * is driven three times by the same calls in the same order: measured, so that memory can be taken;
 * laid out, without a witness; and filled, with one. What depends on what came before (is there a
 * variable for this constant already?) is decided while it is laid out and noted on a tape, which
 * filling reads. So a rule must make the same calls whatever the values are. Private to
 * ultrahonk/circuit/.
 */
#ifndef ULTRAHONK_CIRCUIT_BUILDER_INTERNAL_H
#define ULTRAHONK_CIRCUIT_BUILDER_INTERNAL_H

#include <stdbool.h>

#include "ultrahonk/arithmetic.h"
#include "ultrahonk/circuit/trace_internal.h"

enum drive { DRIVE_MEASURE, DRIVE_LAYOUT, DRIVE_FILL };

/* Coefficients that were stored of late, so that those met often are stored once. */
enum { RECENT_COEFFICIENTS = 4096 };

/* Of a memory: one access, or the initialisation of one cell. */
struct memory_record {
    uint32_t variable; /* of the record itself */
    uint32_t value;
    uint32_t index; /* the number; only known when filling */
    uint32_t timestamp;
    bool is_write;
};

struct constant_slot {
    struct field value;
    uint32_t variable;
};

struct builder {
    enum drive drive;
    enum trace_status status; /* the first that was not TRACE_OK */
    struct trace_fault *fault;
    const struct acir_circuit *circuit;
    const struct memory_plans *plans;
    size_t most_rows;
    uint32_t opcode;     /* whose rule runs */
    uint32_t zero;       /* the variable that is 0 */
    struct extent made;  /* so far */
    struct trace *trace; /* but when measuring */
    uint32_t recent_codes[RECENT_COEFFICIENTS];
    struct field recent[RECENT_COEFFICIENTS];

    uint8_t tops[1 << 11]; /* measuring: which lists there are, a bit each */
    uint32_t other_top;    /* likewise, the last one past those */
    uint64_t measured_own; /* likewise, what the lists bring themselves */

    /* laying out */
    uint32_t *parent;      /* of copy classes; a root is its own */
    uint32_t *next_member; /* of a range list */
    struct constant_slot *constants;
    uint32_t *constant_index; /* a hash table of 1 + index in constants */
    uint32_t constant_mask;
    uint64_t hash_keys[INTEGER256_LIMBS];
    uint32_t last_tag;

    /* laying out and filling */
    struct memory_record *records;
    uint32_t memory_start; /* the first record of the memory at hand */
    uint32_t tape_at;

    /* filling */
    struct trace_values *values;
    uint32_t *cells;              /* a RAM's: the variable in each */
    struct memory_record *sorted; /* a memory's records */
    uint32_t *cell_starts;        /* room for one more than the largest memory has cells */
};

/* A gate. What is not named is zero. */
struct gate {
    uint32_t wires[TRACE_WIRES];
    unsigned selector; /* of the block */
    struct field q_m, q_r, q_o, q_c, q_l, q_4;
};

/* Notes what is wrong, if nothing is yet. The opcode is that whose rule runs. */
void builder_fail(struct builder *builder, enum trace_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static inline bool builder_failed(const struct builder *builder)
{
    return builder->status != TRACE_OK;
}

static inline bool builder_fills(const struct builder *builder)
{
    return builder->drive == DRIVE_FILL;
}

/* A variable's value; 0 unless filling. */
struct field builder_value(const struct builder *builder, uint32_t variable);

/* Its value as a number below 2^32. False, and builder_fail, when it is none. */
bool builder_index(struct builder *builder, uint32_t *number, uint32_t variable, uint32_t limit);

/* A new variable. Its value counts when filling. */
uint32_t builder_variable(struct builder *builder, struct field value);

/* The variable for a constant. */
uint32_t builder_constant(struct builder *builder, struct field value);

/* The variable that stands for its class, as it is now. Only laying out. */
uint32_t builder_class(struct builder *builder, uint32_t variable);

/* How a selector's value is stored. */
uint32_t builder_code(struct builder *builder, const struct field *value);

/* Makes both the same variable. When filling, their values have to be. */
void builder_equal(struct builder *builder, uint32_t kept, uint32_t joined);

/* The first of two new tags, which are each other's. */
uint32_t builder_tags(struct builder *builder);
void builder_tag(struct builder *builder, uint32_t variable, uint32_t tag);

void builder_gate(struct builder *builder, enum trace_block block, const struct gate *gate);

/* A gate without selectors. */
void builder_free_row(struct builder *builder, enum trace_block block, uint32_t w1, uint32_t w2,
                      uint32_t w3, uint32_t w4);

/* A plain arithmetic gate, for which selector is set. When filling it has to hold. */
void builder_arithmetic(struct builder *builder, struct gate *gate);

/* An arithmetic gate whose rest, the sum of what it names, is added to that of the next one's by
 * the variable that comes back, which is minus the rest and belongs into the next one's w4. */
uint32_t builder_carry(struct builder *builder, struct gate *gate);

/* variable = value, by a gate. */
void builder_fix(struct builder *builder, uint32_t variable, struct field value);

/* A new variable that is left + factor * right, by a gate. */
uint32_t builder_sum(struct builder *builder, uint32_t left, uint32_t right, struct field factor);

/* The variable is in 0..top, by the range list of that top. */
void builder_small(struct builder *builder, uint32_t variable, uint32_t top);

/* The variable has `bits` bits, by limbs whatever their number is. */
void builder_limbs(struct builder *builder, uint32_t variable, uint32_t bits);

/* The four wires are a row of the lookup table that a black box names; *reads of it are counted. */
uint32_t builder_table(struct builder *builder, enum table_kind kind);
void builder_read(struct builder *builder, uint32_t table, uint32_t row);

/* Marks the next row of the memory block as one whose w4 is a record. */
void builder_record(struct builder *builder, bool is_write);

/* A row of the memory block, with these wires. */
void memory_row(struct builder *builder, struct gate gate, uint32_t w1, uint32_t w2, uint32_t w3,
                uint32_t w4);

/* The rules. */
void rule_assert_zero(struct builder *builder, const struct acir_expression *expression,
                      bool one_gate);
void rule_range(struct builder *builder, const struct acir_black_box *box);
void rule_logic(struct builder *builder, const struct acir_black_box *box);
void rule_poseidon2(struct builder *builder, const struct acir_black_box *box);
void rule_memory(struct builder *builder, const struct memory_plan *plan);
void finish_memories(struct builder *builder);
void finish_ranges(struct builder *builder);

/* How many gates an expression takes. */
uint32_t assert_zero_gates(const struct acir_expression *expression);

/* A builder that fills; NULL for lack of memory. For free(). */
struct builder *builder_begin_filling(struct trace_fault *fault, const struct trace *trace,
                                      const struct acir_circuit *circuit);

/* All rules in their order. */
void builder_drive(struct builder *builder);

/* Whether bb and we take the circuit at all. */
enum trace_status check_circuit(struct trace_fault *fault, const struct acir_program *program);
enum trace_status check_memories(struct trace_fault *fault, const struct memory_plans *plans);

/* Whether there is a rule for the opcode. */
bool is_covered(const struct acir_opcode *opcode);

#endif
