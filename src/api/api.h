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
};

/* The context of api_handlers. */
struct api {
    struct api_options options;
    unsigned char
        client_key[crypto_shorthash_KEYBYTES]; /* of the hashes that clients are known by */
};

void api_init(struct api *api, const struct api_options *options);

/* For server_options, with an api as their context. */
extern const struct server_handlers api_handlers;

#endif
