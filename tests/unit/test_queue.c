/* The queue of waiting work, alone and among threads. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "jobs/queue.h"
#include "support.h"

static struct failure failure;

enum { ANNA = 1, BERT = 2, CLEO = 3 };

/* Puts an item of one and the same client in. */
static enum result try_to_put(struct queue *queue, struct queue_link *link)
{
    struct queue_link *displaced;
    return queue_put(queue, link, ANNA, &displaced, &failure);
}

static void put(struct queue *queue, struct queue_link *link)
{
    assert_result(try_to_put(queue, link), RESULT_OK);
}

static void put_for(struct queue *queue, uint64_t client, struct queue_link *link)
{
    struct queue_link *displaced = link;
    assert_result(queue_put(queue, link, client, &displaced, &failure), RESULT_OK);
    assert_null(displaced);
}

static struct queue_link *take_next(struct queue *queue)
{
    return queue_take(queue, NULL, NULL);
}

static void test_queue_take__gives_the_oldest_first(void **state)
{
    (void)state;
    struct queue *queue = queue_create(10);
    struct queue_link links[10] = {{0}};
    for (int i = 0; i < 10; i++)
        put(queue, &links[i]);
    assert_int_equal(queue_length(queue), 10);
    for (int i = 0; i < 10; i++) {
        assert_ptr_equal(take_next(queue), &links[i]);
        assert_false(links[i].waiting);
    }
    assert_int_equal(queue_length(queue), 0);
    queue_destroy(queue);
}

