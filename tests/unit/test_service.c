/* The service with an engine that proves when it is told to: who is answered, with what, and when.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ultrahonk.h>

#include "artifact.h"
#include "engine_fake.h"
#include "jobs/service.h"

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

/* `data_folder` may be NULL. */
static struct scene *open_scene_of(unsigned workers, uint64_t memory_bytes, const char *data_folder)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    assert_non_null(scene);
    char *artifact = artifact_of_hex(small_program);
    scene->crs = (struct crs){.points_path = "/dev/null", .points = 1 << 10};
    assert_int_equal(ultrahonk_crs_aztec(&scene->crs.verifier), ULTRAHONK_OK);
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
        .data_folder = data_folder,
        .scheduling =
            {.cores = workers, .workers = workers, .threads = 1, .memory_bytes = memory_bytes},
        .queue_capacity = 8,
        .prove_timeout_seconds = 60,
        .sharing = {.in_flight = true, .contract_bytes = 4096},
    });
    assert_non_null(scene->service);
    assert_result(service_load_circuits(scene->service, &failure), RESULT_OK);
    assert_result(service_start(scene->service, &failure), RESULT_OK);
    return scene;
}

static struct scene *open_scene_with(unsigned workers, const char *data_folder)
{
    return open_scene_of(workers, 0, data_folder);
}

static struct scene *open_scene(unsigned workers)
{
    return open_scene_with(workers, NULL);
}

