/*
 * One request and its reply, as the server and whoever serves it share them. All on libmicrohttpd's
 * one thread, where nothing else is said.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/budget.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/failure.h"
#include "http/hangup.h"

enum { REQUEST_ID_CHARACTERS = 128, REPLY_HEADERS = 8, LOGGED_PATH_CHARACTERS = 200 };
enum { ROUTE_PARAMETER_CHARACTERS = 128 };

struct request;
struct server_options;

/* What is done with a request, in this order. Each step may be NULL but `finish`. */
struct route {
    const char *method;
    const char *path;      /* a segment in braces, at most one, stands for any */
    const char *arguments; /* the names that the query takes, as "circuit, verifierTarget" */
    bool needs_key;        /* for `admit`, when there are keys */
    const char *about;     /* for people */
    /* The headers are here: refuse with request_fail, or get ready for the body. */
    void (*begin)(struct request *request);
    /* The next piece of the body; not called once the request has failed. */
    void (*take)(struct request *request, const unsigned char *bytes, size_t length);
    /* The body is whole: reply, fail, or set request->submit for work that takes longer. */
    void (*finish)(struct request *request);
    /* That work is done, without a failure or a reply: reply, or set request->submit for more. */
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
    const struct server_options *options;
    void *call;                            /* handlers->call_bytes of whoever serves it */
    char id[REQUEST_ID_CHARACTERS + 1];    /* its own or the client's */
    char path[LOGGED_PATH_CHARACTERS + 1]; /* as it was sent, without the query; cut when long */
    char method[16];
    nanoseconds started_at;
    nanoseconds deadline;                           /* of what has been submitted */
    const struct route *route;                      /* NULL when there is none */
    char parameter[ROUTE_PARAMETER_CHARACTERS + 1]; /* the path's {…}; empty for none */
    atomic_size_t bytes_in;
    bool submit;        /* see struct route */
    struct buffer body; /* routes that keep the body */
    struct reply reply; /* one that has failed gets another */
    struct failure failure;

    /* The rest is the server's. */
    struct server *server;
    void *connection;         /* libmicrohttpd's */
    int socket;               /* the connection's */
    const char *origin;       /* of the page that may read the answer, or "*"; NULL for none */
    struct budget_share held; /* for its body */
    bool submitted;
    bool final; /* answered in the midst of its body */
    struct hangup hangup;
};

/* Ends the request with a failure; the rest of its body is dropped. Only the first counts. */
void request_fail(struct request *request, enum result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The value of a request's header or query argument; NULL when there is none. Borrowed. */
const char *request_header(const struct request *request, const char *name);
const char *request_argument(const struct request *request, const char *name);

/* What has been submitted is done, however: the request goes on. Once. Any thread. */
void request_wake(struct request *request);

/* Replies with bytes, which are moved out of `body`. */
void reply_bytes(struct request *request, const char *content_type, struct buffer *body);

/* Adds a header to the reply. */
void reply_header(struct request *request, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* There is no memory for the answer: the request fails, and what was said of it is dropped. */
void reply_no_memory(struct request *request);

#endif
