/*
 * Preloaded into proverd: the clock of the day jumps with each look at it, by up to a year either
 * way. The monotonic clock is left alone. What must not depend on the time of day shows itself.
 */
#include <stdatomic.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <sys/syscall.h>

enum { YEAR_SECONDS = 31536000 };

int clock_gettime(clockid_t clock, struct timespec *now);
time_t time(time_t *now);

/* A hash of a counter: no jump is like the one before. */
static time_t jump(void)
{
    static atomic_uint looks;
    uint32_t mixed = (atomic_fetch_add(&looks, 1) + 1) * UINT32_C(0x9e3779b1);
    mixed = (mixed ^ mixed >> 15) * UINT32_C(0x85ebca77);
    mixed ^= mixed >> 13;
    return (time_t)(mixed % (2U * YEAR_SECONDS)) - YEAR_SECONDS;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    long result = syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += jump();
    return (int)result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec precise;
    (void)zone;
    int result = clock_gettime(CLOCK_REALTIME, &precise);
    *now = (struct timeval){precise.tv_sec, precise.tv_nsec / 1000};
    return result;
}

time_t time(time_t *now)
{
    struct timespec precise;
    (void)clock_gettime(CLOCK_REALTIME, &precise);
    if (now != NULL)
        *now = precise.tv_sec;
    return precise.tv_sec;
}
