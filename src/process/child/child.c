#include "process/child/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "process/child/allowance_internal.h"
#include "process/child/exchange_internal.h"
#include "process/machine.h"
#include "process/redact.h"

enum { CHILD_MAGIC = 0x62622d31 };
enum { SECONDS_TO_START = 10, LAST_MOMENT_MILLISECONDS = 500 };
enum { MOST_READS_AFTER_DEATH = 65536 / STDERR_KEPT_BYTES };

enum child_outcome child_start(struct child **child, const struct child_command *command,
                               struct failure *failure)
{
    struct child *started = calloc(1, sizeof(*started));
    if (started == NULL)
        return failure_say(failure, CHILD_INTERNAL, "no memory for a child process");
    enum child_outcome outcome = spawn(&started->process, command, failure);
    if (outcome != CHILD_OK) {
        free(started);
        return outcome;
    }
    started->magic = CHILD_MAGIC;
    started->memory_kills = machine_memory_kills("");
    started->sandbox = command->sandbox;
    started->frames = command->frames;
    if (started->sandbox != NULL) {
        const struct child_limits limits = {.deadline = deadline_in_seconds(SECONDS_TO_START)};
        allowance_give(started->process.pid, started->sandbox, &limits);
    }
    *child = started;
    return CHILD_OK;
}

pid_t child_pid(const struct child *child)
{
    return child->process.pid;
}

/* A line of /proc/pid/status that gives an amount of memory, as "VmHWM:". */
static uint64_t read_memory(const struct child *child, const char *name)
{
    char path[64];
    char line[256];
    unsigned long long kibibytes = 0;
    (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)child->process.pid);
    FILE *status = fopen(path, "re");
    if (status == NULL)
        return 0;
    while (fgets(line, sizeof(line), status) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            kibibytes = strtoull(line + strlen(name), NULL, 10);
    (void)fclose(status);
    return kibibytes * 1024;
}

uint64_t child_peak_memory(const struct child *child)
{
    return read_memory(child, "VmHWM:");
}

uint64_t child_resident_memory(const struct child *child)
{
    return read_memory(child, "VmRSS:");
}

void child_reset_peak_memory(const struct child *child)
{
    static const char reset_peak[] = "5"; /* proc(5): /proc/pid/clear_refs */
    char path[64];
    (void)snprintf(path, sizeof(path), "/proc/%d/clear_refs", (int)child->process.pid);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return;
    (void)!write(file, reset_peak, sizeof(reset_peak) - 1);
    close(file);
}

static void keep_errors(struct child *child, const char *bytes, size_t length)
{
    if (length > STDERR_KEPT_BYTES) {
        bytes += length - STDERR_KEPT_BYTES;
        length = STDERR_KEPT_BYTES;
    }
    size_t kept = child->errors_length;
    if (kept + length > STDERR_KEPT_BYTES) {
        size_t dropped = kept + length - STDERR_KEPT_BYTES;
        memmove(child->errors, child->errors + dropped, kept - dropped);
        kept -= dropped;
    }
    memcpy(child->errors + kept, bytes, length);
    child->errors_length = kept + length;
}

ssize_t child_read_errors(struct child *child)
{
    char bytes[STDERR_KEPT_BYTES];
    ssize_t got = read(child->process.errors_from_child, bytes, sizeof(bytes));
    if (got > 0) {
        keep_errors(child, bytes, (size_t)got);
        words_take(&child->words, child->process.pid, bytes, (size_t)got);
    }
    sodium_memzero(bytes, sizeof(bytes));
    return got;
}

enum child_outcome child_check_idle(const struct child *child, struct failure *failure)
{
    struct pollfd output = {.fd = child->process.from_child, .events = POLLIN};
    if (poll(&output, 1, 0) == 0)
        return CHILD_OK;
    if ((output.revents & POLLIN) != 0)
        return failure_say(failure, CHILD_NONSENSE, "it spoke unasked");
    return failure_say(failure, CHILD_DIED, "it ended while idle");
}

enum child_outcome child_call(struct child *child, struct buffer *response,
                              const struct buffer *frame, const struct request_insert *insert,
                              const struct child_limits *limits, struct failure *failure)
{
    CHECK(child->magic == CHILD_MAGIC);
    buffer_clear(response);
    struct exchange exchange = {
        .child = child, .response = response, .limits = limits, .failure = failure};
    return exchange_frames(&exchange, frame, insert);
}

static int reap(struct child *child, struct child_obituary *obituary)
{
    int status = 0;
    struct rusage usage;
    pid_t reaped;
    do
        reaped = wait4(child->process.pid, &status, 0, &usage);
    while (reaped < 0 && errno == EINTR);
    CHECK(reaped == child->process.pid);
    obituary->peak_memory_bytes = (uint64_t)usage.ru_maxrss * 1024;
    return status;
}

