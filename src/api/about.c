#include <stdlib.h>

#include "api/call_internal.h"

void about_index(struct request *request)
{
    reply_json(request, 200,
               json_pack("{s:s, s:s, s:s, s:o}", "name", "proverd", "version",
                         api_options(request)->version, "description",
                         "UltraHonk proofs of Noir circuits, made by Barretenberg", "endpoints",
                         routes_describe()));
}

static json_t *name_circuits(struct registry *registry)
{
    size_t count;
    struct circuit **circuits = registry_list(registry, &count);
    json_t *names = json_array();
    for (size_t i = 0; i < count; i++) {
        (void)json_array_append_new(names, json_string(circuits[i]->name));
        circuit_release(circuits[i]);
    }
    free(circuits);
    return names;
}

void about_health(struct request *request)
{
    struct service *service = api_options(request)->service;
    struct service_status status = service_status(service);
    if (service_check(service, &request->failure) != RESULT_OK)
        return;
    if (status.state == SERVICE_STARTING) {
        request_fail(request, RESULT_STARTING, "the server loads its circuits; try again soon");
        return;
    }
    json_t *health = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:o}", "status", "ok",
        "version", api_options(request)->version, "bb_version", status.bb_version, "bb_crs_files",
        status.crs_files, "engine", api_options(request)->engine_name, "sandbox",
        api_options(request)->sandbox, "workers", (int)status.workers, "jobs_processing",
        (int)status.jobs_processing, "jobs_pending", (int)status.jobs_pending,
        "executions_processing", (int)status.executions_processing, "executions_pending",
        (int)status.executions_pending, "queue_capacity", (int)status.queue_capacity, "circuits",
        name_circuits(service_registry(service)));
    if (api_options(request)->development_crs)
        (void)json_object_set_new(health, "development_crs", json_true());
    reply_json(request, 200, health);
}

void about_ready(struct request *request)
{
    static const char *const words[] = {[SERVICE_OK] = "ok",
                                        [SERVICE_BUSY] = "busy",
                                        [SERVICE_STARTING] = "starting",
                                        [SERVICE_STOPPING] = "stopping"};
    struct service_status status = service_status(api_options(request)->service);
    char now[CLOCK_TEXT_BYTES];
    clock_text(now);
    if (status.state != SERVICE_OK)
        reply_header(request, "Retry-After", "1");
    reply_json(request, status.state == SERVICE_OK ? 200 : 503,
               json_pack("{s:s, s:i, s:i, s:i, s:s}", "status", words[status.state],
                         "jobsProcessing", (int)status.jobs_processing, "jobsPending",
                         (int)status.jobs_pending, "jobCapacity", (int)status.queue_capacity,
                         "timestamp", now));
}

/* The files of src/api/assets, in the binary. */
static const unsigned char openapi[] = {
#include "openapi.inc"
};
static const unsigned char docs[] = {
#include "docs.inc"
};

static void reply_asset(struct request *request, const char *content_type,
                        const unsigned char *asset, size_t length)
{
    struct buffer copy = BUFFER_EMPTY;
    if (buffer_append(&copy, asset, length))
        reply_bytes(request, content_type, &copy);
    else
        reply_no_memory(request);
}

void about_openapi(struct request *request)
{
    reply_asset(request, "application/json", openapi, sizeof(openapi));
}

void about_docs(struct request *request)
{
    /* The page is whole in itself: nothing from elsewhere may run in it or be fetched by it. */
    reply_header(request, "Content-Security-Policy",
                 "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                 "connect-src 'self'");
    reply_asset(request, "text/html; charset=utf-8", docs, sizeof(docs));
}
