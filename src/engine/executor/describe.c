/* What the client is told of an execution that failed. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/json.h"
#include "engine/executor/run_internal.h"

enum { CALLS_SHOWN = 32, PATH_CHARACTERS = 255 };

enum result describe_message(struct answer *answer, enum result result, const char *format, ...)
{
    char message[FAILURE_MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    json_decref(answer->details);
    answer->details = json_pack("{s:o}", "message", json_readable_string(message));
    return result;
}

enum result describe_mistakes(struct answer *answer, json_t *mistakes)
{
    const char *first = json_string_value(json_array_get(mistakes, 0));
    size_t count = json_array_size(mistakes);
    json_t *message = count > 1 ? json_sprintf("%s (and %zu more: see mistakes)", first, count - 1)
                                : json_string(first);
    json_decref(answer->details);
    answer->details = json_pack("{s:o, s:o}", "message", message, "mistakes", mistakes);
    return RESULT_INPUTS_INVALID;
}

/* The program may name its files as it likes. */
static json_t *describe_place(const struct debug_place *place)
{
    char path[PATH_CHARACTERS + 1];
    (void)snprintf(path, sizeof(path), "%s", place->path);
    return json_pack("{s:o, s:I, s:I}", "file", json_readable_string(path), "line",
                     (json_int_t)place->line, "column", (json_int_t)place->column);
}

static json_t *describe_calls(const struct debug_place *places, size_t count)
{
    json_t *calls = json_array();
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(calls, describe_place(&places[i]));
    return calls;
}

/* `"path crosses a wall" at src/main.nr:31:9`; what the program did not say has no quotes. */
static json_t *compose_message(const char *text, bool is_quoted, const struct debug_place *place)
{
    const char *quote = is_quoted ? "\"" : "";
    char *message = NULL;
    int length = place == NULL ? asprintf(&message, "%s%s%s", quote, text, quote)
                               : asprintf(&message, "%s%s%s at %.*s:%u:%u", quote, text, quote,
                                          PATH_CHARACTERS, place->path, place->line, place->column);
    json_t *composed = length < 0 ? NULL : json_readable_string(message);
    json_text_free(length < 0 ? NULL : message);
    return composed;
}

static void describe_failed_opcode(struct answer *answer, struct program *program,
                                   const struct acvm_error *error)
{
    struct debug_place places[CALLS_SHOWN];
    struct abi_message said = {0};
    const struct debug_symbols *symbols = program_symbols(program);
    size_t count = symbols == NULL ? 0 : debug_symbols_locate(symbols, error, places, CALLS_SHOWN);
    if (error->has_payload)
        (void)abi_describe_payload(program->abi, error->selector, error->payload,
                                   error->payload_count, ABI_STYLE_NOIR_JS, &said);
    const char *text = said.text != NULL ? said.text : error->message;
    const struct debug_place *place = count == 0 ? NULL : debug_own_place(places, count);
    json_decref(answer->details);
    answer->details =
        json_pack("{s:o, s:{s:s, s:O?, s:o}}", "message",
                  compose_message(text, said.text != NULL, place), "assertion", "message", text,
                  "payload", said.payload, "callStack", describe_calls(places, count));
    abi_message_free(&said);
}

enum result describe_error(struct answer *answer, struct program *program,
                           const struct acvm_error *error)
{
    switch (error->outcome) {
    case ACVM_ASSERTION_FAILED:
        describe_failed_opcode(answer, program, error);
        return RESULT_ASSERTION_FAILED;
    case ACVM_UNSOLVABLE:
        describe_failed_opcode(answer, program, error);
        return RESULT_EXECUTION_FAILED;
    case ACVM_LIMIT_REACHED:
        return describe_message(answer, RESULT_EXECUTION_LIMIT,
                                "%s (--execute-steps, --execute-memory-bytes)", error->message);
    case ACVM_NO_MEMORY:
        return describe_message(answer, RESULT_EXECUTION_LIMIT,
                                "the execution takes more memory than it may "
                                "(--execute-memory-bytes)");
    case ACVM_SOLVED:
        break;
    }
    NOT_REACHED("an error of an execution that succeeded");
}
