#include "inject.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

/*
 * The kind that is to fail, and after how many more calls; 0 when none is to fail any more. Shared
 * with forked children: what fails between fork and exec has failed, too.
 */
struct plan {
    atomic_int armed;
    atomic_uint left;
    atomic_bool held;
};
static struct plan *plan;

__attribute__((constructor)) static void share_plan(void)
{
    plan = mmap(NULL, sizeof(*plan), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (plan == MAP_FAILED)
        abort();
    atomic_store(&plan->armed, -1);
}

static bool fails(enum fault fault, int error)
{
    if (plan == NULL || atomic_load(&plan->held) || atomic_load(&plan->armed) != (int)fault)
        return false;
    unsigned before = atomic_load(&plan->left);
    while (before > 0 && !atomic_compare_exchange_weak(&plan->left, &before, before - 1))
        ;
    if (before != 1)
        return false;
    errno = error;
    return true;
}

void fault_hold(void)
{
    atomic_store(&plan->held, true);
}

void fault_go_on(void)
{
    atomic_store(&plan->held, false);
}

/* WRAP(fault, error, what a failed call returns, type, name, (parameters), (arguments)) */
#define WRAP(fault, error, failed, type, name, parameters, arguments)                              \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        if (fails((fault), (error)))                                                               \
            return failed;                                                                         \
        return __real_##name arguments;                                                            \
    }

WRAP(FAULT_MEMORY, ENOMEM, NULL, void *, malloc, (size_t size), (size))
WRAP(FAULT_MEMORY, ENOMEM, NULL, void *, calloc, (size_t count, size_t size), (count, size))
WRAP(FAULT_MEMORY, ENOMEM, NULL, void *, realloc, (void *old, size_t size), (old, size))
WRAP(FAULT_MEMORY, ENOMEM, NULL, void *, aligned_alloc, (size_t alignment, size_t size),
     (alignment, size))
WRAP(FAULT_MEMORY, ENOMEM, NULL, void *, secret_allocate, (size_t size), (size))
WRAP(FAULT_MEMORY, ENOMEM, NULL, char *, strdup, (const char *text), (text))
WRAP(FAULT_MEMORY, ENOMEM, NULL, FILE *, open_memstream, (char **text, size_t *size), (text, size))

WRAP(FAULT_DESCRIPTOR, EMFILE, NULL, FILE *, fopen64, (const char *path, const char *mode),
     (path, mode))
WRAP(FAULT_DESCRIPTOR, EMFILE, NULL, DIR *, opendir, (const char *path), (path))
WRAP(FAULT_DESCRIPTOR, EMFILE, -1, int, mkostemp64, (char *path, int flags), (path, flags))
WRAP(FAULT_DESCRIPTOR, EMFILE, -1, int, pipe2, (int ends[2], int flags), (ends, flags))
WRAP(FAULT_DESCRIPTOR, EMFILE, -1, int, socket, (int domain, int type, int protocol),
     (domain, type, protocol))
WRAP(FAULT_DESCRIPTOR, EMFILE, -1, int, eventfd, (unsigned count, int flags), (count, flags))
WRAP(FAULT_DESCRIPTOR, EMFILE, -1, int, epoll_create1, (int flags), (flags))

WRAP(FAULT_PROCESS, EAGAIN, -1, pid_t, fork, (void), ())
WRAP(FAULT_PROCESS, EAGAIN, EAGAIN, int, pthread_create,
     (pthread_t * thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument),
     (thread, attributes, start, argument))

WRAP(FAULT_WRITE, ENOSPC, -1, ssize_t, write, (int file, const void *bytes, size_t length),
     (file, bytes, length))
WRAP(FAULT_WRITE, EIO, -1, int, fsync, (int file), (file))
WRAP(FAULT_WRITE, ENOSPC, -1, int, rename, (const char *from, const char *to), (from, to))
WRAP(FAULT_WRITE, ENOSPC, -1, int, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP(FAULT_WRITE, ENOSPC, NULL, char *, mkdtemp, (char *path), (path))
WRAP(FAULT_WRITE, ENOSPC, -1, int, symlink, (const char *to, const char *path), (to, path))

WRAP(FAULT_READ, EIO, -1, ssize_t, read, (int file, void *bytes, size_t length),
     (file, bytes, length))

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, mode_t mode);
int __wrap_open64(const char *path, int flags, mode_t mode)
{
    return fails(FAULT_DESCRIPTOR, EMFILE) ? -1 : __real_open64(path, flags, mode);
}

/* Those of this process but for the one that looks. */
static size_t count_descriptors(void)
{
    return count_entries("/proc/self/fd");
}

static void check_nothing_leaks(const char *what)
{
#ifdef __SANITIZE_ADDRESS__
    if (__lsan_do_recoverable_leak_check() != 0)
        fail_msg("%s: memory was not given back", what);
#else
    (void)what;
#endif
}

static void check_outcome(enum result result, const struct failure *failure, const char *what)
{
    if (result != RESULT_OK && (failure->result != result || failure->message[0] == '\0'))
        fail_msg("%s: outcome %d without a reason", what, (int)result);
}

/* False when the call was not made any more. */
static bool fail_nth(enum result (*scenario)(struct failure *failure), enum fault fault, unsigned n)
{
    static const char *const names[] = {"memory", "descriptor", "process", "write", "read"};
    char what[64];
    struct failure failure = {0};
    size_t descriptors = count_descriptors();
    (void)snprintf(what, sizeof(what), "%s %u", names[fault], n);
    atomic_store(&plan->left, n);
    atomic_store(&plan->armed, (int)fault);
    enum result result = scenario(&failure);
    atomic_store(&plan->armed, -1);
    bool failed = atomic_load(&plan->left) == 0;
    check_outcome(result, &failure, what);
    if (!failed && result != RESULT_OK)
        fail_msg("%s: without a fault: %s", what, failure.message);
    if (count_descriptors() != descriptors)
        fail_msg("%s: a descriptor was not given back", what);
    if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
        fail_msg("%s: a process is left", what);
    check_nothing_leaks(what);
    return failed;
}

void fail_each(enum result (*scenario)(struct failure *failure), unsigned met)
{
    fault_go_on(); /* a test that failed may have held */
    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        unsigned n = 1;
        while (fail_nth(scenario, (enum fault)fault, n))
            n++;
        if ((met & 1U << fault) != 0)
            assert_true(n > 1);
    }
}
