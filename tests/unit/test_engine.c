/* What an engine's outcomes become for those who use it. */
#include <stdio.h>

#include "engine/operations.h"
#include "support.h"

/* An engine whose verifier ends as it is told. */
struct told {
    struct engine engine;
    enum engine_outcome outcome;
};

static enum engine_outcome verify(struct engine *engine, bool *verified,
                                  const struct engine_task *task, struct bytes key,
                                  const struct proof *proof, struct failure *failure)
{
    const struct told *told = (const struct told *)engine;
    (void)task, (void)key, (void)proof;
    if (told->outcome != ENGINE_OK)
        return failure_say(failure, told->outcome, "the engine's words");
    *verified = true;
    return ENGINE_OK;
}

static const struct engine_operations operations = {.verify = verify};

static enum result ask(bool *verified, enum engine_outcome outcome, struct failure *failure)
{
    struct told told = {{&operations}, outcome};
    const struct engine_task task = {.cancel = -1};
    const struct proof proof = {BUFFER_EMPTY, BUFFER_EMPTY};
    return engine_verify(&told.engine, verified, &task, (struct bytes){NULL, 0}, &proof, failure);
}

static void test_engine__tells_each_outcome_by_the_table(void **state)
{
    (void)state;
    static const struct {
        enum engine_outcome outcome;
        enum result result;
    } rows[] = {
        {ENGINE_REFUSED, RESULT_PROVER_REFUSED},
        {ENGINE_NONSENSE, RESULT_PROVER_NONSENSE},
        {ENGINE_DIED, RESULT_PROVER_DIED},
        {ENGINE_FAILED, RESULT_PROVER_FAILED},
        {ENGINE_OUT_OF_MEMORY, RESULT_PROVER_OUT_OF_MEMORY},
        {ENGINE_UNUSABLE, RESULT_PROVER_UNUSABLE},
        {ENGINE_TIMED_OUT, RESULT_PROVE_TIMEOUT},
        {ENGINE_CANCELLED, RESULT_CANCELLED},
        {ENGINE_INTERNAL, RESULT_INTERNAL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool verified = false;
        struct failure failure = {.result = RESULT_OK};
        assert_result(ask(&verified, rows[i].outcome, &failure), rows[i].result);
        assert_result(failure.result, rows[i].result);
        assert_string_equal(failure.message, "the engine's words");
        assert_false(verified);
        assert_result(ask(&verified, rows[i].outcome, NULL), rows[i].result);
    }
}

static void test_engine__leaves_the_failure_alone_when_there_is_none(void **state)
{
    (void)state;
    bool verified = false;
    struct failure failure = {.result = RESULT_OK, .message = "as before"};
    assert_result(ask(&verified, ENGINE_OK, &failure), RESULT_OK);
    assert_true(verified);
    assert_result(failure.result, RESULT_OK);
    assert_string_equal(failure.message, "as before");
}

/* What an engine need not have. */
static void test_engine__does_without_what_is_not_there(void **state)
{
    (void)state;
    struct engine engine = {&operations};
    const struct engine_circuit circuit = {&engine};
    assert_int_equal(engine_memory(&circuit, TARGET_DEFAULT, 1), 0);
    engine_reap(&engine);
    engine_tend(&engine);
    engine_close(NULL);
    engine_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_engine__tells_each_outcome_by_the_table),
        cmocka_unit_test(test_engine__leaves_the_failure_alone_when_there_is_none),
        cmocka_unit_test(test_engine__does_without_what_is_not_there),
    };
    return RUN_TESTS(tests);
}
