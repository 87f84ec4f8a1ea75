/* {"abi": …, "inputs": …}: any types, and any values for them. */
#include <stdlib.h>

#include "fuzz.h"
#include "noir/abi/abi.h"

/* An array's length is a few digits: what takes long to write is not worth the time. */
enum { MOST_CELLS = 4096 };

static void check_decoded(const struct abi *abi, const struct witness_map *witnesses)
{
    for (int style = ABI_STYLE_NOIR_JS; style <= ABI_STYLE_PLAIN; style++) {
        json_decref(abi_decode_return(abi, witnesses, (enum abi_style)style));
        json_decref(abi_decode_public_inputs(abi, witnesses->values, witnesses->count,
                                             (enum abi_style)style));
    }
}

static void check_payload(const struct abi *abi, const struct witness_map *witnesses)
{
    struct abi_message message = {0};
    if (abi_describe_payload(abi, 0, witnesses->values, witnesses->count, ABI_STYLE_PLAIN,
                             &message))
        abi_message_free(&message);
}

static void check_inputs(const struct abi *abi, json_t *inputs)
{
    struct witness_map witnesses = WITNESS_MAP_EMPTY;
    json_t *mistakes = NULL;
    enum result result = abi_encode(abi, inputs, &witnesses, &mistakes);
    CHECK(result == RESULT_OK || result == RESULT_BODY_MALFORMED);
    CHECK((json_array_size(mistakes) > 0) == (result == RESULT_BODY_MALFORMED));
    if (result == RESULT_OK) {
        CHECK(witness_map_known_count(&witnesses) == abi_parameter_cells(abi));
        check_decoded(abi, &witnesses);
        check_payload(abi, &witnesses);
    }
    witness_map_free(&witnesses);
    json_decref(mistakes);
}

/* Public inputs have their names where a type is unreadable, too. */
static void check_named(const struct abi *abi)
{
    static const struct field values[MOST_CELLS];
    for (size_t count = 0; count <= MOST_CELLS; count = 3 * count + 1)
        json_decref(abi_decode_public_inputs(abi, values, count, ABI_STYLE_NOIR_JS));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct abi *abi = NULL;
    struct failure failure = {0};
    json_t *json = json_loadb((const char *)data, size, 0, NULL);
    json_t *inputs = json_object_get(json, "inputs");
    if (json_is_object(inputs) &&
        abi_read(&abi, json_object_get(json, "abi"), &failure) == RESULT_OK &&
        abi_parameter_cells(abi) <= MOST_CELLS && abi_return_cells(abi) <= MOST_CELLS) {
        if (abi_unreadable_parameter(abi) == NULL)
            check_inputs(abi, inputs);
        else
            check_named(abi);
    }
    abi_free(abi);
    json_decref(json);
    return 0;
}
