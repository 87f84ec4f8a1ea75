/*
 * Executions in child processes. The child is this very program: main() gives way to executor_main,
 * as proverd's does, or to a child that answers nonsense.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>
#include <sodium.h>
#include <string.h>

#include "../support.h"
#include "base/gunzip.h"
#include "base/log.h"
#include "engine/executor/executor.h"
#include "program_writer.h"

/* A number of steps that makes the child another: it answers the bytes of its witness limit. */
enum { STEPS_OF_NONSENSE = 77777 };

enum { MEMORY = 256 << 20, STEPS = 1 << 30, WITNESS_BYTES = 1 << 24 };

static const char no_parameters[] = "{\"parameters\": [], \"return_type\": null}";

static struct executor *executor;
static struct program_writer writer;
static struct execution execution;
static struct failure failure;

/* The maze, as its compiler left it. */
static json_t *artifact;
static unsigned char *bytecode;
static size_t bytecode_length;
static char *abi_text;
static char *debug_text;

static struct executor_options usual_options(void)
{
    return (struct executor_options){1, MEMORY, STEPS, WITNESS_BYTES, NULL};
}

static void start(const struct executor_options *options)
{
    executor = executor_create(options);
    assert_non_null(executor);
}

static int tear_down(void **state)
{
    (void)state;
    execution_free(&execution);
    executor_destroy(executor);
    executor = NULL;
    return 0;
}

static bool take_piece(void *context, const unsigned char *piece, size_t length)
{
    return buffer_append(context, piece, length);
}

static void unzip(struct buffer *out, const unsigned char *bytes, size_t length)
{
    struct gunzip gunzip;
    assert_true(gunzip_open(&gunzip, 1 << 24));
    assert_int_equal(gunzip_feed(&gunzip, bytes, length, take_piece, out), GUNZIP_OK);
    gunzip_close(&gunzip);
}

static int read_maze(void **state)
{
    (void)state;
    struct buffer unzipped = BUFFER_EMPTY;
    artifact = json_load_file(needed_variable("CIRCUIT_JSON", "run by meson test"), 0, NULL);
    assert_non_null(artifact);
    const char *base64 = json_string_value(json_object_get(artifact, "bytecode"));
    size_t room = strlen(base64);
    unsigned char *zipped = malloc(room);
    size_t length;
    assert_int_equal(sodium_base642bin(zipped, room, base64, room, NULL, &length, NULL,
                                       sodium_base64_VARIANT_ORIGINAL),
                     0);
    unzip(&unzipped, zipped, length);
    bytecode_length = unzipped.length;
    bytecode = malloc(bytecode_length);
    memcpy(bytecode, unzipped.data, bytecode_length);
    abi_text = json_dumps(json_object_get(artifact, "abi"), 0);
    json_t *debug =
        json_pack("{s:O, s:O}", "debug_symbols", json_object_get(artifact, "debug_symbols"),
                  "file_map", json_object_get(artifact, "file_map"));
    debug_text = json_dumps(debug, 0);
    json_decref(debug);
    free(zipped);
    buffer_free(&unzipped);
    return 0;
}

static int free_maze(void **state)
{
    (void)state;
    json_decref(artifact);
    free(bytecode);
    free(abi_text);
    free(debug_text);
    return 0;
}

static struct bytes text_bytes(const char *text)
{
    return (struct bytes){(const unsigned char *)text, strlen(text)};
}

static enum result run_program(const struct executor_program *program, struct bytes inputs,
                               enum executor_format format, nanoseconds deadline)
{
    execution_free(&execution);
    const struct executor_question question = {program, inputs, format, false, deadline, -1};
    return executor_run(executor, &execution, &question, &failure);
}

static struct executor_program maze(void)
{
    static const char id[] = "0b42c7d30ae9ca16d05b41874bcb7834872aea19a4c5516be5a43c92fedfd6a5";
    return (struct executor_program){
        id, {bytecode, bytecode_length}, text_bytes(abi_text), text_bytes(debug_text)};
}

