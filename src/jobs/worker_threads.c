#include "jobs/worker_threads_internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/condition.h"

/* One thread and the job it does. */
struct member {
    struct worker_threads *threads;
    pthread_t thread;
    int cancel;      /* an eventfd */
    struct job *job; /* NULL between jobs; under the lock of all */
};

struct worker_threads {
    struct worker_threads_options options;
    unsigned threads_started;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t left;
    unsigned inside;
    bool calling_off; /* every job ends as it begins */
    struct member members[];
};

static bool create_members(struct worker_threads *threads)
{
    bool made = true;
    for (unsigned i = 0; i < threads->options.threads; i++) {
        int cancel = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        threads->members[i] = (struct member){.threads = threads, .cancel = cancel};
        made &= cancel >= 0;
    }
    return made;
}

struct worker_threads *worker_threads_create(const struct worker_threads_options *options)
{
    struct worker_threads *threads =
        calloc(1, sizeof(*threads) + options->threads * sizeof(threads->members[0]));
    if (threads == NULL)
        return NULL;
    threads->options = *options;
    CHECK_ZERO(pthread_mutex_init(&threads->lock, NULL));
    condition_init(&threads->left);
    if (!create_members(threads)) {
        worker_threads_destroy(threads);
        return NULL;
    }
    return threads;
}

void worker_threads_destroy(struct worker_threads *threads)
{
    if (threads == NULL)
        return;
    for (unsigned i = 0; i < threads->options.threads; i++)
        if (threads->members[i].cancel >= 0)
            close(threads->members[i].cancel);
    CHECK_ZERO(pthread_cond_destroy(&threads->left));
    CHECK_ZERO(pthread_mutex_destroy(&threads->lock));
    free(threads);
}

/* The member's from here on: worker_threads_call_off finds it there. */
static void begin(struct member *member, struct job *job)
{
    struct worker_threads *threads = member->threads;
    eventfd_t stale;
    CHECK_ZERO(pthread_mutex_lock(&threads->lock));
    member->job = job;
    job->cancel = member->cancel;
    if (!threads->calling_off)
        (void)eventfd_read(member->cancel, &stale);
    CHECK_ZERO(pthread_mutex_unlock(&threads->lock));
}

static void end(struct member *member)
{
    CHECK_ZERO(pthread_mutex_lock(&member->threads->lock));
    member->job = NULL;
    CHECK_ZERO(pthread_mutex_unlock(&member->threads->lock));
}

static void *work(void *context)
{
    struct member *member = context;
    struct worker_threads *threads = member->threads;
    struct job *job;
    while ((job = threads->options.take(threads->options.context)) != NULL) {
        begin(member, job);
        threads->options.work(threads->options.context, job);
        end(member);
    }
    CHECK_ZERO(pthread_mutex_lock(&threads->lock));
    threads->inside--;
    CHECK_ZERO(pthread_cond_broadcast(&threads->left));
    /* A child dies with the thread that started it, and another member may still be using it. */
    while (threads->inside > 0)
        CHECK_ZERO(pthread_cond_wait(&threads->left, &threads->lock));
    CHECK_ZERO(pthread_mutex_unlock(&threads->lock));
    return NULL;
}

enum result worker_threads_start(struct worker_threads *threads, struct failure *failure)
{
    int error = 0;
    threads->inside = threads->options.threads;
    while (error == 0 && threads->threads_started < threads->options.threads) {
        struct member *member = &threads->members[threads->threads_started];
        error = pthread_create(&member->thread, NULL, work, member);
        threads->threads_started += error == 0;
    }
    if (error == 0)
        return RESULT_OK;
    CHECK_ZERO(pthread_mutex_lock(&threads->lock));
    threads->inside -= threads->options.threads - threads->threads_started;
    CHECK_ZERO(pthread_mutex_unlock(&threads->lock));
    return failure_set(failure, RESULT_INTERNAL, "cannot start a thread: %s", strerror(error));
}

/* With the lock held. NULL: whatever they do. */
static void make_readable(struct worker_threads *threads, const struct job *job)
{
    for (unsigned i = 0; i < threads->options.threads; i++)
        if (job == NULL || threads->members[i].job == job)
            CHECK_ZERO(eventfd_write(threads->members[i].cancel, 1));
}

void worker_threads_call_off(struct worker_threads *threads, const struct job *job)
{
    CHECK_ZERO(pthread_mutex_lock(&threads->lock));
    make_readable(threads, job);
    CHECK_ZERO(pthread_mutex_unlock(&threads->lock));
}

void worker_threads_stop(struct worker_threads *threads, nanoseconds deadline)
{
    bool in_time = true;
    CHECK_ZERO(pthread_mutex_lock(&threads->lock));
    while (threads->inside > 0 && in_time)
        in_time = condition_wait(&threads->left, &threads->lock, deadline);
    threads->calling_off = true;
    make_readable(threads, NULL);
    CHECK_ZERO(pthread_mutex_unlock(&threads->lock));
    for (unsigned i = 0; i < threads->threads_started; i++)
        CHECK_ZERO(pthread_join(threads->members[i].thread, NULL));
    threads->threads_started = 0;
}
