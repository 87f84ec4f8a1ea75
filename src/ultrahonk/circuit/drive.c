/* All rules in the order of construction. */
#include "base/check.h"
#include "ultrahonk/circuit/builder_internal.h"
#include "ultrahonk/shape.h"

static void drive_expressions(struct builder *builder, bool one_gate)
{
    for (uint32_t i = 0; i < builder->circuit->opcode_count && !builder_failed(builder); i++) {
        const struct acir_opcode *opcode = &builder->circuit->opcodes[i];
        builder->opcode = i;
        if (opcode->kind == ACIR_ASSERT_ZERO)
            rule_assert_zero(builder, &opcode->as.assert_zero, one_gate);
    }
}

static const struct {
    enum acir_black_box_kind kinds[2];
    void (*rule)(struct builder *builder, const struct acir_black_box *box);
} black_boxes[] = {
    {{ACIR_AND, ACIR_XOR}, rule_logic},
    {{ACIR_RANGE, ACIR_RANGE}, rule_range},
    {{ACIR_POSEIDON2_PERMUTATION, ACIR_POSEIDON2_PERMUTATION}, rule_poseidon2},
};

enum { BLACK_BOXES = sizeof(black_boxes) / sizeof(black_boxes[0]) };

static bool is_of(size_t box, const struct acir_opcode *opcode)
{
    return opcode->kind == ACIR_BLACK_BOX &&
           (opcode->as.black_box->kind == black_boxes[box].kinds[0] ||
            opcode->as.black_box->kind == black_boxes[box].kinds[1]);
}

bool is_covered(const struct acir_opcode *opcode)
{
    bool covered = opcode->kind != ACIR_BLACK_BOX && opcode->kind != ACIR_CALL;
    for (size_t box = 0; box < BLACK_BOXES && !covered; box++)
        covered = is_of(box, opcode);
    return covered;
}

static void drive_black_boxes(struct builder *builder)
{
    for (size_t box = 0; box < BLACK_BOXES; box++) {
        for (uint32_t i = 0; i < builder->circuit->opcode_count && !builder_failed(builder); i++) {
            const struct acir_opcode *opcode = &builder->circuit->opcodes[i];
            builder->opcode = i;
            if (is_of(box, opcode))
                black_boxes[box].rule(builder, opcode->as.black_box);
        }
    }
}

static void drive_memories(struct builder *builder)
{
    for (uint32_t i = 0; i < builder->plans->count && !builder_failed(builder); i++)
        rule_memory(builder, &builder->plans->plans[i]);
}

/* The limbs of the pairing points: of no points, and the last public inputs. */
static uint32_t drive_limbs(struct builder *builder)
{
    uint32_t first = builder->made.variables;
    builder->opcode = TRACE_NO_OPCODE;
    for (uint32_t i = 0; i < PAIRING_LIMBS; i++)
        (void)builder_variable(builder, FIELD_ZERO);
    for (uint32_t i = 0; i < PAIRING_LIMBS; i++)
        builder_fix(builder, first + i, FIELD_ZERO);
    return first;
}

static void place_public(struct builder *builder, uint32_t variable)
{
    builder_free_row(builder, BLOCK_PUBLIC_INPUTS, variable, variable, builder->zero,
                     builder->zero);
}

static void drive_public_inputs(struct builder *builder, uint32_t limbs)
{
    const struct acir_witnesses *inputs = &builder->circuit->public_inputs;
    builder->opcode = TRACE_NO_OPCODE;
    for (uint32_t i = 0; i < inputs->count; i++)
        place_public(builder, inputs->indices[i]);
    for (uint32_t i = 0; i < PAIRING_LIMBS; i++)
        place_public(builder, limbs + i);
}

void builder_drive(struct builder *builder)
{
    builder->opcode = TRACE_NO_OPCODE;
    builder->zero = 0; /* as in bb: the gate of the constant itself refers to witness 0 */
    builder->zero = builder_constant(builder, FIELD_ZERO);
    drive_expressions(builder, true);
    drive_expressions(builder, false);
    drive_black_boxes(builder);
    drive_memories(builder);
    uint32_t limbs = drive_limbs(builder);
    finish_memories(builder);
    finish_ranges(builder);
    drive_public_inputs(builder, limbs);
}