static enum result run_maze(const char *inputs, enum executor_format format)
{
    const struct executor_program program = maze();
    return run_program(&program, text_bytes(inputs), format, deadline_in_seconds(60));
}

/* What was written, under an id that begins with the letter. */
static enum result run_written(char letter, nanoseconds deadline)
{
    char id[65];
    memset(id, letter, sizeof(id) - 1);
    id[sizeof(id) - 1] = '\0';
    const struct executor_program program = {
        id, {writer.bytes, writer.length}, text_bytes(no_parameters), {NULL, 0}};
    return run_program(&program, text_bytes("{\"inputs\": {}}"), EXECUTOR_JSON, deadline);
}

static const char *message(void)
{
    const char *text = json_string_value(json_object_get(execution.details, "message"));
    return text == NULL ? "" : text;
}

/* {"inputs": {"moves": […], "maze_seed": 1}} with a move repeated; freed by the caller. */
static char *maze_inputs(int move)
{
    json_t *moves = json_array();
    for (int i = 0; i < 250; i++)
        (void)json_array_append_new(moves, json_integer(move));
    json_t *inputs = json_pack("{s:{s:o, s:i}}", "inputs", "moves", moves, "maze_seed", 1);
    char *text = json_dumps(inputs, 0);
    json_decref(inputs);
    return text;
}

static char *read_text(const char *name)
{
    char path[PATH_MAX];
    struct buffer bytes = BUFFER_EMPTY;
    (void)snprintf(path, sizeof(path), "%s", needed_variable("CIRCUIT_JSON", "run by meson test"));
    *strrchr(path, '/') = '\0';
    read_file(&bytes, path, name);
    char *text = malloc(bytes.length + 1);
    memcpy(text, bytes.data, bytes.length);
    text[bytes.length] = '\0';
    buffer_free(&bytes);
    return text;
}

/* main: a Brillig function of the opcodes that follow. */
static void write_brillig(unsigned int opcodes)
{
    write_start(&writer);
    write_list(&writer, 2);
    write_list(&writer, 1);
    write_circuit_start(&writer, "main", 1);
    write_variant(&writer, "BrilligCall");
    write_list(&writer, 4);
    write_number(&writer, 0);
    write_list(&writer, 0);
    write_list(&writer, 0);
    write_constant_expression(&writer, 1);
    write_circuit_end(&writer, 0, 0, 0);
    write_list(&writer, 1);
    write_list(&writer, 2);
    write_text(&writer, "hint");
    write_list(&writer, opcodes);
}

static void write_endless_loop(void)
{
    write_brillig(1);
    write_variant(&writer, "Jump");
    write_list(&writer, 1);
    write_number(&writer, 0);
}

static void test_executor_run__toml_gives_the_witness_of_the_reference(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    char *toml = read_text("../Prover.toml");
    char path[PATH_MAX];
    struct buffer zipped = BUFFER_EMPTY;
    struct buffer expected = BUFFER_EMPTY;
    (void)snprintf(path, sizeof(path), "%s", needed_variable("CIRCUIT_JSON", "run by meson test"));
    *strrchr(path, '/') = '\0';
    read_file(&zipped, path, "circuit.gz");
    unzip(&expected, zipped.data, zipped.length);
    start(&options);
    for (int round = 0; round < 3; round++) {
        assert_result(run_maze(toml, EXECUTOR_TOML), RESULT_OK);
        assert_int_equal(execution.witness.length, expected.length);
        assert_memory_equal(execution.witness.data, expected.data, expected.length);
    }
    free(toml);
    buffer_free(&zipped);
    buffer_free(&expected);
}

static void test_executor_run__failed_assertion_has_text_and_place(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    char *inputs = maze_inputs(0);
    start(&options);
    assert_result(run_maze(inputs, EXECUTOR_JSON), RESULT_ASSERTION_FAILED);
    assert_string_equal(message(), "\"path leaves the maze\" at src/main.nr:21:5");
    json_t *assertion = json_object_get(execution.details, "assertion");
    json_t *expected =
        json_pack("{s:s, s:n, s:[{s:s, s:i, s:i}]}", "message", "path leaves the maze", "payload",
                  "callStack", "file", "src/main.nr", "line", 21, "column", 5);
    assert_true(json_equal(assertion, expected));
    assert_null(strstr(failure.message, "maze"));
    json_decref(expected);
    free(inputs);
}

