/* What the process is to be like before it has a secret or a thread. */
#ifndef DAEMON_PROCESS_H
#define DAEMON_PROCESS_H

#include <signal.h>
#include <stdbool.h>

/* Descriptors 0 to 2 must be open, or a pipe to bb could become one of them. */
bool process_open_standard_descriptors(void);

/* No core dump and no debugger of the same user may show a witness. */
void process_keep_memory_private(void);

/* What the server waits for, once process_prepare_signals() has blocked them. */
struct process_signals {
    sigset_t at_start; /* from the first moment */
    sigset_t serving;  /* as well, when there is a service to tell: SIGHUP and SIGCHLD */
};

/*
 * Whatever the parent ignored or blocked, each signal is as it should be: those that are waited for
 * are blocked in every thread that comes, those that mean nothing to a server and would end it are
 * ignored, the others do what they do by default. Writing to who has gone, or past the limit of a
 * file's size, fails. Before there are other threads.
 */
void process_prepare_signals(struct process_signals *signals);

/* Whether that signal tells the server to stop. */
bool process_signal_stops(int number);

#endif
