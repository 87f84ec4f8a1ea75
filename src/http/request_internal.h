/* What the server does with a request before and behind whoever serves it. Private to http/. */
#ifndef HTTP_REQUEST_INTERNAL_H
#define HTTP_REQUEST_INTERNAL_H

#include "http/request.h"

/* What scripts of other origins may read of an answer. */
#define EXPOSED_HEADERS                                                                            \
    "X-Request-Id, Server-Timing, X-Public-Inputs, X-Verifier-Target, Retry-After, ETag, "         \
    "Location, "                                                                                   \
    "X-Cache, X-Unsafe"

/* Gives it a random id. Any thread. */
void request_generate_id(struct request *request);

/*
 * Fails the request, and closes its connection after the answer, when its headers leave any doubt
 * about where its body ends. `version` is that of its first line.
 */
void framing_check(struct request *request, const char *version);

/*
 * Fails the request when its query has a name that the route does not take, one twice, one without
 * a value, or a value with a NUL in it. The route has been found.
 */
void query_check(struct request *request);

/* Replies with the error that request->failure holds. */
void reply_failure(struct request *request);

/* The whole error reply as it goes over the wire, for when libmicrohttpd cannot send it. Any
 * thread. */
size_t reply_failure_raw(char *out, size_t out_size, const struct request *request,
                         const struct failure *failure);

void reply_free(struct reply *reply);

/* Sets request->origin by --cors-origin. The headers are here. */
void browser_find_origin(struct request *request);

/*
 * Fails the request, whatever its method, when it names an origin that is neither allowed nor the
 * server's own. Who names none is no page of another.
 */
void browser_check_origin(struct request *request);

/* Answers OPTIONS. */
void browser_preflight(struct request *request);

/* The route for a method and path, as it was sent. NULL sets the request's failure: 404, or 405
 * with Allow. */
const struct route *routes_find(struct request *request, const char *method, const char *path);

/* Whether the path is any route's, and the methods it takes ("GET, HEAD, OPTIONS"). */
bool routes_methods(char *methods, size_t size, const struct server_options *options,
                    const char *path);

/* The headers are here: fails the request when the body that they promise finds no room. */
void bodies_look_ahead(struct request *request);

/* A piece of the body has been taken: what it made the request hold is taken from the budget. */
void bodies_take(struct request *request);

/* The request holds nothing any more, or ends. */
void bodies_give_back(struct request *request);

/* Submits the request's work, for which its connection sleeps until it is done. */
void wait_begin(struct request *request);

/* The request is awake again. After this neither of the next two is called. */
void wait_end(struct request *request);

/* Callbacks: the answer is late, or nobody is there for it. */
void wait_expired(struct request *request);
void wait_hung_up(struct hangup *hangup);

#endif
