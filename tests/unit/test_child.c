/* One child process, and what becomes of one that misbehaves. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake.h"

static struct fake fake;
static struct child *child;
static struct buffer response;
static struct failure failure;
static struct child_obituary obituary;

static void start(void)
{
    assert_outcome(child_start(&child, &fake.command, &failure), CHILD_OK);
    assert_non_null(child);
}

/* Ends the child and sees that it has gone. */
static void end(void)
{
    pid_t pid = child_pid(child);
    child_end(&child, &obituary);
    assert_null(child);
    assert_gone(pid);
    assert_no_children();
    buffer_free(&response);
}

/* A test that failed leaves its child to this. */
static int clean_up(void **state)
{
    (void)state;
    if (child != NULL)
        child_end(&child, &obituary);
    buffer_free(&response);
    return 0;
}

static enum child_outcome call_within(const char *text, const struct child_limits *limits)
{
    struct buffer frame = BUFFER_EMPTY;
    append_frame(&frame, text);
    failure = (struct failure){.message = ""};
    enum child_outcome outcome = child_call(child, &response, &frame, NULL, limits, &failure);
    assert_int_equal(failure.message[0] == '\0', outcome == CHILD_OK);
    buffer_free(&frame);
    return outcome;
}

static enum child_outcome call(const char *text)
{
    struct child_limits limits = ample_limits();
    return call_within(text, &limits);
}

static void assert_answer(const char *text)
{
    assert_int_equal(response.length, strlen(text));
    assert_memory_equal(response.data, text, response.length);
}

static void test_child_call__gets_an_answer_each_time(void **state)
{
    (void)state;
    fake_script(&fake, "serve");
    start();
    assert_true(child_pid(child) > 0);
    assert_outcome(call("one"), CHILD_OK);
    assert_answer("one");
    assert_outcome(child_check_idle(child, &failure), CHILD_OK);
    assert_outcome(call("number two"), CHILD_OK);
    assert_answer("number two");
    assert_outcome(call(""), CHILD_OK);
    assert_int_equal(response.length, 0);
    assert_true(child_peak_memory(child) > 4096);
    end();
    assert_contains(obituary.cause, "ended by signal 9");
}

/* More than pipes hold, both ways at once: neither side may wait for the other for ever. */
static void test_child_call__carries_more_than_a_pipe_holds(void **state)
{
    (void)state;
    enum { BYTES = 5 << 20 };
    char *text = malloc(BYTES + 1);
    assert_non_null(text);
    for (size_t i = 0; i < BYTES; i++)
        text[i] = (char)('a' + i % 26);
    text[BYTES] = '\0';
    fake_script(&fake, "serve");
    start();
    assert_outcome(call(text), CHILD_OK);
    assert_answer(text);
    end();
    free(text);
}

static void assert_dies(const char *cause)
{
    start();
    assert_outcome(call("question"), CHILD_DIED);
    end();
    assert_string_equal(obituary.cause, cause);
}

static void test_child_call__sees_death(void **state)
{
    (void)state;
    fake_script(&fake, "read", "exit", "3");
    assert_dies("exited with status 3");
    fake_script(&fake, "read", "abort");
    assert_dies("ended by signal 6 (Aborted)");
    fake_script(&fake, "exit", "0");
    assert_dies("exited with status 0");
    fake_script(&fake, "raw", "0500", "exit", "1");
    assert_dies("exited with status 1");
    fake_script(&fake, "raw", "05000000aabb", "exit", "1");
    assert_dies("exited with status 1");
}

static void test_child_call__sees_that_the_output_is_closed(void **state)
{
    (void)state;
    fake_script(&fake, "read", "close", "hang");
    assert_dies("ended by signal 9 (Killed)");
    fake_script(&fake, "close", "hang");
    assert_dies("ended by signal 9 (Killed)");
}

static void test_child_call__gives_up_at_the_deadline(void **state)
{
    (void)state;
    static const char *const parts[] = {"", "05", "05000000", "05000000aabb"};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct child_limits limits = ample_limits();
        fake_script(&fake, "raw", parts[i], "hang");
        start();
        limits.deadline = soon();
        assert_outcome(call_within("question", &limits), CHILD_TIMED_OUT);
        assert_true(clock_now() >= limits.deadline);
        end();
    }
}

