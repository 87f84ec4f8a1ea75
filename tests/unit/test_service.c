/* The service with an engine that proves when it is told to: who is answered, with what, and when.
 */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "artifact.h"
#include "engine_fake.h"
#include "service/service.h"

enum { WITNESS_BYTES = 32 };

struct scene {
    struct engine_fake fake;
    struct registry *registry;
    struct circuit *circuit;
    struct crs crs;
    struct bb_abilities bb;
    struct service *service;
};

static struct failure failure;

static struct scene *open_scene(unsigned workers)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    assert_non_null(scene);
    char *artifact = artifact_of_hex(small_program);
    scene->crs.points = 1 << 10;
    scene->registry = registry_create(1);
    assert_result(circuit_parse(&scene->circuit, "small", artifact, strlen(artifact), &failure),
                  RESULT_OK);
    assert_result(registry_add(scene->registry, circuit_retain(scene->circuit), &failure),
                  RESULT_OK);
    free(artifact);
    engine_fake_open(&scene->fake);
    scene->service = service_create(&(struct service_options){
        .engine = &scene->fake.engine,
        .registry = scene->registry,
        .crs = &scene->crs,
        .bb_path = "/bin/true",
        .bb = &scene->bb,
        .workers = workers,
        .queue_capacity = 8,
        .prove_timeout_seconds = 60,
    });
    assert_non_null(scene->service);
    assert_result(service_start(scene->service, &failure), RESULT_OK);
    return scene;
}

static void close_scene(struct scene *scene)
{
    service_stop(scene->service, 0);
    service_destroy(scene->service);
    registry_destroy(scene->registry);
    circuit_release(scene->circuit);
    engine_fake_close(&scene->fake);
    free(scene);
}

/* A job and how often it has been done. */
struct asked {
    struct job job;
    atomic_uint done;
};

static void note_done(struct job *job)
{
    struct asked *asked = job->context;
    atomic_fetch_add(&asked->done, 1);
}

static void await_done(struct asked *asked)
{
    while (atomic_load(&asked->done) == 0)
        (void)sched_yield();
}

static void ask(struct scene *scene, struct asked *asked, unsigned char witness)
{
    unsigned char bytes[WITNESS_BYTES] = {witness};
    *asked = (struct asked){.job = {.kind = JOB_PROVE,
                                    .circuit = circuit_retain(scene->circuit),
                                    .target = TARGET_DEFAULT,
                                    .deadline = deadline_in_seconds(60),
                                    .done = note_done,
                                    .context = asked}};
    assert_true(buffer_append(&asked->job.witness, bytes, sizeof(bytes)));
    assert_result(service_submit(scene->service, &asked->job, &failure), RESULT_OK);
}

static void assert_proven(struct asked *asked, unsigned char witness)
{
    await_done(asked);
    assert_result(asked->job.failure.result, RESULT_OK);
    assert_int_equal(asked->job.proof.public_inputs.data[0], witness);
    job_free_contents(&asked->job);
}

static void assert_ended(struct asked *asked, enum result result)
{
    await_done(asked);
    assert_result(asked->job.failure.result, result);
    assert_int_equal(asked->job.proof.proof.length, 0);
    job_free_contents(&asked->job);
}

static void test_service_cancel__gives_back_what_waits(void **state)
{
    (void)state;
    struct scene *scene = open_scene(1);
    struct asked running, waiting;
    ask(scene, &running, 1);
    engine_fake_await(&scene->fake, 1);
    ask(scene, &waiting, 2);
    assert_int_equal(service_status(scene->service).jobs_pending, 1);
    assert_true(service_cancel(scene->service, &waiting.job));
    assert_int_equal(service_status(scene->service).jobs_pending, 0);
    engine_fake_let_through(&scene->fake, 1);
    assert_proven(&running, 1);
    assert_int_equal(atomic_load(&waiting.done), 0);
    assert_int_equal(atomic_load(&scene->fake.begun), 1);
    job_free_contents(&waiting.job);
    close_scene(scene);
}

static void test_service_cancel__ends_what_runs_and_nothing_else(void **state)
{
    (void)state;
    struct scene *scene = open_scene(2);
    struct asked first, second, third;
    ask(scene, &first, 1);
    engine_fake_await(&scene->fake, 1);
    ask(scene, &second, 2);
    engine_fake_await(&scene->fake, 2);
    assert_false(service_cancel(scene->service, &first.job));
    assert_ended(&first, RESULT_CANCELLED);
    /* The worker that was called off does the next job in peace. */
    ask(scene, &third, 3);
    engine_fake_await(&scene->fake, 3);
    engine_fake_let_through(&scene->fake, 2);
    assert_proven(&second, 2);
    assert_proven(&third, 3);
    assert_int_equal(atomic_load(&scene->fake.called_off), 1);
    close_scene(scene);
}

static void test_service_cancel__comes_too_late_without_harm(void **state)
{
    (void)state;
    struct scene *scene = open_scene(1);
    struct asked early, late;
    ask(scene, &early, 1);
    engine_fake_let_through(&scene->fake, 1);
    await_done(&early);
    assert_false(service_cancel(scene->service, &early.job));
    assert_proven(&early, 1);
    ask(scene, &late, 2);
    engine_fake_let_through(&scene->fake, 1);
    assert_proven(&late, 2);
    close_scene(scene);
}

static void test_service_stop__calls_off_what_runs_and_what_waits(void **state)
{
    (void)state;
    struct scene *scene = open_scene(1);
    struct asked running, waiting;
    ask(scene, &running, 1);
    engine_fake_await(&scene->fake, 1);
    ask(scene, &waiting, 2);
    service_stop(scene->service, 0);
    assert_ended(&running, RESULT_STOPPING);
    assert_ended(&waiting, RESULT_STOPPING);
    assert_result(service_submit(scene->service, &waiting.job, &failure), RESULT_STOPPING);
    close_scene(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_service_cancel__gives_back_what_waits),
        cmocka_unit_test(test_service_cancel__ends_what_runs_and_nothing_else),
        cmocka_unit_test(test_service_cancel__comes_too_late_without_harm),
        cmocka_unit_test(test_service_stop__calls_off_what_runs_and_what_waits),
    };
    return RUN_TESTS(tests);
}
