/* The decoder of programs: what is accepted, what it tells, and that all else is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "noir/acir/acir.h"
#include "program_writer.h"

static struct program_writer writer;

/* One circuit with the opcode AssertZero w0 - w1, and as many parameters as asked for. */
static void write_small_program(unsigned int private_count, unsigned int public_count)
{
    write_start(&writer);
    write_list(&writer, 2);
    write_list(&writer, 1);
    write_circuit_start(&writer, "main", 1);
    write_variant(&writer, "AssertZero");
    write_linear_expression(&writer, 0, 2, (const int64_t[]){1, -1}, (const uint32_t[]){0, 1});
    write_circuit_end(&writer, private_count, public_count, 0);
    write_list(&writer, 0);
}

/* A program of one circuit with one opcode, which the caller writes next. */
static void write_program_head(void)
{
    write_start(&writer);
    write_list(&writer, 2);
    write_list(&writer, 1);
    write_circuit_start(&writer, "main", 1);
}

static void write_program_tail(void)
{
    write_circuit_end(&writer, 0, 0, 0);
    write_list(&writer, 0);
}

/* A program of an empty circuit and one Brillig function with one opcode, written next. */
static void write_brillig_head(void)
{
    write_start(&writer);
    write_list(&writer, 2);
    write_list(&writer, 1);
    write_circuit_start(&writer, "main", 0);
    write_circuit_end(&writer, 0, 0, 0);
    write_list(&writer, 1);
    write_list(&writer, 2);
    write_text(&writer, "helper");
    write_list(&writer, 1);
}

static void assert_accepted(struct acir_program **program)
{
    struct failure failure = {.result = RESULT_OK};
    *program = NULL;
    enum result result = acir_program_decode(program, writer.bytes, writer.length, &failure);
    if (result != RESULT_OK)
        print_error("refused: %s\n", failure.message);
    assert_int_equal(result, RESULT_OK);
}

static void assert_refused(const char *words)
{
    struct failure failure = {.result = RESULT_OK};
    struct acir_program *program = NULL;
    assert_int_equal(acir_program_decode(&program, writer.bytes, writer.length, &failure),
                     RESULT_CIRCUIT_INVALID);
    assert_null(program);
    if (strstr(failure.message, words) == NULL)
        fail_msg("`%s` is not in `%s`", words, failure.message);
}

static void test_acir_program_decode__small_program(void **state)
{
    (void)state;
    struct acir_program *program;
    write_small_program(0, 2);
    assert_accepted(&program);
    const struct acir_circuit *circuit = &program->circuits[0];
    assert_string_equal(circuit->name, "main");
    assert_int_equal(circuit->opcode_count, 1);
    const struct acir_expression *expression = &circuit->opcodes[0].as.assert_zero;
    assert_int_equal(expression->term_count, 2);
    assert_int_equal(expression->terms[0].kind, ACIR_COEFFICIENT_ONE);
    assert_int_equal(expression->terms[1].kind, ACIR_COEFFICIENT_MINUS_ONE);
    assert_int_equal(expression->terms[1].witness, 1);
    acir_program_free(program);
}

static void test_acir_program_inspect__private_parameters_do_not_count(void **state)
{
    (void)state;
    struct acir_program *program;
    write_small_program(9, 0);
    assert_accepted(&program);
    struct acir_inspection inspection = acir_program_inspect(program);
    assert_int_equal(inspection.circuit_count, 1);
    assert_int_equal(inspection.opcode_count, 1);
    assert_int_equal(inspection.witness_count, 2);
    assert_int_equal(inspection.parameter_count, 9);
    assert_int_equal(inspection.public_inputs.count, 0);
    assert_int_equal(program->circuits[0].witness_count, 9);
    acir_program_free(program);
}

