/* What a confined child may use for one call, beyond its sandbox's limits. Private to
 * process/child/. */
#ifndef PROCESS_CHILD_ALLOWANCE_INTERNAL_H
#define PROCESS_CHILD_ALLOWANCE_INTERNAL_H

#include <sys/types.h>

#include "process/child/child.h"

/*
 * CPU time on every core until the deadline and a little longer, or SIGXCPU ends it: should the
 * daemon be stopped meanwhile, nothing else would. Address space for twice the memory that the call
 * is expected to take, beyond what the child has and its threads reserve; all that its sandbox
 * leaves, where nothing is known.
 */
void allowance_give(pid_t pid, const struct sandbox *sandbox, const struct child_limits *limits);

#endif
