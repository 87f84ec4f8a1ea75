#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "http/hex_internal.h"
#include "http/request_internal.h"

enum { ETAG_CHARACTERS = 128 };

/* A key, and the contract made from it, never change for a circuit's id; a name can move on. */
static void add_caching_headers(struct request *request, const char *etag)
{
    bool by_id = strcmp(request->circuit, request->job.circuit->id) == 0;
    reply_header(request, "ETag", "%s", etag);
    reply_header(request, "Cache-Control", "%s",
                 by_id ? "public, max-age=31536000, immutable" : "no-cache");
}

/* Targets can share a key, and what is made from it differs all the same. */
static void make_etag(char etag[ETAG_CHARACTERS], const struct job *job, const char *form)
{
    char hash[2 * sizeof(job->key->hash) + 1];
    sodium_bin2hex(hash, sizeof(hash), job->key->hash, sizeof(job->key->hash));
    (void)snprintf(etag, ETAG_CHARACTERS, "\"%s-%s-%s\"", hash, target_name(job->target), form);
}

/* Answers 304 and returns true when the client has this very thing. */
static bool reply_unchanged(struct request *request, const char *etag)
{
    const char *known = request_header(request, "If-None-Match");
    add_caching_headers(request, etag);
    if (known == NULL || (strstr(known, etag) == NULL && strcmp(known, "*") != 0))
        return false;
    request->reply.status = 304;
    return true;
}

static void submit(struct request *request, enum job_kind kind)
{
    request->job.kind = kind;
    request->submit = request->failure.result == RESULT_OK;
}

void keys_show(struct request *request)
{
    if (request_find_circuit(request) && request_find_target(request, TARGET_DEFAULT))
        submit(request, JOB_KEY);
}

void keys_show_reply(struct request *request)
{
    char etag[ETAG_CHARACTERS];
    const struct job *job = &request->job;
    const struct buffer *bytes = &job->key->bytes;
    bool json = request_prefers_json(request);
    make_etag(etag, job, json ? "json" : "vk");
    reply_header(request, "Vary", "Accept");
    if (reply_unchanged(request, etag))
        return;
    if (json) {
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
    if (request->job.target != TARGET_EVM && request->job.target != TARGET_EVM_NO_ZK)
        request_fail(request, RESULT_TARGET_UNSUPPORTED,
                     "a Solidity verifier is for the targets evm and evm-no-zk, not %s",
                     target_name(request->job.target));
    submit(request, JOB_SOLIDITY);
}

void keys_solidity_reply(struct request *request)
{
    char etag[ETAG_CHARACTERS];
    make_etag(etag, &request->job, "sol");
    if (!reply_unchanged(request, etag))
        reply_bytes(request, "text/plain; charset=utf-8", &request->job.text);
}
