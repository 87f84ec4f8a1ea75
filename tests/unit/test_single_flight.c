/* Who shares a proof with whom, with workers that the test plays itself. */
#include <stdlib.h>
#include <string.h>

#include "artifact.h"
#include "jobs/single_flight_internal.h"

enum { MOST_WORK = 8, PLENTY = 1 << 20, HOUR = 3600, PROOF_BYTES = 64 };

/* The work that has been handed over, in order. NULL once it is done or called off. */
struct scene {
    struct single_flight *flights;
    struct circuit *circuit;
    struct job *work[MOST_WORK];
    size_t submitted;
    bool full;    /* no more is taken */
    bool running; /* too late to take work back */
    size_t called_off;
};

static struct failure failure;

/* Every witness and proof is in guarded memory, which the sanitizers do not see. */
static int guarded;

void *__real_secret_allocate(size_t size);
void __real_secret_free(void *memory);
void *__wrap_secret_allocate(size_t size);
void __wrap_secret_free(void *memory);

void *__wrap_secret_allocate(size_t size)
{
    guarded++;
    return __real_secret_allocate(size);
}

void __wrap_secret_free(void *memory)
{
    guarded -= memory != NULL;
    __real_secret_free(memory);
}

static enum result submit(void *context, struct job *work, struct failure *why)
{
    struct scene *scene = context;
    assert_true(scene->submitted < MOST_WORK);
    if (scene->full)
        return failure_set(why, RESULT_QUEUE_FULL, "full");
    scene->work[scene->submitted++] = work;
    return RESULT_OK;
}

static bool cancel(void *context, struct job *work)
{
    struct scene *scene = context;
    scene->called_off++;
    for (size_t i = 0; i < scene->submitted && !scene->running; i++)
        if (scene->work[i] == work)
            scene->work[i] = NULL;
    return !scene->running;
}

static struct scene *open_scene(const struct sharing_options *options)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    struct verification_key key = {.bytes = BUFFER_EMPTY};
    assert_non_null(scene);
    char *artifact = artifact_of_hex(small_program);
    assert_result(circuit_parse(&scene->circuit, "small", artifact, strlen(artifact), &failure),
                  RESULT_OK);
    free(artifact);
    assert_true(buffer_append(&key.bytes, "key", 3));
    circuit_set_key(scene->circuit, TARGET_DEFAULT, &key);
    scene->flights =
        single_flight_create(options, &(struct single_flight_worker){scene, submit, cancel});
    assert_non_null(scene->flights);
    return scene;
}

static struct scene *open_plain(void)
{
    return open_scene(&(struct sharing_options){.in_flight = true});
}

static void close_scene(struct scene *scene)
{
    single_flight_destroy(scene->flights);
    circuit_release(scene->circuit);
    free(scene);
    assert_int_equal(guarded, 0);
}

/* A request and how often it has been answered. */
struct asked {
    struct job job;
    unsigned done;
};

static void note_done(struct job *job)
{
    struct asked *asked = job->context;
    asked->done++;
}

/* `key` is an idempotency key; 0 for none. */
static enum result ask_with_key(struct scene *scene, struct asked *asked, unsigned char witness,
                                unsigned char key)
{
    *asked = (struct asked){.job = {.kind = JOB_PROVE,
                                    .circuit = circuit_retain(scene->circuit),
                                    .target = TARGET_DEFAULT,
                                    .request = {{witness}},
                                    .has_idempotency_key = key != 0,
                                    .idempotency_key = {{key}},
                                    .done = note_done,
                                    .context = asked}};
    assert_true(buffer_append(&asked->job.witness, &witness, 1));
    enum result result = single_flight_submit(scene->flights, &asked->job, &failure);
    assert_int_equal(asked->job.witness.length, 0);
    if (result != RESULT_OK)
        job_free_contents(&asked->job);
    return result;
}

static void ask(struct scene *scene, struct asked *asked, unsigned char witness)
{
    assert_result(ask_with_key(scene, asked, witness, 0), RESULT_OK);
}

static void leave(struct scene *scene, struct asked *asked)
{
    struct failure gone;
    failure_set(&gone, RESULT_CANCELLED, "gone");
    single_flight_leave(scene->flights, &asked->job, &gone);
}