static void test_executor_run__mistakes_are_reported_all_at_once(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    start(&options);
    char *inputs = maze_inputs(300);
    assert_result(run_maze(inputs, EXECUTOR_JSON), RESULT_INPUTS_INVALID);
    free(inputs);
    assert_string_equal(message(), "moves[0]: 300 does not fit u8 (and 100 more: see mistakes)");
    json_t *mistakes = json_object_get(execution.details, "mistakes");
    assert_int_equal(json_array_size(mistakes), 101);
    assert_string_equal(json_string_value(json_array_get(mistakes, 17)),
                        "moves[17]: 300 does not fit u8");
    assert_string_equal(json_string_value(json_array_get(mistakes, 100)), "and 150 more mistakes");
    assert_result(run_maze("{\"inputs\": {\"maze_seed\": \"x\", \"goal\": 3}}", EXECUTOR_JSON),
                  RESULT_INPUTS_INVALID);
    mistakes = json_object_get(execution.details, "mistakes");
    assert_int_equal(json_array_size(mistakes), 3);
    assert_string_equal(json_string_value(json_array_get(mistakes, 0)), "moves: is missing");
    assert_contains(json_string_value(json_array_get(mistakes, 1)), "maze_seed: \"x\" is not");
    assert_contains(json_string_value(json_array_get(mistakes, 2)), "goal: ");
    assert_null(strstr(failure.message, "300"));
}

