/* The queue of waiting work, alone and among threads. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "queue/queue.h"
#include "support.h"

enum { LONG_AGO = 1 };

static struct failure failure;

static void put(struct queue *queue, struct queue_link *link, nanoseconds deadline)
{
    assert_result(queue_put(queue, link, deadline, &failure), RESULT_OK);
}

static void test_queue_take__gives_the_oldest_first(void **state)
{
    (void)state;
    struct queue *queue = queue_create(10);
    struct queue_link links[10] = {{0}};
    for (int i = 0; i < 10; i++)
        put(queue, &links[i], 10 - i);
    assert_int_equal(queue_length(queue), 10);
    for (int i = 0; i < 10; i++) {
        assert_ptr_equal(queue_take(queue), &links[i]);
        assert_false(links[i].waiting);
    }
    assert_int_equal(queue_length(queue), 0);
    queue_destroy(queue);
}

static void test_queue_put__holds_the_queue_to_its_capacity(void **state)
{
    (void)state;
    struct queue *queue = queue_create(2);
    struct queue_link links[3] = {{0}};
    put(queue, &links[0], DEADLINE_NEVER);
    put(queue, &links[1], DEADLINE_NEVER);
    assert_result(queue_put(queue, &links[2], DEADLINE_NEVER, &failure), RESULT_QUEUE_FULL);
    assert_contains(failure.message, "2 requests");
    assert_false(links[2].waiting);
    assert_int_equal(queue_length(queue), 2);
    assert_ptr_equal(queue_take(queue), &links[0]);
    put(queue, &links[2], DEADLINE_NEVER);
    assert_ptr_equal(queue_take(queue), &links[1]);
    assert_ptr_equal(queue_take(queue), &links[2]);
    queue_destroy(queue);
}

static void test_queue_take_expired__gives_the_earliest_deadline_first(void **state)
{
    (void)state;
    static const int order[] = {2, 0, 3, 1};
    struct queue *queue = queue_create(10);
    struct queue_link links[5] = {{0}};
    put(queue, &links[0], LONG_AGO + 1);
    put(queue, &links[4], DEADLINE_NEVER);
    put(queue, &links[1], LONG_AGO + 3);
    put(queue, &links[2], LONG_AGO);
    put(queue, &links[3], LONG_AGO + 2);
    for (size_t i = 0; i < 4; i++)
        assert_ptr_equal(queue_take_expired(queue), &links[order[i]]);
    assert_int_equal(queue_length(queue), 1);
    assert_ptr_equal(queue_take(queue), &links[4]);
    queue_destroy(queue);
}

static void test_queue_take_expired__waits_for_the_deadline(void **state)
{
    (void)state;
    struct queue *queue = queue_create(1);
    struct queue_link link = {0};
    nanoseconds deadline = clock_now() + 5 * NANOSECONDS_PER_MILLISECOND;
    put(queue, &link, deadline);
    assert_ptr_equal(queue_take_expired(queue), &link);
    assert_true(clock_now() >= deadline);
    queue_destroy(queue);
}

static void test_queue_remove__takes_out_what_still_waits(void **state)
{
    (void)state;
    struct queue *queue = queue_create(3);
    struct queue_link links[3] = {{0}};
    for (int i = 0; i < 3; i++)
        put(queue, &links[i], LONG_AGO);
    assert_true(queue_remove(queue, &links[1]));
    assert_false(queue_remove(queue, &links[1]));
    assert_ptr_equal(queue_take(queue), &links[0]);
    assert_false(queue_remove(queue, &links[0]));
    assert_ptr_equal(queue_take_expired(queue), &links[2]);
    assert_false(queue_remove(queue, &links[2]));
    put(queue, &links[1], LONG_AGO);
    assert_true(queue_remove(queue, &links[1]));
    assert_int_equal(queue_length(queue), 0);
    queue_destroy(queue);
}

static void test_queue_close__hands_out_the_rest_and_no_more(void **state)
{
    (void)state;
    struct queue *queue = queue_create(3);
    struct queue_link links[3] = {{0}};
    put(queue, &links[0], LONG_AGO);
    put(queue, &links[1], LONG_AGO);
    queue_close(queue);
    assert_result(queue_put(queue, &links[2], LONG_AGO, &failure), RESULT_STOPPING);
    assert_false(links[2].waiting);
    assert_ptr_equal(queue_take(queue), &links[0]);
    assert_ptr_equal(queue_take_expired(queue), &links[1]);
    assert_null(queue_take(queue));
    assert_null(queue_take_expired(queue));
    queue_close(queue);
    assert_null(queue_take(queue));
    queue_destroy(queue);
}

/* A thread that takes one item; its number, once it runs. */
struct taker {
    struct queue *queue;
    struct queue_link *(*take)(struct queue *queue);
    pthread_t thread;
    atomic_int number;
};

