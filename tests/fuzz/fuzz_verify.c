/* The JSON of /api/verify. */
#include "fuzz.h"
#include "http_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    http_fixture_verify("application/json", data, size);
    return 0;
}
