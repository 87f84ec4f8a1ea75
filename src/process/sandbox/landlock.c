#include "process/sandbox/landlock_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Younger than the header of Debian 12; from the kernel's include/uapi/linux/landlock.h. */
#define ACCESS_FS_TRUNCATE (UINT64_C(1) << 14)
#define ACCESS_FS_IOCTL_DEVICE (UINT64_C(1) << 15)
#define ACCESS_NET_BIND_TCP (UINT64_C(1) << 0)
#define ACCESS_NET_CONNECT_TCP (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT_SOCKET (UINT64_C(1) << 0)
#define SCOPE_SIGNAL (UINT64_C(1) << 1)

enum {
    ABI_REFER = 2,
    ABI_TRUNCATE = 3,
    ABI_NETWORK = 4,
    ABI_IOCTL = 5,
    ABI_SCOPE = 6,
};

/* struct landlock_ruleset_attr as it is today; an older kernel is given its beginning. */
struct attributes {
    uint64_t files;
    uint64_t network;
    uint64_t scope;
};

static const uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t of_files = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
                                 LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_FS_TRUNCATE |
                                 ACCESS_FS_IOCTL_DEVICE;

int landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi < 0 ? 0 : (int)abi;
}

static uint64_t known_to(int abi)
{
    uint64_t all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    if (abi >= ABI_REFER)
        all |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= ABI_TRUNCATE)
        all |= ACCESS_FS_TRUNCATE;
    if (abi >= ABI_IOCTL)
        all |= ACCESS_FS_IOCTL_DEVICE;
    return all;
}

bool landlock_create(struct landlock_ruleset *ruleset, int abi, bool may_listen)
{
    struct attributes attributes = {.files = known_to(abi)};
    size_t size = sizeof(attributes.files);
    if (abi >= ABI_NETWORK) {
        size += sizeof(attributes.network);
        attributes.network = ACCESS_NET_CONNECT_TCP;
        if (!may_listen)
            attributes.network |= ACCESS_NET_BIND_TCP;
    }
    if (abi >= ABI_SCOPE) {
        size += sizeof(attributes.scope);
        attributes.scope = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
    }
    ruleset->descriptor = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
    ruleset->handled = attributes.files;
    return ruleset->descriptor >= 0;
}

static uint64_t accesses_of(unsigned grants)
{
    uint64_t accesses = 0;
    if ((grants & LANDLOCK_EXECUTE) != 0)
        accesses |= LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE;
    if ((grants & LANDLOCK_READ) != 0)
        accesses |= reading;
    if ((grants & LANDLOCK_WRITE) != 0)
        accesses |= LANDLOCK_ACCESS_FS_WRITE_FILE;
    if ((grants & LANDLOCK_KEEP) != 0)
        accesses |= reading | LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_FS_TRUNCATE |
                    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;
    if ((grants & LANDLOCK_FOLDERS) != 0)
        accesses |= LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                    LANDLOCK_ACCESS_FS_MAKE_SYM;
    if ((grants & LANDLOCK_REMOVE_FOLDERS) != 0)
        accesses |= LANDLOCK_ACCESS_FS_REMOVE_DIR;
    return accesses;
}

bool landlock_grant(const struct landlock_ruleset *ruleset, const char *path, unsigned grants)
{
    struct stat status;
    int opened = open(path, O_PATH | O_CLOEXEC);
    if (opened < 0)
        return errno == ENOENT || errno == EACCES;
    struct landlock_path_beneath_attr rule = {
        .allowed_access = accesses_of(grants) & ruleset->handled, .parent_fd = opened};
    bool granted = fstat(opened, &status) == 0;
    if (granted && !S_ISDIR(status.st_mode))
        rule.allowed_access &= of_files;
    if (granted && rule.allowed_access != 0)
        granted = syscall(SYS_landlock_add_rule, ruleset->descriptor, LANDLOCK_RULE_PATH_BENEATH,
                          &rule, 0) == 0;
    int error = errno;
    close(opened);
    errno = error;
    return granted;
}

bool landlock_grant_all(const struct landlock_ruleset *ruleset, const char *const *paths,
                        unsigned grants)
{
    bool granted = true;
    for (; granted && *paths != NULL; paths++)
        granted = landlock_grant(ruleset, *paths, grants);
    return granted;
}

bool landlock_enter(int descriptor)
{
    return syscall(SYS_landlock_restrict_self, descriptor, 0) == 0;
}
