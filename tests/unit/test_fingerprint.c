/* Identities: the same for the same, different for everything else, and none without the key. */
#include <string.h>

#include "jobs/fingerprint.h"
#include "support.h"

static struct fingerprint fingerprint_of(const struct fingerprint_key *key, const char *text,
                                         const void *bytes, size_t length)
{
    struct fingerprint fingerprint;
    struct fingerprint_hash *hash = fingerprint_begin(key);
    assert_non_null(hash);
    fingerprint_add_text(hash, text);
    fingerprint_add(hash, bytes, length);
    fingerprint_end(&hash, &fingerprint);
    assert_null(hash);
    return fingerprint;
}

static void test_identity__is_the_same_in_whatever_pieces(void **state)
{
    (void)state;
    unsigned char bytes[1000];
    struct fingerprint_key *key = fingerprint_key_create();
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)i;
    struct fingerprint whole = fingerprint_of(key, "a", bytes, sizeof(bytes));
    for (size_t piece = 1; piece < sizeof(bytes); piece = piece * 3 + 1) {
        struct fingerprint pieces;
        struct fingerprint_hash *hash = fingerprint_begin(key);
        fingerprint_add_text(hash, "a");
        for (size_t at = 0; at < sizeof(bytes); at += piece)
            fingerprint_add(hash, bytes + at,
                            sizeof(bytes) - at < piece ? sizeof(bytes) - at : piece);
        fingerprint_end(&hash, &pieces);
        assert_true(fingerprint_equal(&whole, &pieces));
    }
    fingerprint_key_destroy(key);
}

static void test_identity__differs_with_every_part(void **state)
{
    (void)state;
    struct fingerprint_key *key = fingerprint_key_create();
    struct fingerprint fingerprint = fingerprint_of(key, "ab", "cd", 2);
    struct fingerprint others[] = {
        fingerprint_of(key, "ab", "ce", 2),  fingerprint_of(key, "ab", "cd", 1),
        fingerprint_of(key, "aB", "cd", 2),  fingerprint_of(key, "abc", "d", 1),
        fingerprint_of(key, "a", "bcd", 3),  fingerprint_of(key, "", "abcd", 4),
        fingerprint_of(key, "ab", "cd\0", 3)};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(fingerprint_equal(&fingerprint, &others[i]));
    fingerprint_key_destroy(key);
}

static void test_identity__is_nothing_without_the_key(void **state)
{
    (void)state;
    struct fingerprint_key *first = fingerprint_key_create();
    struct fingerprint_key *second = fingerprint_key_create();
    struct fingerprint by_first = fingerprint_of(first, "a", "b", 1);
    struct fingerprint by_second = fingerprint_of(second, "a", "b", 1);
    assert_false(fingerprint_equal(&by_first, &by_second));
    fingerprint_key_destroy(first);
    fingerprint_key_destroy(second);
    fingerprint_key_destroy(NULL);
}

static void test_identity_is_known__tells_what_was_never_computed(void **state)
{
    (void)state;
    struct fingerprint none = {{0}};
    struct fingerprint last = {{0}};
    last.bytes[FINGERPRINT_BYTES - 1] = 1;
    assert_false(fingerprint_is_known(&none));
    assert_true(fingerprint_is_known(&last));
}

static void test_identity_abandon__frees_what_was_begun(void **state)
{
    (void)state;
    struct fingerprint_key *key = fingerprint_key_create();
    struct fingerprint_hash *hash = fingerprint_begin(key);
    fingerprint_add(hash, "secret", 6);
    fingerprint_abandon(hash);
    fingerprint_abandon(NULL);
    fingerprint_key_destroy(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identity__is_the_same_in_whatever_pieces),
        cmocka_unit_test(test_identity__differs_with_every_part),
        cmocka_unit_test(test_identity__is_nothing_without_the_key),
        cmocka_unit_test(test_identity_is_known__tells_what_was_never_computed),
        cmocka_unit_test(test_identity_abandon__frees_what_was_begun),
    };
    return RUN_TESTS(tests);
}
