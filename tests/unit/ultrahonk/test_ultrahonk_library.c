/*
 * What ultrahonk.h promises beside its verdicts: many threads, texts, the CRS, arguments that are
 * none, and what a call takes.
 */
#include "../support.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <ultrahonk.h>

#include "proof_input.h"

enum { THREADS = 4, TIMES = 3, G2_FILE_BYTES = 128, MEMORY_LIMIT = 1 << 20 };

/* Of malloc() and calloc() since the count was begun; meson.build puts these before the real ones.
 * Relaxed, for else the count would keep the threads in step. */
static atomic_size_t bytes_asked;
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_malloc(size_t size)
{
    atomic_fetch_add_explicit(&bytes_asked, size, memory_order_relaxed);
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    atomic_fetch_add_explicit(&bytes_asked, count * size, memory_order_relaxed);
    return __real_calloc(count, size);
}

static const char *const names[] = {"square_evm", "square_evm_no_zk", "square_noir_recursive",
                                    "square_noir_recursive_no_zk", "nested_wrong_evm"};
enum { NAMES = sizeof(names) / sizeof(names[0]) };
static struct buffer files[NAMES];

static int read_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < NAMES; i++)
        read_file(&files[i], PROOF_CORPUS, names[i]);
    return 0;
}

static int free_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < NAMES; i++)
        buffer_free(&files[i]);
    return 0;
}

static enum ultrahonk_status verify(const struct ultrahonk_crs *crs,
                                    struct ultrahonk_verdict *verdict,
                                    const struct proof_input *input)
{
    return ultrahonk_verify(crs, verdict, input->target, input->key, input->key_length,
                            input->proof, input->proof_length, input->public_inputs,
                            input->public_inputs_length);
}

static struct proof_input input_of(size_t index)
{
    return proof_input_of(files[index].data, files[index].length);
}

/* How many verdicts are right. No assertion: those are of the main thread. */
static void *verify_all(void *shared)
{
    size_t right = 0;
    for (size_t i = 0; i < (size_t)TIMES * NAMES; i++) {
        const struct proof_input input = input_of(i % NAMES);
        struct ultrahonk_crs *own;
        struct ultrahonk_verdict verdict;
        if (ultrahonk_crs_aztec(&own) != ULTRAHONK_OK)
            continue;
        const struct ultrahonk_crs *crs = i % 2 == 0 ? own : shared;
        if (verify(crs, &verdict, &input) == ULTRAHONK_OK)
            right += verdict.verified == (i % NAMES < NAMES - 1);
        ultrahonk_crs_free(own);
    }
    return (void *)right;
}

/* Runs first, so that the first use of all that is made once is by several threads. */
static void test_ultrahonk_verify__may_be_called_by_several_threads(void **state)
{
    pthread_t threads[THREADS];
    struct ultrahonk_crs *crs;
    (void)state;
    assert_int_equal(ultrahonk_crs_aztec(&crs), ULTRAHONK_OK);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, verify_all, crs), 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *right;
        assert_int_equal(pthread_join(threads[i], &right), 0);
        assert_int_equal((size_t)right, TIMES * NAMES);
    }
    ultrahonk_crs_free(crs);
}

static void test_ultrahonk_verify__takes_less_than_a_megabyte(void **state)
{
    struct ultrahonk_crs *crs;
    struct ultrahonk_verdict verdict;
    (void)state;
    assert_int_equal(ultrahonk_crs_aztec(&crs), ULTRAHONK_OK);
    for (size_t i = 0; i < NAMES; i++) {
        const struct proof_input input = input_of(i);
        bytes_asked = 0;
        assert_int_equal(verify(crs, &verdict, &input), ULTRAHONK_OK);
        assert_in_range(bytes_asked, 1, MEMORY_LIMIT);
    }
    ultrahonk_crs_free(crs);
}

static void test_ultrahonk_verify__arguments_that_are_none(void **state)
{
    struct ultrahonk_crs *crs;
    struct ultrahonk_verdict verdict = {.at = 77};
    (void)state;
    assert_int_equal(ultrahonk_crs_aztec(&crs), ULTRAHONK_OK);
    struct proof_input input = input_of(0);
    assert_int_equal(verify(NULL, &verdict, &input), ULTRAHONK_BAD_ARGUMENT);
    assert_int_equal(verify(crs, NULL, &input), ULTRAHONK_BAD_ARGUMENT);
    const unsigned char **const pointers[] = {&input.key, &input.proof, &input.public_inputs};
    for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
        input = input_of(0);
        *pointers[i] = NULL;
        assert_int_equal(verify(crs, &verdict, &input), ULTRAHONK_BAD_ARGUMENT);
    }
    input = input_of(0);
    input.target = ULTRAHONK_TARGET_COUNT;
    assert_int_equal(verify(crs, &verdict, &input), ULTRAHONK_BAD_ARGUMENT);
    input.target = (enum ultrahonk_target) - 1;
    assert_int_equal(verify(crs, &verdict, &input), ULTRAHONK_BAD_ARGUMENT);
    assert_int_equal(verdict.at, 77);
    ultrahonk_crs_free(crs);
}

