/* From ACIR to rows: what a trace holds, and which circuits have none. That the rows are bb's is
 * for script/fuzz-keys and tests/ultrahonk/keys.test.mjs, which have bb at hand. */
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/circuit/trace.h"

enum { MOST_OPCODES = 8, LOG_ROWS = 5, ROWS = 1 << LOG_ROWS };

/* A program of one circuit. */
struct little {
    struct acir_opcode opcodes[MOST_OPCODES];
    uint32_t opcode_count;
    uint32_t public_input;
    struct acir_circuit circuit;
    struct acir_program program;
};

static void finish(struct little *little, uint32_t opcodes, uint32_t witnesses)
{
    little->public_input = 1;
    little->circuit = (struct acir_circuit){.name = "main",
                                            .opcodes = little->opcodes,
                                            .opcode_count = opcodes,
                                            .block_count = 4,
                                            .prover_witness_count = witnesses,
                                            .public_inputs = {&little->public_input, 1}};
    little->program = (struct acir_program){.circuit_count = 1, .circuits = &little->circuit};
}

/* w0 * w0 - w1 = 0 */
static void write_square(struct little *little)
{
    static struct acir_product product;
    static struct acir_term term;
    product = (struct acir_product){.coefficient = FIELD_ONE};
    term = (struct acir_term){.coefficient = FIELD_MINUS_ONE, .witness = 1};
    little->opcodes[0] = (struct acir_opcode){
        .kind = ACIR_ASSERT_ZERO, .as.assert_zero = {&product, &term, 1, 1, FIELD_ZERO}};
    finish(little, 1, 2);
}

static struct trace *make(const struct acir_program *program)
{
    const struct trace_limits limits = TRACE_LIMITS;
    struct trace_fault fault = {0};
    struct trace *trace = NULL;
    if (trace_make(&trace, &fault, program, &limits) != TRACE_OK)
        fail_msg("%s", fault.text);
    return trace;
}

