#include "http/hangup.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"

struct hangup_watch {
    void (*gone)(struct hangup *hangup);
    pthread_t thread;
    int sockets;          /* an epoll of them */
    int ending;           /* an eventfd */
    pthread_mutex_t lock; /* held while the sockets change and while events of theirs are read */
};

static void forget(struct hangup_watch *watch, struct hangup *hangup)
{
    CHECK_ZERO(epoll_ctl(watch->sockets, EPOLL_CTL_DEL, hangup->socket, NULL));
    hangup->watched = false;
}

/* With the lock held, so that what an event points to is still watched. */
static void tell_of_the_gone(struct hangup_watch *watch)
{
    struct epoll_event event;
    while (epoll_wait(watch->sockets, &event, 1, 0) == 1) {
        struct hangup *hangup = event.data.ptr;
        forget(watch, hangup);
        watch->gone(hangup);
    }
}

static void *keep_watch(void *context)
{
    struct hangup_watch *watch = context;
    enum { SOCKETS, ENDING, COUNT };
    struct pollfd polled[COUNT] = {[SOCKETS] = {.fd = watch->sockets, .events = POLLIN},
                                   [ENDING] = {.fd = watch->ending, .events = POLLIN}};
    for (;;) {
        int ready = poll(polled, COUNT, -1);
        CHECK(ready > 0 || errno == EINTR);
        if (ready > 0 && polled[ENDING].revents != 0)
            return NULL;
        CHECK_ZERO(pthread_mutex_lock(&watch->lock));
        tell_of_the_gone(watch);
        CHECK_ZERO(pthread_mutex_unlock(&watch->lock));
    }
}

static void free_watch(struct hangup_watch *watch)
{
    if (watch->sockets >= 0)
        close(watch->sockets);
    if (watch->ending >= 0)
        close(watch->ending);
    CHECK_ZERO(pthread_mutex_destroy(&watch->lock));
    free(watch);
}

enum result hangup_watch_create(struct hangup_watch **watch, void (*gone)(struct hangup *hangup),
                                struct failure *failure)
{
    struct hangup_watch *created = calloc(1, sizeof(*created));
    if (created == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the server");
    created->gone = gone;
    created->sockets = epoll_create1(EPOLL_CLOEXEC);
    created->ending = eventfd(0, EFD_CLOEXEC);
    CHECK_ZERO(pthread_mutex_init(&created->lock, NULL));
    int error = created->sockets < 0 || created->ending < 0 ? errno : 0;
    if (error == 0)
        error = pthread_create(&created->thread, NULL, keep_watch, created);
    if (error != 0) {
        free_watch(created);
        return failure_set(failure, RESULT_INTERNAL, "cannot watch the clients: %s",
                           strerror(error));
    }
    *watch = created;
    return RESULT_OK;
}

void hangup_watch_destroy(struct hangup_watch *watch)
{
    CHECK_ZERO(eventfd_write(watch->ending, 1));
    CHECK_ZERO(pthread_join(watch->thread, NULL));
    free_watch(watch);
}

void hangup_add(struct hangup_watch *watch, struct hangup *hangup, int socket)
{
    struct epoll_event event = {.events = EPOLLRDHUP, .data.ptr = hangup};
    CHECK_ZERO(pthread_mutex_lock(&watch->lock));
    CHECK(!hangup->watched);
    hangup->socket = socket;
    hangup->watched = epoll_ctl(watch->sockets, EPOLL_CTL_ADD, socket, &event) == 0;
    CHECK_ZERO(pthread_mutex_unlock(&watch->lock));
}

void hangup_remove(struct hangup_watch *watch, struct hangup *hangup)
{
    CHECK_ZERO(pthread_mutex_lock(&watch->lock));
    if (hangup->watched)
        forget(watch, hangup);
    CHECK_ZERO(pthread_mutex_unlock(&watch->lock));
}
