/* Fork and exec. Private to process/child/. */
#ifndef PROCESS_CHILD_SPAWN_INTERNAL_H
#define PROCESS_CHILD_SPAWN_INTERNAL_H

#include <limits.h>
#include <sys/types.h>

#include "process/child/child.h"

/* Our ends of the pipes: non-blocking, close-on-exec. */
struct spawned {
    pid_t pid;
    int to_child;
    int from_child;
    int errors_from_child;
    char own_folder[PATH_MAX]; /* made for it; "" for none */
};

MUST_USE_RESULT enum child_outcome
spawn(struct spawned *spawned, const struct child_command *command, struct failure *failure);

/* Removes the folder that was made for it, if one was. */
void spawn_remove_folder(const struct spawned *spawned);

#endif