static void close_scene(struct scene *scene)
{
    service_stop(scene->service, 0);
    service_destroy(scene->service);
    registry_destroy(scene->registry);
    circuit_release(scene->circuit);
    engine_fake_close(&scene->fake);
    crs_close(&scene->crs);
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

static void leave(struct scene *scene, struct asked *asked)
{
    struct failure gone;
    failure_set(&gone, RESULT_CANCELLED, "gone");
    service_leave(scene->service, &asked->job, &gone);
}

static void fill(struct scene *scene, struct asked *asked, unsigned char witness,
                 enum verifier_target target)
{
    unsigned char bytes[WITNESS_BYTES] = {witness};
    *asked = (struct asked){.job = {.kind = JOB_PROVE,
                                    .circuit = circuit_retain(scene->circuit),
                                    .target = target,
                                    .client = 1,
                                    .deadline = deadline_in_seconds(60),
                                    .request = {{witness, (unsigned char)target}},
                                    .done = note_done,
                                    .context = asked}};
    assert_true(buffer_append(&asked->job.witness, bytes, sizeof(bytes)));
}

static void ask_for(struct scene *scene, struct asked *asked, unsigned char witness,
                    enum verifier_target target)
{
    fill(scene, asked, witness, target);
    assert_result(service_submit(scene->service, &asked->job, &failure), RESULT_OK);
}

static void ask(struct scene *scene, struct asked *asked, unsigned char witness)
{
    ask_for(scene, asked, witness, TARGET_DEFAULT);
}

/* For something that no witness is needed for. */
static void ask_kind(struct scene *scene, struct asked *asked, enum job_kind kind,
                     enum verifier_target target)
{
    *asked = (struct asked){.job = {.kind = kind,
                                    .circuit = circuit_retain(scene->circuit),
                                    .target = target,
                                    .client = 1,
                                    .deadline = deadline_in_seconds(60),
                                    .done = note_done,
                                    .context = asked}};
    assert_result(service_submit(scene->service, &asked->job, &failure), RESULT_OK);
}

/* The proof of whose root that is: see engine_fake.h. */
static void assert_proof_of(const struct job *job, unsigned root)
{
    assert_true(job->verified);
    assert_int_equal(job->proof.public_inputs.length, WITNESS_BYTES);
    assert_int_equal(job->proof.public_inputs.data[WITNESS_BYTES - 1], root * root);
}

static void assert_proven(struct asked *asked, unsigned char witness)
{
    await_done(asked);
    assert_result(asked->job.failure.result, RESULT_OK);
    assert_proof_of(&asked->job, witness);
    job_free_contents(&asked->job);
}

static void assert_ended(struct asked *asked, enum result result)
{
    await_done(asked);
    assert_result(asked->job.failure.result, result);
    assert_int_equal(asked->job.proof.proof.length, 0);
    job_free_contents(&asked->job);
}

/* One worker, and it is at a proof. */
static struct scene *open_busy(struct asked *running)
{
    struct scene *scene = open_scene(1);
    ask(scene, running, 1);
    engine_fake_await(&scene->fake, 1);
    return scene;
}

static void test_service_leave__takes_what_waits_out_of_the_queue(void **state)
{
    (void)state;
    struct asked running, waiting;
    struct scene *scene = open_busy(&running);
    ask(scene, &waiting, 2);
    assert_int_equal(service_status(scene->service).jobs_pending, 1);
    leave(scene, &waiting);
    assert_int_equal(service_status(scene->service).jobs_pending, 0);
    assert_ended(&waiting, RESULT_CANCELLED);
    engine_fake_let_through(&scene->fake, 1);
    assert_proven(&running, 1);
    assert_int_equal(atomic_load(&scene->fake.begun), 1);
    close_scene(scene);
}

static void await_called_off(struct scene *scene, unsigned count)
{
    while (atomic_load(&scene->fake.called_off) < count)
        (void)sched_yield();
}

static void test_service_leave__ends_what_runs_and_nothing_else(void **state)
{
    (void)state;
    struct scene *scene = open_scene(2);
    struct asked first, second, third;
    ask(scene, &first, 1);
    engine_fake_await(&scene->fake, 1);
    ask(scene, &second, 2);
    engine_fake_await(&scene->fake, 2);
    leave(scene, &first);
    assert_ended(&first, RESULT_CANCELLED);
    await_called_off(scene, 1);
    /* The worker that was called off does the next job in peace. */
    ask(scene, &third, 3);
    engine_fake_await(&scene->fake, 3);
    engine_fake_let_through(&scene->fake, 2);
    assert_proven(&second, 2);
    assert_proven(&third, 3);
    assert_int_equal(atomic_load(&scene->fake.called_off), 1);
    close_scene(scene);
}

static void test_service_leave__comes_too_late_without_harm(void **state)
{
    (void)state;
    struct scene *scene = open_scene(1);
    struct asked early, late;
    ask(scene, &early, 1);
    engine_fake_let_through(&scene->fake, 1);
    await_done(&early);
    leave(scene, &early);
    assert_proven(&early, 1);
    assert_int_equal(atomic_load(&early.done), 1);
    ask(scene, &late, 2);
    engine_fake_let_through(&scene->fake, 1);
    assert_proven(&late, 2);
    close_scene(scene);
}

static void test_service_leave__leaves_the_proof_to_those_who_share_it(void **state)
{
    (void)state;
    struct asked first, second, third;
    struct scene *scene = open_busy(&first);
    ask(scene, &second, 1);
    ask(scene, &third, 1);
    assert_int_equal(service_status(scene->service).jobs_pending, 0);
    leave(scene, &first);
    assert_ended(&first, RESULT_CANCELLED);
    engine_fake_let_through(&scene->fake, 1);
    assert_int_equal(second.job.origin, PROOF_SHARED);
    assert_proven(&second, 1);
    assert_proven(&third, 1);
    assert_int_equal(atomic_load(&scene->fake.begun), 1);
    assert_int_equal(atomic_load(&scene->fake.called_off), 0);
    close_scene(scene);
}

/* Each asks for one of a few proofs, and leaves or waits. */
static void *come_and_go(void *context)
{
    enum { ROUNDS = 300, WITNESSES = 3 };
    struct scene *scene = context;
    for (unsigned round = 1; round <= ROUNDS; round++) {
        struct asked asked;
        ask(scene, &asked, (unsigned char)(1 + round % WITNESSES));
        if (round % 2 == 0)
            leave(scene, &asked);
        await_done(&asked);
        assert_int_equal(atomic_load(&asked.done), 1);
        assert_true(asked.job.failure.result == RESULT_OK ||
                    (round % 2 == 0 && asked.job.failure.result == RESULT_CANCELLED));
        if (asked.job.failure.result == RESULT_OK)
            assert_proof_of(&asked.job, 1 + round % WITNESSES);
        job_free_contents(&asked.job);
    }
    return NULL;
}

static void test_service__answers_each_of_many_who_come_and_go_once(void **state)
{
    (void)state;
    enum { CLIENTS = 4, PLENTY = 1 << 20 };
    pthread_t clients[CLIENTS];
    struct scene *scene = open_scene(2);
    engine_fake_let_through(&scene->fake, PLENTY);
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&clients[i], NULL, come_and_go, scene), 0);
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_join(clients[i], NULL), 0);
    close_scene(scene);
}

