/* What browsers ask and are told: the Fetch standard's CORS protocol. */
#include <microhttpd.h>

#include "http/cors.h"
#include "http/request_internal.h"
#include "http/server.h"

void browser_find_origin(struct request *request)
{
    const char *allowed = request->options->cors_origin;
    const char *origin = request_header(request, "Origin");
    if (cors_is_open(allowed))
        request->origin = allowed;
    else if (origin != NULL && cors_lists(allowed, origin))
        request->origin = origin;
}

/*
 * A browser sends a simple request of any page, and only keeps the answer from it: what may not be
 * read must not be done either.
 */
void browser_check_origin(struct request *request)
{
    const char *origin = request_header(request, "Origin");
    if (request->origin != NULL || origin == NULL ||
        cors_is_own(origin, request_header(request, "Host")))
        return;
    request_fail(request, RESULT_ORIGIN_REFUSED,
                 "pages of %.100s may not call this server; its operator names those that may "
                 "(--cors-origin)",
                 origin);
}

/* The query is not looked at: a browser would keep from its page what is wrong with it. */
void browser_preflight(struct request *request)
{
    char methods[64];
    if (!routes_methods(methods, sizeof(methods), request->options, request->path)) {
        request_fail(request, RESULT_NOT_FOUND, "there is nothing at %s", request->path);
        return;
    }
    request->reply.status = MHD_HTTP_NO_CONTENT;
    reply_header(request, "Allow", "%s", methods);
    reply_header(request, "Access-Control-Allow-Methods", "%s", methods);
    reply_header(request, "Access-Control-Allow-Headers",
                 "Authorization, X-API-Key, Content-Type, Accept, X-Request-Id, If-None-Match, "
                 "Idempotency-Key, traceparent, tracestate");
    reply_header(request, "Access-Control-Max-Age", "86400");
}
