#include <string.h>

#include "api/call_internal.h"
#include "api/hex_internal.h"
#include "base/json.h"
#include "bn254/field.h"
#include "http/form.h"

/* A proof is at most some 30 KB; in hex and with public inputs and a key this is ample. */
enum { MOST_BODY_BYTES = 4 << 20, MOST_VALUES = MOST_BODY_BYTES / WORD_BYTES };

/* The fields of a form, by their places. */
enum { FIELD_PROOF, FIELD_PUBLIC_INPUTS, FIELD_KEY, FIELD_END, FIELD_COUNT };

_Static_assert((int)FIELD_COUNT == (int)FORM_FIELDS, "a request has a place for each");

static void begin_form(struct request *request)
{
    struct call *call = call_of(request);
    struct job *job = &call->job;
    const struct form_field fields[] = {
        [FIELD_PROOF] = {.name = "proof", .bytes = &job->proof.proof},
        [FIELD_PUBLIC_INPUTS] = {.name = "public_inputs", .bytes = &job->proof.public_inputs},
        [FIELD_KEY] = {.name = "vk", .bytes = &job->given_key},
        [FIELD_END] = {.name = NULL},
    };
    memcpy(call->form_fields, fields, sizeof(fields));
    call->form = form_create(request, call->form_fields, MOST_BODY_BYTES);
    if (call->form == NULL)
        request_fail(request, RESULT_BODY_MALFORMED,
                     "the multipart body has no boundary in its Content-Type");
}

void verify_begin(struct request *request)
{
    const char *content_type = request_header(request, "Content-Type");
    job_of(request)->kind = JOB_VERIFY;
    request_check_encoding(request, false);
    if (content_type != NULL && media_type_listed(content_type, "multipart/form-data"))
        begin_form(request);
    else if (content_type != NULL && !media_type_listed(content_type, "application/json") &&
             !media_type_listed(content_type, "application/x-www-form-urlencoded"))
        request_fail(request, RESULT_MEDIA_TYPE,
                     "a proof to verify is sent as application/json or multipart/form-data, not as "
                     "%.100s",
                     content_type);
}

void verify_take(struct request *request, const unsigned char *bytes, size_t length)
{
    if (call_of(request)->form != NULL)
        (void)form_feed(call_of(request)->form, bytes, length, &request->failure);
    else
        request_keep_body(request, bytes, length, MOST_BODY_BYTES);
}

static bool read_hex(struct request *request, struct buffer *bytes, const json_t *json,
                     const char *name)
{
    if (hex_read(bytes, json_object_get(json, name)))
        return true;
    request_fail(request, RESULT_PROOF_MALFORMED, "\"%s\" must be a string of 0x and hex digits",
                 name);
    return false;
}

static bool read_public_inputs(struct request *request, const json_t *json)
{
    struct buffer *words = &job_of(request)->proof.public_inputs;
    const json_t *list = json_object_get(json, "publicInputs");
    const json_t *word;
    size_t place;
    if (!json_is_array(list)) {
        request_fail(request, RESULT_PROOF_MALFORMED, "\"publicInputs\" must be a list");
        return false;
    }
    json_array_foreach(list, place, word)
    {
        size_t before = words->length;
        if (!hex_read(words, word) || words->length != before + WORD_BYTES) {
            request_fail(request, RESULT_PROOF_MALFORMED,
                         "publicInputs[%zu] must be 0x and 64 hex digits", place);
            return false;
        }
    }
    return true;
}

/* Words everywhere; and bb reduces what it reads, so that it would verify x + p as x. */
static bool check_words(struct request *request)
{
    const struct proof *proof = &job_of(request)->proof;
    struct field canonical;
    if (proof->proof.length == 0 || proof->proof.length % WORD_BYTES != 0 ||
        proof->public_inputs.length % WORD_BYTES != 0) {
        request_fail(request, RESULT_PROOF_MALFORMED,
                     "a proof and its public inputs are whole numbers of 32-byte words, the proof "
                     "at least one");
        return false;
    }
    for (size_t at = 0; at < proof->public_inputs.length; at += WORD_BYTES) {
        if (!field_from_bytes(&canonical, proof->public_inputs.data + at)) {
            request_fail(request, RESULT_PROOF_MALFORMED,
                         "public input %zu is not below the BN254 scalar modulus", at / WORD_BYTES);
            return false;
        }
    }
    return true;
}

