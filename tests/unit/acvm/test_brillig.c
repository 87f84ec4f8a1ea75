/* The Brillig machine: arithmetic at its edges, memory, control, and that every run ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "noir/brillig/machine.h"

enum { CODE_OPCODES = 32, STEPS = 1000 };

static struct brillig_opcode code[CODE_OPCODES];
static struct brillig_value constants[CODE_OPCODES];
static uint32_t code_length;
static struct brillig_machine *machine;

static int set_up(void **state)
{
    (void)state;
    memset(code, 0, sizeof(code));
    code_length = 0;
    machine = brillig_machine_create(&(struct brillig_limits){.cells = 1000, .call_depth = 20});
    return machine == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    brillig_machine_free(machine);
    return 0;
}

static struct brillig_address direct(uint32_t offset)
{
    return (struct brillig_address){offset, 0};
}

static struct brillig_address relative(uint32_t offset)
{
    return (struct brillig_address){offset, UINT32_MAX};
}

static struct brillig_opcode *add(enum brillig_opcode_kind kind, enum brillig_type type,
                                  struct brillig_address a, struct brillig_address b,
                                  struct brillig_address c)
{
    assert_true(code_length < CODE_OPCODES);
    struct brillig_opcode *opcode = &code[code_length++];
    *opcode = (struct brillig_opcode){.kind = kind, .type = type, .operands = {a, b, c}};
    return opcode;
}

static void add_integer(uint32_t cell, enum brillig_type type, uint128 value)
{
    struct brillig_value *constant = &constants[code_length];
    memset(constant, 0, sizeof(*constant));
    constant->type = type;
    constant->as.integer[0] = (uint64_t)value;
    constant->as.integer[1] = (uint64_t)(value >> 64);
    add(BRILLIG_CONSTANT, type, direct(cell), direct(0), direct(0))->as.constant = constant;
}

static void add_field(uint32_t cell, const struct field *value)
{
    struct brillig_value *constant = &constants[code_length];
    constant->type = BRILLIG_FIELD;
    constant->as.field = *value;
    add(BRILLIG_CONSTANT, BRILLIG_FIELD, direct(cell), direct(0), direct(0))->as.constant =
        constant;
}

/* Stops with `size` cells from `start`; takes the cells 900 and 901. */
static void add_stop(enum brillig_opcode_kind kind, uint32_t start, uint32_t size)
{
    add_integer(900, BRILLIG_U32, start);
    add_integer(901, BRILLIG_U32, size);
    add(kind, BRILLIG_FIELD, direct(900), direct(901), direct(0));
}

static enum brillig_outcome run_with(const struct field *calldata, size_t count, uint64_t *steps)
{
    static struct brillig_function function;
    function = (struct brillig_function){"test", code_length, code};
    return brillig_machine_run(machine, &function, calldata, count, steps);
}

static enum brillig_outcome run(void)
{
    uint64_t steps = STEPS;
    return run_with(NULL, 0, &steps);
}

static const struct brillig_value *result_cell(void)
{
    size_t count;
    const struct brillig_value *cells = brillig_machine_result(machine, &count);
    assert_int_equal(count, 1);
    return cells;
}

/* Runs one operation on two integers and checks the result. */
static void check_integer(enum brillig_opcode_kind kind, enum brillig_type type, uint128 x,
                          uint128 y, enum brillig_type result_type, uint128 expected)
{
    code_length = 0;
    add_integer(1, type, x);
    add_integer(2, type, y);
    add(kind, type, direct(3), direct(1), direct(2));
    add_stop(BRILLIG_STOP, 3, 1);
    assert_int_equal(run(), BRILLIG_STOPPED);
    const struct brillig_value *cell = result_cell();
    assert_int_equal(cell->type, result_type);
    assert_true(cell->as.integer[0] == (uint64_t)expected);
    assert_true(cell->as.integer[1] == (uint64_t)(expected >> 64));
}

