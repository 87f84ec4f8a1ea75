/*
 * {"symbols": …, "file_map": …}: the debug symbols of a program, before they are packed as a
 * compiler packs them. Any can be read, and places found in them.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "fuzz.h"
#include "noir/debug_info/debug_info.h"

enum { MOST_OPCODE = 40, MOST_PLACES = 8 };

/* Base64 of a raw deflate stream; for free(). */
static char *pack(const json_t *symbols)
{
    char *text = json_dumps(symbols, JSON_COMPACT | JSON_ENCODE_ANY);
    CHECK(text != NULL);
    size_t length = strlen(text);
    z_stream stream = {.next_in = (unsigned char *)text, .avail_in = (uInt)length};
    CHECK(deflateInit2(&stream, 1, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    unsigned char *packed = malloc(deflateBound(&stream, (uLong)length));
    CHECK(packed != NULL);
    stream.next_out = packed;
    stream.avail_out = (uInt)deflateBound(&stream, (uLong)length);
    CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    size_t room = sodium_base64_encoded_len(stream.total_out, sodium_base64_VARIANT_ORIGINAL);
    char *encoded = malloc(room);
    CHECK(encoded != NULL);
    (void)sodium_bin2base64(encoded, room, packed, stream.total_out,
                            sodium_base64_VARIANT_ORIGINAL);
    (void)deflateEnd(&stream);
    free(packed);
    free(text);
    return encoded;
}

static void locate_everything(const struct debug_symbols *symbols)
{
    for (uint32_t opcode = 0; opcode < MOST_OPCODE; opcode++) {
        struct acvm_location locations[] = {{.opcode = opcode}, {.opcode = opcode + 1}};
        struct debug_place places[MOST_PLACES];
        struct acvm_error error = ACVM_ERROR_EMPTY;
        error.locations = locations;
        error.location_count = 1 + opcode % 2;
        error.in_brillig = opcode % 3 == 0;
        size_t count = debug_symbols_locate(symbols, &error, places, MOST_PLACES);
        CHECK(count <= MOST_PLACES);
        for (size_t i = 0; i < count; i++)
            CHECK(places[i].path != NULL && places[i].line > 0 && places[i].column > 0);
        (void)debug_own_place(places, count);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct debug_symbols *symbols = NULL;
    struct failure failure = {0};
    json_t *json = json_loadb((const char *)data, size, 0, NULL);
    json_t *inner = json_object_get(json, "symbols");
    if (inner != NULL) {
        char *packed = pack(inner);
        CHECK(json_object_set_new(json, "debug_symbols", json_string(packed)) == 0);
        free(packed);
        enum result result = debug_symbols_read(&symbols, json, &failure);
        CHECK((symbols != NULL) == (result == RESULT_OK));
        CHECK(result == RESULT_OK || failure.message[0] != '\0');
        if (result == RESULT_OK)
            locate_everything(symbols);
    }
    debug_symbols_free(symbols);
    json_decref(json);
    return 0;
}