/* Does a piece of work: its proof is as many times the witness. */
static void prove(struct scene *scene, size_t number)
{
    unsigned char proof[PROOF_BYTES];
    struct job *work = scene->work[number];
    assert_non_null(work);
    scene->work[number] = NULL;
    memset(proof, work->witness.data[0], sizeof(proof));
    assert_true(buffer_append(&work->proof.proof, proof, sizeof(proof)));
    assert_true(buffer_append(&work->proof.public_inputs, proof, 1));
    work->key = circuit_key(work->circuit, work->target);
    work->prove_milliseconds = 5;
    work->verified = true;
    work->done(work);
}

static void end_badly(struct scene *scene, size_t number, enum result result)
{
    struct job *work = scene->work[number];
    scene->work[number] = NULL;
    failure_set(&work->failure, result, "no proof");
    work->done(work);
}

static void assert_proven(struct asked *asked, unsigned char witness, enum proof_origin origin)
{
    const struct job *job = &asked->job;
    assert_int_equal(asked->done, 1);
    assert_result(job->failure.result, RESULT_OK);
    assert_int_equal(job->origin, origin);
    assert_int_equal(job->proof.proof.length, PROOF_BYTES);
    assert_int_equal(job->proof.proof.data[PROOF_BYTES - 1], witness);
    assert_int_equal(job->proof.public_inputs.data[0], witness);
    assert_true(job->verified && job->prove_milliseconds == 5);
    assert_non_null(job->key);
    job_free_contents(&asked->job);
}

static void assert_ended(struct asked *asked, enum result result)
{
    assert_int_equal(asked->done, 1);
    assert_result(asked->job.failure.result, result);
    assert_int_equal(asked->job.proof.proof.length, 0);
    job_free_contents(&asked->job);
}

static void test_single_flight_submit__makes_one_proof_for_the_same_requests(void **state)
{
    (void)state;
    struct scene *scene = open_plain();
    struct asked same[3], other, late;
    ask(scene, &same[0], 1);
    int in_flight = guarded;
    ask(scene, &same[1], 1);
    ask(scene, &same[2], 1);
    assert_int_equal(guarded, in_flight); /* the witnesses of those who share are wiped at once */
    ask(scene, &other, 2);
    assert_int_equal(scene->submitted, 2);
    prove(scene, 0);
    assert_proven(&same[0], 1, PROOF_MADE);
    assert_proven(&same[1], 1, PROOF_SHARED);
    assert_proven(&same[2], 1, PROOF_SHARED);
    assert_int_equal(other.done, 0);
    prove(scene, 1);
    assert_proven(&other, 2, PROOF_MADE);
    /* What has landed is not shared any more. */
    ask(scene, &late, 1);
    assert_int_equal(scene->submitted, 3);
    prove(scene, 2);
    assert_proven(&late, 1, PROOF_MADE);
    close_scene(scene);
}

static void test_single_flight_submit__shares_nothing_when_it_is_off(void **state)
{
    (void)state;
    struct scene *scene = open_scene(&(struct sharing_options){.in_flight = false});
    struct asked first, second;
    ask(scene, &first, 1);
    ask(scene, &second, 1);
    assert_int_equal(scene->submitted, 2);
    prove(scene, 1);
    assert_proven(&second, 1, PROOF_MADE);
    prove(scene, 0);
    assert_proven(&first, 1, PROOF_MADE);
    close_scene(scene);
}

static void test_single_flight_submit__gives_a_failure_to_all_who_share_it(void **state)
{
    (void)state;
    struct scene *scene = open_scene(
        &(struct sharing_options){.in_flight = true, .proof_bytes = PLENTY, .proof_seconds = HOUR});
    struct asked first, second, again;
    ask(scene, &first, 1);
    ask(scene, &second, 1);
    end_badly(scene, 0, RESULT_WITNESS_UNSATISFIED);
    assert_ended(&first, RESULT_WITNESS_UNSATISFIED);
    assert_ended(&second, RESULT_WITNESS_UNSATISFIED);
    /* And keeps none. */
    ask(scene, &again, 1);
    assert_int_equal(scene->submitted, 2);
    prove(scene, 1);
    assert_proven(&again, 1, PROOF_MADE);
    close_scene(scene);
}

