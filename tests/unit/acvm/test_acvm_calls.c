/* Calls of Brillig and between circuits, payloads of assertions, and that every execution ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <string.h>

#include "solver_fixture.h"

/* main: w1 = brillig(w0) by a function that is one opcode and a Stop of nothing. */
static void write_brillig_program(int64_t predicate)
{
    start_program(1);
    write_variant(&writer, "BrilligCall");
    write_list(&writer, 4);
    write_number(&writer, 0);
    write_list(&writer, 0);
    write_list(&writer, 1);
    write_variant(&writer, "Simple");
    write_number(&writer, 1);
    write_constant_expression(&writer, predicate);
    write_circuit_end(&writer, 0, 0, 0);
    write_list(&writer, 1);
    write_list(&writer, 2);
    write_text(&writer, "hint");
}

static void test_acvm_execute__brillig_that_never_ends(void **state)
{
    (void)state;
    write_brillig_program(1);
    write_list(&writer, 1);
    write_variant(&writer, "Jump");
    write_list(&writer, 1);
    write_number(&writer, 0);
    struct acvm_limits limits = ACVM_LIMITS_DEFAULT;
    limits.steps = 10000;
    assert_int_equal(execute_within(&limits, 1, (const int64_t[]){1}), ACVM_LIMIT_REACHED);
}

static void test_acvm_execute__brillig_that_is_not_called(void **state)
{
    (void)state;
    write_brillig_program(0);
    write_list(&writer, 1);
    write_variant(&writer, "Jump");
    write_list(&writer, 1);
    write_number(&writer, 0);
    assert_int_equal(execute(1, (const int64_t[]){1}), ACVM_SOLVED);
    assert_witness(1, 0);
}

static void test_acvm_execute__predicate_of_two(void **state)
{
    (void)state;
    write_brillig_program(2);
    write_list(&writer, 1);
    write_text(&writer, "Return");
    assert_int_equal(execute(1, (const int64_t[]){1}), ACVM_UNSOLVABLE);
    assert_non_null(strstr(error.message, "Predicates are expected to be 0 or 1, but found: 2"));
}

static void test_acvm_execute__brillig_failure_is_located(void **state)
{
    (void)state;
    write_brillig_program(1);
    write_list(&writer, 1);
    write_text(&writer, "Return");
    assert_int_equal(execute(1, (const int64_t[]){1}), ACVM_UNSOLVABLE);
    assert_string_equal(error.message,
                        "Assertion failed: return opcode hit, but callstack already empty");
    assert_true(error.in_brillig);
    assert_int_equal(error.location_count, 1);
    assert_true(error.locations[0].is_brillig);
    assert_int_equal(error.locations[0].brillig_opcode, 0);
}

static void test_acvm_execute__brillig_output_count(void **state)
{
    (void)state;
    write_brillig_program(1);
    write_list(&writer, 1);
    write_variant(&writer, "Jump");
    write_list(&writer, 1);
    write_number(&writer, 5);
    assert_int_equal(execute(1, (const int64_t[]){1}), ACVM_UNSOLVABLE);
    assert_string_equal(error.message,
                        "Brillig function 0 returned data inconsistent with its call outputs");
}

static void test_acvm_execute__limits_of_memory_and_steps(void **state)
{
    (void)state;
    struct acvm_limits limits = ACVM_LIMITS_DEFAULT;
    limits.memory_bytes = 64;
    start_program(1);
    write_range(5, 8);
    end_program();
    assert_int_equal(execute_within(&limits, 1, (const int64_t[]){1}), ACVM_LIMIT_REACHED);
    acvm_error_free(&error);
    limits = ACVM_LIMITS_DEFAULT;
    limits.steps = 1;
    start_program(1);
    write_range(0, 8);
    end_program();
    assert_int_equal(execute_within(&limits, 1, (const int64_t[]){1}), ACVM_LIMIT_REACHED);
}

/* main and a second circuit, which calls itself without end. */
static void write_endless_calls(void)
{
    write_start(&writer);
    write_list(&writer, 2);
    write_list(&writer, 2);
    for (int circuit = 0; circuit < 2; circuit++) {
        write_circuit_start(&writer, "f", 1);
        write_variant(&writer, "Call");
        write_list(&writer, 4);
        write_number(&writer, 1);
        write_list(&writer, 1);
        write_number(&writer, 0);
        write_list(&writer, 0);
        write_constant_expression(&writer, 1);
        write_circuit_end(&writer, 0, 0, 0);
    }
    write_list(&writer, 0);
}