/* Which of `links` is next; they are all in the queue. */
static void assert_order(struct queue *queue, struct queue_link *links, const int *order,
                         size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_int_equal(take_next(queue) - links, order[i]);
    assert_int_equal(queue_length(queue), 0);
}
#define assert_taken(queue, links, ...)                                                            \
    assert_order((queue), (links), (const int[]){__VA_ARGS__},                                     \
                 sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static void test_queue_take__lets_the_clients_take_turns(void **state)
{
    (void)state;
    struct queue *queue = queue_create(20);
    struct queue_link links[9] = {{0}};
    for (int i = 0; i < 5; i++)
        put_for(queue, ANNA, &links[i]);
    put_for(queue, BERT, &links[5]);
    put_for(queue, CLEO, &links[6]);
    put_for(queue, BERT, &links[7]);
    put_for(queue, QUEUE_SELF, &links[8]);
    assert_taken(queue, links, 0, 5, 6, 8, 1, 7, 2, 3, 4);
    queue_destroy(queue);
}

/* Whoever comes back at once waits for all the others, however much they have waiting. */
static void test_queue_take__gives_each_client_its_share_of_a_flood(void **state)
{
    (void)state;
    enum { ITEMS_WAITING = 100, ROUNDS = 30 };
    struct queue *queue = queue_create(200);
    static struct queue_link flood[ITEMS_WAITING];
    struct queue_link eager[2] = {{0}};
    int floods_taken = 0;
    for (int i = 0; i < ITEMS_WAITING; i++)
        put_for(queue, ANNA, &flood[i]);
    put_for(queue, BERT, &eager[0]);
    put_for(queue, CLEO, &eager[1]);
    for (int i = 0; i < 3 * ROUNDS; i++) {
        struct queue_link *link = take_next(queue);
        if (link == &eager[0] || link == &eager[1])
            put_for(queue, link == &eager[0] ? BERT : CLEO, link);
        else
            floods_taken++;
    }
    assert_in_range(floods_taken, ROUNDS - 1, ROUNDS + 1);
    while (queue_length(queue) > 0)
        (void)take_next(queue);
    queue_destroy(queue);
}

static void test_queue_remove__lets_the_clients_later_items_move_up(void **state)
{
    (void)state;
    struct queue *queue = queue_create(20);
    struct queue_link links[8] = {{0}};
    for (int i = 0; i < 4; i++)
        put_for(queue, ANNA, &links[i]);
    for (int i = 4; i < 8; i++)
        put_for(queue, BERT, &links[i]);
    assert_true(queue_remove(queue, &links[0]));
    assert_true(queue_remove(queue, &links[2]));
    assert_true(queue_remove(queue, &links[7]));
    assert_taken(queue, links, 1, 4, 3, 5, 6);
    queue_destroy(queue);
}

/* A flood may not keep others out: its last item makes way, but never for one of its own. */
static void test_queue_put__displaces_who_has_most_waiting(void **state)
{
    (void)state;
    struct queue *queue = queue_create(3);
    struct queue_link links[7] = {{0}};
    struct queue_link *displaced = NULL;
    for (int i = 0; i < 3; i++)
        put_for(queue, ANNA, &links[i]);
    assert_result(try_to_put(queue, &links[3]), RESULT_QUEUE_FULL);
    assert_result(queue_put(queue, &links[4], BERT, &displaced, &failure), RESULT_OK);
    assert_ptr_equal(displaced, &links[2]);
    assert_false(links[2].waiting);
    assert_int_equal(queue_length(queue), 3);
    assert_result(queue_put(queue, &links[5], BERT, &displaced, &failure), RESULT_QUEUE_FULL);
    assert_ptr_equal(displaced, &links[2]); /* untouched */
    assert_result(queue_put(queue, &links[6], CLEO, &displaced, &failure), RESULT_OK);
    assert_ptr_equal(displaced, &links[1]);
    assert_taken(queue, links, 0, 4, 6);
    queue_destroy(queue);
}

static void test_queue_put__never_refuses_the_servers_own(void **state)
{
    (void)state;
    struct queue *queue = queue_create(1);
    struct queue_link links[3] = {{0}};
    struct queue_link *displaced;
    put_for(queue, ANNA, &links[0]);
    put_for(queue, QUEUE_SELF, &links[1]);
    /* Nor does it make way for others. */
    assert_result(queue_put(queue, &links[2], BERT, &displaced, &failure), RESULT_QUEUE_FULL);
    assert_taken(queue, links, 0, 1);
    queue_destroy(queue);
}

/* What cannot start: the items whose number is in `held`, a bit each; `stop` holds all up. */
struct gate {
    struct queue_link *links;
    unsigned held;
    atomic_uint stop;
    size_t waiting; /* as it was said last */
};

static enum queue_admission pass(void *context, const struct queue_link *link, size_t waiting)
{
    struct gate *gate = context;
    unsigned bit = 1U << (link - gate->links);
    gate->waiting = waiting;
    if ((atomic_load(&gate->stop) & bit) != 0)
        return QUEUE_WAIT;
    return (gate->held & bit) != 0 ? QUEUE_SKIP : QUEUE_START;
}

static void test_queue_take__passes_over_what_cannot_start(void **state)
{
    (void)state;
    struct queue *queue = queue_create(5);
    struct queue_link links[4] = {{0}};
    struct gate gate = {.links = links, .held = 1 | 2};
    for (int i = 0; i < 4; i++)
        put_for(queue, ANNA, &links[i]);
    assert_ptr_equal(queue_take(queue, pass, &gate), &links[2]);
    assert_int_equal(gate.waiting, 4);
    assert_ptr_equal(queue_take(queue, pass, &gate), &links[3]);
    assert_int_equal(links[0].overtaken, 2);
    gate.held = 2;
    assert_ptr_equal(queue_take(queue, pass, &gate), &links[0]);
    assert_int_equal(links[1].overtaken, 2);
    gate.held = 0;
    assert_ptr_equal(queue_take(queue, pass, &gate), &links[1]);
    queue_destroy(queue);
}

static struct gate shared_gate;

static struct queue_link *take_gated(struct queue *queue)
{
    return queue_take(queue, pass, &shared_gate);
}

static void test_queue_put__holds_the_queue_to_its_capacity(void **state)
{
    (void)state;
    struct queue *queue = queue_create(2);
    struct queue_link links[3] = {{0}};
    put(queue, &links[0]);
    put(queue, &links[1]);
    assert_result(try_to_put(queue, &links[2]), RESULT_QUEUE_FULL);
    assert_contains(failure.message, "2 requests");
    assert_false(links[2].waiting);
    assert_int_equal(queue_length(queue), 2);
    assert_ptr_equal(take_next(queue), &links[0]);
    put(queue, &links[2]);
    assert_ptr_equal(take_next(queue), &links[1]);
    assert_ptr_equal(take_next(queue), &links[2]);
    queue_destroy(queue);
}

static void test_queue_remove__takes_out_what_still_waits(void **state)
{
    (void)state;
    struct queue *queue = queue_create(3);
    struct queue_link links[3] = {{0}};
    for (int i = 0; i < 3; i++)
        put(queue, &links[i]);
    assert_true(queue_remove(queue, &links[1]));
    assert_false(queue_remove(queue, &links[1]));
    assert_ptr_equal(take_next(queue), &links[0]);
    assert_false(queue_remove(queue, &links[0]));
    assert_ptr_equal(take_next(queue), &links[2]);
    assert_false(queue_remove(queue, &links[2]));
    put(queue, &links[1]);
    assert_true(queue_remove(queue, &links[1]));
    assert_int_equal(queue_length(queue), 0);
    queue_destroy(queue);
}

static void test_queue_close__hands_out_the_rest_and_no_more(void **state)
{
    (void)state;
    struct queue *queue = queue_create(3);
    struct queue_link links[3] = {{0}};
    put(queue, &links[0]);
    put(queue, &links[1]);
    queue_close(queue);
    assert_result(try_to_put(queue, &links[2]), RESULT_STOPPING);
    assert_false(links[2].waiting);
    assert_ptr_equal(take_next(queue), &links[0]);
    assert_ptr_equal(take_next(queue), &links[1]);
    assert_null(take_next(queue));
    queue_close(queue);
    assert_null(take_next(queue));
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

/* Starts a taker and comes back when it waits. */
static void start_taker(struct taker *taker, struct queue *queue,
                        struct queue_link *(*take)(struct queue *queue))
{
    taker->queue = queue;
    taker->take = take;
    atomic_init(&taker->number, 0);
    assert_int_equal(pthread_create(&taker->thread, NULL, take_one, taker), 0);
    while (atomic_load(&taker->number) == 0 || !thread_sleeps(atomic_load(&taker->number)))
        sched_yield();
}

static void *result_of(pthread_t thread)
{
    void *result = NULL;
    assert_int_equal(pthread_join(thread, &result), 0);
    return result;
}

static void test_queue_ask_again__wakes_who_waits_for_leave(void **state)
{
    (void)state;
    struct queue *queue = queue_create(3);
    struct queue_link links[2] = {{0}};
    struct taker taker;
    shared_gate = (struct gate){.links = links};
    atomic_store(&shared_gate.stop, 1);
    put_for(queue, ANNA, &links[0]);
    put_for(queue, BERT, &links[1]);
    start_taker(&taker, queue, take_gated);
    atomic_store(&shared_gate.stop, 0); /* the taker sleeps, and looks under the queue's lock */
    queue_ask_again(queue);
    assert_ptr_equal(result_of(taker.thread), &links[0]);
    assert_ptr_equal(take_next(queue), &links[1]);
    queue_destroy(queue);
}

struct seen {
    const struct queue_link *links;
    unsigned count;
    unsigned mask;
};

static void see(void *context, const struct queue_link *link)
{
    struct seen *seen = context;
    seen->count++;
    seen->mask |= 1U << (link - seen->links);
}

static void test_queue_show_ahead__shows_what_would_go_first(void **state)
{
    (void)state;
    struct queue *queue = queue_create(9);
    struct queue_link links[4] = {{0}};
    for (int i = 0; i < 3; i++)
        put_for(queue, ANNA, &links[i]);
    put_for(queue, BERT, &links[3]);
    struct seen seen = {.links = links};
    queue_show_ahead(queue, CLEO, see, &seen);
    assert_int_equal(seen.mask, 1 | 8);
    assert_int_equal(seen.count, 2);
    seen = (struct seen){.links = links};
    queue_show_ahead(queue, BERT, see, &seen);
    assert_int_equal(seen.mask, 1 | 2 | 8);
    seen = (struct seen){.links = links};
    queue_show_ahead(queue, ANNA, see, &seen);
    assert_int_equal(seen.mask, 1 | 2 | 4 | 8);
    assert_taken(queue, links, 0, 3, 1, 2);
    queue_destroy(queue);
}

static void test_queue_take__waits_for_an_item(void **state)
{
    (void)state;
    struct queue *queue = queue_create(1);
    struct queue_link link = {0};
    struct taker taker;
    start_taker(&taker, queue, take_next);
    put(queue, &link);
    assert_ptr_equal(result_of(taker.thread), &link);
    queue_destroy(queue);
}

static void test_queue_close__wakes_all_who_wait(void **state)
{
    (void)state;
    enum { WAITERS = 3 };
    struct queue *queue = queue_create(1);
    struct taker takers[WAITERS];
    for (int i = 0; i < WAITERS; i++)
        start_taker(&takers[i], queue, take_next);
    queue_close(queue);
    for (int i = 0; i < WAITERS; i++)
        assert_null(result_of(takers[i].thread));
    queue_destroy(queue);
}

/* A closed queue is not done before its last item is out: who waits must hear of that too. */
static void test_queue_remove__of_the_last_item_ends_a_closed_queue(void **state)
{
    (void)state;
    for (int by_taking = 0; by_taking < 2; by_taking++) {
        struct queue *queue = queue_create(1);
        struct queue_link link = {0};
        struct taker taker;
        shared_gate = (struct gate){.links = &link};
        atomic_store(&shared_gate.stop, 1);
        put(queue, &link);
        queue_close(queue);
        start_taker(&taker, queue, take_gated);
        if (by_taking)
            assert_ptr_equal(take_next(queue), &link);
        else
            assert_true(queue_remove(queue, &link));
        assert_null(result_of(taker.thread));
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

/* Each producer is a client, and none can have more waiting than the queue holds. */
static void *produce(void *context)
{
    int producer = atomic_fetch_add(&crowd.next_producer, 1);
    struct item *items = crowd.items[producer];
    (void)context;
    for (int i = 0; i < ITEMS; i++) {
        struct queue_link *displaced = NULL;
        while (queue_put(crowd.queue, &items[i].link, (uint64_t)producer + 1, &displaced, NULL) !=
               RESULT_OK)
            sched_yield();
        if (displaced != NULL)
            atomic_fetch_add(&((struct item *)displaced)->taken, 1);
        if (i % 5 == 0 && queue_remove(crowd.queue, &items[i].link)) {
            atomic_fetch_add(&items[i].taken, 1);
            atomic_fetch_add(&crowd.removed, 1);
        }
    }
    return NULL;
}

static void *consume(void *context)
{
    struct queue_link *link;
    (void)context;
    while ((link = take_next(crowd.queue)) != NULL)
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
        assert_int_equal(pthread_create(&consumers[i], NULL, consume, NULL), 0);
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
    put(queue, &link);
    put(queue, &link);
}

static void destroy_with_an_item(void)
{
    struct queue *queue = queue_create(2);
    struct queue_link link = {0};
    put(queue, &link);
    queue_destroy(queue);
}

static void test_queue__aborts_when_misused(void **state)
{
    (void)state;
    assert_true(aborts(put_twice));
    assert_true(aborts(destroy_with_an_item));
}

/* Items by what becomes of them: their place in an array tells. */
struct verdicts {
    struct queue_link *links;
    const enum queue_admission *verdicts;
    size_t waiting; /* as it was told last */
};

static enum queue_admission judge(void *context, const struct queue_link *link, size_t waiting)
{
    struct verdicts *verdicts = context;
    verdicts->waiting = waiting;
    return verdicts->verdicts[link - verdicts->links];
}

/* However many are held they hide nobody, are not overtaken and count for nothing. */
static void test_queue_take__passes_by_all_that_is_held(void **state)
{
    (void)state;
    enum { HELD = 2 * QUEUE_LOOKAHEAD, ALL = HELD + 1 };
    struct queue *queue = queue_create(ALL);
    struct queue_link links[ALL] = {{0}};
    enum queue_admission admissions[ALL];
    struct verdicts verdicts = {links, admissions, 0};
    struct seen seen = {.links = links};
    for (int i = 0; i < ALL; i++) {
        put(queue, &links[i]);
        admissions[i] = i < HELD ? QUEUE_HOLD : QUEUE_START;
    }
    assert_ptr_equal(queue_take(queue, judge, &verdicts), &links[HELD]);
    assert_int_equal(verdicts.waiting, 1);
    assert_int_equal(links[0].overtaken, 0);
    queue_show_ahead(queue, ANNA, see, &seen);
    assert_int_equal(seen.count, 0);
    /* Held no more they have the turns that they had. */
    for (int i = 0; i < HELD; i++) {
        for (int later = i; later < HELD; later++)
            admissions[later] = QUEUE_START;
        assert_ptr_equal(queue_take(queue, judge, &verdicts), &links[i]);
    }
    queue_destroy(queue);
}

static void test_queue_take__leaves_an_item_whose_stand_in_begins(void **state)
{
    (void)state;
    static const enum queue_admission stand_in[] = {QUEUE_SKIP, QUEUE_STAND_IN};
    static const enum queue_admission start[] = {QUEUE_START, QUEUE_START};
    struct queue *queue = queue_create(2);
    struct queue_link links[2] = {{0}};
    struct verdicts verdicts = {links, stand_in, 0};
    for (int i = 0; i < 2; i++)
        put(queue, &links[i]);
    assert_ptr_equal(queue_take(queue, judge, &verdicts), &links[1]);
    assert_true(links[1].waiting);
    assert_int_equal(queue_length(queue), 2);
    verdicts.verdicts = start;
    for (int i = 0; i < 2; i++)
        assert_ptr_equal(queue_take(queue, judge, &verdicts), &links[i]);
    queue_destroy(queue);
}

static bool is_link(void *context, const struct queue_link *link)
{
    return link == context;
}

static void test_queue_any__looks_at_all_that_waits(void **state)
{
    (void)state;
    struct queue *queue = queue_create(2);
    struct queue_link links[2] = {{0}};
    for (int i = 0; i < 2; i++)
        put(queue, &links[i]);
    assert_true(queue_any(queue, is_link, &links[1]));
    assert_ptr_equal(take_next(queue), &links[0]);
    assert_false(queue_any(queue, is_link, &links[0]));
    assert_true(queue_remove(queue, &links[1]));
    queue_destroy(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queue_take__gives_the_oldest_first),
        cmocka_unit_test(test_queue_take__lets_the_clients_take_turns),
        cmocka_unit_test(test_queue_take__gives_each_client_its_share_of_a_flood),
        cmocka_unit_test(test_queue_remove__lets_the_clients_later_items_move_up),
        cmocka_unit_test(test_queue_put__displaces_who_has_most_waiting),
        cmocka_unit_test(test_queue_put__never_refuses_the_servers_own),
        cmocka_unit_test(test_queue_take__passes_over_what_cannot_start),
        cmocka_unit_test(test_queue_ask_again__wakes_who_waits_for_leave),
        cmocka_unit_test(test_queue_show_ahead__shows_what_would_go_first),
        cmocka_unit_test(test_queue_put__holds_the_queue_to_its_capacity),
        cmocka_unit_test(test_queue_remove__takes_out_what_still_waits),
        cmocka_unit_test(test_queue_close__hands_out_the_rest_and_no_more),
        cmocka_unit_test(test_queue_take__waits_for_an_item),
        cmocka_unit_test(test_queue_close__wakes_all_who_wait),
        cmocka_unit_test(test_queue_remove__of_the_last_item_ends_a_closed_queue),
        cmocka_unit_test(test_queue__gives_each_item_to_one_of_many_threads),
        cmocka_unit_test(test_queue__aborts_when_misused),
        cmocka_unit_test(test_queue_take__passes_by_all_that_is_held),
        cmocka_unit_test(test_queue_take__leaves_an_item_whose_stand_in_begins),
        cmocka_unit_test(test_queue_any__looks_at_all_that_waits),
    };
    return RUN_TESTS(tests);
}
