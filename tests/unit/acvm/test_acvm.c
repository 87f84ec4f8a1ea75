/* The solver on small programs: what is solved, what is not, and what is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <string.h>

#include "solver_fixture.h"

static enum acvm_outcome solve_one(size_t count, const struct part parts[], int64_t constant,
                                   size_t known, const int64_t values[])
{
    start_program(1);
    write_assert_zero(count, parts, constant);
    end_program();
    return execute(known, values);
}

static void test_acvm_execute__witness_stack_bytes(void **state)
{
    (void)state;
    /* w1 = w0 * w0 */
    const struct part parts[] = {{1, 0, 0}, {-1, 1, -1}};
    assert_int_equal(solve_one(2, parts, 0, 1, (const int64_t[]){3}), ACVM_SOLVED);
    char hex[256];
    (void)sodium_bin2hex(hex, sizeof(hex), stack.data, stack.length);
    assert_string_equal(hex,
                        "039191920082"
                        "00c4200000000000000000000000000000000000000000000000000000000000000003"
                        "01c420000000000000000000000000000000000000000000000000000000000000000"
                        "9");
}

static void test_acvm_execute__one_unknown(void **state)
{
    (void)state;
    /* 2 w1 + w0 - 9 = 0 with w0 = 3 */
    const struct part parts[] = {{2, 1, -1}, {1, 0, -1}};
    assert_int_equal(solve_one(2, parts, -9, 1, (const int64_t[]){3}), ACVM_SOLVED);
    assert_witness(1, 3);
}

static void test_acvm_execute__unknown_in_two_terms(void **state)
{
    (void)state;
    const struct part parts[] = {{1, 1, -1}, {1, 1, -1}};
    assert_int_equal(solve_one(2, parts, -4, 0, NULL), ACVM_SOLVED);
    assert_witness(1, 2);
}

static void test_acvm_execute__unknowns_that_cancel(void **state)
{
    (void)state;
    const struct part parts[] = {{1, 1, -1}, {-1, 1, -1}, {1, 2, -1}};
    assert_int_equal(solve_one(3, parts, -7, 0, NULL), ACVM_SOLVED);
    assert_witness(2, 7);
    assert_null(witness_map_get(&solved, 1));
}

static void test_acvm_execute__products_that_cancel(void **state)
{
    (void)state;
    const struct part parts[] = {{1, 1, 2}, {-1, 2, 1}, {1, 3, -1}};
    assert_int_equal(solve_one(3, parts, -2, 0, NULL), ACVM_SOLVED);
    assert_witness(3, 2);
}

static void test_acvm_execute__too_many_unknowns(void **state)
{
    (void)state;
    const struct part square[] = {{1, 1, 1}};
    assert_int_equal(solve_one(1, square, -4, 0, NULL), ACVM_UNSOLVABLE);
    assert_non_null(strstr(error.message, "too many unknowns"));
    acvm_error_free(&error);
    const struct part two[] = {{1, 1, -1}, {1, 2, -1}};
    assert_int_equal(solve_one(2, two, 0, 0, NULL), ACVM_UNSOLVABLE);
}

static void test_acvm_execute__unsatisfied(void **state)
{
    (void)state;
    const struct part parts[] = {{1, 0, -1}};
    assert_int_equal(solve_one(1, parts, -4, 1, (const int64_t[]){5}), ACVM_ASSERTION_FAILED);
    assert_string_equal(error.message, "Cannot satisfy constraint");
    assert_int_equal(error.location_count, 1);
    assert_int_equal(error.locations[0].opcode, 0);
    assert_false(error.has_payload);
    assert_int_equal(stack.length, 0);
}

static void write_memory_operation(int is_write, uint32_t index, uint32_t value)
{
    write_variant(&writer, "MemoryOp");
    write_list(&writer, 2);
    write_number(&writer, 7);
    write_list(&writer, 3);
    write_truth(&writer, is_write);
    write_number(&writer, index);
    write_number(&writer, value);
}

static void write_memory_initialisation(void)
{
    write_variant(&writer, "MemoryInit");
    write_list(&writer, 3);
    write_number(&writer, 7);
    write_list(&writer, 2);
    write_number(&writer, 0);
    write_number(&writer, 1);
    write_text(&writer, "Memory");
}

