#include "process/sandbox/system_calls_internal.h"

#include <stddef.h>

/* Some are of one architecture only, and some are what older and newer versions of glibc call. */

const char *const system_calls_basic[] = {
    "read",         "readv",       "write",           "writev",
    "close",        "fstat",       "lseek",           "brk",
    "munmap",       "mremap",      "rt_sigaction",    "rt_sigprocmask",
    "rt_sigreturn", "sigaltstack", "restart_syscall", "sched_yield",
    "getpid",       "gettid",      "clock_gettime",   "clock_getres",
    "gettimeofday", "time",        "nanosleep",       "clock_nanosleep",
    "getrandom",    "getrusage",   "set_robust_list", "exit",
    "exit_group",   NULL,
};

const char *const system_calls_to_start[] = {
    "access",     "faccessat", "faccessat2",
    "newfstatat", "statx",     "pread64",
    "arch_prctl", "rseq",      "set_tid_address",
    "readlinkat", "readlink",  "sched_getaffinity",
    "sysinfo",    "uname",     "getuid",
    "geteuid",    "getgid",    "getegid",
    "poll",       "ppoll",     NULL,
};

const char *const system_calls_of_bb[] = {
    "flock",  "ftruncate", "fsync",      "fdatasync", "pwrite64", "getcwd",
    "unlink", "unlinkat",  "getdents64", "dup",       NULL,
};

const char *const system_calls_to_seal[] = {"seccomp", "memfd_create", NULL};

const char *const system_calls_to_lock[] = {"mlock", "munlock", NULL};

const char *const system_calls_no_server_needs[] = {
    /* the network: it listens already, and accepts */
    "socket",
    "socketpair",
    "connect",
    "bind",
    "listen",
/* other processes */
#ifndef __SANITIZE_ADDRESS__
    "ptrace", /* the leak sanitizer traces the process when it ends */
#endif
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "pidfd_getfd",
    "kcmp",
    "execveat",
    /* namespaces and file systems */
    "unshare",
    "setns",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "open_tree",
    "move_mount",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "mount_setattr",
    "quotactl",
    "quotactl_fd",
    "swapon",
    "swapoff",
    "acct",
    "name_to_handle_at",
    "open_by_handle_at",
    "mknod",
    "mknodat",
    "fanotify_init",
    /* what Landlock leaves to the permissions of files */
    "chmod",
    "fchmod",
    "fchmodat",
    "fchmodat2",
    "chown",
    "fchown",
    "lchown",
    "fchownat",
    "setxattr",
    "lsetxattr",
    "fsetxattr",
    "removexattr",
    "lremovexattr",
    "fremovexattr",
    "utime",
    "utimes",
    "futimesat",
    "utimensat",
    /* identities */
    "setuid",
    "setgid",
    "setreuid",
    "setregid",
    "setresuid",
    "setresgid",
    "setfsuid",
    "setfsgid",
    "setgroups",
    /* the machine */
    "reboot",
    "kexec_load",
    "kexec_file_load",
    "init_module",
    "finit_module",
    "delete_module",
    "iopl",
    "ioperm",
    "settimeofday",
    "clock_settime",
    "clock_adjtime",
    "adjtimex",
    "sethostname",
    "setdomainname",
    "syslog",
    "vhangup",
    "nfsservctl",
    "lookup_dcookie",
    "uselib",
    "_sysctl",
    "personality",
    "modify_ldt",
    /* wide doors into the kernel */
    "bpf",
    "perf_event_open",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "userfaultfd",
    "keyctl",
    "add_key",
    "request_key",
    "memfd_secret",
    "move_pages",
    "migrate_pages",
    "vmsplice",
    NULL,
};
