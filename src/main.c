/* Wiring: options in, modules up from the bottom, signals, modules down from the top. */
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access/access.h"
#include "base/json.h"
#include "base/log.h"
#include "config/config.h"
#include "config/listen.h"
#include "crs/crs.h"
#include "executor/executor.h"
#include "http/server.h"
#include "lockdown/lockdown.h"
#include "lockdown/process.h"
#include "machine/machine.h"
#include "probe/probe.h"
#include "prover/engine.h"
#include "registry/registry.h"
#include "scratch/scratch.h"
#include "service/service.h"

enum { EXIT_CANNOT_SERVE = 1, EXIT_NOT_READY = 1, EXIT_WRONG_OPTION = 2 };

/* Everything that lives as long as the server; what has not been made yet is NULL. */
struct daemon {
    struct config config;
    struct scheduler_options scheduling;
    struct listen listen;
    char bb_path[PATH_MAX];
    char crs_path[PATH_MAX];
    char crs_view[PATH_MAX];
    struct scratch scratch;
    bool scratch_made;
    struct crs crs;
    struct lockdown lockdown;
    struct bb_abilities bb;
    struct access *access;
    struct engine *engine;
    struct registry *registry;
    struct service *service;
    struct server *server;
};

static enum result resolve_bb(struct daemon *daemon, struct failure *failure)
{
    return engine_find_bb(daemon->bb_path, daemon->config.bb, failure);
}

static enum result resolve_crs(struct daemon *daemon, struct failure *failure)
{
    return crs_find(daemon->crs_path, daemon->config.crs_path, failure);
}

/* An option that was not given is an empty string. */
static const char *given(const char *option)
{
    return option[0] == '\0' ? NULL : option;
}

static bool is_on(const char *choice)
{
    return strcmp(choice, "on") == 0;
}

static enum result fill_registry(struct daemon *daemon, struct failure *failure)
{
    const struct config *config = &daemon->config;
    daemon->registry = registry_create((size_t)config->max_circuits);
    if (daemon->registry == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the circuits");
    if (config->circuits_count == 0 && given(config->circuits_dir) == NULL &&
        given(config->data_dir) == NULL)
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "no circuit is given: --circuit target/circuit.json");
    for (size_t i = 0; i < daemon->config.circuits_count; i++)
        if (registry_add_file(daemon->registry, daemon->config.circuits[i], failure) != RESULT_OK)
            return failure->result;
    return RESULT_OK;
}

static uint64_t given_or(int64_t option, uint64_t otherwise)
{
    return option > 0 ? (uint64_t)option : otherwise;
}

static unsigned most_threads(const struct scheduler_options *scheduling)
{
    return scheduling->threads > 0 ? scheduling->threads : scheduling->cores;
}

/* What there is to share out. */
static enum result survey_machine(struct daemon *daemon, struct failure *failure)
{
    const struct config *config = &daemon->config;
    struct scheduler_options *scheduling = &daemon->scheduling;
    uint64_t memory = machine_memory("");
    (void)failure;
    scheduling->cores = machine_cores("");
    scheduling->workers = (unsigned)given_or(config->workers, scheduling->cores);
    scheduling->threads = (unsigned)config->threads;
    /* The rest is for the daemon, its connections and what they bring. */
    scheduling->memory_bytes = given_or(config->memory, memory - memory / 8);
    log_event(LOG_INFO, "machine", log_integer("cores", scheduling->cores),
              log_integer("workers", scheduling->workers),
              log_integer("memory_bytes", (long long)scheduling->memory_bytes));
    return RESULT_OK;
}

