/* Compiled circuits: the real one, and all that is none. */
#include <jansson.h>
#include <malloc.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "artifact.h"
#include "circuits/circuit.h"

static struct failure failure;

static enum result parse(struct circuit **circuit, const char *name, const char *artifact)
{
    failure = (struct failure){.result = RESULT_OK};
    *circuit = NULL;
    char *copy = (char *)exact_copy(artifact, strlen(artifact));
    enum result result = circuit_parse(circuit, name, copy, strlen(artifact), &failure);
    spoil_copy((unsigned char *)copy, strlen(artifact));
    assert_int_equal(*circuit == NULL, result != RESULT_OK);
    return result;
}

static void assert_refused(const char *artifact, enum result expected, const char *why)
{
    struct circuit *circuit;
    assert_result(parse(&circuit, "name", artifact), expected);
    assert_result(failure.result, expected);
    assert_contains(failure.message, why);
}

/* As assert_refused; frees the artifact. */
static void assert_refused_and_free(char *artifact, enum result expected, const char *why)
{
    assert_refused(artifact, expected, why);
    free(artifact);
}

/* An ABI is many small pieces: what it takes is many times its text. */
static void test_circuit_bytes__is_nearly_what_it_takes(void **state)
{
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* mallinfo2 does not know their heap */
#endif
    struct circuit *circuit;
    enum { FIELDS = 20000 };
    char *small = artifact_of_hex(small_program);
    json_t *artifact = json_loads(small, 0, NULL);
    json_t *fields = json_array();
    for (int i = 0; i < FIELDS; i++)
        (void)json_array_append_new(fields,
                                    json_pack("{s:s, s:{s:s, s:s, s:i}}", "name", "member", "type",
                                              "kind", "integer", "sign", "unsigned", "width", 8));
    (void)json_object_set_new(artifact, "abi",
                              json_pack("{s:[{s:s, s:s, s:{s:s, s:s, s:o}}], s:n}", "parameters",
                                        "name", "x", "visibility", "private", "type", "kind",
                                        "struct", "path", "S", "fields", fields, "return_type"));
    char *text = json_dumps(artifact, 0);
    json_decref(artifact);
    struct mallinfo2 before = mallinfo2();
    assert_result(circuit_parse(&circuit, "large", text, strlen(text), &failure), RESULT_OK);
    struct mallinfo2 after = mallinfo2();
    assert_non_null(circuit->types);
    double taken = (double)(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd);
    double said = (double)circuit_bytes(circuit);
    print_message("%.0f bytes taken, %.0f said\n", taken, said);
    assert_true(said > 0.8 * taken && said < 1.2 * taken);
    circuit_release(circuit);
    free(text);
    free(small);
}

static struct circuit *small_circuit(const char *name)
{
    struct circuit *circuit;
    char *artifact = artifact_of_hex(small_program);
    assert_result(parse(&circuit, name, artifact), RESULT_OK);
    free(artifact);
    return circuit;
}

static void test_circuit_parse__reads_a_small_circuit(void **state)
{
    (void)state;
    unsigned char bytes[1024];
    unsigned char hash[crypto_hash_sha256_BYTES];
    char id[2 * sizeof(hash) + 1];
    size_t length = bytes_of_hex(bytes, sizeof(bytes), small_program);
    struct circuit *circuit = small_circuit("name");
    assert_string_equal(circuit->name, "name");
    assert_string_equal(circuit->noir_version, "1.0.0-beta.26");
    assert_int_equal(circuit->witness_count, 2);
    assert_int_equal(circuit->bytecode_length, length);
    assert_memory_equal(circuit->bytecode, bytes, length);
    crypto_hash_sha256(hash, bytes, length);
    (void)sodium_bin2hex(id, sizeof(id), hash, sizeof(hash));
    assert_string_equal(circuit->bytecode_id, id);
    circuit_release(circuit);
}

static struct circuit *circuit_with(const char *name, json_t *artifact, const char *key,
                                    const char *value)
{
    struct circuit *circuit;
    json_error_t error;
    assert_int_equal(json_object_set_new(artifact, key, json_loads(value, JSON_DECODE_ANY, &error)),
                     0);
    char *text = json_dumps(artifact, JSON_COMPACT);
    assert_non_null(text);
    assert_result(parse(&circuit, name, text), RESULT_OK);
    free(text);
    return circuit;
}