/* The body's word before the query's. */
static const char *named(const struct request *request, const json_t *json, const char *name)
{
    const char *in_body = json_string_value(json_object_get(json, name));
    return in_body != NULL ? in_body : request_argument(request, name);
}

/* An empty key is a file that went wrong, and no wish for the key of the server. */
static bool check_key(struct request *request, const json_t *json)
{
    bool given =
        call_of(request)->form_fields[FIELD_KEY].seen || json_object_get(json, "vk") != NULL;
    if (!given || job_of(request)->given_key.length > 0)
        return true;
    request_fail(request, RESULT_PROOF_MALFORMED,
                 "the verification key, vk, is empty; without vk the circuit's own is taken");
    return false;
}

/* Which key the proof is held against: the caller's own, or that of a circuit. */
static bool find_key(struct request *request, const json_t *json)
{
    const char *target = named(request, json, "verifierTarget");
    job_of(request)->target = TARGET_DEFAULT;
    call_of(request)->has_target = true;
    if (target != NULL && !request_find_target_named(request, target))
        return false;
    return job_of(request)->given_key.length > 0 ||
           request_find_circuit_named(request, named(request, json, "circuit"));
}

/* What clients send along is the whole answer of /api/prove: what else is in it is passed over. */
static bool is_known(const char *name)
{
    static const char *const names[] = {"proof",          "publicInputs", "circuit",
                                        "verifierTarget", "vk",           "decodedPublicInputs",
                                        "calldata",       "timings",      "developmentCrs"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool check_names(struct request *request, json_t *json)
{
    const char *name;
    json_t *value;
    json_object_foreach(json, name, value)
    {
        if (is_known(name))
            continue;
        request_fail(
            request, RESULT_BODY_MALFORMED,
            "there is no \"%.64s\" in this body, which takes proof, publicInputs, circuit, "
            "verifierTarget, vk, and what else /api/prove answers; names are matched "
            "exactly",
            name);
        return false;
    }
    return true;
}

static bool check_text(struct request *request, const json_t *json, const char *name)
{
    const json_t *value = json_object_get(json, name);
    if (value == NULL || json_is_string(value))
        return true;
    request_fail(request, RESULT_BODY_MALFORMED,
                 "\"%s\" must be a string; leave it out for the default", name);
    return false;
}

static bool read_json(struct request *request, json_t *json)
{
    struct job *job = job_of(request);
    if (!json_is_object(json)) {
        request_fail(request, RESULT_BODY_MALFORMED, "the body is not a JSON object");
        return false;
    }
    return check_names(request, json) && check_text(request, json, "circuit") &&
           check_text(request, json, "verifierTarget") &&
           read_hex(request, &job->proof.proof, json, "proof") &&
           read_public_inputs(request, json) &&
           (json_object_get(json, "vk") == NULL || read_hex(request, &job->given_key, json, "vk"));
}

/* Whose proof it is, and under which key; the job is ready then. */
static bool check(struct request *request, const json_t *json)
{
    return check_words(request) && check_key(request, json) && find_key(request, json);
}

static void read_body(struct request *request)
{
    json_t *json = json_parse(request->body.data, request->body.length, MOST_VALUES);
    request->submit = read_json(request, json) && check(request, json);
    buffer_free(&request->body);
    json_decref(json);
}

void verify_finish(struct request *request)
{
    struct call *call = call_of(request);
    if (request->bytes_in == 0) {
        request_fail(request, RESULT_BODY_EMPTY,
                     "the body is empty; send {\"proof\":\"0x…\",\"publicInputs\":[\"0x…\"]}");
    } else if (call->form == NULL) {
        request_run(request, read_body, request->body.length);
    } else {
        bool read = form_finish(call->form, &request->failure) == RESULT_OK;
        call->form = NULL;
        request->submit = read && check(request, NULL);
    }
}

void verify_reply(struct request *request)
{
    const struct job *job = job_of(request);
    reply_header(request, "Server-Timing", "queue;dur=%.3f, verify;dur=%.3f",
                 job->queue_milliseconds, job->verify_milliseconds);
    json_t *verdict = json_pack("{s:b, s:s}", "verified", job->verified, "verifierTarget",
                                target_name(job->target));
    if (job->circuit != NULL)
        (void)json_object_set_new(verdict, "circuit", json_string(job->circuit->name));
    if (job->reason[0] != '\0')
        (void)json_object_set_new(verdict, "reason", json_string(job->reason));
    if (api_options(request)->development_crs)
        (void)json_object_set_new(verdict, "developmentCrs", json_true());
    reply_json(request, 200, verdict);
}