static void test_brillig_machine_run__integers_wrap(void **state)
{
    (void)state;
    static const struct {
        enum brillig_type type;
        unsigned int bits;
    } types[] = {{BRILLIG_U1, 1},   {BRILLIG_U8, 8},   {BRILLIG_U16, 16},
                 {BRILLIG_U32, 32}, {BRILLIG_U64, 64}, {BRILLIG_U128, 128}};
    for (size_t index = 0; index < sizeof(types) / sizeof(types[0]); index++) {
        enum brillig_type type = types[index].type;
        uint128 most = ~(uint128)0 >> (128 - types[index].bits);
        check_integer(BRILLIG_INTEGER_ADD, type, most, 1, type, 0);
        check_integer(BRILLIG_INTEGER_SUBTRACT, type, 0, 1, type, most);
        check_integer(BRILLIG_INTEGER_MULTIPLY, type, most, most, type, 1);
        check_integer(BRILLIG_INTEGER_DIVIDE, type, most, 1, type, most);
        check_integer(BRILLIG_INTEGER_SHIFT_LEFT, type, most, most, type, 0);
        check_integer(BRILLIG_INTEGER_SHIFT_RIGHT, type, most, most, type, 0);
        check_integer(BRILLIG_INTEGER_XOR, type, most, most, type, 0);
        check_integer(BRILLIG_INTEGER_LESS_THAN, type, 0, most, BRILLIG_U1, 1);
        check_integer(BRILLIG_INTEGER_LESS_THAN, type, most, most, BRILLIG_U1, 0);
        check_integer(BRILLIG_INTEGER_LESS_THAN_EQUALS, type, most, most, BRILLIG_U1, 1);
        check_integer(BRILLIG_INTEGER_EQUALS, type, most, 0, BRILLIG_U1, 0);
    }
    check_integer(BRILLIG_INTEGER_SHIFT_LEFT, BRILLIG_U8, 0x81, 1, BRILLIG_U8, 2);
    check_integer(BRILLIG_INTEGER_SHIFT_LEFT, BRILLIG_U8, 1, 8, BRILLIG_U8, 0);
    check_integer(BRILLIG_INTEGER_SHIFT_RIGHT, BRILLIG_U128, (uint128)1 << 127, 127, BRILLIG_U128,
                  1);
}

static void test_brillig_machine_run__types_are_checked(void **state)
{
    (void)state;
    add_integer(1, BRILLIG_U8, 1);
    add_integer(2, BRILLIG_U16, 1);
    add(BRILLIG_INTEGER_ADD, BRILLIG_U8, direct(3), direct(1), direct(2));
    assert_int_equal(run(), BRILLIG_FAILED);
    assert_string_equal(brillig_machine_reason(machine),
                        "Bit size for rhs 16 does not match op bit size 8");
    uint32_t position;
    assert_int_equal(brillig_machine_positions(machine, &position, 1), 1);
    assert_int_equal(position, 2);
}

static void test_brillig_machine_run__division_by_zero(void **state)
{
    (void)state;
    add_integer(1, BRILLIG_U8, 1);
    add_integer(2, BRILLIG_U8, 0);
    add(BRILLIG_INTEGER_DIVIDE, BRILLIG_U8, direct(3), direct(1), direct(2));
    assert_int_equal(run(), BRILLIG_FAILED);
    assert_string_equal(brillig_machine_reason(machine), "Attempted to divide by zero");
    code_length = 0;
    /* Cells that were never written are the field element 0. */
    add(BRILLIG_FIELD_DIVIDE, BRILLIG_FIELD, direct(3), direct(1), direct(2));
    assert_int_equal(run(), BRILLIG_FAILED);
    code_length = 0;
    add(BRILLIG_FIELD_INTEGER_DIVIDE, BRILLIG_FIELD, direct(3), direct(1), direct(2));
    assert_int_equal(run(), BRILLIG_FAILED);
}

static void test_brillig_machine_run__field_comparison_is_of_numbers(void **state)
{
    (void)state;
    struct field one = FIELD_ONE;
    struct field most = FIELD_MINUS_ONE;
    add_field(1, &one);
    add_field(2, &most);
    add(BRILLIG_FIELD_LESS_THAN, BRILLIG_FIELD, direct(3), direct(1), direct(2));
    add_stop(BRILLIG_STOP, 3, 1);
    assert_int_equal(run(), BRILLIG_STOPPED);
    assert_int_equal(result_cell()->type, BRILLIG_U1);
    assert_int_equal(result_cell()->as.integer[0], 1);
}

