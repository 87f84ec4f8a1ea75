/*
 * Proofs: without zero knowledge they are bb's own bytes, with it they verify and no two are alike;
 * and what comes of a call that cannot end well.
 */
#include "../support.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <ultrahonk.h>

#include "proof_input.h"
#include "square.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/prover/random_internal.h"
#include "ultrahonk/verification_key.h"

enum { POINTS = 259, MOST_PROOF_BYTES = 1 << 15 };

static struct g1 points[POINTS];
static struct square square;
static unsigned char proof[MOST_PROOF_BYTES];
static const char *const names[ULTRAHONK_TARGET_COUNT] = {
    [ULTRAHONK_EVM] = "square_evm",
    [ULTRAHONK_EVM_NO_ZK] = "square_evm_no_zk",
    [ULTRAHONK_NOIR_RECURSIVE] = "square_noir_recursive",
    [ULTRAHONK_NOIR_RECURSIVE_NO_ZK] = "square_noir_recursive_no_zk"};

/* meson.build puts these before the real ones. */
void *__real_malloc(size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__real_mmap(void *at, size_t length, int protection, int flags, int file, off_t offset);
void __real_free(void *memory);
int __real_munmap(void *memory, size_t length);
ssize_t __real_getrandom(void *bytes, size_t length, unsigned int flags);
void __wrap_free(void *memory);
int __wrap_munmap(void *memory, size_t length);
void *__wrap_malloc(size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_mmap(void *at, size_t length, int protection, int flags, int file, off_t offset);
ssize_t __wrap_getrandom(void *bytes, size_t length, unsigned int flags);

/* How many calls of either go well before one fails; never, when it is negative. */
static long allocations_left = -1;
static long draws_left = -1;

static bool draws_are_constant;

static bool is_over(long *left)
{
    if (*left < 0)
        return false;
    if (*left == 0)
        return true;
    --*left;
    return false;
}

/* Looked for in what is given back: its number, its negative's, and its Montgomery form. */
static struct field secret;
static atomic_size_t secrets_found;

static void look_for(const void *memory, size_t length, struct field element)
{
    struct integer256 number;
    field_to_integer(&number, &element);
    secrets_found += memmem(memory, length, &number, sizeof(number)) != NULL;
    secrets_found += memmem(memory, length, &element, sizeof(element)) != NULL;
}

static void look_for_secret(const void *memory, size_t length)
{
    if (field_is_zero(&secret))
        return;
    look_for(memory, length, secret);
    look_for(memory, length, negated(secret));
}

void __wrap_free(void *memory)
{
    if (memory != NULL)
        look_for_secret(memory, malloc_usable_size(memory));
    __real_free(memory);
}

int __wrap_munmap(void *memory, size_t length)
{
    look_for_secret(memory, length);
    return __real_munmap(memory, length);
}

void *__wrap_malloc(size_t size)
{
    return is_over(&allocations_left) ? NULL : __real_malloc(size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return is_over(&allocations_left) ? NULL : __real_aligned_alloc(alignment, size);
}

void *__wrap_mmap(void *at, size_t length, int protection, int flags, int file, off_t offset)
{
    return is_over(&allocations_left) ? MAP_FAILED
                                      : __real_mmap(at, length, protection, flags, file, offset);
}

ssize_t __wrap_getrandom(void *bytes, size_t length, unsigned int flags)
{
    if (draws_are_constant)
        memset(bytes, 0x5a, length);
    if (draws_are_constant)
        return (ssize_t)length;
    return is_over(&draws_left) ? -1 : __real_getrandom(bytes, length, flags);
}

static int read_points(void **state)
{
    const char *folder = needed_variable("CRS_PATH", "the folder with bn254_g1.dat");
    struct buffer bytes = {0};
    (void)state;
    read_file(&bytes, folder, "bn254_g1.dat");
    assert_true(bytes.length >= sizeof(points));
    for (size_t i = 0; i < POINTS; i++)
        assert_int_equal(g1_from_bytes(&points[i], bytes.data + i * G1_BYTES), BN254_OK);
    buffer_free(&bytes);
    return 0;
}

/* bb's proof of the target, in the corpus of those that are fuzzed. */
static struct proof_input bb_proof(struct buffer *file, enum ultrahonk_target target)
{
    read_file(file, PROOF_CORPUS, names[target]);
    return proof_input_of(file->data, file->length);
}

static enum ultrahonk_status prove(const struct proof_input *input,
                                   const struct prover_options *options)
{
    struct verification_key_parts key;
    size_t at;
    assert_int_equal(
        verification_key_parse(&key, &at, input->target, input->key, input->key_length),
        ULTRAHONK_VERIFIED);
    square.circuit.key_hash = key.hash;
    assert_int_equal(input->proof_length, ultrahonk_proof_length(input->target, SQUARE_LOG_ROWS));
    memset(proof, 0xff, sizeof(proof));
    return prover_prove(proof, input->target, &square.circuit, &square.cells, points, options);
}

static bool verifies(const struct proof_input *input)
{
    struct ultrahonk_crs *crs;
    struct ultrahonk_verdict verdict;
    assert_int_equal(ultrahonk_crs_aztec(&crs), ULTRAHONK_OK);
    assert_int_equal(ultrahonk_verify(crs, &verdict, input->target, input->key, input->key_length,
                                      proof, input->proof_length, input->public_inputs,
                                      input->public_inputs_length),
                     ULTRAHONK_OK);
    ultrahonk_crs_free(crs);
    return verdict.verified;
}

static void test_prover_prove__makes_the_bytes_of_bb(void **state)
{
    const enum ultrahonk_target targets[] = {ULTRAHONK_EVM_NO_ZK, ULTRAHONK_NOIR_RECURSIVE_NO_ZK};
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        struct buffer file = {0};
        const struct proof_input input = bb_proof(&file, targets[i % 2]);
        const struct prover_options options = {.threads = i};
        square_fill(&square, small(3), small(9));
        assert_int_equal(prove(&input, i == 0 ? NULL : &options), ULTRAHONK_OK);
        assert_memory_equal(proof, input.proof, input.proof_length);
        assert_int_equal(proof[input.proof_length], 0xff);
        buffer_free(&file);
    }
}

static bool is_zero(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static void test_prover_prove__hides_the_witness_and_verifies(void **state)
{
    const enum ultrahonk_target targets[] = {ULTRAHONK_EVM, ULTRAHONK_NOIR_RECURSIVE};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct buffer file = {0};
        const struct proof_input input = bb_proof(&file, targets[i]);
        unsigned char first[MOST_PROOF_BYTES];
        square_fill(&square, small(3), small(9));
        assert_int_equal(prove(&input, NULL), ULTRAHONK_OK);
        assert_true(verifies(&input));
        memcpy(first, proof, input.proof_length);
        square_fill(&square, small(3), small(9));
        assert_int_equal(prove(&input, NULL), ULTRAHONK_OK);
        assert_true(verifies(&input));
        /* No word is the same but those of columns that are zero, and the pairing limbs. */
        for (size_t word = 0; word < input.proof_length / 32; word++)
            if (!is_zero(proof + word * 32, 32))
                assert_memory_not_equal(first + word * 32, proof + word * 32, 32);
        buffer_free(&file);
    }
}

static void test_prover_prove__of_a_wrong_witness_does_not_verify(void **state)
{
    (void)state;
    for (enum ultrahonk_target target = 0; target < ULTRAHONK_TARGET_COUNT; target++) {
        struct buffer file = {0};
        const struct proof_input input = bb_proof(&file, target);
        square_fill(&square, small(4), small(9));
        assert_int_equal(prove(&input, NULL), ULTRAHONK_OK);
        assert_false(verifies(&input));
        buffer_free(&file);
    }
}

static void test_prover_prove__fails_where_memory_does(void **state)
{
    struct buffer file = {0};
    const struct proof_input input = bb_proof(&file, ULTRAHONK_EVM);
    enum ultrahonk_status status = ULTRAHONK_NO_MEMORY;
    long count = 0;
    (void)state;
    for (; status == ULTRAHONK_NO_MEMORY; count++) {
        square_fill(&square, small(3), small(9));
        allocations_left = count;
        status = prove(&input, NULL);
        allocations_left = -1;
        if (status == ULTRAHONK_NO_MEMORY && count > 0)
            assert_true(is_zero(proof, input.proof_length));
    }
    assert_int_equal(status, ULTRAHONK_OK);
    assert_true(count > 10);
    assert_true(verifies(&input));
    buffer_free(&file);
}

static void test_prover_prove__makes_nothing_without_randomness(void **state)
{
    struct buffer file = {0};
    const struct proof_input input = bb_proof(&file, ULTRAHONK_EVM);
    enum ultrahonk_status status = ULTRAHONK_NO_RANDOMNESS;
    long count = 0;
    (void)state;
    for (; status == ULTRAHONK_NO_RANDOMNESS; count++) {
        square_fill(&square, small(3), small(9));
        draws_left = count;
        status = prove(&input, NULL);
        draws_left = -1;
        if (status == ULTRAHONK_NO_RANDOMNESS)
            assert_true(is_zero(proof, input.proof_length));
    }
    assert_int_equal(status, ULTRAHONK_OK);
    assert_true(count > 10);
    buffer_free(&file);
}

/* What is drawn is the same each time here, and is a scalar of commitments and lies in the columns.
 */
static void test_prover_prove__leaves_no_secret_in_memory(void **state)
{
    const struct prover_options options = {.threads = 2};
    struct buffer file = {0};
    const struct proof_input input = bb_proof(&file, ULTRAHONK_EVM);
    struct field drawn;
    (void)state;
    square_fill(&square, small(3), small(9));
    draws_are_constant = true;
    assert_true(random_scalars(&drawn, 1));
    secret = drawn;
    secrets_found = 0;
    enum ultrahonk_status status = prove(&input, &options);
    secret = FIELD_ZERO;
    draws_are_constant = false;
    assert_int_equal(status, ULTRAHONK_OK);
    assert_int_equal(secrets_found, 0);
    buffer_free(&file);
}

struct journey {
    unsigned int last;
    unsigned int calls;
    unsigned int until;
};

static bool proceed(void *context, unsigned int done)
{
    struct journey *journey = context;
    assert_true(journey->calls == 0 || done > journey->last);
    journey->last = done;
    return ++journey->calls <= journey->until;
}

static void test_prover_prove__says_how_far_it_is_and_ends_when_told(void **state)
{
    struct buffer file = {0};
    const struct proof_input input = bb_proof(&file, ULTRAHONK_EVM);
    enum ultrahonk_status status = ULTRAHONK_CANCELLED;
    struct journey journey = {0};
    (void)state;
    for (unsigned int until = 0; status == ULTRAHONK_CANCELLED; until++) {
        journey = (struct journey){.until = until};
        const struct prover_options options = {.proceed = proceed, .context = &journey};
        square_fill(&square, small(3), small(9));
        status = prove(&input, &options);
        if (status == ULTRAHONK_CANCELLED)
            assert_true(is_zero(proof, input.proof_length));
    }
    assert_int_equal(status, ULTRAHONK_OK);
    assert_int_equal(journey.last, 1000);
    assert_true(journey.calls > 4);
    buffer_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prover_prove__makes_the_bytes_of_bb),
        cmocka_unit_test(test_prover_prove__hides_the_witness_and_verifies),
        cmocka_unit_test(test_prover_prove__of_a_wrong_witness_does_not_verify),
        cmocka_unit_test(test_prover_prove__leaves_no_secret_in_memory),
        cmocka_unit_test(test_prover_prove__fails_where_memory_does),
        cmocka_unit_test(test_prover_prove__makes_nothing_without_randomness),
        cmocka_unit_test(test_prover_prove__says_how_far_it_is_and_ends_when_told),
    };
    support_start();
    return cmocka_run_group_tests(tests, read_points, NULL);
}
