/* Who holds which API key, and who of them is an operator. */
#include <string.h>

#include "access/access.h"
#include "support.h"

static struct failure failure;

static enum result load(struct access **access, const char *lines)
{
    char folder[PATH_MAX];
    char path[PATH_MAX];
    make_folder(folder);
    write_file(folder, "keys", lines, strlen(lines));
    path_in(path, folder, "keys");
    enum result result = access_load(access, path, &failure);
    remove_folder(folder);
    return result;
}

static void assert_holder(const struct access *access, const char *key, const char *name,
                          bool is_operator)
{
    bool found = !is_operator;
    const char *holder = access_find(access, key, &found);
    if (name == NULL)
        assert_null(holder);
    else
        assert_string_equal(holder, name);
    assert_int_equal(found, is_operator);
}

static void test_access_find__tells_operators_from_others(void **state)
{
    (void)state;
    struct access *access = NULL;
    assert_result(load(&access, "ada:key-of-ada-0123456789\n"
                                "operator grace:key-of-grace-9876543210\n"
                                "operator:key-of-one-named-operator\n"),
                  RESULT_OK);
    assert_holder(access, "key-of-ada-0123456789", "ada", false);
    assert_holder(access, "key-of-grace-9876543210", "grace", true);
    assert_holder(access, "key-of-one-named-operator", "operator", false);
    assert_holder(access, "key-of-nobody-0123456789", NULL, false);
    access_destroy(access);
}

static void test_access_load__refuses_an_operator_without_a_name(void **state)
{
    (void)state;
    struct access *access = NULL;
    assert_result(load(&access, "operator :key-of-nobody-0123456789\n"), RESULT_CONFIG_INVALID);
    assert_contains(failure.message, "line 1");
    assert_null(access);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_access_find__tells_operators_from_others),
        cmocka_unit_test(test_access_load__refuses_an_operator_without_a_name),
    };
    return RUN_TESTS(tests);
}