static void test_executor_run__bodies_that_cannot_be_read(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    start(&options);
    static const struct {
        enum executor_format format;
        const char *body;
        const char *message;
    } cases[] = {
        {EXECUTOR_JSON, "", "line 1, column 0: it ends too early"},
        {EXECUTOR_JSON, "{\"inputs\": {\"a\": 1,\n \"a\": 2}}",
         "the body cannot be read: line 2, column 4: a name is there twice"},
        {EXECUTOR_JSON, "{\"inputs\": {\"a\": 99999999999999999999}}",
         "the body cannot be read: line 1, column 37: a number is too large: write it as a string"},
        {EXECUTOR_JSON, "{\"inputs\": {\"a\": 1}} 2",
         "the body is not JSON: line 1, column 22: it goes on"},
        {EXECUTOR_JSON, "{\"inputs\": 1}", "{\"inputs\": {…}} and nothing else"},
        {EXECUTOR_JSON, "[]", "{\"inputs\": {…}} and nothing else"},
        {EXECUTOR_JSON, "{\"inputs\": {}, \"circuit\": \"x\"}", "go into the query"},
        {EXECUTOR_TOML, "a = ", "TOML, line 1: "},
        {EXECUTOR_TOML, "a = 1\na = 2\n", "TOML, line 2: a key is given twice"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_result(run_maze(cases[i].body, cases[i].format), RESULT_BODY_MALFORMED);
        assert_contains(message(), cases[i].message);
    }
}

/* main(x) returns x + 7. */
static const char sum_abi[] =
    "{\"parameters\": [{\"name\": \"x\", \"type\": {\"kind\": \"field\"}, \"visibility\": "
    "\"private\"}], \"return_type\": {\"abi_type\": {\"kind\": \"field\"}, \"visibility\": "
    "\"public\"}}";

static void write_sum(struct program_writer *out)
{
    const int64_t coefficients[] = {1, -1};
    const uint32_t witnesses[] = {0, 1};
    write_start(out);
    write_list(out, 2);
    write_list(out, 1);
    write_circuit_start(out, "main", 1);
    write_variant(out, "AssertZero");
    write_linear_expression(out, 7, 2, coefficients, witnesses);
    write_circuit_end(out, 1, 0, 1);
    write_list(out, 0);
}

static void test_executor_run__return_value_instead_of_a_witness(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    start(&options);
    write_sum(&writer);
    const struct executor_program program = {
        maze().id, {writer.bytes, writer.length}, text_bytes(sum_abi), {NULL, 0}};
    const struct executor_question question = {&program,
                                               text_bytes("{\"inputs\": {\"x\": 248}}"),
                                               EXECUTOR_JSON,
                                               true,
                                               deadline_in_seconds(60),
                                               -1};
    assert_result(executor_run(executor, &execution, &question, &failure), RESULT_OK);
    assert_string_equal(json_string_value(json_object_get(execution.details, "returnValue")),
                        "0xff");
    assert_int_equal(execution.witness.length, 0);
}

static void test_executor_run__return_of_a_prover_file_is_compared(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    start(&options);
    write_sum(&writer);
    const struct executor_program program = {
        maze().id, {writer.bytes, writer.length}, text_bytes(sum_abi), {NULL, 0}};
    static const struct {
        const char *inputs;
        enum executor_format format;
        const char *message; /* NULL: it goes well */
    } cases[] = {
        {"x = 248\nreturn = 255", EXECUTOR_TOML, NULL},
        {"return = '0xff'\nx = 248\nmore = [1]", EXECUTOR_TOML, NULL},
        {"x = 248\nreturn = 254", EXECUTOR_TOML, "return: the circuit returns \"0xff\""},
        {"x = 248\nreturn = []", EXECUTOR_TOML, "return: a list is not Field"},
        {"return = []", EXECUTOR_TOML, "x: is missing (and 1 more: see mistakes)"},
        {"{\"inputs\": {\"x\": 248, \"return\": 254}}", EXECUTOR_JSON, NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        enum result expected = cases[i].message == NULL ? RESULT_OK : RESULT_INPUTS_INVALID;
        assert_result(run_program(&program, text_bytes(cases[i].inputs), cases[i].format,
                                  deadline_in_seconds(60)),
                      expected);
        if (cases[i].message != NULL)
            assert_string_equal(message(), cases[i].message);
        assert_int_equal(execution.witness.length > 0, expected == RESULT_OK);
    }
}

static void test_executor_run__no_inputs_for_no_parameters(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    start(&options);
    write_start(&writer);
    write_list(&writer, 2);
    write_list(&writer, 1);
    write_circuit_start(&writer, "main", 0);
    write_circuit_end(&writer, 0, 0, 0);
    write_list(&writer, 0);
    const struct executor_program program = {
        maze().id, {writer.bytes, writer.length}, text_bytes(no_parameters), {NULL, 0}};
    static const unsigned char nothing[] = {3, 0x91, 0x91, 0x92, 0, 0x80};
    static const char *const inputs[] = {"", "{}", "{\"inputs\": {}}", "{\"inputs\": {\"x\": 1}}"};
    for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]) + 1; i++) {
        bool are_toml = i == sizeof(inputs) / sizeof(inputs[0]);
        assert_result(run_program(&program, text_bytes(are_toml ? "" : inputs[i]),
                                  are_toml ? EXECUTOR_TOML : EXECUTOR_JSON,
                                  deadline_in_seconds(60)),
                      RESULT_OK);
        assert_int_equal(execution.witness.length, sizeof(nothing));
        assert_memory_equal(execution.witness.data, nothing, sizeof(nothing));
    }
}

static void test_executor_run__endless_loop_ends_at_the_deadline(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    options.steps = UINT64_MAX;
    start(&options);
    write_endless_loop();
    nanoseconds soon = clock_now() + 50 * NANOSECONDS_PER_MILLISECOND;
    assert_result(run_written('a', soon), RESULT_EXECUTE_TIMEOUT);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    char *inputs = maze_inputs(4);
    assert_result(run_maze(inputs, EXECUTOR_JSON), RESULT_ASSERTION_FAILED);
    free(inputs);
}

static void test_executor_run__endless_loop_ends_at_the_limit_of_steps(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    options.steps = 1000000;
    start(&options);
    write_endless_loop();
    assert_result(run_written('a', deadline_in_seconds(60)), RESULT_EXECUTION_LIMIT);
    assert_contains(message(), "--execute-steps");
}