enum { COLD = 4 };

/* A key is in the making, and as many wait for it: each with a witness of its own, from 1 on. */
static struct scene *open_cold(unsigned workers, struct asked asked[COLD])
{
    struct scene *scene = open_scene(workers);
    for (unsigned i = 0; i < COLD; i++)
        ask_for(scene, &asked[i], (unsigned char)(1 + i), TARGET_EVM);
    engine_fake_await_keys(&scene->fake, 1);
    return scene;
}

static void await_keys_called_off(struct scene *scene, unsigned count)
{
    while (atomic_load(&scene->fake.keys_called_off) < count)
        (void)sched_yield();
}

static void test_service__makes_a_key_once_and_lets_others_by(void **state)
{
    (void)state;
    struct asked cold[COLD], other;
    struct scene *scene = open_cold(2, cold);
    assert_int_equal(service_status(scene->service).jobs_pending, COLD);
    assert_int_equal(service_status(scene->service).jobs_processing, 1);
    ask(scene, &other, 1);
    engine_fake_await(&scene->fake, 1);
    engine_fake_let_through(&scene->fake, 1);
    assert_proven(&other, 1);
    engine_fake_let_keys_through(&scene->fake, 1);
    engine_fake_let_through(&scene->fake, COLD);
    for (unsigned i = 0; i < COLD; i++)
        assert_proven(&cold[i], (unsigned char)(1 + i));
    assert_int_equal(atomic_load(&scene->fake.keys_begun), 1);
    close_scene(scene);
}

static void test_service_leave__leaves_the_key_to_those_who_wait_for_it(void **state)
{
    (void)state;
    struct asked cold[COLD], again;
    struct scene *scene = open_cold(1, cold);
    /* Whoever came first, and whoever came last. */
    leave(scene, &cold[0]);
    leave(scene, &cold[COLD - 1]);
    assert_ended(&cold[0], RESULT_CANCELLED);
    assert_ended(&cold[COLD - 1], RESULT_CANCELLED);
    assert_int_equal(atomic_load(&scene->fake.keys_called_off), 0);
    for (unsigned i = 1; i < COLD - 1; i++) {
        leave(scene, &cold[i]);
        assert_ended(&cold[i], RESULT_CANCELLED);
    }
    await_keys_called_off(scene, 1);
    /* It is made anew for who asks then. */
    ask_for(scene, &again, 3, TARGET_EVM);
    engine_fake_await_keys(&scene->fake, 2);
    engine_fake_let_keys_through(&scene->fake, 1);
    engine_fake_let_through(&scene->fake, 1);
    assert_proven(&again, 3);
    close_scene(scene);
}

static void test_service__tells_all_who_wait_for_a_key_that_there_is_none(void **state)
{
    (void)state;
    struct asked cold[COLD], other;
    struct scene *scene = open_cold(2, cold);
    atomic_store(&scene->fake.key_outcome, ENGINE_FAILED);
    engine_fake_let_keys_through(&scene->fake, 1);
    for (unsigned i = 0; i < COLD; i++)
        assert_ended(&cold[i], RESULT_PROVER_FAILED);
    assert_int_equal(atomic_load(&scene->fake.keys_begun), 1);
    /* Another target of the circuit has nothing to do with it. */
    ask(scene, &other, 1);
    engine_fake_let_through(&scene->fake, 1);
    assert_proven(&other, 1);
    close_scene(scene);
}

