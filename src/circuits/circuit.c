#include "circuits/circuit.h"

#include <ctype.h>
#include <jansson.h>
#include <malloc.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/gunzip.h"
#include "base/json.h"
#include "base/store.h"
#include "circuits/circuit_id_internal.h"
#include "metrics/metrics.h"
#include "noir/acir/acir.h"
#include "noir/debug_info/paths.h"

enum { MOST_BYTECODE_BYTES = 1 << 28, MOST_ARTIFACT_BYTES = 1 << 29, FORMAT_COMPACT = 3 };

/* Of an artifact, nearly all of whose bytes are in a few long strings. */
enum { MOST_VALUES = 1 << 20 };
enum { MOST_DEBUG_BYTES = 1 << 24 };

#define READABLE_NOIR "nargo or @noir-lang/noir_wasm " CIRCUIT_NOIR_VERSION
#define UNKNOWN_VERSION "unknown"

static enum result invalid(struct failure *failure, const struct circuit *circuit, const char *what)
{
    return failure_set(failure, RESULT_CIRCUIT_INVALID,
                       "circuit %s: %s; compile it with " READABLE_NOIR, circuit->name, what);
}

static enum result no_memory(struct failure *failure)
{
    return failure_set(failure, RESULT_INTERNAL, "no memory for the circuit");
}

/* A circuit without a name is called by the start of its id, once that is known. */
static enum result set_name(struct circuit *circuit, const char *name, struct failure *failure)
{
    if (name == NULL)
        return RESULT_OK;
    size_t length = strlen(name);
    /* A file of such a name is hidden, and a path with "." or ".." is not what it says. */
    bool fits = length > 0 && length <= CIRCUIT_NAME_CHARACTERS && name[0] != '.';
    for (size_t i = 0; fits && i < length; i++)
        fits = isalnum((unsigned char)name[i]) || strchr("._-", name[i]) != NULL;
    if (!fits)
        return failure_set(
            failure, RESULT_CIRCUIT_INVALID,
            "a circuit's name is 1 to %d letters, digits, '.', '_' or '-', the first "
            "of them no '.'",
            CIRCUIT_NAME_CHARACTERS);
    memcpy(circuit->name, name, length + 1);
    return RESULT_OK;
}

static enum result unzip_bytecode(struct circuit *circuit, const unsigned char *zipped,
                                  size_t length, struct failure *failure)
{
    enum gunzip_status status = gunzip_whole(&circuit->bytecode, &circuit->bytecode_length, zipped,
                                             length, MOST_BYTECODE_BYTES);
    switch (status) {
    case GUNZIP_OK:
        return RESULT_OK;
    case GUNZIP_TOO_LARGE:
        return failure_set(failure, RESULT_CIRCUIT_TOO_LARGE,
                           "circuit %s: its bytecode has more than %d bytes once unzipped, the "
                           "most that this server reads",
                           circuit->name, MOST_BYTECODE_BYTES);
    case GUNZIP_NO_MEMORY:
        return no_memory(failure);
    case GUNZIP_CORRUPT:
    case GUNZIP_TRAILING:
        break;
    }
    return invalid(failure, circuit, "its bytecode is not one whole gzip stream");
}

