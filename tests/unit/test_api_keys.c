/* Who holds which API key, and who of them is an operator. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/api_keys.h"
#include "support.h"

static struct failure failure;

static char folder[PATH_MAX];
static char path[PATH_MAX];

static int make_place(void **state)
{
    (void)state;
    make_folder(folder);
    path_in(path, folder, "keys");
    return 0;
}

static int remove_place(void **state)
{
    (void)state;
    remove_folder(folder);
    return 0;
}

static void write_keys(const char *lines)
{
    write_file(folder, "keys", lines, strlen(lines));
}

static enum result load(struct api_keys **access, const char *lines)
{
    write_keys(lines);
    return api_keys_load(access, path, &failure);
}

static void assert_holder(struct api_keys *access, const char *key, const char *name,
                          bool is_operator)
{
    struct api_keys_holder holder = {.name = "as it was"};
    assert_int_equal(api_keys_find(access, key, &holder), name != NULL);
    assert_string_equal(holder.name, name == NULL ? "as it was" : name);
    assert_int_equal(holder.is_operator, is_operator);
}

static void assert_refused(const char *lines, const char *words)
{
    struct api_keys *access = NULL;
    assert_result(load(&access, lines), RESULT_CONFIG_INVALID);
    assert_contains(failure.message, words);
    assert_contains(failure.message, path);
    assert_null(strstr(failure.message, "key-of-"));
    assert_null(access);
}

static void test_access_find__tells_operators_from_others(void **state)
{
    (void)state;
    struct api_keys *access = NULL;
    assert_result(load(&access, "ada:key-of-ada-0123456789\n"
                                "operator grace:key-of-grace-9876543210\n"
                                "operator:key-of-one-named-operator\n"),
                  RESULT_OK);
    assert_holder(access, "key-of-ada-0123456789", "ada", false);
    assert_holder(access, "key-of-grace-9876543210", "grace", true);
    assert_holder(access, "key-of-one-named-operator", "operator", false);
    assert_holder(access, "key-of-nobody-0123456789", NULL, false);
    api_keys_destroy(access);
}

/* What an editor adds is not part of a key. */
static void test_access_load__trims_what_is_not_meant(void **state)
{
    (void)state;
    struct api_keys *access = NULL;
    assert_result(load(&access, "\xef\xbb\xbf"
                                "ada:key-of-ada-0123456789 \t\r\n"
                                "  \t\r\n"
                                " # a comment: with a colon\n"
                                "grace : key-of-grace-9876543210\r\n"
                                "\toperator \t hedy:\tkey:of:hedy!\"#~-0123\n"
                                "ada: second-key-of-ada"),
                  RESULT_OK);
    assert_holder(access, "key-of-ada-0123456789", "ada", false);
    assert_holder(access, "second-key-of-ada", "ada", false);
    assert_holder(access, "key-of-grace-9876543210", "grace", false);
    assert_holder(access, "key:of:hedy!\"#~-0123", "hedy", true);
    assert_holder(access, " key-of-grace-9876543210", NULL, false);
    api_keys_destroy(access);
}

static void test_access_load__refuses_what_no_request_could_match(void **state)
{
    (void)state;
    char long_name[128];
    char long_key[2048];
    (void)snprintf(long_name, sizeof(long_name), "%065d:key-of-a-long-name", 0);
    (void)snprintf(long_key, sizeof(long_key), "ada:%01025d", 0);
    assert_refused("", "has no line name:key");
    assert_refused("# nothing\n\n", "has no line name:key");
    assert_refused("ada:key-of-ada-0123456789\n\nkey-of-nobody-0123456789\n", "line 3 is not");
    assert_refused(":key-of-nobody-0123456789", "line 1: before the colon");
    assert_refused(" \t:key-of-nobody-0123456789", "line 1: before the colon");
    assert_refused("operator :key-of-nobody-0123456789\n", "line 1: before the colon");
    assert_refused(long_name, "line 1: before the colon");
    assert_refused("ada lovelace:key-of-ada-0123456789", "line 1: a name is visible");
    assert_refused("Operator ada:key-of-ada-0123456789", "line 1: a name is visible");
    assert_refused("\xff\xfe:key-of-ada-0123456789", "line 1: a name is visible");
    assert_refused("ada\xc2\xa0:key-of-ada-0123456789", "line 1: a name is visible");
    assert_refused("ada:", "line 1: a key has 16 to 1024 characters; this one has 0");
    assert_refused("ada:key-of-short", "line 1: a key has");
    assert_refused("ada:key-of-blanks               ", "line 1: a key has");
    assert_refused(long_key, "line 1: a key has 16 to 1024 characters; this one has 1025");
    assert_refused("ada:key-of-ada 0123456789", "line 1: a key is visible");
    assert_refused("ada:key-of-ada-0123456789 # ada's", "line 1: a key is visible");
    assert_refused("ada:key-of-ada-\xc3\xa9-0123456789", "line 1: a key is visible");
    assert_refused("ada:key-of-ada-\x7f-0123456789", "line 1: a key is visible");
    assert_refused("ada:key-of-ada-0123456789\rgrace:key-of-grace-9876543210", "line 1: a key is");
    assert_refused("ada:key-of-both-0123456789\n\ngrace:key-of-both-0123456789",
                   "line 3 has the key of line 1");
    assert_refused("ada:key-of-ada-0123456789\nada:key-of-ada-0123456789\n",
                   "line 2 has the key of line 1");
}

static void test_access_reload__exchanges_all_keys_or_none(void **state)
{
    (void)state;
    struct api_keys *access = NULL;
    assert_result(load(&access, "ada:key-of-ada-0123456789\n"), RESULT_OK);
    write_keys("ada:new-key-of-ada-0123\noperator grace:key-of-grace-9876543210\n");
    assert_holder(access, "key-of-ada-0123456789", "ada", false);
    assert_result(api_keys_reload(access, path, &failure), RESULT_OK);
    assert_holder(access, "key-of-ada-0123456789", NULL, false);
    assert_holder(access, "new-key-of-ada-0123", "ada", false);
    assert_holder(access, "key-of-grace-9876543210", "grace", true);
    write_keys("ada:key-of-ada-0123456789\ngrace\n");
    assert_result(api_keys_reload(access, path, &failure), RESULT_CONFIG_INVALID);
    assert_holder(access, "key-of-ada-0123456789", NULL, false);
    assert_holder(access, "new-key-of-ada-0123", "ada", false);
    assert_int_equal(unlink(path), 0);
    assert_result(api_keys_reload(access, path, &failure), RESULT_CONFIG_INVALID);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_result(api_keys_reload(access, path, &failure), RESULT_CONFIG_INVALID);
    assert_int_equal(unlink(path), 0);
    assert_holder(access, "new-key-of-ada-0123", "ada", false);
    api_keys_destroy(access);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_access_find__tells_operators_from_others),
        cmocka_unit_test(test_access_load__trims_what_is_not_meant),
        cmocka_unit_test(test_access_load__refuses_what_no_request_could_match),
        cmocka_unit_test(test_access_reload__exchanges_all_keys_or_none),
    };
    support_start();
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
