/* The private folder of one child: its HOME, its TMPDIR, and where it starts. */
#ifndef PROCESS_CHILD_HOME_H
#define PROCESS_CHILD_HOME_H

#include <limits.h>

#include "base/failure.h"

/* How to make one. Both are folders, borrowed. */
struct child_home {
    const char *parent; /* to make it in */
    const char *links;  /* the links in it are copied to .bb-crs; NULL: none */
};

/*
 * Makes the folder, mode 0700, and writes its path. RESULT_INTERNAL with the reason and
 * an empty path when it cannot; then no folder is left.
 */
MUST_USE_RESULT enum result child_home_make(char path[PATH_MAX], const struct child_home *home,
                                            struct failure *failure);

#endif
