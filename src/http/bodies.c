/*
 * The bodies of all requests in the server's budget: as they came, and unzipped witnesses. It is
 * taken as bytes arrive, since a length that is only promised costs nothing, and given back when
 * the request ends or fails. On libmicrohttpd's one thread.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "http/request_internal.h"
#include "http/server.h"

static void refuse(struct request *request, uint64_t needed)
{
    size_t most = request->options->budget->most;
    if (needed > most)
        request_fail(request, RESULT_BODY_TOO_LARGE,
                     "the request takes %" PRIu64 " bytes, and this server has %zu for the bodies "
                     "of all requests (--max-bodies-bytes)",
                     needed, most);
    else
        request_fail(
            request, RESULT_QUEUE_FULL,
            "the bodies of other requests, and what is kept of uploads, take the %zu bytes "
            "that this server has for them (--max-bodies-bytes); try again later",
            most);
}

void bodies_look_ahead(struct request *request)
{
    const char *length = request_header(request, "Content-Length");
    uint64_t bytes = length == NULL ? 0 : strtoull(length, NULL, 10);
    bool keeps_body = request->route != NULL && request->route->take != NULL;
    if (keeps_body && bytes > budget_room(request->options->budget))
        refuse(request, bytes);
}

void bodies_take(struct request *request)
{
    size_t held = request->body.capacity + request->options->handlers->held(request);
    request->held.budget = request->options->budget;
    if (held > request->held.bytes && !budget_set(&request->held, held))
        refuse(request, held);
}

void bodies_give_back(struct request *request)
{
    (void)budget_set(&request->held, 0);
}
