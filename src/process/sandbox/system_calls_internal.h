/* Which system calls go with no condition, as lists that end with NULL. Private to
 * process/sandbox/. */
#ifndef PROCESS_SANDBOX_SYSTEM_CALLS_INTERNAL_H
#define PROCESS_SANDBOX_SYSTEM_CALLS_INTERNAL_H

/* To compute, to read and write what is open, and to end. */
extern const char *const system_calls_basic[];

/* To be loaded by the dynamic loader and glibc. */
extern const char *const system_calls_to_start[];

/* What bb does beyond that, mostly to files, which Landlock watches over. */
extern const char *const system_calls_of_bb[];

/* To narrow oneself further. */
extern const char *const system_calls_to_seal[];

/* To keep secrets from being swapped. */
extern const char *const system_calls_to_lock[];

/* What a server that has started never needs, and who took it over would want. */
extern const char *const system_calls_no_server_needs[];

#endif
