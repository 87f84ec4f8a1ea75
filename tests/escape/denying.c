/*
 * denying ERRNO NAME... -- COMMAND...: runs a command in which these system calls fail, as where a
 * kernel lacks them (ENOSYS) or a container's profile forbids them (EPERM). Names that this
 * architecture does not have are passed over.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argument_count, char *arguments[])
{
    enum { CANNOT = 125 };
    int at = 2;
    if (argument_count < at)
        return CANNOT;
    uint32_t error = strcmp(arguments[1], "ENOSYS") == 0 ? ENOSYS : EPERM;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    /* Root need not give up gaining privileges, and does not in a container. */
    if (seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, geteuid() != 0) != 0 ||
        seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW) != 0)
        return CANNOT;
    for (; at < argument_count && strcmp(arguments[at], "--") != 0; at++) {
        int number = seccomp_syscall_resolve_name(arguments[at]);
        if (number != __NR_SCMP_ERROR &&
            seccomp_rule_add(filter, SCMP_ACT_ERRNO(error), number, 0) != 0)
            return CANNOT;
    }
    if (at + 1 >= argument_count || seccomp_load(filter) != 0)
        return CANNOT;
    seccomp_release(filter);
    (void)execvp(arguments[at + 1], &arguments[at + 1]);
    perror(arguments[at + 1]);
    return CANNOT;
}
