#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/json.h"
#include "http/cors.h"
#include "http/request_internal.h"
#include "http/status.h"

static const char json_media_type[] = "application/json";

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

bool request_prefers_json(const struct request *request)
{
    const char *const offered[] = {"application/octet-stream", json_media_type};
    return media_type_choose(request_header(request, "Accept"), offered, 2) == 1;
}

static void free_headers(struct reply *reply)
{
    for (size_t i = 0; i < reply->header_count; i++)
        free(reply->headers[i].value);
    reply->header_count = 0;
}

void reply_json(struct request *request, int status, json_t *json)
{
    char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6));
    struct reply *reply = &request->reply;
    reply->status = status;
    reply->content_type = json_media_type;
    buffer_clear(&reply->body);
    /* Should there be no memory for an error's text either, an empty body is all that is left. */
    if (text == NULL || !buffer_append(&reply->body, text, strlen(text))) {
        reply->status = 500;
        reply_no_memory(request);
    }
    json_text_free(text);
    json_decref(json);
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

static json_t *describe_failure(const struct request *request, const struct failure *failure)
{
    return json_pack("{s:s, s:o, s:s, s:s}", "error", status_title(status_of(failure->result)),
                     "message", json_readable_string(failure->message), "code",
                     result_code(failure->result), "request_id", request->id);
}

/* What an execution says of its failure; it alone may quote the client's inputs. */
static void add_details(json_t *json, json_t *details)
{
    static const char *const names[] = {"message", "mistakes", "assertion"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        json_t *value = json_object_get(details, names[i]);
        if (value != NULL)
            (void)json_object_set(json, names[i], value);
    }
}

void reply_failure(struct request *request)
{
    const struct failure *failure = &request->failure;
    int status = status_of(failure->result);
    json_t *json = describe_failure(request, failure);
    add_details(json, request->job.details);
    if (failure->result == RESULT_NOT_FOUND)
        (void)json_object_set_new(json, "available_endpoints", routes_describe());
    if (status == 429 || status == 503)
        reply_header(request, "Retry-After", "%u",
                     failure->retry_after_seconds == 0 ? 1 : failure->retry_after_seconds);
    reply_json(request, status, json);
}

size_t reply_failure_raw(char *out, size_t out_size, const struct request *request,
                         const struct failure *failure)
{
    int status = status_of(failure->result);
    json_t *json = describe_failure(request, failure);
    char *text = json_dumps(json, JSON_COMPACT);
    bool any = request->origin != NULL;
    int length = snprintf(
        out, out_size,
        "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
        "Connection: close\r\nX-Request-Id: %s\r\n%s%s%s%s"
        "Access-Control-Expose-Headers: " EXPOSED_HEADERS "\r\n\r\n%s",
        status, status_title(status), json_media_type, text == NULL ? 0 : strlen(text), request->id,
        any ? "Access-Control-Allow-Origin: " : "", any ? request->origin : "", any ? "\r\n" : "",
        cors_is_open(request->options->cors_origin) ? "" : "Vary: Origin\r\n",
        text == NULL ? "" : text);
    json_text_free(text);
    json_decref(json);
    return length > 0 && (size_t)length < out_size ? (size_t)length : 0;
}
