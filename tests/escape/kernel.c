#include "escape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A system call with arguments that do no harm should it be made: most are not even valid. */
#define CALL(function, ...)                                                                        \
    static int function(const struct outside *outside)                                             \
    {                                                                                              \
        (void)outside;                                                                             \
        return outcome_of_open(syscall(__VA_ARGS__));                                              \
    }

CALL(bpf, SYS_bpf, 0, NULL, 0)
CALL(perf_event_open, SYS_perf_event_open, NULL, 0, -1, -1, 0)
CALL(io_uring_setup, SYS_io_uring_setup, 1, NULL)
CALL(io_uring_enter, SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0)
CALL(userfaultfd, SYS_userfaultfd, O_CLOEXEC | 1 /* UFFD_USER_MODE_ONLY */)
CALL(keyctl, SYS_keyctl, 0 /* KEYCTL_GET_KEYRING_ID */, -3, 0)
CALL(add_key, SYS_add_key, NULL, NULL, NULL, 0, -3)
CALL(request_key, SYS_request_key, NULL, NULL, NULL, 0)
CALL(kexec_load, SYS_kexec_load, 0, 17 /* too many segments */, NULL, 0)
CALL(init_module, SYS_init_module, NULL, 0, NULL)
CALL(finit_module, SYS_finit_module, -1, NULL, 0)
CALL(delete_module, SYS_delete_module, NULL, 0)
CALL(reboot, SYS_reboot, 0 /* no magic */, 0, 0, NULL)
CALL(swap_on, SYS_swapon, NULL, 0)
CALL(swap_off, SYS_swapoff, NULL)
CALL(quotactl, SYS_quotactl, 0, NULL, 0, NULL)
CALL(account, SYS_acct, "/nowhere")
CALL(read_kernel_log, SYS_syslog, 3 /* SYSLOG_ACTION_READ_ALL */, NULL, -1)
CALL(set_clock, SYS_clock_settime, 0, NULL)
CALL(set_host_name, SYS_sethostname, NULL, -1)
CALL(fanotify, SYS_fanotify_init, 0, O_RDONLY)
CALL(mount_tree, SYS_mount, NULL, "/nowhere", NULL, 0, NULL)
CALL(unmount, SYS_umount2, "/nowhere", 0)
CALL(pivot_root, SYS_pivot_root, "/nowhere", "/nowhere")
CALL(open_file_system, SYS_fsopen, "tmpfs", 1 /* FSOPEN_CLOEXEC */)
CALL(take_tree, SYS_open_tree, AT_FDCWD, "/", O_CLOEXEC)
CALL(shared_memory, SYS_shmget, 0, 4096, 0600)
CALL(semaphore, SYS_semget, 0, 1, 0600)
CALL(message_queue, SYS_msgget, 0, 0600)
CALL(posix_queue, SYS_mq_open, "escape", O_RDONLY, 0, NULL)
CALL(poll_many, SYS_epoll_create1, O_CLOEXEC)
CALL(event, SYS_eventfd2, 0, O_CLOEXEC)
CALL(timer, SYS_timerfd_create, 1, O_CLOEXEC)
CALL(compare_processes, SYS_kcmp, getpid(), getppid(), 0, 0, 0)
CALL(secret_memory, SYS_memfd_secret, O_CLOEXEC)
CALL(splice_memory, SYS_vmsplice, -1, NULL, 0, 0)
CALL(move_pages, SYS_move_pages, 0, 0, NULL, NULL, NULL, 0)
#ifdef __x86_64__
CALL(port_privilege, SYS_iopl, 4 /* no such level */)
CALL(segment_table, SYS_modify_ldt, 3, NULL, 0)
#endif

static int watch_files(const struct outside *outside)
{
    (void)outside;
    return outcome_of_open(inotify_init1(IN_CLOEXEC));
}

static int inject_input(const struct outside *outside)
{
    (void)outside;
    return outcome(syscall(SYS_ioctl, STDIN_FILENO, 0x5412 /* TIOCSTI */, ""));
}

const struct escape escapes_by_kernel[] = {
    {"bpf", bpf},
    {"perf_event_open", perf_event_open},
    {"io_uring_setup", io_uring_setup},
    {"io_uring_enter", io_uring_enter},
    {"userfaultfd", userfaultfd},
    {"keyctl", keyctl},
    {"add_key", add_key},
    {"request_key", request_key},
    {"kexec_load", kexec_load},
    {"init_module", init_module},
    {"finit_module", finit_module},
    {"delete_module", delete_module},
    {"reboot", reboot},
    {"swap_on", swap_on},
    {"swap_off", swap_off},
    {"quotactl", quotactl},
    {"account", account},
    {"read_kernel_log", read_kernel_log},
    {"set_clock", set_clock},
    {"set_host_name", set_host_name},
    {"fanotify", fanotify},
    {"mount", mount_tree},
    {"unmount", unmount},
    {"pivot_root", pivot_root},
    {"open_file_system", open_file_system},
    {"open_tree", take_tree},
    {"shared_memory", shared_memory},
    {"semaphore", semaphore},
    {"message_queue", message_queue},
    {"posix_queue", posix_queue},
    {"poll_many", poll_many},
    {"event", event},
    {"timer", timer},
    {"compare_processes", compare_processes},
    {"secret_memory", secret_memory},
    {"splice_memory", splice_memory},
    {"move_pages", move_pages},
    {"watch_files", watch_files},
    {"inject_input", inject_input},
#ifdef __x86_64__
    {"port_privilege", port_privilege},
    {"segment_table", segment_table},
#endif
    {NULL, NULL},
};
