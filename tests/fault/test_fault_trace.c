/* From ACIR to a trace, its values and its key: each allocation fails once. */
#include <stdio.h>
#include <stdlib.h>

#include "inject.h"
#include "noir/acir/acir.h"
#include "ultrahonk/circuit/commit.h"

enum { MOST_BYTES = 1 << 16 };

static struct acir_program *program;

static int read_program(void **state)
{
    static unsigned char bytes[MOST_BYTES];
    FILE *file = fopen(ACIR_CORPUS "/mixed", "rb");
    (void)state;
    if (file == NULL)
        return -1;
    size_t length = fread(bytes, 1, sizeof(bytes), file);
    (void)fclose(file);
    return acir_program_decode(&program, bytes, length, NULL) == RESULT_OK ? 0 : -1;
}

static int free_program(void **state)
{
    (void)state;
    acir_program_free(program);
    return 0;
}

static enum result outcome(enum trace_status status, struct failure *failure)
{
    if (status == TRACE_OK)
        return RESULT_OK;
    assert_int_equal(status, TRACE_NO_MEMORY);
    return failure_set(failure, RESULT_INTERNAL, "there is no memory");
}

static enum result make(struct failure *failure)
{
    const struct trace_limits limits = TRACE_LIMITS;
    struct trace *trace = NULL;
    enum trace_status status = trace_make(&trace, NULL, program, &limits);
    assert_int_equal(trace != NULL, status == TRACE_OK);
    trace_free(trace);
    return outcome(status, failure);
}

/* The all-zero witness satisfies the program. */
static enum result fill(struct failure *failure)
{
    static struct trace *trace;
    const struct trace_limits limits = TRACE_LIMITS;
    struct trace_values *values = NULL;
    struct trace_fault fault = {0};
    fault_hold();
    assert_int_equal(trace_make(&trace, NULL, program, &limits), TRACE_OK);
    fault_go_on();
    enum trace_status status = trace_fill(&values, &fault, trace, program, NULL, 0);
    assert_int_equal(values != NULL, status == TRACE_OK);
    trace_values_free(values);
    trace_free(trace);
    return outcome(status, failure);
}

static enum result commit(struct failure *failure)
{
    static struct g1 commitments[PRECOMPUTED_COUNT];
    const struct trace_limits limits = TRACE_LIMITS;
    struct trace *trace = NULL;
    fault_hold();
    assert_int_equal(trace_make(&trace, NULL, program, &limits), TRACE_OK);
    struct g1 *points = malloc(commit_points(trace) * sizeof(*points));
    assert_non_null(points);
    for (size_t i = 0; i < commit_points(trace); i++)
        points[i] = g1_generator;
    fault_go_on();
    enum bn254_status status = commit_columns(commitments, trace, points);
    free(points);
    trace_free(trace);
    return outcome(status == BN254_OK ? TRACE_OK : TRACE_NO_MEMORY, failure);
}

static void test_trace_make__without_memory_is_no_trace(void **state)
{
    (void)state;
    fail_each(make, 1 << FAULT_MEMORY);
}

static void test_trace_fill__without_memory_has_no_values(void **state)
{
    (void)state;
    fail_each(fill, 1 << FAULT_MEMORY);
}

static void test_commit_columns__without_memory_says_so(void **state)
{
    (void)state;
    fail_each(commit, 1 << FAULT_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trace_make__without_memory_is_no_trace),
        cmocka_unit_test(test_trace_fill__without_memory_has_no_values),
        cmocka_unit_test(test_commit_columns__without_memory_says_so),
    };
    return cmocka_run_group_tests(tests, read_program, free_program);
}
