#include "base/condition.h"

#include <errno.h>

#include "base/check.h"

void condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    CHECK_ZERO(pthread_condattr_init(&attributes));
    CHECK_ZERO(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
    CHECK_ZERO(pthread_cond_init(condition, &attributes));
    CHECK_ZERO(pthread_condattr_destroy(&attributes));
}

bool condition_wait(pthread_cond_t *condition, pthread_mutex_t *lock, nanoseconds deadline)
{
    const nanoseconds second = (nanoseconds)MILLISECONDS_PER_SECOND * NANOSECONDS_PER_MILLISECOND;
    const struct timespec until = {.tv_sec = deadline / second, .tv_nsec = deadline % second};
    int waited = pthread_cond_timedwait(condition, lock, &until);
    CHECK(waited == 0 || waited == ETIMEDOUT);
    return waited == 0;
}
