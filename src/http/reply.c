#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "http/cors.h"
#include "http/request_internal.h"
#include "http/server.h"

void request_fail(struct request *request, enum result result, const char *format, ...)
{
    if (request->failure.result != RESULT_OK)
        return;
    va_list arguments;
    va_start(arguments, format);
    request->failure.result = result;
    (void)vsnprintf(request->failure.message, sizeof(request->failure.message), format, arguments);
    va_end(arguments);
}

static void free_headers(struct reply *reply)
{
    for (size_t i = 0; i < reply->header_count; i++)
        free(reply->headers[i].value);
    reply->header_count = 0;
}

void reply_no_memory(struct request *request)
{
    /* What they say is of an answer that there is not. */
    if (request->failure.result == RESULT_OK)
        free_headers(&request->reply);
    request_fail(request, RESULT_INTERNAL, "no memory for the answer; try again later");
}

void reply_bytes(struct request *request, const char *content_type, struct buffer *body)
{
    request->reply.status = 200;
    request->reply.content_type = content_type;
    buffer_move(&request->reply.body, body);
}

void reply_header(struct request *request, const char *name, const char *format, ...)
{
    struct reply *reply = &request->reply;
    char *value = NULL;
    va_list arguments;
    CHECK(reply->header_count < REPLY_HEADERS);
    va_start(arguments, format);
    int length = vasprintf(&value, format, arguments);
    va_end(arguments);
    if (length >= 0)
        reply->headers[reply->header_count++] = (struct reply_header){name, value};
}

void reply_free(struct reply *reply)
{
    free_headers(reply);
    buffer_free(&reply->body);
}

void reply_failure(struct request *request)
{
    const struct failure *failure = &request->failure;
    struct reply *reply = &request->reply;
    struct error_answer answer = {0};
    request->options->handlers->explain(&answer, request, failure, true);
    if (answer.status == MHD_HTTP_TOO_MANY_REQUESTS ||
        answer.status == MHD_HTTP_SERVICE_UNAVAILABLE)
        reply_header(request, "Retry-After", "%u",
                     failure->retry_after_seconds == 0 ? 1 : failure->retry_after_seconds);
    reply->status = answer.status;
    reply->content_type = answer.content_type;
    buffer_move(&reply->body, &answer.body);
}

size_t reply_failure_raw(char *out, size_t out_size, const struct request *request,
                         const struct failure *failure)
{
    struct error_answer answer = {0};
    request->options->handlers->explain(&answer, request, failure, false);
    bool any = request->origin != NULL;
    const char *unsafe = request->options->unsafe;
    int length = snprintf(
        out, out_size,
        "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
        "Connection: close\r\nX-Request-Id: %s\r\n%s%s%s%s%s%s%s"
        "Access-Control-Expose-Headers: " EXPOSED_HEADERS "\r\n\r\n%.*s",
        answer.status, answer.title, answer.content_type, answer.body.length, request->id,
        unsafe == NULL ? "" : "X-Unsafe: ", unsafe == NULL ? "" : unsafe,
        unsafe == NULL ? "" : "\r\n", any ? "Access-Control-Allow-Origin: " : "",
        any ? request->origin : "", any ? "\r\n" : "",
        cors_is_open(request->options->cors_origin) ? "" : "Vary: Origin\r\n",
        (int)answer.body.length, answer.body.length == 0 ? "" : (const char *)answer.body.data);
    buffer_free(&answer.body);
    return length > 0 && (size_t)length < out_size ? (size_t)length : 0;
}
