/* The CPU time of a running child. Private to child/. */
#ifndef CHILD_CPU_INTERNAL_H
#define CHILD_CPU_INTERNAL_H

#include <sys/types.h>

#include "base/clock.h"

/*
 * Lets the child compute on every core until the deadline and ends it by SIGXCPU soon after: should
 * the daemon be stopped meanwhile, nothing else would. A later call extends it.
 */
void cpu_allow_until(pid_t pid, nanoseconds deadline);

#endif
