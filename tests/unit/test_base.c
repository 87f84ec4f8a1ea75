/* Outcomes, failures, buffers and the clock. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/condition.h"
#include "base/json.h"
#include "support.h"

static const enum result results[] = {
#define X(name, code) name,
    RESULT_TABLE(X)
#undef X
};

enum { RESULT_COUNT = sizeof(results) / sizeof(results[0]) };

static void test_result_code__is_lower_case_and_never_empty(void **state)
{
    (void)state;
    for (size_t i = 0; i < RESULT_COUNT; i++) {
        const char *code = result_code(results[i]);
        assert_true(code[0] != '\0');
        assert_int_equal(strspn(code, "abcdefghijklmnopqrstuvwxyz_"), strlen(code));
    }
}

static void ask_code_of_nothing(void)
{
    (void)result_code((enum result)RESULT_COUNT);
}

static void test_result_code__aborts_outside_the_table(void **state)
{
    (void)state;
    assert_true(aborts(ask_code_of_nothing));
}

static void test_failure_set__returns_and_writes(void **state)
{
    (void)state;
    struct failure failure = {.result = RESULT_OK};
    assert_result(failure_set(&failure, RESULT_NOT_FOUND, "no %s at %d", "thing", 7),
                  RESULT_NOT_FOUND);
    assert_result(failure.result, RESULT_NOT_FOUND);
    assert_string_equal(failure.message, "no thing at 7");
}

static void test_failure_set__cuts_a_long_message(void **state)
{
    (void)state;
    struct failure failure;
    memset(&failure, 'x', sizeof(failure));
    (void)failure_set(&failure, RESULT_INTERNAL, "%01000d", 7);
    assert_int_equal(strlen(failure.message), FAILURE_MESSAGE_BYTES - 1);
}

static void test_failure_set__takes_null(void **state)
{
    (void)state;
    assert_result(failure_set(NULL, RESULT_INTERNAL, "%d", 1), RESULT_INTERNAL);
}

static void test_buffer_append__keeps_what_was_there(void **state)
{
    (void)state;
    enum { COUNT = 10000 };
    struct buffer buffer = BUFFER_EMPTY;
    for (unsigned i = 0; i < COUNT; i++)
        assert_true(buffer_append(&buffer, &i, sizeof(i)));
    assert_int_equal(buffer.length, COUNT * sizeof(unsigned));
    assert_true(buffer.capacity >= buffer.length);
    for (unsigned i = 0; i < COUNT; i++)
        assert_memory_equal(buffer.data + i * sizeof(i), &i, sizeof(i));
    buffer_free(&buffer);
    assert_null(buffer.data);
    assert_int_equal(buffer.capacity, 0);
}

static void test_buffer_append__takes_nothing(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_EMPTY;
    assert_true(buffer_append(&buffer, NULL, 0));
    assert_null(buffer.data);
    buffer_free(&buffer);
}

static void test_buffer_reserve__leaves_room_in_place(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_EMPTY;
    assert_true(buffer_reserve(&buffer, 5000));
    assert_true(buffer.capacity >= 5000);
    assert_int_equal(buffer.length, 0);
    const unsigned char *place = buffer.data;
    for (int i = 0; i < 5000; i++)
        assert_true(buffer_append(&buffer, "x", 1));
    assert_ptr_equal(buffer.data, place);
    buffer_free(&buffer);
}

static void test_buffer_reserve__refuses_what_no_memory_can_hold(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_EMPTY;
    assert_true(buffer_append(&buffer, "abc", 3));
    struct buffer before = buffer;
    assert_false(buffer_reserve(&buffer, SIZE_MAX));
    assert_false(buffer_reserve(&buffer, SIZE_MAX / 2));
    assert_false(buffer_reserve(&buffer, SIZE_MAX / 4));
    assert_memory_equal(&buffer, &before, sizeof(buffer));
    assert_memory_equal(buffer.data, "abc", 3);
    buffer_free(&buffer);
}

static void test_buffer_consume__moves_the_rest_and_wipes_its_place(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_EMPTY;
    assert_true(buffer_append(&buffer, "secret:rest", 11));
    buffer_consume(&buffer, 7);
    assert_int_equal(buffer.length, 4);
    assert_memory_equal(buffer.data, "rest\0\0\0\0\0\0\0", 11);
    buffer_consume(&buffer, 0);
    assert_int_equal(buffer.length, 4);
    buffer_consume(&buffer, 4);
    assert_int_equal(buffer.length, 0);
    assert_true(sodium_is_zero(buffer.data, 11));
    buffer_free(&buffer);
}

static void consume_too_much(void)
{
    struct buffer buffer = BUFFER_EMPTY;
    buffer_consume(&buffer, 1);
}

static void test_buffer_consume__aborts_past_the_end(void **state)
{
    (void)state;
    assert_true(aborts(consume_too_much));
}

static void test_buffer_clear__wipes_and_keeps_the_memory(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_EMPTY;
    buffer_clear(&buffer);
    assert_true(buffer_append(&buffer, "secret", 6));
    size_t capacity = buffer.capacity;
    buffer_clear(&buffer);
    assert_int_equal(buffer.length, 0);
    assert_int_equal(buffer.capacity, capacity);
    assert_true(sodium_is_zero(buffer.data, 6));
    buffer_free(&buffer);
}

static void test_buffer_move__empties_the_source_and_frees_the_target(void **state)
{
    (void)state;
    struct buffer from = BUFFER_EMPTY;
    struct buffer to = BUFFER_EMPTY;
    assert_true(buffer_append(&from, "new", 3));
    assert_true(buffer_append(&to, "old", 3));
    buffer_move(&to, &from);
    assert_int_equal(to.length, 3);
    assert_memory_equal(to.data, "new", 3);
    assert_null(from.data);
    assert_int_equal(from.length, 0);
    buffer_move(&to, &from);
    assert_null(to.data);
}

static void test_clock_now__never_goes_back(void **state)
{
    (void)state;
    nanoseconds before = clock_now();
    for (int i = 0; i < 1000; i++) {
        nanoseconds now = clock_now();
        assert_true(now >= before);
        before = now;
    }
}

static void test_deadline_in_seconds__is_that_far_away(void **state)
{
    (void)state;
    nanoseconds before = clock_now();
    nanoseconds deadline = deadline_in_seconds(90);
    assert_true(deadline - before >= INT64_C(90000000000));
    assert_true(deadline - clock_now() <= INT64_C(90000000000));
}

static void test_deadline_poll_timeout__of_each_kind(void **state)
{
    (void)state;
    assert_int_equal(deadline_poll_timeout(DEADLINE_NEVER), -1);
    assert_int_equal(deadline_poll_timeout(0), 0);
    assert_int_equal(deadline_poll_timeout(clock_now()), 0);
    assert_int_equal(deadline_poll_timeout(DEADLINE_NEVER - 1), INT_MAX);
    int timeout = deadline_poll_timeout(clock_now() + INT64_C(3600000000001));
    assert_in_range(timeout, 3590000, 3600001);
}

static void test_deadline_poll_timeout__rounds_up(void **state)
{
    (void)state;
    /* poll() would return before a deadline that was rounded down, and be called for nothing. */
    for (int i = 0; i < 1000; i++) {
        nanoseconds deadline = clock_now() + 500000;
        int timeout = deadline_poll_timeout(deadline);
        assert_true(timeout == 1 || clock_now() >= deadline);
    }
}

