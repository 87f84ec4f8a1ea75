#include "field/field.h"
#include "http/hex_internal.h"
#include "http/request_internal.h"

/* A proof is at most some 30 KB; in hex and with public inputs this is ample. */
enum { MOST_JSON_BYTES = 4 << 20 };

void verify_begin(struct request *request)
{
    const char *content_type = request_header(request, "Content-Type");
    if (content_type != NULL && !media_type_listed(content_type, "application/json") &&
        !media_type_listed(content_type, "application/x-www-form-urlencoded"))
        request_fail(request, RESULT_MEDIA_TYPE,
                     "a proof to verify is sent as application/json, not as %.100s", content_type);
    request->job.kind = JOB_VERIFY;
    request->job.circuit = registry_find(service_registry(request->options->service), NULL);
    request->job.target = TARGET_DEFAULT;
}

void verify_take(struct request *request, const unsigned char *bytes, size_t length)
{
    if (request->body.length + length > MOST_JSON_BYTES)
        request_fail(request, RESULT_BODY_TOO_LARGE, "the JSON is longer than %d bytes",
                     MOST_JSON_BYTES);
    else if (!buffer_append(&request->body, bytes, length))
        request_fail(request, RESULT_INTERNAL, "no memory for the body");
}

static bool read_proof(struct request *request, const json_t *json)
{
    struct buffer *proof = &request->job.proof.proof;
    if (hex_read(proof, json_object_get(json, "proof")) && proof->length > 0 &&
        proof->length % WORD_BYTES == 0)
        return true;
    request_fail(
        request, RESULT_PROOF_MALFORMED,
        "\"proof\" must be a string of 0x and hex digits, a whole number of 32-byte words");
    return false;
}

/* bb reduces what it reads: a number past the modulus would be verified as another one. */
static bool read_public_input(struct buffer *words, const json_t *word)
{
    struct field canonical;
    size_t before = words->length;
    return hex_read(words, word) && words->length == before + WORD_BYTES &&
           field_from_bytes(&canonical, words->data + before);
}

static bool read_public_inputs(struct request *request, const json_t *json)
{
    struct buffer *words = &request->job.proof.public_inputs;
    const json_t *list = json_object_get(json, "publicInputs");
    const json_t *word;
    size_t place;
    if (!json_is_array(list)) {
        request_fail(request, RESULT_PROOF_MALFORMED, "\"publicInputs\" must be a list");
        return false;
    }
    json_array_foreach(list, place, word)
    {
        if (!read_public_input(words, word)) {
            request_fail(request, RESULT_PROOF_MALFORMED,
                         "publicInputs[%zu] must be 0x and 64 hex digits, below the BN254 scalar "
                         "modulus",
                         place);
            return false;
        }
    }
    return true;
}

void verify_finish(struct request *request)
{
    json_t *json = NULL;
    if (request->body.length == 0) {
        request_fail(request, RESULT_BODY_EMPTY,
                     "the body is empty; send {\"proof\":\"0x…\",\"publicInputs\":[\"0x…\"]}");
        return;
    }
    json = json_loadb((const char *)request->body.data, request->body.length,
                      JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(json))
        request_fail(request, RESULT_BODY_MALFORMED, "the body is not a JSON object");
    else
        request->submit = read_proof(request, json) && read_public_inputs(request, json);
    json_decref(json);
}

void verify_reply(struct request *request)
{
    const struct job *job = &request->job;
    reply_header(request, "Server-Timing", "queue;dur=%.3f, verify;dur=%.3f",
                 job->queue_milliseconds, job->verify_milliseconds);
    reply_json(request, 200,
               json_pack("{s:b, s:s, s:s}", "verified", job->verified, "circuit",
                         job->circuit->name, "verifierTarget", target_name(job->target)));
}
