/* What a client sends: request lines, headers, bodies, several requests on a connection. */
#include "fuzz.h"
#include "http_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    http_fixture_exchange(data, size);
    return 0;
}
