/* Memory for witnesses: wiped, kept for the next of its size, and out of reach meanwhile. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "support.h"

/* The linker sends libsodium's heap here (-Wl,--wrap): how many bytes of it are taken. */
void *__real_sodium_malloc(size_t size);
void __real_sodium_free(void *memory);
void *__wrap_sodium_malloc(size_t size);
void __wrap_sodium_free(void *memory);

enum { MOST_BLOCKS = 128, SIZE = 5000, THREADS = 4, ROUNDS = 200 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    void *memory;
    size_t size;
} blocks[MOST_BLOCKS];
static size_t taken;

void *__wrap_sodium_malloc(size_t size)
{
    void *memory = __real_sodium_malloc(size);
    size_t place = 0;
    if (memory == NULL)
        return NULL;
    (void)pthread_mutex_lock(&lock);
    while (place < MOST_BLOCKS && blocks[place].memory != NULL)
        place++;
    assert_true(place < MOST_BLOCKS);
    blocks[place].memory = memory;
    blocks[place].size = size;
    taken += size;
    (void)pthread_mutex_unlock(&lock);
    return memory;
}

void __wrap_sodium_free(void *memory)
{
    (void)pthread_mutex_lock(&lock);
    for (size_t i = 0; memory != NULL && i < MOST_BLOCKS; i++)
        if (blocks[i].memory == memory) {
            taken -= blocks[i].size;
            blocks[i].memory = NULL;
        }
    (void)pthread_mutex_unlock(&lock);
    __real_sodium_free(memory);
}

static unsigned char *allocate(size_t size)
{
    unsigned char *memory = secret_allocate(size);
    assert_non_null(memory);
    assert_int_equal((uintptr_t)memory % SECRET_ALIGNMENT, 0);
    memset(memory, 0xa5, size);
    return memory;
}

static void test_secret_allocate__gives_each_size_its_bytes(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 63, 64, 65, 4096, 100000, SECRET_KEPT_BYTES * 2};
    enum { COUNT = sizeof(sizes) / sizeof(sizes[0]) };
    unsigned char *memory[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        memory[i] = allocate(sizes[i]);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < sizes[i]; j++)
            if (memory[i][j] != 0xa5)
                fail_msg("byte %zu of %zu was overwritten", j, sizes[i]);
    for (size_t i = 0; i < COUNT; i++)
        secret_free(memory[i]);
}

static void test_secret_allocate__refuses_what_no_memory_can_hold(void **state)
{
    (void)state;
    assert_null(secret_allocate(SIZE_MAX));
    assert_null(secret_allocate(SIZE_MAX / 2));
}

static void test_secret_free__takes_null(void **state)
{
    (void)state;
    secret_free(NULL);
}

static void test_secret_free__wipes_a_block_and_keeps_it_for_its_size(void **state)
{
    (void)state;
    unsigned char *first = allocate(SIZE);
    secret_free(first);
    unsigned char *other = allocate(2 * SIZE);
    assert_ptr_not_equal(other, first);
    unsigned char *again = secret_allocate(SIZE);
    assert_ptr_equal(again, first);
    assert_true(sodium_is_zero(again, SIZE));
    secret_free(again);
    secret_free(other);
}

/* The kernel says so without a signal. */
static void test_secret_free__leaves_what_it_keeps_out_of_reach(void **state)
{
    (void)state;
    int ends[2];
    unsigned char *memory = allocate(SIZE);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], memory, SIZE), SIZE);
    secret_free(memory);
    assert_int_equal(write(ends[1], memory, SIZE), -1);
    assert_int_equal(errno, EFAULT);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(close(ends[1]), 0);
}

static void assert_keeps_little_of(size_t size, size_t count)
{
    unsigned char *memory[MOST_BLOCKS];
    size_t before = taken;
    for (size_t i = 0; i < count; i++)
        memory[i] = allocate(size);
    assert_true(taken >= count * size);
    for (size_t i = 0; i < count; i++)
        secret_free(memory[i]);
    assert_true(taken <= SECRET_KEPT_BYTES);
    assert_true(taken < before + count * size);
}

static void test_secret_free__keeps_only_so_much(void **state)
{
    (void)state;
    assert_keeps_little_of(SECRET_KEPT_BYTES / 8, 40);
    assert_keeps_little_of(100, 40);
    assert_keeps_little_of(SECRET_KEPT_BYTES, 2);
}

static void test_secret_free__lets_the_oldest_go(void **state)
{
    (void)state;
    unsigned char *oldest = allocate(SIZE);
    unsigned char *memory[8];
    secret_free(oldest);
    for (size_t i = 0; i < 8; i++)
        memory[i] = allocate(SECRET_KEPT_BYTES / 8);
    for (size_t i = 0; i < 8; i++)
        secret_free(memory[i]);
    size_t before = taken;
    secret_free(allocate(SIZE));
    assert_true(taken != before);
}

static void overwrite_the_beginning(void)
{
    unsigned char *memory = secret_allocate(SIZE);
    memset(memory - SECRET_ALIGNMENT, 0, SECRET_ALIGNMENT);
    secret_free(memory);
}

static void test_secret_free__aborts_when_the_beginning_was_overwritten(void **state)
{
    (void)state;
    assert_true(aborts(overwrite_the_beginning));
}

static void *use(void *context)
{
    unsigned char own = (unsigned char)(uintptr_t)context;
    for (size_t round = 0; round < ROUNDS; round++) {
        size_t size = 1000 * (1 + round % 3);
        unsigned char *memory = secret_allocate(size);
        memset(memory, own, size);
        (void)sched_yield();
        for (size_t i = 0; i < size; i++)
            if (memory[i] != own)
                return NULL;
        secret_free(memory);
    }
    return context;
}

static void test_secret_allocate__gives_no_block_to_two_threads(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, use, (void *)(i + 1)), 0);
    for (uintptr_t i = 0; i < THREADS; i++) {
        void *ended;
        assert_int_equal(pthread_join(threads[i], &ended), 0);
        assert_int_equal((uintptr_t)ended, i + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secret_allocate__gives_each_size_its_bytes),
        cmocka_unit_test(test_secret_allocate__refuses_what_no_memory_can_hold),
        cmocka_unit_test(test_secret_free__takes_null),
        cmocka_unit_test(test_secret_free__wipes_a_block_and_keeps_it_for_its_size),
        cmocka_unit_test(test_secret_free__leaves_what_it_keeps_out_of_reach),
        cmocka_unit_test(test_secret_free__keeps_only_so_much),
        cmocka_unit_test(test_secret_free__lets_the_oldest_go),
        cmocka_unit_test(test_secret_free__aborts_when_the_beginning_was_overwritten),
        cmocka_unit_test(test_secret_allocate__gives_no_block_to_two_threads),
    };
    return RUN_TESTS(tests);
}