static void test_single_flight_submit__answers_when_no_more_work_is_taken(void **state)
{
    (void)state;
    struct scene *scene = open_plain();
    struct asked refused, again;
    scene->full = true;
    ask(scene, &refused, 1);
    assert_ended(&refused, RESULT_QUEUE_FULL);
    scene->full = false;
    ask(scene, &again, 1);
    prove(scene, 0);
    assert_proven(&again, 1, PROOF_MADE);
    close_scene(scene);
}

static void test_single_flight_leave__leaves_the_rest_their_proof(void **state)
{
    (void)state;
    for (size_t leaver = 0; leaver < 3; leaver++) {
        struct scene *scene = open_plain();
        struct asked asked[3];
        for (size_t i = 0; i < 3; i++)
            ask(scene, &asked[i], 1);
        leave(scene, &asked[leaver]);
        assert_ended(&asked[leaver], RESULT_CANCELLED);
        assert_int_equal(scene->called_off, 0);
        prove(scene, 0);
        for (size_t i = 0; i < 3; i++)
            if (i != leaver)
                assert_proven(&asked[i], 1, i == 0 ? PROOF_MADE : PROOF_SHARED);
        close_scene(scene);
    }
}

static void test_single_flight_leave__calls_work_off_with_the_last(void **state)
{
    (void)state;
    struct scene *scene = open_plain();
    struct asked first, second, third;
    ask(scene, &first, 1);
    ask(scene, &second, 1);
    leave(scene, &first);
    leave(scene, &second);
    assert_int_equal(scene->called_off, 1);
    assert_null(scene->work[0]);
    assert_ended(&first, RESULT_CANCELLED);
    assert_ended(&second, RESULT_CANCELLED);
    ask(scene, &third, 1);
    assert_int_equal(scene->submitted, 2);
    prove(scene, 1);
    assert_proven(&third, 1, PROOF_MADE);
    close_scene(scene);
}

static void test_single_flight_leave__lets_nobody_join_what_is_being_called_off(void **state)
{
    (void)state;
    struct scene *scene = open_plain();
    struct asked first, second;
    scene->running = true;
    ask(scene, &first, 1);
    leave(scene, &first);
    assert_ended(&first, RESULT_CANCELLED);
    ask(scene, &second, 1);
    assert_int_equal(scene->submitted, 2);
    end_badly(scene, 0, RESULT_CANCELLED);
    assert_int_equal(second.done, 0);
    prove(scene, 1);
    assert_proven(&second, 1, PROOF_MADE);
    close_scene(scene);
}

static void test_single_flight_leave__does_nothing_once_there_is_an_answer(void **state)
{
    (void)state;
    struct scene *scene = open_plain();
    struct asked asked;
    ask(scene, &asked, 1);
    prove(scene, 0);
    leave(scene, &asked);
    assert_int_equal(scene->called_off, 0);
    assert_proven(&asked, 1, PROOF_MADE);
    close_scene(scene);
}

static void test_single_flight_submit__keeps_proofs_for_those_who_come_later(void **state)
{
    (void)state;
    struct scene *scene =
        open_scene(&(struct sharing_options){.proof_bytes = PLENTY, .proof_seconds = HOUR});
    struct asked first, later, other;
    ask(scene, &first, 1);
    prove(scene, 0);
    assert_proven(&first, 1, PROOF_MADE);
    ask(scene, &later, 1);
    assert_proven(&later, 1, PROOF_CACHED);
    ask(scene, &other, 2);
    assert_int_equal(other.done, 0);
    prove(scene, 1);
    assert_proven(&other, 2, PROOF_MADE);
    close_scene(scene);
}

