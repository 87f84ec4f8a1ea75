/*
 * Where the server listens, for `proverd --check` beside it: in a container the health check has
 * the server's variables and not its options.
 */
#ifndef DAEMON_WHEREABOUTS_H
#define DAEMON_WHEREABOUTS_H

#include <stdbool.h>

#include "daemon/listen.h"
#include "process/scratch.h"

/* Leaves word of it in the private folder. */
void whereabouts_tell(const struct scratch *scratch, const struct listen *listen);

/*
 * Finds the one server of this user that lives, has the same TMPDIR and was started with the same
 * PROVERD_LISTEN. False, and *listen as it was, when there is none or there are several.
 */
bool whereabouts_find(struct listen *listen);

#endif
