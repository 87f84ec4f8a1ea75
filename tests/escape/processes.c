#include "escape.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the new process it ends at once; in the old one it is reaped. */
static int outcome_of_fork(long pid)
{
    if (pid == 0)
        _exit(0);
    if (pid < 0)
        return errno;
    (void)waitpid((pid_t)pid, NULL, __WALL);
    return 0;
}

static int fork_process(const struct outside *outside)
{
    (void)outside;
    return outcome_of_fork(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
}

static int fork_by_vfork(const struct outside *outside)
{
    (void)outside;
    return outcome_of_fork(syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0));
}

static int fork_by_clone3(const struct outside *outside)
{
    (void)outside;
    struct clone_args arguments = {.exit_signal = SIGCHLD};
    return outcome_of_fork(syscall(SYS_clone3, &arguments, sizeof(arguments)));
}

static int fork_into_namespace(const struct outside *outside)
{
    (void)outside;
    return outcome_of_fork(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
}

static int trace_daemon(const struct outside *outside)
{
    int error = outcome(ptrace(PTRACE_SEIZE, outside->daemon, NULL, NULL));
    if (error == 0) {
        (void)ptrace(PTRACE_INTERRUPT, outside->daemon, NULL, NULL);
        (void)waitpid(outside->daemon, NULL, __WALL);
        (void)ptrace(PTRACE_DETACH, outside->daemon, NULL, NULL);
    }
    return error;
}

static int read_daemon(const struct outside *outside)
{
    char byte;
    struct iovec here = {&byte, 1};
    struct iovec there = {&byte, 1};
    return outcome(process_vm_readv(outside->daemon, &here, 1, &there, 1, 0));
}

static int write_daemon(const struct outside *outside)
{
    char byte = 0;
    struct iovec here = {&byte, 0};
    struct iovec there = {&byte, 0};
    return outcome(process_vm_writev(outside->daemon, &here, 1, &there, 1, 0));
}

static int open_daemon(const struct outside *outside)
{
    return outcome_of_open(syscall(SYS_pidfd_open, outside->daemon, 0));
}

/* Signal 0 asks whether one might. */
static int signal_daemon(const struct outside *outside)
{
    return outcome(kill(outside->daemon, 0));
}

static int signal_thread_of_daemon(const struct outside *outside)
{
    return outcome(syscall(SYS_tgkill, outside->daemon, outside->daemon, 0));
}

static int signal_everybody(const struct outside *outside)
{
    (void)outside;
    return outcome(kill(-1, 0));
}

static int signal_group_of_daemon(const struct outside *outside)
{
    return outcome(kill(-outside->daemon, 0));
}

static int queue_signal(const struct outside *outside)
{
    siginfo_t information = {.si_code = SI_QUEUE};
    return outcome(syscall(SYS_rt_sigqueueinfo, outside->daemon, 0, &information));
}

static int signal_by_owner(const struct outside *outside)
{
    return outcome(fcntl(STDIN_FILENO, F_SETOWN, outside->daemon));
}

static int change_priority(const struct outside *outside)
{
    return outcome(setpriority(PRIO_PROCESS, (id_t)outside->daemon, 19));
}

static int change_scheduler(const struct outside *outside)
{
    struct sched_param parameters = {0};
    return outcome(sched_setscheduler(outside->daemon, SCHED_BATCH, &parameters));
}

static int move_to_core(const struct outside *outside)
{
    cpu_set_t cores;
    memset(&cores, 0xff, sizeof(cores));
    return outcome(sched_setaffinity(outside->daemon, sizeof(cores), &cores));
}

static int limit_daemon(const struct outside *outside)
{
    struct rlimit limit = {0, 0};
    return outcome(prlimit(outside->daemon, RLIMIT_CORE, &limit, NULL));
}

static int outlive_daemon(const struct outside *outside)
{
    (void)outside;
    return outcome(prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0));
}

static int adopt_orphans(const struct outside *outside)
{
    (void)outside;
    return outcome(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
}

static int become_root(const struct outside *outside)
{
    (void)outside;
    return outcome(syscall(SYS_setuid, 0));
}

static int change_groups(const struct outside *outside)
{
    (void)outside;
    return outcome(syscall(SYS_setgroups, 0, NULL));
}

static int change_user(const struct outside *outside)
{
    (void)outside;
    return outcome(syscall(SYS_setresuid, -1, -1, -1));
}

static int raise_capabilities(const struct outside *outside)
{
    (void)outside;
    struct {
        uint32_t version;
        int pid;
    } header = {0x20080522, 0};
    uint32_t all[6] = {~0U, ~0U, 0, ~0U, ~0U, 0};
    return outcome(syscall(SYS_capset, &header, all));
}

static int leave_namespace(const struct outside *outside)
{
    (void)outside;
    return outcome(unshare(CLONE_NEWUSER));
}

static int stop_sharing(const struct outside *outside)
{
    (void)outside;
    return outcome(unshare(CLONE_FILES));
}

static int enter_namespace(const struct outside *outside)
{
    (void)outside;
    return outcome(setns(STDIN_FILENO, 0));
}

const struct escape escapes_by_processes[] = {
    {"fork", fork_process},
    {"vfork", fork_by_vfork},
    {"clone3", fork_by_clone3},
    {"fork_into_namespace", fork_into_namespace},
    {"trace_daemon", trace_daemon},
    {"read_daemon", read_daemon},
    {"write_daemon", write_daemon},
    {"open_daemon", open_daemon},
    {"signal_daemon", signal_daemon},
    {"signal_thread_of_daemon", signal_thread_of_daemon},
    {"signal_group_of_daemon", signal_group_of_daemon},
    {"signal_everybody", signal_everybody},
    {"queue_signal", queue_signal},
    {"signal_by_owner", signal_by_owner},
    {"change_priority", change_priority},
    {"change_scheduler", change_scheduler},
    {"move_to_core", move_to_core},
    {"limit_daemon", limit_daemon},
    {"outlive_daemon", outlive_daemon},
    {"adopt_orphans", adopt_orphans},
    {"become_root", become_root},
    {"change_groups", change_groups},
    {"change_user", change_user},
    {"raise_capabilities", raise_capabilities},
    {"leave_namespace", leave_namespace},
    {"stop_sharing", stop_sharing},
    {"enter_namespace", enter_namespace},
    {NULL, NULL},
};
