#include "noir/acir/lookups_internal.h"

#include <stdbool.h>

/* Calls of the same kind, and BLAKE2s and BLAKE3, share their tables. */
enum { TABLES_UNKNOWN = 1 << 28 };

/* Two generators, each with a table of 512 points for 28 windows of a scalar and of 4 for one. */
enum { TABLES_FIXED_POINTS = 2 * (28 * 512 + 4) };

static uint32_t rows_of_kind(enum acir_black_box_kind kind)
{
    switch (kind) {
    case ACIR_AND:
    case ACIR_XOR:
        return 64 * 64 + 4 * 4;
    case ACIR_AES128_ENCRYPT:
        return 7073;
    case ACIR_SHA256_COMPRESSION:
        return 33944;
    case ACIR_BLAKE2S:
    case ACIR_BLAKE3:
        return 17408;
    case ACIR_KECCAK_F1600:
        return 40618;
    case ACIR_ECDSA_SECP256K1:
        return 2048;
    case ACIR_ECDSA_SECP256R1:
        return 18472;
    case ACIR_MULTI_SCALAR_MULTIPLICATION:
        return TABLES_FIXED_POINTS;
    case ACIR_RECURSIVE_AGGREGATION:
        return TABLES_UNKNOWN;
    case ACIR_RANGE:
    case ACIR_EMBEDDED_CURVE_ADD:
    case ACIR_POSEIDON2_PERMUTATION:
        break;
    }
    return 0;
}

/* The prover has tables for points that it knows beforehand. */
static bool has_constant_point(const struct acir_black_box *box)
{
    for (uint32_t i = 0; i < box->lists[0].count; i++)
        if (box->lists[0].inputs[i].is_constant)
            return true;
    return false;
}

uint32_t lookups_rows(const struct acir_circuit *circuit)
{
    bool seen[ACIR_SHA256_COMPRESSION + 1] = {false};
    uint32_t rows = 0;
    for (uint32_t i = 0; i < circuit->opcode_count; i++) {
        if (circuit->opcodes[i].kind != ACIR_BLACK_BOX)
            continue;
        const struct acir_black_box *box = circuit->opcodes[i].as.black_box;
        enum acir_black_box_kind kind = box->kind == ACIR_BLAKE3 ? ACIR_BLAKE2S : box->kind;
        if (kind == ACIR_MULTI_SCALAR_MULTIPLICATION && !has_constant_point(box))
            continue;
        if (!seen[kind])
            rows += rows_of_kind(kind);
        seen[kind] = true;
    }
    return rows;
}
