#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/archive_internal.h"
#include "api/call_internal.h"
#include "api/evm_internal.h"
#include "api/hex_internal.h"
#include "bn254/field.h"

/* Past this X-Public-Inputs would outgrow what proxies take for headers; JSON is the way then. */
enum { MOST_HEADER_WORDS = 64 };

/* Types that a witness comes as: the right ones, none, and what curl --data-binary says by itself.
 */
static bool is_binary(const char *content_type)
{
    static const char *const types[] = {"application/octet-stream", "application/gzip",
                                        "application/x-gzip", "application/x-www-form-urlencoded"};
    if (content_type == NULL)
        return true;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (media_type_listed(content_type, types[i]))
            return true;
    return false;
}

static void add_to_fingerprint(void *context, const unsigned char *bytes, size_t length)
{
    struct request *request = context;
    fingerprint_add(call_of(request)->fingerprint, bytes, length);
}

void prove_begin(struct request *request)
{
    struct call *call = call_of(request);
    const char *content_type = request_header(request, "Content-Type");
    bool brings_inputs = inputs_are_named(request);
    if (!brings_inputs && !is_binary(content_type)) {
        request_fail(request, RESULT_MEDIA_TYPE,
                     "a witness is sent as application/octet-stream, inputs as application/json "
                     "or application/toml, not as %.100s",
                     content_type);
        return;
    }
    call->job.kind = JOB_PROVE;
    request_check_encoding(request, !brings_inputs);
    if (request->failure.result != RESULT_OK)
        return;
    if (!request_find_circuit(request) || !request_find_target(request, TARGET_DEFAULT))
        return;
    request_begin_fingerprint(request);
    if (brings_inputs) {
        inputs_begin(request);
        return;
    }
    call->witness = witness_reader_create(&(struct witness_expectations){
        .witness_count = call->job.circuit->witness_count,
        .may_be_empty = !call->job.circuit->has_witnesses,
        .max_bytes = api_options(request)->max_witness_bytes,
        .show = add_to_fingerprint,
        .context = request,
    });
    if (call->witness == NULL)
        request_fail(request, RESULT_INTERNAL, "no memory for the witness");
}

void prove_take(struct request *request, const unsigned char *bytes, size_t length)
{
    struct call *call = call_of(request);
    if (call->witness == NULL)
        inputs_take(request, bytes, length);
    else
        (void)witness_reader_feed(call->witness, bytes, length, &request->failure);
}

void prove_finish(struct request *request)
{
    struct call *call = call_of(request);
    if (call->witness == NULL) {
        /* It goes on once the inputs have been executed. */
        call->job.request_hash = call->fingerprint;
        call->fingerprint = NULL;
        inputs_finish(request);
        return;
    }
    request->submit =
        witness_reader_finish(call->witness, &call->job.witness, &request->failure) == RESULT_OK;
    witness_reader_destroy(call->witness);
    call->witness = NULL;
    fingerprint_end(&call->fingerprint, &call->job.request);
}

static void add_timing_headers(struct request *request)
{
    const struct job *job = job_of(request);
    char execute[64] = "";
    if (job->execute_milliseconds > 0)
        (void)snprintf(execute, sizeof(execute), "execute;dur=%.3f, ", job->execute_milliseconds);
    reply_header(request, "Server-Timing", "queue;dur=%.3f, %sprove;dur=%.3f, verify;dur=%.3f",
                 job->queue_milliseconds, execute, job->prove_milliseconds,
                 job->verify_milliseconds);
}

/* Says whether the proof was there before the request. */
static void add_cache_header(struct request *request)
{
    enum proof_origin origin = job_of(request)->origin;
    bool hit = origin == PROOF_CACHED || origin == PROOF_REPLAYED;
    if (hit || api_options(request)->proof_cache)
        reply_header(request, "X-Cache", "%s", hit ? "hit" : "miss");
}

static void add_public_inputs_header(struct request *request)
{
    enum { CHARACTERS = 2 + 2 * WORD_BYTES + 1 };
    char list[MOST_HEADER_WORDS * CHARACTERS + 1] = "";
    const struct buffer *words = &job_of(request)->proof.public_inputs;
    if (words->length > (size_t)MOST_HEADER_WORDS * WORD_BYTES)
        return;
    char *end = list;
    for (size_t at = 0; at < words->length; at += WORD_BYTES) {
        end = stpcpy(end, at == 0 ? "0x" : ",0x");
        sodium_bin2hex(end, 2 * WORD_BYTES + 1, words->data + at, WORD_BYTES);
        end += strlen(end);
    }
    reply_header(request, "X-Public-Inputs", "%s", list);
}