static void test_executor_run__brillig_memory_is_limited(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    start(&options);
    write_brillig(1);
    write_variant(&writer, "Const");
    write_list(&writer, 3);
    write_direct(&writer, UINT32_MAX - 1);
    write_text(&writer, "Field");
    write_field(&writer, 1);
    assert_result(run_written('a', deadline_in_seconds(60)), RESULT_EXECUTION_LIMIT);
    assert_contains(message(), "--execute-memory-bytes");
}

/* Each list costs the child fifty times the two bytes that it costs the sender. */
static void test_executor_run__inputs_that_want_more_memory_than_there_is(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip(); /* which knows no limit */
#endif
    enum { LISTS = 4 << 20 };
    struct executor_options options = usual_options();
    options.memory_bytes = 64 << 20;
    char *text = malloc(2 * LISTS + 64);
    size_t length = (size_t)sprintf(text, "moves = [");
    for (int i = 0; i < LISTS; i++, length += 2)
        memcpy(text + length, "0,", 2);
    memcpy(text + length, "]", 2);
    start(&options);
    const struct executor_program program = maze();
    assert_result(run_program(&program, (struct bytes){(unsigned char *)text, length + 1},
                              EXECUTOR_TOML, deadline_in_seconds(60)),
                  RESULT_EXECUTION_LIMIT);
    free(text);
}

static void test_executor_run__witness_over_its_limit(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    options.max_witness_bytes = 1000;
    start(&options);
    char *toml = read_text("../Prover.toml");
    assert_result(run_maze(toml, EXECUTOR_TOML), RESULT_EXECUTION_LIMIT);
    assert_contains(message(), "--max-witness-bytes");
    free(toml);
}

static void test_executor_run__programs_that_cannot_be_executed(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    start(&options);
    write_start(&writer);
    assert_result(run_written('a', deadline_in_seconds(60)), RESULT_CIRCUIT_NOT_EXECUTABLE);
    write_brillig(1);
    write_variant(&writer, "ForeignCall");
    write_list(&writer, 5);
    write_text(&writer, "price_of");
    for (int i = 0; i < 4; i++)
        write_list(&writer, 0);
    assert_result(run_written('b', deadline_in_seconds(60)), RESULT_CIRCUIT_NOT_EXECUTABLE);
    assert_contains(message(), "the oracle price_of");
}

/* More programs than a child keeps: those that gave way are sent anew. */
static void test_executor_run__many_programs(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    start(&options);
    write_brillig(0);
    write_byte(&writer, 0); /* not to be read: each id has bytes of its own */
    for (int round = 0; round < 2; round++)
        for (char letter = 'a'; letter <= 'z'; letter++)
            assert_result(run_written(letter, deadline_in_seconds(60)),
                          RESULT_CIRCUIT_NOT_EXECUTABLE);
    write_start(&writer);
    write_list(&writer, 2);
    write_list(&writer, 1);
    write_circuit_start(&writer, "main", 0);
    write_circuit_end(&writer, 0, 0, 0);
    write_list(&writer, 0);
    for (int round = 0; round < 2; round++)
        for (char letter = 'A'; letter <= 'Z'; letter++)
            assert_result(run_written(letter, deadline_in_seconds(60)), RESULT_OK);
}

static void test_executor_run__cancelled(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "x", 1), 1);
    start(&options);
    const struct executor_program program = maze();
    const struct executor_question question = {&program, text_bytes("{}"),        EXECUTOR_JSON,
                                               false,    deadline_in_seconds(60), ends[0]};
    assert_result(executor_run(executor, &execution, &question, &failure), RESULT_CANCELLED);
    close(ends[0]);
    close(ends[1]);
}