static void test_child_call__gives_up_while_it_still_writes(void **state)
{
    (void)state;
    enum { BYTES = 1 << 20 };
    struct child_limits limits = ample_limits();
    char *text = malloc(BYTES + 1);
    assert_non_null(text);
    memset(text, 'x', BYTES);
    text[BYTES] = '\0';
    fake_script(&fake, "hang");
    start();
    limits.deadline = soon();
    assert_outcome(call_within(text, &limits), CHILD_TIMED_OUT);
    end();
    free(text);
}

static void test_child_call__takes_no_answer_past_its_deadline(void **state)
{
    (void)state;
    struct child_limits limits = ample_limits();
    fake_script(&fake, "serve");
    start();
    limits.deadline = 1;
    assert_outcome(call_within("question", &limits), CHILD_TIMED_OUT);
    end();
}

static void test_child_call__is_called_off(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    struct child_limits limits = ample_limits();
    limits.cancel = ends[0];
    fake_script(&fake, "echo", "hang");
    start();
    assert_outcome(call_within("one", &limits), CHILD_OK);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_outcome(call_within("two", &limits), CHILD_CANCELLED);
    end();
    close(ends[0]);
    close(ends[1]);
}

static void test_child_call__holds_the_answer_to_its_limit(void **state)
{
    (void)state;
    static const char *const headers[] = {"ffffffff", "01000004", "0b000000"};
    struct child_limits limits = ample_limits();
    limits.max_response_bytes = 10;
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        fake_script(&fake, "raw", headers[i], "hang");
        start();
        assert_outcome(call_within("question", &limits), CHILD_NONSENSE);
        assert_true(response.capacity <= 65536);
        end();
    }
    fake_script(&fake, "serve");
    start();
    assert_outcome(call_within("0123456789", &limits), CHILD_OK);
    end();
}

static void start_with_ids(void)
{
    fake.command.frames = FRAME_WITH_ID;
    start();
}

static void test_child_call__puts_an_id_before_each_frame_where_bb_wants_one(void **state)
{
    (void)state;
    fake_script(&fake, "ids", "serve");
    start_with_ids();
    assert_outcome(call("one"), CHILD_OK);
    assert_answer("one");
    assert_outcome(call("number two"), CHILD_OK);
    assert_answer("number two");
    assert_outcome(call(""), CHILD_OK);
    assert_int_equal(response.length, 0);
    assert_outcome(child_check_idle(child, &failure), CHILD_OK);
    end();
}

static void test_child_call__takes_no_answer_to_another_request(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "070000000100000000000000", /* a length that leaves no room for an id */
        "09000000000000000000000041",
        "09000000020000000000000041",
        "09000000010000000000008041",
    };
    fake_script(&fake, "ids", "echo", "misnumber", "serve");
    start_with_ids();
    assert_outcome(call("one"), CHILD_OK);
    assert_outcome(call("two"), CHILD_NONSENSE);
    end();
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        fake_script(&fake, "ids", "raw", answers[i], "hang");
        start_with_ids();
        assert_outcome(call("question"), CHILD_NONSENSE);
        end();
    }
    fake_script(&fake, "ids", "raw", "09000000010000000000000041", "hang");
    start_with_ids();
    assert_outcome(call("question"), CHILD_OK);
    assert_answer("A");
    end();
}

/* More than a pipe holds on each side of it. */
static void test_child_call__sends_what_is_inserted_from_where_it_is(void **state)
{
    (void)state;
    enum { BYTES = 1 << 20 };
    struct child_limits limits = ample_limits();
    struct buffer frame = BUFFER_EMPTY;
    char *text = malloc(3 * BYTES + 1);
    assert_non_null(text);
    memset(text, 'a', BYTES);
    memset(text + BYTES, 'b', BYTES);
    memset(text + 2 * BYTES, 'c', BYTES);
    text[3 * BYTES] = '\0';
    struct request_insert insert = {FRAME_HEADER_BYTES + BYTES,
                                    {(const unsigned char *)text + BYTES, BYTES}};
    unsigned char header[FRAME_HEADER_BYTES];
    frame_write_header(header, 3 * BYTES);
    assert_true(buffer_append(&frame, header, sizeof(header)) &&
                buffer_append(&frame, text, BYTES) &&
                buffer_append(&frame, text + 2 * BYTES, BYTES));
    for (int with_ids = 0; with_ids <= 1; with_ids++) {
        if (with_ids)
            fake_script(&fake, "ids", "serve");
        else
            fake_script(&fake, "serve");
        fake.command.frames = with_ids ? FRAME_WITH_ID : FRAME_BARE;
        start();
        assert_outcome(child_call(child, &response, &frame, &insert, &limits, &failure), CHILD_OK);
        assert_answer(text);
        end();
    }
    buffer_free(&frame);
    free(text);
}