static enum result create_engine(struct daemon *daemon, struct failure *failure)
{
    const struct scheduler_options *scheduling = &daemon->scheduling;
    const struct engine_options options = {
        .bb_path = daemon->bb_path,
        .crs_path = daemon->crs_view,
        .scratch_path = daemon->scratch.path,
        .calls = scheduling->workers,
        .warm_children = scheduling->threads > 0 ? scheduling->workers : 1,
        .warm_threads = most_threads(scheduling),
        .memory_bytes = scheduling->memory_bytes,
        .kept_bytes =
            given_or(daemon->config.prover_memory, scheduling->memory_bytes / scheduling->workers),
        .most_proofs = (uint64_t)daemon->config.prover_proofs,
        .sandbox = daemon->lockdown.bb,
    };
    return engine_create(&daemon->engine, &daemon->bb, daemon->config.engine, &options, failure);
}

static unsigned executors(const struct config *config)
{
    return is_on(config->input_execution) ? (unsigned)config->executors : 0;
}

static enum result create_service(struct daemon *daemon, struct failure *failure)
{
    const struct service_options options = {
        .engine = daemon->engine,
        .registry = daemon->registry,
        .crs = &daemon->crs,
        .bb_path = daemon->bb_path,
        .bb = &daemon->bb,
        .data_folder = given(daemon->config.data_dir),
        .circuits_folder = given(daemon->config.circuits_dir),
        .max_rows = (uint64_t)daemon->config.max_rows,
        .scheduling = daemon->scheduling,
        .queue_capacity = (size_t)daemon->config.queue,
        .prove_timeout_seconds = daemon->config.prove_timeout,
        .unverified_proofs = is_on(daemon->config.unverified_proofs),
        .sharing = {.in_flight = is_on(daemon->config.share_proofs),
                    .proof_bytes = (size_t)daemon->config.proof_cache,
                    .proof_seconds = daemon->config.proof_cache_seconds,
                    .reply_bytes = (size_t)daemon->config.idempotency_cache,
                    .reply_seconds = daemon->config.idempotency_seconds},
        .executor = {.children = executors(&daemon->config),
                     .memory_bytes = (uint64_t)daemon->config.execute_memory_bytes,
                     .steps = (uint64_t)daemon->config.execute_steps,
                     .max_witness_bytes = (size_t)daemon->config.max_witness_bytes,
                     .sandbox = daemon->lockdown.executor},
        .execute_timeout_seconds = daemon->config.execute_timeout,
    };
    daemon->service = service_create(&options);
    if (daemon->service == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the service");
    return RESULT_OK;
}

static enum result load_keys(struct daemon *daemon, struct failure *failure)
{
    const struct config *config = &daemon->config;
    if (is_on(config->allow_uploads) &&
        (given(config->api_key_file) == NULL || given(config->data_dir) == NULL))
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "--allow-uploads on needs --api-key-file and --data-dir too: strangers "
                           "shall not fill the disk");
    if (given(config->api_key_file) != NULL)
        return access_load(&daemon->access, config->api_key_file, failure);
    log_line(LOG_WARNING, "no API keys: whoever reaches the port may prove (--api-key-file)");
    return RESULT_OK;
}

static enum result start_server(struct daemon *daemon, struct failure *failure)
{
    const struct server_options options = {
        .service = daemon->service,
        .access = daemon->access,
        .allow_uploads = is_on(daemon->config.allow_uploads),
        .proof_cache = daemon->config.proof_cache > 0,
        .metrics = is_on(daemon->config.metrics),
        .address = daemon->listen.address,
        .port = daemon->listen.port,
        .version = PROVERD_VERSION,
        .engine_name = daemon->config.engine,
        .sandbox = daemon->lockdown.description,
        .cors_origin = daemon->config.cors_origin,
        .max_connections = (unsigned)daemon->config.max_connections,
        .max_connections_per_address = (unsigned)daemon->config.max_connections_per_address,
        .max_body_bytes = (size_t)daemon->config.max_body_bytes,
        .max_witness_bytes = (size_t)daemon->config.max_witness_bytes,
        .input_execution = executors(&daemon->config) > 0,
        .max_input_bytes = (size_t)daemon->config.max_input_bytes,
        .header_timeout_seconds = daemon->config.header_timeout,
        .body_timeout_seconds = daemon->config.body_timeout,
        .send_timeout_seconds = daemon->config.send_timeout,
        .idle_timeout_seconds = daemon->config.idle_timeout,
        .min_body_rate = daemon->config.min_body_rate,
        .request_timeout_seconds = daemon->config.request_timeout,
    };
    enum result result = server_start(&daemon->server, &options, failure);
    if (result == RESULT_OK)
        log_event(LOG_INFO, "listening", log_string("address", daemon->listen.address),
                  log_integer("port", server_port(daemon->server)));
    return result;
}

