/* GET /metrics. */
#include <stdlib.h>

#include "api/call_internal.h"
#include "metrics/metrics.h"
#include "metrics/text.h"

static void look_at_service(struct service *service)
{
    struct service_status status = service_status(service);
    metrics_set(METRIC_ACTIVE_JOBS, status.jobs_processing, METRIC_NO_LABELS);
    metrics_set(METRIC_QUEUE_DEPTH, (double)status.jobs_pending, METRIC_NO_LABELS);
    metrics_set(METRIC_ACTIVE_EXECUTIONS, status.executions_processing, METRIC_NO_LABELS);
    metrics_set(METRIC_EXECUTION_QUEUE_DEPTH, (double)status.executions_pending, METRIC_NO_LABELS);
    metrics_set(METRIC_QUEUE_CAPACITY, (double)status.queue_capacity, METRIC_NO_LABELS);
    metrics_set(METRIC_WORKERS, status.workers, METRIC_NO_LABELS);
}

static void look_at_circuits(struct registry *registry)
{
    size_t count;
    struct circuit **circuits = registry_list(registry, &count);
    for (size_t i = 0; i < count; i++) {
        struct circuit_costs costs = circuit_costs(circuits[i]);
        if (costs.peak_memory_bytes > 0)
            metrics_set(METRIC_PROOF_PEAK_MEMORY, (double)costs.peak_memory_bytes,
                        METRIC_LABELS(circuits[i]->name));
        circuit_release(circuits[i]);
    }
    free(circuits);
}

static void reply_metrics(struct request *request)
{
    const struct api_options *options = api_options(request);
    struct buffer text = BUFFER_EMPTY;
    metrics_set(METRIC_BUILD, 1,
                METRIC_LABELS(options->version, service_status(options->service).bb_version,
                              options->engine_name));
    look_at_service(options->service);
    metrics_set(METRIC_BODY_BYTES, (double)budget_taken_in_all(request->options->budget),
                METRIC_NO_LABELS);
    look_at_circuits(service_registry(options->service));
    if (metrics_write_text(&text))
        reply_bytes(request, METRICS_MEDIA_TYPE, &text);
    else
        reply_no_memory(request);
    buffer_free(&text);
}

void metrics_show(struct request *request)
{
    enum { SERIES_BYTES = 4096 };
    const struct api_options *options = api_options(request);
    if (!options->metrics) {
        request_fail(request, RESULT_NOT_FOUND,
                     "this server shows no metrics; it does with --metrics on");
        return;
    }
    metrics_look_at_process();
    request_run(request, reply_metrics,
                registry_count(service_registry(options->service)) * SERIES_BYTES);
}
