/* The pool: children that fail are replaced, and their request is tried once more. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "fake.h"
#include "metrics/text.h"
#include "process/pool/pool.h"

static char folder[PATH_MAX];
static char pids_path[PATH_MAX];
static char once_path[PATH_MAX];
static struct fake fake;
static struct pool *pool;
static struct failure failure;

static int make_place(void **state)
{
    (void)state;
    make_folder(folder);
    path_in(pids_path, folder, "pids");
    path_in(once_path, folder, "once");
    return 0;
}

static int remove_place(void **state)
{
    (void)state;
    if (pool != NULL) /* a test that failed left it */
        pool_destroy(pool);
    pool = NULL;
    remove_folder(folder);
    return 0;
}

static const char *const causes[] = {
#define X(name, word) [name] = (word),
    POOL_END_TABLE(X)
#undef X
};

/* How many children have ended so in this process. */
static unsigned all_ends(enum pool_end end)
{
    char series[64];
    struct buffer text = BUFFER_EMPTY;
    assert_true(metrics_write_text(&text) && buffer_append(&text, "", 1));
    (void)snprintf(series, sizeof(series), "prover_restarts_total{cause=\"%s\"} ", causes[end]);
    const char *found = strstr((const char *)text.data, series);
    assert_non_null(found);
    unsigned count = (unsigned)strtoul(found + strlen(series), NULL, 10);
    buffer_free(&text);
    return count;
}

static unsigned ends_before[POOL_END_COUNT];

/* How many have ended so in this test. */
static unsigned ends(enum pool_end end)
{
    return all_ends(end) - ends_before[end];
}

/* The shapes of the children that were started, in order. */
static unsigned shapes[8];
static atomic_uint started;

static enum child_outcome start_fake(void *context, struct child **child, unsigned threads,
                                     struct failure *why)
{
    const struct fake *script = context;
    shapes[atomic_fetch_add(&started, 1) % (sizeof(shapes) / sizeof(shapes[0]))] = threads;
    return child_start(child, &script->command, why);
}

static void create_with(struct pool_options options)
{
    options.program = "bb";
    options.restarts = METRIC_RESTARTS;
    options.start = start_fake;
    options.context = &fake;
    options.max_response_bytes = 1 << 20;
    atomic_store(&started, 0);
    pool = pool_create(&options);
    assert_non_null(pool);
    for (int i = 0; i < POOL_END_COUNT; i++)
        ends_before[i] = all_ends((enum pool_end)i);
}

static void create(unsigned children)
{
    create_with((struct pool_options){.children = children});
}

/* Destroys the pool: none of the children that counted themselves is left. */
static void destroy(size_t expected_children)
{
    enum { MOST = 16 };
    pid_t pids[MOST];
    pool_destroy(pool);
    pool = NULL;
    assert_int_equal(counted(pids, MOST, pids_path), expected_children);
    for (size_t i = 0; i < expected_children; i++)
        assert_gone(pids[i]);
    assert_no_children();
}

/* What the reader of an answer does: keeps it, and returns what it was told to. */
struct reading {
    char text[256];
    unsigned reads;
    unsigned progress;
    bool refuses; /* it answers, with a reason why not */
    enum child_outcome outcome;
};

static enum child_outcome read_answer(void *context, const struct buffer *payload,
                                      struct failure *why)
{
    struct reading *reading = context;
    reading->reads++;
    (void)snprintf(reading->text, sizeof(reading->text), "%.*s", (int)payload->length,
                   payload->length == 0 ? "" : (const char *)payload->data);
    if (reading->outcome == CHILD_OK && !reading->refuses)
        return CHILD_OK;
    return failure_say(why, reading->outcome, "as it was told");
}

static enum child_outcome ask_within(struct reading *reading, nanoseconds deadline, int cancel)
{
    struct buffer frame = BUFFER_EMPTY;
    append_frame(&frame, "question");
    struct pool_question question = {.frame = &frame,
                                     .deadline = deadline,
                                     .cancel = cancel,
                                     .read = read_answer,
                                     .context = reading};
    enum child_outcome outcome = pool_ask(pool, &question, &failure);
    buffer_free(&frame);
    return outcome;
}

static enum child_outcome ask(struct reading *reading)
{
    *reading = (struct reading){.refuses = reading->refuses, .outcome = reading->outcome};
    return ask_within(reading, deadline_in_seconds(60), -1);
}