/* What a child told of its progress. */
struct heard {
    char text[64];
    unsigned messages;
};

static void hear(void *context, struct bytes payload)
{
    struct heard *heard = context;
    size_t used = strlen(heard->text);
    heard->messages++;
    if (payload.length < sizeof(heard->text) - used)
        (void)snprintf(heard->text + used, sizeof(heard->text) - used, "%.*s;", (int)payload.length,
                       (const char *)payload.data);
}

#define start_with_kinds(...)                                                                      \
    do {                                                                                           \
        fake_script(&fake, "kinds", __VA_ARGS__);                                                  \
        fake.command.frames = FRAME_WITH_KIND;                                                     \
        start();                                                                                   \
    } while (0)

static enum child_outcome call_and_hear(struct heard *heard)
{
    struct child_limits limits = ample_limits();
    *heard = (struct heard){.messages = 0};
    limits.progress = hear;
    limits.context = heard;
    return call_within("question", &limits);
}

static void test_child_call__tells_of_progress_before_the_answer(void **state)
{
    (void)state;
    struct heard heard;
    start_with_kinds("read", "progress", "a third", "progress", "two", "say", "03000000026162",
                     "echo");
    assert_outcome(call_and_hear(&heard), CHILD_OK);
    assert_string_equal(heard.text, "a third;two;");
    assert_answer("ab");
    assert_outcome(child_check_idle(child, &failure), CHILD_OK);
    assert_outcome(call_and_hear(&heard), CHILD_OK);
    assert_int_equal(heard.messages, 0);
    assert_answer("question");
    end();
}

static void test_child_call__drops_progress_that_nobody_hears(void **state)
{
    (void)state;
    start_with_kinds("read", "progress", "half", "say", "03000000026162");
    assert_outcome(call("question"), CHILD_OK);
    assert_answer("ab");
    end();
}

static void test_child_call__ends_a_flood_of_progress(void **state)
{
    (void)state;
    struct heard heard;
    char most[16], more[16];
    (void)snprintf(most, sizeof(most), "%d", CHILD_MOST_PROGRESS);
    (void)snprintf(more, sizeof(more), "%d", CHILD_MOST_PROGRESS + 1);
    start_with_kinds("read", "flood", most, "say", "0100000002");
    assert_outcome(call_and_hear(&heard), CHILD_OK);
    assert_int_equal(heard.messages, CHILD_MOST_PROGRESS);
    end();
    start_with_kinds("read", "flood", more, "say", "0100000002");
    assert_outcome(call_and_hear(&heard), CHILD_NONSENSE);
    assert_contains(failure.message, "without an end");
    assert_int_equal(heard.messages, CHILD_MOST_PROGRESS);
    end();
}

/* Progress is no way past the deadline. */
static void test_child_call__gives_up_at_the_deadline_whatever_it_hears(void **state)
{
    (void)state;
    struct child_limits limits = ample_limits();
    limits.deadline = soon();
    start_with_kinds("read", "progress", "nearly", "hang");
    assert_outcome(call_within("question", &limits), CHILD_TIMED_OUT);
    end();
}

static void test_child_call__takes_no_message_of_another_kind(void **state)
{
    (void)state;
    /* A question, none, one that does not exist, and a frame with no room for a kind. */
    static const char *const wrong[] = {"0100000001", "0100000000", "01000000ff", "0000000002"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        start_with_kinds("raw", wrong[i], "hang");
        assert_outcome(call("question"), CHILD_NONSENSE);
        assert_contains(failure.message, "no request of ours");
        end();
    }
}

static void test_child_call__holds_progress_to_its_length(void **state)
{
    (void)state;
    char text[CHILD_MOST_PROGRESS_BYTES + 2] = "";
    struct heard heard;
    memset(text, 'p', CHILD_MOST_PROGRESS_BYTES);
    start_with_kinds("read", "progress", text, "say", "0100000002");
    assert_outcome(call_and_hear(&heard), CHILD_OK);
    assert_int_equal(heard.messages, 1);
    end();
    text[CHILD_MOST_PROGRESS_BYTES] = 'p';
    start_with_kinds("read", "progress", text, "hang");
    assert_outcome(call_and_hear(&heard), CHILD_NONSENSE);
    assert_contains(failure.message, "longer than 256 bytes");
    assert_int_equal(heard.messages, 0);
    end();
}