static void test_service_submit__tries_again_after_what_passes_alone(void **state)
{
    (void)state;
    struct asked asked[COLD];
    struct scene *scene = open_cold(2, asked);
    atomic_store(&scene->fake.key_outcome, ENGINE_FAILED);
    engine_fake_let_keys_through(&scene->fake, 1);
    for (unsigned i = 0; i < COLD; i++)
        assert_ended(&asked[i], RESULT_PROVER_FAILED);
    struct job late = {.kind = JOB_KEY, .circuit = scene->circuit, .target = TARGET_EVM};
    /* Not for a moment, in which it costs nobody anything; and then with success. */
    assert_result(service_submit(scene->service, &late, &failure), RESULT_PROVER_FAILED);
    assert_int_equal(failure.retry_after_seconds, 1);
    atomic_store(&scene->fake.key_outcome, ENGINE_OK);
    while (circuit_key_state(scene->circuit, TARGET_EVM, NULL) == KEY_REFUSED)
        (void)sched_yield();
    ask_for(scene, &asked[0], 4, TARGET_EVM);
    engine_fake_let_keys_through(&scene->fake, 1);
    engine_fake_let_through(&scene->fake, 1);
    assert_proven(&asked[0], 4);
    /* What is about the circuit stays. */
    struct failure why;
    failure_set(&why, RESULT_CIRCUIT_TOO_LARGE, "too large");
    circuit_refuse_key(scene->circuit, TARGET_EVM_NO_ZK, &why, true);
    late.target = TARGET_EVM_NO_ZK;
    assert_result(service_submit(scene->service, &late, &failure), RESULT_CIRCUIT_TOO_LARGE);
    assert_int_equal(failure.retry_after_seconds, 0);
    assert_int_equal(atomic_load(&scene->fake.keys_begun), 2);
    close_scene(scene);
}

static bool knows(struct scene *scene, enum job_kind kind, enum verifier_target target)
{
    const struct job job = {.kind = kind, .circuit = scene->circuit, .target = target};
    return service_knows(scene->service, &job);
}

static void test_service_submit__shares_a_key_among_those_who_ask_for_it(void **state)
{
    (void)state;
    struct asked asked[3], late;
    struct scene *scene = open_scene(2);
    assert_false(knows(scene, JOB_KEY, TARGET_EVM));
    for (unsigned i = 0; i < 3; i++)
        ask_kind(scene, &asked[i], JOB_KEY, TARGET_EVM);
    engine_fake_await_keys(&scene->fake, 1);
    assert_int_equal(service_status(scene->service).jobs_pending, 1);
    leave(scene, &asked[0]);
    assert_ended(&asked[0], RESULT_CANCELLED);
    engine_fake_let_keys_through(&scene->fake, 1);
    for (unsigned i = 1; i < 3; i++) {
        await_done(&asked[i]);
        assert_non_null(asked[i].job.key);
        assert_ended(&asked[i], RESULT_OK);
    }
    assert_true(knows(scene, JOB_KEY, TARGET_EVM));
    ask_kind(scene, &late, JOB_KEY, TARGET_EVM);
    assert_int_equal(atomic_load(&late.done), 1);
    assert_ended(&late, RESULT_OK);
    assert_int_equal(atomic_load(&scene->fake.keys_begun), 1);
    close_scene(scene);
}

static void test_service_submit__answers_what_is_known_whoever_proves(void **state)
{
    (void)state;
    enum { PLACES = 8 };
    struct asked running, waiting[PLACES], known;
    struct scene *scene = open_busy(&running);
    for (unsigned i = 0; i < PLACES; i++)
        ask(scene, &waiting[i], (unsigned char)(2 + i));
    ask_kind(scene, &known, JOB_KEY, TARGET_DEFAULT);
    assert_int_equal(atomic_load(&known.done), 1);
    assert_ended(&known, RESULT_OK);
    service_stop(scene->service, 0);
    assert_ended(&running, RESULT_STOPPING);
    for (unsigned i = 0; i < PLACES; i++)
        assert_ended(&waiting[i], RESULT_STOPPING);
    close_scene(scene);
}

