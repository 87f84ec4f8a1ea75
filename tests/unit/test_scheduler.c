/* Who may run, with how many threads, for how long: decisions, with times as the test likes. */
#include "circuits/cost.h"
#include "jobs/scheduler.h"
#include "support.h"

#define MIB (UINT64_C(1) << 20)
#define MILLISECONDS(n) ((nanoseconds)(n)*NANOSECONDS_PER_MILLISECOND)

enum { MAZE_ROWS = 1 << 13, MOST_GRANTS = 64 };

static struct scheduler scheduler;
static struct grant grants[MOST_GRANTS];
static const struct work maze = {.kind = WORK_PROOF, .rows = MAZE_ROWS};
static const struct work check = {.kind = WORK_CHECK};

static void open_on(unsigned cores, unsigned workers)
{
    scheduler_init(&scheduler, &(struct scheduler_options){.cores = cores, .workers = workers});
}

static enum scheduling start(unsigned place, size_t waiting, nanoseconds now)
{
    return scheduler_start(&scheduler, &grants[place], &maze, waiting, now);
}

static void start_well(unsigned place, size_t waiting, nanoseconds now, unsigned threads)
{
    assert_int_equal(start(place, waiting, now), SCHEDULED);
    assert_int_equal(grants[place].threads, threads);
}

static void learn(unsigned threads, unsigned milliseconds)
{
    for (int i = 0; i < 8; i++)
        scheduler_note_time(&scheduler, ENGINE_BB, MAZE_ROWS, threads, MILLISECONDS(milliseconds));
}

static void test_scheduler_start__gives_one_that_is_alone_every_core(void **state)
{
    (void)state;
    for (unsigned cores = 1; cores <= 64; cores = cores * 2 + 1) {
        open_on(cores, cores);
        start_well(0, 1, 0, cores);
        scheduler_end(&scheduler, &grants[0]);
        assert_int_equal(scheduler.cores_taken, 0);
    }
}

static void test_scheduler_start__gives_many_a_thread_each(void **state)
{
    (void)state;
    open_on(4, 4);
    for (unsigned i = 0; i < 4; i++)
        start_well(i, 10 - i, 0, 1);
    assert_int_equal(start(4, 6, 0), SHORT_OF_CORES);
    scheduler_end(&scheduler, &grants[2]);
    start_well(2, 6, 0, 1);
}

static void test_scheduler_start__gives_a_few_a_share_each(void **state)
{
    (void)state;
    open_on(8, 8);
    start_well(0, 2, 0, 4);
    start_well(1, 1, 0, 4);
    assert_int_equal(start(2, 1, 0), SHORT_OF_CORES);
}

/* The first has it all; the next waits for it and does not slow it down. */
static void test_scheduler_start__does_not_take_cores_from_what_runs(void **state)
{
    (void)state;
    open_on(2, 2);
    start_well(0, 1, 0, 2);
    assert_int_equal(start(1, 1, 0), SHORT_OF_CORES);
    scheduler_end(&scheduler, &grants[0]);
    start_well(1, 1, MILLISECONDS(1), 1); /* the first is soon back */
    start_well(0, 1, MILLISECONDS(2), 1);
    scheduler_end(&scheduler, &grants[0]);
    scheduler_end(&scheduler, &grants[1]);
}

static void test_scheduler_start__gives_all_cores_again_once_the_crowd_has_gone(void **state)
{
    (void)state;
    open_on(2, 2);
    start_well(0, 8, 0, 1);
    start_well(1, 7, 0, 1);
    scheduler_end(&scheduler, &grants[0]);
    scheduler_end(&scheduler, &grants[1]);
    start_well(0, 1, MILLISECONDS(100), 1);
    scheduler_end(&scheduler, &grants[0]);
    start_well(0, 1, MILLISECONDS(5000), 2);
}

/* Shares what is free rather than wait for more. */
static void test_scheduler_start__takes_the_cores_that_are_left(void **state)
{
    (void)state;
    open_on(6, 6);
    learn(1, 100);
    learn(3, 200);
    start_well(0, 3, 0, 1);
    learn(3, 20);
    start_well(1, 2, 0, 3);
    start_well(2, 1, 0, 1);
    assert_int_equal(scheduler.cores_taken, 5);
}

static void test_scheduler_start__follows_what_was_measured(void **state)
{
    (void)state;
    open_on(2, 2);
    learn(1, 300);
    learn(2, 300); /* no better: one thread leaves a core to others */
    start_well(0, 1, 0, 1);
    scheduler_end(&scheduler, &grants[0]);
    learn(2, 200);
    start_well(0, 1, MILLISECONDS(9000), 2);
    scheduler_end(&scheduler, &grants[0]);
    learn(2, 100); /* better by more than two at once could be */
    start_well(0, 8, MILLISECONDS(18000), 2);
}

