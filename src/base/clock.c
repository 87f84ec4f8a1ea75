#include "base/clock.h"

#include <limits.h>
#include <stdio.h>

#include "base/check.h"

nanoseconds clock_now(void)
{
    struct timespec now;
    CHECK_ZERO(clock_gettime(CLOCK_MONOTONIC, &now));
    return (nanoseconds)now.tv_sec * MILLISECONDS_PER_SECOND * NANOSECONDS_PER_MILLISECOND +
           now.tv_nsec;
}

nanoseconds deadline_in_seconds(int64_t seconds)
{
    return clock_now() + seconds * MILLISECONDS_PER_SECOND * NANOSECONDS_PER_MILLISECOND;
}

int deadline_poll_timeout(nanoseconds deadline)
{
    if (deadline == DEADLINE_NEVER)
        return -1;
    nanoseconds left = deadline - clock_now();
    if (left <= 0)
        return 0;
    nanoseconds milliseconds = (left - 1) / NANOSECONDS_PER_MILLISECOND + 1;
    return milliseconds > INT_MAX ? INT_MAX : (int)milliseconds;
}

double milliseconds_between(nanoseconds from, nanoseconds to)
{
    return (double)(to - from) / NANOSECONDS_PER_MILLISECOND;
}

void clock_text(char text[CLOCK_TEXT_BYTES])
{
    struct timespec now;
    struct tm utc;
    char seconds[24];
    CHECK_ZERO(clock_gettime(CLOCK_REALTIME, &now));
    CHECK(gmtime_r(&now.tv_sec, &utc) != NULL);
    (void)strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &utc);
    (void)snprintf(text, CLOCK_TEXT_BYTES, "%s.%03ldZ", seconds,
                   now.tv_nsec / NANOSECONDS_PER_MILLISECOND);
}
