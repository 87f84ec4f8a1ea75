#include "escape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __x86_64__
#define LOADER "/lib64/ld-linux-x86-64.so.2"
#else
#define LOADER "/lib/ld-linux-aarch64.so.1"
#endif

/* The new program would say so for us, and the rest of the list would be missing: both are seen. */
static int execute(const char *path, const char *const *arguments)
{
    static const char *const environment[] = {NULL};
    (void)execve(path, (char *const *)(uintptr_t)arguments, (char *const *)(uintptr_t)environment);
    return errno;
}

static int execute_shell(const struct outside *outside)
{
    (void)outside;
    static const char *const arguments[] = {"sh", "-c", "echo allowed execute_shell: it ran", NULL};
    return execute("/bin/sh", arguments);
}

static int execute_itself(const struct outside *outside)
{
    static const char *const arguments[] = {"bb", "i386", NULL};
    return execute(outside->program, arguments);
}

static int execute_shell_by_loader(const struct outside *outside)
{
    (void)outside;
    static const char *const arguments[] = {LOADER, "/bin/sh", "-c",
                                            "echo allowed execute_shell_by_loader: it ran", NULL};
    return execute(LOADER, arguments);
}

static int execute_by_descriptor(const struct outside *outside)
{
    (void)outside;
    static const char *const arguments[] = {"sh", "-c",
                                            "echo allowed execute_by_descriptor: it ran", NULL};
    int file = open("/bin/sh", O_PATH | O_CLOEXEC);
    (void)syscall(SYS_execveat, file, "", arguments, environ, AT_EMPTY_PATH);
    int error = errno;
    (void)outcome_of_open(file);
    return error;
}

static int make_memory_file(const struct outside *outside)
{
    (void)outside;
    return outcome_of_open(memfd_create("program", MFD_CLOEXEC));
}

static int outcome_of_map(void *mapped)
{
    if (mapped == MAP_FAILED)
        return errno;
    (void)munmap(mapped, 4096);
    return 0;
}

static int map_code(const struct outside *outside)
{
    (void)outside;
    return outcome_of_map(
        mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static int map_writable_code(const struct outside *outside)
{
    int program = open(outside->program, O_RDONLY | O_CLOEXEC);
    int error = outcome_of_map(
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, program, 0));
    (void)outcome_of_open(program);
    return error;
}

static int make_data_code(const struct outside *outside)
{
    (void)outside;
    void *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int error = outcome(mprotect(data, 4096, PROT_READ | PROT_EXEC));
    (void)munmap(data, 4096);
    return error;
}

static int change_personality(const struct outside *outside)
{
    (void)outside;
    return outcome(personality(READ_IMPLIES_EXEC));
}

static int load_filter(const struct outside *outside)
{
    (void)outside;
    return outcome(syscall(SYS_seccomp, 1, 0, NULL));
}

const struct escape escapes_by_programs[] = {
    {"map_code", map_code},
    {"map_writable_code", map_writable_code},
    {"make_data_code", make_data_code},
    {"change_personality", change_personality},
    {"make_memory_file", make_memory_file},
    {"load_filter", load_filter},
    {"execute_shell", execute_shell},
    {"execute_itself", execute_itself},
    {"execute_by_descriptor", execute_by_descriptor},
    {"execute_shell_by_loader", execute_shell_by_loader},
    {NULL, NULL},
};