static enum result decode_bytecode(struct circuit *circuit, const char *base64,
                                   struct failure *failure)
{
    size_t length = strlen(base64);
    size_t zipped_length = 0;
    unsigned char *zipped = malloc(length == 0 ? 1 : length);
    if (zipped == NULL)
        return no_memory(failure);
    enum result result;
    if (sodium_base642bin(zipped, length, base64, length, NULL, &zipped_length, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        result = invalid(failure, circuit, "its bytecode is not base64");
    else
        result = unzip_bytecode(circuit, zipped, zipped_length, failure);
    free(zipped);
    return result;
}

/* The compiler's version is what comes before a '+', behind which its commit stands. */
static int version_length(const struct circuit *circuit)
{
    return (int)strcspn(circuit->noir_version, "+");
}

static bool is_of_readable_noir(const struct circuit *circuit)
{
    return version_length(circuit) == (int)strlen(CIRCUIT_NOIR_VERSION) &&
           strncmp(circuit->noir_version, CIRCUIT_NOIR_VERSION, strlen(CIRCUIT_NOIR_VERSION)) == 0;
}

/* What the artifact says of its compiler, which need not be true. */
enum { ORIGIN_BYTES = 128 };
static void describe_origin(char origin[ORIGIN_BYTES], const struct circuit *circuit)
{
    if (strcmp(circuit->noir_version, UNKNOWN_VERSION) == 0)
        (void)snprintf(origin, ORIGIN_BYTES, "does not say which Noir compiled it");
    else
        (void)snprintf(origin, ORIGIN_BYTES, "says that Noir %.*s compiled it",
                       version_length(circuit), circuit->noir_version);
}

/* Bytecode of another Noir is best told apart by its version: the decoder only sees bytes. */
static enum result explain_decoder(const struct circuit *circuit, struct failure *failure)
{
    char origin[ORIGIN_BYTES];
    struct failure cause = *failure;
    if (cause.result != RESULT_CIRCUIT_INVALID)
        return cause.result;
    if (is_of_readable_noir(circuit))
        return failure_set(
            failure, RESULT_CIRCUIT_INVALID,
            "circuit %s: its bytecode cannot be read: %.250s; compile it with " READABLE_NOIR,
            circuit->name, cause.message);
    describe_origin(origin, circuit);
    return failure_set(failure, RESULT_CIRCUIT_VERSION,
                       "circuit %s %s, and its bytecode is not that of Noir " CIRCUIT_NOIR_VERSION
                       ", which this server's bb reads: compile it with " READABLE_NOIR " (%.150s)",
                       circuit->name, origin, cause.message);
}

static enum result inspect_bytecode(struct circuit *circuit, struct failure *failure)
{
    struct acir_program *program = NULL;
    char origin[ORIGIN_BYTES];
    if (circuit->bytecode[0] != FORMAT_COMPACT) {
        describe_origin(origin, circuit);
        return failure_set(
            failure, RESULT_CIRCUIT_VERSION,
            "circuit %s %s, and its bytecode is in format %u; this server's bb reads "
            "format %d, that of Noir " CIRCUIT_NOIR_VERSION ": compile it with " READABLE_NOIR,
            circuit->name, origin, circuit->bytecode[0], FORMAT_COMPACT);
    }
    enum result result =
        acir_program_decode(&program, circuit->bytecode, circuit->bytecode_length, failure);
    if (result != RESULT_OK)
        return explain_decoder(circuit, failure);
    struct acir_inspection inspection = acir_program_inspect(program);
    circuit->witness_count = inspection.witness_count;
    circuit->public_input_count = inspection.public_inputs.count;
    circuit->lookup_rows = inspection.lookup_rows;
    circuit->has_witnesses = inspection.has_witnesses;
    bool kept =
        program->foreign_call == NULL || (circuit->oracle = strdup(program->foreign_call)) != NULL;
    acir_program_free(program);
    if (!kept)
        return no_memory(failure);
    if (inspection.circuit_count != 1)
        return failure_set(failure, RESULT_CIRCUIT_INVALID,
                           "circuit %s has %u functions and bb proves circuits of one: remove "
                           "#[fold] from its functions",
                           circuit->name, inspection.circuit_count);
    return RESULT_OK;
}

/* What an executor is given to say where in the source an assertion failed. */
static char *write_debug(const json_t *artifact)
{
    json_t *files = debug_short_file_map(json_object_get(artifact, "file_map"));
    json_t *debug = json_pack("{s:O, s:O}", "debug_symbols",
                              json_object_get(artifact, "debug_symbols"), "file_map", files);
    json_decref(files);
    char *text = debug == NULL ? NULL : json_dumps(debug, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(debug);
    if (text == NULL || strlen(text) <= MOST_DEBUG_BYTES)
        return text;
    json_text_free(text);
    return NULL;
}

/* The texts that it is known by, and that an executor is given. */
static enum result keep_texts(struct circuit *circuit, const json_t *artifact,
                              struct failure *failure)
{
    json_t *abi = json_object_get(artifact, "abi");
    circuit->abi = json_is_object(abi) ? json_incref(abi) : json_object();
    circuit->abi_text = json_dumps(circuit->abi, JSON_COMPACT | JSON_SORT_KEYS);
    circuit->debug_text = write_debug(artifact);
    return circuit->abi_text == NULL ? no_memory(failure) : RESULT_OK;
}

static enum result identify(struct circuit *circuit, struct failure *failure)
{
    circuit_compute_ids(circuit);
    if (circuit->name[0] == '\0')
        (void)snprintf(circuit->name, sizeof(circuit->name), "%.*s", CIRCUIT_SHORT_ID_CHARACTERS,
                       circuit->id);
    if (!circuit_name_misleads(circuit))
        return RESULT_OK;
    return failure_set(failure, RESULT_CIRCUIT_INVALID,
                       "the name %s looks like the id of another circuit, and this one's is %s: "
                       "choose a name that is not %d or %d digits of hexadecimal",
                       circuit->name, circuit->id, CIRCUIT_SHORT_ID_CHARACTERS,
                       CIRCUIT_ID_CHARACTERS);
}

static enum result fill(struct circuit *circuit, const json_t *artifact, struct failure *failure)
{
    const char *bytecode = json_string_value(json_object_get(artifact, "bytecode"));
    const char *version = json_string_value(json_object_get(artifact, "noir_version"));
    if (bytecode == NULL)
        return invalid(failure, circuit, "it is not a compiled circuit: it has no bytecode");
    (void)snprintf(circuit->noir_version, sizeof(circuit->noir_version), "%s",
                   version == NULL || version[0] == '\0' ? UNKNOWN_VERSION : version);
    /* It is shown to clients and cut above, perhaps within a character. */
    for (char *at = circuit->noir_version; *at != '\0'; at++)
        if (!isprint((unsigned char)*at))
            *at = '?';
    enum result result = decode_bytecode(circuit, bytecode, failure);
    if (result == RESULT_OK)
        result = keep_texts(circuit, artifact, failure);
    if (result == RESULT_OK)
        result = identify(circuit, failure);
    if (result == RESULT_OK)
        result = inspect_bytecode(circuit, failure);
    /* bb needs no ABI: without one only the names of the public inputs are missing. */
    struct failure ignored = {.result = RESULT_OK};
    if (result == RESULT_OK && abi_read(&circuit->types, circuit->abi, &ignored) != RESULT_OK)
        circuit->types = NULL;
    return result;
}

static struct circuit *allocate(void)
{
    struct circuit *circuit = calloc(1, sizeof(*circuit));
    if (circuit == NULL)
        return NULL;
    atomic_init(&circuit->references, 1);
    CHECK_ZERO(pthread_mutex_init(&circuit->lock, NULL));
    return circuit;
}

/* What a large ABI leaves behind is many small pieces, which the heap keeps unless it is asked. */
static void give_memory_back(size_t abi_bytes)
{
    enum { LARGE_ABI_BYTES = 1 << 18 };
    if (abi_bytes >= LARGE_ABI_BYTES)
        (void)malloc_trim(0);
}

static void destroy(struct circuit *circuit)
{
    size_t abi_bytes = circuit->abi_text == NULL ? 0 : strlen(circuit->abi_text);
    if (circuit->registered)
        metrics_forget_circuit(circuit->name);
    for (int i = 0; i < ENGINE_KINDS; i++)
        engine_close(circuit->opened[i]);
    for (int i = 0; i < TARGET_COUNT; i++)
        verification_key_free(&circuit->keys[i]);
    for (int i = 0; i < TARGET_COUNT; i++)
        free(circuit->refusals[i]);
    CHECK_ZERO(pthread_mutex_destroy(&circuit->lock));
    json_decref(circuit->abi);
    abi_free(circuit->types);
    json_text_free(circuit->abi_text);
    json_text_free(circuit->debug_text);
    owners_free(&circuit->owners);
    free(circuit->oracle);
    free(circuit->bytecode);
    (void)budget_set(&circuit->kept, 0);
    free(circuit);
    give_memory_back(abi_bytes);
}

/* Its types are as many as the objects of its ABI, and smaller. */
size_t circuit_bytes(const struct circuit *circuit)
{
    size_t texts =
        strlen(circuit->abi_text) + (circuit->debug_text == NULL ? 0 : strlen(circuit->debug_text));
    return sizeof(*circuit) + circuit->bytecode_length + texts + json_bytes(circuit->abi);
}

enum result circuit_parse(struct circuit **circuit, const char *name, const char *artifact,
                          size_t artifact_length, struct failure *failure)
{
    struct circuit *parsed = allocate();
    if (parsed == NULL)
        return no_memory(failure);
    enum result result = set_name(parsed, name, failure);
    char why[JSON_WHY_BYTES];
    json_t *json = json_parse_artifact(artifact, artifact_length, MOST_VALUES, why);
    if (result == RESULT_OK && json == NULL)
        result = failure_set(failure, RESULT_CIRCUIT_INVALID,
                             "circuit %s: it is not a compiled circuit: it %s; send the file that "
                             "nargo compile or @noir-lang/noir_wasm wrote, as it is",
                             parsed->name, why);
    if (result == RESULT_OK)
        result = fill(parsed, json, failure);
    json_decref(json);
    if (result == RESULT_OK)
        *circuit = parsed;
    else
        circuit_release(parsed);
    return result;
}

enum result circuit_read_file(struct circuit **circuit, const char *name, const char *path,
                              struct failure *failure)
{
    struct buffer artifact = BUFFER_EMPTY;
    enum result result = store_read(&artifact, path, MOST_ARTIFACT_BYTES, failure);
    if (result == RESULT_OK) {
        result =
            circuit_parse(circuit, name, (const char *)artifact.data, artifact.length, failure);
    } else {
        struct failure cause = *failure;
        failure_write(failure, result, "circuit %s: %.400s%s", name, cause.message,
                      store_exists(path) ? ""
                                         : "; compile it first (nargo compile, or script/compile)");
    }
    buffer_free(&artifact);
    return result;
}

struct circuit *circuit_retain(struct circuit *circuit)
{
    atomic_fetch_add(&circuit->references, 1);
    return circuit;
}

void circuit_release(struct circuit *circuit)
{
    if (circuit != NULL && atomic_fetch_sub(&circuit->references, 1) == 1)
        destroy(circuit);
}
