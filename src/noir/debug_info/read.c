#include <ctype.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST /* so that zlib does not ask for writable input */
#include <zlib.h>

#include "noir/debug_info/debug_info_internal.h"
#include "noir/debug_info/paths.h"

enum { INFLATE_PIECE_BYTES = 64 * 1024 };

static enum result invalid(struct failure *failure, const char *what)
{
    return failure_set(failure, RESULT_CIRCUIT_INVALID, "the program's debug symbols: %s", what);
}

static enum result no_memory(struct failure *failure)
{
    return failure_set(failure, RESULT_INTERNAL, "no memory for the program's debug symbols");
}

/* A list of `count` zeroed elements, which is not NULL even for none of them. */
static void *make_list(size_t count, size_t size)
{
    return calloc(count > 0 ? count : 1, size);
}

static bool read_u32(uint32_t *number, const json_t *value)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) >= UINT32_MAX)
        return false;
    *number = (uint32_t)json_integer_value(value);
    return true;
}

static bool read_key(uint32_t *number, const char *key)
{
    char *end = NULL;
    unsigned long long value = strtoull(key, &end, 10);
    if (end == key || *end != '\0' || value >= UINT32_MAX)
        return false;
    *number = (uint32_t)value;
    return true;
}

/* Doubles the room of an inflated text, up to the limit. */
static enum result inflate_all(z_stream *stream, char **text, size_t *length,
                               struct failure *failure)
{
    size_t capacity = INFLATE_PIECE_BYTES;
    for (;;) {
        char *larger = realloc(*text, capacity);
        if (larger == NULL)
            return no_memory(failure);
        *text = larger;
        stream->next_out = (unsigned char *)larger + stream->total_out;
        stream->avail_out = (unsigned int)(capacity - stream->total_out);
        int status = inflate(stream, Z_NO_FLUSH);
        *length = stream->total_out;
        if (status == Z_STREAM_END)
            return RESULT_OK;
        if (status != Z_OK || stream->avail_out > 0)
            return invalid(failure, "they cannot be inflated");
        if (capacity >= DEBUG_SYMBOLS_BYTES_MAX)
            return failure_set(failure, RESULT_CIRCUIT_TOO_LARGE,
                               "the program's debug symbols are over %d bytes",
                               DEBUG_SYMBOLS_BYTES_MAX);
        capacity *= 2;
    }
}