static void test_acir_program_inspect__public_parameters_count(void **state)
{
    (void)state;
    struct acir_program *program;
    write_small_program(0, 9);
    assert_accepted(&program);
    struct acir_inspection inspection = acir_program_inspect(program);
    assert_int_equal(inspection.witness_count, 9);
    assert_int_equal(inspection.public_inputs.count, 9);
    assert_int_equal(inspection.public_inputs.indices[8], 8);
    acir_program_free(program);
}

static void test_acir_program_inspect__no_opcodes_is_one_witness(void **state)
{
    (void)state;
    struct acir_program *program;
    write_start(&writer);
    write_list(&writer, 2);
    write_list(&writer, 1);
    write_circuit_start(&writer, "main", 0);
    write_circuit_end(&writer, 0, 0, 0);
    write_list(&writer, 0);
    assert_accepted(&program);
    assert_int_equal(acir_program_inspect(program).witness_count, 1);
    acir_program_free(program);
}

static void test_acir_program_inspect__sets_are_sorted_and_united(void **state)
{
    (void)state;
    struct acir_program *program;
    write_start(&writer);
    write_list(&writer, 2);
    write_list(&writer, 1);
    write_circuit_start(&writer, "main", 0);
    write_list(&writer, 0);
    static const uint32_t public_parameters[] = {7, 3, 7};
    write_list(&writer, 3);
    for (size_t index = 0; index < 3; index++)
        write_number(&writer, public_parameters[index]);
    static const uint32_t return_values[] = {5, 3};
    write_list(&writer, 2);
    for (size_t index = 0; index < 2; index++)
        write_number(&writer, return_values[index]);
    write_list(&writer, 0);
    write_list(&writer, 0);
    assert_accepted(&program);
    struct acir_inspection inspection = acir_program_inspect(program);
    assert_int_equal(inspection.parameter_count, 2);
    assert_int_equal(inspection.public_inputs.count, 3);
    assert_int_equal(inspection.public_inputs.indices[0], 3);
    assert_int_equal(inspection.public_inputs.indices[1], 5);
    assert_int_equal(inspection.public_inputs.indices[2], 7);
    acir_program_free(program);
}

static void test_acir_program_decode__empty_or_other_format(void **state)
{
    (void)state;
    writer.length = 0;
    assert_refused("does not begin with 3");
    for (unsigned int mark = 0; mark < 256; mark++) {
        if (mark == 3)
            continue;
        write_small_program(0, 0);
        writer.bytes[0] = (unsigned char)mark;
        assert_refused("does not begin with 3");
    }
}

static void test_acir_program_decode__every_truncation(void **state)
{
    (void)state;
    write_small_program(2, 2);
    size_t whole = writer.length;
    for (size_t length = 1; length < whole; length++) {
        /* A copy of exactly this size, so that a sanitizer sees a read past it. */
        unsigned char *bytes = malloc(length);
        memcpy(bytes, writer.bytes, length);
        struct acir_program *program = NULL;
        assert_int_equal(acir_program_decode(&program, bytes, length, NULL),
                         RESULT_CIRCUIT_INVALID);
        free(bytes);
    }
}

static void test_acir_program_decode__every_byte_changed(void **state)
{
    (void)state;
    write_small_program(2, 2);
    for (size_t position = 0; position < writer.length; position++) {
        unsigned char kept = writer.bytes[position];
        for (unsigned int value = 0; value < 256; value++) {
            writer.bytes[position] = (unsigned char)value;
            struct acir_program *program = NULL;
            if (acir_program_decode(&program, writer.bytes, writer.length, NULL) == RESULT_OK)
                acir_program_free(program);
        }
        writer.bytes[position] = kept;
    }
}

static void test_acir_program_decode__trailing_byte(void **state)
{
    (void)state;
    write_small_program(0, 0);
    write_byte(&writer, 0);
    assert_refused("bytes after the program");
}