static enum result open_crs(struct daemon *daemon, struct failure *failure)
{
    if (scratch_create(&daemon->scratch, failure) != RESULT_OK)
        return failure->result;
    daemon->scratch_made = true;
    if (!scratch_join(daemon->crs_view, sizeof(daemon->crs_view), daemon->scratch.path, "crs"))
        return failure_set(failure, RESULT_INTERNAL, "TMPDIR is too long");
    return crs_open(&daemon->crs, daemon->crs_path, daemon->crs_view, failure);
}

/* Proofs that nobody checked must reach nobody but a benchmark, and its keys no other server. */
static enum result guard_unverified_proofs(struct daemon *daemon, struct failure *failure)
{
    bool unverified = is_on(daemon->config.unverified_proofs);
    if (unverified && (!listen_is_local(&daemon->listen) || given(daemon->config.data_dir) != NULL))
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "--unverified-proofs is for script/bench alone: it needs a --listen on "
                           "this machine, as 127.0.0.1:8080, and no --data-dir");
    if (unverified)
        log_line(LOG_WARNING, "PROOFS ARE NOT CHECKED (--unverified-proofs): for benchmarks alone");
    return crs_check_purpose(&daemon->crs, unverified, failure);
}

static enum result probe_sandbox(struct daemon *daemon, struct failure *failure)
{
    enum result result = lockdown_probe(&daemon->lockdown, daemon->config.sandbox, failure);
    if (result == RESULT_OK)
        log_event(LOG_INFO, "starting", log_string("version", PROVERD_VERSION),
                  log_string("sandbox", daemon->lockdown.description));
    return result;
}

/* No thread has been started yet: those to come are confined with this one. */
static enum result confine(struct daemon *daemon, struct failure *failure)
{
    const struct lockdown_options options = {
        .bb_path = daemon->bb_path,
        .threads = most_threads(&daemon->scheduling),
        .crs_folder = daemon->crs_path,
        .crs_points = daemon->crs.points_path,
        .crs_g2 = daemon->crs.g2_path,
        .crs_unpacked_bytes = daemon->crs.unpacked_bytes,
        .scratch_folder = daemon->scratch.path,
        .circuits_folder = given(daemon->config.circuits_dir),
        .data_folder = given(daemon->config.data_dir),
    };
    return lockdown_confine(&daemon->lockdown, &options, failure);
}

/* It listens by now, and says of itself that it is starting. */
static enum result start_service(struct daemon *daemon, struct failure *failure)
{
    enum result result = service_load_circuits(daemon->service, failure);
    return result == RESULT_OK ? service_start(daemon->service, failure) : result;
}

static enum result seal(struct daemon *daemon, struct failure *failure)
{
    return lockdown_seal(&daemon->lockdown, failure);
}

/* The order matters: each step needs those before it. */
static enum result bring_up(struct daemon *daemon, struct failure *failure)
{
    enum result (*const steps[])(struct daemon *, struct failure *) = {
        probe_sandbox,
        load_keys,
        resolve_bb,
        resolve_crs,
        fill_registry,
        open_crs,
        guard_unverified_proofs,
        survey_machine,
        confine,
        create_engine,
        create_service,
        start_server,
        seal,
        start_service,
    };
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (steps[i](daemon, failure) != RESULT_OK)
            return failure->result;
    return RESULT_OK;
}

