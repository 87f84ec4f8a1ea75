/*
 * A request as the API has it, and what its resources share. On the server's thread, where nothing
 * else is said. Private to api/.
 */
#ifndef API_CALL_INTERNAL_H
#define API_CALL_INTERNAL_H

#include <jansson.h>

#include "api/api.h"
#include "api/errands_internal.h"
#include "http/form.h"
#include "http/media_type.h"
#include "http/request.h"
#include "jobs/job.h"
#include "noir/witness/witness.h"

enum { FORM_FIELDS = 4 };

/* What a request has for the API: its request->call. */
struct call {
    struct job job;
    struct api_keys_holder who;
    const char *holder;                   /* of the API key, in `who`; NULL for none */
    bool is_operator;                     /* the holder is an operator */
    bool has_target;                      /* job.target is what the request means */
    struct witness_reader *witness;       /* a proof's, until its body is whole */
    struct fingerprint_hash *fingerprint; /* likewise */
    struct form *form;                    /* of a body that is multipart/form-data */
    struct form_field form_fields[FORM_FIELDS];
    struct errand errand; /* with one, request->submit is for it, and not yet for the job */
};

static inline struct call *call_of(const struct request *request)
{
    return request->call;
}

/* What request->submit hands to the service; the route's `reply` follows when it is done. */
static inline struct job *job_of(const struct request *request)
{
    return &call_of(request)->job;
}

static inline const struct api *api_of(const struct request *request)
{
    return request->options->context;
}

static inline const struct api_options *api_options(const struct request *request)
{
    return &api_of(request)->options;
}

extern const struct route api_routes[];

/* The endpoints as `GET /api` and a 404 show them. A new reference. */
json_t *routes_describe(void);

/* Replies with JSON, whose reference is taken over; NULL is reply_no_memory. */
void reply_json(struct request *request, int status, json_t *json);

/* Whether the client wants JSON more than application/octet-stream, which it gets otherwise. */
bool request_prefers_json(const struct request *request);

/* See struct server_handlers. */
void access_admit(struct request *request);
void answer_explain(struct error_answer *answer, const struct request *request,
                    const struct failure *failure, bool in_full);

/*
 * True when the request has a key of this server's, or the server has none; else it fails, with
 * the words for what needs one.
 */
bool request_needs_key(struct request *request, const char *what);

/*
 * What a request's client is known by, in the request's memory: the holder of its API key, or where
 * it comes from as client_address has it.
 */
const void *request_client_name(const struct request *request, size_t *length);

/*
 * The client of a request: the holder of its API key, else where it comes from. The same number for
 * the same client as long as the server runs, and never QUEUE_SELF.
 */
uint64_t request_client(const struct request *request);

/* Has `run` done with the request where it holds up nobody, when it is for so many bytes; or here.
 */
void request_run(struct request *request, void (*run)(struct request *request), size_t bytes);

/*
 * The circuit that the path, the query or nobody names, into the job. False, and the request has
 * failed, when there is none.
 */
bool request_find_circuit(struct request *request);

/* The same by an id or name, NULL for the server's first. */
bool request_find_circuit_named(struct request *request, const char *id_or_name);

/* The target that ?verifierTarget= names, or the given one without it. */
bool request_find_target(struct request *request, enum verifier_target by_default);
bool request_find_target_named(struct request *request, const char *name);

/*
 * Fails the request when its body comes with a Content-Encoding: it is read as it is. A witness may
 * say gzip, which it is by itself.
 */
void request_check_encoding(struct request *request, bool is_witness);

/* Appends a piece of the body to request->body; the request fails past `most` bytes. */
void request_keep_body(struct request *request, const unsigned char *bytes, size_t length,
                       size_t most);

/*
 * Begins the fingerprint, to which the witness is still to be added, and reads the idempotency key,
 * when the circuit and the target are known.
 */
void request_begin_fingerprint(struct request *request);

void prove_begin(struct request *request);
void prove_take(struct request *request, const unsigned char *bytes, size_t length);
void prove_finish(struct request *request);
void prove_reply(struct request *request);

void execute_begin(struct request *request);
void execute_reply(struct request *request);

/*
 * Inputs, for executing as for proving: whether the request names them by its Content-Type, and
 * what begin, take and finish of a route do with them. The circuit has been found.
 */
bool inputs_are_named(struct request *request);
void inputs_begin(struct request *request);
void inputs_take(struct request *request, const unsigned char *bytes, size_t length);
void inputs_finish(struct request *request);

void verify_begin(struct request *request);
void verify_take(struct request *request, const unsigned char *bytes, size_t length);
void verify_finish(struct request *request);
void verify_reply(struct request *request);

void circuits_list(struct request *request);
void circuits_show(struct request *request);
void circuits_upload_begin(struct request *request);
void circuits_upload_take(struct request *request, const unsigned char *bytes, size_t length);
void circuits_upload_finish(struct request *request);
void circuits_upload_reply(struct request *request);
void circuits_delete(struct request *request);
void circuits_delete_reply(struct request *request);

void keys_show(struct request *request);
void keys_show_reply(struct request *request);
void keys_solidity(struct request *request);
void keys_solidity_reply(struct request *request);

void about_index(struct request *request);
void about_health(struct request *request);
void about_ready(struct request *request);
void about_openapi(struct request *request);
void about_docs(struct request *request);

void metrics_show(struct request *request);

#endif
