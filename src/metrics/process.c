/* What the kernel knows of this process. Source: proc(5). */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "metrics/metrics.h"
#include "metrics/text.h"

static double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static double seconds_on(clockid_t clock)
{
    struct timespec now = {0};
    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* As proc(5) numbers the fields of /proc/self/stat. */
enum { FIELD_NAME = 2, FIELD_THREADS = 20, FIELD_START = 22, FIELD_SIZE = 23, FIELD_RESIDENT = 24 };

/* `name_end` is where the name ends, which may hold anything; the others are numbers. */
static double number_in(const char *name_end, int field)
{
    const char *at = name_end;
    for (int i = FIELD_NAME; i < field && at != NULL; i++)
        at = strchr(at + 1, ' ');
    return at == NULL ? 0 : strtod(at, NULL);
}

static void look_at_stat(void)
{
    char line[1024];
    FILE *file = fopen("/proc/self/stat", "re");
    if (file == NULL)
        return;
    size_t length = fread(line, 1, sizeof(line) - 1, file);
    (void)fclose(file);
    line[length] = '\0';
    const char *name_end = strrchr(line, ')');
    if (name_end == NULL)
        return;
    /* The same in every answer, though the two clocks drift apart. */
    static double start_time;
    if (start_time == 0)
        start_time = seconds_on(CLOCK_REALTIME) - seconds_on(CLOCK_BOOTTIME) +
                     number_in(name_end, FIELD_START) / (double)sysconf(_SC_CLK_TCK);
    metrics_set(METRIC_START_TIME, start_time, METRIC_NO_LABELS);
    metrics_set(METRIC_THREADS, number_in(name_end, FIELD_THREADS), METRIC_NO_LABELS);
    metrics_set(METRIC_VIRTUAL_BYTES, number_in(name_end, FIELD_SIZE), METRIC_NO_LABELS);
    metrics_set(METRIC_RESIDENT_BYTES,
                number_in(name_end, FIELD_RESIDENT) * (double)sysconf(_SC_PAGESIZE),
                METRIC_NO_LABELS);
}

static void look_at_descriptors(void)
{
    struct rlimit limit;
    int entries = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (folder != NULL) {
        while (readdir(folder) != NULL)
            entries++;
        (void)closedir(folder);
        /* Without ".", ".." and the folder's own. */
        metrics_set(METRIC_OPEN_DESCRIPTORS, entries - 3, METRIC_NO_LABELS);
    }
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        metrics_set(METRIC_MOST_DESCRIPTORS, (double)limit.rlim_cur, METRIC_NO_LABELS);
}

void metrics_look_at_process(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        metrics_set(METRIC_CPU_SECONDS, seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime),
                    METRIC_NO_LABELS);
    metrics_set(METRIC_LOG_LINES_LOST, (double)log_lost(), METRIC_NO_LABELS);
    look_at_stat();
    look_at_descriptors();
}
