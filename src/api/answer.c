/* Answers in JSON, and those that say what is wrong. */
#include <stdlib.h>
#include <string.h>

#include "api/call_internal.h"
#include "api/status.h"
#include "base/json.h"

static const char json_media_type[] = "application/json";

bool request_prefers_json(const struct request *request)
{
    const char *const offered[] = {"application/octet-stream", json_media_type};
    return media_type_choose(request_header(request, "Accept"), offered, 2) == 1;
}

void reply_json(struct request *request, int status, json_t *json)
{
    char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6));
    struct reply *reply = &request->reply;
    reply->status = status;
    reply->content_type = json_media_type;
    buffer_clear(&reply->body);
    if (text == NULL || !buffer_append(&reply->body, text, strlen(text)))
        reply_no_memory(request);
    json_text_free(text);
    json_decref(json);
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

void answer_explain(struct error_answer *answer, const struct request *request,
                    const struct failure *failure, bool in_full)
{
    json_t *json = describe_failure(request, failure);
    if (in_full)
        add_details(json, job_of(request)->details);
    if (in_full && failure->result == RESULT_NOT_FOUND)
        (void)json_object_set_new(json, "available_endpoints", routes_describe());
    char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
    bool whole = text != NULL && buffer_append(&answer->body, text, strlen(text));
    /* Should there be no memory for an error's text either, an empty body is all that is left. */
    answer->status = status_of(whole ? failure->result : RESULT_INTERNAL);
    answer->title = status_title(answer->status);
    answer->content_type = json_media_type;
    json_text_free(text);
    json_decref(json);
}
