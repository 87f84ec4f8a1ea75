/*
 * Each reason why a proof does not verify, brought about: by one change to a real proof, its key or
 * its public input, or, where only a challenge could lead to it, by a challenge.
 */
#include "../support.h"

#include <stdlib.h>
#include <string.h>

#include "bn254/msm.h"
#include "proof_input.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/inner_product_check.h"
#include "ultrahonk/opening_check.h"
#include "ultrahonk/sumcheck_check.h"

enum part { KEY, PUBLIC_INPUTS, PROOF, PART_COUNT };

enum change {
    NOTHING,
    SET,      /* the word becomes the number */
    ADD,      /* the number is added to the word, which does not overflow */
    FILL,     /* the word becomes 2^256 - 1 */
    SET_BIT,  /* of the word, counted from the lowest */
    COPY_TWO, /* the word and the next become those from the number on */
    ZERO_TWO,
    MODULUS, /* the word becomes r */
    LENGTH   /* the number of bytes; what is added is zero */
};

/* In a proof of 2^5 rows for evm. */
enum {
    PAIRING_LIMB = 0,
    MASKING = 8,
    UNIVARIATES = 29,
    EVALUATIONS = 75,
    LIBRA_OPENINGS = 134,
    SHPLONK_QUOTIENT = 138,
    KZG_QUOTIENT = 140,
    PROOF_BYTES = 142 * WORD_LENGTH,
    KEY_BYTES = 59 * WORD_LENGTH,
    MOST_BYTES = 1 << 15
};

