/* Whose a circuit is. */
#include "circuits/owners.h"
#include "support.h"

static struct owner holder(const char *name)
{
    struct owner owner;
    owner_of(&owner, name);
    return owner;
}

static void test_owners__know_each_once(void **state)
{
    (void)state;
    struct owners owners = {.list = NULL};
    const struct owner ada = holder("ada");
    const struct owner grace = holder("grace");
    assert_false(owners_have(&owners, &ada));
    assert_true(owners_add(&owners, &ada));
    assert_true(owners_add(&owners, &ada));
    assert_true(owners_add(&owners, &grace));
    assert_int_equal(owners.count, 2);
    owners_remove(&owners, &ada);
    assert_false(owners_have(&owners, &ada));
    assert_true(owners_have(&owners, &grace));
    owners_remove(&owners, &ada);
    assert_int_equal(owners.count, 1);
    owners_free(&owners);
    assert_int_equal(owners.count, 0);
}

/* Who has no key owns nothing, least of all what is nobody's. */
static void test_owners__nobody_is_the_owner_of_nothing(void **state)
{
    (void)state;
    struct owners owners = {.list = NULL};
    const struct owner nobody = {{0}};
    assert_true(owners_add(&owners, &nobody));
    assert_true(owners_add(&owners, &nobody));
    assert_int_equal(owners.count, 1);
    assert_false(owners_have(&owners, &nobody));
    owners_free(&owners);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_owners__know_each_once),
        cmocka_unit_test(test_owners__nobody_is_the_owner_of_nothing),
    };
    return RUN_TESTS(tests);
}
