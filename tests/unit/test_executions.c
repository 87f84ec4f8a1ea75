/* The stage before a proof, with the test in the place of its threads and of the executor. */
#include <stdlib.h>
#include <string.h>

#include "artifact.h"
#include "jobs/executions_internal.h"
#include "jobs/worker_threads_internal.h"

enum { PLACES = 2, CHILDREN = 2, EXECUTION_SECONDS = 6, BUDGET_BYTES = 1 << 20 };

struct scene {
    struct executions *executions;
    struct circuit *circuit;
    struct worker_threads_options threads;
    unsigned executed;
    size_t witness_bytes; /* that an execution gives, none of which are a witness; 0: it fails */
    struct budget budget;
};

static struct failure failure;
static struct scene *scene;

/* So that no thread takes what the test wants to take. */
struct worker_threads *__real_worker_threads_create(const struct worker_threads_options *options);
struct worker_threads *__wrap_worker_threads_create(const struct worker_threads_options *options);

struct worker_threads *__wrap_worker_threads_create(const struct worker_threads_options *options)
{
    scene->threads = *options;
    return __real_worker_threads_create(options);
}

enum result __wrap_executor_run(struct executor *executor, struct execution *execution,
                                const struct executor_question *question, struct failure *why);

enum result __wrap_executor_run(struct executor *executor, struct execution *execution,
                                const struct executor_question *question, struct failure *why)
{
    (void)executor, (void)question;
    scene->executed++;
    if (scene->witness_bytes > 0) {
        assert_true(buffer_reserve(&execution->witness, scene->witness_bytes));
        execution->witness.length = scene->witness_bytes;
        memset(execution->witness.data, 0, scene->witness_bytes);
        return RESULT_OK;
    }
    return failure_set(why, RESULT_ASSERTION_FAILED, "refused");
}

static enum result submit(void *context, struct job *job, struct failure *why)
{
    (void)context, (void)job;
    return failure_set(why, RESULT_INTERNAL, "nothing gets this far");
}

static int open_scene(void **state)
{
    (void)state;
    scene = calloc(1, sizeof(*scene));
    assert_non_null(scene);
    char *artifact = artifact_of_hex(small_program);
    assert_result(circuit_parse(&scene->circuit, "small", artifact, strlen(artifact), &failure),
                  RESULT_OK);
    free(artifact);
    budget_init(&scene->budget, BUDGET_BYTES);
    scene->executions = executions_create(&(struct executions_options){
        .executor = {.children = CHILDREN, .memory_bytes = 1 << 26, .steps = 1000},
        .queue_capacity = PLACES,
        .timeout_seconds = 60,
        .budget = &scene->budget,
        .submit = submit});
    assert_non_null(scene->executions);
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    executions_destroy(scene->executions);
    circuit_release(scene->circuit);
    budget_destroy(&scene->budget);
    free(scene);
    return 0;
}

struct asked {
    struct job job;
    unsigned done;
};

static void note_done(struct job *job)
{
    struct asked *asked = job->context;
    asked->done++;
}

static enum result ask(struct asked *asked, uint64_t client)
{
    *asked = (struct asked){.job = {.kind = JOB_EXECUTE,
                                    .circuit = circuit_retain(scene->circuit),
                                    .client = client,
                                    .deadline = deadline_in_seconds(60),
                                    .done = note_done,
                                    .context = asked}};
    return executions_submit(scene->executions, &asked->job, &failure);
}

static void assert_ended(struct asked *asked, enum result result)
{
    assert_int_equal(asked->done, 1);
    assert_result(asked->job.failure.result, result);
    job_free_contents(&asked->job);
}

static void execute_next(void)
{
    scene->threads.work(scene->threads.context, scene->threads.take(scene->threads.context));
}

