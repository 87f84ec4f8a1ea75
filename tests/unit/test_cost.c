/* What work costs: guesses that follow what was measured of bb, and what is learnt from runs. */
#include "circuits/cost.h"
#include "support.h"

#define MIB (UINT64_C(1) << 20)

static double guessed_milliseconds(uint32_t rows, unsigned threads)
{
    return (double)cost_guess_time(ENGINE_BB, rows, threads) / NANOSECONDS_PER_MILLISECOND;
}

#define assert_near(value, expected)                                                               \
    assert_true((value) > 0.97 * (expected) && (value) < 1.03 * (expected))

static void test_cost_guess_time__is_what_was_measured(void **state)
{
    (void)state;
    assert_near(guessed_milliseconds(1 << 5, 1), 28);
    assert_near(guessed_milliseconds(1 << 13, 1), 298);
    assert_near(guessed_milliseconds(1 << 18, 1), 4190);
    assert_near(guessed_milliseconds(1 << 13, 2), 298 / 1.36);
    assert_near(guessed_milliseconds(1 << 18, 2), 4190 / 1.66);
}

static void test_cost_guess__grows_with_the_rows(void **state)
{
    (void)state;
    for (unsigned log = 1; log < 31; log++) {
        uint32_t rows = UINT32_C(1) << log;
        assert_true(cost_guess_time(ENGINE_BB, 2 * rows, 1) >= cost_guess_time(ENGINE_BB, rows, 1));
        assert_true(cost_guess_memory(ENGINE_BB, 2 * rows, 1) >=
                    cost_guess_memory(ENGINE_BB, rows, 1));
        assert_true(cost_guess_time(ENGINE_BB, rows, 2) < cost_guess_time(ENGINE_BB, rows, 1));
        assert_true(cost_guess_memory(ENGINE_BB, rows, 8) > cost_guess_memory(ENGINE_BB, rows, 1));
    }
    assert_near(guessed_milliseconds(1 << 20, 1), 4 * 4190);
    assert_true(cost_guess_time(ENGINE_BB, 0, 1) > 0 &&
                cost_guess_time(ENGINE_BB, UINT32_MAX, 1024) > 0);
}

/* A guess too low is a prover killed; one too high keeps others waiting. */
static void test_cost_guess_memory__is_on_the_safe_side(void **state)
{
    (void)state;
    /* bb's faster multiplication took 26 MiB where the older one took 21, and 144 for 130. */
    assert_in_range(cost_guess_memory(ENGINE_BB, 1 << 13, 2), 31 * MIB, 45 * MIB);
    assert_in_range(cost_guess_memory(ENGINE_BB, 1 << 17, 2), 144 * MIB, 250 * MIB);
    assert_in_range(cost_guess_memory(ENGINE_BB, 1 << 18, 2), 281 * MIB, 380 * MIB);
    assert_true(cost_idle_memory() < cost_guess_memory(ENGINE_BB, 1 << 5, 1));
}

static void test_cost_expected_memory__is_the_most_of_the_last_runs(void **state)
{
    (void)state;
    struct cost_memory memory = {0};
    assert_int_equal(cost_expected_memory(&memory), 0);
    cost_note_memory(&memory, 8 * MIB, 25 * MIB);
    cost_note_memory(&memory, 8 * MIB, 40 * MIB);
    cost_note_memory(&memory, 8 * MIB, 30 * MIB);
    assert_int_equal(cost_expected_memory(&memory), 40 * MIB);
    for (int i = 0; i < 16; i++)
        cost_note_memory(&memory, 8 * MIB, 30 * MIB);
    assert_int_equal(cost_expected_memory(&memory), 40 * MIB);
    for (int i = 0; i < 16; i++)
        cost_note_memory(&memory, 8 * MIB, 30 * MIB);
    assert_int_equal(cost_expected_memory(&memory), 30 * MIB);
}

/* A child that has proven something large keeps it: that says nothing of the small circuit. */
static void test_cost_note_memory__is_not_misled_by_what_a_child_held_before(void **state)
{
    (void)state;
    struct cost_memory memory = {0};
    cost_note_memory(&memory, 250 * MIB, 251 * MIB);
    assert_int_equal(cost_expected_memory(&memory), 0);
    cost_note_memory(&memory, 8 * MIB, 60 * MIB);
    cost_note_memory(&memory, 250 * MIB, 251 * MIB);
    assert_int_equal(cost_expected_memory(&memory), 60 * MIB);
    cost_note_memory(&memory, 25 * MIB, 26 * MIB); /* no more than that was needed */
    assert_int_equal(cost_expected_memory(&memory), 26 * MIB);
    cost_note_memory(&memory, 0, 0); /* it could not be read */
    assert_int_equal(cost_expected_memory(&memory), 26 * MIB);
}

static void test_cost_note_shortage__expects_more_and_at_last_too_much(void **state)
{
    (void)state;
    struct cost_memory memory = {0};
    cost_note_memory(&memory, 8 * MIB, 40 * MIB);
    cost_note_shortage(&memory, 40 * MIB, 100 * MIB);
    assert_int_equal(cost_expected_memory(&memory), 60 * MIB);
    cost_note_shortage(&memory, 90 * MIB, 100 * MIB);
    assert_int_equal(cost_expected_memory(&memory), 100 * MIB); /* all there is: let it try */
    cost_note_shortage(&memory, 100 * MIB, 100 * MIB);
    assert_int_equal(cost_expected_memory(&memory), 150 * MIB); /* it never fits */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cost_guess_time__is_what_was_measured),
        cmocka_unit_test(test_cost_guess__grows_with_the_rows),
        cmocka_unit_test(test_cost_guess_memory__is_on_the_safe_side),
        cmocka_unit_test(test_cost_expected_memory__is_the_most_of_the_last_runs),
        cmocka_unit_test(test_cost_note_memory__is_not_misled_by_what_a_child_held_before),
        cmocka_unit_test(test_cost_note_shortage__expects_more_and_at_last_too_much),
    };
    return RUN_TESTS(tests);
}
