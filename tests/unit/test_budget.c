/* Bytes that several share. */
#include "base/budget.h"
#include "support.h"

enum { MOST = 1000, HALF = MOST / 2 };

static struct budget budget;
static struct budget_share first;
static struct budget_share second;
static struct budget_share kept;

static int open_budget(void **state)
{
    (void)state;
    budget_init(&budget, MOST);
    first = second = (struct budget_share){.budget = &budget};
    kept = (struct budget_share){.budget = &budget, .use = BUDGET_KEPT};
    return 0;
}

static int close_budget(void **state)
{
    (void)state;
    assert_true(budget_set(&first, 0) && budget_set(&second, 0) && budget_set(&kept, 0));
    assert_int_equal(budget_taken_in_all(&budget), 0);
    budget_destroy(&budget);
    return 0;
}

static void test_budget_set__gives_what_there_is(void **state)
{
    (void)state;
    assert_true(budget_set(&first, MOST - 1));
    assert_false(budget_set(&second, 2));
    assert_int_equal(second.bytes, 0);
    assert_true(budget_set(&second, 1));
    assert_int_equal(budget_room(&budget), 0);
    assert_false(budget_set(&first, MOST));
    assert_int_equal(first.bytes, MOST - 1);
    assert_true(budget_set(&first, 10));
    assert_int_equal(budget_taken(&budget, BUDGET_PASSING), 11);
    assert_int_equal(budget_room(&budget), MOST - 11);
    assert_false(budget_set(&second, SIZE_MAX));
}

static void test_budget_set__keeps_half_at_most(void **state)
{
    (void)state;
    assert_false(budget_set(&kept, HALF + 1));
    assert_true(budget_set(&kept, HALF));
    assert_int_equal(budget_room(&budget), HALF);
    assert_true(budget_set(&first, HALF));
    assert_false(budget_set(&first, HALF + 1));
    assert_true(budget_set(&kept, 10));
    assert_true(budget_set(&first, MOST - 10));
    assert_false(budget_set(&kept, 11));
}

static void test_budget_force__leaves_half_to_what_passes(void **state)
{
    (void)state;
    budget_force(&kept, 10 * MOST);
    assert_int_equal(budget_taken_in_all(&budget), 10 * MOST);
    assert_int_equal(budget_room(&budget), HALF);
    assert_true(budget_set(&first, HALF));
    assert_false(budget_set(&second, 1));
    assert_false(budget_set(&kept, 10 * MOST + 1));
    assert_true(budget_set(&kept, HALF));
}

static void test_budget_set__without_a_budget_has_room_for_anything(void **state)
{
    (void)state;
    struct budget_share free_share = {.bytes = 0};
    assert_true(budget_set(&free_share, SIZE_MAX));
    assert_true(budget_set(&free_share, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_budget_set__gives_what_there_is, open_budget,
                                        close_budget),
        cmocka_unit_test_setup_teardown(test_budget_set__keeps_half_at_most, open_budget,
                                        close_budget),
        cmocka_unit_test_setup_teardown(test_budget_force__leaves_half_to_what_passes, open_budget,
                                        close_budget),
        cmocka_unit_test(test_budget_set__without_a_budget_has_room_for_anything),
    };
    return RUN_TESTS(tests);
}