static void assert_refused(const struct acir_program *program, enum trace_status status,
                           const char *text)
{
    const struct trace_limits limits = TRACE_LIMITS;
    struct trace_fault fault = {0};
    struct trace *trace = NULL;
    assert_int_equal(trace_make(&trace, &fault, program, &limits), status);
    assert_null(trace);
    if (strstr(fault.text, text) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", text, fault.text);
}

static uint64_t number_at(const struct field *column, size_t row)
{
    struct integer256 number;
    field_to_integer(&number, &column[row]);
    assert_int_equal(number.limbs[1] | number.limbs[2] | number.limbs[3], 0);
    return number.limbs[0];
}

static void test_trace_make__lays_out_a_square(void **state)
{
    struct little little;
    struct field column[ROWS];
    (void)state;
    write_square(&little);
    struct trace *trace = make(&little.program);
    assert_int_equal(trace_log_rows(trace), LOG_ROWS);
    assert_int_equal(trace_end(trace), 24);
    assert_int_equal(trace_public_inputs(trace), 9);
    trace_column(trace, column, LAGRANGE_FIRST);
    assert_int_equal(number_at(column, 4), 1);
    trace_column(trace, column, LAGRANGE_LAST);
    assert_int_equal(number_at(column, 23), 1);
    trace_column(trace, column, Q_ARITHMETIC);
    for (size_t row = 0; row < ROWS; row++)
        assert_int_equal(number_at(column, row), row >= 14 && row < 24);
    trace_column(trace, column, Q_M);
    for (size_t row = 0; row < ROWS; row++)
        assert_int_equal(number_at(column, row), row == 15);
    trace_free(trace);
}

static void test_trace_fill__gives_the_wires_of_a_square(void **state)
{
    const struct field witness[] = {field_from_u64(3), field_from_u64(9)};
    const uint64_t expected[TRACE_WIRES] = {3, 3, 9, 0};
    struct little little;
    struct field column[ROWS];
    struct trace_values *values = NULL;
    (void)state;
    write_square(&little);
    struct trace *trace = make(&little.program);
    assert_int_equal(trace_fill(&values, NULL, trace, &little.program, witness, 2), TRACE_OK);
    for (unsigned wire = 0; wire < TRACE_WIRES; wire++) {
        trace_wire(trace, column, values, wire);
        assert_int_equal(number_at(column, 15), expected[wire]);
        assert_int_equal(number_at(column, 5), wire < 2 ? 9 : 0);
        /* The zero constant's own row has witness 0 where others have the constant. */
        assert_int_equal(number_at(column, 14), wire == 0 ? 0 : 3);
    }
    trace_values_free(values);
    trace_free(trace);
}

static void test_trace_fill__names_the_opcode_that_does_not_hold(void **state)
{
    const struct field witness[] = {field_from_u64(3), field_from_u64(8)};
    struct little little;
    struct trace_fault fault = {.opcode = 99};
    struct trace_values *values = NULL;
    (void)state;
    write_square(&little);
    struct trace *trace = make(&little.program);
    assert_int_equal(trace_fill(&values, &fault, trace, &little.program, witness, 2),
                     TRACE_UNSATISFIED);
    assert_null(values);
    assert_int_equal(fault.opcode, 0);
    trace_free(trace);
}

static void test_trace_make__names_what_is_not_supported(void **state)
{
    static const struct {
        enum acir_black_box_kind kind;
        const char *name;
    } boxes[] = {{ACIR_ECDSA_SECP256K1, "unsupported: EcdsaSecp256k1"},
                 {ACIR_RECURSIVE_AGGREGATION, "unsupported: RecursiveAggregation"},
                 {ACIR_SHA256_COMPRESSION, "unsupported: Sha256Compression"},
                 {ACIR_AES128_ENCRYPT, "unsupported: AES128Encrypt"}};
    (void)state;
    for (size_t i = 0; i < sizeof(boxes) / sizeof(boxes[0]); i++) {
        const struct acir_black_box box = {.kind = boxes[i].kind};
        struct little little = {.opcodes = {{.kind = ACIR_BLACK_BOX, .as.black_box = &box}}};
        finish(&little, 1, 1);
        assert_refused(&little.program, TRACE_UNSUPPORTED, boxes[i].name);
    }
}

static void test_trace_make__refuses_what_bb_refuses(void **state)
{
    const struct acir_input witness = {.witness = 0};
    const struct acir_input constant = {.is_constant = true};
    const struct acir_black_box wide = {.kind = ACIR_RANGE, .bits = 254, .lists = {{&witness, 1}}};
    const struct acir_black_box of_constant = {
        .kind = ACIR_RANGE, .bits = 8, .lists = {{&constant, 1}}};
    const struct acir_opcode opcodes[] = {
        {.kind = ACIR_ASSERT_ZERO},
        {.kind = ACIR_BLACK_BOX, .as.black_box = &wide},
        {.kind = ACIR_BLACK_BOX, .as.black_box = &of_constant},
        {.kind = ACIR_MEMORY_INITIALISATION},
        {.kind = ACIR_MEMORY_OPERATION, .as.memory_operation = {.block = 3}},
        {.kind = ACIR_CALL},
    };
    static const char *const texts[] = {"AssertZero of a constant", "RANGE has 254 bits",
                                        "RANGE of a constant",      "call data",
                                        "has had no MemoryInit",    "remove #[fold]"};
    (void)state;
    for (size_t i = 0; i < sizeof(opcodes) / sizeof(opcodes[0]); i++) {
        struct little little = {.opcodes = {opcodes[i]}};
        finish(&little, 1, 2);
        assert_refused(&little.program, TRACE_REFUSED, texts[i]);
    }
}

static void test_trace_make__has_limits_that_it_names(void **state)
{
    struct little little;
    struct trace_fault fault = {0};
    struct trace *trace = NULL;
    (void)state;
    write_square(&little);
    assert_int_equal(trace_make(&trace, &fault, &little.program,
                                &(struct trace_limits){.log_rows = 4, .memory = SIZE_MAX}),
                     TRACE_TOO_LARGE);
    assert_non_null(strstr(fault.text, "rows"));
    assert_int_equal(trace_make(&trace, &fault, &little.program,
                                &(struct trace_limits){.log_rows = 20, .memory = 100}),
                     TRACE_TOO_LARGE);
    assert_non_null(strstr(fault.text, "memory"));
    assert_null(trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trace_make__lays_out_a_square),
        cmocka_unit_test(test_trace_fill__gives_the_wires_of_a_square),
        cmocka_unit_test(test_trace_fill__names_the_opcode_that_does_not_hold),
        cmocka_unit_test(test_trace_make__names_what_is_not_supported),
        cmocka_unit_test(test_trace_make__refuses_what_bb_refuses),
        cmocka_unit_test(test_trace_make__has_limits_that_it_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
