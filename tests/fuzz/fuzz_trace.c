/* An ACIR program of anyone's: it has a trace, whose copies are a permutation, or a reason. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "noir/acir/acir.h"
#include "ultrahonk/circuit/trace.h"

enum { MOST_LOG_ROWS = 14, MOST_MEMORY = 1 << 28, SHOWN_WITNESSES = 8 };

/* Both columns name the same cells: only tags, past all of them, differ. */
static void check_copies(const struct trace *trace)
{
    const uint64_t tags = UINT64_C(4) << 28;
    uint64_t ids = 0;
    uint64_t sigmas = 0;
    for (size_t row = 0; row < trace_end(trace); row++) {
        uint32_t id[TRACE_WIRES];
        uint32_t sigma[TRACE_WIRES];
        trace_ids(trace, row, id);
        trace_sigmas(trace, row, sigma);
        for (size_t wire = 0; wire < TRACE_WIRES; wire++) {
            ids += id[wire] < tags ? id[wire] : tags;
            sigmas += sigma[wire] < tags ? sigma[wire] : tags;
        }
    }
    CHECK(ids == sigmas);
}

static void check_columns(const struct trace *trace)
{
    size_t rows = (size_t)1 << trace_log_rows(trace);
    struct field *column = malloc(rows * sizeof(*column));
    CHECK(column != NULL);
    for (size_t i = 0; i < PRECOMPUTED_COUNT; i++) {
        trace_column(trace, column, (enum entity)i);
        CHECK(field_is_zero(&column[0]));
    }
    free(column);
}

/* A witness of small numbers, from the program's own bytes. */
static void check_filling(const struct trace *trace, const struct acir_program *program,
                          const uint8_t *data, size_t size)
{
    struct field witness[SHOWN_WITNESSES];
    struct trace_values *values = NULL;
    struct trace_fault fault = {0};
    for (size_t i = 0; i < SHOWN_WITNESSES; i++)
        witness[i] = field_from_u64(size > i ? data[size - 1 - i] % 4 : 0);
    enum trace_status status =
        trace_fill(&values, &fault, trace, program, witness, size % (SHOWN_WITNESSES + 1));
    CHECK(status == TRACE_OK || status == TRACE_UNSATISFIED);
    CHECK((values != NULL) == (status == TRACE_OK) && (status == TRACE_OK || fault.text[0] != 0));
    trace_values_free(values);
}

static void check_trace(const struct trace *trace, const struct acir_program *program,
                        const uint8_t *data, size_t size)
{
    CHECK(trace_log_rows(trace) <= MOST_LOG_ROWS && trace_public_inputs(trace) >= 8);
    check_copies(trace);
    check_columns(trace);
    check_filling(trace, program, data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct trace_limits limits = {.log_rows = MOST_LOG_ROWS, .memory = MOST_MEMORY};
    struct acir_program *program = NULL;
    struct trace *trace = NULL;
    struct trace_fault fault = {0};
    if (acir_program_decode_any_form(&program, data, size, NULL) != RESULT_OK)
        return 0;
    enum trace_status status = trace_make(&trace, &fault, program, &limits);
    CHECK((trace != NULL) == (status == TRACE_OK) && status != TRACE_UNSATISFIED);
    if (status == TRACE_OK)
        check_trace(trace, program, data, size);
    else
        CHECK(status == TRACE_NO_MEMORY || fault.text[0] != '\0');
    trace_free(trace);
    acir_program_free(program);
    return 0;
}
