/*
 * Runs a corpus of compiled programs and compares everything with what the reference (noir_js) did:
 * the bytes of the witness stack, the return value, the texts, places and payloads of errors.
 *
 *     corpus_runner DIRECTORY
 *
 * DIRECTORY/programs/NAME/ has circuit.json, inputs.json (a list of cases), expected.json (one
 * entry a case) and, for a case I that succeeds, witness.I.gz. DIRECTORY/hand/cases.json is a list
 * of hand-made programs. The last line is "N passed, N failed"; the exit status is 1 after
 * failures.
 */
#include <dirent.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "noir/abi/abi.h"
#include "noir/acir/acir.h"
#include "noir/acvm/acvm.h"

enum { GUNZIPPED_BYTES_MAX = 64 * 1024 * 1024, PATH_BYTES = 4096, TEXT_BYTES = 4096 };

static unsigned int passed;
static unsigned int failed;

static void report(const char *name, size_t index, const char *problem)
{
    if (problem == NULL) {
        passed++;
        return;
    }
    failed++;
    printf("%s %zu: %s\n", name, index, problem);
}

struct owned_bytes {
    unsigned char *data;
    size_t length;
};

/* Gunzips; the data is for free(), NULL after a failure. */
static struct owned_bytes gunzip(const unsigned char *packed, size_t length)
{
    struct owned_bytes result = {malloc(GUNZIPPED_BYTES_MAX), 0};
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)packed,
                       .avail_in = (unsigned int)length,
                       .next_out = result.data,
                       .avail_out = GUNZIPPED_BYTES_MAX};
    bool done =
        inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK && inflate(&stream, Z_FINISH) == Z_STREAM_END;
    result.length = stream.total_out;
    (void)inflateEnd(&stream);
    if (!done) {
        free(result.data);
        return (struct owned_bytes){NULL, 0};
    }
    return result;
}

static struct owned_bytes decode_bytecode(const char *base64)
{
    size_t room = strlen(base64);
    unsigned char *packed = malloc(room + 1);
    size_t length = 0;
    struct owned_bytes bytes = {NULL, 0};
    if (sodium_base642bin(packed, room, base64, room, NULL, &length, NULL,
                          sodium_base64_VARIANT_ORIGINAL) == 0)
        bytes = gunzip(packed, length);
    free(packed);
    return bytes;
}

static struct owned_bytes read_gzip_file(const char *path)
{
    struct owned_bytes bytes = {NULL, 0};
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return bytes;
    unsigned char *packed = malloc(GUNZIPPED_BYTES_MAX);
    size_t length = fread(packed, 1, GUNZIPPED_BYTES_MAX, file);
    (void)fclose(file);
    bytes = gunzip(packed, length);
    free(packed);
    return bytes;
}

static bool equal_bytes(const struct buffer *buffer, const struct owned_bytes *bytes)
{
    return bytes->data != NULL && buffer->length == bytes->length &&
           memcmp(buffer->data, bytes->data, bytes->length) == 0;
}

/* The places as the reference writes them: "3" or, within Brillig, "3.17". */
static json_t *call_stack(const struct acvm_error *error)
{
    json_t *list = json_array();
    for (size_t index = 0; index < error->location_count; index++) {
        const struct acvm_location *location = &error->locations[index];
        json_t *text = location->is_brillig
                           ? json_sprintf("%u.%u", location->opcode, location->brillig_opcode)
                           : json_sprintf("%u", location->opcode);
        (void)json_array_append_new(list, text);
    }
    return list;
}

/* The raw payload as the reference writes it. */
static json_t *raw_payload(const struct acvm_error *error)
{
    if (!error->has_payload)
        return json_null();
    json_t *data = json_array();
    for (size_t index = 0; index < error->payload_count; index++) {
        struct integer256 integer;
        char text[INTEGER256_HEX_CHARACTERS];
        field_to_integer(&integer, &error->payload[index]);
        integer256_to_hex(text, &integer);
        (void)json_array_append_new(data, json_string(text));
    }
    json_t *selector = json_sprintf("%llu", (unsigned long long)error->selector);
    return json_pack("{s:o, s:o}", "selector", selector, "data", data);
}

