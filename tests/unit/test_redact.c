/* Text of bb's made fit for a log. */
#include <string.h>

#include "process/redact.h"
#include "support.h"

static void assert_redacted(const char *text, const char *expected)
{
    char out[64];
    redact(out, sizeof(out), text, strlen(text));
    assert_string_equal(out, expected);
}

static void test_redact__drops_what_could_be_a_value(void **state)
{
    (void)state;
    assert_redacted("expected 8192 points", "expected 8192 points");
    assert_redacted("index 12345 of", "index # of");
    assert_redacted("0xdeadbeef and DEADBEEF", "0x# and #");
    assert_redacted("a 0000000000000000000000000000000000000000000000000000000000000001 b",
                    "a # b");
    assert_redacted("2188824287183927522224640574525727508854836440041603434369820418657580849561",
                    "#");
    assert_redacted("1234 5678", "1234 5678");
    assert_redacted("", "");
}

static void test_redact__leaves_one_printable_line(void **state)
{
    (void)state;
    assert_redacted("one\ntwo\r\n\x1b[31mred\xff", "one two   [31mred ");
    char out[8];
    redact(out, sizeof(out), "z\0z", 3);
    assert_string_equal(out, "z z");
}

static void test_redact__cuts_to_fit(void **state)
{
    (void)state;
    static const char text[] = "zz 12345 yyyy abcd xxxx";
    for (size_t size = 1; size < sizeof(text); size++) {
        char *out = (char *)exact_copy(text, size);
        redact(out, size, text, sizeof(text) - 1);
        assert_true(strlen(out) < size);
        assert_memory_equal(out, "zz # yyyy abcd xxxx", strlen(out));
        spoil_copy((unsigned char *)out, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_redact__drops_what_could_be_a_value),
        cmocka_unit_test(test_redact__leaves_one_printable_line),
        cmocka_unit_test(test_redact__cuts_to_fit),
    };
    return RUN_TESTS(tests);
}
