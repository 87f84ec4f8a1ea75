#include "solver_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "noir/acir/acir.h"

struct program_writer writer;
struct acvm_error error;
struct buffer stack;
struct witness_map solved;

int set_up(void **state)
{
    (void)state;
    error = ACVM_ERROR_EMPTY;
    stack = BUFFER_EMPTY;
    solved = WITNESS_MAP_EMPTY;
    return 0;
}

int tear_down(void **state)
{
    (void)state;
    acvm_error_free(&error);
    buffer_free(&stack);
    witness_map_free(&solved);
    return 0;
}

void start_program(unsigned int opcodes)
{
    write_start(&writer);
    write_list(&writer, 2);
    write_list(&writer, 1);
    write_circuit_start(&writer, "main", opcodes);
}

void end_program(void)
{
    write_circuit_end(&writer, 0, 0, 0);
    write_list(&writer, 0);
}

enum acvm_outcome execute_within(const struct acvm_limits *limits, size_t count,
                                 const int64_t values[])
{
    struct acir_program *program = NULL;
    struct failure failure = {.result = RESULT_OK};
    if (acir_program_decode(&program, writer.bytes, writer.length, &failure) != RESULT_OK)
        fail_msg("%s", failure.message);
    struct witness_map initial;
    assert_true(witness_map_create(&initial, (uint32_t)count));
    for (uint32_t index = 0; index < count; index++) {
        struct field value = field_from_u64((uint64_t)values[index]);
        witness_map_set(&initial, index, &value);
    }
    enum acvm_outcome outcome = acvm_execute(program, &initial, limits, &stack, &solved, &error);
    witness_map_free(&initial);
    acir_program_free(program);
    return outcome;
}

enum acvm_outcome execute(size_t count, const int64_t values[])
{
    struct acvm_limits limits = ACVM_LIMITS_DEFAULT;
    return execute_within(&limits, count, values);
}

void assert_witness(uint32_t index, int64_t expected)
{
    const struct field *value = witness_map_get(&solved, index);
    assert_non_null(value);
    struct field wanted = field_from_u64((uint64_t)(expected < 0 ? -expected : expected));
    if (expected < 0)
        field_negate(&wanted, &wanted);
    assert_true(field_equal(value, &wanted));
}

void write_assert_zero(size_t count, const struct part parts[], int64_t constant)
{
    unsigned int products = 0;
    for (size_t index = 0; index < count; index++)
        products += parts[index].right >= 0 ? 1 : 0;
    write_variant(&writer, "AssertZero");
    write_list(&writer, 3);
    for (int is_term = 0; is_term < 2; is_term++) {
        write_list(&writer, is_term ? (unsigned int)count - products : products);
        for (size_t index = 0; index < count; index++) {
            if ((parts[index].right < 0) != (is_term == 1))
                continue;
            write_list(&writer, is_term ? 2 : 3);
            write_field(&writer, parts[index].coefficient);
            write_number(&writer, parts[index].left);
            if (!is_term)
                write_number(&writer, (uint32_t)parts[index].right);
        }
    }
    write_field(&writer, constant);
}

void write_range(uint32_t witness, uint32_t bits)
{
    write_variant(&writer, "BlackBoxFuncCall");
    write_variant(&writer, "RANGE");
    write_list(&writer, 2);
    write_variant(&writer, "Witness");
    write_number(&writer, witness);
    write_number(&writer, bits);
}
