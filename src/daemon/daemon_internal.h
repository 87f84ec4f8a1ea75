/* What the files of daemon/ share: the server while it is put together. */
#ifndef DAEMON_DAEMON_INTERNAL_H
#define DAEMON_DAEMON_INTERNAL_H

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "api/api.h"
#include "circuits/registry.h"
#include "daemon/config.h"
#include "daemon/confinement.h"
#include "daemon/listen.h"
#include "engine/crs.h"
#include "engine/engine.h"
#include "http/server.h"
#include "jobs/service.h"
#include "process/scratch.h"

enum daemon_phase {
    DAEMON_STARTING,
    DAEMON_SERVING,
    DAEMON_DONE, /* the thread that did a part of it ends */
};

/* Everything that lives as long as the server; what has not been made yet is NULL. */
struct daemon {
    const struct config *config;
    const char *version;
    struct scheduler_options scheduling;
    struct listen listen;
    char bb_path[PATH_MAX];
    char crs_path[PATH_MAX];
    char crs_view[PATH_MAX];
    struct scratch scratch;
    atomic_bool scratch_made;
    struct crs crs;
    struct confinement confinement;
    struct bb_abilities bb;
    struct api_keys *api_keys;
    struct engine *engine;
    struct registry *registry;
    struct service *_Atomic service;
    struct budget budget;
    struct api api;
    struct server *server;
    struct failure failure; /* of the start: RESULT_OK when there is none */
    int stop;               /* an eventfd, readable once it has been told to stop */
    atomic_bool told_to_stop;
    atomic_int phase;
};

/* An option that was not given is an empty string, and becomes NULL. */
const char *option_given(const char *option);

/* What a choice of on|off says. */
bool option_is_on(const char *choice);

/*
 * What each module is told, out of the options and of what has been found and made so far. All that
 * they point to lives as long as the daemon.
 */
struct scheduler_options daemon_scheduler_options(const struct config *config);
struct engine_options daemon_engine_options(const struct daemon *daemon);
struct service_options daemon_service_options(struct daemon *daemon);
struct api_options daemon_api_options(const struct daemon *daemon);
struct server_options daemon_server_options(struct daemon *daemon);
struct confinement_options daemon_lockdown_options(const struct daemon *daemon);

/*
 * The start, in two parts: what can be found out and opened, and then, in a thread that has been
 * confined and lives until the end, all that starts threads and children. The failure of the first
 * step that fails, or RESULT_CANCELLED after the first that ends when it has been told to stop.
 * What was made until then is there to be taken down.
 */
MUST_USE_RESULT enum result daemon_look_around(struct daemon *daemon, struct failure *failure);
MUST_USE_RESULT enum result daemon_start(struct daemon *daemon, struct failure *failure);

/* Between the two: confines the calling thread, and those that it will start. */
MUST_USE_RESULT enum result daemon_confine(struct daemon *daemon, struct failure *failure);

/* Stops, ends and frees what there is; running proofs get the time of --grace. */
void daemon_take_down(struct daemon *daemon);

#endif
