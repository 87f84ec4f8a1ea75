#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/daemon.h"
#include "daemon/daemon_internal.h"
#include "lockdown/process.h"

enum { EXIT_CANNOT_SERVE = 1 };

static void announce(const struct daemon *daemon, nanoseconds started_at)
{
    log_event(LOG_INFO, "ready", log_string("version", daemon->version),
              log_string("address", daemon->listen.address),
              log_integer("port", server_port(daemon->server)),
              log_string("bb_version", daemon->bb.version),
              log_string("engine", daemon->config->engine),
              log_milliseconds("start_ms", milliseconds_between(started_at, clock_now())));
}

/* A key file that cannot be meant leaves the keys as they are: nobody is shut out by a slip. */
static void read_again(const struct daemon *daemon)
{
    struct failure failure;
    service_rescan(daemon->service);
    if (daemon->access == NULL)
        return;
    if (access_reload(daemon->access, daemon->config->api_key_file, &failure) == RESULT_OK)
        log_line(LOG_INFO, "API keys read again");
    else
        log_event(LOG_ERROR, "API keys not read again: those from before stay",
                  log_string("why", failure.message));
}

/* Until it is told to stop. The signal that does. */
static int attend_signals(const struct daemon *daemon, const sigset_t *awaited)
{
    int caught = 0;
    while (sigwait(awaited, &caught) == 0 && (caught == SIGHUP || caught == SIGCHLD)) {
        if (caught == SIGHUP)
            read_again(daemon);
        else
            service_reap(daemon->service);
    }
    return caught;
}

int daemon_serve(const struct config *config, const struct listen *listen, const char *version)
{
    static struct daemon daemon;
    sigset_t awaited;
    struct failure failure = {0};
    nanoseconds started_at = clock_now();
    daemon.config = config;
    daemon.listen = *listen;
    daemon.version = version;
    process_prepare_signals(&awaited);
    process_keep_memory_private();
    if (daemon_bring_up(&daemon, &failure) != RESULT_OK) {
        log_event(LOG_ERROR, "cannot serve", log_string("why", failure.message));
        daemon_take_down(&daemon);
        return EXIT_CANNOT_SERVE;
    }
    announce(&daemon, started_at);
    int caught = attend_signals(&daemon, &awaited);
    log_event(LOG_INFO, "stopping", log_string("signal", strsignal(caught)));
    daemon_take_down(&daemon);
    log_line(LOG_INFO, "stopped");
    return EXIT_SUCCESS;
}
