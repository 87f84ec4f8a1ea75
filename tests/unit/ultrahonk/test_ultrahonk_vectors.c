/*
 * The verifier against every intermediate value of real proofs: the specification's vectors, whose
 * folder ULTRAHONK_VECTORS names. They are not part of the repository: where they are absent, these
 * tests are skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bn254/msm.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/inner_product_check.h"
#include "ultrahonk/opening_check.h"
#include "ultrahonk/relations.h"
#include "ultrahonk/sumcheck_check.h"

static const char *const names[] = {
    "small-evm", "small-evm-no-zk", "small-noir-recursive", "small-noir-recursive-no-zk",
    "maze2-evm", "maze2-evm-no-zk", "maze2-noir-recursive", "maze2-noir-recursive-no-zk"};

enum { VECTORS = sizeof(names) / sizeof(names[0]) };

struct bytes_read {
    unsigned char *data;
    size_t length;
};

static json_t *load(const char *name)
{
    const char *folder = getenv("ULTRAHONK_VECTORS");
    char path[1024];
    json_error_t error;
    if (folder == NULL)
        return NULL;
    (void)snprintf(path, sizeof(path), "%s/%s.json", folder, name);
    return access(path, R_OK) == 0 ? json_load_file(path, 0, &error) : NULL;
}

static struct bytes_read from_hex(const char *hex)
{
    struct bytes_read bytes = {malloc(strlen(hex) / 2 + 1), 0};
    assert_non_null(bytes.data);
    assert_int_equal(
        sodium_hex2bin(bytes.data, strlen(hex) / 2, hex, strlen(hex), NULL, &bytes.length, NULL),
        0);
    return bytes;
}

static struct bytes_read bytes_at(const json_t *vector, const char *name)
{
    return from_hex(json_string_value(json_object_get(vector, name)));
}

/* "0x" and any number of digits. */
static struct field scalar_of(const json_t *value)
{
    char digits[2 * WORD_LENGTH + 1];
    unsigned char word[WORD_LENGTH];
    struct field scalar;
    const char *text = json_string_value(value);
    assert_non_null(text);
    memset(digits, '0', 2 * WORD_LENGTH - strlen(text + 2));
    memcpy(digits + 2 * WORD_LENGTH - strlen(text + 2), text + 2, strlen(text + 2) + 1);
    assert_int_equal(sodium_hex2bin(word, sizeof(word), digits, 2 * WORD_LENGTH, NULL, NULL, NULL),
                     0);
    assert_true(field_from_bytes(&scalar, word));
    return scalar;
}

static void assert_scalar(struct field scalar, const json_t *expected)
{
    struct field other = scalar_of(expected);
    assert_true(field_equal(&scalar, &other));
}

static void assert_scalars(const struct field *scalars, size_t count, const json_t *expected)
{
    assert_int_equal(json_array_size(expected), count);
    for (size_t i = 0; i < count; i++)
        assert_scalar(scalars[i], json_array_get(expected, i));
}

struct replay {
    json_t *vector;
    enum ultrahonk_target target;
    struct bytes_read key_bytes, proof_bytes, public_inputs;
    struct shape shape;
    struct verification_key_parts key;
    struct proof_parts proof;
    struct proof_challenges challenges;
};

static bool begin(struct replay *replay, size_t index)
{
    size_t at;
    *replay = (struct replay){.vector = load(names[index])};
    if (replay->vector == NULL)
        return false;
    const char *target = json_string_value(json_object_get(replay->vector, "target"));
    assert_true(ultrahonk_target_parse(&replay->target, target));
    replay->key_bytes = bytes_at(replay->vector, "vk");
    replay->proof_bytes = bytes_at(replay->vector, "proof");
    replay->public_inputs = bytes_at(replay->vector, "public_inputs");
    assert_int_equal(verification_key_parse(&replay->key, &at, replay->target,
                                            replay->key_bytes.data, replay->key_bytes.length),
                     ULTRAHONK_VERIFIED);
    replay->shape = shape_of(replay->target, replay->key.log_rows);
    assert_int_equal(proof_parse(&replay->proof, &at, &replay->shape, replay->proof_bytes.data,
                                 replay->proof_bytes.length),
                     ULTRAHONK_VERIFIED);
    proof_draw_challenges(&replay->challenges, &replay->shape, &replay->key,
                          replay->proof_bytes.data, replay->public_inputs.data);
    return true;
}

static void end(struct replay *replay)
{
    free(replay->key_bytes.data);
    free(replay->proof_bytes.data);
    free(replay->public_inputs.data);
    json_decref(replay->vector);
}

