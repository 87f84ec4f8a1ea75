#include "process/child/allowance_internal.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { SPARE_SECONDS = 2, TIMES_EXPECTED = 2 };

static rlim_t seconds_used(pid_t pid)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return (rlim_t)used.tv_sec;
}

/* Of all the cores that it may use. */
static rlim_t seconds_until(pid_t pid, nanoseconds deadline)
{
    cpu_set_t cores;
    bool known = sched_getaffinity(pid, sizeof(cores), &cores) == 0;
    int seconds = deadline_poll_timeout(deadline) / MILLISECONDS_PER_SECOND + SPARE_SECONDS;
    return (rlim_t)seconds * (rlim_t)(known ? CPU_COUNT(&cores) : CPU_SETSIZE);
}

/* Bytes of address space; false when the child has gone. */
static bool address_space(rlim_t *bytes, pid_t pid)
{
    char path[32];
    char line[128] = "";
    (void)snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool read = fgets(line, sizeof(line), file) != NULL;
    (void)fclose(file);
    *bytes = strtoull(line, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
    return read;
}

/* Changes the soft limit; the hard one is the sandbox's. A child that has gone needs none. */
static void set_soft(pid_t pid, __rlimit_resource_t resource, rlim_t value)
{
    struct rlimit limit;
    if (prlimit(pid, resource, NULL, &limit) != 0)
        return;
    limit.rlim_cur = value < limit.rlim_max ? value : limit.rlim_max;
    (void)prlimit(pid, resource, &limit, NULL);
}

void allowance_give(pid_t pid, const struct sandbox *sandbox, const struct child_limits *limits)
{
    rlim_t had = 0;
    rlim_t space = RLIM_INFINITY;
    rlim_t seconds = RLIM_INFINITY;
    if (limits->deadline != DEADLINE_NEVER)
        seconds = seconds_used(pid) + seconds_until(pid, limits->deadline);
    if (limits->memory_bytes > 0 && address_space(&had, pid))
        space = had + sandbox_thread_reserve(sandbox) + TIMES_EXPECTED * limits->memory_bytes;
    set_soft(pid, RLIMIT_CPU, seconds);
    set_soft(pid, RLIMIT_AS, space);
}
