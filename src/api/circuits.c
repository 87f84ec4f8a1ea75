#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/call_internal.h"
#include "api/hex_internal.h"

static json_t *named_type(const char *name, json_t *type)
{
    return json_pack("{s:s, s:O}", "name", name, "type", type);
}

/* Names and types of what the verifier sees, in its order: public parameters, then the result. */
static json_t *describe_public_inputs(json_t *abi)
{
    json_t *inputs = json_array();
    json_t *parameter;
    size_t place;
    json_array_foreach(json_object_get(abi, "parameters"), place, parameter)
    {
        const char *visibility = json_string_value(json_object_get(parameter, "visibility"));
        const char *name = json_string_value(json_object_get(parameter, "name"));
        if (visibility != NULL && name != NULL && strcmp(visibility, "public") == 0)
            (void)json_array_append_new(inputs,
                                        named_type(name, json_object_get(parameter, "type")));
    }
    json_t *result = json_object_get(json_object_get(abi, "return_type"), "abi_type");
    if (result != NULL)
        (void)json_array_append_new(inputs, named_type("return", result));
    return inputs;
}

static json_t *describe_keys(struct circuit *circuit)
{
    json_t *hashes = json_object();
    for (int i = 0; i < TARGET_COUNT; i++) {
        const struct verification_key *key = circuit_key(circuit, (enum verifier_target)i);
        if (key != NULL)
            (void)json_object_set_new(hashes, target_name((enum verifier_target)i),
                                      hex_string(key->hash, sizeof(key->hash)));
    }
    return hashes;
}

static json_t *describe_costs(struct circuit *circuit)
{
    struct circuit_costs costs = circuit_costs(circuit);
    double mean = costs.proofs == 0 ? 0 : costs.total_milliseconds / (double)costs.proofs;
    return json_pack("{s:I, s:f, s:f}", "count", (json_int_t)costs.proofs, "mean_milliseconds",
                     mean, "max_milliseconds", costs.most_milliseconds);
}

/* Without what comes of its ABI, which is as long as an upload may be. */
static json_t *summarise_circuit(struct circuit *circuit)
{
    static const char *const states[] = {
        [CIRCUIT_LOADING] = "loading", [CIRCUIT_READY] = "ready", [CIRCUIT_FAILED] = "failed"};
    struct circuit_stats stats = {0};
    struct failure failure;
    enum circuit_state state = circuit_state(circuit, &stats, &failure);
    json_t *described = json_pack(
        "{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:o, s:b, s:I, s:o}", "id", circuit->id, "name",
        circuit->name, "noir_version", circuit->noir_version, "num_gates", (json_int_t)stats.gates,
        "num_gates_dyadic", (json_int_t)stats.rows, "num_acir_opcodes",
        (json_int_t)stats.acir_opcodes, "witness_count", (json_int_t)circuit->witness_count,
        "state", states[state], "vk_hash", describe_keys(circuit), "uploaded",
        circuit->origin == CIRCUIT_UPLOADED, "peak_memory_bytes",
        (json_int_t)circuit_costs(circuit).peak_memory_bytes, "proofs", describe_costs(circuit));
    if (state == CIRCUIT_FAILED)
        (void)json_object_set_new(described, "failure",
                                  json_pack("{s:s, s:s}", "code", result_code(failure.result),
                                            "message", failure.message));
    return described;
}

static json_t *describe_circuit(struct circuit *circuit)
{
    json_t *described = summarise_circuit(circuit);
    if (json_object_set(described, "abi", circuit->abi) == 0 &&
        json_object_set_new(described, "public_inputs", describe_public_inputs(circuit->abi)) == 0)
        return described;
    json_decref(described);
    return NULL;
}

static void reply_list(struct request *request)
{
    size_t count;
    struct circuit **circuits =
        registry_list(service_registry(api_options(request)->service), &count);
    json_t *list = json_array();
    bool whole = circuits != NULL || count == 0;
    for (size_t i = 0; circuits != NULL && i < count; i++) {
        whole = json_array_append_new(list, summarise_circuit(circuits[i])) == 0 && whole;
        circuit_release(circuits[i]);
    }
    free(circuits);
    json_t *described = json_pack("{s:o}", "circuits", list);
    if (!whole) {
        json_decref(described);
        described = NULL;
    }
    reply_json(request, 200, described);
}

void circuits_list(struct request *request)
{
    enum { SUMMARY_BYTES = 512 };
    size_t count = registry_count(service_registry(api_options(request)->service));
    request_run(request, reply_list, count * SUMMARY_BYTES);
}

/* An ABI may be as long as an upload: what is written of it is not written on the server's thread.
 */
static void reply_circuit(struct request *request)
{
    const struct job *job = job_of(request);
    reply_json(request, job->created ? 201 : 200, describe_circuit(job->circuit));
}

void circuits_show(struct request *request)
{
    if (request_find_circuit(request))
        request_run(request, reply_circuit, strlen(job_of(request)->circuit->abi_text));
}

/* Who has no key is nobody, and the owner of nothing. */
static void name_owner(struct request *request)
{
    if (call_of(request)->holder != NULL)
        owner_of(&job_of(request)->owner, call_of(request)->holder);
    job_of(request)->is_operator = call_of(request)->is_operator;
}

void circuits_upload_begin(struct request *request)
{
    const char *content_type = request_header(request, "Content-Type");
    const char *name = request_argument(request, "name");
    job_of(request)->kind = JOB_UPLOAD;
    request_check_encoding(request, false);
    name_owner(request);
    if (!api_options(request)->allow_uploads)
        request_fail(
            request, RESULT_UPLOADS_OFF,
            "this server takes no uploads; its operator starts it with --allow-uploads on");
    else if (content_type != NULL && !media_type_listed(content_type, "application/json"))
        request_fail(request, RESULT_MEDIA_TYPE,
                     "a compiled circuit is sent as application/json, not as %.100s", content_type);
    else if (name != NULL && (strlen(name) == 0 || strlen(name) > CIRCUIT_NAME_CHARACTERS))
        request_fail(request, RESULT_CIRCUIT_INVALID, "a circuit's name is 1 to %d characters",
                     CIRCUIT_NAME_CHARACTERS);
    else
        (void)snprintf(job_of(request)->name, sizeof(job_of(request)->name), "%s",
                       name == NULL ? "" : name);
}

void circuits_upload_take(struct request *request, const unsigned char *bytes, size_t length)
{
    request_keep_body(request, bytes, length, request->options->max_body_bytes);
}

void circuits_upload_finish(struct request *request)
{
    if (request->body.length == 0) {
        request_fail(request, RESULT_BODY_EMPTY,
                     "the body is empty; send the compiled circuit (target/NAME.json)");
        return;
    }
    buffer_move(&job_of(request)->text, &request->body);
    request->submit = true;
}

void circuits_upload_reply(struct request *request)
{
    struct job *job = job_of(request);
    reply_header(request, "Location", "/api/circuits/%s", job->circuit->id);
    request_run(request, reply_circuit, strlen(job->circuit->abi_text));
}

void circuits_delete(struct request *request)
{
    job_of(request)->kind = JOB_DELETE;
    name_owner(request);
    request->submit = request_find_circuit(request);
}

void circuits_delete_reply(struct request *request)
{
    request->reply.status = 204;
}
