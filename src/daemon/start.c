/* The server's start, step by step, and its end. */
#include <stdatomic.h>

#include "base/log.h"
#include "daemon/daemon_internal.h"
#include "daemon/whereabouts.h"
#include "http/cors.h"

static enum result probe_sandbox(struct daemon *daemon, struct failure *failure)
{
    enum result result = confinement_probe(&daemon->confinement, daemon->config->sandbox, failure);
    if (result == RESULT_OK)
        log_event(LOG_INFO, "starting", log_string("version", daemon->version),
                  log_string("sandbox", daemon->confinement.description));
    return result;
}

static enum result check_origins(struct daemon *daemon, struct failure *failure)
{
    return cors_check(daemon->config->cors_origin, failure);
}

static enum result load_keys(struct daemon *daemon, struct failure *failure)
{
    const struct config *config = daemon->config;
    if (option_is_on(config->allow_uploads) &&
        (option_given(config->api_key_file) == NULL || option_given(config->data_dir) == NULL))
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "--allow-uploads on needs --api-key-file and --data-dir too: strangers "
                           "shall not fill the disk");
    if (option_given(config->api_key_file) != NULL)
        return api_keys_load(&daemon->api_keys, config->api_key_file, failure);
    log_line(LOG_WARNING, "no API keys: whoever reaches the port may prove (--api-key-file)");
    return RESULT_OK;
}

static enum result resolve_bb(struct daemon *daemon, struct failure *failure)
{
    return engine_find_bb(daemon->bb_path, daemon->config->bb, failure);
}

static enum result resolve_crs(struct daemon *daemon, struct failure *failure)
{
    return crs_find(daemon->crs_path, daemon->config->crs_path, failure);
}

static enum result fill_registry(struct daemon *daemon, struct failure *failure)
{
    const struct config *config = daemon->config;
    budget_init(&daemon->budget, (size_t)config->max_bodies_bytes);
    daemon->registry = registry_create((size_t)config->max_circuits);
    if (daemon->registry == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the circuits");
    registry_limit_abis(daemon->registry, (size_t)config->max_abi_bytes);
    if (config->circuits_count == 0 && option_given(config->circuits_dir) == NULL &&
        option_given(config->data_dir) == NULL)
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "no circuit is given: --circuit target/circuit.json");
    for (size_t i = 0; i < config->circuits_count; i++)
        if (registry_add_file(daemon->registry, config->circuits[i], failure) != RESULT_OK)
            return failure->result;
    return RESULT_OK;
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

/* Its keys must not be taken for those over the ceremony's CRS by a later start. */
static enum result guard_development_crs(struct daemon *daemon, struct failure *failure)
{
    const struct config *config = daemon->config;
    bool allowed = option_is_on(config->development_crs);
    if (crs_check_purpose(&daemon->crs, allowed, failure) != RESULT_OK)
        return failure->result;
    if (daemon->crs.development && option_given(config->data_dir) != NULL)
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "a development CRS goes without --data-dir: its keys shall not be kept");
    if (daemon->crs.development)
        log_line(LOG_WARNING, "UNSAFE: a development CRS, whose secret is public; proofs over it "
                              "prove nothing (--development-crs)");
    return RESULT_OK;
}

/* What there is to share out. */
static enum result survey_machine(struct daemon *daemon, struct failure *failure)
{
    (void)failure;
    daemon->scheduling = daemon_scheduler_options(daemon->config);
    log_event(LOG_INFO, "machine", log_integer("cores", daemon->scheduling.cores),
              log_integer("workers", daemon->scheduling.workers),
              log_integer("memory_bytes", (long long)daemon->scheduling.memory_bytes));
    return RESULT_OK;
}

enum result daemon_confine(struct daemon *daemon, struct failure *failure)
{
    const struct confinement_options options = daemon_lockdown_options(daemon);
    return confinement_confine(&daemon->confinement, &options, failure);
}

static enum result create_engine(struct daemon *daemon, struct failure *failure)
{
    const struct engine_options options = daemon_engine_options(daemon);
    return engine_create(&daemon->engine, &daemon->bb, daemon->config->engine, &options, failure);
}

static enum result create_service(struct daemon *daemon, struct failure *failure)
{
    const struct service_options options = daemon_service_options(daemon);
    daemon->service = service_create(&options);
    if (daemon->service == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the service");
    return RESULT_OK;
}

static enum result start_server(struct daemon *daemon, struct failure *failure)
{
    const struct api_options api = daemon_api_options(daemon);
    const struct server_options options = daemon_server_options(daemon);
    enum result result = api_start(&daemon->api, &api, failure);
    if (result == RESULT_OK)
        result = server_start(&daemon->server, &options, failure);
    if (result != RESULT_OK)
        return result;
    daemon->listen.port = server_port(daemon->server);
    whereabouts_tell(&daemon->scratch, &daemon->listen);
    log_event(LOG_INFO, "listening", log_string("address", daemon->listen.address),
              log_integer("port", daemon->listen.port));
    return RESULT_OK;
}

static enum result seal(struct daemon *daemon, struct failure *failure)
{
    return confinement_seal(&daemon->confinement, failure);
}

/* It listens by now, and says of itself that it is starting. */
static enum result start_service(struct daemon *daemon, struct failure *failure)
{
    enum result result = service_load_circuits(daemon->service, failure);
    return result == RESULT_OK ? service_start(daemon->service, failure) : result;
}

typedef enum result start_step(struct daemon *daemon, struct failure *failure);

/* The order matters: each step needs those before it. Ends with NULL. */
static enum result take_steps(start_step *const *steps, struct daemon *daemon,
                              struct failure *failure)
{
    enum result result = RESULT_OK;
    for (; *steps != NULL && result == RESULT_OK; steps++) {
        result = (*steps)(daemon, failure);
        if (result == RESULT_OK && atomic_load(&daemon->told_to_stop))
            result = failure_set(failure, RESULT_CANCELLED, "it was told to stop");
    }
    return result;
}

enum result daemon_look_around(struct daemon *daemon, struct failure *failure)
{
    static start_step *const steps[] = {
        probe_sandbox,  check_origins, load_keys, resolve_bb,
        resolve_crs,    fill_registry, open_crs,  guard_development_crs,
        survey_machine, NULL,
    };
    return take_steps(steps, daemon, failure);
}

enum result daemon_start(struct daemon *daemon, struct failure *failure)
{
    static start_step *const steps[] = {
        create_engine, create_service, start_server, seal, start_service, NULL,
    };
    return take_steps(steps, daemon, failure);
}

void daemon_take_down(struct daemon *daemon)
{
    /* It still listens, for those who ask whether it is ready. */
    if (daemon->service != NULL)
        service_stop(daemon->service, daemon->config->grace);
    if (daemon->server != NULL)
        server_stop_accepting(daemon->server);
    api_stop(&daemon->api);
    if (daemon->server != NULL)
        server_destroy(daemon->server);
    api_destroy(&daemon->api);
    if (daemon->service != NULL)
        service_destroy(daemon->service);
    registry_destroy(daemon->registry);
    budget_destroy(&daemon->budget);
    engine_destroy(daemon->engine);
    crs_close(&daemon->crs);
    confinement_destroy(&daemon->confinement);
    api_keys_destroy(daemon->api_keys);
    if (daemon->scratch_made)
        scratch_destroy(&daemon->scratch);
}
