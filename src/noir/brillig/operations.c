/* Arithmetic: every operation checks the types of its operands and gives a value in range. */
#include "base/check.h"
#include "noir/brillig/machine_internal.h"

enum { STEPS_OF_FIELD_DIVISION = 100 };

static inline bool check_types(struct brillig_machine *machine, const struct brillig_value *left,
                               const struct brillig_value *right, enum brillig_type type)
{
    if (left->type != type)
        return machine_fail(machine, "Bit size for lhs %u does not match op bit size %u",
                            brillig_type_bits(left->type), brillig_type_bits(type));
    if (right->type != type)
        return machine_fail(machine, "Bit size for rhs %u does not match op bit size %u",
                            brillig_type_bits(right->type), brillig_type_bits(type));
    return true;
}

static bool divide_by_zero(struct brillig_machine *machine)
{
    return machine_fail(machine, "Attempted to divide by zero");
}

/* Comparison of the numbers, not of their Montgomery forms. */
static int compare_fields(const struct field *left, const struct field *right)
{
    struct integer256 left_integer;
    struct integer256 right_integer;
    field_to_integer(&left_integer, left);
    field_to_integer(&right_integer, right);
    return integer256_compare(&left_integer, &right_integer);
}

static void divide_integers(struct field *quotient, const struct field *left,
                            const struct field *right)
{
    struct integer256 dividend;
    struct integer256 divisor;
    field_to_integer(&dividend, left);
    field_to_integer(&divisor, right);
    integer256_divide(&dividend, &dividend, &divisor);
    /* A quotient is at most the dividend, so it is below the modulus too. */
    (void)field_from_integer(quotient, &dividend);
}

static bool write_truth(struct brillig_machine *machine, const struct brillig_opcode *opcode,
                        bool truth)
{
    return machine_write_integer(machine, opcode->operands[0], BRILLIG_U1, truth);
}

bool machine_field_operation(struct brillig_machine *machine, const struct brillig_opcode *opcode)
{
    const struct brillig_value *left = machine_read(machine, opcode->operands[1]);
    const struct brillig_value *right = machine_read(machine, opcode->operands[2]);
    if (!check_types(machine, left, right, BRILLIG_FIELD))
        return false;
    const struct field *x = &left->as.field;
    const struct field *y = &right->as.field;
    struct brillig_value result = {.type = BRILLIG_FIELD};
    switch (opcode->kind) {
    case BRILLIG_FIELD_ADD:
        field_add(&result.as.field, x, y);
        break;
    case BRILLIG_FIELD_SUBTRACT:
        field_subtract(&result.as.field, x, y);
        break;
    case BRILLIG_FIELD_MULTIPLY:
        field_multiply(&result.as.field, x, y);
        break;
    case BRILLIG_FIELD_DIVIDE:
        if (!machine_charge(machine, STEPS_OF_FIELD_DIVISION))
            return false;
        if (!field_invert(&result.as.field, y))
            return divide_by_zero(machine);
        field_multiply(&result.as.field, x, &result.as.field);
        break;
    case BRILLIG_FIELD_INTEGER_DIVIDE:
        if (!machine_charge(machine, STEPS_OF_FIELD_DIVISION))
            return false;
        if (field_is_zero(y))
            return divide_by_zero(machine);
        divide_integers(&result.as.field, x, y);
        break;
    case BRILLIG_FIELD_EQUALS:
        return write_truth(machine, opcode, field_equal(x, y));
    case BRILLIG_FIELD_LESS_THAN:
        return write_truth(machine, opcode, compare_fields(x, y) < 0);
    case BRILLIG_FIELD_LESS_THAN_EQUALS:
        return write_truth(machine, opcode, compare_fields(x, y) <= 0);
    default:
        NOT_REACHED("a field operation of no kind");
    }
    return machine_write(machine, opcode->operands[0], &result);
}

/* All bits of a type set. */
static uint128 largest(enum brillig_type type)
{
    return type == BRILLIG_U128 ? ~(uint128)0 : ((uint128)1 << brillig_type_bits(type)) - 1;
}

/* The operations whose result is of the type of the operands, before it is cut to that type. */
static uint128 calculate(enum brillig_opcode_kind kind, enum brillig_type type, uint128 x,
                         uint128 y)
{
    switch (kind) {
    case BRILLIG_INTEGER_ADD:
        return x + y;
    case BRILLIG_INTEGER_SUBTRACT:
        return x - y;
    case BRILLIG_INTEGER_MULTIPLY:
        return x * y;
    case BRILLIG_INTEGER_DIVIDE:
        return x / y;
    case BRILLIG_INTEGER_AND:
        return x & y;
    case BRILLIG_INTEGER_OR:
        return x | y;
    case BRILLIG_INTEGER_XOR:
        return x ^ y;
    case BRILLIG_INTEGER_SHIFT_LEFT:
        return y < brillig_type_bits(type) ? x << y : 0;
    case BRILLIG_INTEGER_SHIFT_RIGHT:
        return y < brillig_type_bits(type) ? x >> y : 0;
    default:
        NOT_REACHED("an integer operation of no kind");
    }
}

bool machine_integer_operation(struct brillig_machine *machine, const struct brillig_opcode *opcode)
{
    const struct brillig_value *left = machine_read(machine, opcode->operands[1]);
    const struct brillig_value *right = machine_read(machine, opcode->operands[2]);
    if (!check_types(machine, left, right, opcode->type))
        return false;
    uint128 x = brillig_integer_of(left);
    uint128 y = brillig_integer_of(right);
    switch (opcode->kind) {
    case BRILLIG_INTEGER_EQUALS:
        return write_truth(machine, opcode, x == y);
    case BRILLIG_INTEGER_LESS_THAN:
        return write_truth(machine, opcode, x < y);
    case BRILLIG_INTEGER_LESS_THAN_EQUALS:
        return write_truth(machine, opcode, x <= y);
    default:
        if (opcode->kind == BRILLIG_INTEGER_DIVIDE && y == 0)
            return divide_by_zero(machine);
        return machine_write_integer(machine, opcode->operands[0], opcode->type,
                                     calculate(opcode->kind, opcode->type, x, y) &
                                         largest(opcode->type));
    }
}

bool machine_not(struct brillig_machine *machine, const struct brillig_opcode *opcode)
{
    const struct brillig_value *source = machine_read(machine, opcode->operands[1]);
    if (source->type != opcode->type)
        return machine_fail(machine,
                            "Bit size for value %u does not match the expected bit size %u",
                            brillig_type_bits(source->type), brillig_type_bits(opcode->type));
    return machine_write_integer(machine, opcode->operands[0], opcode->type,
                                 ~brillig_integer_of(source) & largest(opcode->type));
}

bool machine_cast(struct brillig_machine *machine, const struct brillig_opcode *opcode)
{
    const struct brillig_value *source = machine_read(machine, opcode->operands[1]);
    if (source->type == opcode->type)
        return machine_write(machine, opcode->operands[0], source);
    uint128 bits = brillig_integer_of(source);
    if (opcode->type == BRILLIG_FIELD) {
        struct brillig_value result = {.type = BRILLIG_FIELD};
        result.as.field = field_from_u128(bits);
        return machine_write(machine, opcode->operands[0], &result);
    }
    if (source->type == BRILLIG_FIELD) {
        struct integer256 integer;
        field_to_integer(&integer, &source->as.field);
        bits = integer256_low_u128(&integer);
    }
    return machine_write_integer(machine, opcode->operands[0], opcode->type,
                                 bits & largest(opcode->type));
}