static void test_acvm_execute__endless_calls_end(void **state)
{
    (void)state;
    write_endless_calls();
    assert_int_equal(execute(1, (const int64_t[]){1}), ACVM_LIMIT_REACHED);
    assert_non_null(strstr(error.message, "nested over the limit"));
    assert_int_equal(error.circuit_function, 1);
}

/* A message for opcode 0 whose payload is w0 and what is asked for. */
static void write_message_program(uint32_t second_witness)
{
    start_program(1);
    write_assert_zero(1, (const struct part[]){{1, 0, -1}}, 0);
    for (size_t list = 0; list < 3; list++)
        write_list(&writer, 0);
    write_list(&writer, 1);
    write_list(&writer, 2);
    write_variant(&writer, "Acir");
    write_number(&writer, 0);
    write_list(&writer, 2);
    write_number(&writer, 77);
    write_list(&writer, 2);
    for (uint32_t part = 0; part < 2; part++) {
        write_variant(&writer, "Expression");
        write_linear_expression(&writer, 0, 1, (const int64_t[]){1},
                                (const uint32_t[]){part == 0 ? 0 : second_witness});
    }
    write_list(&writer, 0);
}

static void test_acvm_execute__payload_of_an_assertion(void **state)
{
    (void)state;
    write_message_program(1);
    assert_int_equal(execute(2, (const int64_t[]){3, 4}), ACVM_ASSERTION_FAILED);
    assert_string_equal(error.message, "Assertion failed");
    assert_true(error.has_payload);
    assert_int_equal(error.selector, 77);
    assert_int_equal(error.payload_count, 2);
    struct field four = field_from_u64(4);
    assert_true(field_equal(&error.payload[1], &four));
}

static void test_acvm_execute__payload_with_an_unknown(void **state)
{
    (void)state;
    write_message_program(9);
    assert_int_equal(execute(2, (const int64_t[]){3, 4}), ACVM_ASSERTION_FAILED);
    assert_string_equal(error.message, "Cannot satisfy constraint");
    assert_false(error.has_payload);
}

/* A block of 1,000 values, which the payload of the failing opcode 1 names 15 times. */
static void write_large_payload(void)
{
    enum { VALUES = 1000, PARTS = 15 };
    start_program(2);
    write_variant(&writer, "MemoryInit");
    write_list(&writer, 3);
    write_number(&writer, 0);
    write_list(&writer, VALUES);
    for (int value = 0; value < VALUES; value++)
        write_number(&writer, 0);
    write_text(&writer, "Memory");
    write_assert_zero(1, (const struct part[]){{1, 0, -1}}, 0);
    for (int list = 0; list < 3; list++)
        write_list(&writer, 0);
    write_list(&writer, 1);
    write_list(&writer, 2);
    write_variant(&writer, "Acir");
    write_number(&writer, 1);
    write_list(&writer, 2);
    write_number(&writer, 77);
    write_list(&writer, PARTS);
    for (int part = 0; part < PARTS; part++) {
        write_variant(&writer, "Memory");
        write_number(&writer, 0);
    }
    write_list(&writer, 0);
}

static void test_acvm_execute__payload_over_the_memory_is_left_out(void **state)
{
    (void)state;
    struct acvm_limits limits = ACVM_LIMITS_DEFAULT;
    write_large_payload();
    assert_int_equal(execute_within(&limits, 1, (const int64_t[]){3}), ACVM_ASSERTION_FAILED);
    assert_int_equal(error.payload_count, 15000);
    acvm_error_free(&error);
    limits.memory_bytes = 100000;
    assert_int_equal(execute_within(&limits, 1, (const int64_t[]){3}), ACVM_ASSERTION_FAILED);
    assert_false(error.has_payload);
    assert_string_equal(error.message, "Cannot satisfy constraint");
}

