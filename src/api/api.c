/* From the server's words to the service's and back: a request's job, and what becomes of it. */
#include "api/api.h"

#include "api/call_internal.h"
#include "base/log.h"
#include "http/client.h"
#include "metrics/metrics.h"

enum result api_start(struct api *api, const struct api_options *options, struct failure *failure)
{
    api->options = *options;
    crypto_shorthash_keygen(api->client_key);
    return errands_create(&api->errands, failure);
}

void api_stop(struct api *api)
{
    if (api->errands != NULL)
        errands_stop(api->errands);
}

void api_destroy(struct api *api)
{
    if (api->errands != NULL)
        errands_destroy(api->errands);
    api->errands = NULL;
}

static void on_job_done(struct job *job)
{
    request_wake(job->context);
}

static bool submit_errand(struct request *request)
{
    struct errand *errand = &call_of(request)->errand;
    errand->request = request;
    if (errands_submit(api_of(request)->errands, errand))
        return true;
    request_fail(request, RESULT_STOPPING, "the server is stopping; try again later");
    return false;
}

static bool submit(struct request *request)
{
    struct job *job = job_of(request);
    if (call_of(request)->errand.run != NULL)
        return submit_errand(request);
    job->done = on_job_done;
    job->context = request;
    job->client = request_client(request);
    job->deadline = request->deadline;
    return service_submit(api_options(request)->service, job, &job->failure) == RESULT_OK;
}

static void leave(struct request *request, const struct failure *why)
{
    if (!errands_leave(api_of(request)->errands, &call_of(request)->errand, why) &&
        call_of(request)->errand.run == NULL)
        service_leave(api_options(request)->service, job_of(request), why);
}

/* An errand that has not answered the request has got it ready for its job. */
static void take_back(struct request *request)
{
    struct errand *errand = &call_of(request)->errand;
    if (errand->run == NULL)
        request->failure = job_of(request)->failure;
    else
        request->submit = request->failure.result == RESULT_OK && request->reply.status == 0;
    errand->run = NULL;
}

static size_t held(const struct request *request)
{
    const struct call *call = call_of(request);
    const struct job *job = &call->job;
    return job->inputs.capacity + job->text.capacity + job->given_key.capacity +
           job->proof.proof.capacity + job->proof.public_inputs.capacity +
           (call->witness == NULL ? 0 : witness_reader_bytes(call->witness));
}

static void drop_body(struct request *request)
{
    struct call *call = call_of(request);
    witness_reader_destroy(call->witness);
    call->witness = NULL;
    form_abandon(call->form);
    call->form = NULL;
    job_free_body(&call->job);
}

static bool is_for_a_proof(const struct request *request)
{
    return request->route != NULL && request->route->reply == prove_reply;
}

/* Where the proof that was sent comes from; NULL when none was. */
static const char *origin_of(const struct request *request)
{
    static const char *const names[] = {[PROOF_MADE] = "made",
                                        [PROOF_SHARED] = "shared",
                                        [PROOF_CACHED] = "cached",
                                        [PROOF_REPLAYED] = "replayed"};
    bool proven = is_for_a_proof(request) && request->reply.status == 200;
    return proven ? names[job_of(request)->origin] : NULL;
}

static void log_request(const struct request *request)
{
    const struct call *call = call_of(request);
    const struct job *job = &call->job;
    char address[INET6_ADDRSTRLEN];
    request_address(address, request);
    log_event(
        LOG_INFO, "request", log_string("request_id", request->id),
        log_string("method", request->method), log_string("path", request->path),
        log_string("holder", call->holder), log_string("address", address),
        log_string("circuit", job->circuit == NULL ? NULL : job->circuit->name),
        log_string("target", call->has_target ? target_name(job->target) : NULL),
        log_integer("status", request->reply.status),
        log_string("code", result_code(request->failure.result)),
        log_integer("bytes_in", (long long)request->bytes_in),
        log_integer("bytes_out", (long long)request->reply.bytes),
        log_string("proof", origin_of(request)),
        log_string("unsafe", api_options(request)->development_crs ? "development CRS" : NULL),
        log_milliseconds("queue_ms", job->queue_milliseconds),
        log_milliseconds("execute_ms", job->execute_milliseconds),
        log_milliseconds("prove_ms", job->prove_milliseconds),
        log_milliseconds("verify_ms", job->verify_milliseconds),
        log_milliseconds("total_ms", milliseconds_between(request->started_at, clock_now())));
}

static void count_proof_request(const struct request *request)
{
    const struct circuit *circuit = job_of(request)->circuit;
    enum result result = request->failure.result;
    bool found = circuit != NULL && result != RESULT_TARGET_UNKNOWN;
    metrics_add(METRIC_PROOF_REQUESTS, 1,
                METRIC_LABELS(circuit == NULL ? "" : circuit->name,
                              found ? target_name(job_of(request)->target) : "",
                              result_code(result)));
}

static void end(struct request *request)
{
    struct call *call = call_of(request);
    log_request(request);
    if (is_for_a_proof(request))
        count_proof_request(request);
    job_free_contents(&call->job);
    witness_reader_destroy(call->witness);
    fingerprint_abandon(call->fingerprint);
    form_abandon(call->form);
}

const struct server_handlers api_handlers = {
    .routes = api_routes,
    .call_bytes = sizeof(struct call),
    .admit = access_admit,
    .submit = submit,
    .leave = leave,
    .taken_back = take_back,
    .held = held,
    .drop_body = drop_body,
    .explain = answer_explain,
    .over = end,
};
