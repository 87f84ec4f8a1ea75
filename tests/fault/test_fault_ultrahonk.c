/* libultrahonk: each allocation fails once, and so does each file of the CRS. */
#include <stdio.h>
#include <stdlib.h>
#include <ultrahonk.h>

#include "inject.h"
#include "proof_input.h"

enum { MOST_BYTES = 1 << 16 };

static unsigned char bytes[MOST_BYTES];
static size_t length;

static int read_proof(void **state)
{
    FILE *file = fopen(PROOF_INPUT, "rb");
    (void)state;
    if (file == NULL)
        return -1;
    length = fread(bytes, 1, sizeof(bytes), file);
    return fclose(file);
}

static enum result outcome(enum ultrahonk_status status, struct failure *failure)
{
    if (status == ULTRAHONK_OK)
        return RESULT_OK;
    assert_int_equal(status, ULTRAHONK_NO_MEMORY);
    return failure_set(failure, RESULT_INTERNAL, "%s", ultrahonk_status_text(status));
}

static enum result verify(struct failure *failure)
{
    const struct proof_input input = proof_input_of(bytes, length);
    struct ultrahonk_crs *crs = NULL;
    struct ultrahonk_verdict verdict = {0};
    enum ultrahonk_status status = ultrahonk_crs_aztec(&crs);
    assert_int_equal(crs != NULL, status == ULTRAHONK_OK);
    if (status == ULTRAHONK_OK) {
        status =
            ultrahonk_verify(crs, &verdict, input.target, input.key, input.key_length, input.proof,
                             input.proof_length, input.public_inputs, input.public_inputs_length);
        assert_int_equal(verdict.verified, status == ULTRAHONK_OK);
    }
    ultrahonk_crs_free(crs);
    return outcome(status, failure);
}

static void test_ultrahonk_verify__without_memory_is_no_verdict(void **state)
{
    (void)state;
    fail_each(verify, 1 << FAULT_MEMORY);
}

static void test_ultrahonk_crs_open__what_cannot_be_read_is_said(void **state)
{
    struct ultrahonk_crs *crs = NULL;
    (void)state;
    assert_int_equal(ultrahonk_crs_open(&crs, "/nowhere"), ULTRAHONK_CRS_MISSING);
    assert_int_equal(ultrahonk_crs_open(&crs, "/dev/null"), ULTRAHONK_CRS_MISSING);
    assert_null(crs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ultrahonk_verify__without_memory_is_no_verdict),
        cmocka_unit_test(test_ultrahonk_crs_open__what_cannot_be_read_is_said),
    };
    return cmocka_run_group_tests(tests, read_proof, NULL);
}
