/*
 * The other side of a health check: asks a running proverd whether it is ready. One GET over a
 * plain socket to this machine, of whose answer only the status counts; a library for HTTP would
 * bring TLS, proxies and redirects, and no question less.
 */
#ifndef DAEMON_HEALTHCHECK_H
#define DAEMON_HEALTHCHECK_H

#include <stdint.h>

#include "base/clock.h"
#include "base/failure.h"

/*
 * Asks the server that listens on address and port, the wildcard address meaning loopback.
 * RESULT_OK when it answers GET /api/ready with 200 before the deadline; else RESULT_INTERNAL with
 * what it answered, or why nothing came.
 */
MUST_USE_RESULT enum result healthcheck_ready(const char *address, uint16_t port,
                                              nanoseconds deadline, struct failure *failure);

#endif
