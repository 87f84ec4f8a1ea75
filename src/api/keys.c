#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "api/call_internal.h"
#include "api/hex_internal.h"

enum { ETAG_CHARACTERS = 256 };

/*
 * A key, and the contract made from it, follow from the circuit, the target and bb's version: so
 * the tag is known before they are.
 */
static void make_etag(char etag[ETAG_CHARACTERS], const struct request *request, const char *form)
{
    const struct job *job = job_of(request);
    int length = snprintf(etag, ETAG_CHARACTERS, "\"%s-%s-%s-", job->circuit->id,
                          target_name(job->target), form);
    const char *version = service_status(api_options(request)->service).bb_version;
    for (; *version != '\0' && length < ETAG_CHARACTERS - 2; version++)
        etag[length++] = (char)(isalnum((unsigned char)*version) ? *version : '.');
    (void)snprintf(etag + length, (size_t)(ETAG_CHARACTERS - length), "\"");
}

/* The form that the client wants. */
static const char *key_form(const struct request *request)
{
    return request_prefers_json(request) ? "json" : "vk";
}

/* No URL names bb's version: what is kept elsewhere is asked about each time. */
static void add_key_headers(struct request *request, const char *form)
{
    char etag[ETAG_CHARACTERS];
    make_etag(etag, request, form);
    reply_header(request, "X-Verifier-Target", "%s", target_name(job_of(request)->target));
    reply_header(request, "ETag", "%s", etag);
    reply_header(request, "Cache-Control", "no-cache");
    if (job_of(request)->kind == JOB_KEY)
        reply_header(request, "Vary", "Accept");
}

/* Answers 304 and returns true when the client has this very thing; "*" is for what exists. */
static bool reply_unchanged(struct request *request, const char *form, bool exists)
{
    char etag[ETAG_CHARACTERS];
    const char *known = request_header(request, "If-None-Match");
    make_etag(etag, request, form);
    if (known == NULL || (strstr(known, etag) == NULL && !(exists && strcmp(known, "*") == 0)))
        return false;
    add_key_headers(request, form);
    request->reply.status = 304;
    return true;
}

/* What is known is for everybody; what a prover has to make first is for who may ask for work. */
static void submit(struct request *request, enum job_kind kind, const char *form)
{
    job_of(request)->kind = kind;
    if (request->failure.result != RESULT_OK || reply_unchanged(request, form, false))
        return;
    request->submit = service_knows(api_options(request)->service, job_of(request)) ||
                      request_needs_key(request, "a key or contract that has yet to be made");
}

void keys_show(struct request *request)
{
    if (request_find_circuit(request) && request_find_target(request, TARGET_DEFAULT))
        submit(request, JOB_KEY, key_form(request));
}

void keys_show_reply(struct request *request)
{
    const struct job *job = job_of(request);
    const struct buffer *bytes = &job->key->bytes;
    if (reply_unchanged(request, key_form(request), true))
        return;
    add_key_headers(request, key_form(request));
    if (request_prefers_json(request)) {
        reply_json(request, 200,
                   json_pack("{s:s, s:s, s:o, s:o, s:o}", "circuit", job->circuit->name,
                             "verifierTarget", target_name(job->target), "vk",
                             hex_string(bytes->data, bytes->length), "hash",
                             hex_string(job->key->hash, sizeof(job->key->hash)), "fields",
                             hex_words(bytes)));
        return;
    }
    struct buffer copy = BUFFER_EMPTY;
    if (buffer_append(&copy, bytes->data, bytes->length))
        reply_bytes(request, "application/octet-stream", &copy);
    else
        reply_no_memory(request);
}

void keys_solidity(struct request *request)
{
    if (!request_find_circuit(request) || !request_find_target(request, TARGET_EVM))
        return;
    if (job_of(request)->target != TARGET_EVM && job_of(request)->target != TARGET_EVM_NO_ZK)
        request_fail(request, RESULT_TARGET_UNSUPPORTED,
                     "a Solidity verifier is for the targets evm and evm-no-zk, not %s",
                     target_name(job_of(request)->target));
    submit(request, JOB_SOLIDITY, "sol");
}

void keys_solidity_reply(struct request *request)
{
    if (reply_unchanged(request, "sol", true))
        return;
    add_key_headers(request, "sol");
    reply_bytes(request, "text/plain; charset=utf-8", &job_of(request)->text);
}
