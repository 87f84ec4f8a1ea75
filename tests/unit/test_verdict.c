/* Why a proof is not right: proofs of bb's, some of them changed, as jobs that bb has refused. */
#include <stdlib.h>
#include <string.h>
#include <ultrahonk.h>

#include "jobs/verdict_internal.h"
#include "proof_input.h"
#include "support.h"

/* A proof of bb's, and the job that asks about it. */
struct scene {
    struct buffer file;
    struct proof_input input;
    struct job job;
    struct crs crs;
};

static struct scene open_scene(const char *name)
{
    struct scene scene = {.job = {.kind = JOB_VERIFY}};
    read_file(&scene.file, PROOF_CORPUS, name);
    scene.input = proof_input_of(scene.file.data, scene.file.length);
    assert_true(target_parse(&scene.job.target, ultrahonk_target_name(scene.input.target)));
    assert_true(buffer_append(&scene.job.proof.proof, scene.input.proof, scene.input.proof_length));
    assert_true(buffer_append(&scene.job.proof.public_inputs, scene.input.public_inputs,
                              scene.input.public_inputs_length));
    return scene;
}

static void close_scene(struct scene *scene)
{
    proof_free(&scene->job.proof);
    buffer_free(&scene->file);
}

static const char *reason(struct scene *scene)
{
    const struct tools tools = {.crs = &scene->crs};
    scene->job.reason[0] = '\0';
    verdict_explain(&scene->job, (struct bytes){scene->input.key, scene->input.key_length}, &tools);
    return scene->job.reason;
}

static void set_target(struct scene *scene, const char *name)
{
    assert_true(target_parse(&scene->job.target, name));
}

static void test_verdict_explain__says_where_a_changed_proof_is_wrong(void **state)
{
    (void)state;
    struct scene scene = open_scene("square_evm");
    scene.job.proof.proof.data[scene.job.proof.proof.length - 1] ^= 1;
    assert_contains(reason(&scene), "a point of the proof is not on the curve (word ");
    close_scene(&scene);
    scene = open_scene("square_noir_recursive");
    scene.job.proof.public_inputs.data[PROOF_WORD_BYTES - 1] ^= 1;
    assert_string_equal(reason(&scene), "a round of the sumcheck does not add up (round 0)");
    scene.job.proof.public_inputs.length = 0;
    assert_string_equal(reason(&scene), "there are not as many public inputs as the key says");
    close_scene(&scene);
}

static void test_verdict_explain__names_the_target_of_another_length(void **state)
{
    (void)state;
    struct scene scene = open_scene("square_evm_no_zk");
    set_target(&scene, "evm");
    assert_contains(reason(&scene), "the proof has ");
    assert_contains(reason(&scene), "; it is as long as one for evm-no-zk");
    set_target(&scene, "noir-recursive");
    assert_string_equal(reason(&scene),
                        "the verification key has 1888 bytes, and one for noir-recursive 3680; it "
                        "is as long as one for evm or evm-no-zk");
    scene.input.key_length = 0;
    assert_string_equal(reason(&scene),
                        "the verification key has 0 bytes, and one for noir-recursive 3680");
    close_scene(&scene);
    scene = open_scene("square_evm");
    scene.job.proof.proof.length -= PROOF_WORD_BYTES;
    assert_contains(reason(&scene), ", and one for evm ");
    assert_null(strstr(reason(&scene), "as long as"));
    close_scene(&scene);
}

static void test_verdict_explain__tells_no_pairing_of_a_development_crs(void **state)
{
    (void)state;
    struct scene scene = open_scene("nested_wrong_evm");
    assert_string_equal(reason(&scene), "the pairing points in the proof do not pair to one");
    scene.crs.development = true;
    assert_string_equal(reason(&scene), "");
    scene.job.proof.public_inputs.length = 0;
    assert_string_not_equal(reason(&scene), "");
    close_scene(&scene);
}

static void test_verdict_explain__leaves_other_targets_alone(void **state)
{
    (void)state;
    struct scene scene = open_scene("square_evm");
    scene.job.proof.proof.length -= PROOF_WORD_BYTES;
    const char *const targets[] = {"noir-rollup", "noir-rollup-no-zk", "starknet",
                                   "starknet-no-zk"};
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        set_target(&scene, targets[i]);
        assert_string_equal(reason(&scene), "");
    }
    close_scene(&scene);
}

static void test_verdict_explain__logs_a_proof_that_is_right(void **state)
{
    (void)state;
    struct circuit circuit = {.id = "the-id"};
    struct scene scene = open_scene("square_evm");
    scene.job.circuit = &circuit;
    capture_errors_begin();
    const char *said = reason(&scene);
    char *logged = capture_errors_end();
    assert_string_equal(said, "");
    assert_contains(logged, "\"error\"");
    assert_contains(logged, "the-id");
    free(logged);
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdict_explain__says_where_a_changed_proof_is_wrong),
        cmocka_unit_test(test_verdict_explain__names_the_target_of_another_length),
        cmocka_unit_test(test_verdict_explain__tells_no_pairing_of_a_development_crs),
        cmocka_unit_test(test_verdict_explain__leaves_other_targets_alone),
        cmocka_unit_test(test_verdict_explain__logs_a_proof_that_is_right),
    };
    return RUN_TESTS(tests);
}
