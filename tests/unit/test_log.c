/* The log's lines, whatever a client puts into them. */
#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* What a terminal would act upon, or show in another order than it stands in. */
static void test_log_write__shows_what_would_be_hidden(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *shown;
    } cases[] = {
        {"a\x7f", "\"a\\u007f\""},
        {"\xc2\x80\xc2\x9b\x33\x31m\xc2\x9f\xc2\xa0", "\"\\u0080\\u009b31m\\u009f\xc2\xa0\""},
        {"\u202egpj.exe", "\"\\u202egpj.exe\""},
        {"\u061c\u200b\u200e\u200f", "\"\\u061c\\u200b\\u200e\\u200f\""},
        {"\u2028\u2029\u202a\u202d", "\"\\u2028\\u2029\\u202a\\u202d\""},
        {"\u2066\u2069\ufeff", "\"\\u2066\\u2069\\ufeff\""},
        {"\u2027\u2070\u0441\U0001f600", "\"\u2027\u2070\u0441\U0001f600\""},
    };
    for (int format = LOG_FORMAT_JSON; format <= LOG_FORMAT_TEXT; format++) {
        log_configure(LOG_DEBUG, (enum log_format)format);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            capture_errors_begin();
            log_event(LOG_INFO, "request", log_string("path", cases[i].text));
            char *line = capture_errors_end();
            assert_contains(line, cases[i].shown);
            free(line);
        }
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

/* More than a pipe takes and than may wait: 64 KiB and 1 MiB. */
enum { LINES_TOO_MANY = 30000 };

/*
 * What becomes of the log when nobody reads: it goes on, which is seen by the process's end, and
 * afterwards each line is whole and those that are not there were counted.
 */
static void log_without_reader(const int ends[2], bool threaded, bool shared)
{
    const struct rlimit nothing_opens = {STDERR_FILENO + 1, STDERR_FILENO + 1};
    close(ends[0]);
    if (dup2(ends[1], STDERR_FILENO) < 0)
        _exit(1);
    if (shared && setrlimit(RLIMIT_NOFILE, &nothing_opens) != 0)
        _exit(1);
    log_configure(LOG_INFO, LOG_FORMAT_JSON);
    log_open();
    if (threaded && !log_start())
        _exit(1);
    for (int i = 0; i < LINES_TOO_MANY; i++)
        log_event(LOG_INFO, "line", log_integer("number", i));
    log_close();
    _exit(log_lost() > 0 && log_lost() < LINES_TOO_MANY ? 0 : 1);
}

static void assert_whole_lines(int reader)
{
    static char text[4 << 20];
    size_t length = 0;
    ssize_t got;
    while ((got = read(reader, text + length, sizeof(text) - 1 - length)) > 0)
        length += (size_t)got;
    text[length] = '\0';
    size_t lines = count_lines(text);
    assert_true(lines > 100);
    char *rest = text;
    for (size_t i = 0; i < lines; i++) {
        json_t *json = json_loads(strsep(&rest, "\n"), 0, NULL);
        assert_non_null(json);
        assert_int_equal(json_integer_value(json_object_get(json, "number")), i);
        json_decref(json);
    }
}

static void assert_goes_on(const int ends[2], bool threaded, bool shared)
{
    int status = 0;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        log_without_reader(ends, threaded, shared);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    close(ends[1]);
    assert_whole_lines(ends[0]);
    close(ends[0]);
}

static void test_log_open__waits_for_no_reader_of_a_pipe(void **state)
{
    (void)state;
    for (int threaded = 0; threaded < 2; threaded++) {
        int ends[2];
        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
        assert_goes_on(ends, threaded == 1, false);
    }
}

/* Where it may not be opened anew, as when it belongs to another user. */
static void test_log_open__waits_for_no_reader_of_a_pipe_that_is_shared(void **state)
{
    (void)state;
    for (int threaded = 0; threaded < 2; threaded++) {
        int ends[2];
        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
        assert_goes_on(ends, threaded == 1, true);
    }
}

static void test_log_open__waits_for_no_reader_of_a_socket(void **state)
{
    (void)state;
    for (int threaded = 0; threaded < 2; threaded++) {
        int ends[2];
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
        assert_goes_on(ends, threaded == 1, false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_write__is_one_line_of_json),
        cmocka_unit_test(test_log_write__gives_hostile_strings_back_in_json),
        cmocka_unit_test(test_log_write__shows_what_would_be_hidden),
        cmocka_unit_test(test_log_write__is_json_for_what_is_not_utf8),
        cmocka_unit_test(test_log_write__takes_null_and_long_strings),
        cmocka_unit_test(test_log_write__is_one_line_of_text),
        cmocka_unit_test(test_log_line__has_no_fields),
        cmocka_unit_test(test_log_write__drops_what_is_below_the_level),
        cmocka_unit_test(test_log_level_parse__knows_four_words),
        cmocka_unit_test(test_log_write__does_not_mix_lines_of_threads),
        cmocka_unit_test(test_log_open__waits_for_no_reader_of_a_pipe),
        cmocka_unit_test(test_log_open__waits_for_no_reader_of_a_pipe_that_is_shared),
        cmocka_unit_test(test_log_open__waits_for_no_reader_of_a_socket),
    };
    return RUN_TESTS(tests);
}
