/* Prover.toml. What is read can be written as JSON, and is then the same. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "noir/abi/toml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *object = NULL;
    struct failure failure = {0};
    enum result result = toml_read(&object, (const char *)data, size, &failure);
    if (result != RESULT_OK) {
        CHECK(object == NULL && failure.result == result && failure.message[0] != '\0');
        return 0;
    }
    CHECK(json_is_object(object));
    char *text = json_dumps(object, JSON_COMPACT);
    CHECK(text != NULL);
    json_t *again = json_loads(text, JSON_ALLOW_NUL, NULL);
    CHECK(json_equal(object, again));
    free(text);
    json_decref(again);
    json_decref(object);
    return 0;
}
