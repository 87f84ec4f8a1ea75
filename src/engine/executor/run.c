#include "engine/executor/run_internal.h"

#include <string.h>

#include "base/json.h"
#include "noir/abi/toml.h"

/* Shown of a value that was not expected. */
enum { RETURN_CHARACTERS = 300 };

static enum result read_json(struct answer *answer, json_t **inputs, struct bytes text,
                             const struct abi *abi)
{
    static const unsigned char nothing[] = {'{', '}'};
    json_error_t error;
    if (text.length == 0 && !abi_has_parameters(abi))
        text = (struct bytes){nothing, sizeof(nothing)};
    json_t *body = json_loadb((const char *)text.data, text.length,
                              JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (body == NULL) {
        char why[JSON_WHY_BYTES];
        json_explain(why, &error);
        return describe_message(answer, RESULT_BODY_MALFORMED, "the body %s", why);
    }
    /* Where there is nothing to say, saying nothing will do. */
    bool is_enough =
        json_is_object(body) && json_object_size(body) == 0 && !abi_has_parameters(abi);
    *inputs = is_enough ? json_object() : json_incref(json_object_get(body, "inputs"));
    bool is_alone = is_enough || json_object_size(body) == 1;
    json_decref(body);
    if (json_is_object(*inputs) && is_alone)
        return RESULT_OK;
    return describe_message(answer, RESULT_BODY_MALFORMED,
                            "the body is an object {\"inputs\": {…}} and nothing else; circuit and "
                            "verifierTarget go into the query");
}

static enum result read_toml(struct answer *answer, json_t **inputs, struct bytes text)
{
    struct failure failure;
    enum result result = toml_read(inputs, (const char *)text.data, text.length, &failure);
    if (result == RESULT_OK)
        return RESULT_OK;
    return describe_message(answer,
                            result == RESULT_BODY_MALFORMED ? result : RESULT_EXECUTION_LIMIT, "%s",
                            failure.message);
}

static enum result find_program(struct answer *answer, struct program **program,
                                struct programs *programs, const struct bytes *sections)
{
    struct failure failure;
    *program = programs_find(programs, sections[QUESTION_ID]);
    if (*program != NULL)
        return RESULT_OK;
    if (sections[QUESTION_BYTECODE].length == 0)
        return RESULT_CIRCUIT_UNKNOWN;
    enum result result = programs_add(programs, program, sections, &failure);
    return result == RESULT_OK ? result : describe_message(answer, result, "%s", failure.message);
}

static enum result unreadable_return(struct answer *answer, const struct program *program)
{
    return describe_message(answer, RESULT_CIRCUIT_NOT_EXECUTABLE,
                            "this server cannot read the type of what the circuit returns: ask for "
                            "the witness, and leave `return` out (%s)",
                            abi_unreadable_return(program->abi));
}

static enum result add_return_value(struct answer *answer, const struct program *program,
                                    const struct witness_map *witnesses)
{
    if (abi_unreadable_return(program->abi) != NULL)
        return unreadable_return(answer, program);
    json_t *value = abi_decode_return(program->abi, witnesses, ABI_STYLE_NOIR_JS);
    if (value == NULL)
        return describe_message(answer, RESULT_EXECUTION_FAILED,
                                "the execution left the return value without a value");
    json_decref(answer->details);
    answer->details = json_pack("{s:o}", "returnValue", value);
    return RESULT_OK;
}

static enum result describe_other_return(struct answer *answer, const struct program *program,
                                         const struct witness_map *witnesses)
{
    json_t *value = abi_decode_return(program->abi, witnesses, ABI_STYLE_NOIR_JS);
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    bool is_cut = text != NULL && strlen(text) > RETURN_CHARACTERS;
    json_t *mistakes =
        json_pack("[o]", json_sprintf("return: the circuit returns %.*s%s", RETURN_CHARACTERS,
                                      text == NULL ? "" : text, is_cut ? "..." : ""));
    json_text_free(text);
    json_decref(value);
    return describe_mistakes(answer, mistakes);
}

/* The cells of the result follow those of the parameters. */
static bool is_returned(const struct program *program, const struct witness_map *witnesses,
                        const struct witness_map *expected)
{
    uint32_t first = abi_parameter_cells(program->abi);
    for (uint32_t index = 0; index < expected->count; index++) {
        const struct field *value = witness_map_get(witnesses, first + index);
        if (value == NULL || !field_equal(value, witness_map_get(expected, index)))
            return false;
    }
    return true;
}

/* What an execution starts from. */
struct start {
    struct witness_map initial;
    struct witness_map expected; /* of the result; empty for no expectations */
    bool wants_return_value;
};

static enum result execute(struct answer *answer, const struct child_options *options,
                           struct program *program, const struct start *start)
{
    struct witness_map witnesses = WITNESS_MAP_EMPTY;
    struct acvm_error error = ACVM_ERROR_EMPTY;
    enum result result = RESULT_OK;
    if (acvm_execute(program->acir, &start->initial, &options->limits, &answer->witness, &witnesses,
                     &error) != ACVM_SOLVED)
        result = describe_error(answer, program, &error);
    else if (!is_returned(program, &witnesses, &start->expected))
        result = describe_other_return(answer, program, &witnesses);
    else if (start->wants_return_value)
        result = add_return_value(answer, program, &witnesses);
    if (start->wants_return_value || result != RESULT_OK)
        buffer_clear(&answer->witness);
    if (answer->witness.length > options->max_witness_bytes) {
        buffer_clear(&answer->witness);
        result = describe_message(answer, RESULT_EXECUTION_LIMIT,
                                  "the witness is longer than %llu bytes (--max-witness-bytes)",
                                  (unsigned long long)options->max_witness_bytes);
    }
    witness_map_free(&witnesses);
    acvm_error_free(&error);
    return result;
}

/* Adds the mistakes of a value for the result to those of the parameters. */
static enum result encode_return(struct start *start, const struct program *program, json_t *value,
                                 json_t **mistakes)
{
    json_t *more = NULL;
    enum result result = abi_encode_return(program->abi, value, &start->expected, &more);
    if (*mistakes == NULL)
        *mistakes = json_incref(more);
    else
        (void)json_array_extend(*mistakes, more);
    json_decref(more);
    return result;
}

/* A Prover.toml may hold what nargo compares the result with. */
static enum result encode_inputs(struct answer *answer, struct start *start,
                                 const struct program *program, json_t *inputs, bool are_toml)
{
    json_t *mistakes = NULL;
    json_t *value =
        are_toml && abi_has_return(program->abi) ? json_object_get(inputs, "return") : NULL;
    if (value != NULL && abi_unreadable_return(program->abi) != NULL)
        return unreadable_return(answer, program);
    enum result result = abi_encode(program->abi, inputs, &start->initial, &mistakes);
    if (value != NULL && result != RESULT_INTERNAL) {
        enum result of_return = encode_return(start, program, value, &mistakes);
        result = result == RESULT_OK || of_return == RESULT_INTERNAL ? of_return : result;
    }
    if (result == RESULT_BODY_MALFORMED)
        return describe_mistakes(answer, mistakes);
    json_decref(mistakes);
    if (result == RESULT_INTERNAL)
        return describe_message(answer, RESULT_EXECUTION_LIMIT,
                                "the inputs take more memory than an execution may "
                                "(--execute-memory-bytes)");
    return result;
}

enum result run_question(struct answer *answer, struct child_options *options, unsigned char flags,
                         const struct bytes sections[QUESTION_SECTIONS])
{
    struct program *program = NULL;
    json_t *inputs = NULL;
    bool are_toml = (flags & QUESTION_TOML) != 0;
    struct start start = {.wants_return_value = (flags & QUESTION_RETURN_VALUE) != 0};
    enum result result = find_program(answer, &program, &options->programs, sections);
    if (result != RESULT_OK)
        return result;
    result = are_toml ? read_toml(answer, &inputs, sections[QUESTION_INPUTS])
                      : read_json(answer, &inputs, sections[QUESTION_INPUTS], program->abi);
    if (result == RESULT_OK)
        result = encode_inputs(answer, &start, program, inputs, are_toml);
    json_decref(inputs);
    if (result == RESULT_OK)
        result = execute(answer, options, program, &start);
    witness_map_free(&start.initial);
    witness_map_free(&start.expected);
    return result;
}
