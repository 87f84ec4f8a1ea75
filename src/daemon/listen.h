/* What --listen says: ADDR:PORT, with brackets around an IPv6 address. */
#ifndef DAEMON_LISTEN_H
#define DAEMON_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/failure.h"

struct listen {
    char address[64]; /* without the brackets; whether it is one shows when it is used */
    uint16_t port;
};

/* RESULT_CONFIG_INVALID with a sentence that names what the text came by, an option or a variable.
 */
MUST_USE_RESULT enum result listen_parse(struct listen *listen, const char *text, const char *name,
                                         struct failure *failure);

#endif