static struct circuit *circuit_of_parts(const char *abi, const char *debug)
{
    char *text = artifact_of_hex(small_program);
    json_t *artifact = json_loads(text, 0, NULL);
    free(text);
    assert_int_equal(json_object_update_new(artifact, json_loads(debug, 0, NULL)), 0);
    struct circuit *circuit = circuit_with("name", artifact, "abi", abi);
    json_decref(artifact);
    return circuit;
}

#define FIELD "\"type\": {\"kind\": \"field\"}"
#define PRIVATE_X "{\"name\": \"x\", " FIELD ", \"visibility\": \"private\"}"
#define PUBLIC_X "{\"name\": \"x\", " FIELD ", \"visibility\": \"public\"}"
#define PUBLIC_Y "{\"name\": \"y\", " FIELD ", \"visibility\": \"public\"}"
#define ABI(parameters, rest) "{\"parameters\": [" parameters "]" rest "}"

/* Where a program was compiled is no part of it, and nobody's folders are kept. */
static void test_circuit_parse__gives_one_id_wherever_it_was_compiled(void **state)
{
    (void)state;
    static const char *const debugs[] = {
        "{\"debug_symbols\": \"\", \"file_map\": {"
        "\"1\": {\"source\": \"a\", \"path\": \"/home/anna/maze/src/main.nr\"},"
        "\"2\": {\"source\": \"b\", \"path\": \"/home/anna/nargo/ec/v0.1.2/src/lib.nr\"}}}",
        "{\"debug_symbols\": \"\", \"file_map\": {"
        "\"1\": {\"source\": \"a\", \"path\": \"C:\\\\work\\\\maze\\\\src\\\\main.nr\"},"
        "\"2\": {\"source\": \"b\", \"path\": \"/root/nargo/ec/v0.1.2/src/lib.nr\"}}}",
        "{\"debug_symbols\": \"\", \"file_map\": {"
        "\"1\": {\"source\": \"a\", \"path\": \"src/main.nr\"},"
        "\"2\": {\"source\": \"b\", \"path\": \"ec/v0.1.2/src/lib.nr\"}}}",
    };
    struct circuit *first = circuit_of_parts("{}", debugs[0]);
    assert_null(strstr(first->debug_text, "anna"));
    assert_non_null(strstr(first->debug_text, "\"ec/v0.1.2/src/lib.nr\""));
    for (size_t i = 1; i < sizeof(debugs) / sizeof(debugs[0]); i++) {
        struct circuit *other = circuit_of_parts("{}", debugs[i]);
        assert_string_equal(other->id, first->id);
        circuit_release(other);
    }
    circuit_release(first);
}

/* Where inputs go, what a proof publishes and what an error says hang on more than bytecode. */
static void test_circuit_parse__tells_circuits_apart_by_all_that_they_do(void **state)
{
    (void)state;
    static const char *const parts[][2] = {
        {"{}", "{}"},
        {ABI(PRIVATE_X ", " PUBLIC_Y, ""), "{}"},
        {ABI(PUBLIC_Y ", " PRIVATE_X, ""), "{}"},
        {ABI(PUBLIC_X ", " PUBLIC_Y, ""), "{}"},
        {ABI(PRIVATE_X ", " PUBLIC_Y, ", \"return_type\": {}"), "{}"},
        {ABI(PRIVATE_X ", " PUBLIC_Y, ", \"error_types\": {\"1\": {}}"), "{}"},
        {ABI(PRIVATE_X ", " PUBLIC_Y, ""), "{\"debug_symbols\": \"\", \"file_map\": {}}"},
        {ABI(PRIVATE_X ", " PUBLIC_Y, ""), "{\"debug_symbols\": \"\", \"file_map\": {\"1\": {}}}"},
    };
    enum { PARTS = sizeof(parts) / sizeof(parts[0]) };
    struct circuit *circuits[PARTS];
    for (size_t i = 0; i < PARTS; i++) {
        circuits[i] = circuit_of_parts(parts[i][0], parts[i][1]);
        assert_string_equal(circuits[i]->bytecode_id, circuits[0]->bytecode_id);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(circuits[i]->id, circuits[j]->id);
    }
    for (size_t i = 0; i < PARTS; i++)
        circuit_release(circuits[i]);
}

