/* The log's lines, whatever a client puts into them. */
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "support.h"

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

/* The one line that was captured, as JSON. */
static json_t *captured_line(void)
{
    char *text = capture_errors_end();
    assert_int_equal(count_lines(text), 1);
    json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    if (line == NULL)
        fail_msg("this is no JSON: %s", text);
    free(text);
    return line;
}

static const char *text_of(const json_t *line, const char *name)
{
    return json_string_value(json_object_get(line, name));
}

static void test_log_write__is_one_line_of_json(void **state)
{
    (void)state;
    log_configure(LOG_DEBUG, LOG_FORMAT_JSON);
    capture_errors_begin();
    log_event(LOG_WARNING, "something happened", log_string("who", "me"),
              log_integer("count", -5000000000), log_milliseconds("took_ms", 1.2345));
    json_t *line = captured_line();
    assert_string_equal(text_of(line, "level"), "warning");
    assert_string_equal(text_of(line, "event"), "something happened");
    assert_string_equal(text_of(line, "who"), "me");
    assert_int_equal(json_integer_value(json_object_get(line, "count")), -5000000000);
    double took = json_real_value(json_object_get(line, "took_ms"));
    assert_true(took > 1.2335 && took < 1.2355);
    const char *time = text_of(line, "time");
    assert_int_equal(strlen(time), strlen("2026-01-02T03:04:05.678Z"));
    assert_int_equal(time[10], 'T');
    assert_int_equal(time[23], 'Z');
    json_decref(line);
}

static void test_log_write__gives_hostile_strings_back_in_json(void **state)
{
    (void)state;
    static const char *const hostile[] = {
        "two\nlines",  "\"},{\"level\":\"error",
        "back\\slash", "\x01\x1f\x7f",
        "\r\n\t\b",    "\u2028",
        "%s%n%d",      "\u0441\u043b\u043e\u0432\u043e",
    };
    log_configure(LOG_DEBUG, LOG_FORMAT_JSON);
    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        capture_errors_begin();
        log_event(LOG_INFO, "request", log_string("path", hostile[i]));
        json_t *line = captured_line();
        assert_string_equal(text_of(line, "path"), hostile[i]);
        assert_int_equal(json_object_size(line), 4);
        json_decref(line);
    }
}

static void test_log_write__is_json_for_what_is_not_utf8(void **state)
{
    (void)state;
    static const char *const hostile[] = {"\xff\xfe", "a\x80", "\xc3", "\xed\xa0\x80"};
    log_configure(LOG_DEBUG, LOG_FORMAT_JSON);
    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        capture_errors_begin();
        log_event(LOG_INFO, "request", log_string("path", hostile[i]));
        json_t *line = captured_line();
        assert_string_equal(text_of(line, "path"), "(not UTF-8)");
        json_decref(line);
    }
}

static void test_log_write__takes_null_and_long_strings(void **state)
{
    (void)state;
    char long_string[20001];
    memset(long_string, '"', sizeof(long_string) - 1);
    long_string[sizeof(long_string) - 1] = '\0';
    log_configure(LOG_DEBUG, LOG_FORMAT_JSON);
    capture_errors_begin();
    log_event(LOG_INFO, "request", log_string("nothing", NULL), log_string("much", long_string));
    json_t *line = captured_line();
    assert_true(json_is_null(json_object_get(line, "nothing")));
    assert_string_equal(text_of(line, "much"), long_string);
    json_decref(line);
}

static void test_log_write__is_one_line_of_text(void **state)
{
    (void)state;
    log_configure(LOG_DEBUG, LOG_FORMAT_TEXT);
    capture_errors_begin();
    log_event(LOG_ERROR, "request", log_string("path", "/a\n2026 forged"),
              log_integer("status", 200), log_milliseconds("ms", 2));
    char *text = capture_errors_end();
    assert_int_equal(count_lines(text), 1);
    assert_contains(text, " error   request path=\"/a\\n2026 forged\" status=200 ms=2.000\n");
    free(text);
}

static void test_log_line__has_no_fields(void **state)
{
    (void)state;
    log_configure(LOG_DEBUG, LOG_FORMAT_TEXT);
    capture_errors_begin();
    log_line(LOG_INFO, "stopping");
    char *text = capture_errors_end();
    assert_contains(text, "Z info    stopping\n");
    free(text);
}

static void test_log_write__drops_what_is_below_the_level(void **state)
{
    (void)state;
    for (int level = LOG_DEBUG; level <= LOG_ERROR; level++) {
        log_configure((enum log_level)level, LOG_FORMAT_JSON);
        capture_errors_begin();
        for (int each = LOG_DEBUG; each <= LOG_ERROR; each++)
            log_line((enum log_level)each, "event");
        char *text = capture_errors_end();
        assert_int_equal(count_lines(text), LOG_ERROR - level + 1);
        free(text);
    }
}

static void test_log_level_parse__knows_four_words(void **state)
{
    (void)state;
    enum log_level level = LOG_ERROR;
    assert_true(log_level_parse(&level, "debug"));
    assert_int_equal(level, LOG_DEBUG);
    assert_true(log_level_parse(&level, "info"));
    assert_int_equal(level, LOG_INFO);
    assert_true(log_level_parse(&level, "error"));
    assert_int_equal(level, LOG_ERROR);
    assert_true(log_level_parse(&level, "warning"));
    assert_int_equal(level, LOG_WARNING);
    assert_false(log_level_parse(&level, "warn"));
    assert_false(log_level_parse(&level, ""));
    assert_false(log_level_parse(&level, "INFO"));
    assert_int_equal(level, LOG_WARNING);
}

enum { THREADS = 4, LINES_A_THREAD = 200 };

static void *write_lines(void *context)
{
    for (int i = 0; i < LINES_A_THREAD; i++)
        log_event(LOG_INFO, "line", log_string("thread", context), log_integer("number", i));
    return NULL;
}

static void test_log_write__does_not_mix_lines_of_threads(void **state)
{
    (void)state;
    static char names[THREADS][2] = {"a", "b", "c", "d"};
    pthread_t threads[THREADS];
    log_configure(LOG_INFO, LOG_FORMAT_JSON);
    capture_errors_begin();
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_lines, names[i]), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    char *text = capture_errors_end();
    assert_int_equal(count_lines(text), THREADS * LINES_A_THREAD);
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); rest != NULL; line = strsep(&rest, "\n")) {
        json_t *json = json_loads(line, 0, NULL);
        assert_non_null(json);
        json_decref(json);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_write__is_one_line_of_json),
        cmocka_unit_test(test_log_write__gives_hostile_strings_back_in_json),
        cmocka_unit_test(test_log_write__is_json_for_what_is_not_utf8),
        cmocka_unit_test(test_log_write__takes_null_and_long_strings),
        cmocka_unit_test(test_log_write__is_one_line_of_text),
        cmocka_unit_test(test_log_line__has_no_fields),
        cmocka_unit_test(test_log_write__drops_what_is_below_the_level),
        cmocka_unit_test(test_log_level_parse__knows_four_words),
        cmocka_unit_test(test_log_write__does_not_mix_lines_of_threads),
    };
    return RUN_TESTS(tests);
}