static void *take_one(void *context)
{
    struct taker *taker = context;
    atomic_store(&taker->number, (int)gettid());
    return taker->take(taker->queue);
}

/* Whether the kernel has put the thread to sleep, which here can only be in the queue. */
static bool sleeps(int number)
{
    char path[64];
    char status = '?';
    (void)snprintf(path, sizeof(path), "/proc/self/task/%d/stat", number);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    (void)!fscanf(file, "%*d (%*[^)]) %c", &status);
    assert_int_equal(fclose(file), 0);
    return status == 'S';
}

/* Starts a taker and comes back when it waits. */
static void start_taker(struct taker *taker, struct queue *queue,
                        struct queue_link *(*take)(struct queue *queue))
{
    taker->queue = queue;
    taker->take = take;
    atomic_init(&taker->number, 0);
    assert_int_equal(pthread_create(&taker->thread, NULL, take_one, taker), 0);
    while (atomic_load(&taker->number) == 0 || !sleeps(atomic_load(&taker->number)))
        sched_yield();
}

static void *result_of(pthread_t thread)
{
    void *result = NULL;
    assert_int_equal(pthread_join(thread, &result), 0);
    return result;
}

static void test_queue_take__waits_for_an_item(void **state)
{
    (void)state;
    struct queue *queue = queue_create(1);
    struct queue_link link = {0};
    struct taker taker;
    start_taker(&taker, queue, queue_take);
    put(queue, &link, DEADLINE_NEVER);
    assert_ptr_equal(result_of(taker.thread), &link);
    queue_destroy(queue);
}

static void test_queue_take_expired__waits_for_an_item(void **state)
{
    (void)state;
    struct queue *queue = queue_create(3);
    struct queue_link links[3] = {{0}};
    struct taker taker;
    start_taker(&taker, queue, queue_take_expired);
    put(queue, &links[0], DEADLINE_NEVER);
    put(queue, &links[1], deadline_in_seconds(3600));
    put(queue, &links[2], LONG_AGO);
    assert_ptr_equal(result_of(taker.thread), &links[2]);
    assert_true(queue_remove(queue, &links[0]));
    assert_true(queue_remove(queue, &links[1]));
    queue_destroy(queue);
}

static void test_queue_close__wakes_all_who_wait(void **state)
{
    (void)state;
    enum { WAITERS = 3 };
    struct queue *queue = queue_create(1);
    struct taker takers[WAITERS];
    struct taker expirer;
    for (int i = 0; i < WAITERS; i++)
        start_taker(&takers[i], queue, queue_take);
    start_taker(&expirer, queue, queue_take_expired);
    queue_close(queue);
    for (int i = 0; i < WAITERS; i++)
        assert_null(result_of(takers[i].thread));
    assert_null(result_of(expirer.thread));
    queue_destroy(queue);
}

/* A closed queue is not done before its last item is out: the expirer must hear of that too. */
static void test_queue_remove__of_the_last_item_ends_a_closed_queue(void **state)
{
    (void)state;
    for (int by_taking = 0; by_taking < 2; by_taking++) {
        struct queue *queue = queue_create(1);
        struct queue_link link = {0};
        struct taker expirer;
        put(queue, &link, DEADLINE_NEVER);
        queue_close(queue);
        start_taker(&expirer, queue, queue_take_expired);
        if (by_taking)
            assert_ptr_equal(queue_take(queue), &link);
        else
            assert_true(queue_remove(queue, &link));
        assert_null(result_of(expirer.thread));
        queue_destroy(queue);
    }
}