static bool same_or_null(json_t *found, json_t *expected)
{
    if (expected == NULL || json_is_null(expected))
        return found == NULL || json_is_null(found);
    return found != NULL && json_equal(found, expected) != 0;
}

static const char *compare_error(const struct acvm_error *error, const char *text, json_t *decoded,
                                 json_t *expected)
{
    static char problem[TEXT_BYTES];
    const char *expected_text = json_string_value(json_object_get(expected, "error"));
    /* The reference adds inner details to some messages. */
    if (expected_text != NULL && strncmp(expected_text, text, strlen(text)) != 0) {
        (void)snprintf(problem, sizeof(problem), "error `%.1500s`, expected `%.1500s`", text,
                       expected_text);
        return problem;
    }
    json_t *stack = json_object_get(expected, "callStack");
    json_t *found_stack = call_stack(error);
    json_t *found_raw = raw_payload(error);
    bool same_stack = stack == NULL || json_is_null(stack) || json_equal(found_stack, stack) != 0;
    json_t *raw = json_object_get(expected, "raw");
    bool same_raw = raw == NULL || same_or_null(found_raw, raw);
    if (!same_stack)
        (void)snprintf(problem, sizeof(problem), "place %.900s, expected %.900s",
                       json_dumps(found_stack, 0), json_dumps(stack, 0));
    json_decref(found_stack);
    json_decref(found_raw);
    if (!same_stack)
        return problem;
    if (!same_raw)
        return "another raw payload";
    json_t *function = json_object_get(expected, "acirFunctionId");
    if (json_is_integer(function) && json_integer_value(function) != error->circuit_function)
        return "another circuit function";
    return same_or_null(decoded, json_object_get(expected, "decoded")) ? NULL
                                                                       : "another decoded payload";
}

/* The message as noir_js gives it, and the decoded payload. */
static const char *check_error(const struct abi *abi, const struct acvm_error *error,
                               json_t *expected)
{
    char text[TEXT_BYTES];
    struct abi_message message = {0};
    if (abi != NULL && error->has_payload)
        (void)abi_describe_payload(abi, error->selector, error->payload, error->payload_count,
                                   ABI_STYLE_NOIR_JS, &message);
    if (message.text != NULL)
        (void)snprintf(text, sizeof(text), "Circuit execution failed: %s", message.text);
    else
        (void)snprintf(text, sizeof(text), "%s", error->message);
    const char *problem = compare_error(error, text, message.payload, expected);
    abi_message_free(&message);
    return problem;
}

static const char *check_success(const struct abi *abi, const struct buffer *stack,
                                 const struct witness_map *witnesses, const char *witness_path,
                                 json_t *expected)
{
    if (!json_is_true(json_object_get(expected, "ok")))
        return "succeeds, but should fail";
    struct owned_bytes bytes = read_gzip_file(witness_path);
    bool same = equal_bytes(stack, &bytes);
    free(bytes.data);
    if (!same)
        return "another witness stack";
    json_t *result = abi_decode_return(abi, witnesses, ABI_STYLE_NOIR_JS);
    bool same_result = same_or_null(result, json_object_get(expected, "returnValue"));
    json_decref(result);
    return same_result ? NULL : "another return value";
}

