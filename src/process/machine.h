/*
 * What of the machine is this process's to use: cores and memory, by the limits of its cgroup
 * (version 2 or 1) and by the machine's own, whichever is less. Sources: cgroups(7), the kernel's
 * Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/, sched_getaffinity(2), proc(5).
 *
 * `root` stands before every path: "" but for tests. Any thread.
 */
#ifndef PROCESS_MACHINE_H
#define PROCESS_MACHINE_H

#include <stdint.h>

/*
 * The cores that can be busy at once, at least 1: those the scheduler may use for this thread, or
 * the cgroups' CPU quota, rounded up, where that is less.
 */
unsigned machine_cores(const char *root);

/* The least of the cgroups' memory limits and of the machine's memory, in bytes; 0 when unknown. */
uint64_t machine_memory(const char *root);

/*
 * How many processes the kernel has killed for want of memory, as far as this process can tell: it
 * only ever grows. 0 when unknown.
 */
uint64_t machine_memory_kills(const char *root);

#endif
