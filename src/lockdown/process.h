/* What the process is to be like before it has a secret or a thread. */
#ifndef LOCKDOWN_PROCESS_H
#define LOCKDOWN_PROCESS_H

#include <signal.h>
#include <stdbool.h>

/* Descriptors 0 to 2 must be open, or a pipe to bb could become one of them. */
bool process_open_standard_descriptors(void);

/* No core dump and no debugger of the same user may show a witness. */
void process_keep_memory_private(void);

/* The signals that main waits for are blocked in every thread, and writing to who has gone fails.
 */
void process_prepare_signals(sigset_t *awaited);

#endif
