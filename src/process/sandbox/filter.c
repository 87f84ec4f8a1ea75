#include "process/sandbox/filter_internal.h"

#include <asm/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process/sandbox/system_calls_internal.h"

/* Numbers that mean nothing as a process id or as half an address. */
enum { MARK_PID = 0x5a4d0001, MARK_ADDRESS_LOW = 0x5a4d0002, MARK_ADDRESS_HIGH = 0x5a4d0003 };

static const uint64_t mark_address = (uint64_t)MARK_ADDRESS_HIGH << 32 | MARK_ADDRESS_LOW;

/* What pthread_create of glibc asks of clone: a thread, and nothing else that clone can make. */
static const uint64_t thread_flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
                                     CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS |
                                     CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;

/* A filter in the making. The first failure sticks: 0, or a negative errno. */
struct making {
    scmp_filter_ctx context;
    int error;
};

static void add(struct making *making, uint32_t action, const char *name,
                const struct scmp_arg_cmp *conditions, unsigned count)
{
    int number = seccomp_syscall_resolve_name(name);
    /* A kernel of another architecture, or a libseccomp that is older, does not know them all. */
    if (making->error == 0 && number != __NR_SCMP_ERROR)
        making->error = seccomp_rule_add_array(making->context, action, number, count, conditions);
}

static void allow_names(struct making *making, const char *const *names)
{
    for (; *names != NULL; names++)
        add(making, SCMP_ACT_ALLOW, *names, NULL, 0);
}

static void allow_if(struct making *making, const char *name, struct scmp_arg_cmp condition)
{
    add(making, SCMP_ACT_ALLOW, name, &condition, 1);
}

static void allow_any_of(struct making *making, const char *name, unsigned argument,
                         const unsigned *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        allow_if(making, name, SCMP_CMP(argument, SCMP_CMP_EQ, values[i], 0));
}

