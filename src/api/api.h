/*
 * The API: what the HTTP server is handed to serve. One file a resource; each says what its routes
 * do with a request, and what a job for it gives back.
 */
#ifndef API_API_H
#define API_API_H

#include <sodium.h>
#include <stdbool.h>
#include <stddef.h>

#include "api/api_keys.h"
#include "http/server.h"
#include "jobs/service.h"

/* All borrowed for the server's life. */
struct api_options {
    struct service *service;
    struct api_keys *api_keys; /* NULL: no request needs a key */
    bool allow_uploads;
    bool proof_cache; /* answers say whether they come from it */
    bool metrics;     /* GET /metrics is answered */
    const char *version;
    const char *engine_name;
    const char *sandbox; /* what confines bb, for people */
    size_t max_witness_bytes;
    bool input_execution; /* the service has an executor */
    size_t max_input_bytes;
    bool development_crs; /* proofs prove nothing: answers and the log say so */
};

struct errands;

/* The context of api_handlers. */
struct api {
    struct api_options options;
    struct errands *errands;
    unsigned char
        client_key[crypto_shorthash_KEYBYTES]; /* of the hashes that clients are known by */
};

/* Before its server; starts a thread. RESULT_INTERNAL when none can be had; nothing is to be
 * undone.
 */
MUST_USE_RESULT enum result api_start(struct api *api, const struct api_options *options,
                                      struct failure *failure);

/* Before server_destroy: has no thread at work on a request any more. */
void api_stop(struct api *api);

/* After server_destroy; one that was not started is zero, and fine. */
void api_destroy(struct api *api);

/* For server_options, with an api as their context. */
extern const struct server_handlers api_handlers;

#endif
