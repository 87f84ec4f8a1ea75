#include "process/machine.h"

#include <ctype.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 4096 };

/* One cgroup of this process: where its files are, below `mount`. */
struct cgroup {
    char mount[PATH_MAX];
    char path[LINE_BYTES]; /* "" for the root, else "/…" */
};

/* Calls for each line of the file; false when it cannot be read. */
static bool each_line(const char *path, void (*take)(void *context, const char *line),
                      void *context)
{
    char line[LINE_BYTES];
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    while (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        take(context, line);
    }
    (void)fclose(file);
    return true;
}

static void keep_line(void *context, const char *line)
{
    char *kept = context;
    if (kept[0] == '\0')
        (void)snprintf(kept, LINE_BYTES, "%s", line);
}

/* The first line of a file of the cgroup at `path`; false when there is none. */
static bool read_first_line(char *line, const struct cgroup *cgroup, const char *file)
{
    char name[PATH_MAX + 2 * LINE_BYTES];
    line[0] = '\0';
    (void)snprintf(name, sizeof(name), "%s%s/%s", cgroup->mount, cgroup->path, file);
    return each_line(name, keep_line, line) && line[0] != '\0';
}

/* Whether the comma-separated list has the word. */
static bool lists(const char *list, size_t length, const char *word)
{
    size_t wanted = strlen(word);
    for (const char *at = list; at < list + length;) {
        size_t one = strcspn(at, ",:");
        if (one == wanted && strncmp(at, word, one) == 0)
            return true;
        at += one + 1;
    }
    return false;
}

struct search {
    const char *controller; /* "" for version 2 */
    const char *root;
    struct cgroup *found;
    bool is_found;
};

/* A line of /proc/self/cgroup is HIERARCHY:CONTROLLERS:PATH; of version 2 it begins with "0::". */
static void look_at_line(void *context, const char *line)
{
    struct search *search = context;
    const char *controllers = strchr(line, ':');
    const char *path = controllers == NULL ? NULL : strchr(controllers + 1, ':');
    if (path == NULL || search->is_found)
        return;
    size_t length = (size_t)(path - controllers) - 1;
    bool version_2 = search->controller[0] == '\0';
    if (version_2 ? strncmp(line, "0::", 3) != 0
                  : !lists(controllers + 1, length, search->controller))
        return;
    search->is_found = true;
    /* The same name finds version 1's folder alone ("cpu") or joined ("cpu,cpuacct"): a link. */
    (void)snprintf(search->found->mount, sizeof(search->found->mount), "%s/sys/fs/cgroup%s%s",
                   search->root, version_2 ? "" : "/", search->controller);
    (void)snprintf(search->found->path, sizeof(search->found->path), "%s",
                   strcmp(path + 1, "/") == 0 ? "" : path + 1);
}

static bool find_cgroup(struct cgroup *cgroup, const char *root, const char *controller)
{
    char file[PATH_MAX];
    struct search search = {controller, root, cgroup, false};
    (void)snprintf(file, sizeof(file), "%s/proc/self/cgroup", root);
    return each_line(file, look_at_line, &search) && search.is_found;
}

/*
 * From the cgroup up to the root: a limit holds for all below it. A container may see a path that
 * is the host's, which is not there; the root of its mount is its own cgroup then.
 */
static bool go_up(struct cgroup *cgroup)
{
    char *slash = strrchr(cgroup->path, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    return true;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

/* The cores that a quota allows, or a huge number. */
static double quota_of(const struct cgroup *cgroup, bool version_2)
{
    char line[LINE_BYTES];
    char *end;
    if (!read_first_line(line, cgroup, version_2 ? "cpu.max" : "cpu.cfs_quota_us"))
        return UINT_MAX;
    double quota = strtod(line, &end); /* "max" and -1 are none */
    if (end == line || quota <= 0)
        return UINT_MAX;
    if (!version_2) {
        if (!read_first_line(line, cgroup, "cpu.cfs_period_us"))
            return UINT_MAX;
        end = line;
    }
    double period = strtod(end, NULL);
    return period > 0 ? quota / period : UINT_MAX;
}

static double cpu_quota(const char *root)
{
    double quota = UINT_MAX;
    struct cgroup cgroup;
    for (int version = 1; version <= 2; version++)
        if (find_cgroup(&cgroup, root, version == 1 ? "cpu" : ""))
            do
                quota = least(quota, quota_of(&cgroup, version == 2));
            while (go_up(&cgroup));
    return quota;
}

unsigned machine_cores(const char *root)
{
    cpu_set_t usable;
    long cores = sched_getaffinity(0, sizeof(usable), &usable) == 0
                     ? CPU_COUNT(&usable)
                     : sysconf(_SC_NPROCESSORS_ONLN); /* more than cpu_set_t holds */
    double quota = cpu_quota(root);
    if (quota < (double)cores) {
        cores = (long)quota;
        cores += (double)cores < quota;
    }
    return cores < 1 ? 1 : (unsigned)cores;
}

/* The number behind a line's first word, when that is `name`. */
static bool number_of(uint64_t *number, const char *line, const char *name)
{
    size_t length = strlen(name);
    if (strncmp(line, name, length) != 0 || line[length] != ' ')
        return false;
    *number = strtoull(line + length, NULL, 10);
    return true;
}

static void find_total(void *context, const char *line)
{
    uint64_t kibibytes;
    if (number_of(&kibibytes, line, "MemTotal:"))
        *(uint64_t *)context = kibibytes * 1024;
}

uint64_t machine_memory(const char *root)
{
    char path[PATH_MAX];
    char line[LINE_BYTES];
    uint64_t memory = 0;
    struct cgroup cgroup;
    (void)snprintf(path, sizeof(path), "%s/proc/meminfo", root);
    (void)each_line(path, find_total, &memory);
    for (int version = 1; version <= 2; version++) {
        if (!find_cgroup(&cgroup, root, version == 1 ? "memory" : ""))
            continue;
        do {
            const char *file = version == 1 ? "memory.limit_in_bytes" : "memory.max";
            if (!read_first_line(line, &cgroup, file) || !isdigit((unsigned char)line[0]))
                continue;
            uint64_t limit = strtoull(line, NULL, 10);
            if (memory == 0 || limit < memory)
                memory = limit;
        } while (go_up(&cgroup));
    }
    return memory;
}

static void add_kills(void *context, const char *line)
{
    uint64_t kills;
    if (number_of(&kills, line, "oom_kill"))
        *(uint64_t *)context += kills;
}

/* A kill may be counted twice, by the cgroup and by the machine: it is growth that tells. */
uint64_t machine_memory_kills(const char *root)
{
    char path[PATH_MAX + 2 * LINE_BYTES];
    uint64_t kills = 0;
    struct cgroup cgroup;
    for (int version = 1; version <= 2; version++) {
        if (!find_cgroup(&cgroup, root, version == 1 ? "memory" : ""))
            continue;
        do
            (void)snprintf(path, sizeof(path), "%s%s/%s", cgroup.mount, cgroup.path,
                           version == 1 ? "memory.oom_control" : "memory.events");
        while (!each_line(path, add_kills, &kills) && go_up(&cgroup));
    }
    (void)snprintf(path, sizeof(path), "%s/proc/vmstat", root);
    (void)each_line(path, add_kills, &kills);
    return kills;
}
