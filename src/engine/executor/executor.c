#include "engine/executor/executor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "engine/executor/message_internal.h"
#include "process/pool/pool.h"

enum { EXECUTOR_MAGIC = 0x65786563, NUMBER_CHARACTERS = 24, LIMIT_COUNT = 4, WORDS_BEFORE = 2 };

struct executor {
    unsigned magic;
    struct pool *pool;
    const struct sandbox *sandbox;
    char limits[LIMIT_COUNT][NUMBER_CHARACTERS];
    const char *arguments[WORDS_BEFORE + LIMIT_COUNT + 1];
};

/* An execution has one thread, whatever is asked for. */
static enum child_outcome start_child(void *context, struct child **child, unsigned threads,
                                      struct failure *failure)
{
    static const char *const environment[] = {NULL};
    const struct executor *executor = context;
    const struct child_command command = {.path = EXECUTOR_PROGRAM,
                                          .arguments = executor->arguments,
                                          .environment = environment,
                                          .sandbox = executor->sandbox,
                                          .frames = FRAME_WITH_KIND};
    (void)threads;
    return child_start(child, &command, failure);
}

struct executor *executor_create(const struct executor_options *options)
{
    const uint64_t limits[LIMIT_COUNT] = {options->memory_bytes, options->steps,
                                          options->max_witness_bytes, options->sandbox != NULL};
    struct executor *executor = calloc(1, sizeof(*executor));
    if (executor == NULL)
        return NULL;
    executor->magic = EXECUTOR_MAGIC;
    executor->sandbox = options->sandbox;
    executor->arguments[0] = "proverd";
    executor->arguments[1] = EXECUTOR_ARGUMENT;
    for (int i = 0; i < LIMIT_COUNT; i++) {
        (void)snprintf(executor->limits[i], NUMBER_CHARACTERS, "%llu",
                       (unsigned long long)limits[i]);
        executor->arguments[WORDS_BEFORE + i] = executor->limits[i];
    }
    struct pool_options pool_options = {
        .program = "executor",
        .restarts = METRIC_EXECUTOR_RESTARTS,
        .start = start_child,
        .context = executor,
        .children = options->children,
        .max_response_bytes = options->max_witness_bytes + 2 * (size_t)MOST_DETAILS_BYTES,
    };
    executor->pool = pool_create(&pool_options);
    if (executor->pool == NULL) {
        free(executor);
        return NULL;
    }
    return executor;
}

void executor_reap(struct executor *executor)
{
    CHECK(executor->magic == EXECUTOR_MAGIC);
    pool_reap(executor->pool);
}

void executor_destroy(struct executor *executor)
{
    if (executor == NULL)
        return;
    CHECK(executor->magic == EXECUTOR_MAGIC);
    pool_destroy(executor->pool);
    executor->magic = 0;
    free(executor);
}

void execution_free(struct execution *execution)
{
    buffer_free(&execution->witness);
    json_decref(execution->details);
    execution->details = NULL;
}

/* What an answer may say; anything else is nonsense. */
static bool is_answer(enum result result)
{
    return result == RESULT_OK || result == RESULT_CIRCUIT_UNKNOWN ||
           result == RESULT_BODY_MALFORMED || result == RESULT_INPUTS_INVALID ||
           result == RESULT_ASSERTION_FAILED || result == RESULT_EXECUTION_FAILED ||
           result == RESULT_EXECUTION_LIMIT || result == RESULT_CIRCUIT_NOT_EXECUTABLE;
}

static enum child_outcome nonsense(struct failure *failure)
{
    return failure_say(failure, CHILD_NONSENSE, "an executor's answer makes no sense");
}

struct reader {
    struct execution *execution;
    bool wants_return_value;
    enum result result; /* what the answer says */
};

