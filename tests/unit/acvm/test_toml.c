/* TOML into the tree that JSON gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "noir/abi/toml.h"

/* Reads a copy of exactly its size, so that a sanitizer sees a read past it. */
static enum result read_text(json_t **object, const char *text, struct failure *failure)
{
    size_t length = strlen(text);
    char *copy = malloc(length > 0 ? length : 1);
    memcpy(copy, text, length);
    *object = NULL;
    enum result result = toml_read(object, copy, length, failure);
    free(copy);
    return result;
}

static void assert_tree(const char *text, const char *json)
{
    json_t *object;
    struct failure failure = {.result = RESULT_OK};
    if (read_text(&object, text, &failure) != RESULT_OK)
        fail_msg("%s: %s", text, failure.message);
    json_t *wanted = json_loads(json, 0, NULL);
    assert_non_null(wanted);
    char *found = json_dumps(object, 0);
    if (!json_equal(object, wanted))
        fail_msg("%s gives %s", text, found);
    free(found);
    json_decref(object);
    json_decref(wanted);
}

static void assert_refused(const char *text, const char *words)
{
    json_t *object;
    struct failure failure = {.result = RESULT_OK};
    assert_int_equal(read_text(&object, text, &failure), RESULT_BODY_MALFORMED);
    assert_null(object);
    if (strstr(failure.message, words) == NULL)
        fail_msg("`%s` is not in `%s`", words, failure.message);
}

static void test_toml_read__prover_file(void **state)
{
    (void)state;
    assert_tree("# inputs\nmaze_seed = 1\nmoves = [\n    2, 1, # east\n    0,\n]\nname = \"a\"\n"
                "[point]\nx = \"0x10\"\ny = -3\n[[items]]\nid = 1\n[[items]]\nid = 2\n",
                "{\"maze_seed\":1,\"moves\":[2,1,0],\"name\":\"a\",\"point\":{\"x\":\"0x10\","
                "\"y\":-3},\"items\":[{\"id\":1},{\"id\":2}]}");
    assert_tree("", "{}");
    assert_tree("\xef\xbb\xbf"
                "a = 1\r\n",
                "{\"a\":1}");
    assert_tree("\xef\xbb\xbf", "{}");
}

static void test_toml_read__keys(void **state)
{
    (void)state;
    assert_tree("a.b.c = 1\na.\"b c\" = 2\n'd' = 3\n[x . y]\nz = true",
                "{\"a\":{\"b\":{\"c\":1},\"b c\":2},\"d\":3,\"x\":{\"y\":{\"z\":true}}}");
}

#define ZEROS_16 "0000000000000000"
#define ZEROS_64 ZEROS_16 ZEROS_16 ZEROS_16 ZEROS_16
#define ZEROS_256 ZEROS_64 ZEROS_64 ZEROS_64 ZEROS_64

static void test_toml_read__numbers(void **state)
{
    (void)state;
    assert_tree("a = 0x1F\nb = 0o17\nc = 0b11\nd = 1_000\ne = +5\nf = -0",
                "{\"a\":31,\"b\":15,\"c\":3,\"d\":1000,\"e\":5,\"f\":0}");
    assert_tree("a = 9007199254740991\nb = 9007199254740992\nc = 0x20_0000_0000_0000\n"
                "d = -9007199254740992",
                "{\"a\":9007199254740991,\"b\":\"9007199254740992\",\"c\":\"0x20000000000000\","
                "\"d\":\"-9007199254740992\"}");
    assert_tree("a = 0o1777777777777777777777\nb = 0b1" ZEROS_64,
                "{\"a\":\"18446744073709551615\",\"b\":\"18446744073709551616\"}");
    assert_tree("a = 0x" ZEROS_64 ZEROS_64 "1", "{\"a\":1}");
}

static void test_toml_read__strings(void **state)
{
    (void)state;
    assert_tree(
        "a = \"x\\t\\u00e9\\\"\"\nb = 'c:\\x'\nc = \"\"\"\nx\\\n   y\"\"\"\"\nd = '''\n'y'''",
        "{\"a\":\"x\\t\\u00e9\\\"\",\"b\":\"c:\\\\x\",\"c\":\"xy\\\"\",\"d\":\"'y\"}");
}

static void test_toml_read__inline_tables(void **state)
{
    (void)state;
    assert_tree("a = { b = 1, c.d = [ { e = 2 } ] }\nf = {}",
                "{\"a\":{\"b\":1,\"c\":{\"d\":[{\"e\":2}]}},\"f\":{}}");
}