static json_t *at(const struct replay *replay, const char *name)
{
    json_t *value = json_object_get(replay->vector, name);
    assert_non_null(value);
    return value;
}

static void test_challenges__are_those_of_bb(void **state)
{
    (void)state;
    for (size_t i = 0; i < VECTORS; i++) {
        struct replay replay;
        if (!begin(&replay, i))
            skip();
        const struct proof_challenges *drawn = &replay.challenges;
        assert_scalar(replay.key.hash, at(&replay, "vk_hash"));
        assert_scalar(drawn->eta, at(&replay, "eta"));
        assert_scalar(drawn->beta, at(&replay, "beta"));
        assert_scalar(drawn->gamma, at(&replay, "gamma"));
        assert_scalar(drawn->alpha, at(&replay, "alpha"));
        assert_scalar(drawn->gate, at(&replay, "gate"));
        if (replay.shape.zero_knowledge)
            assert_scalar(drawn->libra, at(&replay, "libra"));
        assert_scalars(drawn->round, replay.shape.rounds, at(&replay, "u"));
        assert_scalar(drawn->rho, at(&replay, "rho"));
        assert_scalar(drawn->gemini, at(&replay, "r"));
        assert_scalar(drawn->nu, at(&replay, "nu"));
        assert_scalar(drawn->shplonk, at(&replay, "z"));
        end(&replay);
    }
}

static void test_relations_evaluate__gives_each_subrelation(void **state)
{
    (void)state;
    for (size_t i = 0; i < VECTORS; i++) {
        struct replay replay;
        if (!begin(&replay, i))
            skip();
        const struct relation_parameters parameters = {
            replay.challenges.eta, replay.challenges.beta, replay.challenges.gamma,
            scalar_of(at(&replay, "public_input_delta"))};
        const struct field weight = scalar_of(at(&replay, "gate_separator"));
        struct field values[SUBRELATION_COUNT];
        relations_evaluate(values, replay.proof.evaluations, &parameters);
        assert_scalar(relations_combine(values, replay.challenges.alpha, weight),
                      at(&replay, "full_relation"));
        for (size_t j = 0; j < SUBRELATION_COUNT; j++)
            if (j != SUBRELATION_LOOKUP_SUM)
                values[j] = times(values[j], weight);
        assert_scalars(values, SUBRELATION_COUNT, at(&replay, "subrelations"));
        end(&replay);
    }
}

static void test_interpolate__leads_from_target_to_target(void **state)
{
    (void)state;
    for (size_t i = 0; i < VECTORS; i++) {
        struct replay replay;
        if (!begin(&replay, i))
            skip();
        const struct interpolation interpolation = interpolation_of(replay.shape.univariate_length);
        for (size_t round = 0; round < replay.shape.rounds; round++)
            assert_scalar(interpolate(&interpolation, replay.proof.univariates[round],
                                      replay.challenges.round[round]),
                          json_array_get(at(&replay, "round_targets"), round + 1));
        end(&replay);
    }
}

static void assert_point(const struct g1 *point, const json_t *expected)
{
    unsigned char bytes[G1_BYTES];
    struct integer256 number;
    char hex[INTEGER256_HEX_CHARACTERS];
    g1_to_bytes(bytes, point);
    for (size_t i = 0; i < 2; i++) {
        const char *text = json_string_value(json_array_get(expected, i)) + 2;
        integer256_from_bytes(&number, bytes + i * FQ_BYTES);
        integer256_to_hex(hex, &number);
        assert_string_equal(hex + 64 - strlen(text), text);
    }
}

static void test_opening_terms_fill__gives_each_scalar(void **state)
{
    (void)state;
    for (size_t i = 0; i < VECTORS; i++) {
        struct replay replay;
        struct opening_terms terms;
        struct g1_jacobian sum;
        struct g1 affine;
        if (!begin(&replay, i))
            skip();
        assert_int_equal(opening_terms_fill(&terms, &replay.shape, &replay.proof,
                                            &replay.challenges, &replay.key),
                         ULTRAHONK_VERIFIED);
        assert_scalars(terms.scalars, terms.count, at(&replay, "scalars"));
        assert_int_equal(msm(&sum, terms.points, terms.scalars, terms.count), BN254_OK);
        g1_to_affine(&affine, &sum);
        assert_point(&affine, at(&replay, "P0"));
        end(&replay);
    }
}