/* The public inputs by the names of the circuit's ABI; null when it has none. NULL: no memory. */
static json_t *decode_public_inputs(const struct job *job)
{
    const struct buffer *words = &job->proof.public_inputs;
    size_t count = words->length / WORD_BYTES;
    struct field *values = calloc(count + 1, sizeof(*values));
    json_t *decoded = NULL;
    bool canonical = true;
    if (values == NULL)
        return NULL;
    for (size_t i = 0; i < count && canonical; i++)
        canonical = field_from_bytes(&values[i], words->data + i * WORD_BYTES);
    if (canonical && job->circuit->types != NULL)
        decoded = abi_decode_public_inputs(job->circuit->types, values, count, ABI_STYLE_NOIR_JS);
    free(values);
    return decoded == NULL ? json_null() : decoded;
}

/* bb.js's ProofData, and what else is known of it. */
static json_t *describe_proof(const struct job *job)
{
    const struct proof *proof = &job->proof;
    json_t *described =
        json_pack("{s:o, s:o, s:o, s:s, s:s, s:{s:f, s:f, s:f}}", "proof",
                  hex_string(proof->proof.data, proof->proof.length), "publicInputs",
                  hex_words(&proof->public_inputs), "decodedPublicInputs",
                  decode_public_inputs(job), "circuit", job->circuit->name, "verifierTarget",
                  target_name(job->target), "timings", "queue", job->queue_milliseconds, "prove",
                  job->prove_milliseconds, "verify", job->verify_milliseconds);
    if (job->execute_milliseconds > 0)
        (void)json_object_set_new(json_object_get(described, "timings"), "execute",
                                  json_real(job->execute_milliseconds));
    bool is_evm = job->target == TARGET_EVM || job->target == TARGET_EVM_NO_ZK;
    if (!is_evm || json_object_set_new(described, "calldata", evm_calldata(&job->proof)) == 0)
        return described;
    json_decref(described);
    return NULL;
}

static json_t *describe_marked_proof(const struct request *request)
{
    json_t *described = describe_proof(job_of(request));
    if (api_options(request)->development_crs)
        (void)json_object_set_new(described, "developmentCrs", json_true());
    return described;
}

/* The files that `bb prove` and `bb write_vk` write, by their names. */
static void reply_archive(struct request *request, archive_writer *write, const char *media_type)
{
    const struct job *job = job_of(request);
    const struct archive_file files[] = {
        {"proof", job->proof.proof.data, job->proof.proof.length},
        {"public_inputs", job->proof.public_inputs.data, job->proof.public_inputs.length},
        {"vk", job->key->bytes.data, job->key->bytes.length},
        {"vk_hash", job->key->hash, sizeof(job->key->hash)},
    };
    struct buffer archive = BUFFER_EMPTY;
    if (write(&archive, files, sizeof(files) / sizeof(files[0])))
        reply_bytes(request, media_type, &archive);
    else
        reply_no_memory(request);
    buffer_free(&archive);
}

static void reply_described(struct request *request)
{
    reply_json(request, 200, describe_marked_proof(request));
}

/* Each public input is there as a word, decoded, and for evm in the calldata. */
static size_t described_bytes(const struct proof *proof)
{
    return 4 * (proof->proof.length + proof->public_inputs.length) +
           2 * proof->public_inputs.length;
}

void prove_reply(struct request *request)
{
    enum form { BYTES, JSON, ZIP, MULTIPART, FORM_COUNT };
    static const char *const forms[FORM_COUNT] = {"application/octet-stream", "application/json",
                                                  "application/zip", "multipart/mixed"};
    add_timing_headers(request);
    add_cache_header(request);
    reply_header(request, "X-Verifier-Target", "%s", target_name(job_of(request)->target));
    size_t form = media_type_choose(request_header(request, "Accept"), forms, FORM_COUNT);
    if (form != JSON)
        add_public_inputs_header(request);
    if (form == JSON)
        request_run(request, reply_described, described_bytes(&job_of(request)->proof));
    else if (form == ZIP)
        reply_archive(request, archive_write_zip, forms[ZIP]);
    else if (form == MULTIPART)
        reply_archive(request, archive_write_multipart,
                      "multipart/mixed; boundary=" ARCHIVE_BOUNDARY);
    else
        reply_bytes(request, forms[BYTES], &job_of(request)->proof.proof);
}