static const char *check_case(const struct acir_program *program, const struct abi *abi,
                              json_t *inputs, const char *witness_path, json_t *expected)
{
    struct witness_map initial = WITNESS_MAP_EMPTY;
    json_t *mistakes = NULL;
    if (abi_encode(abi, inputs, &initial, &mistakes) != RESULT_OK) {
        bool is_expected = !json_is_true(json_object_get(expected, "ok")) &&
                           json_object_get(expected, "callStack") == NULL;
        static char problem[TEXT_BYTES];
        (void)snprintf(problem, sizeof(problem), "inputs refused: %s",
                       json_string_value(json_array_get(mistakes, 0)));
        json_decref(mistakes);
        return is_expected ? NULL : problem;
    }
    struct buffer stack = BUFFER_EMPTY;
    struct witness_map witnesses = WITNESS_MAP_EMPTY;
    struct acvm_error error = ACVM_ERROR_EMPTY;
    struct acvm_limits limits = ACVM_LIMITS_DEFAULT;
    const char *problem;
    if (acvm_execute(program, &initial, &limits, &stack, &witnesses, &error) == ACVM_SOLVED)
        problem = check_success(abi, &stack, &witnesses, witness_path, expected);
    else if (json_is_true(json_object_get(expected, "ok")))
        problem = error.message;
    else
        problem = check_error(abi, &error, expected);
    static char kept[TEXT_BYTES];
    if (problem != NULL)
        (void)snprintf(kept, sizeof(kept), "%s", problem);
    buffer_free(&stack);
    witness_map_free(&witnesses);
    witness_map_free(&initial);
    acvm_error_free(&error);
    return problem != NULL ? kept : NULL;
}

static json_t *load_json(const char *directory, const char *file)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%.3500s/%.256s", directory, file);
    return json_load_file(path, JSON_ALLOW_NUL, NULL);
}

/* What is refused when it is loaded although the reference may run it: a call of a missing function
 * that never happens. */
static bool is_stricter_by_design(const struct failure *failure)
{
    return strstr(failure->message, "does not exist") != NULL;
}

static void run_cases(const char *name, const char *directory, const struct acir_program *program,
                      const struct abi *abi)
{
    json_t *inputs = load_json(directory, "inputs.json");
    json_t *expected = load_json(directory, "expected.json");
    if (json_array_size(inputs) == 0 || json_array_size(inputs) != json_array_size(expected))
        report(name, 0, "inputs.json and expected.json do not agree");
    for (size_t index = 0; index < json_array_size(inputs); index++) {
        char witness_path[PATH_BYTES];
        (void)snprintf(witness_path, sizeof(witness_path), "%.3500s/witness.%zu.gz", directory,
                       index);
        report(name, index,
               check_case(program, abi, json_array_get(inputs, index), witness_path,
                          json_array_get(expected, index)));
    }
    json_decref(inputs);
    json_decref(expected);
}

static void run_program(const char *name, const char *directory)
{
    json_t *circuit = load_json(directory, "circuit.json");
    if (circuit == NULL)
        return;
    struct failure failure = {.result = RESULT_OK};
    struct acir_program *program = NULL;
    struct abi *abi = NULL;
    struct owned_bytes bytes =
        decode_bytecode(json_string_value(json_object_get(circuit, "bytecode")));
    if (acir_program_decode(&program, bytes.data, bytes.length, &failure) != RESULT_OK)
        report(name, 0, is_stricter_by_design(&failure) ? NULL : failure.message);
    else if (program->foreign_call != NULL)
        report(name, 0,
               NULL); /* not to be executed: the reference was given the oracle's answers */
    else if (abi_read(&abi, json_object_get(circuit, "abi"), &failure) != RESULT_OK)
        report(name, 0, failure.message);
    else
        run_cases(name, directory, program, abi);
    abi_free(abi);
    acir_program_free(program);
    free(bytes.data);
    json_decref(circuit);
}

static void run_programs(const char *corpus)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%s/programs", corpus);
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int index = 0; index < count; index++) {
        char directory[PATH_BYTES];
        (void)snprintf(directory, sizeof(directory), "%.3000s/%.256s", path,
                       entries[index]->d_name);
        if (entries[index]->d_name[0] != '.')
            run_program(entries[index]->d_name, directory);
        free(entries[index]);
    }
    if (count >= 0)
        free(entries);
}