static void test_acir_program_decode__field_element_of_modulus(void **state)
{
    (void)state;
    write_program_head();
    write_variant(&writer, "AssertZero");
    write_list(&writer, 3);
    write_list(&writer, 0);
    write_list(&writer, 0);
    write_field(&writer, -1);
    /* p - 1 ends in ..00000000, so this makes it p. */
    writer.bytes[writer.length - 1]++;
    write_program_tail();
    assert_refused("not below the modulus");
}

static void test_acir_program_decode__number_in_long_form(void **state)
{
    (void)state;
    write_start(&writer);
    write_list(&writer, 2);
    write_list(&writer, 1);
    write_circuit_start(&writer, "main", 0);
    write_list(&writer, 1);
    write_byte(&writer, 0xcc);
    write_byte(&writer, 5);
    assert_refused("shortest form");
}

static void test_acir_program_decode__count_over_what_is_left(void **state)
{
    (void)state;
    write_start(&writer);
    write_list(&writer, 2);
    write_byte(&writer, 0xdd);
    for (size_t index = 0; index < 4; index++)
        write_byte(&writer, 0xff);
    assert_refused("longer than the program");
}

static void test_acir_program_decode__witness_over_the_limit(void **state)
{
    (void)state;
    write_program_head();
    write_variant(&writer, "AssertZero");
    write_linear_expression(&writer, 0, 1, (const int64_t[]){1},
                            (const uint32_t[]){ACIR_WITNESS_LIMIT});
    write_program_tail();
    assert_refused("over the limit");
}

static void test_acir_program_decode__unknown_black_box_is_named(void **state)
{
    (void)state;
    write_program_head();
    write_variant(&writer, "BlackBoxFuncCall");
    write_variant(&writer, "Pedersen");
    assert_refused("unknown black box `Pedersen`");
}

static void test_acir_program_decode__unknown_name_is_made_printable(void **state)
{
    (void)state;
    write_program_head();
    write_variant(&writer, "a\nb\x1b[31m` and some more");
    assert_refused("`a?b?[31m`?and?some?more`");
}

static void test_acir_program_decode__oracle_is_named(void **state)
{
    (void)state;
    struct acir_program *program;
    write_brillig_head();
    write_variant(&writer, "ForeignCall");
    write_list(&writer, 5);
    write_text(&writer, "get_price");
    for (size_t index = 0; index < 4; index++)
        write_list(&writer, 0);
    assert_accepted(&program);
    assert_string_equal(program->foreign_call, "get_price");
    acir_program_free(program);
}

static void test_acir_program_decode__print_is_let_through(void **state)
{
    (void)state;
    struct acir_program *program;
    write_brillig_head();
    write_variant(&writer, "ForeignCall");
    write_list(&writer, 5);
    write_text(&writer, "print");
    for (size_t index = 0; index < 4; index++)
        write_list(&writer, 0);
    assert_accepted(&program);
    assert_int_equal(program->brillig_functions[0].opcodes[0].kind, BRILLIG_PRINT);
    assert_null(program->foreign_call);
    acir_program_free(program);
}

/* A print whose input types are nested `depth` deep. */
static void write_nested_print(unsigned int depth)
{
    write_brillig_head();
    write_variant(&writer, "ForeignCall");
    write_list(&writer, 5);
    write_text(&writer, "print");
    for (size_t index = 0; index < 3; index++)
        write_list(&writer, 0);
    for (unsigned int level = 0; level < depth; level++) {
        write_list(&writer, 1);
        write_variant(&writer, "Vector");
        write_list(&writer, 1);
    }
    write_list(&writer, 0);
}

static void test_acir_program_decode__types_nested_too_deep(void **state)
{
    (void)state;
    struct acir_program *program;
    write_nested_print(64);
    assert_accepted(&program);
    acir_program_free(program);
    write_nested_print(65);
    assert_refused("nested over 64 deep");
}