static void assert_answered(void)
{
    struct reading reading = {.outcome = CHILD_OK};
    assert_outcome(ask(&reading), CHILD_OK);
    assert_string_equal(reading.text, "question");
    assert_int_equal(reading.reads, 1);
}

static void test_pool_ask__keeps_a_good_child(void **state)
{
    (void)state;
    fake_script(&fake, "count", pids_path, "echo", "echo", "echo", "hang");
    create(2);
    for (int i = 0; i < 3; i++)
        assert_answered();
    destroy(1);
}

static void test_pool_ask__tries_once_more_after_a_death(void **state)
{
    (void)state;
    fake_script(&fake, "count", pids_path, "once", once_path, "read", "abort", "then", "echo",
                "echo", "hang");
    create(1);
    assert_answered();
    assert_answered();
    destroy(2);
}

static void test_pool_ask__gives_up_after_two_deaths(void **state)
{
    (void)state;
    struct reading reading = {.outcome = CHILD_OK};
    fake_script(&fake, "count", pids_path, "read", "exit", "1");
    create(1);
    assert_outcome(ask(&reading), CHILD_FAILED);
    assert_contains(failure.message, "twice");
    assert_int_equal(reading.reads, 0);
    assert_outcome(ask(&reading), CHILD_FAILED);
    destroy(4);
}

static void test_pool_ask__tries_once_more_after_nonsense(void **state)
{
    (void)state;
    struct reading reading = {.outcome = CHILD_NONSENSE};
    fake_script(&fake, "count", pids_path, "serve");
    create(1);
    assert_outcome(ask(&reading), CHILD_FAILED);
    assert_int_equal(reading.reads, 2);
    reading.outcome = CHILD_OK;
    assert_outcome(ask(&reading), CHILD_OK);
    destroy(3);
}

static void test_pool_ask__ends_a_child_whose_answer_is_too_long(void **state)
{
    (void)state;
    fake_script(&fake, "count", pids_path, "once", once_path, "raw", "ffffffff", "hang", "then",
                "serve");
    create(1);
    assert_answered();
    destroy(2);
}

static enum child_outcome ask_for(unsigned threads, uint64_t memory_bytes, bool proof,
                                  struct pool_usage *usage)
{
    struct reading reading = {.outcome = CHILD_OK};
    struct buffer frame = BUFFER_EMPTY;
    append_frame(&frame, "question");
    struct pool_question question = {.frame = &frame,
                                     .threads = threads,
                                     .memory_bytes = memory_bytes,
                                     .proof = proof,
                                     .deadline = deadline_in_seconds(60),
                                     .cancel = -1,
                                     .read = read_answer,
                                     .context = &reading,
                                     .usage = usage};
    enum child_outcome outcome = pool_ask(pool, &question, &failure);
    buffer_free(&frame);
    return outcome;
}

static void test_pool_ask__keeps_a_warm_child_of_each_shape(void **state)
{
    (void)state;
    fake_script(&fake, "count", pids_path, "serve");
    create(2);
    for (int i = 0; i < 3; i++) {
        assert_outcome(ask_for(2, 0, true, NULL), CHILD_OK);
        assert_outcome(ask_for(1, 0, true, NULL), CHILD_OK);
        assert_outcome(ask_for(0, 0, false, NULL), CHILD_OK);
    }
    assert_int_equal(atomic_load(&started), 2);
    assert_int_equal(shapes[0], 2);
    assert_int_equal(shapes[1], 1);
    assert_int_equal(pool_status(pool).children, 2);
    destroy(2);
}

static void test_pool_ask__replaces_a_child_of_another_shape_when_there_are_enough(void **state)
{
    (void)state;
    fake_script(&fake, "count", pids_path, "serve");
    create(1);
    assert_outcome(ask_for(2, 0, true, NULL), CHILD_OK);
    assert_outcome(ask_for(1, 0, true, NULL), CHILD_OK);
    assert_int_equal(ends(POOL_END_ROOM), 1);
    assert_int_equal(pool_status(pool).children, 1);
    destroy(2);
}

static void test_pool_ask__replaces_a_child_that_has_made_its_proofs(void **state)
{
    (void)state;
    fake_script(&fake, "count", pids_path, "serve");
    create_with((struct pool_options){.children = 1, .most_proofs = 2});
    for (int i = 0; i < 5; i++) {
        assert_outcome(ask_for(3, 0, true, NULL), CHILD_OK);
        assert_outcome(ask_for(3, 0, false, NULL), CHILD_OK);
    }
    assert_int_equal(ends(POOL_END_PROOFS), 2);
    assert_int_equal(atomic_load(&started), 3);
    assert_int_equal(shapes[2], 3);
    destroy(3);
}

