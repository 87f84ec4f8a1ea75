/* Condition variables that wait for a point on the monotonic clock, as all deadlines are. */
#ifndef BASE_CONDITION_H
#define BASE_CONDITION_H

#include <pthread.h>
#include <stdbool.h>

#include "base/clock.h"

/* Ends with pthread_cond_destroy. */
void condition_init(pthread_cond_t *condition);

/*
 * With the lock held: waits until the condition is signalled. False when the deadline has passed
 * instead. Like pthread_cond_wait it may also return for nothing, so callers look again.
 */
bool condition_wait(pthread_cond_t *condition, pthread_mutex_t *lock, nanoseconds deadline);

#endif
