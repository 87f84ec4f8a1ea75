/* Verifier targets and what they mean to bb. */
#include <string.h>

#include "engine/target.h"
#include "support.h"

static void test_target_parse__knows_every_target_by_its_name(void **state)
{
    (void)state;
    for (int i = 0; i < TARGET_COUNT; i++) {
        enum verifier_target target = TARGET_DEFAULT;
        assert_true(target_parse(&target, target_name((enum verifier_target)i)));
        assert_int_equal(target, i);
    }
}

static void test_target_parse__leaves_the_target_for_other_names(void **state)
{
    (void)state;
    enum verifier_target target = TARGET_EVM;
    assert_false(target_parse(&target, ""));
    assert_false(target_parse(&target, "EVM"));
    assert_false(target_parse(&target, "evm-"));
    assert_int_equal(target, TARGET_EVM);
}

static void test_target_settings__agree_with_the_name(void **state)
{
    (void)state;
    for (int i = 0; i < TARGET_COUNT; i++) {
        const char *name = target_name((enum verifier_target)i);
        const struct proof_system_settings *settings = target_settings((enum verifier_target)i);
        assert_int_equal(settings->disable_zk, strstr(name, "-no-zk") != NULL);
        assert_int_equal(settings->ipa_accumulation, strstr(name, "rollup") != NULL);
        const char *hash = strncmp(name, "evm", 3) == 0        ? "keccak"
                           : strncmp(name, "starknet", 8) == 0 ? "starknet"
                                                               : "poseidon2";
        assert_string_equal(settings->oracle_hash_type, hash);
    }
    assert_string_equal(target_name(TARGET_DEFAULT), "noir-recursive");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_target_parse__knows_every_target_by_its_name),
        cmocka_unit_test(test_target_parse__leaves_the_target_for_other_names),
        cmocka_unit_test(test_target_settings__agree_with_the_name),
    };
    return RUN_TESTS(tests);
}