static void
test_single_flight_submit__makes_a_proof_when_the_circuits_key_is_not_known_yet(void **state)
{
    (void)state;
    struct scene *scene = open_scene(&(struct sharing_options){.proof_bytes = PLENTY,
                                                               .proof_seconds = HOUR,
                                                               .reply_bytes = PLENTY,
                                                               .reply_seconds = HOUR});
    struct asked first, second;
    assert_result(ask_with_key(scene, &first, 1, 7), RESULT_OK);
    prove(scene, 0);
    assert_proven(&first, 1, PROOF_MADE);
    /* The same circuit, uploaded again: nobody has asked for its key. */
    struct circuit *known = scene->circuit;
    char *artifact = artifact_of_hex(small_program);
    assert_result(circuit_parse(&scene->circuit, "again", artifact, strlen(artifact), &failure),
                  RESULT_OK);
    free(artifact);
    assert_result(ask_with_key(scene, &second, 1, 7), RESULT_OK);
    assert_int_equal(scene->submitted, 2);
    struct verification_key key = {.bytes = BUFFER_EMPTY};
    assert_true(buffer_append(&key.bytes, "key", 3));
    circuit_set_key(scene->circuit, TARGET_DEFAULT, &key);
    prove(scene, 1);
    assert_proven(&second, 1, PROOF_MADE);
    circuit_release(known);
    close_scene(scene);
}

/* The key that an answer shows is the work's, and lives as long as the work's circuit. */
static void test_single_flight_submit__keeps_the_circuit_whose_key_it_gives(void **state)
{
    (void)state;
    struct scene *scene = open_plain();
    struct asked first, second;
    ask(scene, &first, 1);
    struct circuit *shared = scene->circuit;
    char *artifact = artifact_of_hex(small_program);
    assert_result(circuit_parse(&scene->circuit, "again", artifact, strlen(artifact), &failure),
                  RESULT_OK);
    free(artifact);
    ask(scene, &second, 1);
    prove(scene, 0);
    assert_proven(&first, 1, PROOF_MADE);
    assert_ptr_equal(second.job.circuit, shared);
    circuit_release(shared);
    assert_int_equal(second.job.key->bytes.length, 3);
    assert_proven(&second, 1, PROOF_SHARED);
    close_scene(scene);
}

/* Work of a kind that nobody shares brings what its job did, and its answer comes back. */
static void test_single_flight_submit__carries_what_a_job_brings_and_gets(void **state)
{
    (void)state;
    struct scene *scene = open_plain();
    struct asked asked[2];
    for (unsigned i = 0; i < 2; i++) {
        asked[i] = (struct asked){.job = {.kind = JOB_UPLOAD,
                                          .name = "mine",
                                          .is_operator = true,
                                          .done = note_done,
                                          .context = &asked[i]}};
        memset(&asked[i].job.owner, 'o', sizeof(asked[i].job.owner));
        assert_true(buffer_append(&asked[i].job.text, "artifact", 8));
        assert_result(single_flight_submit(scene->flights, &asked[i].job, &failure), RESULT_OK);
        struct job *work = scene->work[i];
        assert_string_equal(work->name, "mine");
        assert_memory_equal(&work->owner, &asked[i].job.owner, sizeof(work->owner));
        assert_true(work->is_operator);
        assert_int_equal(work->text.length, 8);
        work->created = true;
        work->circuit = circuit_retain(scene->circuit);
        work->done(work);
        assert_true(asked[i].job.created);
        assert_ptr_equal(asked[i].job.circuit, scene->circuit);
        assert_ended(&asked[i], RESULT_OK);
    }
    close_scene(scene);
}

static struct scene *open_with_replies(void)
{
    return open_scene(&(struct sharing_options){.reply_bytes = PLENTY, .reply_seconds = HOUR});
}

static void test_idempotency_key__gets_the_same_answer_again(void **state)
{
    (void)state;
    struct scene *scene = open_with_replies();
    struct asked first, meanwhile, later, another;
    assert_result(ask_with_key(scene, &first, 1, 7), RESULT_OK);
    assert_result(ask_with_key(scene, &meanwhile, 1, 7), RESULT_OK);
    assert_int_equal(scene->submitted, 1);
    prove(scene, 0);
    assert_proven(&first, 1, PROOF_MADE);
    assert_proven(&meanwhile, 1, PROOF_SHARED);
    assert_result(ask_with_key(scene, &later, 1, 7), RESULT_OK);
    assert_proven(&later, 1, PROOF_REPLAYED);
    /* The request alone, or with another key, is another matter. */
    assert_result(ask_with_key(scene, &another, 1, 8), RESULT_OK);
    assert_int_equal(scene->submitted, 2);
    prove(scene, 1);
    assert_proven(&another, 1, PROOF_MADE);
    close_scene(scene);
}