static void test_pool_ask__replaces_a_child_that_has_grown(void **state)
{
    (void)state;
    struct pool_usage usage;
    fake_script(&fake, "once", once_path, "hold", "50000000", "serve", "then", "serve");
    create_with((struct pool_options){.children = 1, .kept_bytes = 40000000});
    assert_outcome(ask_for(1, 0, true, &usage), CHILD_OK);
    assert_true(usage.peak > 50000000);
    assert_int_equal(ends(POOL_END_MEMORY), 0); /* the answer does not wait for it */
    pool_tend(pool);
    assert_int_equal(ends(POOL_END_MEMORY), 1);
    assert_outcome(ask_for(1, 0, true, &usage), CHILD_OK);
    assert_true(usage.before < 40000000 && usage.peak < 40000000);
    assert_int_equal(ends(POOL_END_MEMORY), 1);
    destroy(0);
}

/* What has an answer does not wait for the next child; the next proof has it. */
static void test_pool_tend__replaces_a_worn_child_after_the_answer(void **state)
{
    (void)state;
    fake_script(&fake, "count", pids_path, "serve");
    create_with((struct pool_options){.children = 2, .most_proofs = 1});
    assert_outcome(ask_for(1, 0, true, NULL), CHILD_OK);
    assert_outcome(ask_for(1, 0, false, NULL), CHILD_OK);
    assert_int_equal(atomic_load(&started), 1);
    pool_tend(pool);
    assert_int_equal(atomic_load(&started), 2);
    assert_int_equal(ends(POOL_END_PROOFS), 1);
    pool_tend(pool);
    assert_outcome(ask_for(1, 0, true, NULL), CHILD_OK);
    assert_int_equal(atomic_load(&started), 2);
    destroy(2);
}

static void test_pool_ask__keeps_a_worn_child_whose_successor_cannot_be_started(void **state)
{
    (void)state;
    fake_script(&fake, "count", pids_path, "serve");
    create_with((struct pool_options){.children = 1, .most_proofs = 1});
    assert_outcome(pool_warm(pool, 1, 1, &failure), CHILD_OK);
    fake.command.path = "/nowhere/bb";
    for (int i = 0; i < 3; i++)
        assert_outcome(ask_for(1, 0, true, NULL), CHILD_OK);
    destroy(1);
}

/* Idle children of another shape go first, and no more of them than need be. */
static void test_pool_ask__has_idle_children_make_room(void **state)
{
    (void)state;
    enum { HELD = 50000000 };
    fake_script(&fake, "hold", "50000000", "serve");
    create_with((struct pool_options){.children = 4, .memory_bytes = 4 * HELD});
    for (unsigned shape = 1; shape <= 3; shape++)
        assert_outcome(ask_for(shape, HELD, true, NULL), CHILD_OK);
    assert_int_equal(pool_status(pool).children, 3);
    assert_true(pool_status(pool).idle_bytes > 3 * UINT64_C(50000000));
    assert_outcome(ask_for(1, UINT64_C(2) * HELD, true, NULL), CHILD_OK);
    assert_int_equal(ends(POOL_END_ROOM), 1);
    assert_outcome(ask_for(1, UINT64_C(4) * HELD, true, NULL), CHILD_OK);
    assert_int_equal(ends(POOL_END_ROOM), 2);
    assert_int_equal(pool_status(pool).children, 1);
    assert_int_equal(atomic_load(&started), 3);
    destroy(0);
}

static void test_pool_ask__tells_a_want_of_memory_from_other_deaths(void **state)
{
    (void)state;
    struct pool_usage usage = {0};
    fake_script(&fake, "once", once_path, "read", "complain",
                "terminate called after throwing an instance of 'std::bad_alloc'", "abort", "then",
                "read", "complain", "something else", "abort");
    create(1);
    assert_outcome(ask_for(1, 0, true, &usage), CHILD_OUT_OF_MEMORY);
    assert_true(usage.peak > 0);
    assert_int_equal(ends(POOL_END_OUT_OF_MEMORY), 1);
    assert_outcome(ask_for(1, 0, true, NULL), CHILD_FAILED);
    assert_int_equal(ends(POOL_END_OUT_OF_MEMORY), 1);
    assert_int_equal(ends(POOL_END_DIED), 2);
    destroy(0);
}