static bool read_witnesses(struct witness_map *map, json_t *object)
{
    uint32_t count = 0;
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        uint32_t index = (uint32_t)strtoul(key, NULL, 10);
        count = index >= count ? index + 1 : count;
    }
    if (!witness_map_create(map, count))
        return false;
    json_object_foreach(object, key, value)
    {
        unsigned char bytes[FIELD_BYTES];
        struct field element;
        const char *hex = json_string_value(value);
        if (sodium_hex2bin(bytes, sizeof(bytes), hex + 2, strlen(hex + 2), NULL, NULL, NULL) != 0 ||
            !field_from_bytes(&element, bytes))
            return false;
        witness_map_set(map, (uint32_t)strtoul(key, NULL, 10), &element);
    }
    return true;
}

/* The witness stack that the list of [function, {witness: value}] describes. */
static json_t *stack_witnesses(json_t *expected, size_t item)
{
    return json_array_get(json_array_get(json_object_get(expected, "stack"), item), 1);
}

static const char *check_hand_success(const struct witness_map *witnesses, json_t *expected)
{
    if (!json_is_true(json_object_get(expected, "ok")))
        return "succeeds, but should fail";
    size_t items = json_array_size(json_object_get(expected, "stack"));
    struct witness_map map;
    if (items == 0 || !read_witnesses(&map, stack_witnesses(expected, items - 1)))
        return "the expected witnesses cannot be read";
    bool same = witness_map_known_count(&map) == witness_map_known_count(witnesses);
    for (uint32_t index = 0; same && index < map.count; index++) {
        const struct field *wanted = witness_map_get(&map, index);
        const struct field *found = witness_map_get(witnesses, index);
        same = wanted == NULL || (found != NULL && field_equal(wanted, found));
    }
    witness_map_free(&map);
    return same ? NULL : "other witnesses";
}

static const char *check_hand_program(const struct acir_program *program, json_t *hand)
{
    json_t *expected = json_object_get(hand, "expect");
    struct witness_map initial;
    struct witness_map witnesses = WITNESS_MAP_EMPTY;
    if (!read_witnesses(&initial, json_object_get(hand, "w")))
        return "the initial witnesses cannot be read";
    struct buffer stack = BUFFER_EMPTY;
    struct acvm_error error = ACVM_ERROR_EMPTY;
    struct acvm_limits limits = ACVM_LIMITS_DEFAULT;
    static char kept[TEXT_BYTES];
    const char *problem;
    if (acvm_execute(program, &initial, &limits, &stack, &witnesses, &error) == ACVM_SOLVED)
        problem = check_hand_success(&witnesses, expected);
    else if (json_is_true(json_object_get(expected, "ok")))
        problem = error.message;
    else
        problem = check_error(NULL, &error, expected);
    if (problem != NULL)
        (void)snprintf(kept, sizeof(kept), "%s", problem);
    buffer_free(&stack);
    witness_map_free(&witnesses);
    witness_map_free(&initial);
    acvm_error_free(&error);
    return problem != NULL ? kept : NULL;
}

static void run_hand_case(size_t index, json_t *hand)
{
    const char *name = json_string_value(json_object_get(hand, "name"));
    struct owned_bytes bytes = decode_bytecode(json_string_value(json_object_get(hand, "p")));
    struct acir_program *program = NULL;
    struct failure failure = {.result = RESULT_OK};
    if (acir_program_decode(&program, bytes.data, bytes.length, &failure) == RESULT_OK) {
        report(name, index,
               program->foreign_call != NULL ? NULL : check_hand_program(program, hand));
    } else {
        /* Refused when it is loaded: right for a program that fails or crashes when it is run. */
        bool is_expected = !json_is_true(json_object_get(json_object_get(hand, "expect"), "ok")) ||
                           is_stricter_by_design(&failure);
        report(name, index, is_expected ? NULL : failure.message);
    }
    acir_program_free(program);
    free(bytes.data);
}

int main(int argc, char **argv)
{
    if (argc != 2 || sodium_init() < 0) {
        (void)fprintf(stderr, "usage: corpus_runner DIRECTORY\n");
        return 2;
    }
    run_programs(argv[1]);
    json_t *cases = load_json(argv[1], "hand/cases.json");
    for (size_t index = 0; index < json_array_size(cases); index++)
        run_hand_case(index, json_array_get(cases, index));
    json_decref(cases);
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}