/* The circuits of a size learn from each other, not from those of another. */
static void test_scheduler_start__learns_by_size(void **state)
{
    (void)state;
    const struct work large = {.kind = WORK_PROOF, .rows = 1 << 18};
    open_on(2, 2);
    learn(1, 300);
    learn(2, 310);
    assert_int_equal(scheduler_start(&scheduler, &grants[0], &large, 1, 0), SCHEDULED);
    assert_int_equal(grants[0].threads, 2);
}

static void test_scheduler_start__tries_another_shape_once_one_is_known(void **state)
{
    (void)state;
    unsigned tried[3] = {0};
    open_on(2, 2);
    for (int i = 0; i < 200; i++) {
        nanoseconds now = MILLISECONDS(i) * 10000;
        assert_int_equal(start(0, 1, now), SCHEDULED);
        unsigned threads = grants[0].threads;
        tried[threads]++;
        scheduler_end(&scheduler, &grants[0]);
        scheduler_note_time(&scheduler, ENGINE_BB, MAZE_ROWS, threads,
                            MILLISECONDS(threads == 1 ? 300 : 200));
    }
    assert_in_range(tried[1], 3, 10);
    assert_int_equal(tried[1] + tried[2], 200);
}

static void test_scheduler_start__keeps_to_the_threads_that_are_given(void **state)
{
    (void)state;
    scheduler_init(&scheduler, &(struct scheduler_options){.cores = 2, .workers = 3, .threads = 4});
    assert_int_equal(scheduler_most_threads(&scheduler), 4);
    for (unsigned i = 0; i < 3; i++)
        start_well(i, 3 - i, 0, 4);
}

static void test_scheduler_start__lets_more_workers_than_cores_run(void **state)
{
    (void)state;
    open_on(2, 5);
    for (unsigned i = 0; i < 5; i++)
        start_well(i, 5 - i, 0, 1);
    assert_int_equal(start(5, 1, 0), SHORT_OF_CORES);
}

static void test_scheduler_start__lets_checks_pass_when_no_core_is_free(void **state)
{
    (void)state;
    open_on(1, 1);
    start_well(0, 1, 0, 1);
    assert_int_equal(scheduler_start(&scheduler, &grants[1], &check, 1, 0), SCHEDULED);
    assert_int_equal(grants[1].threads, 0);
    assert_int_equal(scheduler.cores_taken, 1);
    scheduler_end(&scheduler, &grants[1]);
    scheduler_end(&scheduler, &grants[0]);
}

static void limit_memory(uint64_t bytes)
{
    scheduler_init(&scheduler,
                   &(struct scheduler_options){.cores = 4, .workers = 4, .memory_bytes = bytes});
}

static void test_scheduler_start__holds_work_to_the_memory(void **state)
{
    (void)state;
    const struct work large = {.kind = WORK_PROOF, .rows = MAZE_ROWS, .memory_bytes = 60 * MIB};
    const struct work small = {.kind = WORK_PROOF, .rows = 32, .memory_bytes = 30 * MIB};
    limit_memory(100 * MIB);
    assert_int_equal(scheduler_start(&scheduler, &grants[0], &large, 4, 0), SCHEDULED);
    assert_int_equal(scheduler_start(&scheduler, &grants[1], &large, 3, 0), SHORT_OF_MEMORY);
    assert_int_equal(scheduler_start(&scheduler, &grants[1], &small, 2, 0), SCHEDULED);
    assert_int_equal(scheduler_start(&scheduler, &grants[2], &check, 1, 0), SHORT_OF_MEMORY);
    assert_int_equal(scheduler.memory_taken, 90 * MIB);
    scheduler_end(&scheduler, &grants[0]);
    assert_int_equal(scheduler_start(&scheduler, &grants[0], &large, 1, 0), SCHEDULED);
}

static void test_scheduler_could_fit__tells_what_never_will(void **state)
{
    (void)state;
    struct work work = {.kind = WORK_PROOF, .rows = 1 << 18};
    limit_memory(200 * MIB);
    assert_false(scheduler_could_fit(&scheduler, &work)); /* by its rows */
    work.memory_bytes = 190 * MIB;
    assert_true(scheduler_could_fit(&scheduler, &work)); /* by what is known */
    work.memory_bytes = 201 * MIB;
    assert_false(scheduler_could_fit(&scheduler, &work));
    assert_int_equal(scheduler_memory_for(&scheduler, &work), 201 * MIB);
    assert_true(scheduler_could_fit(&scheduler, &maze));
    limit_memory(1);
    assert_true(scheduler_could_fit(&scheduler, &(struct work){.kind = WORK_KEY})); /* who knows */
    limit_memory(0);
    assert_true(scheduler_could_fit(&scheduler, &work));
}

/* What has grown past all there is since it was let in has all of it, and runs alone. */
static void test_scheduler_start__gives_all_memory_to_what_needs_more(void **state)
{
    (void)state;
    const struct work grown = {.kind = WORK_PROOF, .rows = 32, .memory_bytes = 150 * MIB};
    limit_memory(100 * MIB);
    assert_int_equal(scheduler_start(&scheduler, &grants[0], &grown, 2, 0), SCHEDULED);
    assert_int_equal(grants[0].memory_bytes, 100 * MIB);
    assert_int_equal(scheduler_start(&scheduler, &grants[1], &grown, 1, 0), SHORT_OF_MEMORY);
}

