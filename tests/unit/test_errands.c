/* The API's own thread; the server is played by what is woken (-Wl,--wrap in meson.build). */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "api/errands_internal.h"
#include "base/check.h"
#include "http/request.h"
#include "support.h"

enum { MOST_EVENTS = 8 };

/* What happened, as letters: a request's own when its errand runs, 'w' when it is woken. */
static struct scene {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char events[MOST_EVENTS + 1];
    bool closed; /* errands wait until it is opened */
} scene = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, "", false};

static void note(char event)
{
    CHECK_ZERO(pthread_mutex_lock(&scene.lock));
    size_t length = strlen(scene.events);
    CHECK(length < MOST_EVENTS);
    scene.events[length] = event;
    CHECK_ZERO(pthread_cond_broadcast(&scene.changed));
    CHECK_ZERO(pthread_mutex_unlock(&scene.lock));
}

static void await_events(const char *events)
{
    CHECK_ZERO(pthread_mutex_lock(&scene.lock));
    while (strcmp(scene.events, events) != 0)
        CHECK_ZERO(pthread_cond_wait(&scene.changed, &scene.lock));
    CHECK_ZERO(pthread_mutex_unlock(&scene.lock));
}

static void set_closed(bool closed)
{
    CHECK_ZERO(pthread_mutex_lock(&scene.lock));
    scene.closed = closed;
    CHECK_ZERO(pthread_cond_broadcast(&scene.changed));
    CHECK_ZERO(pthread_mutex_unlock(&scene.lock));
}

void __wrap_request_wake(struct request *request);
void __wrap_request_wake(struct request *request)
{
    (void)request;
    note('w');
}

static void run(struct request *request)
{
    note(request->id[0]);
    CHECK_ZERO(pthread_mutex_lock(&scene.lock));
    while (scene.closed)
        CHECK_ZERO(pthread_cond_wait(&scene.changed, &scene.lock));
    CHECK_ZERO(pthread_mutex_unlock(&scene.lock));
}

static struct errands *start(bool closed)
{
    struct errands *errands = NULL;
    struct failure failure;
    memset(scene.events, 0, sizeof(scene.events));
    scene.closed = closed;
    assert_result(errands_create(&errands, &failure), RESULT_OK);
    return errands;
}

static void stop(struct errands *errands)
{
    errands_stop(errands);
    errands_destroy(errands);
}

static void submit(struct errands *errands, struct errand *errand, struct request *request)
{
    *errand = (struct errand){.run = run, .request = request};
    assert_true(errands_submit(errands, errand));
}

static void test_errands__are_done_in_order_and_wake_their_requests(void **state)
{
    (void)state;
    struct request requests[2] = {{.id = "a"}, {.id = "b"}};
    struct errand errand[2];
    struct errands *errands = start(true);
    submit(errands, &errand[0], &requests[0]);
    submit(errands, &errand[1], &requests[1]);
    await_events("a");
    set_closed(false);
    await_events("awbw");
    assert_result(requests[0].failure.result, RESULT_OK);
    stop(errands);
}

static void test_errands_leave__ends_the_wait_of_one_that_has_not_begun(void **state)
{
    (void)state;
    struct request requests[3] = {{.id = "a"}, {.id = "b"}, {.id = "c"}};
    struct errand errand[3];
    struct failure gone = {.result = RESULT_CANCELLED};
    struct errands *errands = start(true);
    for (int i = 0; i < 2; i++)
        submit(errands, &errand[i], &requests[i]);
    await_events("a");
    assert_true(errands_leave(errands, &errand[1], &gone));
    await_events("aw");
    assert_result(requests[1].failure.result, RESULT_CANCELLED);
    submit(errands, &errand[2], &requests[2]);
    set_closed(false);
    await_events("awwcw");
    assert_false(errands_leave(errands, &errand[2], &gone));
    assert_result(requests[2].failure.result, RESULT_OK);
    stop(errands);
}

static void test_errands_leave__fails_the_request_of_one_that_runs_when_it_is_done(void **state)
{
    (void)state;
    struct request request = {.id = "a"};
    struct errand errand;
    struct failure late = {.result = RESULT_REQUEST_TIMEOUT};
    struct errands *errands = start(true);
    submit(errands, &errand, &request);
    await_events("a");
    assert_true(errands_leave(errands, &errand, &late));
    set_closed(false);
    await_events("aw");
    assert_result(request.failure.result, RESULT_REQUEST_TIMEOUT);
    stop(errands);
}

static void test_errands_stop__ends_what_is_there_and_takes_no_more(void **state)
{
    (void)state;
    struct request requests[2] = {{.id = "a"}, {.id = "b"}};
    struct errand errand[2];
    struct errands *errands = start(false);
    submit(errands, &errand[0], &requests[0]);
    errands_stop(errands);
    assert_string_equal(scene.events, "aw");
    errand[1] = (struct errand){.run = run, .request = &requests[1]};
    assert_false(errands_submit(errands, &errand[1]));
    errands_destroy(errands);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errands__are_done_in_order_and_wake_their_requests),
        cmocka_unit_test(test_errands_leave__ends_the_wait_of_one_that_has_not_begun),
        cmocka_unit_test(test_errands_leave__fails_the_request_of_one_that_runs_when_it_is_done),
        cmocka_unit_test(test_errands_stop__ends_what_is_there_and_takes_no_more),
    };
    return RUN_TESTS(tests);
}
