/*
 * HTTP: the only user of libmicrohttpd. One thread reads and writes all connections; requests that
 * wait for work are suspended and cost no thread. What is served, and how, the server is handed.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"
#include "http/request.h"

struct server;

/* An error as it is answered. */
struct error_answer {
    int status;
    const char *title; /* of the status; static */
    const char *content_type;
    struct buffer body; /* empty for lack of memory; the caller's */
};

/*
 * Whoever serves the requests. All of it is called on libmicrohttpd's one thread, but where another
 * is named.
 */
struct server_handlers {
    const struct route *routes; /* behind the last is one without a method */
    size_t call_bytes;          /* of request->call, all zero at first */
    /* The route has been found: fails the request of somebody who may not take it. */
    void (*admit)(struct request *request);
    /*
     * request->submit has been set: begins the work, whose end, on any thread, is a request_wake.
     * False when there is none to wait for: it is `taken_back` at once.
     */
    bool (*submit)(struct request *request);
    /* The time is up, or the client has gone: ends the wait soon, for this reason. Other threads.
     */
    void (*leave)(struct request *request, const struct failure *why);
    /*
     * The work is done: what has become of it goes into request->failure. It may have replied, or
     * set request->submit again, for more.
     */
    void (*taken_back)(struct request *request);
    /* The bytes that the call holds of what the client has sent. */
    size_t (*held)(const struct request *request);
    /* The request has failed: frees what the client has sent. */
    void (*drop_body)(struct request *request);
    /*
     * How a failure is answered; the body in full, or else as short as can be. Any thread; one that
     * is not the request's asks for the short one.
     */
    void (*explain)(struct error_answer *answer, const struct request *request,
                    const struct failure *failure, bool in_full);
    /* The request is over, its reply's status and failure being final: frees what the call holds.
     */
    void (*over)(struct request *request);
};

/* All borrowed for the server's life. */
struct server_options {
    const struct server_handlers *handlers;
    void *context;           /* theirs */
    unsigned workers;        /* threads beside the server that need descriptors */
    const char *address;     /* numeric, v4 or v6 without brackets */
    uint16_t port;           /* 0: any free one */
    const char *cors_origin; /* "*", or what cors_check has passed */
    const char *unsafe;      /* why its answers are worth nothing: X-Unsafe of each; NULL: not so */
    unsigned max_connections;
    unsigned max_connections_per_address; /* 0: any number */
    size_t max_body_bytes;
    struct budget *budget; /* for the bodies of all requests, unzipped witnesses included */
    int64_t header_timeout_seconds;
    int64_t body_timeout_seconds;
    int64_t send_timeout_seconds;
    int64_t idle_timeout_seconds;    /* between two requests of a connection */
    int64_t min_body_rate;           /* bytes a second; 0: any */
    int64_t request_timeout_seconds; /* from a request's headers to the end of its work */
};

/* Starts to listen and to serve. RESULT_INTERNAL with the reason, the address in it. */
MUST_USE_RESULT enum result
server_start(struct server **server, const struct server_options *options, struct failure *failure);

/* The port that is listened on. */
uint16_t server_port(const struct server *server);

/* Accepts no more connections; those that are open go on. */
void server_stop_accepting(struct server *server);

/*
 * After server_stop_accepting, when no work of its requests is under way any more: lets the
 * answers out for at most a few seconds, then closes every connection.
 */
void server_destroy(struct server *server);

#endif
