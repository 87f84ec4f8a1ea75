/* A child's standard error in the log: by line, redacted, and not too much of it. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "fake.h"
#include "process/child/words_internal.h"

/* The log of a child that has said this, in pieces of so many bytes. */
static char *said(const char *text, size_t piece)
{
    struct words words = {.length = 0};
    size_t length = strlen(text);
    capture_errors_begin();
    for (size_t at = 0; at < length; at += piece)
        words_take(&words, 7, text + at, length - at < piece ? length - at : piece);
    words_end(&words, 7);
    return capture_errors_end();
}

static size_t lines_of(const char *text)
{
    size_t lines = 0;
    for (; (text = strchr(text, '\n')) != NULL; text++)
        lines++;
    return lines;
}

static void test_words_take__makes_lines_of_any_pieces(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 20; piece++) {
        char *log = said("one 1234\n\ntwo 0x12345678\nthree", piece);
        assert_int_equal(lines_of(log), 3);
        assert_contains(log, "\"line\":\"one 1234\"");
        assert_contains(log, "\"line\":\"two 0x#\"");
        assert_contains(log, "\"line\":\"three\"");
        free(log);
    }
}

/* Wherever the cut falls in a number, nothing is left of it. */
static void test_words_take__cuts_a_line_and_no_number(void **state)
{
    (void)state;
    for (size_t before = WORDS_LINE_BYTES - 8; before <= WORDS_LINE_BYTES; before++) {
        char text[2 * WORDS_LINE_BYTES] = {0};
        memset(text, 'z', before);
        strcat(text, "12345678901234567890\nnext");
        char *log = said(text, 100);
        assert_int_equal(lines_of(log), 2);
        assert_null(strstr(log, "z1"));
        assert_null(strstr(log, "#"));
        assert_contains(log, "\"line\":\"next\"");
        free(log);
    }
}

static void test_words_take__counts_what_is_too_much(void **state)
{
    (void)state;
    struct words words = {.length = 0};
    capture_errors_begin();
    words_take(&words, 7, "first\n", 6);
    words.second_began = DEADLINE_NEVER; /* a second that does not end */
    for (int i = 0; i < WORDS_LINES_A_SECOND + 4; i++)
        words_take(&words, 7, "more\n", 5);
    words.second_began = 0;
    words_take(&words, 7, "last\n", 5);
    char *log = capture_errors_end();
    assert_int_equal(lines_of(log), WORDS_LINES_A_SECOND + 1);
    assert_contains(log, "\"line\":\"last\",\"left_out\":5");
    free(log);
}

static void test_words_take__is_for_debugging_alone(void **state)
{
    (void)state;
    log_configure(LOG_INFO, LOG_FORMAT_JSON);
    char *log = said("one\n", 4);
    log_configure(LOG_DEBUG, LOG_FORMAT_JSON);
    assert_string_equal(log, "");
    free(log);
}

static void test_child_call__logs_what_a_child_says(void **state)
{
    (void)state;
    struct fake fake;
    struct child *child = NULL;
    struct buffer frame = BUFFER_EMPTY;
    struct buffer response = BUFFER_EMPTY;
    struct child_limits limits = ample_limits();
    struct child_obituary obituary;
    struct failure failure;
    fake_script(&fake, "errors", "3", "echo", "hang");
    append_frame(&frame, "hello");
    capture_errors_begin();
    enum child_outcome outcome = child_start(&child, &fake.command, &failure);
    if (outcome == CHILD_OK)
        outcome = child_call(child, &response, &frame, NULL, &limits, &failure);
    if (child != NULL)
        child_end(&child, &obituary);
    char *log = capture_errors_end();
    assert_outcome(outcome, CHILD_OK);
    assert_contains(log, "a child says");
    assert_contains(log, "\"line\":\"zzz\"");
    assert_contains(log, "\"line\":\"the last words\"");
    free(log);
    buffer_free(&frame);
    buffer_free(&response);
}

static int set_log(void **state)
{
    (void)state;
    log_configure(LOG_DEBUG, LOG_FORMAT_JSON);
    return 0;
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, set_log)
    const struct CMUnitTest tests[] = {
        TEST(test_words_take__makes_lines_of_any_pieces),
        TEST(test_words_take__cuts_a_line_and_no_number),
        TEST(test_words_take__counts_what_is_too_much),
        TEST(test_words_take__is_for_debugging_alone),
        TEST(test_child_call__logs_what_a_child_says),
    };
    return RUN_TESTS(tests);
}