/* Code comes from files, and is never where one can write. */
static void allow_memory(struct making *making)
{
    enum { PROTECTION = 2, FLAGS = 3, ADVICE = 2 };
    static const unsigned advice[] = {MADV_NORMAL,   MADV_RANDOM,     MADV_SEQUENTIAL,
                                      MADV_WILLNEED, MADV_DONTNEED,   MADV_FREE,
                                      MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP};
    const struct scmp_arg_cmp code_of_a_file[] = {
        SCMP_CMP(PROTECTION, SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC),
        SCMP_CMP(FLAGS, SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0),
    };
    allow_if(making, "mmap", SCMP_CMP(PROTECTION, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    add(making, SCMP_ACT_ALLOW, "mmap", code_of_a_file, 2);
    allow_if(making, "mprotect", SCMP_CMP(PROTECTION, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    allow_any_of(making, "madvise", ADVICE, advice, sizeof(advice) / sizeof(advice[0]));
}

/* Without the operations on priority inheritance, which no mutex of bb's asks for. */
static void allow_futex(struct making *making)
{
    enum { OPERATION = 1 };
    static const unsigned operations[] = {FUTEX_WAIT,        FUTEX_WAKE,    FUTEX_REQUEUE,
                                          FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP, FUTEX_WAIT_BITSET,
                                          FUTEX_WAKE_BITSET};
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        allow_if(making, "futex",
                 SCMP_CMP(OPERATION, SCMP_CMP_MASKED_EQ, (unsigned)FUTEX_CMD_MASK, operations[i]));
}

/* Opening a file to read it must not empty it: Landlock sees that only from its ABI 3 on. */
static void allow_open(struct making *making)
{
    enum { FLAGS = 2 };
    allow_if(making, "openat", SCMP_CMP(FLAGS, SCMP_CMP_MASKED_EQ, O_TRUNC, 0));
    allow_if(making, "openat",
             SCMP_CMP(FLAGS, SCMP_CMP_MASKED_EQ, O_TRUNC | O_ACCMODE, O_TRUNC | O_WRONLY));
    allow_if(making, "openat",
             SCMP_CMP(FLAGS, SCMP_CMP_MASKED_EQ, O_TRUNC | O_ACCMODE, O_TRUNC | O_RDWR));
}

/* What every program needs to start, to compute and to end. */
static void allow_basics(struct making *making)
{
    static const unsigned descriptor_commands[] = {F_GETFD, F_SETFD, F_GETFL, F_SETFL};
    allow_names(making, system_calls_basic);
    allow_memory(making);
    allow_futex(making);
    /* abort() sends itself a signal. */
    allow_if(making, "kill", SCMP_CMP(0, SCMP_CMP_EQ, MARK_PID, 0));
    allow_if(making, "tgkill", SCMP_CMP(0, SCMP_CMP_EQ, MARK_PID, 0));
    /* Limits can be asked for, not changed. */
    allow_if(making, "prlimit64", SCMP_CMP(2, SCMP_CMP_EQ, 0, 0));
    allow_if(making, "prctl", SCMP_CMP(0, SCMP_CMP_EQ, PR_SET_NAME, 0));
    allow_if(making, "ioctl", SCMP_CMP(1, SCMP_CMP_EQ, TCGETS, 0));
    allow_any_of(making, "fcntl", 1, descriptor_commands,
                 sizeof(descriptor_commands) / sizeof(descriptor_commands[0]));
    /* glibc then falls back to clone, whose flags are not behind a pointer. */
    add(making, SCMP_ACT_ERRNO(ENOSYS), "clone3", NULL, 0);
}

static void allow_start(struct making *making)
{
    allow_names(making, system_calls_to_start);
    allow_open(making);
    allow_if(making, "execve", SCMP_CMP(0, SCMP_CMP_EQ, mark_address, 0));
}

static void write_out(struct making *making, struct filter *filter)
{
    int file = memfd_create("filter", MFD_CLOEXEC);
    if (making->error == 0)
        making->error = file < 0 ? -errno : seccomp_export_bpf(making->context, file);
    if (making->error == 0) {
        ssize_t got = pread(file, filter->instructions, sizeof(filter->instructions), 0);
        if (got < 0)
            making->error = -errno;
        else if ((size_t)got == sizeof(filter->instructions))
            making->error = -E2BIG;
        else
            filter->length = (unsigned short)((size_t)got / sizeof(filter->instructions[0]));
    }
    if (file >= 0)
        close(file);
}

static void begin(struct making *making, uint32_t by_default)
{
    enum { BINARY_TREE = 2 };
    *making = (struct making){.context = seccomp_init(by_default)};
    if (making->context == NULL) {
        making->error = -ENOMEM;
        return;
    }
    making->error =
        seccomp_attr_set(making->context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (making->error == 0)
        making->error = seccomp_attr_set(making->context, SCMP_FLTATR_CTL_OPTIMIZE, BINARY_TREE);
}

static enum result finish(struct filter *filter, struct making *making, struct failure *failure)
{
    filter->length = 0;
    write_out(making, filter);
    if (making->context != NULL)
        seccomp_release(making->context);
    if (making->error == 0)
        return RESULT_OK;
    return failure_set(failure, RESULT_INTERNAL, "cannot compile the list of system calls: %s",
                       strerror(-making->error));
}

static bool has_mark(const struct filter *filter, uint32_t mark)
{
    for (unsigned i = 0; i < filter->length; i++)
        if (filter->instructions[i].k == mark)
            return true;
    return false;
}

enum result filter_compile(struct filter *filter, enum sandbox_profile profile,
                           struct failure *failure)
{
    struct making making;
    begin(&making, SCMP_ACT_ERRNO(EPERM));
    allow_basics(&making);
    allow_start(&making);
    if (profile == SANDBOX_BB) {
        allow_names(&making, system_calls_of_bb);
        allow_if(&making, "clone", SCMP_CMP(0, SCMP_CMP_EQ, thread_flags, 0));
    } else {
        allow_names(&making, system_calls_to_seal);
        allow_names(&making, system_calls_to_lock);
        allow_if(&making, "prctl", SCMP_CMP(0, SCMP_CMP_EQ, PR_SET_NO_NEW_PRIVS, 0));
        /* What it holds is for no debugger of the same user. */
        allow_if(&making, "prctl", SCMP_CMP(0, SCMP_CMP_EQ, PR_SET_DUMPABLE, 0));
        /* It lowers its own limits as its orders say. */
        allow_if(&making, "prlimit64", SCMP_CMP(0, SCMP_CMP_EQ, 0, 0));
    }
    if (finish(filter, &making, failure) != RESULT_OK)
        return failure->result;
    if (has_mark(filter, MARK_PID) && has_mark(filter, MARK_ADDRESS_LOW) &&
        has_mark(filter, MARK_ADDRESS_HIGH))
        return RESULT_OK;
    return failure_set(failure, RESULT_INTERNAL, "libseccomp left the marks out");
}

enum result filter_compile_seal(struct filter *filter, struct failure *failure)
{
    struct making making;
    begin(&making, SCMP_ACT_ERRNO(EPERM));
    allow_names(&making, system_calls_basic);
    allow_names(&making, system_calls_to_lock);
    allow_memory(&making);
    allow_futex(&making);
    allow_if(&making, "tgkill", SCMP_CMP(0, SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
    return finish(filter, &making, failure);
}

enum result filter_compile_daemon(struct filter *filter, struct failure *failure)
{
    static const unsigned namespaces[] = {CLONE_NEWNS,  CLONE_NEWUSER, CLONE_NEWPID,   CLONE_NEWNET,
                                          CLONE_NEWIPC, CLONE_NEWUTS,  CLONE_NEWCGROUP};
    struct making making;
    begin(&making, SCMP_ACT_ALLOW);
    for (const char *const *name = system_calls_no_server_needs; *name != NULL; name++)
        add(&making, SCMP_ACT_ERRNO(EPERM), *name, NULL, 0);
    for (size_t i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]); i++) {
        struct scmp_arg_cmp makes_one =
            SCMP_CMP(0, SCMP_CMP_MASKED_EQ, namespaces[i], namespaces[i]);
        add(&making, SCMP_ACT_ERRNO(EPERM), "clone", &makes_one, 1);
    }
    add(&making, SCMP_ACT_ERRNO(ENOSYS), "clone3", NULL, 0);
    return finish(filter, &making, failure);
}

void filter_fill_marks(struct filter *filled, const struct filter *filter, int pid,
                       const char *program)
{
    uint64_t address = (uintptr_t)program;
    filled->length = filter->length;
    for (unsigned i = 0; i < filter->length; i++) {
        filled->instructions[i] = filter->instructions[i];
        uint32_t *constant = &filled->instructions[i].k;
        if (*constant == MARK_PID)
            *constant = (uint32_t)pid;
        else if (*constant == MARK_ADDRESS_LOW)
            *constant = (uint32_t)address;
        else if (*constant == MARK_ADDRESS_HIGH)
            *constant = (uint32_t)(address >> 32);
    }
}

bool filter_load(struct filter *filter, bool all_threads)
{
    struct sock_fprog program = {.len = filter->length, .filter = filter->instructions};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                   all_threads ? SECCOMP_FILTER_FLAG_TSYNC : 0, &program) == 0;
}
