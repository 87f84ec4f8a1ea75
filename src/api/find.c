#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "api/call_internal.h"

bool request_find_circuit_named(struct request *request, const char *id_or_name)
{
    struct registry *registry = service_registry(api_options(request)->service);
    job_of(request)->circuit = registry_find(registry, id_or_name);
    if (job_of(request)->circuit != NULL)
        return true;
    if (id_or_name == NULL)
        request_fail(request, RESULT_CIRCUIT_UNKNOWN, "this server has no circuit yet");
    else
        request_fail(request, RESULT_CIRCUIT_UNKNOWN,
                     "this server has no circuit %.100s; GET /api/circuits lists them", id_or_name);
    return false;
}

bool request_find_circuit(struct request *request)
{
    const char *named =
        request->parameter[0] == '\0' ? request_argument(request, "circuit") : request->parameter;
    return request_find_circuit_named(request, named);
}

bool request_find_target_named(struct request *request, const char *name)
{
    char names[256] = "";
    call_of(request)->has_target = target_parse(&job_of(request)->target, name);
    if (call_of(request)->has_target)
        return true;
    for (int i = 0; i < TARGET_COUNT; i++) {
        size_t used = strlen(names);
        (void)snprintf(names + used, sizeof(names) - used, "%s%s", i == 0 ? "" : ", ",
                       target_name((enum verifier_target)i));
    }
    request_fail(request, RESULT_TARGET_UNKNOWN, "there is no verifierTarget %.50s; there are %s",
                 name, names);
    return false;
}

bool request_find_target(struct request *request, enum verifier_target by_default)
{
    const char *named = request_argument(request, "verifierTarget");
    job_of(request)->target = by_default;
    call_of(request)->has_target = true;
    return named == NULL || request_find_target_named(request, named);
}

void request_check_encoding(struct request *request, bool is_witness)
{
    const char *encoding = request_header(request, "Content-Encoding");
    if (encoding == NULL || strcasecmp(encoding, "identity") == 0 ||
        (is_witness && (strcasecmp(encoding, "gzip") == 0 || strcasecmp(encoding, "x-gzip") == 0)))
        return;
    request_fail(request, RESULT_MEDIA_TYPE,
                 "the body is read as it is: send it without Content-Encoding: %.50s", encoding);
}

void request_keep_body(struct request *request, const unsigned char *bytes, size_t length,
                       size_t most)
{
    if (request->body.length + length > most)
        request_fail(request, RESULT_BODY_TOO_LARGE, "the body is longer than %zu bytes", most);
    else if (!buffer_append(&request->body, bytes, length))
        request_fail(request, RESULT_INTERNAL, "no memory for the body");
}

void request_run(struct request *request, void (*run)(struct request *request), size_t bytes)
{
    if (bytes <= ERRAND_BYTES) {
        run(request);
        return;
    }
    call_of(request)->errand.run = run;
    request->submit = true;
}
