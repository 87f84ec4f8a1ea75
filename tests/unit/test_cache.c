/* The cache of proofs, with a clock that the test sets. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "jobs/cache.h"
#include "support.h"

enum { LIFE = 100, PROOF_BYTES = 1000, PUBLIC_INPUT_BYTES = 64, PLENTY = 1 << 20 };

static struct fingerprint key_of(unsigned number)
{
    struct fingerprint key = {{0}};
    memcpy(key.bytes, &number, sizeof(number));
    return key;
}

/* A proof that says which one it is. */
static void keep_sized(struct cache *cache, unsigned number, size_t length, nanoseconds now)
{
    struct fingerprint key = key_of(number);
    struct kept_proof kept = {.request = key_of(number + 1), .prove_milliseconds = number};
    unsigned char bytes[2 * PROOF_BYTES];
    memset(bytes, (int)number, sizeof(bytes));
    assert_true(buffer_append(&kept.proof.proof, bytes, length));
    assert_true(buffer_append(&kept.proof.public_inputs, bytes, PUBLIC_INPUT_BYTES));
    cache_keep(cache, &key, &kept, now);
    proof_free(&kept.proof);
}

static void keep(struct cache *cache, unsigned number, nanoseconds now)
{
    keep_sized(cache, number, PROOF_BYTES, now);
}

static bool has(struct cache *cache, unsigned number, nanoseconds now)
{
    struct fingerprint key = key_of(number);
    struct fingerprint request = key_of(number + 1);
    struct kept_proof found = {.prove_milliseconds = -1};
    if (!cache_find(cache, &found, &key, now)) {
        assert_true(found.prove_milliseconds == -1);
        return false;
    }
    assert_true(fingerprint_equal(&found.request, &request));
    assert_true(found.prove_milliseconds == number);
    assert_int_equal(found.proof.public_inputs.length, PUBLIC_INPUT_BYTES);
    assert_int_equal(found.proof.proof.data[found.proof.proof.length - 1], (unsigned char)number);
    proof_free(&found.proof);
    return true;
}

static struct cache *create(size_t bytes)
{
    struct cache *cache = cache_create(&(struct cache_limits){bytes, LIFE});
    assert_non_null(cache);
    return cache;
}

/* What one proof takes. */
static size_t size_of_one(void)
{
    struct cache *cache = create(PLENTY);
    keep(cache, 1, 0);
    size_t size = cache_usage(cache).bytes;
    assert_true(size > PROOF_BYTES + PUBLIC_INPUT_BYTES);
    cache_destroy(cache);
    return size;
}

static void test_cache_find__gives_what_was_kept_and_nothing_else(void **state)
{
    (void)state;
    struct cache *cache = create(PLENTY);
    assert_false(has(cache, 1, 0));
    keep(cache, 1, 0);
    keep(cache, 2, 0);
    assert_true(has(cache, 1, 0));
    assert_true(has(cache, 2, 0));
    assert_false(has(cache, 3, 0));
    assert_int_equal(cache_usage(cache).proofs, 2);
    cache_destroy(cache);
    cache_destroy(NULL);
}

static void test_cache_keep__replaces_what_has_the_key(void **state)
{
    (void)state;
    struct cache *cache = create(PLENTY);
    keep_sized(cache, 1, 100, 0);
    keep_sized(cache, 1, 200, LIFE - 1);
    assert_int_equal(cache_usage(cache).proofs, 1);
    assert_true(has(cache, 1, LIFE));
    cache_destroy(cache);
}

static void test_cache_find__finds_nothing_once_its_time_is_over(void **state)
{
    (void)state;
    struct cache *cache = create(PLENTY);
    keep(cache, 1, 0);
    keep(cache, 2, LIFE / 2);
    assert_true(has(cache, 1, LIFE - 1));
    assert_false(has(cache, 1, LIFE));
    assert_int_equal(cache_usage(cache).proofs, 1);
    /* Use does not prolong it. */
    assert_true(has(cache, 2, LIFE + LIFE / 2 - 1));
    assert_false(has(cache, 2, LIFE + LIFE / 2));
    assert_int_equal(cache_usage(cache).bytes, 0);
    cache_destroy(cache);
}

static void test_cache_keep__makes_room_by_what_was_used_least_recently(void **state)
{
    (void)state;
    struct cache *cache = create(3 * size_of_one());
    for (unsigned number = 1; number <= 3; number++)
        keep(cache, number, 0);
    assert_true(has(cache, 1, 0));
    keep(cache, 4, 0);
    assert_false(has(cache, 2, 0));
    assert_true(has(cache, 3, 0) && has(cache, 1, 0) && has(cache, 4, 0));
    keep_sized(cache, 5, PROOF_BYTES + 1, 0);
    assert_false(has(cache, 3, 0) || has(cache, 1, 0));
    assert_true(has(cache, 4, 0) && has(cache, 5, 0));
    cache_destroy(cache);
}

static void test_cache_keep__never_holds_more_than_its_limit(void **state)
{
    (void)state;
    enum { PROOFS = 10000 };
    size_t limit = 20 * size_of_one() - 1;
    struct cache *cache = create(limit);
    for (unsigned number = 0; number < PROOFS; number++) {
        keep_sized(cache, number, 1 + number % PROOF_BYTES, number / 10);
        assert_true(cache_usage(cache).bytes <= limit);
        assert_true(has(cache, number, number / 10));
    }
    assert_true(cache_usage(cache).proofs >= 19);
    cache_destroy(cache);
}

static void test_cache_keep__does_without_what_is_larger_than_the_whole(void **state)
{
    (void)state;
    size_t size = size_of_one();
    struct cache *cache = create(size);
    keep(cache, 1, 0);
    keep_sized(cache, 2, PROOF_BYTES + 1, 0);
    assert_true(has(cache, 1, 0));
    assert_false(has(cache, 2, 0));
    cache_destroy(cache);
    cache = create(size - 1);
    keep(cache, 1, 0);
    assert_int_equal(cache_usage(cache).proofs, 0);
    cache_destroy(cache);
    cache = create(0);
    keep(cache, 1, 0);
    assert_false(has(cache, 1, 0));
    cache_destroy(cache);
}

static void *keep_and_find(void *context)
{
    enum { ROUNDS = 2000, KEYS = 16 };
    struct cache *cache = context;
    for (unsigned round = 0; round < ROUNDS; round++) {
        keep(cache, round % KEYS, clock_now());
        (void)has(cache, (round * 7) % KEYS, clock_now());
    }
    return NULL;
}

static void test_cache__is_used_by_many_threads(void **state)
{
    (void)state;
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    size_t limit = 8 * size_of_one();
    struct cache *cache = cache_create(&(struct cache_limits){limit, NANOSECONDS_PER_MILLISECOND});
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, keep_and_find, cache), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    struct cache_usage usage = cache_usage(cache);
    assert_true(usage.bytes <= limit && usage.bytes == usage.proofs * size_of_one());
    cache_destroy(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cache_find__gives_what_was_kept_and_nothing_else),
        cmocka_unit_test(test_cache_keep__replaces_what_has_the_key),
        cmocka_unit_test(test_cache_find__finds_nothing_once_its_time_is_over),
        cmocka_unit_test(test_cache_keep__makes_room_by_what_was_used_least_recently),
        cmocka_unit_test(test_cache_keep__never_holds_more_than_its_limit),
        cmocka_unit_test(test_cache_keep__does_without_what_is_larger_than_the_whole),
        cmocka_unit_test(test_cache__is_used_by_many_threads),
    };
    return RUN_TESTS(tests);
}