static const struct crafted {
    const char *base; /* a file of the fuzz target's corpus */
    enum part part;
    enum change change;
    size_t word;
    uint64_t number;
    enum ultrahonk_reason reason;
    size_t at;
} crafted[] = {
    {"square_evm", KEY, NOTHING, 0, 0, ULTRAHONK_VERIFIED, 0},
    {"square_evm_no_zk", KEY, NOTHING, 0, 0, ULTRAHONK_VERIFIED, 0},
    {"square_noir_recursive", KEY, NOTHING, 0, 0, ULTRAHONK_VERIFIED, 0},
    {"square_noir_recursive_no_zk", KEY, NOTHING, 0, 0, ULTRAHONK_VERIFIED, 0},
    {"nested_right_evm", KEY, NOTHING, 0, 0, ULTRAHONK_VERIFIED, 0},
    {"nested_right_noir_recursive_no_zk", KEY, NOTHING, 0, 0, ULTRAHONK_VERIFIED, 0},

    {"square_evm", KEY, LENGTH, 0, 0, ULTRAHONK_KEY_LENGTH, 0},
    {"square_evm", KEY, LENGTH, 0, KEY_BYTES - 1, ULTRAHONK_KEY_LENGTH, 0},
    {"square_evm", KEY, LENGTH, 0, KEY_BYTES + WORD_LENGTH, ULTRAHONK_KEY_LENGTH, 0},
    {"square_evm", KEY, SET, 0, 0, ULTRAHONK_KEY_ROWS, 0},
    {"square_evm", KEY, SET, 0, 1, ULTRAHONK_PROOF_LENGTH, 0},
    {"square_evm", KEY, SET, 0, 25, ULTRAHONK_PROOF_LENGTH, 0},
    {"square_evm", KEY, SET, 0, 26, ULTRAHONK_KEY_ROWS, 0},
    {"square_evm", KEY, SET, 0, UINT64_MAX, ULTRAHONK_KEY_ROWS, 0},
    {"square_evm", KEY, SET_BIT, 0, 64, ULTRAHONK_KEY_ROWS, 0},
    {"square_evm", KEY, SET_BIT, 0, 255, ULTRAHONK_KEY_ROWS, 0},
    {"square_noir_recursive", KEY, SET, 0, 26, ULTRAHONK_KEY_ROWS, 0},
    {"square_noir_recursive", KEY, SET, 0, 6, ULTRAHONK_SUMCHECK_ROUND, 0},
    {"square_evm", KEY, SET, 1, 7, ULTRAHONK_KEY_PUBLIC_INPUTS, 0},
    {"square_evm", KEY, SET, 1, 0, ULTRAHONK_KEY_PUBLIC_INPUTS, 0},
    {"square_evm", KEY, SET, 1, 8, ULTRAHONK_PUBLIC_INPUTS_COUNT, 0},
    {"square_evm", KEY, SET, 1, (1 << 20) + 8, ULTRAHONK_PUBLIC_INPUTS_COUNT, 0},
    {"square_evm", KEY, SET, 1, (1 << 20) + 9, ULTRAHONK_KEY_PUBLIC_INPUTS, 0},
    {"square_evm", KEY, SET_BIT, 1, 64, ULTRAHONK_KEY_PUBLIC_INPUTS, 0},
    {"square_evm", KEY, SET, 2, 4, ULTRAHONK_KEY_OFFSET, 0},
    {"square_evm", KEY, SET, 2, 6, ULTRAHONK_KEY_OFFSET, 0},
    {"square_evm", KEY, SET_BIT, 2, 64, ULTRAHONK_KEY_OFFSET, 0},
    {"square_evm", KEY, FILL, 3, 0, ULTRAHONK_KEY_NOT_CANONICAL, 3},
    {"square_evm", KEY, FILL, 58, 0, ULTRAHONK_KEY_NOT_CANONICAL, 57},
    {"square_noir_recursive", KEY, SET_BIT, 3, 136, ULTRAHONK_KEY_NOT_CANONICAL, 3},
    {"square_noir_recursive", KEY, SET_BIT, 4, 118, ULTRAHONK_KEY_NOT_CANONICAL, 3},
    {"square_evm", KEY, ADD, 5, 1, ULTRAHONK_KEY_NOT_ON_CURVE, 5},
    {"square_noir_recursive", KEY, ADD, 7, 1, ULTRAHONK_KEY_NOT_ON_CURVE, 7},

    {"square_evm", PUBLIC_INPUTS, LENGTH, 0, 0, ULTRAHONK_PUBLIC_INPUTS_COUNT, 0},
    {"square_evm", PUBLIC_INPUTS, LENGTH, 0, 31, ULTRAHONK_PUBLIC_INPUTS_COUNT, 0},
    {"square_evm", PUBLIC_INPUTS, LENGTH, 0, 33, ULTRAHONK_PUBLIC_INPUTS_COUNT, 0},
    {"square_evm", PUBLIC_INPUTS, LENGTH, 0, 64, ULTRAHONK_PUBLIC_INPUTS_COUNT, 0},
    {"square_evm", PUBLIC_INPUTS, MODULUS, 0, 0, ULTRAHONK_PUBLIC_INPUT_NOT_CANONICAL, 0},
    {"square_evm", PUBLIC_INPUTS, ADD, 0, 1, ULTRAHONK_SUMCHECK_ROUND, 0},

    {"square_evm", PROOF, LENGTH, 0, 0, ULTRAHONK_PROOF_LENGTH, 0},
    {"square_evm", PROOF, LENGTH, 0, PROOF_BYTES - 1, ULTRAHONK_PROOF_LENGTH, 0},
    {"square_evm", PROOF, LENGTH, 0, PROOF_BYTES + 1, ULTRAHONK_PROOF_LENGTH, 0},
    {"square_evm", PROOF, LENGTH, 0, PROOF_BYTES + WORD_LENGTH, ULTRAHONK_PROOF_LENGTH, 0},
    {"square_evm", PROOF, MODULUS, EVALUATIONS, 0, ULTRAHONK_PROOF_NOT_CANONICAL, EVALUATIONS},
    {"square_evm", PROOF, FILL, MASKING + 1, 0, ULTRAHONK_PROOF_NOT_CANONICAL, MASKING},
    {"square_noir_recursive", PROOF, SET_BIT, 8, 136, ULTRAHONK_PROOF_NOT_CANONICAL, 8},
    {"square_noir_recursive", PROOF, SET_BIT, 11, 118, ULTRAHONK_PROOF_NOT_CANONICAL, 8},
    {"square_evm", PROOF, ADD, KZG_QUOTIENT, 1, ULTRAHONK_PROOF_NOT_ON_CURVE, KZG_QUOTIENT},

    {"square_evm", PROOF, SET, PAIRING_LIMB, 1, ULTRAHONK_NESTED_POINTS, 0},
    {"square_evm", PROOF, SET_BIT, PAIRING_LIMB, 136, ULTRAHONK_NESTED_POINTS, 0},
    {"nested_right_evm", PROOF, SET_BIT, PAIRING_LIMB + 1, 118, ULTRAHONK_NESTED_POINTS, 0},
    {"nested_first_infinity_evm", PROOF, NOTHING, 0, 0, ULTRAHONK_NESTED_POINTS, 0},
    {"nested_second_infinity_evm_no_zk", PROOF, NOTHING, 0, 0, ULTRAHONK_NESTED_POINTS, 0},
    {"nested_wrong_evm", PROOF, NOTHING, 0, 0, ULTRAHONK_NESTED_PAIRING, 0},

    {"square_evm", PROOF, ADD, UNIVARIATES, 1, ULTRAHONK_SUMCHECK_ROUND, 0},
    {"square_evm", PROOF, ADD, UNIVARIATES + 3 * 9, 1, ULTRAHONK_SUMCHECK_ROUND, 3},
    {"square_evm", PROOF, ADD, UNIVARIATES + 3 * 9 + 2, 1, ULTRAHONK_SUMCHECK_ROUND, 4},
    {"square_evm", PROOF, ADD, UNIVARIATES + 4 * 9 + 8, 1, ULTRAHONK_SUMCHECK_FINAL, 0},
    {"square_evm", PROOF, ADD, EVALUATIONS, 1, ULTRAHONK_SUMCHECK_FINAL, 0},
    {"square_evm", PROOF, ADD, LIBRA_OPENINGS, 1, ULTRAHONK_INNER_PRODUCT, 0},
    {"square_evm", PROOF, ZERO_TWO, KZG_QUOTIENT, 0, ULTRAHONK_INFINITY, 0},
    {"square_evm", PROOF, COPY_TWO, KZG_QUOTIENT, SHPLONK_QUOTIENT, ULTRAHONK_PAIRING, 0},
};