static void test_circuit_parse__knows_a_circuit_however_its_json_is_written(void **state)
{
    (void)state;
    struct circuit *one = circuit_of_parts("{\"parameters\": [{\"name\": \"x\", \"visibility\":"
                                           " \"public\"}], \"return_type\": null}",
                                           "{\"debug_symbols\": \"\", \"file_map\": {\"1\": 1}}");
    struct circuit *other = circuit_of_parts("{\"return_type\":null,\"parameters\":[{\"visibility"
                                             "\":\"public\",  \"name\":\"\\u0078\"}]}",
                                             "{\"file_map\":{\"1\":1},\"debug_symbols\":\"\"}");
    assert_string_equal(one->id, other->id);
    circuit_release(one);
    circuit_release(other);
}

static void test_circuit_parse__refuses_names_that_look_like_ids(void **state)
{
    (void)state;
    struct circuit *circuit = small_circuit("name");
    struct circuit *named;
    char *artifact = artifact_of_hex(small_program);
    char name[CIRCUIT_ID_CHARACTERS + 1];
    static const size_t lengths[] = {CIRCUIT_SHORT_ID_CHARACTERS, CIRCUIT_ID_CHARACTERS};
    for (size_t i = 0; i < 2; i++) {
        for (const char *digits = "0aF"; *digits != '\0'; digits++) {
            memset(name, *digits, sizeof(name));
            name[lengths[i]] = '\0';
            assert_result(parse(&named, name, artifact), RESULT_CIRCUIT_INVALID);
            assert_contains(failure.message, name);
            assert_contains(failure.message, circuit->id);
            name[lengths[i] - 1] = 'x';
            circuit_release(small_circuit(name));
            name[lengths[i] - 1] = '\0';
            circuit_release(small_circuit(name));
        }
    }
    assert_result(parse(&named, circuit->id, artifact), RESULT_CIRCUIT_INVALID);
    circuit_release(circuit);
    free(artifact);
}

/* Such files are in the data folders of servers whose ids were those of the bytecode. */
static void test_circuit_parse__takes_the_start_of_its_own_ids_for_a_name(void **state)
{
    (void)state;
    struct circuit *circuit = small_circuit("name");
    const char *const ids[] = {circuit->id, circuit->bytecode_id};
    for (size_t i = 0; i < 2; i++) {
        char name[CIRCUIT_SHORT_ID_CHARACTERS + 1];
        (void)snprintf(name, sizeof(name), "%s", ids[i]);
        circuit_release(small_circuit(name));
    }
    circuit_release(circuit);
}

static void test_circuit_parse__names_a_nameless_one_by_its_id(void **state)
{
    (void)state;
    struct circuit *circuit = small_circuit(NULL);
    assert_int_equal(strlen(circuit->name), 16);
    assert_memory_equal(circuit->name, circuit->id, 16);
    circuit_release(circuit);
}

