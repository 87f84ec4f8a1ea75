#include "http/handler_internal.h"

#include <ctype.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/check.h"
#include "base/log.h"
#include "base/secret.h"
#include "http/connection_internal.h"
#include "http/cors.h"
#include "http/request_internal.h"
#include "metrics/metrics.h"

enum { GENERATED_ID_BYTES = 16 };

const char *request_header(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *request_argument(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

void request_generate_id(struct request *request)
{
    unsigned char random[GENERATED_ID_BYTES];
    randombytes_buf(random, sizeof(random));
    sodium_bin2hex(request->id, sizeof(request->id), random, sizeof(random));
}

/* A caller's id is kept when it is fit for a header and a log, so that traces meet. */
static void choose_id(struct request *request)
{
    const char *given = request_header(request, "X-Request-Id");
    size_t length = given == NULL ? 0 : strlen(given);
    bool fit = length > 0 && length <= REQUEST_ID_CHARACTERS;
    for (size_t i = 0; fit && i < length; i++)
        fit = isalnum((unsigned char)given[i]) || strchr("._-", given[i]) != NULL;
    if (fit)
        memcpy(request->id, given, length + 1);
    else
        request_generate_id(request);
}

static struct request *create_request(struct server *server, struct MHD_Connection *connection,
                                      const char *method)
{
    const struct server_options *options = server_options(server);
    struct request *request = calloc(1, sizeof(*request));
    void *call = calloc(1, options->handlers->call_bytes);
    if (request == NULL || call == NULL) {
        free(request);
        free(call);
        return NULL;
    }
    request->server = server;
    request->options = options;
    request->call = call;
    request->connection = connection;
    request->socket =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    request->started_at = clock_now();
    (void)snprintf(request->method, sizeof(request->method), "%s", method);
    (void)snprintf(request->path, sizeof(request->path), "%s",
                   connection_path(connection_of(connection)));
    choose_id(request);
    browser_find_origin(request);
    server_count_request(server, +1);
    return request;
}

/* Of what the client wrote, nothing but a route of ours becomes a label. */
static void count_request(const struct request *request)
{
    const struct route *route = request->route;
    char status[16];
    (void)snprintf(status, sizeof(status), "%d", request->reply.status);
    metrics_add(METRIC_HTTP_REQUESTS, 1,
                METRIC_LABELS(route == NULL ? "" : route->method, route == NULL ? "" : route->path,
                              status));
}

static void destroy_request(struct request *request)
{
    struct server *server = request->server;
    count_request(request);
    request->options->handlers->over(request);
    buffer_free(&request->body);
    reply_free(&request->reply);
    bodies_give_back(request);
    free(request->call);
    free(request);
    server_count_request(server, -1);
}

static void add_common_headers(struct MHD_Response *response, const struct request *request)
{
    (void)MHD_add_response_header(response, "X-Request-Id", request->id);
    if (request->options->unsafe != NULL)
        (void)MHD_add_response_header(response, "X-Unsafe", request->options->unsafe);
    if (request->origin != NULL)
        (void)MHD_add_response_header(response, "Access-Control-Allow-Origin", request->origin);
    if (!cors_is_open(request->options->cors_origin))
        (void)MHD_add_response_header(response, "Vary", "Origin");
    (void)MHD_add_response_header(response, "Access-Control-Expose-Headers", EXPOSED_HEADERS);
}

static struct connection *of(const struct request *request)
{
    return connection_of(request->connection);
}

static enum MHD_Result send_reply(struct request *request)
{
    struct reply *reply = &request->reply;
    if (request->failure.result != RESULT_OK)
        reply_failure(request);
    CHECK(reply->status != 0);
    reply->bytes = reply->body.length;
    /* The body can be a witness: it is not copied, and is wiped when it has been sent. */
    struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback(
        reply->body.length, reply->body.data, secret_free);
    if (response == NULL)
        return MHD_NO;
    reply->body = BUFFER_EMPTY;
    add_common_headers(response, request);
    if (reply->content_type != NULL)
        (void)MHD_add_response_header(response, "Content-Type", reply->content_type);
    for (size_t i = 0; i < reply->header_count; i++)
        (void)MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
    connection_send(of(request));
    enum MHD_Result queued =
        MHD_queue_response(request->connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return queued;
}

static bool has_body(const struct request *request)
{
    const char *length = request_header(request, "Content-Length");
    return (length != NULL && strcmp(length, "0") != 0) ||
           request_header(request, "Transfer-Encoding") != NULL;
}

static void refuse_long_body(struct request *request)
{
    request_fail(request, RESULT_BODY_TOO_LARGE,
                 "the body is longer than %zu bytes, this server's limit (--max-body-bytes)",
                 request->options->max_body_bytes);
    request->final = true;
    connection_answer(of(request), request, &request->failure, SHUT_WR);
}

static void begin_method(struct request *request, const char *method)
{
    if (strcmp(method, MHD_HTTP_METHOD_OPTIONS) == 0) {
        browser_preflight(request);
        return;
    }
    request->route = routes_find(request, method, request->path);
    if (request->route == NULL)
        return;
    request->options->handlers->admit(request);
    if (request->failure.result == RESULT_OK)
        query_check(request);
    if (request->failure.result == RESULT_OK && request->route->begin != NULL)
        request->route->begin(request);
}

/* The headers are here. */
static enum MHD_Result begin(struct request *request, const char *method, const char *version)
{
    const char *length = request_header(request, "Content-Length");
    framing_check(request, version);
    if (request->failure.result != RESULT_OK)
        return send_reply(request);
    browser_check_origin(request);
    if (request->failure.result == RESULT_OK)
        begin_method(request, method);
    bool too_long = length != NULL && strtoull(length, NULL, 10) > request->options->max_body_bytes;
    if (!too_long)
        bodies_look_ahead(request);
    /* A client that waits for leave to send its body is told no at once. */
    if (request_header(request, "Expect") != NULL &&
        (request->failure.result != RESULT_OK || too_long)) {
        request_fail(request, RESULT_BODY_TOO_LARGE,
                     "the body is longer than %zu bytes, this server's limit (--max-body-bytes)",
                     request->options->max_body_bytes);
        return send_reply(request);
    }
    if (too_long)
        refuse_long_body(request);
    if (has_body(request))
        connection_await_body(of(request), request);
    return MHD_YES;
}

/* What a request that has failed brought is of no use, and its client may take its time. */
static void drop_body(struct request *request)
{
    request->options->handlers->drop_body(request);
    buffer_free(&request->body);
    bodies_give_back(request);
}

static void take_piece(struct request *request, const unsigned char *bytes, size_t length)
{
    request->route->take(request, bytes, length);
    if (request->failure.result == RESULT_OK)
        bodies_take(request);
    if (request->failure.result != RESULT_OK)
        drop_body(request);
}

static enum MHD_Result take(struct request *request, const char *bytes, size_t length)
{
    request->bytes_in += length;
    if (connection_is_late(of(request)))
        return MHD_NO;
    if (request->bytes_in > request->options->max_body_bytes && !request->final)
        refuse_long_body(request);
    /* Reading on for a while lets the client see the answer; a closed socket could discard it. */
    if (request->bytes_in / 2 > request->options->max_body_bytes)
        return MHD_NO;
    if (request->failure.result == RESULT_OK && request->route != NULL &&
        request->route->take != NULL)
        take_piece(request, (const unsigned char *)bytes, length);
    /* The bytes are libmicrohttpd's, which reuses them without wiping: they may be a witness. */
    sodium_memzero((void *)(uintptr_t)bytes, length);
    connection_notice_end(of(request));
    return MHD_YES;
}

/* The body is whole. */
static enum MHD_Result finish(struct request *request)
{
    if (!connection_end_body(of(request)) || request->final)
        return MHD_NO;
    if (request->failure.result == RESULT_OK && request->route != NULL)
        request->route->finish(request);
    if (request->failure.result != RESULT_OK || !request->submit)
        return send_reply(request);
    wait_begin(request);
    return MHD_YES;
}

static enum MHD_Result reply_to_work(struct request *request)
{
    wait_end(request);
    request->submit = false;
    request->options->handlers->taken_back(request);
    if (request->failure.result == RESULT_OK && request->reply.status == 0 && !request->submit)
        request->route->reply(request);
    if (request->failure.result != RESULT_OK || !request->submit)
        return send_reply(request);
    wait_begin(request);
    return MHD_YES;
}

enum MHD_Result handler_on_request(void *context, struct MHD_Connection *connection,
                                   const char *path, const char *method, const char *version,
                                   const char *body, size_t *body_length, void **slot)
{
    struct request *request = *slot;
    if (request == NULL) {
        struct connection *ours = connection_of(connection);
        if (ours == NULL || !connection_begin(ours))
            return MHD_NO;
        (void)path;
        request = create_request(context, connection, method);
        *slot = request;
        return request == NULL ? MHD_NO : begin(request, method, version);
    }
    if (*body_length > 0) {
        size_t length = *body_length;
        *body_length = 0;
        return take(request, body, length);
    }
    return request->submitted ? reply_to_work(request) : finish(request);
}

/* A client that has only closed its sending side still reads: it is told. */
static void end_without_reply(struct request *request)
{
    struct error_answer answer = {0};
    if (connection_is_late(of(request))) {
        request->failure.result = RESULT_BODY_TIMEOUT;
    } else if (!request->final) {
        if (request->failure.result == RESULT_OK)
            request_fail(request, RESULT_CANCELLED,
                         "the client closed its connection, or its side of it, before there was an "
                         "answer; keep it open until then");
        connection_answer(of(request), request, &request->failure, SHUT_WR);
    }
    request->options->handlers->explain(&answer, request, &request->failure, false);
    request->reply.status = answer.status;
    buffer_free(&answer.body);
}

void handler_on_completed(void *context, struct MHD_Connection *connection, void **slot,
                          enum MHD_RequestTerminationCode how)
{
    struct request *request = *slot;
    (void)context, (void)connection, (void)how;
    if (request == NULL)
        return;
    *slot = NULL;
    wait_end(request);
    connection_await_request(of(request));
    if (request->reply.status == 0)
        end_without_reply(request);
    connection_notice_end(of(request));
    destroy_request(request);
}
