/*
 * The server as a whole: modules up from the bottom, signals, modules down from the top.
 */
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H

#include "daemon/config.h"
#include "daemon/listen.h"

/*
 * Serves until SIGTERM or SIGINT. What is wrong is logged. The exit status: 0 when it stopped as it
 * was told, 1 when it could not serve. `version` is its own, for people. Called once, by the only
 * thread that there is, with the log configured; the config is borrowed.
 */
int daemon_serve(const struct config *config, const struct listen *listen, const char *version);

#endif