/* All calls share the handle, whatever the target, and it is gone with the circuit. */
static void test_service__opens_a_circuit_once_and_closes_it_at_the_end(void **state)
{
    (void)state;
    struct asked proofs[2], key;
    struct scene *scene = open_scene(2);
    for (unsigned i = 0; i < 2; i++)
        ask(scene, &proofs[i], (unsigned char)(1 + i));
    ask_kind(scene, &key, JOB_KEY, TARGET_EVM);
    engine_fake_let_keys_through(&scene->fake, 1);
    engine_fake_let_through(&scene->fake, 2);
    for (unsigned i = 0; i < 2; i++)
        assert_proven(&proofs[i], (unsigned char)(1 + i));
    assert_ended(&key, RESULT_OK);
    assert_int_equal(atomic_load(&scene->fake.opened), 1);
    assert_int_equal(atomic_load(&scene->fake.closed), 0);
    service_stop(scene->service, 0);
    registry_remove(scene->registry, scene->circuit);
    assert_int_equal(atomic_load(&scene->fake.closed), 0);
    circuit_release(scene->circuit);
    assert_int_equal(atomic_load(&scene->fake.closed), 1);
    scene->circuit = NULL;
    close_scene(scene);
}

/* An engine that knows what a proof takes is believed before one was made. */
static void test_service_submit__refuses_what_the_engine_knows_not_to_fit(void **state)
{
    (void)state;
    const uint64_t most = UINT64_C(1) << 30;
    struct asked asked, key;
    struct scene *scene = open_scene_of(1, most, NULL);
    engine_fake_let_through(&scene->fake, 1);
    atomic_store(&scene->fake.memory, most + 1);
    ask(scene, &asked, 1);
    assert_ended(&asked, RESULT_CIRCUIT_EXCEEDS_MEMORY);
    ask_kind(scene, &key, JOB_KEY, TARGET_EVM);
    assert_ended(&key, RESULT_CIRCUIT_EXCEEDS_MEMORY);
    atomic_store(&scene->fake.memory, most);
    ask(scene, &asked, 1);
    assert_proven(&asked, 1);
    close_scene(scene);
}

static void get_contract(struct scene *scene)
{
    struct asked asked;
    ask_kind(scene, &asked, JOB_SOLIDITY, TARGET_EVM);
    await_done(&asked);
    assert_int_equal(asked.job.text.length, 8);
    assert_memory_equal(asked.job.text.data, "contract", 8);
    assert_ended(&asked, RESULT_OK);
}

static void test_service_submit__writes_a_contract_once(void **state)
{
    (void)state;
    struct scene *scene = open_scene(2);
    engine_fake_let_keys_through(&scene->fake, 1);
    assert_false(knows(scene, JOB_SOLIDITY, TARGET_EVM));
    get_contract(scene);
    assert_true(knows(scene, JOB_SOLIDITY, TARGET_EVM));
    get_contract(scene);
    assert_int_equal(atomic_load(&scene->fake.contracts), 1);
    assert_int_equal(atomic_load(&scene->fake.keys_begun), 1);
    close_scene(scene);
}

static void test_service__keeps_keys_and_contracts_in_its_folder(void **state)
{
    (void)state;
    char folder[PATH_MAX], keys[PATH_MAX], bb[PATH_MAX], name[128];
    make_folder(folder);
    struct scene *scene = open_scene_with(1, folder);
    engine_fake_let_keys_through(&scene->fake, 1);
    get_contract(scene);
    (void)snprintf(name, sizeof(name), "%s.evm.sol", scene->circuit->bytecode_id);
    close_scene(scene);
    scene = open_scene_with(1, folder);
    assert_true(knows(scene, JOB_KEY, TARGET_EVM));
    assert_true(knows(scene, JOB_SOLIDITY, TARGET_EVM));
    assert_false(knows(scene, JOB_KEY, TARGET_EVM_NO_ZK));
    get_contract(scene);
    assert_int_equal(atomic_load(&scene->fake.contracts), 0);
    assert_int_equal(atomic_load(&scene->fake.keys_begun), 0);
    close_scene(scene);
    /* One that the disk has changed is written again. */
    path_in(keys, folder, "keys");
    path_in(bb, keys, "bb-");
    write_file(bb, name, "0123456789012345678901234567890 contract", 40);
    scene = open_scene_with(1, folder);
    get_contract(scene);
    assert_int_equal(atomic_load(&scene->fake.contracts), 1);
    close_scene(scene);
    remove_folder(folder);
}

