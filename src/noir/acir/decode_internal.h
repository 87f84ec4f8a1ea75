/*
 * The parts of the decoder. Each function reads one value of the format from decoder->reader; after
 * a failure (reader_failed) what they give must not be used, but may be freed with the arena.
 */
#ifndef NOIR_ACIR_DECODE_INTERNAL_H
#define NOIR_ACIR_DECODE_INTERNAL_H

#include "noir/acir/program.h"
#include "noir/acir/reader_internal.h"

/* The fewest bytes that a value of each kind takes, which bounds the count of a list of them. */
enum {
    WITNESS_BYTES = 1,
    TERM_BYTES = 36,            /* list head, field element, witness */
    PRODUCT_BYTES = 37,         /* list head, field element, two witnesses */
    EXPRESSION_BYTES = 37,      /* list head, two empty lists, field element */
    INPUT_BYTES = 10,           /* {"Witness": w} */
    OPCODE_BYTES = 16,          /* {"MemoryOp": [b, [w, i, v]]} */
    BRILLIG_OPCODE_BYTES = 7,   /* "Return" */
    BRILLIG_INPUT_BYTES = 8,    /* {"Array": []} */
    BRILLIG_OUTPUT_BYTES = 8,   /* {"Array": []} */
    CIRCUIT_BYTES = 7,          /* list head, empty string, five empty lists */
    BRILLIG_FUNCTION_BYTES = 3, /* list head, empty string, list head */
    ASSERTION_BYTES = 11,       /* [{"Acir": i}, [selector, []]] */
    PART_BYTES = 9,             /* {"Memory": b} */
    VALUE_BYTES = 1
};

struct decoder {
    struct reader reader;
    uint32_t circuit_count; /* known before the opcodes are read */
    /* One more than the highest index met since it was last set to 0. */
    uint32_t witness_count;
    uint32_t block_count;
    uint32_t brillig_count_needed; /* one more than the highest Brillig function called */
    const char *foreign_call;      /* the first that is no print */
};

uint32_t decode_witness(struct decoder *decoder);
struct acir_witnesses decode_witnesses(struct decoder *decoder);
/* The same as a set: ascending, without repetition. */
struct acir_witnesses decode_witness_set(struct decoder *decoder);
uint32_t decode_block(struct decoder *decoder);
void decode_expression(struct decoder *decoder, struct acir_expression *expression);
const struct acir_black_box *decode_black_box(struct decoder *decoder);
void decode_opcode(struct decoder *decoder, struct acir_opcode *opcode);
void decode_circuit(struct decoder *decoder, struct acir_circuit *circuit);
void decode_brillig_function(struct decoder *decoder, struct brillig_function *function);
const struct brillig_black_box *decode_brillig_black_box(struct decoder *decoder);
struct brillig_address decode_address(struct decoder *decoder);
struct brillig_heap_array decode_heap_array(struct decoder *decoder);
/* Reads a foreign call and notes it unless it is a print, which must be without results. */
void decode_foreign_call(struct decoder *decoder);
enum brillig_type decode_type(struct decoder *decoder);
enum brillig_type decode_integer_type(struct decoder *decoder);

#endif
