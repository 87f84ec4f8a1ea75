/*
 * One budget for the bodies of all requests: bodies as they came, and unzipped witnesses. It is
 * taken as bytes arrive, since a length that is only promised costs nothing, and given back when
 * the request ends or fails. On libmicrohttpd's one thread.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/check.h"
#include "http/handler_internal.h"
#include "http/request_internal.h"

static size_t held_by(const struct request *request)
{
    return request->body.capacity + request->options->handlers->held(request);
}

static void refuse(struct request *request, uint64_t needed)
{
    size_t most = request->options->max_bodies_bytes;
    if (needed > most)
        request_fail(request, RESULT_BODY_TOO_LARGE,
                     "the request takes %" PRIu64 " bytes, and this server has %zu for the bodies "
                     "of all requests (--max-bodies-bytes)",
                     needed, most);
    else
        request_fail(request, RESULT_QUEUE_FULL,
                     "the bodies of other requests take the %zu bytes that this server has for "
                     "them (--max-bodies-bytes); try again later",
                     most);
}

void budget_look_ahead(struct request *request)
{
    const char *length = request_header(request, "Content-Length");
    uint64_t bytes = length == NULL ? 0 : strtoull(length, NULL, 10);
    size_t most = request->options->max_bodies_bytes;
    bool keeps_body = request->route != NULL && request->route->take != NULL;
    if (keeps_body && bytes > most - *server_bodies(request->server))
        refuse(request, bytes);
}

void budget_take(struct request *request)
{
    size_t *taken = server_bodies(request->server);
    size_t held = held_by(request);
    if (held <= request->held)
        return;
    if (held - request->held > request->options->max_bodies_bytes - *taken) {
        refuse(request, held);
        return;
    }
    *taken += held - request->held;
    request->held = held;
}

void budget_give_back(struct request *request)
{
    size_t *taken = server_bodies(request->server);
    CHECK(*taken >= request->held);
    *taken -= request->held;
    request->held = 0;
}