enum { CRAFTED = sizeof(crafted) / sizeof(crafted[0]) };

/* By reason: whether a test has come to it. */
#define X(name, text, where) +1
enum { REASONS = 0 ULTRAHONK_REASON_TABLE(X) };
#undef X
static bool reached[REASONS];

struct piece {
    unsigned char bytes[MOST_BYTES];
    size_t length;
};

struct proof_files {
    enum ultrahonk_target target;
    struct piece pieces[PART_COUNT];
};

static void put(struct piece *piece, const unsigned char *bytes, size_t length)
{
    assert_true(length <= MOST_BYTES);
    memset(piece->bytes, 0, MOST_BYTES);
    memcpy(piece->bytes, bytes, length);
    piece->length = length;
}

static void read_base(struct proof_files *files, const char *name)
{
    struct buffer bytes = {0};
    read_file(&bytes, PROOF_CORPUS, name);
    const struct proof_input input = proof_input_of(bytes.data, bytes.length);
    files->target = input.target;
    put(&files->pieces[KEY], input.key, input.key_length);
    put(&files->pieces[PUBLIC_INPUTS], input.public_inputs, input.public_inputs_length);
    put(&files->pieces[PROOF], input.proof, input.proof_length);
    buffer_free(&bytes);
}

static void set_number(unsigned char word[WORD_LENGTH], uint64_t number)
{
    memset(word, 0, WORD_LENGTH);
    for (size_t i = 0; i < sizeof(number); i++)
        word[WORD_LENGTH - 1 - i] = (unsigned char)(number >> 8 * i);
}

static void add_number(unsigned char word[WORD_LENGTH], uint64_t number)
{
    for (size_t i = WORD_LENGTH; i-- > 0 && number > 0;) {
        number += word[i];
        word[i] = (unsigned char)number;
        number >>= 8;
    }
}

