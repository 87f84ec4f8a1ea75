/* What outcomes mean to HTTP. */
#include <string.h>

#include "api/status.h"
#include "support.h"

static const enum result results[] = {
#define X(name, code) name,
    RESULT_TABLE(X)
#undef X
};

enum { RESULT_COUNT = sizeof(results) / sizeof(results[0]) };

static void test_status_of__is_an_http_status(void **state)
{
    (void)state;
    assert_int_equal(status_of(RESULT_OK), 200);
    for (size_t i = 1; i < RESULT_COUNT; i++)
        assert_in_range(status_of(results[i]), 400, 599);
    assert_int_equal(status_of(RESULT_WITNESS_UNSATISFIED), 400);
    assert_int_equal(status_of(RESULT_WITNESS_TOO_LARGE), 413);
    assert_int_equal(status_of(RESULT_MEDIA_TYPE), 415);
    assert_int_equal(status_of(RESULT_BODY_TIMEOUT), 408);
    assert_int_equal(status_of(RESULT_PROVER_DIED), 500);
    assert_int_equal(status_of(RESULT_PROVE_TIMEOUT), 504);
}

static void test_status_of__has_a_code_for_each_mistake_of_a_client(void **state)
{
    (void)state;
    for (size_t i = 0; i < RESULT_COUNT; i++)
        for (size_t k = 0; k < i; k++)
            if (status_of(results[i]) / 100 == 4)
                assert_string_not_equal(result_code(results[i]), result_code(results[k]));
}

/* A client finds a code's status in the documentation: it has one. */
static void test_status_of__is_one_for_each_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < RESULT_COUNT; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(result_code(results[i]), result_code(results[k])) == 0)
                assert_int_equal(status_of(results[i]), status_of(results[k]));
}

static void ask_status_of_nothing(void)
{
    (void)status_of((enum result)RESULT_COUNT);
}

static void test_status_of__aborts_outside_the_table(void **state)
{
    (void)state;
    assert_true(aborts(ask_status_of_nothing));
}

static void test_status_title__has_one_for_each_outcome(void **state)
{
    (void)state;
    for (size_t i = 0; i < RESULT_COUNT; i++)
        assert_true(strlen(status_title(status_of(results[i]))) > 1);
    assert_string_equal(status_title(400), "Bad request");
    assert_string_equal(status_title(500), "Internal server error");
    assert_string_equal(status_title(507), "Insufficient storage");
}

static void ask_title_of_nothing(void)
{
    (void)status_title(418);
}

static void test_status_title__aborts_for_a_status_that_nothing_has(void **state)
{
    (void)state;
    assert_true(aborts(ask_title_of_nothing));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status_of__is_an_http_status),
        cmocka_unit_test(test_status_of__has_a_code_for_each_mistake_of_a_client),
        cmocka_unit_test(test_status_of__is_one_for_each_code),
        cmocka_unit_test(test_status_of__aborts_outside_the_table),
        cmocka_unit_test(test_status_title__has_one_for_each_outcome),
        cmocka_unit_test(test_status_title__aborts_for_a_status_that_nothing_has),
    };
    return RUN_TESTS(tests);
}