static void assert_about(nanoseconds value, unsigned milliseconds)
{
    assert_in_range(value, MILLISECONDS(milliseconds) * 9 / 10,
                    MILLISECONDS(milliseconds) * 11 / 10);
}

static void test_scheduler_delay__is_the_share_of_what_waits_and_runs(void **state)
{
    (void)state;
    open_on(2, 2);
    learn(1, 300);
    learn(2, 200);
    assert_about(scheduler_time_of(&scheduler, &maze), 300);
    assert_about(scheduler_delay_of(&scheduler, &maze), 150); /* two side by side */
    assert_int_equal(scheduler_delay_of_running(&scheduler, 0), 0);
    start_well(0, 2, 0, 1);
    start_well(1, 1, 0, 1);
    assert_about(scheduler_delay_of_running(&scheduler, 0), 300);
    assert_about(scheduler_delay_of_running(&scheduler, MILLISECONDS(200)), 100);
    assert_int_equal(scheduler_delay_of_running(&scheduler, MILLISECONDS(400)), 0);
    assert_true(scheduler_delay_of(&scheduler, &check) < MILLISECONDS(20));
}

static void test_scheduler_time__of_a_slow_machine_is_longer_for_every_size(void **state)
{
    (void)state;
    const struct work large = {.kind = WORK_PROOF, .rows = 1 << 18};
    open_on(1, 1);
    assert_about(scheduler_time_of(&scheduler, &large), 4190);
    for (int i = 0; i < 30; i++)
        scheduler_note_time(&scheduler, ENGINE_BB, MAZE_ROWS, 1, MILLISECONDS(900));
    assert_in_range(scheduler_time_of(&scheduler, &large), MILLISECONDS(11500),
                    MILLISECONDS(13000));
    const struct work key = {.kind = WORK_KEY, .rows = MAZE_ROWS};
    assert_true(scheduler_time_of(&scheduler, &key) < MILLISECONDS(900));
}

/* Times, pace and trials: what one engine takes says nothing of another. */
static void test_scheduler_note_time__teaches_one_engine_and_no_other(void **state)
{
    (void)state;
    const struct work by_native = {.kind = WORK_PROOF, .engine = ENGINE_NATIVE, .rows = MAZE_ROWS};
    const struct work large = {.kind = WORK_PROOF, .engine = ENGINE_NATIVE, .rows = 1 << 18};
    open_on(2, 2);
    nanoseconds bb_before = scheduler_time_of(&scheduler, &maze);
    nanoseconds large_before = scheduler_time_of(&scheduler, &large);
    learn(1, 50);
    learn(2, 900);
    assert_true(scheduler_time_of(&scheduler, &maze) < bb_before);
    assert_int_equal(scheduler_time_of(&scheduler, &by_native), bb_before);
    assert_int_equal(scheduler_time_of(&scheduler, &large), large_before);
    assert_int_equal(scheduler_start(&scheduler, &grants[0], &maze, 1, 0), SCHEDULED);
    assert_int_equal(grants[0].threads, 1);
    scheduler_end(&scheduler, &grants[0]);
    assert_int_equal(scheduler_start(&scheduler, &grants[0], &by_native, 1, 0), SCHEDULED);
    assert_int_equal(grants[0].threads, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scheduler_note_time__teaches_one_engine_and_no_other),
        cmocka_unit_test(test_scheduler_start__gives_one_that_is_alone_every_core),
        cmocka_unit_test(test_scheduler_start__gives_many_a_thread_each),
        cmocka_unit_test(test_scheduler_start__gives_a_few_a_share_each),
        cmocka_unit_test(test_scheduler_start__does_not_take_cores_from_what_runs),
        cmocka_unit_test(test_scheduler_start__gives_all_cores_again_once_the_crowd_has_gone),
        cmocka_unit_test(test_scheduler_start__takes_the_cores_that_are_left),
        cmocka_unit_test(test_scheduler_start__follows_what_was_measured),
        cmocka_unit_test(test_scheduler_start__learns_by_size),
        cmocka_unit_test(test_scheduler_start__tries_another_shape_once_one_is_known),
        cmocka_unit_test(test_scheduler_start__keeps_to_the_threads_that_are_given),
        cmocka_unit_test(test_scheduler_start__lets_more_workers_than_cores_run),
        cmocka_unit_test(test_scheduler_start__lets_checks_pass_when_no_core_is_free),
        cmocka_unit_test(test_scheduler_start__holds_work_to_the_memory),
        cmocka_unit_test(test_scheduler_could_fit__tells_what_never_will),
        cmocka_unit_test(test_scheduler_start__gives_all_memory_to_what_needs_more),
        cmocka_unit_test(test_scheduler_delay__is_the_share_of_what_waits_and_runs),
        cmocka_unit_test(test_scheduler_time__of_a_slow_machine_is_longer_for_every_size),
    };
    return RUN_TESTS(tests);
}
