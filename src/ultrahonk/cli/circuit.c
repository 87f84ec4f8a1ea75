/* A compiled circuit from its file. */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/gunzip.h"
#include "base/json.h"
#include "noir/acir/acir.h"
#include "noir/debug_info/debug_info.h"
#include "ultrahonk/circuit/trace.h"
#include "ultrahonk/cli/cli_internal.h"

enum {
    MOST_ARTIFACT_BYTES = 1 << 29,
    MOST_BYTECODE_BYTES = 1 << 28,
    MOST_VALUES = 1 << 20 /* of an artifact, nearly all of which is in a few strings */
};

static enum cli_exit decode(struct acir_program **program, const char *path, const char *base64)
{
    struct failure failure = {0};
    unsigned char *bytecode = NULL;
    size_t bytecode_length = 0;
    size_t characters = strlen(base64);
    size_t length = 0;
    unsigned char *zipped = malloc(characters + 1);
    if (zipped == NULL)
        return cli_fail("%s: there is no memory", path);
    bool read =
        sodium_base642bin(zipped, characters, base64, characters, NULL, &length, NULL,
                          sodium_base64_VARIANT_ORIGINAL) == 0 &&
        gunzip_whole(&bytecode, &bytecode_length, zipped, length, MOST_BYTECODE_BYTES) == GUNZIP_OK;
    free(zipped);
    enum cli_exit end = CLI_DONE;
    if (!read)
        end = cli_fail("%s: its bytecode is no base64 of a gzip stream: compile the circuit again",
                       path);
    else if (acir_program_decode_any_form(program, bytecode, bytecode_length, &failure) !=
             RESULT_OK)
        end = cli_fail("%s: its bytecode is not that of Noir 1.0.0-beta.26: %s", path,
                       failure.message);
    free(bytecode);
    return end;
}

/* NULL, and it has said why, for what is no JSON. */
static json_t *read_artifact(const char *path)
{
    struct cli_file file;
    char why[JSON_WHY_BYTES] = "";
    if (!cli_read_file(&file, path, MOST_ARTIFACT_BYTES))
        return NULL;
    json_t *artifact = json_parse_artifact(file.data, file.length, MOST_VALUES, why);
    free(file.data);
    if (artifact == NULL)
        (void)cli_fail("%s: it %s", path, why);
    return artifact;
}

static enum cli_exit read_program(struct acir_program **program, const char *path)
{
    json_t *artifact = read_artifact(path);
    if (artifact == NULL)
        return CLI_CANNOT_SAY;
    const char *bytecode = json_string_value(json_object_get(artifact, "bytecode"));
    enum cli_exit end = bytecode != NULL
                            ? decode(program, path, bytecode)
                            : cli_fail("%s: no compiled circuit, as it has no bytecode", path);
    json_decref(artifact);
    return end;
}

struct debug_symbols *cli_read_symbols(const char *path)
{
    struct debug_symbols *symbols = NULL;
    json_t *artifact = read_artifact(path);
    if (artifact != NULL && debug_symbols_read(&symbols, artifact, NULL) != RESULT_OK)
        symbols = NULL;
    json_decref(artifact);
    return symbols;
}

static enum cli_exit explain(const char *path, enum trace_status status,
                             const struct trace_fault *fault)
{
    if (status == TRACE_NO_MEMORY)
        return cli_fail("%s: there is no memory for the circuit", path);
    if (fault->opcode == TRACE_NO_OPCODE)
        (void)cli_fail("%s: %s", path, fault->text);
    else
        (void)cli_fail("%s: opcode %u: %s", path, fault->opcode, fault->text);
    return CLI_NO_KEY;
}

enum cli_exit cli_read_circuit(struct acir_program **program, struct trace **trace,
                               const char *path)
{
    struct acir_program *read = NULL;
    struct trace_fault fault = {.opcode = TRACE_NO_OPCODE};
    const struct trace_limits limits = TRACE_LIMITS;
    if (sodium_init() < 0)
        return cli_fail("libsodium does not start");
    enum cli_exit end = read_program(&read, path);
    if (end != CLI_DONE)
        return end;
    enum trace_status status = trace_make(trace, &fault, read, &limits);
    if (status != TRACE_OK) {
        acir_program_free(read);
        return explain(path, status, &fault);
    }
    *program = read;
    return CLI_DONE;
}