/* The child may have been taken over by what it executed: its answer is read with suspicion. */
static enum child_outcome read_answer(void *context, const struct buffer *payload,
                                      struct failure *failure)
{
    struct reader *reader = context;
    struct execution *execution = reader->execution;
    struct bytes sections[ANSWER_SECTIONS];
    unsigned char first;
    if (!message_read(&first, sections, ANSWER_SECTIONS, bytes_of(payload)) ||
        !is_answer((enum result)first) || sections[ANSWER_DETAILS].length > MOST_DETAILS_BYTES)
        return nonsense(failure);
    reader->result = (enum result)first;
    execution_free(execution);
    if (sections[ANSWER_DETAILS].length > 0) {
        execution->details = json_loadb((const char *)sections[ANSWER_DETAILS].data,
                                        sections[ANSWER_DETAILS].length, JSON_ALLOW_NUL, NULL);
        if (!json_is_object(execution->details))
            return nonsense(failure);
    }
    if (!buffer_append(&execution->witness, sections[ANSWER_WITNESS].data,
                       sections[ANSWER_WITNESS].length))
        return failure_say(failure, CHILD_INTERNAL, "no memory for the witness");
    if (reader->result != RESULT_OK)
        return CHILD_OK;
    bool has_what_was_wanted = reader->wants_return_value
                                   ? json_object_get(execution->details, "returnValue") != NULL
                                   : execution->witness.length > 0;
    return has_what_was_wanted ? CHILD_OK : nonsense(failure);
}

/* What it means that no answer came. */
static enum result explain(enum child_outcome outcome, struct failure *failure)
{
    switch (outcome) {
    case CHILD_TIMED_OUT:
        return failure_set(failure, RESULT_EXECUTE_TIMEOUT,
                           "the circuit was not executed in time; the executor was stopped");
    case CHILD_CANCELLED:
        failure->result = RESULT_CANCELLED;
        return RESULT_CANCELLED;
    case CHILD_OUT_OF_MEMORY:
        return failure_set(failure, RESULT_EXECUTION_LIMIT,
                           "the execution took more memory than there is "
                           "(--execute-memory-bytes)");
    case CHILD_INTERNAL:
        return RESULT_INTERNAL;
    default:
        return failure_set(failure, RESULT_EXECUTOR_FAILED,
                           "the executor failed on this request; the server's log says how");
    }
}

/* Asks once, with or without the program. */
static enum result ask(struct executor *executor, struct execution *execution,
                       const struct executor_question *question, bool with_program,
                       struct failure *failure)
{
    const struct executor_program *program = question->program;
    struct bytes sections[QUESTION_SECTIONS] = {
        [QUESTION_ID] = {(const unsigned char *)program->id, strlen(program->id)},
        [QUESTION_INPUTS] = question->inputs,
    };
    if (with_program) {
        sections[QUESTION_BYTECODE] = program->bytecode;
        sections[QUESTION_ABI] = program->abi;
        sections[QUESTION_DEBUG] = program->debug;
    }
    int flags = (question->format == EXECUTOR_TOML ? QUESTION_TOML : 0) |
                (question->wants_return_value ? QUESTION_RETURN_VALUE : 0);
    struct buffer frame = BUFFER_EMPTY;
    struct reader reader = {.execution = execution,
                            .wants_return_value = question->wants_return_value};
    struct pool_question asked = {.frame = &frame,
                                  .deadline = question->deadline,
                                  .cancel = question->cancel,
                                  .read = read_answer,
                                  .context = &reader};
    enum child_outcome outcome;
    if (message_write(&frame, (unsigned char)flags, sections, QUESTION_SECTIONS))
        outcome = pool_ask(executor->pool, &asked, failure);
    else
        outcome = failure_say(failure, CHILD_INTERNAL, "no memory for an execution");
    buffer_free(&frame);
    if (outcome != CHILD_OK)
        return explain(outcome, failure);
    if (reader.result == RESULT_OK)
        return RESULT_OK;
    /* The reason in general: the details hold the whole, for the client alone. */
    return failure_set(failure, reader.result, "the execution ended with %s",
                       result_code(reader.result));
}

enum result executor_run(struct executor *executor, struct execution *execution,
                         const struct executor_question *question, struct failure *failure)
{
    CHECK(executor->magic == EXECUTOR_MAGIC);
    struct failure first;
    enum result result = ask(executor, execution, question, false, &first);
    if (result == RESULT_CIRCUIT_UNKNOWN)
        result = ask(executor, execution, question, true, failure);
    else if (result != RESULT_OK)
        *failure = first;
    return result == RESULT_CIRCUIT_UNKNOWN ? explain(CHILD_FAILED, failure) : result;
}
