/* What makes two requests for a proof the same, and two of them one with its repetition. */
#include <string.h>

#include "api/call_internal.h"

enum { MOST_KEY_CHARACTERS = 255 };

/* A holder's name is no address: the word before it says which. */
static void add_client(struct fingerprint_hash *hash, const struct request *request)
{
    size_t length;
    const void *name = request_client_name(request, &length);
    fingerprint_add_text(hash, call_of(request)->holder == NULL ? "address" : "holder");
    fingerprint_add(hash, &length, sizeof(length));
    fingerprint_add(hash, name, length);
}

/* The draft's quotes around a key are no part of it: many clients leave them out. */
static size_t unquote(const char **key)
{
    size_t length = strlen(*key);
    if (length < 2 || **key != '"' || (*key)[length - 1] != '"')
        return length;
    *key += 1;
    return length - 2;
}

static bool is_fit(const char *key, size_t length)
{
    bool fit = length > 0 && length <= MOST_KEY_CHARACTERS;
    for (size_t i = 0; fit && i < length; i++)
        fit = key[i] > ' ' && key[i] <= '~' && key[i] != '"';
    return fit;
}

static void read_idempotency_key(struct request *request, const struct fingerprint_key *secret)
{
    const char *key = request_header(request, "Idempotency-Key");
    struct job *job = job_of(request);
    if (key == NULL)
        return;
    size_t length = unquote(&key);
    if (!is_fit(key, length)) {
        request_fail(request, RESULT_IDEMPOTENCY_KEY_MALFORMED,
                     "an Idempotency-Key is 1 to %d visible ASCII characters, such as a UUID",
                     MOST_KEY_CHARACTERS);
        return;
    }
    struct fingerprint_hash *hash = fingerprint_begin(secret);
    if (hash == NULL) {
        request_fail(request, RESULT_INTERNAL, "no memory for the request");
        return;
    }
    fingerprint_add_text(hash, "idempotency key");
    add_client(hash, request);
    fingerprint_add(hash, key, length);
    fingerprint_end(&hash, &job->idempotency_key);
    job->has_idempotency_key = true;
}

void request_begin_fingerprint(struct request *request)
{
    const struct fingerprint_key *secret = service_fingerprint_key(api_options(request)->service);
    read_idempotency_key(request, secret);
    call_of(request)->fingerprint = fingerprint_begin(secret);
    if (call_of(request)->fingerprint == NULL) {
        request_fail(request, RESULT_INTERNAL, "no memory for the request");
        return;
    }
    /* Holders of different keys share nothing: a proof that is there would tell what another has
     * proven. */
    fingerprint_add_text(call_of(request)->fingerprint, "proof");
    fingerprint_add_text(call_of(request)->fingerprint,
                         call_of(request)->holder == NULL ? "" : call_of(request)->holder);
    fingerprint_add_text(call_of(request)->fingerprint, job_of(request)->circuit->id);
    fingerprint_add_text(call_of(request)->fingerprint, target_name(job_of(request)->target));
}