static void test_milliseconds_between__keeps_fractions(void **state)
{
    (void)state;
    assert_true(milliseconds_between(1000000, 2500000) > 1.499);
    assert_true(milliseconds_between(1000000, 2500000) < 1.501);
}

struct signalled {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool happened;
};

static void open_signalled(struct signalled *signalled)
{
    *signalled = (struct signalled){.lock = PTHREAD_MUTEX_INITIALIZER};
    condition_init(&signalled->changed);
}

static void *make_it_happen(void *context)
{
    struct signalled *signalled = context;
    CHECK_ZERO(pthread_mutex_lock(&signalled->lock));
    signalled->happened = true;
    CHECK_ZERO(pthread_cond_signal(&signalled->changed));
    CHECK_ZERO(pthread_mutex_unlock(&signalled->lock));
    return NULL;
}

static void test_condition_wait__is_false_once_the_deadline_has_passed(void **state)
{
    (void)state;
    struct signalled signalled;
    const nanoseconds deadline = clock_now() + 20 * (nanoseconds)NANOSECONDS_PER_MILLISECOND;
    open_signalled(&signalled);
    CHECK_ZERO(pthread_mutex_lock(&signalled.lock));
    while (condition_wait(&signalled.changed, &signalled.lock, deadline))
        assert_true(clock_now() < deadline + 60 * INT64_C(1000000000));
    assert_true(clock_now() >= deadline);
    assert_false(condition_wait(&signalled.changed, &signalled.lock, 0));
    CHECK_ZERO(pthread_mutex_unlock(&signalled.lock));
    CHECK_ZERO(pthread_cond_destroy(&signalled.changed));
}

