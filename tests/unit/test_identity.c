/* Identities: the same for the same, different for everything else, and none without the key. */
#include <string.h>

#include "jobs/fingerprint.h"
#include "support.h"

static struct identity identity_of(const struct identity_key *key, const char *text,
                                   const void *bytes, size_t length)
{
    struct identity identity;
    struct identity_hash *hash = identity_begin(key);
    assert_non_null(hash);
    identity_add_text(hash, text);
    identity_add(hash, bytes, length);
    identity_end(&hash, &identity);
    assert_null(hash);
    return identity;
}

static void test_identity__is_the_same_in_whatever_pieces(void **state)
{
    (void)state;
    unsigned char bytes[1000];
    struct identity_key *key = identity_key_create();
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)i;
    struct identity whole = identity_of(key, "a", bytes, sizeof(bytes));
    for (size_t piece = 1; piece < sizeof(bytes); piece = piece * 3 + 1) {
        struct identity pieces;
        struct identity_hash *hash = identity_begin(key);
        identity_add_text(hash, "a");
        for (size_t at = 0; at < sizeof(bytes); at += piece)
            identity_add(hash, bytes + at, sizeof(bytes) - at < piece ? sizeof(bytes) - at : piece);
        identity_end(&hash, &pieces);
        assert_true(identity_equal(&whole, &pieces));
    }
    identity_key_destroy(key);
}

static void test_identity__differs_with_every_part(void **state)
{
    (void)state;
    struct identity_key *key = identity_key_create();
    struct identity identity = identity_of(key, "ab", "cd", 2);
    struct identity others[] = {identity_of(key, "ab", "ce", 2),  identity_of(key, "ab", "cd", 1),
                                identity_of(key, "aB", "cd", 2),  identity_of(key, "abc", "d", 1),
                                identity_of(key, "a", "bcd", 3),  identity_of(key, "", "abcd", 4),
                                identity_of(key, "ab", "cd\0", 3)};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(identity_equal(&identity, &others[i]));
    identity_key_destroy(key);
}

static void test_identity__is_nothing_without_the_key(void **state)
{
    (void)state;
    struct identity_key *first = identity_key_create();
    struct identity_key *second = identity_key_create();
    struct identity by_first = identity_of(first, "a", "b", 1);
    struct identity by_second = identity_of(second, "a", "b", 1);
    assert_false(identity_equal(&by_first, &by_second));
    identity_key_destroy(first);
    identity_key_destroy(second);
    identity_key_destroy(NULL);
}

static void test_identity_is_known__tells_what_was_never_computed(void **state)
{
    (void)state;
    struct identity none = {{0}};
    struct identity last = {{0}};
    last.bytes[IDENTITY_BYTES - 1] = 1;
    assert_false(identity_is_known(&none));
    assert_true(identity_is_known(&last));
}

static void test_identity_abandon__frees_what_was_begun(void **state)
{
    (void)state;
    struct identity_key *key = identity_key_create();
    struct identity_hash *hash = identity_begin(key);
    identity_add(hash, "secret", 6);
    identity_abandon(hash);
    identity_abandon(NULL);
    identity_key_destroy(key);
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
