#include "child/cpu_internal.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { SPARE_SECONDS = 2 };

static rlim_t seconds_used(pid_t pid)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return (rlim_t)used.tv_sec;
}

void cpu_allow_until(pid_t pid, nanoseconds deadline)
{
    struct rlimit limit = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    int left = deadline_poll_timeout(deadline);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (left >= 0)
        limit.rlim_cur =
            seconds_used(pid) + ((rlim_t)(left / MILLISECONDS_PER_SECOND) + SPARE_SECONDS) *
                                    (rlim_t)(cores < 1 ? 1 : cores);
    /* It fails for a child that has gone, or where the daemon's own limit is lower. */
    (void)prlimit(pid, RLIMIT_CPU, &limit, NULL);
}
