#include "escape.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_DESCRIPTORS = 256 };

static const size_t much_memory = (size_t)1 << 42;
static const off_t long_file = (off_t)1 << 38;

static int take_address_space(const struct outside *outside)
{
    (void)outside;
    void *taken = mmap(NULL, much_memory, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (taken == MAP_FAILED)
        return errno == ENOMEM ? EDQUOT : errno;
    (void)munmap(taken, much_memory);
    return 0;
}

static int take_descriptors(const struct outside *outside)
{
    int taken[MOST_DESCRIPTORS];
    int count = 0;
    while (count < MOST_DESCRIPTORS &&
           (taken[count] = open(outside->program, O_RDONLY | O_CLOEXEC)) >= 0)
        count++;
    int error = count == MOST_DESCRIPTORS ? 0 : errno == EMFILE ? EDQUOT : errno;
    while (count > 0)
        (void)close(taken[--count]);
    return error;
}

static int make_long_file(const struct outside *outside)
{
    (void)outside;
    (void)signal(SIGXFSZ, SIG_IGN);
    int file = open("long", O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    int error = outcome(ftruncate(file, long_file));
    if (error == 0)
        (void)ftruncate(file, 0);
    (void)close(file);
    return error == EFBIG ? EDQUOT : error;
}

static int lock_memory(const struct outside *outside)
{
    (void)outside;
    return outcome(mlockall(MCL_CURRENT | MCL_FUTURE));
}

static int lock_pages(const struct outside *outside)
{
    return outcome(mlock(outside, 1));
}

static int dump_core(const struct outside *outside)
{
    (void)outside;
    struct rlimit limit;
    (void)getrlimit(RLIMIT_CORE, &limit);
    return limit.rlim_max == 0 ? EDQUOT : 0;
}

static int raise_limit(const struct outside *outside)
{
    (void)outside;
    struct rlimit limit;
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    return outcome(setrlimit(RLIMIT_NOFILE, &limit));
}

static int find_descriptor(const struct outside *outside)
{
    (void)outside;
    for (int descriptor = STDERR_FILENO + 1; descriptor < MOST_DESCRIPTORS; descriptor++)
        if (fcntl(descriptor, F_GETFD) >= 0)
            return 0;
    return EDQUOT;
}

static int find_variable(const struct outside *outside)
{
    (void)outside;
    static const char *const known[] = {"PATH=", "HOME=", "TMPDIR=", "HARDWARE_CONCURRENCY="};
    for (char **variable = environ; *variable != NULL; variable++) {
        size_t i = 0;
        while (i < 4 && strncmp(*variable, known[i], strlen(known[i])) != 0)
            i++;
        if (i == 4)
            return 0;
    }
    return EDQUOT;
}

const struct escape escapes_of_limits[] = {
    {"take_address_space", take_address_space},
    {"take_descriptors", take_descriptors},
    {"make_long_file", make_long_file},
    {"lock_memory", lock_memory},
    {"lock_pages", lock_pages},
    {"dump_core", dump_core},
    {"raise_limit", raise_limit},
    {"find_descriptor", find_descriptor},
    {"find_variable", find_variable},
    {NULL, NULL},
};
