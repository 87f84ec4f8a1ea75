#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "escape.h"

static bool is_denial(int error)
{
    return error == EPERM || error == EACCES || error == ENOSYS || error == EROFS ||
           error == EDQUOT;
}

static void try_all(const struct escape *escapes, const struct outside *outside)
{
    for (; escapes->name != NULL; escapes++) {
        int error = escapes->try(outside);
        (void)printf("%s %s: %s\n", is_denial(error) ? "denied" : "allowed", escapes->name,
                     error == 0 ? "it went through" : strerrorname_np(error));
        (void)fflush(stdout);
    }
}

void try_escapes(const struct outside *outside)
{
    const struct escape *const tables[] = {escapes_of_limits,    escapes_by_sockets,
                                           escapes_by_kernel,    escapes_by_files,
                                           escapes_by_processes, escapes_by_programs};
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        try_all(tables[i], outside);
}
