/*
 * Brillig bytecode in memory, in the form the machine (noir/brillig/machine.h) runs: one kind an
 * operation, operands resolved as far as they can be. Immutable; part of a struct acir_program.
 */
#ifndef NOIR_ACIR_BRILLIG_CODE_H
#define NOIR_ACIR_BRILLIG_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "bn254/field.h"

enum brillig_type {
    BRILLIG_FIELD,
    BRILLIG_U1,
    BRILLIG_U8,
    BRILLIG_U16,
    BRILLIG_U32,
    BRILLIG_U64,
    BRILLIG_U128
};

/* A typed value: what a memory cell holds. A cell of zero bytes is the field element 0. */
struct brillig_value {
    union {
        struct field field;  /* BRILLIG_FIELD */
        uint64_t integer[2]; /* the others: low and high half, below 2^width */
    } as;
    enum brillig_type type;
};

/* The memory cell at offset + (stack pointer & stack_pointer_mask). */
struct brillig_address {
    uint32_t offset;
    uint32_t stack_pointer_mask; /* all ones for a relative address, 0 for a direct one */
};

/* `size` cells from the address that is held in `pointer`. */
struct brillig_heap_array {
    struct brillig_address pointer;
    uint32_t size;
};

/* What the operands are is written beside each: d stands for destination. */
enum brillig_opcode_kind {
    BRILLIG_FIELD_ADD, /* d left right, as all of BRILLIG_FIELD_* and BRILLIG_INTEGER_* */
    BRILLIG_FIELD_SUBTRACT,
    BRILLIG_FIELD_MULTIPLY,
    BRILLIG_FIELD_DIVIDE,
    BRILLIG_FIELD_INTEGER_DIVIDE,
    BRILLIG_FIELD_EQUALS,
    BRILLIG_FIELD_LESS_THAN,
    BRILLIG_FIELD_LESS_THAN_EQUALS,
    BRILLIG_INTEGER_ADD,
    BRILLIG_INTEGER_SUBTRACT,
    BRILLIG_INTEGER_MULTIPLY,
    BRILLIG_INTEGER_DIVIDE,
    BRILLIG_INTEGER_EQUALS,
    BRILLIG_INTEGER_LESS_THAN,
    BRILLIG_INTEGER_LESS_THAN_EQUALS,
    BRILLIG_INTEGER_AND,
    BRILLIG_INTEGER_OR,
    BRILLIG_INTEGER_XOR,
    BRILLIG_INTEGER_SHIFT_LEFT,
    BRILLIG_INTEGER_SHIFT_RIGHT,
    BRILLIG_NOT,               /* d source; type */
    BRILLIG_CAST,              /* d source; type */
    BRILLIG_JUMP_IF,           /* condition; label */
    BRILLIG_JUMP,              /* label */
    BRILLIG_CALLDATA_COPY,     /* d size offset */
    BRILLIG_CALL,              /* label */
    BRILLIG_CONSTANT,          /* d; constant */
    BRILLIG_INDIRECT_CONSTANT, /* pointer to d; constant */
    BRILLIG_RETURN,
    BRILLIG_PRINT, /* does nothing; a program with another foreign call is not executed */
    BRILLIG_MOVE,  /* d source */
    BRILLIG_CONDITIONAL_MOVE, /* d, source if 1, source if 0; condition */
    BRILLIG_LOAD,             /* d, pointer to source */
    BRILLIG_STORE,            /* pointer to d, source */
    BRILLIG_BLACK_BOX,        /* black_box */
    BRILLIG_TRAP,             /* pointer, size */
    BRILLIG_STOP              /* pointer, size */
};

enum brillig_black_box_kind {
    BRILLIG_AES128_ENCRYPT,              /* arrays: input, iv, key, output */
    BRILLIG_BLAKE2S,                     /* arrays: message, output */
    BRILLIG_BLAKE3,                      /* arrays: message, output */
    BRILLIG_KECCAK_F1600,                /* arrays: input, output */
    BRILLIG_ECDSA_SECP256K1,             /* arrays: hash, x, y, signature; addresses: result */
    BRILLIG_ECDSA_SECP256R1,             /* the same */
    BRILLIG_MULTI_SCALAR_MULTIPLICATION, /* arrays: points, scalars, output */
    BRILLIG_EMBEDDED_CURVE_ADD,          /* addresses: x1, y1, x2, y2; arrays: output */
    BRILLIG_POSEIDON2_PERMUTATION,       /* arrays: message, output */
    BRILLIG_SHA256_COMPRESSION,          /* arrays: input, state, output */
    BRILLIG_TO_RADIX /* addresses: input, radix, pointer to output, limb count, output bits */
};

enum { BRILLIG_BLACK_BOX_ARRAYS = 4, BRILLIG_BLACK_BOX_ADDRESSES = 5 };

struct brillig_black_box {
    enum brillig_black_box_kind kind;
    struct brillig_heap_array arrays[BRILLIG_BLACK_BOX_ARRAYS];
    struct brillig_address addresses[BRILLIG_BLACK_BOX_ADDRESSES];
};

struct brillig_opcode {
    enum brillig_opcode_kind kind;
    enum brillig_type type;
    struct brillig_address operands[3];
    union {
        uint32_t label; /* may be past the end of the code: that ends the run */
        struct brillig_address condition;
        const struct brillig_value *constant; /* an integer fits its type */
        const struct brillig_black_box *black_box;
    } as;
};

#endif
