/* Who asks, and whether they may. */
#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "api/call_internal.h"
#include "http/client.h"

_Static_assert(crypto_shorthash_BYTES == sizeof(uint64_t), "a client is one hash");

/* `Authorization: Bearer KEY` or `X-API-Key: KEY`. */
static const char *presented_key(const struct request *request)
{
    static const char scheme[] = "Bearer ";
    const char *authorization = request_header(request, "Authorization");
    if (authorization == NULL || strncasecmp(authorization, scheme, sizeof(scheme) - 1) != 0)
        return request_header(request, "X-API-Key");
    authorization += sizeof(scheme) - 1;
    return authorization + strspn(authorization, " ");
}

bool request_needs_key(struct request *request, const char *what)
{
    if (api_options(request)->api_keys == NULL || call_of(request)->holder != NULL)
        return true;
    reply_header(request, "WWW-Authenticate", "Bearer");
    if (presented_key(request) == NULL)
        request_fail(request, RESULT_KEY_MISSING,
                     "%s needs an API key: send Authorization: Bearer KEY, or X-API-Key: KEY",
                     what);
    else
        request_fail(request, RESULT_KEY_UNKNOWN,
                     "%s needs an API key, and that is not one of this server's", what);
    return false;
}

void access_admit(struct request *request)
{
    struct api_keys *keys = api_options(request)->api_keys;
    struct call *call = call_of(request);
    const char *key = keys == NULL ? NULL : presented_key(request);
    if (key != NULL && api_keys_find(keys, key, &call->who)) {
        call->holder = call->who.name;
        call->is_operator = call->who.is_operator;
    }
    if (request->route->needs_key)
        (void)request_needs_key(request, "this");
}

const void *request_client_name(const struct request *request, size_t *length)
{
    const char *holder = call_of(request)->holder;
    if (holder == NULL)
        return request_peer(request, length);
    *length = strlen(holder);
    return holder;
}

/* The last bit says which kind of name it is, so that no holder's is taken for an address. */
uint64_t request_client(const struct request *request)
{
    enum { HOLDER = 1, ADDRESS = 2 };
    unsigned char hash[crypto_shorthash_BYTES];
    uint64_t client;
    size_t length;
    const void *name = request_client_name(request, &length);
    crypto_shorthash(hash, name, length, api_of(request)->client_key);
    memcpy(&client, hash, sizeof(client));
    if (call_of(request)->holder != NULL)
        return client | HOLDER;
    client &= ~(uint64_t)HOLDER;
    return client == QUEUE_SELF ? ADDRESS : client;
}
