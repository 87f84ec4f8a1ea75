/* A compiled circuit as it is uploaded: JSON, in it base64 of gzip. What is inside: fuzz_acir. */
#include <string.h>

#include "circuits/circuit.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct circuit *circuit = NULL;
    struct failure failure = {0};
    enum result result = circuit_parse(&circuit, NULL, (const char *)data, size, &failure);
    if (result != RESULT_OK) {
        CHECK(circuit == NULL && failure.result == result && failure.message[0] != '\0');
        return 0;
    }
    CHECK(strlen(circuit->id) == CIRCUIT_ID_CHARACTERS && circuit->name[0] != '\0');
    CHECK(circuit->witness_count > 0 && circuit->bytecode_length > 0);
    circuit_release(circuit);
    return 0;
}