static void test_executions_leave__ends_what_has_been_taken_and_has_not_begun(void **state)
{
    (void)state;
    struct asked asked;
    struct failure gone;
    assert_result(ask(&asked, 1), RESULT_OK);
    struct job *taken = scene->threads.take(scene->threads.context);
    failure_set(&gone, RESULT_CANCELLED, "gone");
    assert_true(executions_leave(scene->executions, taken, &gone));
    assert_int_equal(asked.done, 0);
    scene->threads.work(scene->threads.context, taken);
    assert_int_equal(scene->executed, 0);
    assert_ended(&asked, RESULT_CANCELLED);
}

static void execute_one(struct asked *asked, size_t witness_bytes)
{
    scene->witness_bytes = witness_bytes;
    assert_result(ask(asked, 1), RESULT_OK);
    execute_next();
}

static void test_executions__take_a_witness_when_the_budget_has_room_for_it(void **state)
{
    (void)state;
    struct asked asked;
    struct budget_share others = {.budget = &scene->budget};
    execute_one(&asked, BUDGET_BYTES);
    assert_contains(asked.job.failure.message, "--max-bodies-bytes");
    assert_ended(&asked, RESULT_EXECUTION_LIMIT);
    assert_true(budget_set(&others, BUDGET_BYTES - 1000));
    execute_one(&asked, 10000);
    assert_contains(asked.job.failure.message, "--max-bodies-bytes");
    assert_ended(&asked, RESULT_QUEUE_FULL);
    assert_true(budget_set(&others, 0));
    execute_one(&asked, 10000);
    assert_true(budget_taken_in_all(&scene->budget) >= 10000);
    assert_ended(&asked, RESULT_EXECUTION_FAILED);
    assert_int_equal(budget_taken_in_all(&scene->budget), 0);
}

static void test_executions_load__is_what_waits_and_what_is_at_work(void **state)
{
    (void)state;
    struct asked asked[PLACES];
    for (unsigned i = 0; i < PLACES; i++)
        assert_result(ask(&asked[i], 1), RESULT_OK);
    struct executions_load load = executions_load(scene->executions);
    assert_int_equal(load.waiting, PLACES);
    assert_int_equal(load.capacity, PLACES);
    assert_int_equal(load.working, 0);
    for (unsigned i = 0; i < PLACES; i++) {
        execute_next();
        assert_ended(&asked[i], RESULT_ASSERTION_FAILED);
    }
    assert_int_equal(executions_load(scene->executions).waiting, 0);
    assert_int_equal(executions_load(scene->executions).working, 0);
    assert_int_equal(executions_load(NULL).capacity, 0);
}

static void test_executions_submit__says_when_to_come_again(void **state)
{
    (void)state;
    struct asked asked[PLACES], refused, other;
    for (unsigned i = 0; i < PLACES; i++)
        assert_result(ask(&asked[i], 1), RESULT_OK);
    assert_result(ask(&refused, 1), RESULT_QUEUE_FULL);
    assert_int_equal(failure.retry_after_seconds, 1);
    job_free_contents(&refused.job);
    executions_note_time(scene->executions, EXECUTION_SECONDS * MILLISECONDS_PER_SECOND);
    assert_result(ask(&refused, 1), RESULT_QUEUE_FULL);
    assert_int_equal(failure.retry_after_seconds, EXECUTION_SECONDS * PLACES / CHILDREN);
    job_free_contents(&refused.job);
    /* Who makes way for another is told as well. */
    assert_result(ask(&other, 2), RESULT_OK);
    assert_int_equal(asked[1].job.failure.retry_after_seconds,
                     EXECUTION_SECONDS * PLACES / CHILDREN);
    assert_ended(&asked[1], RESULT_QUEUE_FULL);
    execute_next();
    execute_next();
    assert_ended(&asked[0], RESULT_ASSERTION_FAILED);
    assert_ended(&other, RESULT_ASSERTION_FAILED);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_scene, close_scene)
    const struct CMUnitTest tests[] = {
        TEST(test_executions_leave__ends_what_has_been_taken_and_has_not_begun),
        TEST(test_executions__take_a_witness_when_the_budget_has_room_for_it),
        TEST(test_executions_load__is_what_waits_and_what_is_at_work),
        TEST(test_executions_submit__says_when_to_come_again),
    };
    return RUN_TESTS(tests);
}