static void test_toml_read__refused_values(void **state)
{
    (void)state;
    assert_refused("a = 1.5", "fractions");
    assert_refused("a = 1e3", "fractions");
    assert_refused("a = 1979-05-27", "dates");
    assert_refused("a = inf", "a value was expected");
    assert_refused("a = 01", "begins with 0");
    assert_refused("a = 1__0", "fractions");
    assert_refused("a = \"x", "does not end");
    assert_refused("a = \"\xff\"", "UTF-8");
    assert_refused("a = \"\\q\"", "unknown escape");
    assert_refused("a = \"\\ud800\"", "no character");
    assert_refused("a = [1 2]", "comma");
    assert_refused("a = 1 b = 2", "goes on");
    assert_refused("a = -nan", "not values of Noir");
    assert_refused("a = 07:32:00", "times");
    assert_refused("a = 0b2", "a value was expected");
    assert_refused("a = 0b1" ZEROS_256, "over 256 bits");
    char digits[400] = "a = ";
    memset(digits + 4, '9', sizeof(digits) - 5);
    assert_refused(digits, "too many digits");
}

static void test_toml_read__is_utf8_in_comments_too(void **state)
{
    (void)state;
    assert_refused("a = 1\n# \xc3\n", "line 2: it is not UTF-8");
    assert_refused("# \xed\xa0\x80", "line 1: it is not UTF-8");
    assert_refused("\xff\xfe"
                   "a = 1",
                   "not UTF-8");
    assert_refused("a = 1\n\xef\xbb\xbf"
                   "b = 2",
                   "a key was expected");
    assert_tree("# \xf0\x9f\x8d\x8e\n", "{}");
}

static void test_toml_read__quotes_in_a_row(void **state)
{
    (void)state;
    assert_tree("a = \"\"\"\"x\"\"\"\"\"", "{\"a\":\"\\\"x\\\"\\\"\"}");
    assert_tree("a = ''''''", "{\"a\":\"\"}");
    assert_tree("a = \"\"\"x\"\"y\\\"\"\"z\"\"\"", "{\"a\":\"x\\\"\\\"y\\\"\\\"\\\"z\"}");
    assert_refused("a = \"\"\"x\"\"\"\"\"\"", "more than five quotes");
    assert_refused("a = '''x''''''", "more than five quotes");
    assert_refused("\"\"\"a\"\"\" = 1", "a key is a string of several lines");
    assert_refused("['''a''']", "a key is a string of several lines");
    assert_refused("a.'''b''' = 1", "a key is a string of several lines");
    assert_refused("\"a\\u0000\" = 1", "null character");
    assert_tree("\"\" = 1\n[x.'']\ny = 2", "{\"\":1,\"x\":{\"\":{\"y\":2}}}");
}

static void test_toml_read__names_the_line(void **state)
{
    (void)state;
    assert_refused("a = 1\n\nb = [\n 1,\n oops\n]", "line 5");
}

static void test_toml_read__defined_twice(void **state)
{
    (void)state;
    assert_refused("a = 1\na = 2", "twice");
    assert_refused("[a]\n[a]", "twice");
    assert_refused("a.b = 1\n[a]", "twice");
    assert_refused("a = {}\n[a.b]", "written out");
    assert_refused("a = []\n[[a]]", "list of tables");
    assert_refused("[a.b]\n[a]\nb.c = 1\n[x]\n[a.b]", "added to by a key");
}

static void test_toml_read__nested_too_deep(void **state)
{
    (void)state;
    char text[512] = "a = ";
    memset(text + 4, '[', 200);
    assert_refused(text, "too deep");
    memcpy(text, "a.", 2);
    for (size_t index = 2; index < 300; index++)
        text[index] = index % 2 == 0 ? 'a' : '.';
    text[300] = '\0';
    assert_refused(text, "too many parts");
}

static void test_toml_read__every_truncation(void **state)
{
    (void)state;
    static const char text[] =
        "a = [1, {b = \"x\\u0041\"}]\n[c.\"d\"]\ne = '''y'''\n[[f]]\ng=0x1\n";
    for (size_t length = 0; length < sizeof(text); length++) {
        char part[sizeof(text)];
        memcpy(part, text, length);
        part[length] = '\0';
        json_t *object;
        if (read_text(&object, part, NULL) == RESULT_OK)
            json_decref(object);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_toml_read__prover_file),
        cmocka_unit_test(test_toml_read__keys),
        cmocka_unit_test(test_toml_read__numbers),
        cmocka_unit_test(test_toml_read__strings),
        cmocka_unit_test(test_toml_read__inline_tables),
        cmocka_unit_test(test_toml_read__refused_values),
        cmocka_unit_test(test_toml_read__is_utf8_in_comments_too),
        cmocka_unit_test(test_toml_read__quotes_in_a_row),
        cmocka_unit_test(test_toml_read__names_the_line),
        cmocka_unit_test(test_toml_read__defined_twice),
        cmocka_unit_test(test_toml_read__nested_too_deep),
        cmocka_unit_test(test_toml_read__every_truncation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
