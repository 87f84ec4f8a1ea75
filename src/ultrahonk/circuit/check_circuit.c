/* Which circuits there are keys of: those that bb takes, and that there are rules for. */
#include <stdarg.h>
#include <stdio.h>

#include "ultrahonk/circuit/builder_internal.h"

enum { MOST_RANGE_BITS = 253, MOST_LOGIC_BITS = 252, POSEIDON2_STATE = 4 };

static enum trace_status refuse(struct trace_fault *fault, uint32_t opcode,
                                enum trace_status status, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static enum trace_status refuse(struct trace_fault *fault, uint32_t opcode,
                                enum trace_status status, const char *format, ...)
{
    va_list arguments;
    if (fault == NULL)
        return status;
    fault->opcode = opcode;
    va_start(arguments, format);
    (void)vsnprintf(fault->text, sizeof(fault->text), format, arguments);
    va_end(arguments);
    return status;
}

static const char *name_of(enum acir_black_box_kind kind)
{
    static const char *const names[] = {
        [ACIR_AES128_ENCRYPT] = "AES128Encrypt",
        [ACIR_AND] = "AND",
        [ACIR_XOR] = "XOR",
        [ACIR_RANGE] = "RANGE",
        [ACIR_BLAKE2S] = "Blake2s",
        [ACIR_BLAKE3] = "Blake3",
        [ACIR_ECDSA_SECP256K1] = "EcdsaSecp256k1",
        [ACIR_ECDSA_SECP256R1] = "EcdsaSecp256r1",
        [ACIR_MULTI_SCALAR_MULTIPLICATION] = "MultiScalarMul",
        [ACIR_EMBEDDED_CURVE_ADD] = "EmbeddedCurveAdd",
        [ACIR_KECCAK_F1600] = "Keccakf1600",
        [ACIR_RECURSIVE_AGGREGATION] = "RecursiveAggregation",
        [ACIR_POSEIDON2_PERMUTATION] = "Poseidon2Permutation",
        [ACIR_SHA256_COMPRESSION] = "Sha256Compression",
    };
    return names[kind];
}

const char *trace_opcode_name(const struct acir_opcode *opcode)
{
    static const char *const names[] = {
        [ACIR_ASSERT_ZERO] = "AssertZero",    [ACIR_BLACK_BOX] = "BlackBoxFuncCall",
        [ACIR_MEMORY_OPERATION] = "MemoryOp", [ACIR_MEMORY_INITIALISATION] = "MemoryInit",
        [ACIR_BRILLIG_CALL] = "BrilligCall",  [ACIR_CALL] = "Call",
    };
    return opcode->kind == ACIR_BLACK_BOX ? name_of(opcode->as.black_box->kind)
                                          : names[opcode->kind];
}

static enum trace_status check_range(struct trace_fault *fault, uint32_t at,
                                     const struct acir_black_box *box)
{
    if (box->lists[0].inputs[0].is_constant)
        return refuse(fault, at, TRACE_REFUSED, "RANGE of a constant, which bb does not prove");
    if (box->bits > MOST_RANGE_BITS)
        return refuse(fault, at, TRACE_REFUSED, "RANGE has %u bits; bb proves at most %d",
                      box->bits, MOST_RANGE_BITS);
    return TRACE_OK;
}

static enum trace_status check_logic(struct trace_fault *fault, uint32_t at,
                                     const struct acir_black_box *box)
{
    if (box->bits >= 1 && box->bits <= MOST_LOGIC_BITS)
        return TRACE_OK;
    return refuse(fault, at, TRACE_REFUSED, "%s has %u bits; bb proves 1 to %d", name_of(box->kind),
                  box->bits, MOST_LOGIC_BITS);
}

static enum trace_status check_poseidon2(struct trace_fault *fault, uint32_t at,
                                         const struct acir_black_box *box)
{
    if (box->lists[0].count != POSEIDON2_STATE || box->outputs.count != POSEIDON2_STATE)
        return refuse(fault, at, TRACE_REFUSED,
                      "Poseidon2Permutation has %u inputs and %u outputs; bb proves that of %d",
                      box->lists[0].count, box->outputs.count, POSEIDON2_STATE);
    for (uint32_t i = 0; i < POSEIDON2_STATE; i++)
        if (box->lists[0].inputs[i].is_constant)
            return refuse(fault, at, TRACE_REFUSED,
                          "Poseidon2Permutation of a constant, which bb does not prove");
    return TRACE_OK;
}

static enum trace_status check_black_box(struct trace_fault *fault, uint32_t at,
                                         const struct acir_opcode *opcode)
{
    const struct acir_black_box *box = opcode->as.black_box;
    if (!is_covered(opcode))
        return refuse(fault, at, TRACE_UNSUPPORTED, "unsupported: %s", name_of(box->kind));
    if (box->kind == ACIR_RANGE)
        return check_range(fault, at, box);
    if (box->kind == ACIR_POSEIDON2_PERMUTATION)
        return check_poseidon2(fault, at, box);
    return check_logic(fault, at, box);
}

static enum trace_status check_opcode(struct trace_fault *fault, uint32_t at,
                                      const struct acir_opcode *opcode)
{
    switch (opcode->kind) {
    case ACIR_ASSERT_ZERO:
        if (opcode->as.assert_zero.product_count + opcode->as.assert_zero.term_count > 0)
            return TRACE_OK;
        return refuse(fault, at, TRACE_REFUSED,
                      "AssertZero of a constant, which bb does not prove");
    case ACIR_BLACK_BOX:
        return check_black_box(fault, at, opcode);
    case ACIR_MEMORY_INITIALISATION:
        if (opcode->as.memory_initialisation.is_memory)
            return TRACE_OK;
        return refuse(fault, at, TRACE_REFUSED,
                      "MemoryInit of call data or return data, which bb proves for Aztec alone");
    case ACIR_CALL:
        return refuse(fault, at, TRACE_REFUSED,
                      "a call of another circuit, which bb does not prove: remove #[fold]");
    case ACIR_MEMORY_OPERATION:
    case ACIR_BRILLIG_CALL:
        break;
    }
    return TRACE_OK;
}

enum trace_status check_memories(struct trace_fault *fault, const struct memory_plans *plans)
{
    for (uint32_t i = 0; i < plans->count; i++) {
        const struct memory_plan *plan = &plans->plans[i];
        if (plan->is_early)
            return refuse(fault, plan->first_operation, TRACE_REFUSED,
                          "MemoryOp of block %u, which has had no MemoryInit", i);
        if (plan->operations > 0 && plan->size == 0)
            return refuse(fault, plan->first_operation, TRACE_REFUSED,
                          "MemoryOp of block %u, which has no cells", i);
    }
    return TRACE_OK;
}

enum trace_status check_circuit(struct trace_fault *fault, const struct acir_program *program)
{
    const struct acir_circuit *circuit = &program->circuits[0];
    if (program->circuit_count != 1)
        return refuse(fault, TRACE_NO_OPCODE, TRACE_REFUSED,
                      "the program has %u circuits and bb proves one: remove #[fold]",
                      program->circuit_count);
    for (uint32_t i = 0; i < circuit->opcode_count; i++) {
        enum trace_status status = check_opcode(fault, i, &circuit->opcodes[i]);
        if (status != TRACE_OK)
            return status;
    }
    return TRACE_OK;
}