/* main calls a circuit that gives back the square of its input: w1 = square(w0). */
static void write_square_program(unsigned int calls, int64_t predicate, uint32_t result)
{
    write_start(&writer);
    write_list(&writer, 2);
    write_list(&writer, 2);
    write_circuit_start(&writer, "main", calls);
    for (unsigned int call = 0; call < calls; call++) {
        write_variant(&writer, "Call");
        write_list(&writer, 4);
        write_number(&writer, 1);
        write_list(&writer, 1);
        write_number(&writer, call);
        write_list(&writer, 1);
        write_number(&writer, call + 1);
        write_constant_expression(&writer, predicate);
    }
    write_circuit_end(&writer, 0, 0, 0);
    write_circuit_start(&writer, "square", 1);
    write_assert_zero(2, (const struct part[]){{1, 0, 0}, {-1, 1, -1}}, 0);
    write_list(&writer, 0);
    write_list(&writer, 0);
    write_list(&writer, 1);
    write_number(&writer, result);
    write_list(&writer, 0);
    write_list(&writer, 0);
}

static void test_acvm_execute__calls_give_back_and_come_first(void **state)
{
    (void)state;
    write_square_program(2, 1, 1);
    assert_int_equal(execute(1, (const int64_t[]){3}), ACVM_SOLVED);
    assert_witness(1, 9);
    assert_witness(2, 81);
    /* Three items, of the functions 1, 1 and 0; the first two hold two witnesses. */
    static const unsigned char head[] = {0x03, 0x91, 0x93, 0x92, 0x01, 0x82};
    size_t item = 3 + 2 * 35;
    assert_memory_equal(stack.data, head, sizeof(head));
    assert_int_equal(stack.data[3 + item + 1], 1);
    assert_int_equal(stack.data[3 + 2 * item + 1], 0);
    assert_int_equal(stack.data[3 + 2 * item + 2], 0x83);
}

static void test_acvm_execute__call_that_is_not_made(void **state)
{
    (void)state;
    write_square_program(1, 0, 1);
    assert_int_equal(execute(1, (const int64_t[]){3}), ACVM_SOLVED);
    assert_witness(1, 0);
    assert_int_equal(stack.data[2], 0x91);
}

static void test_acvm_execute__call_without_its_result(void **state)
{
    (void)state;
    write_square_program(1, 1, 7);
    assert_int_equal(execute(1, (const int64_t[]){3}), ACVM_UNSOLVABLE);
    assert_non_null(strstr(error.message, "Failed to read from solved witness"));
    assert_int_equal(error.circuit_function, 0);
}

static void test_acvm_execute__message_of_another_opcode(void **state)
{
    (void)state;
    start_program(2);
    write_range(1, 8);
    write_assert_zero(1, (const struct part[]){{1, 0, -1}}, 0);
    for (size_t list = 0; list < 3; list++)
        write_list(&writer, 0);
    write_list(&writer, 1);
    write_list(&writer, 2);
    write_variant(&writer, "Acir");
    write_number(&writer, 0);
    write_list(&writer, 2);
    write_number(&writer, 77);
    write_list(&writer, 0);
    write_list(&writer, 0);
    assert_int_equal(execute(2, (const int64_t[]){3, 4}), ACVM_ASSERTION_FAILED);
    assert_int_equal(error.locations[0].opcode, 1);
    assert_false(error.has_payload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SOLVER_TEST(test_acvm_execute__brillig_that_never_ends),
        SOLVER_TEST(test_acvm_execute__brillig_that_is_not_called),
        SOLVER_TEST(test_acvm_execute__predicate_of_two),
        SOLVER_TEST(test_acvm_execute__brillig_failure_is_located),
        SOLVER_TEST(test_acvm_execute__brillig_output_count),
        SOLVER_TEST(test_acvm_execute__limits_of_memory_and_steps),
        SOLVER_TEST(test_acvm_execute__endless_calls_end),
        SOLVER_TEST(test_acvm_execute__payload_of_an_assertion),
        SOLVER_TEST(test_acvm_execute__payload_with_an_unknown),
        SOLVER_TEST(test_acvm_execute__payload_over_the_memory_is_left_out),
        SOLVER_TEST(test_acvm_execute__calls_give_back_and_come_first),
        SOLVER_TEST(test_acvm_execute__call_that_is_not_made),
        SOLVER_TEST(test_acvm_execute__call_without_its_result),
        SOLVER_TEST(test_acvm_execute__message_of_another_opcode),
    };
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