/* A refusal is an answer: the child is in step and is asked again. */
static void test_pool_ask__keeps_a_child_that_refuses(void **state)
{
    (void)state;
    struct reading reading = {.refuses = true};
    fake_script(&fake, "count", pids_path, "echo", "echo", "hang");
    create(1);
    assert_outcome(ask(&reading), CHILD_OK);
    assert_string_equal(failure.message, "as it was told");
    assert_int_equal(reading.reads, 1);
    assert_answered();
    destroy(1);
}

static void test_pool_ask__kills_a_child_that_hangs(void **state)
{
    (void)state;
    struct reading reading = {.outcome = CHILD_OK};
    pid_t pid = 0;
    fake_script(&fake, "count", pids_path, "once", once_path, "echo", "read", "hang", "then",
                "serve");
    create(1);
    assert_answered();
    assert_int_equal(counted(&pid, 1, pids_path), 1);
    assert_outcome(ask_within(&reading, soon(), -1), CHILD_TIMED_OUT);
    assert_gone(pid);
    assert_no_children();
    assert_int_equal(reading.reads, 0);
    assert_answered();
    destroy(2);
}

static void note_progress(void *context, struct bytes payload)
{
    struct reading *reading = context;
    (void)payload;
    reading->progress++;
}

/* A child that tells of its progress and then of nothing is poisoned like any other. */
static void test_pool_ask__hears_progress_and_ends_who_tells_of_it_unasked(void **state)
{
    (void)state;
    struct buffer frame = BUFFER_EMPTY;
    struct reading reading = {.outcome = CHILD_OK};
    append_frame(&frame, "question");
    const struct pool_question question = {.frame = &frame,
                                           .deadline = deadline_in_seconds(60),
                                           .cancel = -1,
                                           .read = read_answer,
                                           .progress = note_progress,
                                           .context = &reading};
    fake_script(&fake, "kinds", "count", pids_path, "read", "progress", "half", "say",
                "01000000020100000003", "hang");
    fake.command.frames = FRAME_WITH_KIND;
    create(1);
    for (unsigned asked = 1; asked <= 2; asked++) {
        assert_outcome(pool_ask(pool, &question, &failure), CHILD_OK);
        assert_int_equal(reading.progress, asked);
        assert_int_equal(reading.reads, asked);
    }
    assert_int_equal(ends(POOL_END_NONSENSE), 1);
    buffer_free(&frame);
    destroy(2);
}

static void test_pool_ask__is_called_off(void **state)
{
    (void)state;
    struct reading reading = {.outcome = CHILD_OK};
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    fake_script(&fake, "hang");
    create(1);
    close(ends[1]);
    assert_outcome(ask_within(&reading, deadline_in_seconds(60), ends[0]), CHILD_CANCELLED);
    assert_no_children();
    close(ends[0]);
    destroy(0);
}

/* The second answer would be taken for that of the next question. */
static void test_pool_ask__replaces_a_child_that_spoke_unasked(void **state)
{
    (void)state;
    struct reading reading = {.outcome = CHILD_OK};
    fake_script(&fake, "count", pids_path, "once", once_path, "raw",
                "0100000041"
                "0100000042",
                "hang", "then", "serve");
    create(1);
    assert_outcome(ask(&reading), CHILD_OK);
    assert_string_equal(reading.text, "A");
    assert_answered();
    destroy(2);
}

/* No fault of the question that finds it so: it still has its two attempts. */
static void test_pool_ask__replaces_a_child_that_died_idle(void **state)
{
    (void)state;
    siginfo_t ended;
    char second_path[PATH_MAX];
    path_in(second_path, folder, "second");
    fake_script(&fake, "count", pids_path, "once", once_path, "echo", "exit", "0", "then", "once",
                second_path, "read", "exit", "1", "then", "serve");
    create(1);
    assert_answered();
    assert_int_equal(waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT), 0);
    assert_answered();
    destroy(3);
}

static void test_pool_reap__buries_a_child_that_died_idle_and_no_other(void **state)
{
    (void)state;
    siginfo_t ended;
    fake_script(&fake, "count", pids_path, "once", once_path, "echo", "exit", "0", "then", "serve");
    create(2);
    assert_answered();
    assert_int_equal(waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT), 0);
    pool_reap(pool);
    assert_int_equal(waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT), -1);
    assert_int_equal(errno, ECHILD);
    assert_int_equal(pool_status(pool).children, 0);
    assert_answered();
    pool_reap(pool);
    assert_int_equal(pool_status(pool).children, 1);
    assert_answered();
    destroy(2);
}