static void test_circuit_parse__takes_names_that_fit_a_path(void **state)
{
    (void)state;
    static const char *const good[] = {"a", "maze", "A-b_c.9", "-", "0"};
    static const char *const bad[] = {"",    "a b",   "a/b", "..\\", "a\n", "\xc3\xa9",
                                      "a?b", "a%20b", ".",   "..",   ".a"};
    char longest[CIRCUIT_NAME_CHARACTERS + 2];
    struct circuit *circuit;
    char *artifact = artifact_of_hex(small_program);
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        circuit_release(small_circuit(good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_result(parse(&circuit, bad[i], artifact), RESULT_CIRCUIT_INVALID);
    memset(longest, 'x', sizeof(longest));
    longest[CIRCUIT_NAME_CHARACTERS + 1] = '\0';
    assert_result(parse(&circuit, longest, artifact), RESULT_CIRCUIT_INVALID);
    longest[CIRCUIT_NAME_CHARACTERS] = '\0';
    circuit_release(small_circuit(longest));
    free(artifact);
}

static void test_circuit_parse__refuses_what_is_no_artifact(void **state)
{
    (void)state;
    assert_refused("", RESULT_CIRCUIT_INVALID, "not JSON");
    assert_refused("{", RESULT_CIRCUIT_INVALID, "not JSON");
    assert_refused("\x1f\x8b", RESULT_CIRCUIT_INVALID, "not JSON");
    assert_refused("{\"bytecode\":\"\",\"bytecode\":\"\"}", RESULT_CIRCUIT_INVALID,
                   "it cannot be read: line 1, column 25: a name is there twice");
    assert_refused("{\"hash\":1e999}", RESULT_CIRCUIT_INVALID, "a number is too large");
    char *deep = calloc(1, 3001);
    memset(deep, '[', 3000);
    assert_refused(deep, RESULT_CIRCUIT_INVALID, "nested deeper than 2,048 levels");
    free(deep);
    size_t commas = (1 << 20) + 1;
    char *wide = calloc(1, commas + 2);
    memset(wide, ',', commas);
    wide[0] = '[';
    assert_refused(wide, RESULT_CIRCUIT_INVALID, "more than 1048576 values");
    free(wide);
    assert_refused("{}", RESULT_CIRCUIT_INVALID, "no bytecode");
    assert_refused("[]", RESULT_CIRCUIT_INVALID, "no bytecode");
    assert_refused("{\"bytecode\":7}", RESULT_CIRCUIT_INVALID, "no bytecode");
    assert_refused("{\"bytecode\":null}", RESULT_CIRCUIT_INVALID, "no bytecode");
}

static void test_circuit_parse__refuses_what_is_no_base64(void **state)
{
    (void)state;
    assert_refused("{\"bytecode\":\"!\"}", RESULT_CIRCUIT_INVALID, "base64");
    assert_refused("{\"bytecode\":\"H4sI\\n\"}", RESULT_CIRCUIT_INVALID, "base64");
    assert_refused("{\"bytecode\":\"H4sIA\"}", RESULT_CIRCUIT_INVALID, "base64");
    assert_refused("{\"bytecode\":\"H4s_\"}", RESULT_CIRCUIT_INVALID, "base64");
}

static void test_circuit_parse__refuses_what_is_no_gzip(void **state)
{
    (void)state;
    struct buffer zipped = BUFFER_EMPTY;
    append_gzip(&zipped, "\x03\x92", 2);
    assert_refused("{\"bytecode\":\"\"}", RESULT_CIRCUIT_INVALID, "gzip");
    assert_refused_and_free(artifact_of_bytes("plain", 5, false), RESULT_CIRCUIT_INVALID, "gzip");
    assert_refused_and_free(artifact_of_bytes("", 0, true), RESULT_CIRCUIT_INVALID, "gzip");
    for (size_t length = 1; length < zipped.length; length++)
        assert_refused_and_free(artifact_of_bytes(zipped.data, length, false),
                                RESULT_CIRCUIT_INVALID, "gzip");
    assert_true(buffer_append(&zipped, "\0", 1));
    assert_refused_and_free(artifact_of_bytes(zipped.data, zipped.length, false),
                            RESULT_CIRCUIT_INVALID, "gzip");
    zipped.data[zipped.length - 3] ^= 1;
    assert_refused_and_free(artifact_of_bytes(zipped.data, zipped.length - 1, false),
                            RESULT_CIRCUIT_INVALID, "gzip");
    buffer_free(&zipped);
}

static void test_circuit_parse__refuses_other_formats(void **state)
{
    (void)state;
    static const unsigned char markers[] = {0, 1, 2, 4, 255};
    unsigned char bytes[1024];
    size_t length = bytes_of_hex(bytes, sizeof(bytes), small_program);
    for (size_t i = 0; i < sizeof(markers); i++) {
        char says[32];
        bytes[0] = markers[i];
        (void)snprintf(says, sizeof(says), "in format %u;", markers[i]);
        assert_refused_and_free(artifact_of_bytes(bytes, length, true), RESULT_CIRCUIT_VERSION,
                                says);
        assert_contains(failure.message, CIRCUIT_NOIR_VERSION);
    }
}

/* What an artifact says of its compiler, as it is repeated to whoever sent it. */
static void refuse_of_version(const unsigned char *bytes, size_t length, const char *version,
                              enum result expected)
{
    char *artifact = artifact_of_bytes(bytes, length, true);
    json_t *json = json_loads(artifact, 0, NULL);
    assert_non_null(json);
    if (version == NULL)
        assert_int_equal(json_object_del(json, "noir_version"), 0);
    else
        assert_int_equal(json_object_set_new(json, "noir_version", json_string(version)), 0);
    free(artifact);
    assert_refused_and_free(json_dumps(json, 0), expected, "1.0.0-beta.26");
    json_decref(json);
}

static void test_circuit_parse__names_both_versions_and_does_not_contradict_itself(void **state)
{
    (void)state;
    static const struct {
        const char *version;
        const char *told;
        enum result unreadable; /* the outcome when it is in the right format */
    } cases[] = {
        {"1.0.0-beta.21+73bf9ba", "says that Noir 1.0.0-beta.21 compiled it",
         RESULT_CIRCUIT_VERSION},
        {"1.0.0-beta.26+40d6574", "says that Noir 1.0.0-beta.26 compiled it, and",
         RESULT_CIRCUIT_INVALID},
        {"1.0.0-beta.26", "says that Noir 1.0.0-beta.26 compiled it, and", RESULT_CIRCUIT_INVALID},
        {"1.0.0-beta.260", "says that Noir 1.0.0-beta.260 compiled it", RESULT_CIRCUIT_VERSION},
        {"1.0.0", "says that Noir 1.0.0 compiled it", RESULT_CIRCUIT_VERSION},
        {NULL, "does not say which Noir compiled it", RESULT_CIRCUIT_VERSION},
        {"", "does not say which Noir compiled it", RESULT_CIRCUIT_VERSION},
    };
    unsigned char bytes[1024];
    size_t length = bytes_of_hex(bytes, sizeof(bytes), small_program);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bytes[0] = 3;
        refuse_of_version(bytes, length - 1, cases[i].version, cases[i].unreadable);
        if (cases[i].unreadable == RESULT_CIRCUIT_VERSION)
            assert_contains(failure.message, cases[i].told);
        bytes[0] = 1;
        refuse_of_version(bytes, length, cases[i].version, RESULT_CIRCUIT_VERSION);
        assert_contains(failure.message, cases[i].told);
        assert_contains(failure.message, "compile it with nargo");
        assert_null(strstr(failure.message, "unknown"));
        assert_null(strchr(failure.message, '+'));
    }
}

/* The hash of older compilers is a number, and mostly past 2^63. */
static char *with_numeric_hash(char *artifact)
{
    char *with_hash;
    assert_true(asprintf(&with_hash, "{\"hash\":13816426013476217459,%s", artifact + 1) > 0);
    free(artifact);
    return with_hash;
}

static void test_circuit_parse__takes_a_hash_past_63_bits(void **state)
{
    (void)state;
    struct circuit *circuit;
    char *artifact = with_numeric_hash(artifact_of_hex(small_program));
    assert_result(circuit_parse(&circuit, "name", artifact, strlen(artifact), &failure), RESULT_OK);
    circuit_release(circuit);
    free(artifact);
    unsigned char bytes[1024];
    size_t length = bytes_of_hex(bytes, sizeof(bytes), small_program);
    bytes[0] = 1;
    assert_refused_and_free(with_numeric_hash(artifact_of_bytes(bytes, length, true)),
                            RESULT_CIRCUIT_VERSION, "1.0.0-beta");
}

static void test_circuit_parse__refuses_bytecode_cut_anywhere(void **state)
{
    (void)state;
    unsigned char bytes[1024];
    size_t length = bytes_of_hex(bytes, sizeof(bytes), small_program);
    for (size_t cut = 1; cut < length; cut++)
        assert_refused_and_free(artifact_of_bytes(bytes, cut, true), RESULT_CIRCUIT_INVALID, "");
    bytes[length] = 0xc0;
    assert_refused_and_free(artifact_of_bytes(bytes, length + 1, true), RESULT_CIRCUIT_INVALID, "");
}

static void test_circuit_parse__refuses_more_than_one_function(void **state)
{
    (void)state;
    assert_refused_and_free(artifact_of_hex(folded_program), RESULT_CIRCUIT_INVALID, "2 functions");
    assert_contains(failure.message, "#[fold]");
}

/* Cut within a character it would make the JSON that shows it none. */
static void test_circuit_parse__keeps_the_version_printable(void **state)
{
    (void)state;
    char *artifact = artifact_of_hex(small_program);
    char *longer = malloc(strlen(artifact) + 200);
    assert_non_null(longer);
    char version[150] = "";
    for (size_t i = 0; i < 70; i++)
        memcpy(version + 2 * i, "\xc3\xa9", 3);
    for (size_t shift = 0; shift < 2; shift++) {
        struct circuit *circuit;
        (void)sprintf(longer, "{\"noir_version\":\"%s%s\",%s", shift == 0 ? "" : "x", version,
                      strstr(artifact, "\"abi\""));
        assert_result(parse(&circuit, "name", longer), RESULT_OK);
        json_t *text = json_string(circuit->noir_version);
        assert_non_null(text);
        json_decref(text);
        circuit_release(circuit);
    }
    free(longer);
    free(artifact);
}

static size_t resident_bytes(void)
{
    size_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*u %zu", &pages), 1);
    (void)fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static char *artifact_with_errors(size_t count)
{
    char *text = artifact_of_hex(small_program);
    json_t *artifact = json_loads(text, 0, NULL);
    free(text);
    json_t *errors = json_object();
    for (size_t i = 0; i < count; i++) {
        char name[32];
        (void)snprintf(name, sizeof(name), "%zu", i);
        (void)json_object_set_new(errors, name, json_pack("{s:s}", "string", "why it failed"));
    }
    (void)json_object_set_new(json_object_get(artifact, "abi"), "error_types", errors);
    text = json_dumps(artifact, JSON_COMPACT);
    json_decref(artifact);
    assert_non_null(text);
    return text;
}

static void test_circuit_release__gives_the_memory_of_a_large_abi_back(void **state)
{
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* they keep what is freed */
#endif
    enum { ERRORS = 100000, MOST_BYTES = 8 << 20 };
    char *artifact = artifact_with_errors(ERRORS);
    (void)malloc_trim(0);
    size_t before = resident_bytes();
    struct circuit *circuit = NULL;
    assert_result(circuit_parse(&circuit, "large", artifact, strlen(artifact), &failure),
                  RESULT_OK);
    assert_true(resident_bytes() > before + MOST_BYTES);
    char *behind = strdup("what comes later keeps the heap from shrinking by itself");
    circuit_release(circuit);
    assert_true(resident_bytes() < before + MOST_BYTES);
    free(behind);
    free(artifact);
}

static void test_circuit_read_file__reads_the_maze(void **state)
{
    (void)state;
    struct circuit *circuit = NULL;
    const char *path = needed_variable("CIRCUIT_JSON", "script/bootstrap compiles the circuit");
    enum result result = circuit_read_file(&circuit, "maze", path, &failure);
    if (result != RESULT_OK)
        fail_msg("%s", failure.message);
    assert_int_equal(strncmp(circuit->noir_version, "1.0.0-beta.26", 13), 0);
    assert_true(circuit->witness_count > 250);
    assert_int_equal(circuit->bytecode[0], 3);
    unsigned char hash[crypto_hash_sha256_BYTES];
    char id[2 * sizeof(hash) + 1];
    crypto_hash_sha256(hash, circuit->bytecode, circuit->bytecode_length);
    (void)sodium_bin2hex(id, sizeof(id), hash, sizeof(hash));
    assert_string_equal(circuit->bytecode_id, id);
    circuit_release(circuit);
}

static void test_circuit_read_file__says_what_cannot_be_read(void **state)
{
    (void)state;
    struct circuit *circuit = NULL;
    assert_result(circuit_read_file(&circuit, "name", "/nowhere/circuit.json", &failure),
                  RESULT_NOT_FOUND);
    assert_contains(failure.message, "/nowhere/circuit.json");
    assert_null(circuit);
}

static struct verification_key key_of(const char *bytes)
{
    struct verification_key key = {.bytes = BUFFER_EMPTY};
    assert_true(buffer_append(&key.bytes, bytes, strlen(bytes)));
    return key;
}

static void test_circuit_set_key__keeps_the_first_of_each_target(void **state)
{
    (void)state;
    struct circuit *circuit = small_circuit("name");
    struct verification_key first = key_of("first");
    struct verification_key second = key_of("second");
    assert_null(circuit_key(circuit, TARGET_EVM));
    circuit_set_key(circuit, TARGET_EVM, &first);
    circuit_set_key(circuit, TARGET_EVM, &second);
    assert_null(first.bytes.data);
    assert_null(second.bytes.data);
    const struct verification_key *key = circuit_key(circuit, TARGET_EVM);
    assert_non_null(key);
    assert_memory_equal(key->bytes.data, "first", 5);
    assert_null(circuit_key(circuit, TARGET_DEFAULT));
    circuit_release(circuit);
}

static void test_circuit_note_proof__teaches_the_memory_of_one_engine(void **state)
{
    (void)state;
    const uint64_t peak = UINT64_C(50) << 20;
    struct circuit *circuit = small_circuit("small");
    circuit_note_proof(circuit, ENGINE_BB, 300, &(struct engine_usage){.peak = peak});
    assert_int_equal(circuit_expected_memory(circuit, ENGINE_BB, TARGET_DEFAULT, 1), peak);
    assert_int_equal(circuit_expected_memory(circuit, ENGINE_NATIVE, TARGET_DEFAULT, 1), 0);
    circuit_note_shortage(circuit, ENGINE_NATIVE, 2 * peak, 0);
    assert_int_equal(circuit_expected_memory(circuit, ENGINE_NATIVE, TARGET_DEFAULT, 1), 3 * peak);
    assert_int_equal(circuit_expected_memory(circuit, ENGINE_BB, TARGET_DEFAULT, 1), peak);
    circuit_release(circuit);
}

static void test_circuit_state__goes_from_loading_to_what_bb_says(void **state)
{
    (void)state;
    struct circuit *circuit = small_circuit("name");
    struct circuit_stats stats = {0};
    struct failure why = {.result = RESULT_OK};
    assert_int_equal(circuit_state(circuit, &stats, &why), CIRCUIT_LOADING);
    circuit_set_ready(circuit, &(struct circuit_stats){5, 8, 1});
    assert_int_equal(circuit_state(circuit, &stats, &why), CIRCUIT_READY);
    assert_int_equal(stats.rows, 8);
    assert_result(why.result, RESULT_OK);
    circuit_set_failed(
        circuit, &(struct failure){.result = RESULT_CIRCUIT_TOO_LARGE, .message = "too large"});
    assert_int_equal(circuit_state(circuit, NULL, &why), CIRCUIT_FAILED);
    assert_string_equal(why.message, "too large");
    circuit_release(circuit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_circuit_bytes__is_nearly_what_it_takes),
        cmocka_unit_test(test_circuit_parse__reads_a_small_circuit),
        cmocka_unit_test(test_circuit_parse__gives_one_id_wherever_it_was_compiled),
        cmocka_unit_test(test_circuit_parse__tells_circuits_apart_by_all_that_they_do),
        cmocka_unit_test(test_circuit_parse__knows_a_circuit_however_its_json_is_written),
        cmocka_unit_test(test_circuit_parse__refuses_names_that_look_like_ids),
        cmocka_unit_test(test_circuit_parse__takes_the_start_of_its_own_ids_for_a_name),
        cmocka_unit_test(test_circuit_parse__names_a_nameless_one_by_its_id),
        cmocka_unit_test(test_circuit_parse__takes_names_that_fit_a_path),
        cmocka_unit_test(test_circuit_parse__refuses_what_is_no_artifact),
        cmocka_unit_test(test_circuit_parse__refuses_what_is_no_base64),
        cmocka_unit_test(test_circuit_parse__refuses_what_is_no_gzip),
        cmocka_unit_test(test_circuit_parse__refuses_other_formats),
        cmocka_unit_test(test_circuit_parse__names_both_versions_and_does_not_contradict_itself),
        cmocka_unit_test(test_circuit_parse__takes_a_hash_past_63_bits),
        cmocka_unit_test(test_circuit_parse__refuses_bytecode_cut_anywhere),
        cmocka_unit_test(test_circuit_parse__refuses_more_than_one_function),
        cmocka_unit_test(test_circuit_parse__keeps_the_version_printable),
        cmocka_unit_test(test_circuit_release__gives_the_memory_of_a_large_abi_back),
        cmocka_unit_test(test_circuit_read_file__reads_the_maze),
        cmocka_unit_test(test_circuit_read_file__says_what_cannot_be_read),
        cmocka_unit_test(test_circuit_set_key__keeps_the_first_of_each_target),
        cmocka_unit_test(test_circuit_note_proof__teaches_the_memory_of_one_engine),
        cmocka_unit_test(test_circuit_state__goes_from_loading_to_what_bb_says),
    };
    return RUN_TESTS(tests);
}
