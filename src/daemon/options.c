/* From the options to what each module is told: the one place that knows both. */
#include <string.h>

#include "daemon/daemon_internal.h"
#include "process/machine.h"

const char *option_given(const char *option)
{
    return option[0] == '\0' ? NULL : option;
}

bool option_is_on(const char *choice)
{
    return strcmp(choice, "on") == 0;
}

static uint64_t given_or(int64_t option, uint64_t otherwise)
{
    return option > 0 ? (uint64_t)option : otherwise;
}

static unsigned most_threads(const struct scheduler_options *scheduling)
{
    return scheduling->threads > 0 ? scheduling->threads : scheduling->cores;
}

static unsigned executors(const struct config *config)
{
    return option_is_on(config->input_execution) ? (unsigned)config->executors : 0;
}

struct scheduler_options daemon_scheduler_options(const struct config *config)
{
    unsigned cores = machine_cores("");
    uint64_t memory = machine_memory("");
    return (struct scheduler_options){
        .cores = cores,
        .workers = (unsigned)given_or(config->workers, cores),
        .threads = (unsigned)config->threads,
        /* The rest is for the daemon, its connections and what they bring. */
        .memory_bytes = given_or(config->memory, memory - memory / 8),
    };
}

struct engine_options daemon_engine_options(const struct daemon *daemon)
{
    const struct config *config = daemon->config;
    const struct scheduler_options *scheduling = &daemon->scheduling;
    return (struct engine_options){
        .bb_path = daemon->bb_path,
        .crs_path = daemon->crs_view,
        .scratch_path = daemon->scratch.path,
        .calls = scheduling->workers,
        .warm_children = scheduling->threads > 0 ? scheduling->workers : 1,
        .warm_threads = most_threads(scheduling),
        .memory_bytes = scheduling->memory_bytes,
        .kept_bytes =
            given_or(config->prover_memory, scheduling->memory_bytes / scheduling->workers),
        .most_proofs = (uint64_t)config->prover_proofs,
        .sandbox = daemon->confinement.bb,
        .cancel = daemon->stop,
        .new_msm = strcmp(config->bb_msm, "new") == 0,
    };
}

struct service_options daemon_service_options(struct daemon *daemon)
{
    const struct config *config = daemon->config;
    return (struct service_options){
        .engine = daemon->engine,
        .registry = daemon->registry,
        .crs = &daemon->crs,
        .bb_path = daemon->bb_path,
        .bb = &daemon->bb,
        .data_folder = option_given(config->data_dir),
        .circuits_folder = option_given(config->circuits_dir),
        .max_rows = (uint64_t)config->max_rows,
        .scheduling = daemon->scheduling,
        .queue_capacity = (size_t)config->queue,
        .prove_timeout_seconds = config->prove_timeout,
        .sharing = {.in_flight = option_is_on(config->share_proofs),
                    .proof_bytes = (size_t)config->proof_cache,
                    .proof_seconds = config->proof_cache_seconds,
                    .reply_bytes = (size_t)config->idempotency_cache,
                    .reply_seconds = config->idempotency_seconds,
                    .contract_bytes = (size_t)config->contract_cache},
        .executor = {.children = executors(config),
                     .memory_bytes = (uint64_t)config->execute_memory_bytes,
                     .steps = (uint64_t)config->execute_steps,
                     .max_witness_bytes = (size_t)config->max_witness_bytes,
                     .sandbox = daemon->confinement.executor},
        .execute_timeout_seconds = config->execute_timeout,
        .budget = &daemon->budget,
    };
}

struct api_options daemon_api_options(const struct daemon *daemon)
{
    const struct config *config = daemon->config;
    return (struct api_options){
        .service = daemon->service,
        .api_keys = daemon->api_keys,
        .allow_uploads = option_is_on(config->allow_uploads),
        .proof_cache = config->proof_cache > 0,
        .metrics = option_is_on(config->metrics),
        .version = daemon->version,
        .engine_name = config->engine,
        .sandbox = daemon->confinement.description,
        .max_witness_bytes = (size_t)config->max_witness_bytes,
        .input_execution = executors(config) > 0,
        .max_input_bytes = (size_t)config->max_input_bytes,
        .development_crs = daemon->crs.development,
    };
}

struct server_options daemon_server_options(struct daemon *daemon)
{
    const struct config *config = daemon->config;
    return (struct server_options){
        .handlers = &api_handlers,
        .context = &daemon->api,
        .workers = daemon->scheduling.workers,
        .address = daemon->listen.address,
        .port = daemon->listen.port,
        .cors_origin = config->cors_origin,
        .unsafe = daemon->crs.development ? "development CRS" : NULL,
        .max_connections = (unsigned)config->max_connections,
        .max_connections_per_address = (unsigned)config->max_connections_per_address,
        .max_body_bytes = (size_t)config->max_body_bytes,
        .budget = &daemon->budget,
        .header_timeout_seconds = config->header_timeout,
        .body_timeout_seconds = config->body_timeout,
        .send_timeout_seconds = config->send_timeout,
        .idle_timeout_seconds = config->idle_timeout,
        .min_body_rate = config->min_body_rate,
        .request_timeout_seconds = config->request_timeout,
    };
}

struct confinement_options daemon_lockdown_options(const struct daemon *daemon)
{
    const struct config *config = daemon->config;
    return (struct confinement_options){
        .bb_path = daemon->bb_path,
        .threads = most_threads(&daemon->scheduling),
        .crs_folder = daemon->crs_path,
        .crs_points = daemon->crs.points_path,
        .crs_g2 = daemon->crs.g2_path,
        .crs_unpacked_bytes = daemon->crs.unpacked_bytes,
        .scratch_folder = daemon->scratch.path,
        .circuits_folder = option_given(config->circuits_dir),
        .data_folder = option_given(config->data_dir),
        .key_file = option_given(config->api_key_file),
    };
}
