#include "engine/executor/programs_internal.h"

#include <stdlib.h>
#include <string.h>

static void forget(struct program *program)
{
    acir_program_free(program->acir);
    abi_free(program->abi);
    debug_symbols_free(program->symbols);
    free(program->debug);
    *program = (struct program){0};
}

void programs_free(struct programs *programs)
{
    for (int i = 0; i < PROGRAMS_KEPT; i++)
        forget(&programs->kept[i]);
}

struct program *programs_find(struct programs *programs, struct bytes id)
{
    if (id.length != PROGRAM_ID_CHARACTERS)
        return NULL;
    for (int i = 0; i < PROGRAMS_KEPT; i++) {
        struct program *program = &programs->kept[i];
        if (memcmp(program->id, id.data, id.length) != 0)
            continue;
        program->last_used = ++programs->uses;
        return program;
    }
    return NULL;
}

/* Those never used come first, then the one not used for longest. */
static struct program *oldest(struct programs *programs)
{
    struct program *found = &programs->kept[0];
    for (int i = 1; i < PROGRAMS_KEPT; i++)
        if (programs->kept[i].last_used < found->last_used)
            found = &programs->kept[i];
    return found;
}

static struct program *oldest_kept(struct programs *programs)
{
    struct program *found = NULL;
    for (int i = 0; i < PROGRAMS_KEPT; i++) {
        struct program *program = &programs->kept[i];
        if (program->last_used > 0 && (found == NULL || program->last_used < found->last_used))
            found = program;
    }
    return found;
}

static void make_room(struct programs *programs, size_t bytes)
{
    for (;;) {
        size_t kept = 0;
        for (int i = 0; i < PROGRAMS_KEPT; i++)
            kept += programs->kept[i].bytes;
        struct program *program = oldest_kept(programs);
        if (program == NULL || kept + bytes <= programs->most_bytes)
            return;
        forget(program);
    }
}

static enum result keep_text(char **kept, size_t *kept_length, struct bytes text)
{
    if (text.length == 0)
        return RESULT_OK;
    *kept = malloc(text.length);
    if (*kept == NULL)
        return RESULT_INTERNAL;
    memcpy(*kept, text.data, text.length);
    *kept_length = text.length;
    return RESULT_OK;
}

static enum result decode(struct program *program, const struct bytes *sections,
                          struct failure *failure)
{
    const struct bytes *abi_text = &sections[QUESTION_ABI];
    json_t *abi = json_loadb((const char *)abi_text->data, abi_text->length, JSON_ALLOW_NUL, NULL);
    enum result result = abi_read(&program->abi, abi, failure);
    json_decref(abi);
    const char *unreadable = program->abi == NULL ? NULL : abi_unreadable_parameter(program->abi);
    if (unreadable != NULL)
        return failure_set(failure, RESULT_CIRCUIT_INVALID, "%s", unreadable);
    if (result == RESULT_OK)
        result = acir_program_decode(&program->acir, sections[QUESTION_BYTECODE].data,
                                     sections[QUESTION_BYTECODE].length, failure);
    if (result == RESULT_OK && program->acir->foreign_call != NULL)
        return failure_set(failure, RESULT_CIRCUIT_NOT_EXECUTABLE,
                           "the circuit calls the oracle %.100s, which only its client can answer: "
                           "execute it there and send the witness",
                           program->acir->foreign_call);
    if (result == RESULT_OK)
        result = keep_text(&program->debug, &program->debug_length, sections[QUESTION_DEBUG]);
    return result;
}

static enum result explain(struct failure *failure)
{
    struct failure cause = *failure;
    if (cause.result == RESULT_CIRCUIT_INVALID)
        return failure_set(failure, RESULT_CIRCUIT_NOT_EXECUTABLE,
                           "the circuit cannot be executed: %.400s", cause.message);
    if (cause.result == RESULT_INTERNAL)
        return failure_set(failure, RESULT_EXECUTION_LIMIT,
                           "the circuit takes more memory than an execution may "
                           "(--execute-memory-bytes)");
    return cause.result;
}

enum result programs_add(struct programs *programs, struct program **program,
                         const struct bytes sections[QUESTION_SECTIONS], struct failure *failure)
{
    struct program decoded = {.bytes = sections[QUESTION_BYTECODE].length};
    if (sections[QUESTION_ID].length != PROGRAM_ID_CHARACTERS)
        return failure_set(failure, RESULT_CIRCUIT_NOT_EXECUTABLE, "the circuit's id is none");
    make_room(programs, decoded.bytes);
    if (decode(&decoded, sections, failure) != RESULT_OK) {
        forget(&decoded);
        return explain(failure);
    }
    memcpy(decoded.id, sections[QUESTION_ID].data, PROGRAM_ID_CHARACTERS);
    decoded.last_used = ++programs->uses;
    *program = oldest(programs);
    forget(*program);
    **program = decoded;
    return RESULT_OK;
}

const struct debug_symbols *program_symbols(struct program *program)
{
    struct failure ignored;
    if (program->symbols != NULL || program->debug == NULL)
        return program->symbols;
    json_t *artifact = json_loadb(program->debug, program->debug_length, JSON_ALLOW_NUL, NULL);
    /* Without symbols an error lacks its lines of source, and nothing else. */
    if (artifact == NULL || debug_symbols_read(&program->symbols, artifact, &ignored) != RESULT_OK)
        program->symbols = NULL;
    json_decref(artifact);
    free(program->debug);
    program->debug = NULL;
    return program->symbols;
}
