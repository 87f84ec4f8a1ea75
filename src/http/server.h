/*
 * HTTP: the only user of libmicrohttpd. One thread reads and writes all connections; requests that
 * wait for a proof are suspended and cost no thread.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"
#include "http/api_keys.h"
#include "jobs/service.h"

struct server;

/* All borrowed for the server's life. */
struct server_options {
    struct service *service;
    struct api_keys *api_keys; /* NULL: no request needs a key */
    bool allow_uploads;
    bool proof_cache;    /* answers say whether they come from it */
    bool metrics;        /* GET /metrics is answered */
    const char *address; /* numeric, v4 or v6 without brackets */
    uint16_t port;       /* 0: any free one */
    const char *version;
    const char *engine_name;
    const char *sandbox;     /* what confines bb, for people */
    const char *cors_origin; /* "*", or what cors_check has passed */
    unsigned max_connections;
    unsigned max_connections_per_address; /* 0: any number */
    size_t max_body_bytes;
    size_t max_bodies_bytes; /* of all requests together, unzipped witnesses included */
    size_t max_witness_bytes;
    bool input_execution; /* the service has an executor */
    size_t max_input_bytes;
    int64_t header_timeout_seconds;
    int64_t body_timeout_seconds;
    int64_t send_timeout_seconds;
    int64_t idle_timeout_seconds; /* between two requests of a connection */
    int64_t min_body_rate;        /* bytes a second; 0: any */
    int64_t request_timeout_seconds;
};

/* Starts to listen and to serve. RESULT_INTERNAL with the reason, the address in it. */
MUST_USE_RESULT enum result
server_start(struct server **server, const struct server_options *options, struct failure *failure);

/* The port that is listened on. */
uint16_t server_port(const struct server *server);

/* Accepts no more connections; those that are open go on. */
void server_stop_accepting(struct server *server);

/*
 * After server_stop_accepting, when no job of this server is with the service any more: lets the
 * answers out for at most a few seconds, then closes every connection.
 */
void server_destroy(struct server *server);

#endif
