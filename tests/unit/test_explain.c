/* What clients are told of the server's own failures: all of them, and nothing of its own words. */
#include <string.h>

#include "api/status.h"
#include "engine/refusal.h"
#include "jobs/explain_internal.h"
#include "support.h"

#define PRIVATE_WORDS "cannot create /srv/proverd/secret: 0xdeadbeef"

static const enum result outcomes[] = {
#define X(name, code) name,
    RESULT_TABLE(X)
#undef X
};

enum { OUTCOMES = sizeof(outcomes) / sizeof(outcomes[0]) };

/* These are put into words where they arise, with what was too long or is going on. */
static bool speaks_for_itself(enum result result)
{
    return result == RESULT_STARTING || result == RESULT_STOPPING ||
           result == RESULT_EXECUTE_TIMEOUT || result == RESULT_REQUEST_TIMEOUT;
}

static void test_explain_outcome__knows_every_failure_of_the_server(void **state)
{
    (void)state;
    for (size_t i = 0; i < OUTCOMES; i++) {
        struct job job = {.kind = JOB_PROVE};
        failure_set(&job.failure, outcomes[i], "%s", PRIVATE_WORDS);
        explain_outcome(&job);
        assert_result(job.failure.result, outcomes[i]);
        bool kept = strcmp(job.failure.message, PRIVATE_WORDS) == 0;
        assert_int_equal(kept, status_of(outcomes[i]) < 500 || speaks_for_itself(outcomes[i]));
        if (!kept) {
            assert_null(strstr(job.failure.message, "secret"));
            assert_null(strchr(job.failure.message, '/'));
        }
    }
}

static void test_explain_outcome__keeps_when_to_come_again(void **state)
{
    (void)state;
    struct job job = {.kind = JOB_PROVE};
    failure_set(&job.failure, RESULT_PROVER_OUT_OF_MEMORY, "%s", PRIVATE_WORDS);
    job.failure.retry_after_seconds = 7;
    explain_outcome(&job);
    assert_int_equal(job.failure.retry_after_seconds, 7);
}

static void test_job_explain__says_which_time_was_up(void **state)
{
    (void)state;
    struct crs crs = {.points = 0};
    const struct service_options options = {.crs = &crs, .prove_timeout_seconds = 90};
    const struct tools tools = {.options = &options};
    struct job job = {.kind = JOB_PROVE, .deadline = DEADLINE_NEVER};
    failure_set(&job.failure, RESULT_PROVE_TIMEOUT, "%s", PRIVATE_WORDS);
    job_explain(&job, &tools);
    assert_result(job.failure.result, RESULT_PROVE_TIMEOUT);
    assert_contains(job.failure.message, "90 seconds (--prove-timeout)");
    job.deadline = 0;
    job_explain(&job, &tools);
    assert_result(job.failure.result, RESULT_REQUEST_TIMEOUT);
}

static void test_job_explain__blames_a_crs_that_has_gone(void **state)
{
    (void)state;
    static const enum result wants[] = {RESULT_PROVER_REFUSED, RESULT_PROVER_DIED,
                                        RESULT_PROVER_FAILED};
    struct crs crs = {.points_path = "/nowhere/bn254_g1.dat"};
    const struct service_options options = {.crs = &crs};
    const struct tools tools = {.options = &options};
    for (size_t i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
        struct job job = {.kind = JOB_PROVE};
        failure_set(&job.failure, wants[i], "%s", PRIVATE_WORDS);
        job_explain(&job, &tools);
        assert_result(job.failure.result, RESULT_CRS_UNUSABLE);
        assert_null(strchr(job.failure.message, '/'));
    }
}

static void test_explain_circuit_refusal__has_a_sentence_for_each_known_reason(void **state)
{
    (void)state;
    struct crs crs = {.points_path = "/dev/null"};
    const struct service_options options = {.crs = &crs};
    const struct tools tools = {.options = &options};
    struct circuit circuit = {.name = "anna"};
    struct failure failure;
#define X(words, result, sentence)                                                                 \
    failure_set(&failure, RESULT_PROVER_REFUSED, "bb refused: " words " at #");                    \
    assert_result(explain_circuit_refusal(&failure, &circuit, &tools), result);                    \
    assert_string_equal(failure.message, "circuit anna: " sentence);
    REFUSAL_TABLE(X)
#undef X
    failure_set(&failure, RESULT_PROVER_REFUSED, "%s", PRIVATE_WORDS);
    assert_result(explain_circuit_refusal(&failure, &circuit, &tools), RESULT_CIRCUIT_INVALID);
    assert_null(strstr(failure.message, "secret"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_explain_outcome__knows_every_failure_of_the_server),
        cmocka_unit_test(test_explain_outcome__keeps_when_to_come_again),
        cmocka_unit_test(test_job_explain__says_which_time_was_up),
        cmocka_unit_test(test_job_explain__blames_a_crs_that_has_gone),
        cmocka_unit_test(test_explain_circuit_refusal__has_a_sentence_for_each_known_reason),
    };
    return RUN_TESTS(tests);
}