/* A circuit without public inputs has an empty file of them, and who reads that may have NULL. */
static void test_ultrahonk_verify__nothing_may_be_null(void **state)
{
    struct ultrahonk_crs *crs;
    struct ultrahonk_verdict verdict;
    (void)state;
    assert_int_equal(ultrahonk_crs_aztec(&crs), ULTRAHONK_OK);
    for (size_t i = 0; i < NAMES; i++) {
        struct proof_input input = input_of(i);
        unsigned char *key = exact_copy(input.key, input.key_length);
        key[2 * PROOF_WORD_BYTES - 1] = 8;
        input.key = key;
        input.public_inputs = NULL;
        input.public_inputs_length = 0;
        assert_int_equal(verify(crs, &verdict, &input), ULTRAHONK_OK);
        assert_int_equal(verdict.reason, ULTRAHONK_SUMCHECK_ROUND);
        free(key);
    }
    const struct proof_input nothing = {0};
    assert_int_equal(verify(crs, &verdict, &nothing), ULTRAHONK_OK);
    assert_int_equal(verdict.reason, ULTRAHONK_KEY_LENGTH);
    ultrahonk_crs_free(crs);
    ultrahonk_crs_free(NULL);
}

/* Each is a sentence of its own, without a full stop. */
static void assert_texts(const char *(*text)(int), int count, const char *unknown)
{
    for (int i = 0; i < count; i++) {
        const char *sentence = text(i);
        assert_true(strlen(sentence) > 3 && sentence[strlen(sentence) - 1] != '.');
        assert_string_not_equal(sentence, unknown);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(sentence, text(j));
    }
    assert_string_equal(text(count), unknown);
    assert_string_equal(text(-1), unknown);
}

static const char *status_text(int status)
{
    return ultrahonk_status_text((enum ultrahonk_status)status);
}

static const char *reason_text(int reason)
{
    return ultrahonk_reason_text((enum ultrahonk_reason)reason);
}

static void test_texts__each_number_has_one(void **state)
{
    (void)state;
    assert_texts(status_text, ULTRAHONK_CANCELLED + 1, "an unknown status");
    assert_texts(reason_text, ULTRAHONK_PAIRING + 1, "an unknown reason");
    assert_int_equal(ultrahonk_reason_place((enum ultrahonk_reason) - 1), ULTRAHONK_NOWHERE);
    assert_int_equal(ultrahonk_reason_place(ULTRAHONK_PROOF_NOT_ON_CURVE), ULTRAHONK_WORD);
    assert_int_equal(ultrahonk_reason_place(ULTRAHONK_SUMCHECK_ROUND), ULTRAHONK_ROUND);
    assert_true(strlen(ultrahonk_version()) >= strlen("0.1.0"));
}

static void test_targets__have_bbs_names(void **state)
{
    enum ultrahonk_target target = ULTRAHONK_NOIR_RECURSIVE;
    (void)state;
    for (int i = 0; i < ULTRAHONK_TARGET_COUNT; i++) {
        assert_true(
            ultrahonk_target_parse(&target, ultrahonk_target_name((enum ultrahonk_target)i)));
        assert_int_equal(target, i);
    }
    target = ULTRAHONK_EVM;
    for (size_t i = 0; i < 4; i++) {
        static const char *const others[] = {"", "EVM", "evm ", "noir-rollup"};
        assert_false(ultrahonk_target_parse(&target, others[i]));
    }
    assert_int_equal(target, ULTRAHONK_EVM);
    assert_null(ultrahonk_target_name(ULTRAHONK_TARGET_COUNT));
    assert_null(ultrahonk_target_name((enum ultrahonk_target) - 1));
}

/* The generator of G2, which is [tau] for tau = 1; with its last bit changed it is on no curve. */
static const char generator[] = "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
                                "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
                                "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"
                                "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b";

/* Of the curve, but not of G2. */
static const char stray[] = "0000000000000000000000000000000000000000000000000000000000000001"
                            "0000000000000000000000000000000000000000000000000000000000000000"
                            "2869111d5381f072f8e2728fdb825a51aadd70e52c9830e9ab4b871c0531f1bb"
                            "0d1271953ed9ea0836846e70a1934187998c7f790cb4d7511b7f8da82de048a4";

