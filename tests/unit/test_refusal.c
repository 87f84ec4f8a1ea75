/* What bb says of circuits that it does not prove, in its own words, and what clients are told. */
#include <string.h>

#include "engine/refusal.h"
#include "process/redact.h"
#include "support.h"

/* As much as engine/bb/response.c keeps. */
enum { KEPT_BYTES = 300 };

static void assert_told(const char *said, enum result result, const char *told)
{
    char message[KEPT_BYTES];
    redact(message, sizeof(message), said, strlen(said));
    const struct refusal *refusal = refusal_find(message);
    if (refusal == NULL)
        fail_msg("no sentence for: %s", message);
    assert_result(refusal->result, result);
    assert_contains(refusal->sentence, told);
}

/* Measured of bb 5.0.0 with a circuit for each. */
static void test_refusal_find__each_known_reason(void **state)
{
    (void)state;
    assert_told("UltraCircuitBuilder (standalone Noir application) does not support "
                "CallData/ReturnData block constraints. Use MegaCircuitBuilder (Aztec app) or fall "
                "back to RAM and ROM operations.",
                RESULT_CIRCUIT_INVALID, "call_data or return_data");
    assert_told(
        "Assertion failed: (constraint.inputs.size() <= 1024U)\n  Left   : 1025\n  Right  : "
        "1024\n  Reason : Barretenberg does not support blake3 inputs with more than 1024 "
        "bytes",
        RESULT_CIRCUIT_INVALID, "1,024 bytes");
    assert_told("Assertion failed: (!has_hn_recursion_constraints)\nReason   : "
                "create_recursion_constraints: invalid circuit - HN recursion constraints not "
                "supported with UltraBuilder",
                RESULT_CIRCUIT_INVALID, "verify_proof_with_type");
    assert_told("AVM recursion is not supported in this build. Please use the 'bb-avm' binary with "
                "full AVM support.",
                RESULT_CIRCUIT_INVALID, "Aztec's virtual machine");
    assert_told("acir_format::handle_black_box_fun_call: Invalid PROOF_TYPE in "
                "RecursionConstraint.",
                RESULT_CIRCUIT_INVALID, "verify_proof_with_type");
    assert_told("Assertion failed: (input.proof.size() == "
                "ProofLength::Honk<NativeFlavor>::template "
                "expected_proof_size<IO>(NativeFlavor::VIRTUAL_LOG_N))\n  Actual  : 458\n  "
                "Expected: 410\n  Reason  : create_honk_recursion_constraints: ACIR proof size "
                "mismatch.",
                RESULT_CIRCUIT_INVALID, "another length");
    assert_told("Assertion failed: (size() == max_size_impl(arg_indexes{}))\n  Actual  : 0\n  "
                "Expected: 115",
                RESULT_CIRCUIT_INVALID, "115 fields");
    assert_told("Assertion failed: (proof_size == ChonkProof::PROOF_LENGTH_WITHOUT_PUB_INPUTS)\n  "
                "Actual  : 430\n  Expected: 1242",
                RESULT_CIRCUIT_INVALID, "verify_proof_with_type");
    assert_told("HTTP request failed for http://crs.aztec-labs.com/g1_compressed.dat: Could not "
                "establish connection (after 3 attempts)",
                RESULT_CIRCUIT_TOO_LARGE, "script/crs");
}

static void test_refusal_find__nothing_for_what_is_not_known(void **state)
{
    (void)state;
    assert_null(refusal_find("acir_format: something new"));
    assert_null(refusal_find(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusal_find__each_known_reason),
        cmocka_unit_test(test_refusal_find__nothing_for_what_is_not_known),
    };
    return RUN_TESTS(tests);
}