static void test_executor_run__child_that_answers_nonsense(void **state)
{
    (void)state;
    /* The frame's payload by its bytes, the first one last. */
    static const uint64_t answers[] = {
        0,                        /* neither a witness nor a return value */
        0xffffffffffffff,         /* sections past the end */
        RESULT_INTERNAL,          /* what only a parent says */
        RESULT_CIRCUIT_UNKNOWN,   /* likewise, of a program that it was given */
        UINT64_C(0x780000000000), /* sections before the end */
    };
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct executor_options options = usual_options();
        options.steps = STEPS_OF_NONSENSE;
        options.max_witness_bytes = answers[i];
        start(&options);
        assert_result(run_maze("{}", EXECUTOR_JSON), RESULT_EXECUTOR_FAILED);
        (void)tear_down(NULL);
    }
}

static pid_t child_of_this_process(void)
{
    char path[64];
    char line[64];
    (void)snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
    FILE *children = fopen(path, "r");
    assert_non_null(children);
    assert_non_null(fgets(line, sizeof(line), children));
    (void)fclose(children);
    return (pid_t)strtol(line, NULL, 10);
}

static void test_executor_run__child_that_dies_is_replaced(void **state)
{
    (void)state;
    struct executor_options options = usual_options();
    start(&options);
    char *toml = read_text("../Prover.toml");
    assert_result(run_maze(toml, EXECUTOR_TOML), RESULT_OK);
    assert_int_equal(kill(child_of_this_process(), SIGKILL), 0);
    assert_result(run_maze(toml, EXECUTOR_TOML), RESULT_OK);
    free(toml);
}

/* Answers every question with nine bytes that the witness limit tells, and never ends by itself. */
static int talk_nonsense(const char *number)
{
    uint64_t answer = strtoull(number, NULL, 10);
    unsigned char frame[4 + 9] = {9};
    unsigned char question[65536];
    memcpy(frame + 4, &answer, sizeof(answer));
    while (read(STDIN_FILENO, question, sizeof(question)) > 0)
        if (write(STDOUT_FILENO, frame, sizeof(frame)) != (ssize_t)sizeof(frame))
            return 1;
    return 0;
}

#define EXECUTOR_TEST(test) cmocka_unit_test_teardown(test, tear_down)

int main(int argument_count, char **arguments)
{
    if (argument_count == 6 && strcmp(arguments[1], EXECUTOR_ARGUMENT) == 0)
        return strtoull(arguments[3], NULL, 10) == STEPS_OF_NONSENSE
                   ? talk_nonsense(arguments[4])
                   : executor_main(argument_count - 2, arguments + 2);
    const struct CMUnitTest tests[] = {
        EXECUTOR_TEST(test_executor_run__toml_gives_the_witness_of_the_reference),
        EXECUTOR_TEST(test_executor_run__failed_assertion_has_text_and_place),
        EXECUTOR_TEST(test_executor_run__mistakes_are_reported_all_at_once),
        EXECUTOR_TEST(test_executor_run__bodies_that_cannot_be_read),
        EXECUTOR_TEST(test_executor_run__return_value_instead_of_a_witness),
        EXECUTOR_TEST(test_executor_run__return_of_a_prover_file_is_compared),
        EXECUTOR_TEST(test_executor_run__no_inputs_for_no_parameters),
        EXECUTOR_TEST(test_executor_run__endless_loop_ends_at_the_deadline),
        EXECUTOR_TEST(test_executor_run__endless_loop_ends_at_the_limit_of_steps),
        EXECUTOR_TEST(test_executor_run__brillig_memory_is_limited),
        EXECUTOR_TEST(test_executor_run__inputs_that_want_more_memory_than_there_is),
        EXECUTOR_TEST(test_executor_run__witness_over_its_limit),
        EXECUTOR_TEST(test_executor_run__programs_that_cannot_be_executed),
        EXECUTOR_TEST(test_executor_run__many_programs),
        EXECUTOR_TEST(test_executor_run__cancelled),
        EXECUTOR_TEST(test_executor_run__child_that_answers_nonsense),
        EXECUTOR_TEST(test_executor_run__child_that_dies_is_replaced),
    };
    support_start();
    log_configure(LOG_ERROR, LOG_FORMAT_JSON);
    return cmocka_run_group_tests(tests, read_maze, free_maze);
}
