#include "process/child/spawn_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "process/scratch.h"

enum { READ_END, WRITE_END, PIPE_ENDS };
enum { PIPE_INPUT, PIPE_OUTPUT, PIPE_ERRORS, PIPE_EXEC, PIPE_COUNT };
enum { EXIT_CANNOT_EXECUTE = 127, MOST_VARIABLES = 16 };

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

/* What the child says of why it did not become the program. */
struct report {
    int error; /* errno */
    bool confining;
};

/* From here to execve: only async-signal-safe calls, for other threads may hold any lock. */
static void report_and_exit(int exec_pipe, bool confining)
{
    struct report report = {.error = errno, .confining = confining};
    ssize_t written = write(exec_pipe, &report, sizeof(report));
    (void)written;
    _exit(EXIT_CANNOT_EXECUTE);
}

/* What the daemon ignores or waits for is the program's own affair again. */
static void reset_signals(void)
{
    sigset_t none;
    struct sigaction by_default = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++)
        (void)sigaction(number, &by_default, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void become(const struct child_command *command, const struct sandbox_cell *cell,
                   const struct pipes *pipes, pid_t parent)
{
    static const struct rlimit no_core = {0, 0};
    int exec_pipe = pipes->ends[PIPE_EXEC][WRITE_END];
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        report_and_exit(exec_pipe, false);
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
        report_and_exit(exec_pipe, false);
    if (!sandbox_enter(cell, command->path))
        report_and_exit(exec_pipe, true);
    /* execve takes char *const * for reasons of history and changes nothing. */
    execve(command->path, (char *const *)(uintptr_t)command->arguments,
           (char *const *)(uintptr_t)command->environment);
    report_and_exit(exec_pipe, false);
}

/* End of file on the close-on-exec pipe means that the program runs; otherwise it says why not. */
static bool has_failed(struct report *report, int exec_pipe)
{
    ssize_t got;
    do
        got = read(exec_pipe, report, sizeof(*report));
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof(*report);
}

static bool make_nonblocking(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);
    return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

static enum child_outcome cannot_start(struct failure *failure, const char *path, int error)
{
    return failure_say(failure, CHILD_UNUSABLE, "cannot start %s: %s", path, strerror(error));
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

static enum child_outcome start(struct spawned *spawned, const struct child_command *command,
                                const struct sandbox_cell *cell, struct pipes *pipes,
                                struct failure *failure)
{
    struct report report;
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0)
        return cannot_start(failure, command->path, errno);
    if (pid == 0)
        become(command, cell, pipes, parent);
    close_end(&pipes->ends[PIPE_EXEC][WRITE_END]);
    if (has_failed(&report, pipes->ends[PIPE_EXEC][READ_END])) {
        reap(pid);
        if (report.confining)
            return failure_say(failure, CHILD_UNUSABLE,
                               "cannot confine %s: %s; --sandbox off runs it without",
                               command->path, strerror(report.error));
        return cannot_start(failure, command->path, report.error);
    }
    spawned->pid = pid;
    spawned->to_child = take_end(pipes, PIPE_INPUT, WRITE_END);
    spawned->from_child = take_end(pipes, PIPE_OUTPUT, READ_END);
    spawned->errors_from_child = take_end(pipes, PIPE_ERRORS, READ_END);
    return CHILD_OK;
}

static enum child_outcome open_and_start(struct spawned *spawned,
                                         const struct child_command *command,
                                         struct failure *failure)
{
    struct pipes pipes;
    struct sandbox_cell cell;
    bool confined =
        sandbox_cell_prepare(&cell, command->sandbox, command->folder, failure) == RESULT_OK;
    enum child_outcome outcome = confined ? CHILD_OK : CHILD_UNUSABLE;
    bool opened = open_pipes(&pipes) && make_nonblocking(pipes.ends[PIPE_INPUT][WRITE_END]) &&
                  make_nonblocking(pipes.ends[PIPE_OUTPUT][READ_END]) &&
                  make_nonblocking(pipes.ends[PIPE_ERRORS][READ_END]);
    if (outcome == CHILD_OK)
        outcome = opened ? start(spawned, command, &cell, &pipes, failure)
                         : cannot_start(failure, command->path, errno);
    sandbox_cell_release(&cell);
    close_pipes(&pipes);
    return outcome;
}

/* HOME and TMPDIR, where it has a folder, and then the command's environment. */
struct variables {
    char home[PATH_MAX + sizeof("HOME=")];
    char temporary[PATH_MAX + sizeof("TMPDIR=")];
    const char *list[MOST_VARIABLES];
};

static void set_variables(struct variables *variables, const struct child_command *command)
{
    size_t count = 0;
    if (command->folder != NULL) {
        (void)snprintf(variables->home, sizeof(variables->home), "HOME=%s", command->folder);
        (void)snprintf(variables->temporary, sizeof(variables->temporary), "TMPDIR=%s",
                       command->folder);
        variables->list[count++] = variables->home;
        variables->list[count++] = variables->temporary;
    }
    for (const char *const *variable = command->environment; *variable != NULL; variable++) {
        CHECK(count + 1 < MOST_VARIABLES);
        variables->list[count++] = *variable;
    }
    variables->list[count] = NULL;
}

enum child_outcome spawn(struct spawned *spawned, const struct child_command *command,
                         struct failure *failure)
{
    struct variables variables;
    struct child_command whole = *command;
    spawned->own_folder[0] = '\0';
    if (command->home != NULL) {
        if (child_home_make(spawned->own_folder, command->home, failure) != RESULT_OK)
            return CHILD_INTERNAL;
        whole.folder = spawned->own_folder;
    }
    set_variables(&variables, &whole);
    whole.environment = variables.list;
    enum child_outcome outcome = open_and_start(spawned, &whole, failure);
    if (outcome != CHILD_OK)
        spawn_remove_folder(spawned);
    return outcome;
}

void spawn_remove_folder(const struct spawned *spawned)
{
    if (spawned->own_folder[0] != '\0')
        scratch_remove_tree(spawned->own_folder);
}