static void test_condition_wait__is_true_when_it_is_signalled(void **state)
{
    (void)state;
    struct signalled signalled;
    pthread_t thread;
    open_signalled(&signalled);
    CHECK_ZERO(pthread_mutex_lock(&signalled.lock));
    CHECK_ZERO(pthread_create(&thread, NULL, make_it_happen, &signalled));
    while (!signalled.happened)
        assert_true(condition_wait(&signalled.changed, &signalled.lock, DEADLINE_NEVER));
    CHECK_ZERO(pthread_mutex_unlock(&signalled.lock));
    CHECK_ZERO(pthread_join(thread, NULL));
    CHECK_ZERO(pthread_cond_destroy(&signalled.changed));
}

static void assert_parsed(const char *text, size_t most)
{
    json_t *json = json_parse(text, strlen(text), most);
    assert_non_null(json);
    json_decref(json);
}

static void test_json_parse__takes_as_many_values_as_it_may(void **state)
{
    (void)state;
    assert_parsed("[]", 2);
    assert_parsed("[1,2]", 3);
    assert_parsed("{\"a\":[1,{}],\"b\":2}", 6);
    assert_null(json_parse("[1,2]", 5, 2));
    assert_null(json_parse("{\"a\":1,\"b\":2}", 13, 2));
    assert_null(json_parse("[[[[]]]]", 8, 4));
}

static void test_json_parse__counts_nothing_within_strings(void **state)
{
    (void)state;
    assert_parsed("[\",,[[{{\"]", 2);
    assert_parsed("[\"\\\",,\\\\\"]", 2);
    assert_null(json_parse("[\"\\\\\",1]", 9, 2));
}

static void test_json_parse__refuses_what_is_no_json(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "[", "\"", "\"\\", "[1]2", "{\"a\":1,\"a\":1}", "\xff"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_null(json_parse(wrong[i], strlen(wrong[i]), 100));
}

/* The number under "a", or 0 when it is no real. */
static double real_of(const char *text)
{
    char why[JSON_WHY_BYTES];
    json_t *json = json_parse_artifact(text, strlen(text), 100, why);
    if (json == NULL)
        fail_msg("%s %s", text, why);
    double real = json_real_value(json_object_get(json, "a"));
    json_decref(json);
    return real;
}

