/*
 * escape all DAEMON SECRET FOLDER CRS PROGRAM: tries every way out of the sandbox that it runs in,
 * in place of bb, and writes a line for each: `denied NAME: why` or `allowed NAME: how`. escape
 * i386 | x32: a system call of another architecture, which ends the process. escape nothing: only
 * starts.
 */
#include "escape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __x86_64__
static long call_i386(void)
{
    long getpid_of_i386 = 20;
    __asm__ volatile("int $0x80" : "+a"(getpid_of_i386) : : "memory", "r8", "r9", "r10", "r11");
    return getpid_of_i386;
}

static long call_x32(void)
{
    return syscall(SYS_getpid | 0x40000000);
}
#endif

enum { WHAT = 1, DAEMON, SECRET, FOLDER, CRS, PROGRAM };

int main(int argument_count, char *arguments[])
{
    const char *what = argument_count > WHAT ? arguments[WHAT] : "";
#ifdef __x86_64__
    if (strcmp(what, "i386") == 0 || strcmp(what, "x32") == 0) {
        long result = strcmp(what, "i386") == 0 ? call_i386() : call_x32();
        (void)printf("allowed %s: %ld\n", what, result);
        return 0;
    }
#endif
    if (strcmp(what, "nothing") == 0)
        return 0;
    if (strcmp(what, "all") != 0 || argument_count != PROGRAM + 1)
        return 2;
    const struct outside outside = {.daemon = (pid_t)strtol(arguments[DAEMON], NULL, 10),
                                    .secret = arguments[SECRET],
                                    .folder = arguments[FOLDER],
                                    .crs = arguments[CRS],
                                    .program = arguments[PROGRAM]};
    try_escapes(&outside);
    (void)puts("done");
    return 0;
}
