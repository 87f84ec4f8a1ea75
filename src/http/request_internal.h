/* One request and its reply. Private to http/; nothing here knows libmicrohttpd but server.c. */
#ifndef HTTP_REQUEST_INTERNAL_H
#define HTTP_REQUEST_INTERNAL_H

#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "http/form_internal.h"
#include "http/hangup_internal.h"
#include "http/server.h"
#include "jobs/job.h"
#include "noir/witness/witness.h"

enum { REQUEST_ID_CHARACTERS = 128, REPLY_HEADERS = 8, LOGGED_PATH_CHARACTERS = 200 };
enum { ROUTE_PARAMETER_CHARACTERS = 128, FORM_FIELDS = 4 };

struct request;

/* What scripts of other origins may read of an answer. */
#define EXPOSED_HEADERS                                                                            \
    "X-Request-Id, Server-Timing, X-Public-Inputs, X-Verifier-Target, Retry-After, ETag, "         \
    "Location, "                                                                                   \
    "X-Cache"

/* What a route does with a request, in this order. Each may be NULL but `finish`. */
struct route {
    const char *method;
    const char *path;      /* a segment "{circuit}" stands for an id or name */
    const char *arguments; /* the names that the query takes, as "circuit, verifierTarget" */
    bool needs_key;        /* when the server has API keys */
    const char *about;     /* for GET /api */
    /* The headers are here: refuse with request_fail, or get ready for the body. */
    void (*begin)(struct request *request);
    /* The next piece of the body; not called once the request has failed. */
    void (*take)(struct request *request, const unsigned char *bytes, size_t length);
    /* The body is whole: reply, fail, or set request->submit to hand request->job to the service.
     */
    void (*finish)(struct request *request);
    /* The job is back without a failure: reply. */
    void (*reply)(struct request *request);
};

/* A header of a reply; the value is the reply's. */
struct reply_header {
    const char *name;
    char *value;
};

struct reply {
    int status; /* 0 until there is one */
    const char *content_type;
    struct buffer body; /* until it is sent */
    size_t bytes;       /* of the body that was sent */
    struct reply_header headers[REPLY_HEADERS];
    size_t header_count;
};

struct request {
    struct server *server;
    const struct server_options *options;
    void *connection; /* libmicrohttpd's */
    int socket;       /* the connection's */
    char id[REQUEST_ID_CHARACTERS + 1];
    char path[LOGGED_PATH_CHARACTERS + 1]; /* as it was sent, without the query; cut when long */
    char method[16];
    nanoseconds started_at;
    const struct route *route;                    /* NULL when there is none */
    char circuit[ROUTE_PARAMETER_CHARACTERS + 1]; /* the path's {circuit}; empty for none */
    const char *origin; /* of the page that may read the answer, or "*"; NULL for none */
    const char *holder; /* of the API key, in `who`; NULL for none */
    bool is_operator;   /* the holder is an operator */
    struct api_keys_holder who;
    atomic_size_t bytes_in;
    size_t held; /* bytes of the server's budget for bodies */
    bool submit;
    bool submitted;
    bool final;      /* answered in the midst of its body */
    bool has_target; /* job.target is what the request means */
    struct failure failure;
    struct job job;
    struct witness_reader *witness;       /* /api/prove */
    struct fingerprint_hash *fingerprint; /* likewise, until its body is whole */
    struct buffer body;                   /* routes that keep the body */
    struct form *form;                    /* routes that take multipart/form-data */
    struct form_field form_fields[FORM_FIELDS];
    struct reply reply;
    struct hangup hangup;
};

/* Gives it a random id. Any thread. */
void request_generate_id(struct request *request);

/* Ends the request with a failure; the rest of its body is dropped. Only the first counts. */
void request_fail(struct request *request, enum result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

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

/* The value of a request's header or query argument; NULL when there is none. Borrowed. */
const char *request_header(const struct request *request, const char *name);
const char *request_argument(const struct request *request, const char *name);

/*
 * True when the request has a key of this server's, or the server has none; else it fails, with
 * the words for what needs one.
 */
bool request_needs_key(struct request *request, const char *what);

/* True when a header like "application/json, text/plain;q=0.5" names the media type. */
bool media_type_listed(const char *header, const char *media_type);

/*
 * The place of the offered type that an Accept header wants most, by its weights; the first for no
 * header, and for one that wants none of them.
 */
size_t media_type_choose(const char *accept, const char *const *offered, size_t count);

/* Whether the client wants JSON more than application/octet-stream, which it gets otherwise. */
bool request_prefers_json(const struct request *request);

/* Replies with JSON, whose reference is taken over; NULL is reply_no_memory. */
void reply_json(struct request *request, int status, json_t *json);

/* Replies with bytes, which are moved out of `body`. */
void reply_bytes(struct request *request, const char *content_type, struct buffer *body);

/* There is no memory for the answer: the request fails, and what was said of it is dropped. */
void reply_no_memory(struct request *request);

/* Replies with the error that request->failure holds. */
void reply_failure(struct request *request);

/* Sets request->origin by --cors-origin. The headers are here. */
void browser_find_origin(struct request *request);

/*
 * Fails the request, whatever its method, when it names an origin that is neither allowed nor the
 * server's own. Who names none is no page of another.
 */
void browser_check_origin(struct request *request);

/* Answers OPTIONS. */
void browser_preflight(struct request *request);

/* Adds a header to the reply. */
void reply_header(struct request *request, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The whole error reply as it goes over the wire, for when libmicrohttpd cannot send it. */
size_t reply_failure_raw(char *out, size_t out_size, const struct request *request,
                         const struct failure *failure);

void reply_free(struct reply *reply);

/* The route for a method and path, as it was sent. NULL sets the request's failure: 404, or 405
 * with Allow. */
const struct route *routes_find(struct request *request, const char *method, const char *path);

/* Whether the path is any route's, and the methods it takes ("GET, HEAD, OPTIONS"). */
bool routes_methods(char *methods, size_t size, const char *path);

/* The endpoints as `GET /api` and a 404 show them. A new reference. */
json_t *routes_describe(void);

/*
 * The circuit that the path, the query or nobody names, into request->job. False, and the request
 * has failed, when there is none.
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
 * Begins request->fingerprint, to which the witness is still to be added, and reads the idempotency
 * key, when the circuit and the target are known.
 */
void request_begin_fingerprint(struct request *request);

/* The headers are here: fails the request when the body that they promise finds no room. */
void budget_look_ahead(struct request *request);

/* A piece of the body has been taken: what it made the request hold is taken from the budget. */
void budget_take(struct request *request);

/* The request holds nothing any more, or ends. */
void budget_give_back(struct request *request);

/* Hands request->job to the service; the route's `reply` follows when it is done. */
void wait_begin(struct request *request);

/* The request is awake again. After this neither of the next two is called. */
void wait_end(struct request *request);

/* Callbacks: the answer is late, or nobody is there for it. */
void wait_expired(struct request *request);
void wait_hung_up(struct hangup *hangup);

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

void scrape_show(struct request *request);

/* Counts a request that is over, its reply's status and failure being final. */
void scrape_count_request(const struct request *request);

/* A circuit as the API shows it. A new reference. */
json_t *describe_circuit(struct circuit *circuit);

#endif