static bool said_no_memory(const struct child *child)
{
    static const char exception[] = "bad_alloc";
    return memmem(child->errors, child->errors_length, exception, sizeof(exception) - 1) != NULL;
}

/* `by_itself`: it was not we who ended it. */
static void write_obituary(struct child *child, struct child_obituary *obituary, int status,
                           bool by_itself)
{
    const char *words = child->errors;
    size_t length = child->errors_length;
    size_t longest = sizeof(obituary->last_words) - 1;
    if (length > longest) {
        words += length - longest;
        length = longest;
    }
    redact(obituary->last_words, sizeof(obituary->last_words), words, length);
    bool killed = by_itself && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    obituary->out_of_memory =
        (killed && machine_memory_kills("") > child->memory_kills) || said_no_memory(child);
    if (WIFEXITED(status))
        (void)snprintf(obituary->cause, sizeof(obituary->cause), "exited with status %d",
                       WEXITSTATUS(status));
    else
        (void)snprintf(obituary->cause, sizeof(obituary->cause), "ended by signal %d (%s)%s",
                       WTERMSIG(status), strsignal(WTERMSIG(status)),
                       obituary->out_of_memory ? ": out of memory" : "");
}

/* Reaps the child, says how it ended, and frees it. Returns its wait status. */
static int bury(struct child *child, struct child_obituary *obituary, bool by_itself)
{
    int status = reap(child, obituary);
    /* A pipe holds 64 KiB: whoever still writes to it after the child's death cannot hold us. */
    for (int i = 0; i < MOST_READS_AFTER_DEATH && child_read_errors(child) > 0; i++)
        ;
    words_end(&child->words, child->process.pid);
    write_obituary(child, obituary, status, by_itself);
    close(child->process.to_child);
    close(child->process.from_child);
    close(child->process.errors_from_child);
    spawn_remove_folder(&child->process);
    child->magic = 0;
    sodium_memzero(child->errors, sizeof(child->errors));
    free(child);
    return status;
}

/* Waits for the process to end or `cancel` to be readable; as poll(2). It is not reaped. */
static int await_end(const struct child *child, int cancel, int timeout, bool *ended)
{
    enum { PROCESS, CANCEL, COUNT };
    struct pollfd polled[COUNT] = {
        [PROCESS] = {.fd = (int)syscall(SYS_pidfd_open, child->process.pid, 0), .events = POLLIN},
        [CANCEL] = {.fd = cancel, .events = POLLIN},
    };
    if (polled[PROCESS].fd < 0)
        return -1;
    int ready;
    do
        ready = poll(polled, COUNT, timeout);
    while (ready < 0 && errno == EINTR);
    close(polled[PROCESS].fd);
    *ended = polled[PROCESS].revents != 0;
    return ready;
}

void child_end(struct child **child, struct child_obituary *obituary)
{
    bool by_itself = false;
    CHECK((*child)->magic == CHILD_MAGIC);
    (void)await_end(*child, -1, (*child)->output_ended ? LAST_MOMENT_MILLISECONDS : 0, &by_itself);
    /* It leads a session of its own: whatever it started goes with it. */
    (void)kill(-(*child)->process.pid, SIGKILL);
    (void)bury(*child, obituary, by_itself);
    *child = NULL;
}

/* It has closed its output; that it also exits is up to it. */
static enum child_outcome await_exit(const struct child *child, const struct child_limits *limits,
                                     struct failure *failure)
{
    bool ended = false;
    int ready = await_end(child, limits->cancel, deadline_poll_timeout(limits->deadline), &ended);
    if (ready < 0)
        return failure_say(failure, CHILD_INTERNAL, "cannot watch a child process: %s",
                           strerror(errno));
    if (ended)
        return CHILD_OK;
    return ready > 0 ? failure_say(failure, CHILD_CANCELLED, "the request was called off")
                     : failure_say(failure, CHILD_TIMED_OUT, "it did not end in time");
}

enum child_outcome child_run(const struct child_command *command, struct buffer *output,
                             int *exit_status, struct child_obituary *obituary,
                             const struct child_limits *limits, struct failure *failure)
{
    struct child *child = NULL;
    enum child_outcome outcome = child_start(&child, command, failure);
    if (outcome != CHILD_OK)
        return outcome;
    buffer_clear(output);
    close(child->process.to_child);
    child->process.to_child = -1;
    struct exchange exchange = {
        .child = child, .response = output, .limits = limits, .failure = failure};
    outcome = exchange_run(&exchange);
    if (outcome == CHILD_OK)
        outcome = await_exit(child, limits, failure);
    if (outcome != CHILD_OK) {
        child_end(&child, obituary);
        return outcome;
    }
    int status = bury(child, obituary, true);
    *exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return CHILD_OK;
}