static void take_down(struct daemon *daemon)
{
    /* It still listens, for those who ask whether it is ready. */
    if (daemon->service != NULL)
        service_stop(daemon->service, daemon->config.grace);
    if (daemon->server != NULL)
        server_stop_accepting(daemon->server);
    if (daemon->server != NULL)
        server_destroy(daemon->server);
    if (daemon->service != NULL)
        service_destroy(daemon->service);
    if (daemon->engine != NULL)
        daemon->engine->operations->destroy(daemon->engine);
    lockdown_destroy(&daemon->lockdown);
    registry_destroy(daemon->registry);
    access_destroy(daemon->access);
    if (daemon->scratch_made)
        scratch_destroy(&daemon->scratch);
}

static int serve(struct daemon *daemon)
{
    sigset_t awaited;
    struct failure failure = {0};
    int caught = 0;
    nanoseconds started_at = clock_now();
    process_prepare_signals(&awaited);
    process_keep_memory_private();
    if (bring_up(daemon, &failure) != RESULT_OK) {
        log_event(LOG_ERROR, "cannot serve", log_string("why", failure.message));
        take_down(daemon);
        return EXIT_CANNOT_SERVE;
    }
    log_event(LOG_INFO, "ready", log_string("version", PROVERD_VERSION),
              log_string("address", daemon->listen.address),
              log_integer("port", server_port(daemon->server)),
              log_string("bb_version", daemon->bb.version),
              log_string("engine", daemon->config.engine),
              log_milliseconds("start_ms", milliseconds_between(started_at, clock_now())));
    while (sigwait(&awaited, &caught) == 0 && (caught == SIGHUP || caught == SIGCHLD))
        (caught == SIGHUP ? service_rescan : service_reap)(daemon->service);
    log_event(LOG_INFO, "stopping", log_string("signal", strsignal(caught)));
    take_down(daemon);
    log_line(LOG_INFO, "stopped");
    return EXIT_SUCCESS;
}

/* For a health check: says only what is wrong. */
static int check(const struct daemon *daemon)
{
    struct failure failure;
    if (probe_ready(daemon->listen.address, daemon->listen.port,
                    deadline_in_seconds(daemon->config.check_timeout), &failure) == RESULT_OK)
        return EXIT_SUCCESS;
    (void)fprintf(stderr, "proverd: not ready: %s\n", failure.message);
    return EXIT_NOT_READY;
}

int main(int argument_count, char *arguments[])
{
    static struct daemon daemon;
    enum config_action action;
    enum log_level level = LOG_INFO;
    struct failure failure = {0};
    if (argument_count > 1 && strcmp(arguments[1], EXECUTOR_ARGUMENT) == 0)
        return executor_main(argument_count - 2, arguments + 2);
    json_start_wiping();
    /* One arena: memory given back by one thread serves the next, and the daemon stays small. */
    (void)mallopt(M_ARENA_MAX, 1);
    if (!process_open_standard_descriptors() || sodium_init() < 0) {
        (void)fputs("proverd: /dev/null or the system's randomness is missing\n", stderr);
        return EXIT_CANNOT_SERVE;
    }
    enum result result = config_read(&daemon.config, &action, argument_count, arguments, &failure);
    if (result == RESULT_OK && (action == CONFIG_RUN || action == CONFIG_CHECK))
        result = listen_parse(&daemon.listen, daemon.config.listen, &failure);
    if (result != RESULT_OK) {
        (void)fprintf(stderr, "proverd: %s\n", failure.message);
        return EXIT_WRONG_OPTION;
    }
    if (action == CONFIG_HELP)
        config_print_help(stdout);
    else if (action == CONFIG_VERSION)
        (void)puts("proverd " PROVERD_VERSION);
    else if (action == CONFIG_CHECK)
        return check(&daemon);
    if (action != CONFIG_RUN)
        return EXIT_SUCCESS;
    (void)log_level_parse(&level, daemon.config.log_level);
    log_configure(level, strcmp(daemon.config.log_format, "text") == 0 ? LOG_FORMAT_TEXT
                                                                       : LOG_FORMAT_JSON);
    return serve(&daemon);
}