enum { PRODUCERS = 3, ITEMS = 400 };

static struct crowd {
    struct queue *queue;
    struct item {
        struct queue_link link; /* first: a link is its item */
        atomic_int taken;
    } items[PRODUCERS][ITEMS];
    atomic_int next_producer;
    atomic_int removed;
} crowd;

static void *produce(void *context)
{
    struct item *items = crowd.items[atomic_fetch_add(&crowd.next_producer, 1)];
    (void)context;
    for (int i = 0; i < ITEMS; i++) {
        nanoseconds deadline = i % 3 == 0 ? LONG_AGO : DEADLINE_NEVER;
        while (queue_put(crowd.queue, &items[i].link, deadline, NULL) != RESULT_OK)
            sched_yield();
        if (i % 5 == 0 && queue_remove(crowd.queue, &items[i].link)) {
            atomic_fetch_add(&items[i].taken, 1);
            atomic_fetch_add(&crowd.removed, 1);
        }
    }
    return NULL;
}

static void *consume(void *take)
{
    struct queue_link *link;
    bool expired = take != NULL;
    while ((link = expired ? queue_take_expired(crowd.queue) : queue_take(crowd.queue)) != NULL)
        atomic_fetch_add(&((struct item *)link)->taken, 1);
    return NULL;
}

static void test_queue__gives_each_item_to_one_of_many_threads(void **state)
{
    (void)state;
    enum { CONSUMERS = 3 };
    pthread_t producers[PRODUCERS];
    pthread_t consumers[CONSUMERS];
    crowd.queue = queue_create(8);
    for (int i = 0; i < CONSUMERS; i++)
        assert_int_equal(pthread_create(&consumers[i], NULL, consume, i == 0 ? &crowd : NULL), 0);
    for (int i = 0; i < PRODUCERS; i++)
        assert_int_equal(pthread_create(&producers[i], NULL, produce, NULL), 0);
    for (int i = 0; i < PRODUCERS; i++)
        (void)result_of(producers[i]);
    queue_close(crowd.queue);
    for (int i = 0; i < CONSUMERS; i++)
        (void)result_of(consumers[i]);
    for (int i = 0; i < PRODUCERS; i++)
        for (int k = 0; k < ITEMS; k++)
            assert_int_equal(atomic_load(&crowd.items[i][k].taken), 1);
    queue_destroy(crowd.queue);
}

static void put_twice(void)
{
    struct queue *queue = queue_create(2);
    struct queue_link link = {0};
    (void)queue_put(queue, &link, 0, NULL);
    (void)queue_put(queue, &link, 0, NULL);
}

static void destroy_with_an_item(void)
{
    struct queue *queue = queue_create(2);
    struct queue_link link = {0};
    (void)queue_put(queue, &link, 0, NULL);
    queue_destroy(queue);
}

static void test_queue__aborts_when_misused(void **state)
{
    (void)state;
    assert_true(aborts(put_twice));
    assert_true(aborts(destroy_with_an_item));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queue_take__gives_the_oldest_first),
        cmocka_unit_test(test_queue_put__holds_the_queue_to_its_capacity),
        cmocka_unit_test(test_queue_take_expired__gives_the_earliest_deadline_first),
        cmocka_unit_test(test_queue_take_expired__waits_for_the_deadline),
        cmocka_unit_test(test_queue_remove__takes_out_what_still_waits),
        cmocka_unit_test(test_queue_close__hands_out_the_rest_and_no_more),
        cmocka_unit_test(test_queue_take__waits_for_an_item),
        cmocka_unit_test(test_queue_take_expired__waits_for_an_item),
        cmocka_unit_test(test_queue_close__wakes_all_who_wait),
        cmocka_unit_test(test_queue_remove__of_the_last_item_ends_a_closed_queue),
        cmocka_unit_test(test_queue__gives_each_item_to_one_of_many_threads),
        cmocka_unit_test(test_queue__aborts_when_misused),
    };
    return RUN_TESTS(tests);
}
