/* A verification key, public inputs and a proof: any bytes lead to a verdict with its reason. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "proof_input.h"

static const struct ultrahonk_crs *ceremony(void)
{
    static struct ultrahonk_crs *crs;
    if (crs == NULL)
        CHECK(ultrahonk_crs_aztec(&crs) == ULTRAHONK_OK);
    return crs;
}

static struct ultrahonk_verdict verdict_on(const struct proof_input *input)
{
    struct ultrahonk_verdict verdict;
    CHECK(ultrahonk_verify(ceremony(), &verdict, input->target, input->key, input->key_length,
                           input->proof, input->proof_length, input->public_inputs,
                           input->public_inputs_length) == ULTRAHONK_OK);
    CHECK(verdict.verified == (verdict.reason == ULTRAHONK_VERIFIED));
    CHECK(strcmp(ultrahonk_reason_text(verdict.reason), "an unknown reason") != 0);
    return verdict;
}

/* What verifies does so no more with its last word changed, which no challenge depends on. */
static void check_tampered(struct proof_input input)
{
    uint8_t *copy = malloc(input.proof_length);
    CHECK(copy != NULL);
    memcpy(copy, input.proof, input.proof_length);
    copy[input.proof_length - 1] ^= 1;
    input.proof = copy;
    CHECK(!verdict_on(&input).verified);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct proof_input input = proof_input_of(data, size);
    if (verdict_on(&input).verified)
        check_tampered(input);
    return 0;
}
