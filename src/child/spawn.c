#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child/spawn_internal.h"

enum { READ_END, WRITE_END, PIPE_ENDS };
enum { PIPE_INPUT, PIPE_OUTPUT, PIPE_ERRORS, PIPE_EXEC, PIPE_COUNT };
enum { EXIT_CANNOT_EXECUTE = 127 };

struct pipes {
    int ends[PIPE_COUNT][PIPE_ENDS];
};

static void close_end(int *end)
{
    if (*end >= 0)
        close(*end);
    *end = -1;
}

static void close_pipes(struct pipes *pipes)
{
    for (int i = 0; i < PIPE_COUNT; i++) {
        close_end(&pipes->ends[i][READ_END]);
        close_end(&pipes->ends[i][WRITE_END]);
    }
}

static bool open_pipes(struct pipes *pipes)
{
    memset(pipes, -1, sizeof(*pipes));
    for (int i = 0; i < PIPE_COUNT; i++)
        if (pipe2(pipes->ends[i], O_CLOEXEC) != 0)
            return false;
    return true;
}

/* Between fork and exec: only async-signal-safe calls, for other threads may hold any lock. */
static void report_and_exit(int exec_pipe)
{
    int error = errno;
    ssize_t written = write(exec_pipe, &error, sizeof(error));
    (void)written;
    _exit(EXIT_CANNOT_EXECUTE);
}

static void reset_signals(void)
{
    sigset_t none;
    struct sigaction by_default = {.sa_handler = SIG_DFL};
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    sigaction(SIGPIPE, &by_default, NULL);
}

static void become(const struct child_command *command, const struct pipes *pipes, pid_t parent)
{
    static const struct rlimit no_core = {0, 0};
    int exec_pipe = pipes->ends[PIPE_EXEC][WRITE_END];
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        report_and_exit(exec_pipe);
    /* The parent may have died before the line above; then nobody is left to be told. */
    if (getppid() != parent)
        _exit(EXIT_CANNOT_EXECUTE);
    reset_signals();
    if (setsid() < 0 || (command->folder != NULL && chdir(command->folder) != 0) ||
        setrlimit(RLIMIT_CORE, &no_core) != 0 ||
        dup2(pipes->ends[PIPE_INPUT][READ_END], STDIN_FILENO) < 0 ||
        dup2(pipes->ends[PIPE_OUTPUT][WRITE_END], STDOUT_FILENO) < 0 ||
        dup2(pipes->ends[PIPE_ERRORS][WRITE_END], STDERR_FILENO) < 0 ||
        close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
        report_and_exit(exec_pipe);
    /* execve takes char *const * for reasons of history and changes nothing. */
    execve(command->path, (char *const *)(uintptr_t)command->arguments,
           (char *const *)(uintptr_t)command->environment);
    report_and_exit(exec_pipe);
}

/* End of file on the close-on-exec pipe means that the program runs; otherwise it carries errno. */
static int exec_error(int exec_pipe)
{
    int error = 0;
    ssize_t got;
    do
        got = read(exec_pipe, &error, sizeof(error));
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof(error) ? error : 0;
}

static bool make_nonblocking(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);
    return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

static enum result cannot_start(struct failure *failure, const char *path, int error)
{
    return failure_set(failure, RESULT_PROVER_UNUSABLE, "cannot start %s: %s", path,
                       strerror(error));
}

static void reap(pid_t pid)
{
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

static int take_end(struct pipes *pipes, int pipe, int end)
{
    int descriptor = pipes->ends[pipe][end];
    pipes->ends[pipe][end] = -1;
    return descriptor;
}

enum result spawn(struct spawned *spawned, const struct child_command *command,
                  struct failure *failure)
{
    struct pipes pipes;
    enum result result = RESULT_OK;
    pid_t parent = getpid();
    if (!open_pipes(&pipes) || !make_nonblocking(pipes.ends[PIPE_INPUT][WRITE_END]) ||
        !make_nonblocking(pipes.ends[PIPE_OUTPUT][READ_END]) ||
        !make_nonblocking(pipes.ends[PIPE_ERRORS][READ_END])) {
        result = cannot_start(failure, command->path, errno);
        goto out;
    }
    pid_t pid = fork();
    if (pid < 0) {
        result = cannot_start(failure, command->path, errno);
        goto out;
    }
    if (pid == 0)
        become(command, &pipes, parent);
    close_end(&pipes.ends[PIPE_EXEC][WRITE_END]);
    int error = exec_error(pipes.ends[PIPE_EXEC][READ_END]);
    if (error != 0) {
        reap(pid);
        result = cannot_start(failure, command->path, error);
        goto out;
    }
    *spawned = (struct spawned){.pid = pid,
                                .to_child = take_end(&pipes, PIPE_INPUT, WRITE_END),
                                .from_child = take_end(&pipes, PIPE_OUTPUT, READ_END),
                                .errors_from_child = take_end(&pipes, PIPE_ERRORS, READ_END)};
out:
    close_pipes(&pipes);
    return result;
}
