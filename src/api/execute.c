#include "api/call_internal.h"

bool inputs_are_named(struct request *request)
{
    const char *content_type = request_header(request, "Content-Type");
    bool are_toml = media_type_listed(content_type, "application/toml");
    job_of(request)->inputs_format = are_toml ? EXECUTOR_TOML : EXECUTOR_JSON;
    return are_toml || media_type_listed(content_type, "application/json");
}

void inputs_begin(struct request *request)
{
    const struct circuit *circuit = job_of(request)->circuit;
    if (!api_options(request)->input_execution)
        request_fail(request, RESULT_INPUT_EXECUTION_OFF,
                     "this server executes no circuits (--input-execution): execute the circuit "
                     "yourself and send the witness");
    else if (circuit->oracle != NULL)
        request_fail(
            request, RESULT_CIRCUIT_NOT_EXECUTABLE,
            "circuit %s calls the oracle %.100s, which only its client can answer: execute "
            "it there and send the witness",
            circuit->name, circuit->oracle);
    else if (circuit->types == NULL)
        request_fail(request, RESULT_CIRCUIT_NOT_EXECUTABLE,
                     "circuit %s has no ABI, which says what its inputs are: give the server the "
                     "whole target/NAME.json, or send the witness",
                     circuit->name);
    else if (abi_unreadable_parameter(circuit->types) != NULL)
        request_fail(request, RESULT_CIRCUIT_NOT_EXECUTABLE,
                     "circuit %s cannot be executed by this server (%s): send the witness",
                     circuit->name, abi_unreadable_parameter(circuit->types));
}

void inputs_take(struct request *request, const unsigned char *bytes, size_t length)
{
    struct buffer *inputs = &job_of(request)->inputs;
    size_t most = api_options(request)->max_input_bytes;
    if (length > most - inputs->length)
        request_fail(request, RESULT_BODY_TOO_LARGE,
                     "the inputs are longer than %zu bytes, this server's limit "
                     "(--max-input-bytes)",
                     most);
    else if (!buffer_append(inputs, bytes, length))
        request_fail(request, RESULT_INTERNAL, "no memory for the inputs");
}

void inputs_finish(struct request *request)
{
    const struct abi *types = job_of(request)->circuit->types;
    /* A Prover.toml of a circuit without parameters is an empty file. */
    request->submit = job_of(request)->inputs.length > 0 || !abi_has_parameters(types);
    job_of(request)->brings_inputs = request->submit;
    if (!request->submit)
        request_fail(request, RESULT_BODY_EMPTY,
                     "the body is empty; send {\"inputs\": {…}}, or a Prover.toml");
}

void execute_begin(struct request *request)
{
    const char *content_type = request_header(request, "Content-Type");
    job_of(request)->kind = JOB_EXECUTE;
    job_of(request)->wants_return_value = request_prefers_json(request);
    if (!inputs_are_named(request))
        request_fail(request, RESULT_MEDIA_TYPE,
                     "inputs are sent as application/json or application/toml, not as %.100s",
                     content_type == NULL ? "nothing" : content_type);
    else
        request_check_encoding(request, false);
    if (request->failure.result == RESULT_OK && request_find_circuit(request))
        inputs_begin(request);
}

static json_t *describe_return_value(const struct job *job)
{
    return json_pack("{s:O, s:s, s:{s:f, s:f}}", "returnValue",
                     json_object_get(job->details, "returnValue"), "circuit", job->circuit->name,
                     "timings", "queue", job->queue_milliseconds, "execute",
                     job->execute_milliseconds);
}

static void reply_return_value(struct request *request)
{
    reply_json(request, 200, describe_return_value(job_of(request)));
}

void execute_reply(struct request *request)
{
    enum { VALUE_BYTES = 80 };
    struct job *job = job_of(request);
    reply_header(request, "Server-Timing", "queue;dur=%.3f, execute;dur=%.3f",
                 job->queue_milliseconds, job->execute_milliseconds);
    if (job->wants_return_value)
        request_run(request, reply_return_value,
                    (size_t)job->circuit->public_input_count * VALUE_BYTES);
    else
        reply_bytes(request, "application/octet-stream", &job->text);
}
