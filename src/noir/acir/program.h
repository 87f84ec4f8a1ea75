/*
 * A compiled Noir program in memory: circuits of ACIR opcodes and the Brillig functions they call.
 * Made by acir_program_decode (noir/acir/acir.h) and immutable from then on: any number of threads
 * may execute one program at once. Everything a struct points to belongs to the program.
 *
 * Source: the MessagePack form that the compiler 1.0.0-beta.26 writes. What the decoder has made
 * sure of is said at each member; execution relies on it.
 */
#ifndef NOIR_ACIR_PROGRAM_H
#define NOIR_ACIR_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "bn254/field.h"
#include "noir/acir/brillig_code.h"

/* Bounds of what is accepted, far over what the prover can prove. */
enum { ACIR_WITNESS_LIMIT = 1 << 28, ACIR_BLOCK_LIMIT = 1 << 22 };

/* Witness indices, each below ACIR_WITNESS_LIMIT. */
struct acir_witnesses {
    const uint32_t *indices;
    uint32_t count;
};

/* Most coefficients are 1 or -1, which need no multiplication. */
enum acir_coefficient {
    ACIR_COEFFICIENT_GENERAL,
    ACIR_COEFFICIENT_ONE,
    ACIR_COEFFICIENT_MINUS_ONE
};

struct acir_product {
    struct field coefficient;
    enum acir_coefficient kind;
    uint32_t left;
    uint32_t right;
};

struct acir_term {
    struct field coefficient;
    enum acir_coefficient kind;
    uint32_t witness;
};

/* The sum of the products, the terms and the constant. */
struct acir_expression {
    const struct acir_product *products;
    const struct acir_term *terms;
    uint32_t product_count;
    uint32_t term_count;
    struct field constant;
};

/* An input of a black box. */
struct acir_input {
    bool is_constant;
    uint32_t witness;
    struct field constant;
};

enum acir_black_box_kind {
    ACIR_AES128_ENCRYPT,
    ACIR_AND,
    ACIR_XOR,
    ACIR_RANGE,
    ACIR_BLAKE2S,
    ACIR_BLAKE3,
    ACIR_ECDSA_SECP256K1,
    ACIR_ECDSA_SECP256R1,
    ACIR_MULTI_SCALAR_MULTIPLICATION,
    ACIR_EMBEDDED_CURVE_ADD,
    ACIR_KECCAK_F1600,
    ACIR_RECURSIVE_AGGREGATION,
    ACIR_POSEIDON2_PERMUTATION,
    ACIR_SHA256_COMPRESSION
};

struct acir_inputs {
    const struct acir_input *inputs;
    uint32_t count;
};

enum { ACIR_BLACK_BOX_LISTS = 4 };

/*
 * What the lists of a black box are, with the lengths the decoder has made sure of. A box has a
 * predicate where it is named, and as many outputs as are named.
 *
 *   AES                   message; iv 16; key 16                      outputs: as many as message
 *   AND, XOR              left 1; right 1; bits                       1 output
 *   RANGE                 input 1; bits
 *   BLAKE2s, BLAKE3       message                                     32 outputs
 *   ECDSA                 x 32; y 32; signature 64; hash 32           predicate, 1 output
 *   multi scalar mul.     points, an even number; scalars, as many    predicate, 2 outputs
 *   embedded curve add    point 2; point 2                            predicate, 2 outputs
 *   Keccak-f              state 25                                    25 outputs
 *   recursion             key; proof; public inputs; key hash 1       predicate
 *   Poseidon2             state                                       outputs: any number
 *   SHA-256 compression   words 16; state 8                           8 outputs
 */
struct acir_black_box {
    enum acir_black_box_kind kind;
    uint32_t bits;
    struct acir_inputs lists[ACIR_BLACK_BOX_LISTS];
    struct acir_input predicate;
    struct acir_witnesses outputs;
};

struct acir_memory_operation {
    uint32_t block; /* below the circuit's block_count */
    bool is_write;
    uint32_t index;
    uint32_t value;
};

struct acir_memory_initialisation {
    uint32_t block; /* below the circuit's block_count */
    bool is_memory; /* else it is call data or return data, which only Aztec has */
    struct acir_witnesses values;
};

enum acir_brillig_input_kind { ACIR_INPUT_EXPRESSIONS, ACIR_INPUT_BLOCK };

struct acir_brillig_input {
    enum acir_brillig_input_kind kind;
    uint32_t block; /* ACIR_INPUT_BLOCK: below the circuit's block_count */
    uint32_t expression_count;
    const struct acir_expression *expressions;
};

struct acir_brillig_call {
    uint32_t function; /* below the program's brillig_count */
    uint32_t input_count;
    const struct acir_brillig_input *inputs;
    struct acir_witnesses outputs; /* arrays flattened */
    struct acir_expression predicate;
};

struct acir_call {
    uint32_t function; /* not 0, below the program's circuit_count */
    struct acir_witnesses inputs;
    struct acir_witnesses outputs;
    struct acir_expression predicate;
};

enum acir_opcode_kind {
    ACIR_ASSERT_ZERO,
    ACIR_BLACK_BOX,
    ACIR_MEMORY_OPERATION,
    ACIR_MEMORY_INITIALISATION,
    ACIR_BRILLIG_CALL,
    ACIR_CALL
};

struct acir_opcode {
    enum acir_opcode_kind kind;
    union {
        struct acir_expression assert_zero;
        const struct acir_black_box *black_box;
        struct acir_memory_operation memory_operation;
        struct acir_memory_initialisation memory_initialisation;
        const struct acir_brillig_call *brillig_call;
        const struct acir_call *call;
    } as;
};

/* One part of an assertion's payload: an expression's value, or all values of a block. */
struct acir_payload_part {
    bool is_block;
    uint32_t block; /* below the circuit's block_count */
    struct acir_expression expression;
};

/* What the failure of opcode `opcode` says. Those of Brillig locations are dropped: unused. */
struct acir_assertion {
    uint32_t opcode;
    uint64_t selector;
    uint32_t part_count;
    const struct acir_payload_part *parts;
};

struct acir_circuit {
    const char *name; /* printable ASCII */
    const struct acir_opcode *opcodes;
    uint32_t opcode_count;
    uint32_t block_count;   /* one more than the highest memory block */
    uint32_t witness_count; /* one more than the highest witness of all kinds, 0 without any */
    uint32_t prover_witness_count; /* the same as the prover counts it: acir_inspection */
    struct acir_witnesses private_parameters; /* these three ascending, without repetition */
    struct acir_witnesses public_parameters;
    struct acir_witnesses return_values;
    /* Public parameters and then return values as they are written, repetitions too: the order
     * that the prover has them in. */
    struct acir_witnesses public_inputs;
    uint32_t assertion_count;
    const struct acir_assertion *assertions; /* the first for an opcode counts */
};

struct brillig_function {
    const char *name;      /* printable ASCII */
    uint32_t opcode_count; /* at least 1 */
    const struct brillig_opcode *opcodes;
};

struct acir_program {
    uint32_t circuit_count; /* at least 1: circuit 0 is main */
    uint32_t brillig_count;
    const struct acir_circuit *circuits;
    const struct brillig_function *brillig_functions;
    /* The first foreign function (oracle) called other than print; NULL for none. Such a program
     * can be proven by who has its witness, but not executed here. Printable ASCII. */
    const char *foreign_call;
};

#endif