static void test_json_parse_artifact__makes_numbers_past_64_bits_real(void **state)
{
    (void)state;
    assert_true(real_of("{\"a\":18446744073709551615}") > 1.8e19);
    assert_true(real_of("{\"b\":[99999999999999999999,\"\\\"9223372036854775808\"],\"a\":"
                        "-9223372036854775809 }") < -9.2e18);
    assert_true(real_of("{\"b\":99999999999999999999,\"a\":12345678901234567890123.5e1}") > 1e23);
    assert_true(real_of("{\"b\":99999999999999999999,\"a\":1.1234567890123456789012}") < 1.2);
    /* All others stay what they are, also beside such a one. */
    assert_true(real_of("{\"a\":1,\"b\":99999999999999999999}") == 0);
    static const char text[] = "{\"9999999999999999999\":\"9999999999999999999\\\\\",\"b\":"
                               "9999999999999999999}";
    char why[JSON_WHY_BYTES];
    json_t *json = json_parse_artifact(text, sizeof(text) - 1, 100, why);
    assert_string_equal(json_string_value(json_object_get(json, "9999999999999999999")),
                        "9999999999999999999\\");
    json_decref(json);
}

static void test_json_parse_artifact__says_why_not(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "is not JSON: line 1, column 0: it ends too early"},
        {"[1] 2", "is not JSON: line 1, column 5: it goes on after its end"},
        {"{\n]", "is not JSON: line 2, column 1: something else was expected here"},
        {"[\"\xff\"]", "is not JSON: line 1, column 2: it is not UTF-8"},
        {"{\"a\":1,\n\"a\":2}",
         "cannot be read: line 2, column 3: a name is there twice in one object"},
        {"{\"a\\u0000\":1}", "cannot be read: line 1, column 10: a name has a null character"},
        {"[1e999]",
         "cannot be read: line 1, column 6: a number is too large: write it as a string"},
        {"{\"h\":99999999999999999999,\"a\":1,\"a\":2}", "a name is there twice in one object"},
        {"[1,2,3,4]", "has more than 4 values"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char why[JSON_WHY_BYTES] = "";
        assert_null(json_parse_artifact(cases[i][0], strlen(cases[i][0]), 4, why));
        assert_contains(why, cases[i][1]);
    }
    static const char null_character[] = "[\"a\\u0000\"]";
    char why[JSON_WHY_BYTES] = "";
    json_decref(json_parse_artifact(null_character, sizeof(null_character) - 1, 4, why));
    assert_string_equal(why, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_result_code__is_lower_case_and_never_empty),
        cmocka_unit_test(test_result_code__aborts_outside_the_table),
        cmocka_unit_test(test_failure_set__returns_and_writes),
        cmocka_unit_test(test_failure_set__cuts_a_long_message),
        cmocka_unit_test(test_failure_set__takes_null),
        cmocka_unit_test(test_buffer_append__keeps_what_was_there),
        cmocka_unit_test(test_buffer_append__takes_nothing),
        cmocka_unit_test(test_buffer_reserve__leaves_room_in_place),
        cmocka_unit_test(test_buffer_reserve__refuses_what_no_memory_can_hold),
        cmocka_unit_test(test_buffer_consume__moves_the_rest_and_wipes_its_place),
        cmocka_unit_test(test_buffer_consume__aborts_past_the_end),
        cmocka_unit_test(test_buffer_clear__wipes_and_keeps_the_memory),
        cmocka_unit_test(test_buffer_move__empties_the_source_and_frees_the_target),
        cmocka_unit_test(test_clock_now__never_goes_back),
        cmocka_unit_test(test_deadline_in_seconds__is_that_far_away),
        cmocka_unit_test(test_deadline_poll_timeout__of_each_kind),
        cmocka_unit_test(test_deadline_poll_timeout__rounds_up),
        cmocka_unit_test(test_milliseconds_between__keeps_fractions),
        cmocka_unit_test(test_condition_wait__is_false_once_the_deadline_has_passed),
        cmocka_unit_test(test_condition_wait__is_true_when_it_is_signalled),
        cmocka_unit_test(test_json_parse__takes_as_many_values_as_it_may),
        cmocka_unit_test(test_json_parse__counts_nothing_within_strings),
        cmocka_unit_test(test_json_parse__refuses_what_is_no_json),
        cmocka_unit_test(test_json_parse_artifact__makes_numbers_past_64_bits_real),
        cmocka_unit_test(test_json_parse_artifact__says_why_not),
    };
    return RUN_TESTS(tests);
}