static void test_idempotency_key__is_refused_for_another_request(void **state)
{
    (void)state;
    struct scene *scene = open_with_replies();
    struct asked first, other;
    assert_result(ask_with_key(scene, &first, 1, 7), RESULT_OK);
    assert_result(ask_with_key(scene, &other, 2, 7), RESULT_IDEMPOTENCY_KEY_REUSED);
    prove(scene, 0);
    assert_proven(&first, 1, PROOF_MADE);
    assert_result(ask_with_key(scene, &other, 2, 7), RESULT_IDEMPOTENCY_KEY_REUSED);
    assert_int_equal(other.done, 0);
    assert_int_equal(scene->submitted, 1);
    close_scene(scene);
}

static void test_idempotency_key__is_free_again_after_a_failure(void **state)
{
    (void)state;
    struct scene *scene = open_with_replies();
    struct asked first, second;
    assert_result(ask_with_key(scene, &first, 1, 7), RESULT_OK);
    end_badly(scene, 0, RESULT_PROVE_TIMEOUT);
    assert_ended(&first, RESULT_PROVE_TIMEOUT);
    assert_result(ask_with_key(scene, &second, 2, 7), RESULT_OK);
    prove(scene, 1);
    assert_proven(&second, 2, PROOF_MADE);
    close_scene(scene);
}

static void test_idempotency_key__is_remembered_whoever_made_the_proof(void **state)
{
    (void)state;
    struct scene *scene = open_scene(&(struct sharing_options){.in_flight = true,
                                                               .proof_bytes = PLENTY,
                                                               .proof_seconds = HOUR,
                                                               .reply_bytes = PLENTY,
                                                               .reply_seconds = HOUR});
    struct asked first, shared, cached, other;
    ask(scene, &first, 1);
    assert_result(ask_with_key(scene, &shared, 1, 7), RESULT_OK);
    prove(scene, 0);
    assert_proven(&first, 1, PROOF_MADE);
    assert_proven(&shared, 1, PROOF_SHARED);
    assert_result(ask_with_key(scene, &cached, 1, 8), RESULT_OK);
    assert_proven(&cached, 1, PROOF_CACHED);
    for (unsigned char key = 7; key <= 8; key++)
        assert_result(ask_with_key(scene, &other, 2, key), RESULT_IDEMPOTENCY_KEY_REUSED);
    close_scene(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_single_flight_submit__makes_one_proof_for_the_same_requests),
        cmocka_unit_test(test_single_flight_submit__shares_nothing_when_it_is_off),
        cmocka_unit_test(test_single_flight_submit__gives_a_failure_to_all_who_share_it),
        cmocka_unit_test(test_single_flight_submit__answers_when_no_more_work_is_taken),
        cmocka_unit_test(test_single_flight_leave__leaves_the_rest_their_proof),
        cmocka_unit_test(test_single_flight_leave__calls_work_off_with_the_last),
        cmocka_unit_test(test_single_flight_leave__lets_nobody_join_what_is_being_called_off),
        cmocka_unit_test(test_single_flight_leave__does_nothing_once_there_is_an_answer),
        cmocka_unit_test(test_single_flight_submit__keeps_proofs_for_those_who_come_later),
        cmocka_unit_test(
            test_single_flight_submit__makes_a_proof_when_the_circuits_key_is_not_known_yet),
        cmocka_unit_test(test_single_flight_submit__keeps_the_circuit_whose_key_it_gives),
        cmocka_unit_test(test_single_flight_submit__carries_what_a_job_brings_and_gets),
        cmocka_unit_test(test_idempotency_key__gets_the_same_answer_again),
        cmocka_unit_test(test_idempotency_key__is_refused_for_another_request),
        cmocka_unit_test(test_idempotency_key__is_free_again_after_a_failure),
        cmocka_unit_test(test_idempotency_key__is_remembered_whoever_made_the_proof),
    };
    return RUN_TESTS(tests);
}
