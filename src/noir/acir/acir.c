#include "noir/acir/acir.h"

#include <stdlib.h>

#include "base/check.h"
#include "noir/acir/arena_internal.h"
#include "noir/acir/decode_internal.h"
#include "noir/acir/lookups_internal.h"

enum { COMPACT_MESSAGEPACK = 3 };

/* What acir_program_free gets back from the program inside. */
struct owned_program {
    struct acir_program program; /* first, so that its address is that of the whole */
    struct arena arena;
    struct acir_witnesses public_inputs;
};

/* A circuit that is called gets its inputs as its first witnesses. */
static void fit_called_circuits(struct acir_circuit *circuits, uint32_t count)
{
    for (uint32_t caller = 0; caller < count; caller++) {
        for (uint32_t index = 0; index < circuits[caller].opcode_count; index++) {
            const struct acir_opcode *opcode = &circuits[caller].opcodes[index];
            if (opcode->kind != ACIR_CALL)
                continue;
            struct acir_circuit *called = &circuits[opcode->as.call->function];
            if (called->witness_count < opcode->as.call->inputs.count)
                called->witness_count = opcode->as.call->inputs.count;
        }
    }
}

/* Merges two ascending lists without repetition into one. */
static struct acir_witnesses unite(struct reader *reader, struct acir_witnesses left,
                                   struct acir_witnesses right)
{
    uint32_t *indices = reader_allocate(reader, (size_t)left.count + right.count, sizeof(*indices));
    if (indices == NULL)
        return (struct acir_witnesses){NULL, 0};
    uint32_t count = 0;
    uint32_t l = 0;
    uint32_t r = 0;
    while (l < left.count || r < right.count) {
        bool from_left =
            r == right.count || (l < left.count && left.indices[l] <= right.indices[r]);
        uint32_t next = from_left ? left.indices[l++] : right.indices[r++];
        if (count == 0 || indices[count - 1] != next)
            indices[count++] = next;
    }
    return (struct acir_witnesses){indices, count};
}

static void decode_program(struct decoder *decoder, struct owned_program *owned)
{
    struct reader *reader = &decoder->reader;
    reader_list_of(reader, 2, "a program");
    uint32_t circuit_count = reader_list(reader, CIRCUIT_BYTES);
    if (circuit_count == 0)
        reader_refuse(reader, "a program without circuits");
    struct acir_circuit *circuits = reader_allocate(reader, circuit_count, sizeof(*circuits));
    decoder->circuit_count = circuit_count;
    for (uint32_t index = 0; index < circuit_count && !reader_failed(reader); index++)
        decode_circuit(decoder, &circuits[index]);

    uint32_t brillig_count = reader_list(reader, BRILLIG_FUNCTION_BYTES);
    if (decoder->brillig_count_needed > brillig_count)
        reader_refuse(reader, "Brillig function %u is called but does not exist",
                      decoder->brillig_count_needed - 1);
    struct brillig_function *functions = reader_allocate(reader, brillig_count, sizeof(*functions));
    for (uint32_t index = 0; index < brillig_count && !reader_failed(reader); index++)
        decode_brillig_function(decoder, &functions[index]);

    if (!reader_failed(reader) && reader->position != reader->length)
        reader_refuse(reader, "bytes after the program");
    if (reader_failed(reader))
        return;
    fit_called_circuits(circuits, circuit_count);
    owned->public_inputs = unite(reader, circuits[0].public_parameters, circuits[0].return_values);
    owned->program = (struct acir_program){circuit_count, brillig_count, circuits, functions,
                                           decoder->foreign_call};
}

static enum result decode(struct acir_program **program, const unsigned char *bytes, size_t length,
                          bool any_form, struct failure *failure)
{
    CHECK(program != NULL);
    if (length == 0 || bytes[0] != COMPACT_MESSAGEPACK)
        return failure_set(failure, RESULT_CIRCUIT_INVALID,
                           "the program does not begin with %d, the mark of its format",
                           COMPACT_MESSAGEPACK);
    struct arena arena = ARENA_EMPTY;
    struct decoder decoder = {.reader = {.bytes = bytes,
                                         .length = length,
                                         .position = 1,
                                         .result = RESULT_OK,
                                         .failure = failure,
                                         .arena = &arena,
                                         .any_form = any_form}};
    struct owned_program *owned = reader_allocate(&decoder.reader, 1, sizeof(*owned));
    if (owned != NULL)
        decode_program(&decoder, owned);
    if (owned == NULL || reader_failed(&decoder.reader)) {
        arena_free(&arena);
        return decoder.reader.result;
    }
    owned->arena = arena;
    *program = &owned->program;
    return RESULT_OK;
}

enum result acir_program_decode(struct acir_program **program, const unsigned char *bytes,
                                size_t length, struct failure *failure)
{
    return decode(program, bytes, length, false, failure);
}

enum result acir_program_decode_any_form(struct acir_program **program, const unsigned char *bytes,
                                         size_t length, struct failure *failure)
{
    return decode(program, bytes, length, true, failure);
}

void acir_program_free(struct acir_program *program)
{
    if (program == NULL)
        return;
    /* The program lives in the arena, so the arena must be out of it before it goes. */
    struct arena arena = ((struct owned_program *)program)->arena;
    arena_free(&arena);
}

struct acir_inspection acir_program_inspect(const struct acir_program *program)
{
    const struct owned_program *owned = (const struct owned_program *)program;
    const struct acir_circuit *main_circuit = &program->circuits[0];
    return (struct acir_inspection){
        .circuit_count = program->circuit_count,
        .opcode_count = main_circuit->opcode_count,
        .witness_count = main_circuit->prover_witness_count,
        .has_witnesses = main_circuit->witness_count > 0,
        .parameter_count =
            main_circuit->private_parameters.count + main_circuit->public_parameters.count,
        .public_inputs = owned->public_inputs,
        .lookup_rows = lookups_rows(main_circuit),
    };
}
