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
    struct crew *crew;
    pthread_t thread;
    int cancel;      /* an eventfd */
    struct job *job; /* NULL between jobs; under the crew's lock */
};

struct crew {
    struct crew_options options;
    unsigned threads_started;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t left;
    unsigned inside;
    bool calling_off; /* every job ends as it begins */
    struct member members[];
};

static bool create_members(struct crew *crew)
{
    bool made = true;
    for (unsigned i = 0; i < crew->options.threads; i++) {
        int cancel = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        crew->members[i] = (struct member){.crew = crew, .cancel = cancel};
        made &= cancel >= 0;
    }
    return made;
}

struct crew *crew_create(const struct crew_options *options)
{
    struct crew *crew = calloc(1, sizeof(*crew) + options->threads * sizeof(crew->members[0]));
    if (crew == NULL)
        return NULL;
    crew->options = *options;
    CHECK_ZERO(pthread_mutex_init(&crew->lock, NULL));
    condition_init(&crew->left);
    if (!create_members(crew)) {
        crew_destroy(crew);
        return NULL;
    }
    return crew;
}

void crew_destroy(struct crew *crew)
{
    if (crew == NULL)
        return;
    for (unsigned i = 0; i < crew->options.threads; i++)
        if (crew->members[i].cancel >= 0)
            close(crew->members[i].cancel);
    CHECK_ZERO(pthread_cond_destroy(&crew->left));
    CHECK_ZERO(pthread_mutex_destroy(&crew->lock));
    free(crew);
}

/* The member's from here on: crew_call_off finds it there. */
static void begin(struct member *member, struct job *job)
{
    struct crew *crew = member->crew;
    eventfd_t stale;
    CHECK_ZERO(pthread_mutex_lock(&crew->lock));
    member->job = job;
    job->cancel = member->cancel;
    if (!crew->calling_off)
        (void)eventfd_read(member->cancel, &stale);
    CHECK_ZERO(pthread_mutex_unlock(&crew->lock));
}

static void end(struct member *member)
{
    CHECK_ZERO(pthread_mutex_lock(&member->crew->lock));
    member->job = NULL;
    CHECK_ZERO(pthread_mutex_unlock(&member->crew->lock));
}

static void *work(void *context)
{
    struct member *member = context;
    struct crew *crew = member->crew;
    struct job *job;
    while ((job = crew->options.take(crew->options.context)) != NULL) {
        begin(member, job);
        crew->options.work(crew->options.context, job);
        end(member);
    }
    CHECK_ZERO(pthread_mutex_lock(&crew->lock));
    crew->inside--;
    CHECK_ZERO(pthread_cond_broadcast(&crew->left));
    /* A child dies with the thread that started it, and another member may still be using it. */
    while (crew->inside > 0)
        CHECK_ZERO(pthread_cond_wait(&crew->left, &crew->lock));
    CHECK_ZERO(pthread_mutex_unlock(&crew->lock));
    return NULL;
}

enum result crew_start(struct crew *crew, struct failure *failure)
{
    int error = 0;
    crew->inside = crew->options.threads;
    while (error == 0 && crew->threads_started < crew->options.threads) {
        struct member *member = &crew->members[crew->threads_started];
        error = pthread_create(&member->thread, NULL, work, member);
        crew->threads_started += error == 0;
    }
    if (error == 0)
        return RESULT_OK;
    CHECK_ZERO(pthread_mutex_lock(&crew->lock));
    crew->inside -= crew->options.threads - crew->threads_started;
    CHECK_ZERO(pthread_mutex_unlock(&crew->lock));
    return failure_set(failure, RESULT_INTERNAL, "cannot start a thread: %s", strerror(error));
}

/* With the lock held. NULL: whatever they do. */
static void make_readable(struct crew *crew, const struct job *job)
{
    for (unsigned i = 0; i < crew->options.threads; i++)
        if (job == NULL || crew->members[i].job == job)
            CHECK_ZERO(eventfd_write(crew->members[i].cancel, 1));
}

void crew_call_off(struct crew *crew, const struct job *job)
{
    CHECK_ZERO(pthread_mutex_lock(&crew->lock));
    make_readable(crew, job);
    CHECK_ZERO(pthread_mutex_unlock(&crew->lock));
}

void crew_stop(struct crew *crew, nanoseconds deadline)
{
    bool in_time = true;
    CHECK_ZERO(pthread_mutex_lock(&crew->lock));
    while (crew->inside > 0 && in_time)
        in_time = condition_wait(&crew->left, &crew->lock, deadline);
    crew->calling_off = true;
    make_readable(crew, NULL);
    CHECK_ZERO(pthread_mutex_unlock(&crew->lock));
    for (unsigned i = 0; i < crew->threads_started; i++)
        CHECK_ZERO(pthread_join(crew->members[i].thread, NULL));
    crew->threads_started = 0;
}