static enum result inflate_json(json_t **object, const unsigned char *packed, size_t length,
                                struct failure *failure)
{
    z_stream stream = {.next_in = packed, .avail_in = (unsigned int)length};
    if (length > UINT32_MAX || inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return no_memory(failure);
    char *text = NULL;
    size_t text_length = 0;
    enum result result = inflate_all(&stream, &text, &text_length, failure);
    (void)inflateEnd(&stream);
    if (result == RESULT_OK) {
        *object = json_loadb(text, text_length, 0, NULL);
        if (*object == NULL)
            result = invalid(failure, "they are no JSON");
    }
    free(text);
    return result;
}

static enum result decode_json(json_t **object, json_t *encoded, struct failure *failure)
{
    size_t room = json_string_length(encoded);
    unsigned char *packed = malloc(room + 1);
    size_t length = 0;
    if (packed == NULL)
        return no_memory(failure);
    enum result result;
    if (sodium_base642bin(packed, room, json_string_value(encoded), room, NULL, &length, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        result = invalid(failure, "they are no base64");
    else
        result = inflate_json(object, packed, length, failure);
    free(packed);
    return result;
}

static enum result read_node(struct source_node *node, const json_t *object, size_t index,
                             struct failure *failure)
{
    const json_t *parent = json_object_get(object, "parent");
    const json_t *value = json_object_get(object, "value");
    const json_t *start = json_object_get(json_object_get(value, "span"), "start");
    node->parent = NO_PARENT;
    if (!read_u32(&node->file, json_object_get(value, "file")) || !read_u32(&node->offset, start))
        return invalid(failure, "a place without file or span");
    if (json_is_null(parent))
        return RESULT_OK;
    if (!read_u32(&node->parent, parent) || node->parent >= index)
        return invalid(failure, "a place whose parent does not come before it");
    return RESULT_OK;
}

static enum result read_tree(struct circuit_symbols *circuit, const json_t *tree,
                             struct failure *failure)
{
    const json_t *list = json_object_get(tree, "locations");
    size_t count = json_array_size(list);
    circuit->nodes = make_list(count, sizeof(*circuit->nodes));
    if (circuit->nodes == NULL)
        return no_memory(failure);
    circuit->node_count = count;
    enum result result = RESULT_OK;
    for (size_t index = 0; result == RESULT_OK && index < count; index++)
        result = read_node(&circuit->nodes[index], json_array_get(list, index), index, failure);
    return result;
}

static int compare_places(const void *left, const void *right)
{
    uint32_t a = ((const struct opcode_place *)left)->opcode;
    uint32_t b = ((const struct opcode_place *)right)->opcode;
    return (a > b) - (a < b);
}

/* {"opcode": node, ...} */
static enum result read_places(struct opcode_places *places, json_t *object, size_t node_count,
                               struct failure *failure)
{
    places->places = make_list(json_object_size(object), sizeof(*places->places));
    if (places->places == NULL)
        return no_memory(failure);
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        struct opcode_place *place = &places->places[places->count];
        if (!read_key(&place->opcode, key) || !read_u32(&place->node, value) ||
            place->node >= node_count)
            return invalid(failure, "an opcode without a place");
        places->count++;
    }
    qsort(places->places, places->count, sizeof(*places->places), compare_places);
    return RESULT_OK;
}

static enum result read_circuit(struct circuit_symbols *circuit, const json_t *object,
                                struct failure *failure)
{
    enum result result = read_tree(circuit, json_object_get(object, "location_tree"), failure);
    if (result == RESULT_OK)
        result = read_places(&circuit->opcodes, json_object_get(object, "acir_locations"),
                             circuit->node_count, failure);
    if (result != RESULT_OK)
        return result;
    json_t *functions = json_object_get(object, "brillig_locations");
    circuit->brillig = make_list(json_object_size(functions), sizeof(*circuit->brillig));
    if (circuit->brillig == NULL)
        return no_memory(failure);
    const char *key;
    json_t *places;
    json_object_foreach(functions, key, places)
    {
        struct opcode_places *function = &circuit->brillig[circuit->brillig_count++];
        if (!read_key(&function->function, key))
            return invalid(failure, "a Brillig function without a number");
        result = read_places(function, places, circuit->node_count, failure);
        if (result != RESULT_OK)
            return result;
    }
    return RESULT_OK;
}

static enum result read_circuits(struct debug_symbols *symbols, json_t *encoded,
                                 struct failure *failure)
{
    json_t *object = NULL;
    enum result result = decode_json(&object, encoded, failure);
    if (result != RESULT_OK)
        return result;
    const json_t *list = json_object_get(object, "debug_infos");
    size_t count = json_array_size(list);
    symbols->circuits = make_list(count, sizeof(*symbols->circuits));
    if (symbols->circuits == NULL)
        result = no_memory(failure);
    else
        symbols->circuit_count = count;
    for (size_t index = 0; result == RESULT_OK && index < count; index++)
        result = read_circuit(&symbols->circuits[index], json_array_get(list, index), failure);
    json_decref(object);
    return result;
}

static enum result read_files(struct debug_symbols *symbols, json_t *map, struct failure *failure)
{
    symbols->files = make_list(json_object_size(map), sizeof(*symbols->files));
    if (symbols->files == NULL)
        return no_memory(failure);
    const char *key;
    json_t *object;
    json_object_foreach(map, key, object)
    {
        struct source_file *file = &symbols->files[symbols->file_count];
        const char *path = json_string_value(json_object_get(object, "path"));
        json_t *source = json_object_get(object, "source");
        if (!read_key(&file->identifier, key) || path == NULL || !json_is_string(source))
            return invalid(failure, "a file without path or source");
        symbols->file_count++;
        file->length = json_string_length(source);
        file->path = strdup(path);
        file->source = malloc(file->length + 1);
        if (file->path == NULL || file->source == NULL)
            return no_memory(failure);
        memcpy(file->source, json_string_value(source), file->length + 1);
    }
    return RESULT_OK;
}

enum result debug_symbols_read(struct debug_symbols **symbols, json_t *artifact,
                               struct failure *failure)
{
    struct debug_symbols *read = calloc(1, sizeof(*read));
    if (read == NULL)
        return no_memory(failure);
    json_t *encoded = json_object_get(artifact, "debug_symbols");
    enum result result = RESULT_OK;
    if (json_is_string(encoded))
        result = read_circuits(read, encoded, failure);
    json_t *files = debug_short_file_map(json_object_get(artifact, "file_map"));
    if (result == RESULT_OK)
        result = files == NULL ? no_memory(failure) : read_files(read, files, failure);
    json_decref(files);
    if (result != RESULT_OK) {
        debug_symbols_free(read);
        return result;
    }
    *symbols = read;
    return RESULT_OK;
}

void debug_symbols_free(struct debug_symbols *symbols)
{
    if (symbols == NULL)
        return;
    for (size_t index = 0; index < symbols->circuit_count; index++) {
        struct circuit_symbols *circuit = &symbols->circuits[index];
        for (size_t function = 0; function < circuit->brillig_count; function++)
            free(circuit->brillig[function].places);
        free(circuit->brillig);
        free(circuit->opcodes.places);
        free(circuit->nodes);
    }
    for (size_t index = 0; index < symbols->file_count; index++) {
        free(symbols->files[index].path);
        free(symbols->files[index].source);
    }
    free(symbols->circuits);
    free(symbols->files);
    free(symbols);
}
