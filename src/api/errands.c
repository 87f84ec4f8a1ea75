#include "api/errands_internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "http/request.h"

struct errands {
    pthread_t thread;
    pthread_mutex_t lock; /* over what follows, and over `left` of all errands that are here */
    pthread_cond_t changed;
    struct errand *first;
    struct errand **end;
    struct errand *current;
    bool ending;
};

/* Waits for one; NULL once there will be none any more. */
static struct errand *take(struct errands *errands)
{
    CHECK_ZERO(pthread_mutex_lock(&errands->lock));
    while (errands->first == NULL && !errands->ending)
        CHECK_ZERO(pthread_cond_wait(&errands->changed, &errands->lock));
    struct errand *errand = errands->first;
    if (errand != NULL) {
        errands->first = errand->next;
        if (errands->first == NULL)
            errands->end = &errands->first;
    }
    errands->current = errand;
    CHECK_ZERO(pthread_mutex_unlock(&errands->lock));
    return errand;
}

/* From here on it can be left no more. */
static void end(struct errands *errands, struct errand *errand)
{
    CHECK_ZERO(pthread_mutex_lock(&errands->lock));
    errands->current = NULL;
    if (errand->left.result != RESULT_OK)
        errand->request->failure = errand->left;
    CHECK_ZERO(pthread_mutex_unlock(&errands->lock));
}

static void *work(void *context)
{
    struct errands *errands = context;
    struct errand *errand;
    while ((errand = take(errands)) != NULL) {
        errand->run(errand->request);
        end(errands, errand);
        request_wake(errand->request);
    }
    return NULL;
}

static void free_errands(struct errands *errands)
{
    CHECK_ZERO(pthread_cond_destroy(&errands->changed));
    CHECK_ZERO(pthread_mutex_destroy(&errands->lock));
    free(errands);
}

enum result errands_create(struct errands **errands, struct failure *failure)
{
    struct errands *created = calloc(1, sizeof(*created));
    if (created == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the server");
    created->end = &created->first;
    CHECK_ZERO(pthread_mutex_init(&created->lock, NULL));
    CHECK_ZERO(pthread_cond_init(&created->changed, NULL));
    int error = pthread_create(&created->thread, NULL, work, created);
    if (error != 0) {
        free_errands(created);
        return failure_set(failure, RESULT_INTERNAL, "cannot start a thread for the API: %s",
                           strerror(error));
    }
    *errands = created;
    return RESULT_OK;
}

bool errands_submit(struct errands *errands, struct errand *errand)
{
    CHECK_ZERO(pthread_mutex_lock(&errands->lock));
    bool taken = !errands->ending;
    if (taken) {
        errand->next = NULL;
        *errands->end = errand;
        errands->end = &errand->next;
        CHECK_ZERO(pthread_cond_signal(&errands->changed));
    }
    CHECK_ZERO(pthread_mutex_unlock(&errands->lock));
    return taken;
}

/* Whether it was still waiting. With the lock held. */
static bool remove_waiting(struct errands *errands, const struct errand *errand)
{
    for (struct errand **at = &errands->first; *at != NULL; at = &(*at)->next) {
        if (*at != errand)
            continue;
        *at = errand->next;
        if (errand->next == NULL)
            errands->end = at;
        return true;
    }
    return false;
}

bool errands_leave(struct errands *errands, struct errand *errand, const struct failure *why)
{
    CHECK_ZERO(pthread_mutex_lock(&errands->lock));
    bool waited = remove_waiting(errands, errand);
    bool runs = errands->current == errand;
    if (runs)
        errand->left = *why;
    CHECK_ZERO(pthread_mutex_unlock(&errands->lock));
    if (waited) {
        errand->request->failure = *why;
        request_wake(errand->request);
    }
    return waited || runs;
}

void errands_stop(struct errands *errands)
{
    CHECK_ZERO(pthread_mutex_lock(&errands->lock));
    errands->ending = true;
    CHECK_ZERO(pthread_cond_signal(&errands->changed));
    CHECK_ZERO(pthread_mutex_unlock(&errands->lock));
    CHECK_ZERO(pthread_join(errands->thread, NULL));
}

void errands_destroy(struct errands *errands)
{
    free_errands(errands);
}
