/* The child's side: limits, and then question after question. */
#include <malloc.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/json.h"
#include "engine/executor/executor.h"
#include "engine/executor/run_internal.h"
#include "noir/blackbox/start.h"
#include "process/channel.h"
#include "process/sandbox/sandbox.h"

enum { EXIT_BAD_START = 2 };
enum { ARGUMENT_MEMORY, ARGUMENT_STEPS, ARGUMENT_WITNESS, ARGUMENT_SEALED, ARGUMENTS };

/* A quarter each for witnesses and for Brillig; the rest is for programs, inputs and answers. */
enum { PART_OF_MEMORY = 4, MEMORY_OF_BYTECODE = 16 };

/* The address sanitizer takes address space as it pleases. */
static bool limit_memory(uint64_t bytes)
{
#ifdef __SANITIZE_ADDRESS__
    (void)bytes;
    return true;
#else
    const struct rlimit limit = {bytes, bytes};
    return setrlimit(RLIMIT_DATA, &limit) == 0;
#endif
}

/* Details past their limit lose what makes them long. */
static char *write_details(json_t *details, enum result *result)
{
    static const char *const long_parts[] = {"assertion", "mistakes", "returnValue"};
    if (details == NULL)
        return NULL;
    char *text = json_dumps(details, JSON_COMPACT);
    if (text != NULL && strlen(text) <= MOST_DETAILS_BYTES)
        return text;
    json_text_free(text);
    if (*result == RESULT_OK) {
        *result = RESULT_EXECUTION_LIMIT;
        (void)json_object_set_new(
            details, "message",
            json_string("the return value is too long for JSON; ask for the witness instead"));
    }
    for (size_t i = 0; i < sizeof(long_parts) / sizeof(long_parts[0]); i++)
        (void)json_object_del(details, long_parts[i]);
    return json_dumps(details, JSON_COMPACT);
}

static bool answer_question(struct child_options *options, struct bytes payload)
{
    struct bytes question[QUESTION_SECTIONS];
    struct answer answer = {.witness = BUFFER_EMPTY};
    struct buffer frame = BUFFER_EMPTY;
    unsigned char flags;
    if (!message_read(&flags, question, QUESTION_SECTIONS, payload))
        return false;
    enum result result = run_question(&answer, options, flags, question);
    char *details = write_details(answer.details, &result);
    const struct bytes sections[ANSWER_SECTIONS] = {
        [ANSWER_WITNESS] = {answer.witness.data, answer.witness.length},
        [ANSWER_DETAILS] = {(const unsigned char *)details, details == NULL ? 0 : strlen(details)},
    };
    bool answered =
        message_write(&frame, (unsigned char)result, sections, ANSWER_SECTIONS) &&
        channel_write(MESSAGE_ANSWER, (struct bytes){frame.data + FRAME_LENGTH_BYTES,
                                                     frame.length - FRAME_LENGTH_BYTES});
    buffer_free(&frame);
    buffer_free(&answer.witness);
    json_text_free(details);
    json_decref(answer.details);
    return answered;
}

static bool read_options(struct child_options *options, bool *sealed, int argument_count,
                         char *const *arguments)
{
    unsigned long long numbers[ARGUMENTS];
    if (argument_count != ARGUMENTS)
        return false;
    for (int i = 0; i < ARGUMENTS; i++) {
        char *end = NULL;
        numbers[i] = strtoull(arguments[i], &end, 10);
        if (end == arguments[i] || *end != '\0')
            return false;
    }
    options->limits = ACVM_LIMITS_DEFAULT;
    options->limits.memory_bytes = numbers[ARGUMENT_MEMORY] / PART_OF_MEMORY;
    options->limits.steps = numbers[ARGUMENT_STEPS];
    options->max_witness_bytes = numbers[ARGUMENT_WITNESS];
    options->programs.most_bytes = numbers[ARGUMENT_MEMORY] / PART_OF_MEMORY / MEMORY_OF_BYTECODE;
    *sealed = numbers[ARGUMENT_SEALED] != 0;
    return limit_memory(numbers[ARGUMENT_MEMORY]);
}

int executor_main(int argument_count, char *const *arguments)
{
    static struct child_options options;
    struct buffer payload = BUFFER_EMPTY;
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)mallopt(M_ARENA_MAX, 1);
    bool sealed = false;
    struct failure failure;
    if (sodium_init() < 0 || !read_options(&options, &sealed, argument_count, arguments))
        return EXIT_BAD_START;
    blackbox_start();
    json_start_wiping();
    if (sealed && sandbox_seal_executor(&failure) != RESULT_OK) {
        (void)fprintf(stderr, "%s\n", failure.message);
        return EXIT_BAD_START;
    }
    while (channel_read_question(&payload) && answer_question(&options, bytes_of(&payload)))
        ;
    buffer_free(&payload);
    programs_free(&options.programs);
    return EXIT_SUCCESS;
}