/* A job of any kind that waits for a worker ends when its owner leaves. */
static void test_service_leave__ends_the_wait_of_every_kind(void **state)
{
    (void)state;
    struct asked running, verify, upload, removal;
    struct scene *scene = open_busy(&running);
    ask_kind(scene, &verify, JOB_VERIFY, TARGET_DEFAULT);
    ask_kind(scene, &upload, JOB_UPLOAD, TARGET_DEFAULT);
    ask_kind(scene, &removal, JOB_DELETE, TARGET_DEFAULT);
    assert_int_equal(service_status(scene->service).jobs_pending, 3);
    struct asked *left[] = {&verify, &upload, &removal};
    for (unsigned i = 0; i < 3; i++) {
        leave(scene, left[i]);
        assert_ended(left[i], RESULT_CANCELLED);
    }
    assert_int_equal(service_status(scene->service).jobs_pending, 0);
    engine_fake_let_through(&scene->fake, 1);
    assert_proven(&running, 1);
    close_scene(scene);
}

static void test_service__gives_nobody_a_proof_that_is_wrong(void **state)
{
    (void)state;
    const enum verifier_target targets[] = {TARGET_DEFAULT, TARGET_EVM};
    struct scene *scene = open_scene(1);
    engine_fake_let_keys_through(&scene->fake, 1);
    for (unsigned i = 0; i < 2; i++) {
        struct asked wrong, right;
        atomic_store(&scene->fake.spoils, true);
        ask_for(scene, &wrong, 1, targets[i]);
        engine_fake_let_through(&scene->fake, 1);
        await_done(&wrong);
        assert_contains(wrong.job.failure.message, "its proof does not verify");
        assert_ended(&wrong, RESULT_WITNESS_UNSATISFIED);
        atomic_store(&scene->fake.spoils, false);
        ask_for(scene, &right, 1, targets[i]);
        engine_fake_let_through(&scene->fake, 1);
        assert_proven(&right, 1);
    }
    assert_int_equal(atomic_load(&scene->fake.verifications), 0);
    close_scene(scene);
}

/* Made in bb's faster way and in its older one, when that is there. */
static void test_service__makes_a_wrong_proof_again_once(void **state)
{
    (void)state;
    struct asked wrong;
    struct scene *scene = open_scene(1);
    scene->bb.new_msm = true;
    atomic_store(&scene->fake.spoils, true);
    ask(scene, &wrong, 1);
    engine_fake_let_through(&scene->fake, 2);
    assert_ended(&wrong, RESULT_WITNESS_UNSATISFIED);
    assert_int_equal(atomic_load(&scene->fake.begun), 2);
    close_scene(scene);
}

/* Bytes under a key of the client's own, for a target. */
static void ask_verdict(struct scene *scene, struct asked *asked, enum verifier_target target)
{
    static const unsigned char word[WITNESS_BYTES] = {1};
    *asked = (struct asked){.job = {.kind = JOB_VERIFY,
                                    .target = target,
                                    .client = 1,
                                    .deadline = deadline_in_seconds(60),
                                    .done = note_done,
                                    .context = asked}};
    assert_true(buffer_append(&asked->job.given_key, word, sizeof(word)));
    assert_true(buffer_append(&asked->job.proof.proof, word, sizeof(word)));
    assert_result(service_submit(scene->service, &asked->job, &failure), RESULT_OK);
    await_done(asked);
    assert_result(asked->job.failure.result, RESULT_OK);
}

static void test_service__asks_the_engine_for_a_verdict_where_it_has_none_of_its_own(void **state)
{
    (void)state;
    struct scene *scene = open_scene(1);
    scene->bb.starknet = true;
    for (int target = 0; target < TARGET_COUNT; target++) {
        struct asked asked;
        enum ultrahonk_target ours;
        bool is_ours = ultrahonk_target_parse(&ours, target_name((enum verifier_target)target));
        unsigned before = atomic_load(&scene->fake.verifications);
        ask_verdict(scene, &asked, (enum verifier_target)target);
        assert_int_equal(atomic_load(&scene->fake.verifications), before + (is_ours ? 0 : 1));
        assert_int_equal(asked.job.verified, !is_ours);
        assert_int_equal(asked.job.reason[0] != '\0', is_ours);
        job_free_contents(&asked.job);
    }
    assert_int_equal(atomic_load(&scene->fake.verifications), 4);
    close_scene(scene);
}

