/*
 * The system calls that a profile may make, compiled to BPF by libseccomp. Private to
 * process/sandbox/.
 *
 * What is known only after fork stands in the program as a mark, which the child replaces.
 */
#ifndef PROCESS_SANDBOX_FILTER_INTERNAL_H
#define PROCESS_SANDBOX_FILTER_INTERNAL_H

#include <linux/filter.h>
#include <stddef.h>

#include "process/sandbox/sandbox.h"

enum { MOST_INSTRUCTIONS = 1024 };

struct filter {
    struct sock_filter instructions[MOST_INSTRUCTIONS];
    unsigned short length; /* 0: none */
};

/* A filter for children of that profile, with marks. */
MUST_USE_RESULT enum result filter_compile(struct filter *filter, enum sandbox_profile profile,
                                           struct failure *failure);

/* For an executor that has started; no marks. */
MUST_USE_RESULT enum result filter_compile_seal(struct filter *filter, struct failure *failure);

/* For the daemon: all but what a server never needs; no marks. */
MUST_USE_RESULT enum result filter_compile_daemon(struct filter *filter, struct failure *failure);

/*
 * Copies the filter and puts the caller's process id and the address of the one string by which it
 * may execute in place of the marks. Async-signal-safe.
 */
void filter_fill_marks(struct filter *filled, const struct filter *filter, int pid,
                       const char *program);

/* Loads it for the calling thread, or for all of its process. False, with errno. */
bool filter_load(struct filter *filter, bool all_threads);

#endif