static void test_child_check_idle__sees_progress_after_the_answer(void **state)
{
    (void)state;
    struct heard heard;
    start_with_kinds("read", "say", "01000000020100000003");
    assert_outcome(call_and_hear(&heard), CHILD_OK);
    assert_int_equal(heard.messages, 0);
    assert_outcome(child_check_idle(child, &failure), CHILD_NONSENSE);
    end();
}

static void test_child_check_idle__sees_an_answer_that_nobody_asked_for(void **state)
{
    (void)state;
    fake_script(&fake, "raw",
                "0100000041"
                "0100000042",
                "hang");
    start();
    assert_outcome(call("question"), CHILD_OK);
    assert_answer("A");
    assert_outcome(child_check_idle(child, &failure), CHILD_NONSENSE);
    end();
}

static void test_child_check_idle__sees_death(void **state)
{
    (void)state;
    siginfo_t ended;
    fake_script(&fake, "echo", "exit", "0");
    start();
    assert_outcome(call("question"), CHILD_OK);
    assert_int_equal(waitid(P_PID, (id_t)child_pid(child), &ended, WEXITED | WNOWAIT), 0);
    assert_outcome(child_check_idle(child, &failure), CHILD_DIED);
    end();
    assert_string_equal(obituary.cause, "exited with status 0");
}

/* A pipe holds 64 KiB: the fake gets to its answer only when somebody reads. */
static void test_child_call__reads_a_flood_of_errors_and_keeps_its_end(void **state)
{
    (void)state;
    fake_script(&fake, "errors", "1048576", "echo", "errors", "1000", "hang");
    start();
    assert_outcome(call("question"), CHILD_OK);
    assert_answer("question");
    end();
    assert_true(strlen(obituary.last_words) < sizeof(obituary.last_words));
    assert_contains(obituary.last_words, "zzz");
    assert_null(strchr(obituary.last_words, '\n'));
}

static void test_child_end__keeps_the_last_words(void **state)
{
    (void)state;
    fake_script(&fake, "errors", "100000", "exit", "7");
    struct child_limits limits = ample_limits();
    int status = 0;
    assert_outcome(child_run(&fake.command, &response, &status, &obituary, &limits, &failure),
                   CHILD_OK);
    assert_int_equal(status, 7);
    assert_string_equal(obituary.cause, "exited with status 7");
    assert_int_equal(strlen(obituary.last_words), sizeof(obituary.last_words) - 1);
    assert_contains(obituary.last_words, "zzz the last words");
    buffer_free(&response);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_teardown(function, clean_up)
    const struct CMUnitTest tests[] = {
        TEST(test_child_call__gets_an_answer_each_time),
        TEST(test_child_call__carries_more_than_a_pipe_holds),
        TEST(test_child_call__sees_death),
        TEST(test_child_call__sees_that_the_output_is_closed),
        TEST(test_child_call__gives_up_at_the_deadline),
        TEST(test_child_call__gives_up_while_it_still_writes),
        TEST(test_child_call__takes_no_answer_past_its_deadline),
        TEST(test_child_call__is_called_off),
        TEST(test_child_call__holds_the_answer_to_its_limit),
        TEST(test_child_call__puts_an_id_before_each_frame_where_bb_wants_one),
        TEST(test_child_call__takes_no_answer_to_another_request),
        TEST(test_child_call__sends_what_is_inserted_from_where_it_is),
        TEST(test_child_call__tells_of_progress_before_the_answer),
        TEST(test_child_call__drops_progress_that_nobody_hears),
        TEST(test_child_call__ends_a_flood_of_progress),
        TEST(test_child_call__gives_up_at_the_deadline_whatever_it_hears),
        TEST(test_child_call__takes_no_message_of_another_kind),
        TEST(test_child_call__holds_progress_to_its_length),
        TEST(test_child_check_idle__sees_progress_after_the_answer),
        TEST(test_child_check_idle__sees_an_answer_that_nobody_asked_for),
        TEST(test_child_check_idle__sees_death),
        TEST(test_child_call__reads_a_flood_of_errors_and_keeps_its_end),
        TEST(test_child_end__keeps_the_last_words),
    };
    return RUN_TESTS(tests);
}