static enum ultrahonk_status open_with(const unsigned char *bytes, size_t length)
{
    char folder[PATH_MAX];
    struct ultrahonk_crs *crs = NULL;
    make_folder(folder);
    write_file(folder, "bn254_g2.dat", bytes, length);
    enum ultrahonk_status status = ultrahonk_crs_open(&crs, folder);
    assert_int_equal(crs != NULL, status == ULTRAHONK_OK);
    if (crs != NULL)
        assert_true(ultrahonk_crs_is_development(crs));
    ultrahonk_crs_free(crs);
    remove_folder(folder);
    return status;
}

static void test_ultrahonk_crs_open__takes_points_of_g2_alone(void **state)
{
    unsigned char bytes[G2_FILE_BYTES + 1] = {0};
    (void)state;
    assert_int_equal(open_with(bytes, G2_FILE_BYTES), ULTRAHONK_CRS_INVALID);
    assert_int_equal(bytes_of_hex(bytes, sizeof(bytes), generator), G2_FILE_BYTES);
    assert_int_equal(open_with(bytes, G2_FILE_BYTES), ULTRAHONK_OK);
    assert_int_equal(open_with(bytes, G2_FILE_BYTES - 1), ULTRAHONK_CRS_INVALID);
    assert_int_equal(open_with(bytes, 0), ULTRAHONK_CRS_INVALID);
    bytes[G2_FILE_BYTES - 1] ^= 1;
    assert_int_equal(open_with(bytes, G2_FILE_BYTES), ULTRAHONK_CRS_INVALID);
    memset(bytes, 0xff, sizeof(bytes));
    assert_int_equal(open_with(bytes, G2_FILE_BYTES), ULTRAHONK_CRS_INVALID);
    assert_int_equal(bytes_of_hex(bytes, sizeof(bytes), stray), G2_FILE_BYTES);
    assert_int_equal(open_with(bytes, G2_FILE_BYTES), ULTRAHONK_CRS_INVALID);
}

static void test_ultrahonk_crs_open__what_cannot_be_read_is_missing(void **state)
{
    char folder[PATH_MAX];
    char file[PATH_MAX];
    char too_long[PATH_MAX + 1];
    struct ultrahonk_crs *crs = NULL;
    (void)state;
    make_folder(folder);
    assert_int_equal(ultrahonk_crs_open(&crs, folder), ULTRAHONK_CRS_MISSING);
    assert_int_equal(errno, ENOENT);
    path_in(file, folder, "bn254_g2.dat");
    assert_int_equal(mkdir(file, 0777), 0);
    assert_int_equal(ultrahonk_crs_open(&crs, folder), ULTRAHONK_CRS_MISSING);
    assert_int_equal(errno, EISDIR);
    remove_folder(folder);
    memset(too_long, 'a', PATH_MAX);
    too_long[PATH_MAX] = '\0';
    assert_int_equal(ultrahonk_crs_open(&crs, too_long), ULTRAHONK_BAD_ARGUMENT);
    assert_int_equal(ultrahonk_crs_open(&crs, NULL), ULTRAHONK_BAD_ARGUMENT);
    assert_int_equal(ultrahonk_crs_open(NULL, "/"), ULTRAHONK_BAD_ARGUMENT);
    assert_int_equal(ultrahonk_crs_aztec(NULL), ULTRAHONK_BAD_ARGUMENT);
    assert_null(crs);
}

static void test_lengths__are_those_of_bbs_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < NAMES; i++) {
        const struct proof_input input = input_of(i);
        size_t log_rows = input.key[PROOF_WORD_BYTES - 1];
        assert_int_equal(ultrahonk_key_length(input.target), input.key_length);
        assert_int_equal(ultrahonk_proof_length(input.target, log_rows), input.proof_length);
        assert_int_equal(ultrahonk_proof_length(input.target, 0), 0);
        assert_int_equal(ultrahonk_proof_length(input.target, 26), 0);
    }
    assert_int_equal(ultrahonk_key_length(ULTRAHONK_TARGET_COUNT), 0);
    assert_int_equal(ultrahonk_proof_length(ULTRAHONK_TARGET_COUNT, 5), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ultrahonk_verify__may_be_called_by_several_threads),
        cmocka_unit_test(test_ultrahonk_verify__takes_less_than_a_megabyte),
        cmocka_unit_test(test_ultrahonk_verify__arguments_that_are_none),
        cmocka_unit_test(test_ultrahonk_verify__nothing_may_be_null),
        cmocka_unit_test(test_texts__each_number_has_one),
        cmocka_unit_test(test_targets__have_bbs_names),
        cmocka_unit_test(test_lengths__are_those_of_bbs_files),
        cmocka_unit_test(test_ultrahonk_crs_open__takes_points_of_g2_alone),
        cmocka_unit_test(test_ultrahonk_crs_open__what_cannot_be_read_is_missing),
    };
    support_start();
    return cmocka_run_group_tests(tests, read_files, free_files);
}
