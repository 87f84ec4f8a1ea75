/*
 * Whole programs: what the decoder takes is executed, with what the limits leave of it. The first
 * byte is the number of parameters, the next ones their values; the program follows.
 */
#include "base/check.h"
#include "fuzz.h"
#include "noir/acir/acir.h"
#include "noir/acvm/acvm.h"

enum { MOST_PARAMETERS = 64, STEPS = 20000, MEMORY_BYTES = 1 << 22, CIRCUIT_DEPTH = 8 };

/* Small numbers and some at the other end of the field. */
static struct field value_of(uint8_t byte)
{
    struct field value = field_from_u64(byte & 0x7f);
    if (byte > 0x7f)
        field_negate(&value, &value);
    return value;
}

static void check_error(const struct acvm_error *error, enum acvm_outcome outcome)
{
    CHECK(error->outcome == outcome && error->message[0] != '\0');
    CHECK(error->has_payload || error->payload_count == 0);
    CHECK((error->location_count == 0) == (error->locations == NULL));
}

static void execute(const struct acir_program *program, const struct witness_map *initial)
{
    const struct acvm_limits limits = {STEPS, MEMORY_BYTES, 64, CIRCUIT_DEPTH};
    struct buffer stack = BUFFER_EMPTY;
    struct witness_map solved = WITNESS_MAP_EMPTY;
    struct acvm_error error = ACVM_ERROR_EMPTY;
    enum acvm_outcome outcome = acvm_execute(program, initial, &limits, &stack, &solved, &error);
    if (outcome == ACVM_SOLVED) {
        CHECK(stack.length > 2 && stack.data[0] == 3);
        /* What was given is still there. */
        for (uint32_t index = 0; index < initial->count; index++)
            CHECK(field_equal(witness_map_get(&solved, index), witness_map_get(initial, index)));
    } else {
        CHECK(stack.length == 0);
        check_error(&error, outcome);
    }
    buffer_free(&stack);
    witness_map_free(&solved);
    acvm_error_free(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct acir_program *program = NULL;
    struct witness_map initial = WITNESS_MAP_EMPTY;
    struct failure failure;
    size_t count = size > 0 ? data[0] % (MOST_PARAMETERS + 1) : 0;
    if (size < 1 + count ||
        acir_program_decode(&program, data + 1 + count, size - 1 - count, &failure) != RESULT_OK)
        return 0;
    CHECK(witness_map_create(&initial, (uint32_t)count));
    for (uint32_t index = 0; index < count; index++) {
        struct field value = value_of(data[1 + index]);
        witness_map_set(&initial, index, &value);
    }
    if (program->foreign_call == NULL)
        execute(program, &initial);
    witness_map_free(&initial);
    acir_program_free(program);
    return 0;
}
