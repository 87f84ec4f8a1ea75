/* Commands that run to their end: bb --version and the engine cli. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "fake.h"

static struct fake fake;
static struct buffer output;
static struct failure failure;
static struct child_obituary obituary;
static int status;

static enum child_outcome run_within(const struct child_limits *limits)
{
    status = -77;
    failure = (struct failure){.message = ""};
    return child_run(&fake.command, &output, &status, &obituary, limits, &failure);
}

static enum child_outcome run(void)
{
    struct child_limits limits = ample_limits();
    enum child_outcome outcome = run_within(&limits);
    assert_no_children();
    return outcome;
}

static void assert_output(const char *text)
{
    assert_int_equal(output.length, strlen(text));
    assert_memory_equal(output.data, text, output.length);
    buffer_free(&output);
}

static void test_child_run__gives_output_and_status(void **state)
{
    (void)state;
    fake_script(&fake, "print", "5.0.0", "print", "more");
    assert_outcome(run(), CHILD_OK);
    assert_int_equal(status, 0);
    assert_string_equal(obituary.cause, "exited with status 0");
    assert_string_equal(obituary.last_words, "");
    assert_output("5.0.0\nmore\n");
    fake_script(&fake, "print", "half", "errors", "3", "exit", "3");
    assert_outcome(run(), CHILD_OK);
    assert_int_equal(status, 3);
    assert_string_equal(obituary.last_words, "zzz the last words");
    assert_output("half\n");
}

static void test_child_run__drops_old_output(void **state)
{
    (void)state;
    assert_true(buffer_append(&output, "old", 3));
    fake_script(&fake, "print", "new");
    assert_outcome(run(), CHILD_OK);
    assert_output("new\n");
}

static void test_child_run__tells_death_by_a_signal(void **state)
{
    (void)state;
    fake_script(&fake, "print", "before", "abort");
    assert_outcome(run(), CHILD_OK);
    assert_int_equal(status, -1);
    assert_string_equal(obituary.cause, "ended by signal 6 (Aborted)");
    assert_output("before\n");
}

static void test_child_run__gives_no_input(void **state)
{
    (void)state;
    /* The fake ends with 0 when it wants a frame and there is no more input. */
    fake_script(&fake, "read", "exit", "5");
    assert_outcome(run(), CHILD_OK);
    assert_int_equal(status, 0);
    buffer_free(&output);
}

static void test_child_run__reads_a_flood_of_errors(void **state)
{
    (void)state;
    fake_script(&fake, "errors", "1048576", "print", "done");
    assert_outcome(run(), CHILD_OK);
    assert_output("done\n");
    assert_true(strlen(obituary.last_words) < sizeof(obituary.last_words));
    assert_contains(obituary.last_words, "the last words");
}

static void test_child_run__kills_at_the_deadline(void **state)
{
    (void)state;
    struct child_limits limits = ample_limits();
    limits.deadline = soon();
    fake_script(&fake, "print", "before", "hang");
    assert_outcome(run_within(&limits), CHILD_TIMED_OUT);
    assert_no_children();
    assert_string_equal(obituary.cause, "ended by signal 9 (Killed)");
    buffer_free(&output);
}

static void test_child_run__kills_one_that_closed_its_output_and_stays(void **state)
{
    (void)state;
    struct child_limits limits = ample_limits();
    limits.deadline = soon();
    fake_script(&fake, "print", "before", "close", "hang");
    assert_outcome(run_within(&limits), CHILD_TIMED_OUT);
    assert_no_children();
    buffer_free(&output);
}

static void test_child_run__is_called_off(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    struct child_limits limits = ample_limits();
    limits.cancel = ends[0];
    close(ends[1]);
    fake_script(&fake, "hang");
    assert_outcome(run_within(&limits), CHILD_CANCELLED);
    assert_no_children();
    fake_script(&fake, "close", "hang");
    assert_outcome(run_within(&limits), CHILD_CANCELLED);
    assert_no_children();
    close(ends[0]);
    buffer_free(&output);
}

static void test_child_run__holds_the_output_to_its_limit(void **state)
{
    (void)state;
    struct child_limits limits = ample_limits();
    limits.max_response_bytes = 6;
    fake_script(&fake, "print", "12345");
    assert_outcome(run_within(&limits), CHILD_OK);
    fake_script(&fake, "print", "123456", "hang");
    assert_outcome(run_within(&limits), CHILD_NONSENSE);
    assert_contains(failure.message, "6 bytes");
    assert_no_children();
    buffer_free(&output);
}

static void test_child_run__says_why_nothing_starts(void **state)
{
    (void)state;
    fake_script(&fake, "hang");
    fake.command.path = "/nowhere/bb";
    assert_outcome(run(), CHILD_UNUSABLE);
    assert_contains(failure.message, "/nowhere/bb");
    assert_contains(failure.message, "No such file or directory");
    assert_int_equal(status, -77);
}

static void test_child_run__leaves_no_descriptor_open(void **state)
{
    (void)state;
    struct child_limits limits = ample_limits();
    size_t before = count_entries("/proc/self/fd");
    fake_script(&fake, "print", "x");
    assert_outcome(run(), CHILD_OK);
    limits.deadline = soon();
    fake_script(&fake, "hang");
    assert_outcome(run_within(&limits), CHILD_TIMED_OUT);
    assert_int_equal(count_entries("/proc/self/fd"), before);
    buffer_free(&output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_child_run__gives_output_and_status),
        cmocka_unit_test(test_child_run__drops_old_output),
        cmocka_unit_test(test_child_run__tells_death_by_a_signal),
        cmocka_unit_test(test_child_run__gives_no_input),
        cmocka_unit_test(test_child_run__reads_a_flood_of_errors),
        cmocka_unit_test(test_child_run__kills_at_the_deadline),
        cmocka_unit_test(test_child_run__kills_one_that_closed_its_output_and_stays),
        cmocka_unit_test(test_child_run__is_called_off),
        cmocka_unit_test(test_child_run__holds_the_output_to_its_limit),
        cmocka_unit_test(test_child_run__says_why_nothing_starts),
        cmocka_unit_test(test_child_run__leaves_no_descriptor_open),
    };
    return RUN_TESTS(tests);
}