static void test_pool_ask__says_that_none_can_be_started(void **state)
{
    (void)state;
    struct reading reading = {.outcome = CHILD_OK};
    fake_script(&fake, "echo");
    fake.command.path = "/nowhere/bb";
    create(2);
    for (int i = 0; i < 3; i++) {
        assert_outcome(ask(&reading), CHILD_UNUSABLE);
        assert_contains(failure.message, "No such file or directory");
    }
    destroy(0);
}

enum { THREADS = 4, ASKS = 10 };
static atomic_int right_answers;
static pthread_barrier_t all_done;

static void *ask_often(void *context)
{
    (void)context;
    for (int i = 0; i < ASKS; i++) {
        struct reading reading = {.outcome = CHILD_OK};
        struct buffer frame = BUFFER_EMPTY;
        struct failure why;
        append_frame(&frame, "question");
        struct pool_question question = {.frame = &frame,
                                         .deadline = deadline_in_seconds(60),
                                         .cancel = -1,
                                         .read = read_answer,
                                         .context = &reading};
        if (pool_ask(pool, &question, &why) == CHILD_OK && strcmp(reading.text, "question") == 0)
            atomic_fetch_add(&right_answers, 1);
        buffer_free(&frame);
    }
    (void)pthread_barrier_wait(&all_done);
    return NULL;
}

/* Two children for all; one whose own thread has ended would end too, so all end together. */
static void test_pool_ask__serves_more_threads_than_children(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    fake_script(&fake, "count", pids_path, "serve");
    create(2);
    atomic_store(&right_answers, 0);
    assert_int_equal(pthread_barrier_init(&all_done, NULL, THREADS), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(pthread_barrier_destroy(&all_done), 0);
    assert_int_equal(atomic_load(&right_answers), THREADS * ASKS);
    assert_in_range(counted(NULL, 0, pids_path), 1, 2);
    destroy(counted(NULL, 0, pids_path));
}

static void await_file(const char *path)
{
    while (access(path, F_OK) != 0)
        sched_yield();
}

/* What ended one child may have hurt the others that were running then. */
static void test_pool_ask__tries_once_more_on_a_fresh_child(void **state)
{
    (void)state;
    char second_path[PATH_MAX];
    path_in(second_path, folder, "second");
    fake_script(&fake, "count", pids_path, "once", once_path, "read", "exit", "1", "then", "once",
                second_path, "read", "exit", "1", "then", "serve");
    create(2);
    assert_outcome(pool_warm(pool, 2, 1, &failure), CHILD_OK);
    await_file(once_path);
    await_file(second_path);
    assert_answered();
    destroy(3);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, make_place, remove_place)
    const struct CMUnitTest tests[] = {
        TEST(test_pool_ask__keeps_a_good_child),
        TEST(test_pool_ask__tries_once_more_after_a_death),
        TEST(test_pool_ask__gives_up_after_two_deaths),
        TEST(test_pool_ask__tries_once_more_after_nonsense),
        TEST(test_pool_ask__ends_a_child_whose_answer_is_too_long),
        TEST(test_pool_ask__keeps_a_warm_child_of_each_shape),
        TEST(test_pool_ask__replaces_a_child_of_another_shape_when_there_are_enough),
        TEST(test_pool_ask__replaces_a_child_that_has_made_its_proofs),
        TEST(test_pool_ask__replaces_a_child_that_has_grown),
        TEST(test_pool_tend__replaces_a_worn_child_after_the_answer),
        TEST(test_pool_ask__keeps_a_worn_child_whose_successor_cannot_be_started),
        TEST(test_pool_ask__has_idle_children_make_room),
        TEST(test_pool_ask__tells_a_want_of_memory_from_other_deaths),
        TEST(test_pool_ask__keeps_a_child_that_refuses),
        TEST(test_pool_ask__kills_a_child_that_hangs),
        TEST(test_pool_ask__hears_progress_and_ends_who_tells_of_it_unasked),
        TEST(test_pool_ask__is_called_off),
        TEST(test_pool_ask__replaces_a_child_that_spoke_unasked),
        TEST(test_pool_ask__replaces_a_child_that_died_idle),
        TEST(test_pool_reap__buries_a_child_that_died_idle_and_no_other),
        TEST(test_pool_ask__says_that_none_can_be_started),
        TEST(test_pool_ask__serves_more_threads_than_children),
        TEST(test_pool_ask__tries_once_more_on_a_fresh_child),
    };
    log_configure(LOG_ERROR, LOG_FORMAT_JSON);
    return RUN_TESTS(tests);
}