static void test_acvm_execute__memory(void **state)
{
    (void)state;
    /* The block [5, 1]; its cell 1 becomes 5 and is read into w2. */
    start_program(3);
    write_memory_initialisation();
    write_memory_operation(1, 1, 0);
    write_memory_operation(0, 1, 2);
    end_program();
    assert_int_equal(execute(2, (const int64_t[]){5, 1}), ACVM_SOLVED);
    assert_witness(2, 5);
}

static void test_acvm_execute__memory_out_of_bounds(void **state)
{
    (void)state;
    start_program(2);
    write_memory_initialisation();
    write_memory_operation(0, 1, 2);
    end_program();
    assert_int_equal(execute(2, (const int64_t[]){5, 2}), ACVM_UNSOLVABLE);
    assert_string_equal(error.message, "Index out of bounds, array has size 2, but index was 2");
    assert_int_equal(error.locations[0].opcode, 1);
}

static void test_acvm_execute__memory_not_initialised(void **state)
{
    (void)state;
    start_program(1);
    write_memory_operation(0, 1, 2);
    end_program();
    assert_int_equal(execute(2, (const int64_t[]){5, 0}), ACVM_UNSOLVABLE);
    assert_non_null(strstr(error.message, "uninitialized memory block"));
}

static void test_acvm_execute__range(void **state)
{
    (void)state;
    for (int64_t value = 255; value <= 256; value++) {
        start_program(1);
        write_range(0, 8);
        end_program();
        assert_int_equal(execute(1, &value), value < 256 ? ACVM_SOLVED : ACVM_ASSERTION_FAILED);
        buffer_free(&stack);
        witness_map_free(&solved);
    }
}

static void test_acvm_execute__missing_witness(void **state)
{
    (void)state;
    start_program(1);
    write_range(3, 8);
    end_program();
    assert_int_equal(execute(1, (const int64_t[]){1}), ACVM_UNSOLVABLE);
    assert_string_equal(error.message,
                        "Cannot solve opcode: missing assignment for witness index 3");
}

static void test_acvm_execute__unknown_times_zero_is_gone(void **state)
{
    (void)state;
    /* w0 * w1 + w2 - 7 = 0 with w0 = 0 leaves w1 unset. */
    const struct part parts[] = {{1, 0, 1}, {1, 2, -1}};
    assert_int_equal(solve_one(2, parts, -7, 1, (const int64_t[]){0}), ACVM_SOLVED);
    assert_witness(2, 7);
    assert_null(witness_map_get(&solved, 1));
}

static void test_acvm_execute__known_times_unknown(void **state)
{
    (void)state;
    const struct part parts[] = {{2, 1, 0}};
    assert_int_equal(solve_one(1, parts, -24, 1, (const int64_t[]){3}), ACVM_SOLVED);
    assert_witness(1, 4);
}

static void test_acvm_execute__wide_heads(void **state)
{
    (void)state;
    /* 300 witnesses: the map has a head of 16 bits, and indices take 1, 2 and 3 bytes. */
    int64_t values[300] = {0};
    start_program(0);
    end_program();
    assert_int_equal(execute(300, values), ACVM_SOLVED);
    static const unsigned char head[] = {0x03, 0x91, 0x91, 0x92, 0x00,
                                         0xde, 0x01, 0x2c, 0x00, 0xc4};
    assert_memory_equal(stack.data, head, sizeof(head));
    assert_int_equal(stack.length, 8 + 128 * 35 + 128 * 36 + 44 * 37);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SOLVER_TEST(test_acvm_execute__witness_stack_bytes),
        SOLVER_TEST(test_acvm_execute__one_unknown),
        SOLVER_TEST(test_acvm_execute__unknown_in_two_terms),
        SOLVER_TEST(test_acvm_execute__unknowns_that_cancel),
        SOLVER_TEST(test_acvm_execute__products_that_cancel),
        SOLVER_TEST(test_acvm_execute__too_many_unknowns),
        SOLVER_TEST(test_acvm_execute__unsatisfied),
        SOLVER_TEST(test_acvm_execute__memory),
        SOLVER_TEST(test_acvm_execute__memory_out_of_bounds),
        SOLVER_TEST(test_acvm_execute__memory_not_initialised),
        SOLVER_TEST(test_acvm_execute__range),
        SOLVER_TEST(test_acvm_execute__missing_witness),
        SOLVER_TEST(test_acvm_execute__unknown_times_zero_is_gone),
        SOLVER_TEST(test_acvm_execute__known_times_unknown),
        SOLVER_TEST(test_acvm_execute__wide_heads),
    };
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