static void test_ultrahonk_verify__accepts_them(void **state)
{
    struct ultrahonk_crs *crs;
    (void)state;
    assert_int_equal(ultrahonk_crs_aztec(&crs), ULTRAHONK_OK);
    for (size_t i = 0; i < VECTORS; i++) {
        struct replay replay;
        struct ultrahonk_verdict verdict;
        if (!begin(&replay, i)) {
            ultrahonk_crs_free(crs);
            skip();
        }
        assert_int_equal(ultrahonk_verify(crs, &verdict, replay.target, replay.key_bytes.data,
                                          replay.key_bytes.length, replay.proof_bytes.data,
                                          replay.proof_bytes.length, replay.public_inputs.data,
                                          replay.public_inputs.length),
                         ULTRAHONK_OK);
        assert_string_equal(ultrahonk_reason_text(verdict.reason), "the proof verifies");
        assert_true(verdict.verified);
        end(&replay);
    }
    ultrahonk_crs_free(crs);
}

/* One word of a real proof, changed; bb's verdict is known. */
static void test_ultrahonk_verify__gives_bbs_verdict_on_changed_words(void **state)
{
    struct ultrahonk_crs *crs;
    json_t *changes = load("negative");
    (void)state;
    if (changes == NULL)
        skip();
    assert_int_equal(ultrahonk_crs_aztec(&crs), ULTRAHONK_OK);
    assert_true(json_array_size(changes) > 100);
    for (size_t i = 0; i < json_array_size(changes); i++) {
        const json_t *change = json_array_get(changes, i);
        char name[128];
        (void)snprintf(name, sizeof(name), "%s-%s",
                       json_string_value(json_object_get(change, "circuit")),
                       json_string_value(json_object_get(change, "target")));
        size_t index = 0;
        while (index < VECTORS && strcmp(names[index], name) != 0)
            index++;
        assert_true(index < VECTORS);
        struct replay replay;
        struct ultrahonk_verdict verdict;
        assert_true(begin(&replay, index));
        size_t word = (size_t)json_integer_value(json_object_get(change, "word"));
        const char *text = json_string_value(json_object_get(change, "value")) + 2;
        char digits[2 * WORD_LENGTH + 1];
        memset(digits, '0', 2 * WORD_LENGTH);
        memcpy(digits + 2 * WORD_LENGTH - strlen(text), text, strlen(text) + 1);
        struct bytes_read value = from_hex(digits);
        memcpy(replay.proof_bytes.data + word * WORD_LENGTH, value.data, WORD_LENGTH);
        free(value.data);
        assert_int_equal(ultrahonk_verify(crs, &verdict, replay.target, replay.key_bytes.data,
                                          replay.key_bytes.length, replay.proof_bytes.data,
                                          replay.proof_bytes.length, replay.public_inputs.data,
                                          replay.public_inputs.length),
                         ULTRAHONK_OK);
        bool accepts = strcmp(json_string_value(json_object_get(change, "expect")), "accept") == 0;
        assert_int_equal(verdict.verified, accepts);
        end(&replay);
    }
    json_decref(changes);
    ultrahonk_crs_free(crs);
}

/* Whole proofs with pairing points in them. Where bb passes over a point at infinity, we refuse. */
static void test_ultrahonk_verify__checks_nested_points(void **state)
{
    struct ultrahonk_crs *crs;
    json_t *cases = load("nested");
    (void)state;
    if (cases == NULL)
        skip();
    assert_int_equal(ultrahonk_crs_aztec(&crs), ULTRAHONK_OK);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *nested = json_array_get(cases, i);
        enum ultrahonk_target target;
        struct ultrahonk_verdict verdict;
        struct bytes_read key = bytes_at(nested, "vk");
        struct bytes_read proof = bytes_at(nested, "proof");
        struct bytes_read public_inputs = bytes_at(nested, "public_inputs");
        assert_true(
            ultrahonk_target_parse(&target, json_string_value(json_object_get(nested, "target"))));
        assert_int_equal(ultrahonk_verify(crs, &verdict, target, key.data, key.length, proof.data,
                                          proof.length, public_inputs.data, public_inputs.length),
                         ULTRAHONK_OK);
        const char *ours = json_string_value(json_object_get(nested, "verify_py"));
        assert_int_equal(verdict.verified, strcmp(ours, "accept") == 0);
        free(key.data);
        free(proof.data);
        free(public_inputs.data);
    }
    json_decref(cases);
    ultrahonk_crs_free(crs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_challenges__are_those_of_bb),
        cmocka_unit_test(test_relations_evaluate__gives_each_subrelation),
        cmocka_unit_test(test_interpolate__leads_from_target_to_target),
        cmocka_unit_test(test_opening_terms_fill__gives_each_scalar),
        cmocka_unit_test(test_ultrahonk_verify__accepts_them),
        cmocka_unit_test(test_ultrahonk_verify__gives_bbs_verdict_on_changed_words),
        cmocka_unit_test(test_ultrahonk_verify__checks_nested_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
