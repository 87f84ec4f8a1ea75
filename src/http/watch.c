#include "http/watch_internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/condition.h"

struct watch {
    watch_expired *expired;
    pthread_t thread;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t changed;
    nanoseconds asleep_until; /* when the thread looks again by itself */
    bool ending;
    struct watched ends; /* a ring, the first to expire first */
};

/* Most deadlines are as far away as those before them: the place is found from the end. */
static void link_watched(struct watch *watch, struct watched *watched, nanoseconds deadline)
{
    struct watched *before = watch->ends.previous;
    while (before != &watch->ends && before->deadline > deadline)
        before = before->previous;
    *watched = (struct watched){before->next, before, deadline};
    watched->previous->next = watched;
    watched->next->previous = watched;
}

static void unlink_watched(struct watched *watched)
{
    watched->previous->next = watched->next;
    watched->next->previous = watched->previous;
    watched->next = NULL;
    watched->previous = NULL;
}

static void *keep_watch(void *context)
{
    struct watch *watch = context;
    CHECK_ZERO(pthread_mutex_lock(&watch->lock));
    while (!watch->ending) {
        struct watched *first = watch->ends.next;
        watch->asleep_until = first == &watch->ends ? DEADLINE_NEVER : first->deadline;
        if (watch->asleep_until > clock_now()) {
            (void)condition_wait(&watch->changed, &watch->lock, watch->asleep_until);
        } else {
            unlink_watched(first);
            nanoseconds next = watch->expired(first);
            if (next != DEADLINE_NEVER)
                link_watched(watch, first, next);
        }
    }
    CHECK_ZERO(pthread_mutex_unlock(&watch->lock));
    return NULL;
}

enum result watch_create(struct watch **watch, watch_expired *expired, struct failure *failure)
{
    struct watch *created = calloc(1, sizeof(*created));
    if (created == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the server");
    created->expired = expired;
    created->ends.next = &created->ends;
    created->ends.previous = &created->ends;
    CHECK_ZERO(pthread_mutex_init(&created->lock, NULL));
    condition_init(&created->changed);
    int error = pthread_create(&created->thread, NULL, keep_watch, created);
    if (error != 0) {
        free(created);
        return failure_set(failure, RESULT_INTERNAL, "cannot start a thread: %s", strerror(error));
    }
    *watch = created;
    return RESULT_OK;
}

void watch_destroy(struct watch *watch)
{
    CHECK_ZERO(pthread_mutex_lock(&watch->lock));
    watch->ending = true;
    CHECK_ZERO(pthread_cond_signal(&watch->changed));
    CHECK_ZERO(pthread_mutex_unlock(&watch->lock));
    CHECK_ZERO(pthread_join(watch->thread, NULL));
    CHECK(watch->ends.next == &watch->ends);
    CHECK_ZERO(pthread_cond_destroy(&watch->changed));
    CHECK_ZERO(pthread_mutex_destroy(&watch->lock));
    free(watch);
}

void watch_add(struct watch *watch, struct watched *watched, nanoseconds deadline)
{
    CHECK_ZERO(pthread_mutex_lock(&watch->lock));
    CHECK(watched->next == NULL);
    link_watched(watch, watched, deadline);
    if (deadline < watch->asleep_until)
        CHECK_ZERO(pthread_cond_signal(&watch->changed));
    CHECK_ZERO(pthread_mutex_unlock(&watch->lock));
}

bool watch_remove(struct watch *watch, struct watched *watched)
{
    CHECK_ZERO(pthread_mutex_lock(&watch->lock));
    bool was_watched = watched->next != NULL;
    if (was_watched)
        unlink_watched(watched);
    CHECK_ZERO(pthread_mutex_unlock(&watch->lock));
    return was_watched;
}
