/* The bytecode of a compiled circuit, unzipped. */
#include "fuzz.h"
#include "noir/acir/acir.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct acir_program *program = NULL;
    struct failure failure = {0};
    enum result result = acir_program_decode(&program, data, size, &failure);
    if (result != RESULT_OK) {
        CHECK(program == NULL && failure.result == result && failure.message[0] != '\0');
        return 0;
    }
    struct acir_inspection inspection = acir_program_inspect(program);
    CHECK(inspection.circuit_count > 0 && inspection.witness_count > 0);
    for (size_t i = 1; i < inspection.public_inputs.count; i++)
        CHECK(inspection.public_inputs.indices[i - 1] < inspection.public_inputs.indices[i]);
    acir_program_free(program);
    return 0;
}