static void test_acir_program_decode__constant_must_fit_its_type(void **state)
{
    (void)state;
    for (int64_t value = 255; value <= 256; value++) {
        write_brillig_head();
        write_variant(&writer, "Const");
        write_list(&writer, 3);
        write_direct(&writer, 4);
        write_variant(&writer, "Integer");
        write_text(&writer, "U8");
        write_field(&writer, value);
        if (value == 256) {
            assert_refused("does not fit its type of 8 bits");
            continue;
        }
        struct acir_program *program;
        assert_accepted(&program);
        const struct brillig_opcode *opcode = program->brillig_functions[0].opcodes;
        assert_int_equal(opcode->kind, BRILLIG_CONSTANT);
        assert_int_equal(opcode->as.constant->as.integer[0], 255);
        acir_program_free(program);
    }
}

static void test_acir_program_decode__missing_functions(void **state)
{
    (void)state;
    write_program_head();
    write_variant(&writer, "BrilligCall");
    write_list(&writer, 4);
    write_number(&writer, 0);
    write_list(&writer, 0);
    write_list(&writer, 0);
    write_constant_expression(&writer, 1);
    write_program_tail();
    assert_refused("Brillig function 0 is called but does not exist");
    for (uint32_t function = 0; function < 2; function++) {
        write_program_head();
        write_variant(&writer, "Call");
        write_list(&writer, 4);
        write_number(&writer, function);
        write_list(&writer, 0);
        write_list(&writer, 0);
        write_constant_expression(&writer, 1);
        write_program_tail();
        assert_refused(function == 0 ? "Attempted to call `main`" : "function 1 does not exist");
    }
}

static void test_acir_program_decode__fixed_lengths(void **state)
{
    (void)state;
    write_program_head();
    write_variant(&writer, "BlackBoxFuncCall");
    write_variant(&writer, "EmbeddedCurveAdd");
    write_list(&writer, 4);
    write_list(&writer, 3);
    for (uint32_t index = 0; index < 3; index++) {
        write_variant(&writer, "Witness");
        write_number(&writer, index);
    }
    assert_refused("EmbeddedCurveAdd has 3 inputs in a list, not 2");
}

static void test_acir_program_decode__brillig_without_opcodes(void **state)
{
    (void)state;
    write_brillig_head();
    writer.length--;
    write_list(&writer, 0);
    assert_refused("without opcodes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_acir_program_decode__small_program),
        cmocka_unit_test(test_acir_program_inspect__private_parameters_do_not_count),
        cmocka_unit_test(test_acir_program_inspect__public_parameters_count),
        cmocka_unit_test(test_acir_program_inspect__no_opcodes_is_one_witness),
        cmocka_unit_test(test_acir_program_inspect__sets_are_sorted_and_united),
        cmocka_unit_test(test_acir_program_decode__empty_or_other_format),
        cmocka_unit_test(test_acir_program_decode__every_truncation),
        cmocka_unit_test(test_acir_program_decode__every_byte_changed),
        cmocka_unit_test(test_acir_program_decode__trailing_byte),
        cmocka_unit_test(test_acir_program_decode__field_element_of_modulus),
        cmocka_unit_test(test_acir_program_decode__number_in_long_form),
        cmocka_unit_test(test_acir_program_decode__count_over_what_is_left),
        cmocka_unit_test(test_acir_program_decode__witness_over_the_limit),
        cmocka_unit_test(test_acir_program_decode__unknown_black_box_is_named),
        cmocka_unit_test(test_acir_program_decode__unknown_name_is_made_printable),
        cmocka_unit_test(test_acir_program_decode__oracle_is_named),
        cmocka_unit_test(test_acir_program_decode__print_is_let_through),
        cmocka_unit_test(test_acir_program_decode__types_nested_too_deep),
        cmocka_unit_test(test_acir_program_decode__constant_must_fit_its_type),
        cmocka_unit_test(test_acir_program_decode__missing_functions),
        cmocka_unit_test(test_acir_program_decode__fixed_lengths),
        cmocka_unit_test(test_acir_program_decode__brillig_without_opcodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
