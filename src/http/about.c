#include "http/request_internal.h"

void about_index(struct request *request)
{
    reply_json(request, 200,
               json_pack("{s:s, s:s, s:s, s:o}", "name", "proverd", "version",
                         request->options->version, "description",
                         "UltraHonk proofs of Noir circuits, made by Barretenberg", "endpoints",
                         routes_describe()));
}

static json_t *describe_circuits(const struct registry *registry)
{
    json_t *circuits = json_array();
    for (size_t i = 0; i < registry_count(registry); i++) {
        const struct circuit *circuit = registry_at(registry, i);
        (void)json_array_append_new(circuits,
                                    json_pack("{s:s, s:s, s:i, s:i, s:i}", "name", circuit->name,
                                              "id", circuit->id, "gates", (int)circuit->stats.gates,
                                              "rows", (int)circuit->stats.rows, "witnesses",
                                              (int)circuit->witness_count));
    }
    return circuits;
}

void about_health(struct request *request)
{
    struct service *service = request->options->service;
    struct service_status status = service_status(service);
    if (service_check(service, &request->failure) != RESULT_OK)
        return;
    reply_json(request, 200,
               json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:I, s:o}", "status", "ok",
                         "version", request->options->version, "bb_version", status.bb_version,
                         "bb_crs_files", status.crs_files, "engine", request->options->engine_name,
                         "workers", (int)status.workers, "jobs_processing",
                         (int)status.jobs_processing, "jobs_pending", (int)status.jobs_pending,
                         "queue_capacity", (int)status.queue_capacity, "prover_peak_memory_bytes",
                         (json_int_t)status.peak_memory_bytes, "circuits",
                         describe_circuits(service_registry(service))));
}
