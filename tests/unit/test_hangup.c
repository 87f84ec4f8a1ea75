/* Sockets whose other end goes away, or stays. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/hangup.h"
#include "support.h"

enum { SERVER, CLIENT, ENDS };

/* A connection, and how often its client has been seen to go. */
struct call {
    struct hangup hangup;
    int ends[ENDS];
    atomic_uint gone;
};

static struct failure failure;

static void note_gone(struct hangup *hangup)
{
    struct call *call = (struct call *)((char *)hangup - offsetof(struct call, hangup));
    atomic_fetch_add(&call->gone, 1);
}

static struct hangup_watch *create(void)
{
    struct hangup_watch *watch = NULL;
    assert_result(hangup_watch_create(&watch, note_gone, &failure), RESULT_OK);
    return watch;
}

static void open_call(struct call *call)
{
    *call = (struct call){.gone = 0};
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, call->ends), 0);
}

static void close_call(struct call *call)
{
    close(call->ends[SERVER]);
    if (call->ends[CLIENT] >= 0)
        close(call->ends[CLIENT]);
}

static void hang_up(struct call *call)
{
    close(call->ends[CLIENT]);
    call->ends[CLIENT] = -1;
}

static void await_gone(struct call *call)
{
    while (atomic_load(&call->gone) == 0)
        (void)sched_yield();
}

static void test_hangup_watch__tells_of_a_closed_connection_once(void **state)
{
    (void)state;
    struct hangup_watch *watch = create();
    struct call call;
    open_call(&call);
    hangup_add(watch, &call.hangup, call.ends[SERVER]);
    hang_up(&call);
    await_gone(&call);
    hangup_remove(watch, &call.hangup);
    assert_false(call.hangup.watched);
    hangup_watch_destroy(watch);
    assert_int_equal(atomic_load(&call.gone), 1);
    close_call(&call);
}

static void test_hangup_watch__takes_a_closed_side_for_a_closed_connection(void **state)
{
    (void)state;
    struct hangup_watch *watch = create();
    struct call call;
    open_call(&call);
    hangup_add(watch, &call.hangup, call.ends[SERVER]);
    assert_int_equal(shutdown(call.ends[CLIENT], SHUT_WR), 0);
    await_gone(&call);
    hangup_remove(watch, &call.hangup);
    hangup_watch_destroy(watch);
    close_call(&call);
}

static void test_hangup_add__sees_who_has_gone_before(void **state)
{
    (void)state;
    struct hangup_watch *watch = create();
    struct call call;
    open_call(&call);
    assert_int_equal(write(call.ends[CLIENT], "more", 4), 4);
    hang_up(&call);
    hangup_add(watch, &call.hangup, call.ends[SERVER]);
    await_gone(&call);
    hangup_remove(watch, &call.hangup);
    hangup_watch_destroy(watch);
    close_call(&call);
}

static void test_hangup_watch__is_not_moved_by_bytes_or_by_what_was_removed(void **state)
{
    (void)state;
    struct hangup_watch *watch = create();
    struct call talkative, removed, last;
    open_call(&talkative);
    open_call(&removed);
    open_call(&last);
    hangup_add(watch, &talkative.hangup, talkative.ends[SERVER]);
    hangup_add(watch, &removed.hangup, removed.ends[SERVER]);
    hangup_add(watch, &last.hangup, last.ends[SERVER]);
    assert_int_equal(write(talkative.ends[CLIENT], "bytes", 5), 5);
    hangup_remove(watch, &removed.hangup);
    hang_up(&removed);
    hang_up(&last);
    await_gone(&last);
    assert_int_equal(atomic_load(&talkative.gone), 0);
    assert_int_equal(atomic_load(&removed.gone), 0);
    hangup_remove(watch, &talkative.hangup);
    hangup_remove(watch, &removed.hangup); /* again is fine */
    hangup_watch_destroy(watch);
    close_call(&talkative);
    close_call(&removed);
    close_call(&last);
}

/* The other end may go at any time; after the removal nobody hears of it. */
static void test_hangup_remove__may_meet_the_hanging_up(void **state)
{
    (void)state;
    enum { ROUNDS = 2000 };
    struct hangup_watch *watch = create();
    for (int round = 0; round < ROUNDS; round++) {
        struct call call;
        open_call(&call);
        hangup_add(watch, &call.hangup, call.ends[SERVER]);
        hang_up(&call);
        if (round % 2 == 0)
            (void)sched_yield();
        hangup_remove(watch, &call.hangup);
        unsigned gone = atomic_load(&call.gone);
        assert_true(gone <= 1);
        close_call(&call);
        assert_int_equal(atomic_load(&call.gone), gone);
    }
    hangup_watch_destroy(watch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hangup_watch__tells_of_a_closed_connection_once),
        cmocka_unit_test(test_hangup_watch__takes_a_closed_side_for_a_closed_connection),
        cmocka_unit_test(test_hangup_add__sees_who_has_gone_before),
        cmocka_unit_test(test_hangup_watch__is_not_moved_by_bytes_or_by_what_was_removed),
        cmocka_unit_test(test_hangup_remove__may_meet_the_hanging_up),
    };
    return RUN_TESTS(tests);
}
