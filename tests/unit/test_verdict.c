/* Whether a proof is right, and why not: proofs of bb's, some of them changed. */
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
    assert_int_equal(ultrahonk_crs_aztec(&scene.crs.verifier), ULTRAHONK_OK);
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
    crs_close(&scene->crs);
}

static const char *reason(struct scene *scene)
{
    const struct service_options options = {.crs = &scene->crs};
    const struct tools tools = {.options = &options};
    const struct bytes key = {scene->input.key, scene->input.key_length};
    assert_result(verdict_give(&scene->job, key, &tools), RESULT_OK);
    return scene->job.reason;
}

static void set_target(struct scene *scene, const char *name)
{
    assert_true(target_parse(&scene->job.target, name));
}

static void test_verdict_give__says_where_a_changed_proof_is_wrong(void **state)
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

static void test_verdict_give__names_the_target_of_another_length(void **state)
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

static void test_verdict_give__names_the_pairing(void **state)
{
    (void)state;
    struct scene scene = open_scene("nested_wrong_evm");
    assert_string_equal(reason(&scene), "the pairing points in the proof do not pair to one");
    close_scene(&scene);
}

static void test_verdict_give__finds_right_what_bb_made(void **state)
{
    (void)state;
    const char *const names[] = {"square_evm", "square_evm_no_zk", "square_noir_recursive",
                                 "square_noir_recursive_no_zk", "nested_right_evm"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct scene scene = open_scene(names[i]);
        assert_string_equal(reason(&scene), "");
        assert_true(scene.job.verified);
        close_scene(&scene);
    }
}

/* An earlier verdict is not left standing. */
static void test_verdict_give__begins_anew(void **state)
{
    (void)state;
    struct scene scene = open_scene("square_evm");
    scene.job.proof.proof.data[scene.job.proof.proof.length - 1] ^= 1;
    assert_string_not_equal(reason(&scene), "");
    assert_false(scene.job.verified);
    scene.job.proof.proof.data[scene.job.proof.proof.length - 1] ^= 1;
    assert_string_equal(reason(&scene), "");
    assert_true(scene.job.verified);
    close_scene(&scene);
}

static void test_verdict_is_ours__but_for_rollup_and_starknet(void **state)
{
    (void)state;
    const enum verifier_target ours[] = {TARGET_EVM, TARGET_EVM_NO_ZK, TARGET_NOIR_RECURSIVE,
                                         TARGET_NOIR_RECURSIVE_NO_ZK};
    const enum verifier_target others[] = {TARGET_NOIR_ROLLUP, TARGET_NOIR_ROLLUP_NO_ZK,
                                           TARGET_STARKNET, TARGET_STARKNET_NO_ZK};
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
        assert_true(verdict_is_ours(ours[i]));
        assert_false(verdict_is_ours(others[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdict_give__says_where_a_changed_proof_is_wrong),
        cmocka_unit_test(test_verdict_give__names_the_target_of_another_length),
        cmocka_unit_test(test_verdict_give__names_the_pairing),
        cmocka_unit_test(test_verdict_give__finds_right_what_bb_made),
        cmocka_unit_test(test_verdict_give__begins_anew),
        cmocka_unit_test(test_verdict_is_ours__but_for_rollup_and_starknet),
    };
    return RUN_TESTS(tests);
}