static void apply(struct piece *piece, const struct crafted *how)
{
    unsigned char *word = piece->bytes + how->word * WORD_LENGTH;
    switch (how->change) {
    case NOTHING:
        break;
    case SET:
        set_number(word, how->number);
        break;
    case ADD:
        add_number(word, how->number);
        break;
    case FILL:
        memset(word, 0xff, WORD_LENGTH);
        break;
    case SET_BIT:
        word[WORD_LENGTH - 1 - how->number / 8] |= (unsigned char)(1 << how->number % 8);
        break;
    case COPY_TWO:
        memcpy(word, piece->bytes + how->number * WORD_LENGTH, (size_t)2 * WORD_LENGTH);
        break;
    case ZERO_TWO:
        memset(word, 0, (size_t)2 * WORD_LENGTH);
        break;
    case MODULUS:
        integer256_to_bytes(word, &field_modulus);
        break;
    case LENGTH:
        piece->length = how->number;
        break;
    }
}

/* With copies of just their length, so that the sanitizers see a read past them. */
static struct ultrahonk_verdict verdict_on(const struct proof_files *files)
{
    struct ultrahonk_crs *crs;
    struct ultrahonk_verdict verdict;
    unsigned char *copies[PART_COUNT];
    for (size_t i = 0; i < PART_COUNT; i++)
        copies[i] = exact_copy(files->pieces[i].bytes, files->pieces[i].length);
    assert_int_equal(ultrahonk_crs_aztec(&crs), ULTRAHONK_OK);
    assert_int_equal(ultrahonk_verify(crs, &verdict, files->target, copies[KEY],
                                      files->pieces[KEY].length, copies[PROOF],
                                      files->pieces[PROOF].length, copies[PUBLIC_INPUTS],
                                      files->pieces[PUBLIC_INPUTS].length),
                     ULTRAHONK_OK);
    ultrahonk_crs_free(crs);
    for (size_t i = 0; i < PART_COUNT; i++)
        free(copies[i]);
    return verdict;
}

static void test_ultrahonk_verify__says_why_and_where(void **state)
{
    static struct proof_files files;
    (void)state;
    for (size_t i = 0; i < CRAFTED; i++) {
        read_base(&files, crafted[i].base);
        apply(&files.pieces[crafted[i].part], &crafted[i]);
        const struct ultrahonk_verdict verdict = verdict_on(&files);
        if (verdict.reason != crafted[i].reason || verdict.at != crafted[i].at)
            fail_msg("case %zu: %s, at %zu", i, ultrahonk_reason_text(verdict.reason), verdict.at);
        assert_int_equal(verdict.verified, verdict.reason == ULTRAHONK_VERIFIED);
        reached[verdict.reason] = true;
    }
}

/* As many public inputs as a key may ask for are all read. */
static void test_ultrahonk_verify__takes_the_most_public_inputs(void **state)
{
    static struct proof_files files;
    struct ultrahonk_crs *crs;
    struct ultrahonk_verdict verdict;
    const size_t length = (size_t)ULTRAHONK_MOST_PUBLIC_INPUTS * WORD_LENGTH;
    unsigned char *inputs = calloc(1, length);
    (void)state;
    assert_non_null(inputs);
    memset(inputs + length - WORD_LENGTH, 0xff, WORD_LENGTH);
    read_base(&files, "square_evm");
    const struct piece *key = &files.pieces[KEY];
    const struct piece *proof = &files.pieces[PROOF];
    set_number(files.pieces[KEY].bytes + WORD_LENGTH, ULTRAHONK_MOST_PUBLIC_INPUTS + 8);
    assert_int_equal(ultrahonk_crs_aztec(&crs), ULTRAHONK_OK);
    assert_int_equal(ultrahonk_verify(crs, &verdict, files.target, key->bytes, key->length,
                                      proof->bytes, proof->length, inputs, length),
                     ULTRAHONK_OK);
    assert_int_equal(verdict.reason, ULTRAHONK_PUBLIC_INPUT_NOT_CANONICAL);
    assert_int_equal(verdict.at, ULTRAHONK_MOST_PUBLIC_INPUTS - 1);
    memset(inputs + length - WORD_LENGTH, 0, WORD_LENGTH);
    assert_int_equal(ultrahonk_verify(crs, &verdict, files.target, key->bytes, key->length,
                                      proof->bytes, proof->length, inputs, length),
                     ULTRAHONK_OK);
    assert_int_equal(verdict.reason, ULTRAHONK_SUMCHECK_ROUND);
    ultrahonk_crs_free(crs);
    free(inputs);
}