static void test_brillig_machine_run__casts(void **state)
{
    (void)state;
    struct field most = FIELD_MINUS_ONE;
    add_field(1, &most);
    add(BRILLIG_CAST, BRILLIG_U128, direct(2), direct(1), direct(0));
    add(BRILLIG_CAST, BRILLIG_U8, direct(3), direct(2), direct(0));
    add(BRILLIG_CAST, BRILLIG_FIELD, direct(4), direct(2), direct(0));
    add_stop(BRILLIG_STOP, 2, 3);
    assert_int_equal(run(), BRILLIG_STOPPED);
    size_t count;
    const struct brillig_value *cells = brillig_machine_result(machine, &count);
    assert_int_equal(count, 3);
    /* The low limbs of p - 1. */
    assert_true(cells[0].as.integer[0] == UINT64_C(0x43e1f593f0000000));
    assert_true(cells[0].as.integer[1] == UINT64_C(0x2833e84879b97091));
    assert_int_equal(cells[1].as.integer[0], 0);
    struct field back =
        field_from_u128((uint128)UINT64_C(0x2833e84879b97091) << 64 | UINT64_C(0x43e1f593f0000000));
    assert_true(field_equal(&cells[2].as.field, &back));
}

static void test_brillig_machine_run__stack_pointer_is_cell_zero(void **state)
{
    (void)state;
    add_integer(0, BRILLIG_U32, 10);
    add_integer(13, BRILLIG_U8, 77);
    add(BRILLIG_MOVE, BRILLIG_FIELD, direct(2), relative(3), direct(0));
    /* Another type in cell 0 leaves the stack pointer as it is. */
    add_integer(0, BRILLIG_U8, 1);
    add(BRILLIG_MOVE, BRILLIG_FIELD, direct(3), relative(3), direct(0));
    add_stop(BRILLIG_STOP, 2, 2);
    assert_int_equal(run(), BRILLIG_STOPPED);
    size_t count;
    const struct brillig_value *cells = brillig_machine_result(machine, &count);
    assert_int_equal(cells[0].as.integer[0], 77);
    assert_int_equal(cells[1].as.integer[0], 77);
}

static void test_brillig_machine_run__memory_is_empty_again(void **state)
{
    (void)state;
    add_integer(1, BRILLIG_U8, 77);
    assert_int_equal(run(), BRILLIG_STOPPED);
    code_length = 0;
    add(BRILLIG_MOVE, BRILLIG_FIELD, direct(5), direct(1), direct(0));
    add_stop(BRILLIG_STOP, 5, 1);
    assert_int_equal(run(), BRILLIG_STOPPED);
    assert_int_equal(result_cell()->type, BRILLIG_FIELD);
    assert_true(field_is_zero(&result_cell()->as.field));
}

static void test_brillig_machine_run__memory_limit(void **state)
{
    (void)state;
    add_integer(1, BRILLIG_U32, 999);
    add(BRILLIG_STORE, BRILLIG_FIELD, direct(1), direct(2), direct(0));
    assert_int_equal(run(), BRILLIG_STOPPED);
    /* All cells below become memory, which is not free. */
    uint64_t steps = 100;
    assert_int_equal(run_with(NULL, 0, &steps), BRILLIG_NO_STEPS);
    code_length = 0;
    add_integer(1, BRILLIG_U32, 1000);
    add(BRILLIG_STORE, BRILLIG_FIELD, direct(1), direct(2), direct(0));
    assert_int_equal(run(), BRILLIG_LIMITED);
    code_length = 0;
    add_integer(0, BRILLIG_U32, UINT32_MAX);
    add_integer(1, BRILLIG_U8, 1);
    add(BRILLIG_MOVE, BRILLIG_FIELD, relative(UINT32_MAX), direct(1), direct(0));
    assert_int_equal(run(), BRILLIG_LIMITED);
}

