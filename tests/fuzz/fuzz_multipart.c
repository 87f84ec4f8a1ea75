/* The multipart/form-data of /api/verify; its boundary is XX. */
#include "fuzz.h"
#include "http_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    http_fixture_verify("multipart/form-data; boundary=XX", data, size);
    return 0;
}