/* Each waits for a key that is never made, or leaves. */
static void *wait_for_keys(void *context)
{
    enum { ROUNDS = 200 };
    struct scene *scene = context;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct asked asked;
        ask_for(scene, &asked, (unsigned char)(1 + round % 2), TARGET_EVM);
        leave(scene, &asked);
        assert_ended(&asked, RESULT_CANCELLED);
    }
    return NULL;
}

static void test_service__makes_no_key_for_nobody(void **state)
{
    (void)state;
    enum { CLIENTS = 3 };
    pthread_t clients[CLIENTS];
    struct scene *scene = open_scene(2);
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&clients[i], NULL, wait_for_keys, scene), 0);
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_join(clients[i], NULL), 0);
    while (circuit_key_state(scene->circuit, TARGET_EVM, NULL) == KEY_PREPARING)
        (void)sched_yield();
    assert_int_equal(circuit_key_state(scene->circuit, TARGET_EVM, NULL), KEY_UNKNOWN);
    close_scene(scene);
}

static void test_service_stop__calls_off_keys_and_who_waits_for_them(void **state)
{
    (void)state;
    struct asked cold[COLD];
    struct scene *scene = open_cold(2, cold);
    service_stop(scene->service, 0);
    for (unsigned i = 0; i < COLD; i++)
        assert_ended(&cold[i], RESULT_STOPPING);
    close_scene(scene);
}

static void test_service_stop__calls_off_what_runs_and_what_waits(void **state)
{
    (void)state;
    struct asked running, waiting;
    struct scene *scene = open_busy(&running);
    ask(scene, &waiting, 2);
    service_stop(scene->service, 0);
    assert_ended(&running, RESULT_STOPPING);
    assert_ended(&waiting, RESULT_STOPPING);
    fill(scene, &waiting, 3, TARGET_DEFAULT);
    assert_result(service_submit(scene->service, &waiting.job, &failure), RESULT_STOPPING);
    assert_int_equal(atomic_load(&waiting.done), 0);
    job_free_contents(&waiting.job);
    close_scene(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_service_leave__takes_what_waits_out_of_the_queue),
        cmocka_unit_test(test_service_leave__ends_what_runs_and_nothing_else),
        cmocka_unit_test(test_service_leave__comes_too_late_without_harm),
        cmocka_unit_test(test_service_leave__leaves_the_proof_to_those_who_share_it),
        cmocka_unit_test(test_service__answers_each_of_many_who_come_and_go_once),
        cmocka_unit_test(test_service__makes_a_key_once_and_lets_others_by),
        cmocka_unit_test(test_service_leave__leaves_the_key_to_those_who_wait_for_it),
        cmocka_unit_test(test_service__tells_all_who_wait_for_a_key_that_there_is_none),
        cmocka_unit_test(test_service_submit__tries_again_after_what_passes_alone),
        cmocka_unit_test(test_service_submit__shares_a_key_among_those_who_ask_for_it),
        cmocka_unit_test(test_service_submit__answers_what_is_known_whoever_proves),
        cmocka_unit_test(test_service__opens_a_circuit_once_and_closes_it_at_the_end),
        cmocka_unit_test(test_service_submit__refuses_what_the_engine_knows_not_to_fit),
        cmocka_unit_test(test_service_submit__writes_a_contract_once),
        cmocka_unit_test(test_service__keeps_keys_and_contracts_in_its_folder),
        cmocka_unit_test(test_service_leave__ends_the_wait_of_every_kind),
        cmocka_unit_test(test_service__gives_nobody_a_proof_that_is_wrong),
        cmocka_unit_test(test_service__makes_a_wrong_proof_again_once),
        cmocka_unit_test(test_service__asks_the_engine_for_a_verdict_where_it_has_none_of_its_own),
        cmocka_unit_test(test_service__makes_no_key_for_nobody),
        cmocka_unit_test(test_service_stop__calls_off_keys_and_who_waits_for_them),
        cmocka_unit_test(test_service_stop__calls_off_what_runs_and_what_waits),
    };
    return RUN_TESTS(tests);
}