static void test_brillig_machine_run__address_over_32_bits(void **state)
{
    (void)state;
    add_integer(0, BRILLIG_U32, UINT32_MAX);
    add(BRILLIG_MOVE, BRILLIG_FIELD, direct(1), relative(1), direct(0));
    assert_int_equal(run(), BRILLIG_FAILED);
    assert_string_equal(brillig_machine_reason(machine), "an address is over 32 bits");
    code_length = 0;
    add_integer(0, BRILLIG_U32, UINT32_MAX);
    add(BRILLIG_MOVE, BRILLIG_FIELD, direct(1), relative(0), direct(0));
    assert_int_equal(run(), BRILLIG_STOPPED);
}

static void test_brillig_machine_run__endless_loop_ends(void **state)
{
    (void)state;
    add(BRILLIG_JUMP, BRILLIG_FIELD, direct(0), direct(0), direct(0))->as.label = 0;
    uint64_t steps = STEPS;
    assert_int_equal(run_with(NULL, 0, &steps), BRILLIG_NO_STEPS);
    assert_int_equal(steps, 0);
}

static void test_brillig_machine_run__endless_recursion_ends(void **state)
{
    (void)state;
    add(BRILLIG_CALL, BRILLIG_FIELD, direct(0), direct(0), direct(0))->as.label = 0;
    assert_int_equal(run(), BRILLIG_LIMITED);
    uint32_t positions[3];
    assert_int_equal(brillig_machine_positions(machine, positions, 3), 21);
}

static void test_brillig_machine_run__large_arrays_cost_steps(void **state)
{
    (void)state;
    struct field calldata[500];
    for (size_t index = 0; index < 500; index++)
        calldata[index] = FIELD_ONE;
    add_integer(1, BRILLIG_U32, 500);
    add_integer(2, BRILLIG_U32, 0);
    add(BRILLIG_CALLDATA_COPY, BRILLIG_FIELD, direct(3), direct(1), direct(2));
    uint64_t steps = 100;
    assert_int_equal(run_with(calldata, 500, &steps), BRILLIG_NO_STEPS);
    steps = STEPS;
    assert_int_equal(run_with(calldata, 500, &steps), BRILLIG_STOPPED);
    assert_int_equal(steps, STEPS - 503);
}

static void test_brillig_machine_run__calldata_out_of_bounds(void **state)
{
    (void)state;
    struct field calldata[1] = {FIELD_ONE};
    add_integer(1, BRILLIG_U32, 2);
    add_integer(2, BRILLIG_U32, UINT32_MAX);
    add(BRILLIG_CALLDATA_COPY, BRILLIG_FIELD, direct(3), direct(1), direct(2));
    uint64_t steps = STEPS;
    assert_int_equal(run_with(calldata, 1, &steps), BRILLIG_FAILED);
    assert_string_equal(brillig_machine_reason(machine),
                        "CalldataCopy out of bounds: offset 4294967295 + size 2 exceeds calldata "
                        "length 1");
}

static void test_brillig_machine_run__call_and_return(void **state)
{
    (void)state;
    add(BRILLIG_CALL, BRILLIG_FIELD, direct(0), direct(0), direct(0))->as.label = 2;
    add(BRILLIG_JUMP, BRILLIG_FIELD, direct(0), direct(0), direct(0))->as.label = 1000;
    add_integer(1, BRILLIG_U8, 1);
    add(BRILLIG_RETURN, BRILLIG_FIELD, direct(0), direct(0), direct(0));
    uint64_t steps = STEPS;
    /* The jump past the end ends the run. */
    assert_int_equal(run_with(NULL, 0, &steps), BRILLIG_STOPPED);
    assert_int_equal(steps, STEPS - 4);
    size_t count;
    assert_null(brillig_machine_result(machine, &count));
    assert_int_equal(count, 0);
    code_length = 0;
    add(BRILLIG_RETURN, BRILLIG_FIELD, direct(0), direct(0), direct(0));
    assert_int_equal(run(), BRILLIG_FAILED);
}

