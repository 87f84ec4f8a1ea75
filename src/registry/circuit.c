#include "registry/circuit.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acir/acir.h"
#include "gzip/gunzip.h"

enum { MOST_BYTECODE_BYTES = 1 << 28, FORMAT_COMPACT = 3 };

#define READABLE_NOIR "nargo or @noir-lang/noir_wasm 1.0.0-beta.19 to 1.0.0-beta.26"

static enum result invalid(struct failure *failure, const struct circuit *circuit, const char *what)
{
    return failure_set(failure, RESULT_CIRCUIT_INVALID,
                       "circuit %s: %s; compile it with " READABLE_NOIR, circuit->name, what);
}

static enum result set_name(struct circuit *circuit, const char *name, struct failure *failure)
{
    size_t length = strlen(name);
    bool fits = length > 0 && length <= CIRCUIT_NAME_CHARACTERS;
    for (size_t i = 0; fits && i < length; i++)
        fits = isalnum((unsigned char)name[i]) || strchr("._-", name[i]) != NULL;
    if (!fits)
        return failure_set(failure, RESULT_CIRCUIT_INVALID,
                           "a circuit's name is 1 to %d letters, digits, '.', '_' or '-'",
                           CIRCUIT_NAME_CHARACTERS);
    memcpy(circuit->name, name, length + 1);
    return RESULT_OK;
}

static bool take_piece(void *context, const unsigned char *piece, size_t length)
{
    return buffer_append(context, piece, length);
}

static enum result unzip_bytecode(struct circuit *circuit, const unsigned char *zipped,
                                  size_t length, struct failure *failure)
{
    struct gunzip gunzip;
    struct buffer unzipped = BUFFER_EMPTY;
    enum result result = RESULT_OK;
    if (!gunzip_open(&gunzip, MOST_BYTECODE_BYTES) ||
        gunzip_feed(&gunzip, zipped, length, take_piece, &unzipped) != GUNZIP_OK || !gunzip.ended ||
        unzipped.length == 0)
        result = invalid(failure, circuit, "its bytecode is not one whole gzip stream");
    gunzip_close(&gunzip);
    /* Bytecode is no secret: ordinary memory spares the little that may be locked. */
    if (result == RESULT_OK) {
        circuit->bytecode = malloc(unzipped.length);
        if (circuit->bytecode == NULL)
            result = failure_set(failure, RESULT_INTERNAL, "no memory for the circuit");
    }
    if (result == RESULT_OK) {
        memcpy(circuit->bytecode, unzipped.data, unzipped.length);
        circuit->bytecode_length = unzipped.length;
    }
    buffer_free(&unzipped);
    return result;
}

static enum result decode_bytecode(struct circuit *circuit, const char *base64,
                                   struct failure *failure)
{
    size_t length = strlen(base64);
    size_t zipped_length = 0;
    unsigned char *zipped = malloc(length == 0 ? 1 : length);
    if (zipped == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the circuit");
    enum result result;
    if (sodium_base642bin(zipped, length, base64, length, NULL, &zipped_length, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        result = invalid(failure, circuit, "its bytecode is not base64");
    else
        result = unzip_bytecode(circuit, zipped, zipped_length, failure);
    free(zipped);
    return result;
}

static enum result inspect_bytecode(struct circuit *circuit, struct failure *failure)
{
    struct acir_program *program = NULL;
    if (circuit->bytecode[0] != FORMAT_COMPACT)
        return failure_set(failure, RESULT_CIRCUIT_INVALID,
                           "circuit %s: its bytecode is in format %u, written by noir %s, and this "
                           "server's bb reads format %d: compile it with " READABLE_NOIR,
                           circuit->name, circuit->bytecode[0], circuit->noir_version,
                           FORMAT_COMPACT);
    enum result result =
        acir_program_decode(&program, circuit->bytecode, circuit->bytecode_length, failure);
    if (result != RESULT_OK)
        return result;
    struct acir_inspection inspection = acir_program_inspect(program);
    circuit->witness_count = inspection.witness_count;
    circuit->public_input_count = inspection.public_inputs.count;
    acir_program_free(program);
    if (inspection.circuit_count != 1)
        return failure_set(failure, RESULT_CIRCUIT_INVALID,
                           "circuit %s has %u functions and bb proves circuits of one: remove "
                           "#[fold] from its functions",
                           circuit->name, inspection.circuit_count);
    return RESULT_OK;
}

static void compute_id(struct circuit *circuit)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, circuit->bytecode, circuit->bytecode_length);
    sodium_bin2hex(circuit->id, sizeof(circuit->id), hash, sizeof(hash));
}

static enum result fill(struct circuit *circuit, const json_t *artifact, struct failure *failure)
{
    const char *bytecode = json_string_value(json_object_get(artifact, "bytecode"));
    const char *version = json_string_value(json_object_get(artifact, "noir_version"));
    if (bytecode == NULL)
        return invalid(failure, circuit, "it is not a compiled circuit: it has no bytecode");
    (void)snprintf(circuit->noir_version, sizeof(circuit->noir_version), "%s",
                   version == NULL ? "unknown" : version);
    enum result result = decode_bytecode(circuit, bytecode, failure);
    if (result == RESULT_OK)
        result = inspect_bytecode(circuit, failure);
    if (result == RESULT_OK)
        compute_id(circuit);
    return result;
}

enum result circuit_parse(struct circuit **circuit, const char *name, const char *artifact,
                          size_t artifact_length, struct failure *failure)
{
    struct circuit *parsed = calloc(1, sizeof(*parsed));
    if (parsed == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the circuit");
    enum result result = set_name(parsed, name, failure);
    json_t *json = json_loadb(artifact, artifact_length, JSON_REJECT_DUPLICATES, NULL);
    if (result == RESULT_OK && json == NULL)
        result = invalid(failure, parsed, "it is not a compiled circuit: not JSON");
    if (result == RESULT_OK)
        result = fill(parsed, json, failure);
    json_decref(json);
    if (result == RESULT_OK)
        *circuit = parsed;
    else
        circuit_free(parsed);
    return result;
}

static enum result cannot_read(struct failure *failure, const char *path, int error)
{
    return failure_set(
        failure, RESULT_NOT_FOUND,
        "cannot read the circuit %s: %s; compile it first (node circuit/compile.mjs, "
        "or nargo compile)",
        path, strerror(error));
}

enum result circuit_read_file(struct circuit **circuit, const char *name, const char *path,
                              struct failure *failure)
{
    enum { BLOCK_BYTES = 65536 };
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return cannot_read(failure, path, errno);
    struct buffer artifact = BUFFER_EMPTY;
    size_t got = 0;
    do {
        if (!buffer_reserve(&artifact, BLOCK_BYTES))
            break;
        got = fread(artifact.data + artifact.length, 1, BLOCK_BYTES, file);
        artifact.length += got;
    } while (got > 0);
    enum result result = ferror(file) ? cannot_read(failure, path, errno) : RESULT_OK;
    (void)fclose(file);
    if (result == RESULT_OK)
        result =
            circuit_parse(circuit, name, (const char *)artifact.data, artifact.length, failure);
    buffer_free(&artifact);
    return result;
}

void circuit_free(struct circuit *circuit)
{
    if (circuit == NULL)
        return;
    verification_key_free(&circuit->key);
    free(circuit->bytecode);
    free(circuit);
}