static const struct shape shape = {.zero_knowledge = true, .rounds = 5, .univariate_length = 9};

/* No change to a proof leads to a chosen challenge, so these are given their challenges. */
static void test_checks__a_challenge_that_makes_a_denominator_zero(void **state)
{
    static const struct proof_parts proof;
    static const struct verification_key_parts key;
    static struct opening_terms terms;
    struct proof_challenges challenges = {.gemini = subgroup_generator};
    size_t at = 0;
    (void)state;
    assert_int_equal(inner_product_check(&shape, &proof, &challenges), ULTRAHONK_DIVISION_BY_ZERO);
    challenges.gemini = FIELD_ZERO;
    assert_int_equal(sumcheck_check(&at, &shape, &proof, &challenges, &key, NULL),
                     ULTRAHONK_DIVISION_BY_ZERO);
    for (size_t i = 0; i < shape.rounds; i++)
        challenges.round[i] = small(7);
    challenges.nu = small(3);
    challenges.shplonk = small(11);
    const struct field zeros[] = {FIELD_ZERO, small(11), negated(small(11)),
                                  times(small(11), subgroup_generator_inverse)};
    for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++) {
        challenges.gemini = zeros[i];
        assert_int_equal(opening_terms_fill(&terms, &shape, &proof, &challenges, &key),
                         ULTRAHONK_DIVISION_BY_ZERO);
    }
    challenges.gemini = small(5);
    assert_int_equal(opening_terms_fill(&terms, &shape, &proof, &challenges, &key),
                     ULTRAHONK_VERIFIED);
    challenges.shplonk = FIELD_ONE;
    assert_int_equal(opening_terms_fill(&terms, &shape, &proof, &challenges, &key),
                     ULTRAHONK_DIVISION_BY_ZERO);
    reached[ULTRAHONK_DIVISION_BY_ZERO] = true;
}

/* Points 0 to 3 in turns, infinity among them, with the scalars 1, 2, 3 and so on. */
static void test_opening_terms_merge__keeps_the_sum_and_no_point_twice(void **state)
{
    static struct opening_terms terms;
    struct g1 points[4] = {g1_generator, G1_INFINITY};
    struct g1_jacobian before;
    struct g1_jacobian after;
    (void)state;
    g1_negate(&points[2], &g1_generator);
    g1_to_jacobian(&before, &g1_generator);
    g1_double(&before, &before);
    g1_to_affine(&points[3], &before);
    for (terms.count = 0; terms.count < MOST_OPENING_TERMS; terms.count++) {
        terms.points[terms.count] = points[terms.count % 4];
        terms.scalars[terms.count] = small(terms.count + 1);
    }
    msm_naive(&before, terms.points, terms.scalars, terms.count);
    opening_terms_merge(&terms);
    msm_naive(&after, terms.points, terms.scalars, terms.count);
    assert_int_equal(terms.count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(g1_equal(&terms.points[i], &points[i]));
    assert_true(g1_jacobian_equal(&before, &after));
}

/* Runs last. */
static void test_reasons__each_has_been_reached(void **state)
{
    (void)state;
    for (size_t i = 0; i < REASONS; i++)
        if (!reached[i])
            fail_msg("no test leads to: %s", ultrahonk_reason_text((enum ultrahonk_reason)i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ultrahonk_verify__says_why_and_where),
        cmocka_unit_test(test_ultrahonk_verify__takes_the_most_public_inputs),
        cmocka_unit_test(test_checks__a_challenge_that_makes_a_denominator_zero),
        cmocka_unit_test(test_opening_terms_merge__keeps_the_sum_and_no_point_twice),
        cmocka_unit_test(test_reasons__each_has_been_reached),
    };
    return RUN_TESTS(tests);
}