static void test_brillig_machine_run__pointers_are_u32(void **state)
{
    (void)state;
    add_integer(1, BRILLIG_U64, 1);
    add(BRILLIG_LOAD, BRILLIG_FIELD, direct(2), direct(1), direct(0));
    assert_int_equal(run(), BRILLIG_FAILED);
}

static void test_brillig_machine_run__result_outside_memory(void **state)
{
    (void)state;
    add_stop(BRILLIG_STOP, 902, 1);
    assert_int_equal(run(), BRILLIG_STOPPED);
    size_t count;
    assert_null(brillig_machine_result(machine, &count));
    assert_true(count == SIZE_MAX);
    code_length = 0;
    add_stop(BRILLIG_TRAP, UINT32_MAX, UINT32_MAX);
    assert_int_equal(run(), BRILLIG_FAILED);
}

static void test_brillig_machine_run__trap_gives_its_payload(void **state)
{
    (void)state;
    add_integer(4, BRILLIG_U64, 42);
    add_stop(BRILLIG_TRAP, 4, 1);
    assert_int_equal(run(), BRILLIG_TRAPPED);
    assert_int_equal(result_cell()->as.integer[0], 42);
}

/* 0x123456 in `limbs` digits of base 256, stored from cell 10. */
static enum brillig_outcome run_radix(uint32_t limbs)
{
    static struct brillig_black_box box;
    box = (struct brillig_black_box){
        .kind = BRILLIG_TO_RADIX,
        .addresses = {direct(1), direct(2), direct(3), direct(4), direct(5)}};
    code_length = 0;
    struct field number = field_from_u64(0x123456);
    add_field(1, &number);
    add_integer(2, BRILLIG_U32, 256);
    add_integer(3, BRILLIG_U32, 10);
    add_integer(4, BRILLIG_U32, limbs);
    add_integer(5, BRILLIG_U1, 0);
    add(BRILLIG_BLACK_BOX, BRILLIG_FIELD, direct(0), direct(0), direct(0))->as.black_box = &box;
    add_stop(BRILLIG_STOP, 10, limbs);
    return run();
}

static void test_brillig_machine_run__to_radix(void **state)
{
    (void)state;
    assert_int_equal(run_radix(4), BRILLIG_STOPPED);
    size_t count;
    const struct brillig_value *cells = brillig_machine_result(machine, &count);
    static const uint64_t expected[] = {0, 0x12, 0x34, 0x56};
    for (size_t index = 0; index < 4; index++) {
        assert_int_equal(cells[index].type, BRILLIG_U8);
        assert_true(cells[index].as.integer[0] == expected[index]);
    }
    assert_int_equal(run_radix(2), BRILLIG_FAILED);
    assert_string_equal(brillig_machine_reason(machine),
                        "Field failed to decompose into specified 2 limbs");
}

#define MACHINE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MACHINE_TEST(test_brillig_machine_run__integers_wrap),
        MACHINE_TEST(test_brillig_machine_run__types_are_checked),
        MACHINE_TEST(test_brillig_machine_run__division_by_zero),
        MACHINE_TEST(test_brillig_machine_run__field_comparison_is_of_numbers),
        MACHINE_TEST(test_brillig_machine_run__casts),
        MACHINE_TEST(test_brillig_machine_run__stack_pointer_is_cell_zero),
        MACHINE_TEST(test_brillig_machine_run__memory_is_empty_again),
        MACHINE_TEST(test_brillig_machine_run__memory_limit),
        MACHINE_TEST(test_brillig_machine_run__address_over_32_bits),
        MACHINE_TEST(test_brillig_machine_run__endless_loop_ends),
        MACHINE_TEST(test_brillig_machine_run__endless_recursion_ends),
        MACHINE_TEST(test_brillig_machine_run__large_arrays_cost_steps),
        MACHINE_TEST(test_brillig_machine_run__calldata_out_of_bounds),
        MACHINE_TEST(test_brillig_machine_run__call_and_return),
        MACHINE_TEST(test_brillig_machine_run__pointers_are_u32),
        MACHINE_TEST(test_brillig_machine_run__result_outside_memory),
        MACHINE_TEST(test_brillig_machine_run__trap_gives_its_payload),
        MACHINE_TEST(test_brillig_machine_run__to_radix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
