/* Capabilities of the calling thread. Private to process/sandbox/. */
#ifndef PROCESS_SANDBOX_CAPABILITIES_INTERNAL_H
#define PROCESS_SANDBOX_CAPABILITIES_INTERNAL_H

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>

#define CAPABILITY(number) (UINT64_C(1) << (number))

/*
 * Gives up all but those; what was not there does not come. With no_new_privs set, exec does not
 * bring back the rest, not even to root. Async-signal-safe. False, with errno.
 */
bool capabilities_keep(uint64_t kept);

#endif
