#include "http/connection_internal.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "http/cors.h"
#include "http/handler_internal.h"
#include "http/request_internal.h"

enum { EARLY_ANSWER_BYTES = 4096 };

/* The pace of a body counts after a while to get going. */
enum { PACE_GRACE_SECONDS = 5 };

static const nanoseconds second = 1000 * (nanoseconds)NANOSECONDS_PER_MILLISECOND;

enum phase {
    PHASE_NONE,
    PHASE_IDLE,    /* between two requests */
    PHASE_HEADERS, /* of the first request, or of a later one that has begun */
    PHASE_BODY,
    PHASE_WORK,
    PHASE_ANSWER,
};

/* Invariant: what has no "any thread" changes only while the connection is not watched. */
struct connection {
    struct watched watched;
    struct server *server;
    const struct server_options *options;
    int socket;
    enum phase phase;
    nanoseconds since;       /* of the phase */
    uint64_t received;       /* on the socket when the last request was whole */
    struct request *request; /* PHASE_BODY, PHASE_WORK */
    char path[LOGGED_PATH_CHARACTERS + 1];
    atomic_bool late; /* any thread */
};

/* What the system has received on a TCP connection so far; 0 for a socket of another kind. */
static uint64_t received_bytes(int descriptor)
{
    struct tcp_info info = {0};
    socklen_t length = sizeof(info);
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) != 0)
        return 0;
    return info.tcpi_bytes_received;
}

static nanoseconds phase_deadline(const struct connection *connection, int64_t seconds)
{
    return connection->since + seconds * second;
}

static nanoseconds earlier(nanoseconds left, nanoseconds right)
{
    return left < right ? left : right;
}

/* When the connection is to be looked at next: once a second while something is to be read. */
static nanoseconds next_look(const struct connection *connection)
{
    const struct server_options *options = connection->options;
    nanoseconds tick = clock_now() + second;
    switch (connection->phase) {
    case PHASE_IDLE:
        return tick;
    case PHASE_HEADERS:
        return earlier(tick, phase_deadline(connection, options->header_timeout_seconds));
    case PHASE_BODY:
        return earlier(tick, phase_deadline(connection, options->body_timeout_seconds));
    case PHASE_WORK:
        return connection->request->deadline;
    case PHASE_ANSWER:
        return phase_deadline(connection, options->send_timeout_seconds);
    case PHASE_NONE:
        break;
    }
    return DEADLINE_NEVER;
}

static void set_phase(struct connection *connection, enum phase phase)
{
    connection->phase = phase;
    connection->since = clock_now();
}

/* False when the connection is late. */
static bool leave_phase(struct connection *connection)
{
    (void)watch_remove(server_watch(connection->server), &connection->watched);
    connection->phase = PHASE_NONE;
    connection->request = NULL;
    return !atomic_load(&connection->late);
}

/* `request` is for PHASE_BODY and PHASE_WORK. A late connection is past all phases. */
static void enter_phase(struct connection *connection, enum phase phase, struct request *request)
{
    if (!leave_phase(connection))
        return;
    set_phase(connection, phase);
    connection->request = request;
    watch_add(server_watch(connection->server), &connection->watched, next_look(connection));
}

static void open_connection(struct server *server, struct MHD_Connection *connection, void **slot)
{
    struct connection *opened = calloc(1, sizeof(*opened));
    *slot = opened;
    if (opened == NULL)
        return;
    opened->server = server;
    opened->options = server_options(server);
    opened->socket =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    enter_phase(opened, PHASE_HEADERS, NULL);
}

void connection_on_notify(void *context, struct MHD_Connection *connection, void **slot,
                          enum MHD_ConnectionNotificationCode what)
{
    struct connection *closing = *slot;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        open_connection(context, connection, slot);
    } else if (closing != NULL) {
        (void)leave_phase(closing);
        free(closing);
        *slot = NULL;
    }
}

struct connection *connection_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

void *connection_note_target(void *context, const char *target, struct MHD_Connection *connection)
{
    struct connection *ours = connection_of(connection);
    (void)context;
    if (ours != NULL)
        (void)snprintf(ours->path, sizeof(ours->path), "%.*s", (int)strcspn(target, "?"), target);
    return NULL;
}

const char *connection_path(const struct connection *connection)
{
    return connection->path;
}

/* What comes from here on is the next request's, though this one has no answer yet. */
static bool end_reading(struct connection *connection)
{
    bool in_time = leave_phase(connection);
    connection->received = received_bytes(connection->socket);
    return in_time;
}

bool connection_begin(struct connection *connection)
{
    return end_reading(connection);
}

void connection_await_body(struct connection *connection, struct request *request)
{
    enter_phase(connection, PHASE_BODY, request);
}

void connection_await_work(struct connection *connection, struct request *request)
{
    enter_phase(connection, PHASE_WORK, request);
}

void connection_end_work(struct connection *connection)
{
    (void)leave_phase(connection);
}

bool connection_end_body(struct connection *connection)
{
    return end_reading(connection);
}

bool connection_is_late(const struct connection *connection)
{
    return atomic_load(&connection->late);
}

void connection_send(struct connection *connection)
{
    enter_phase(connection, PHASE_ANSWER, NULL);
}

void connection_await_request(struct connection *connection)
{
    enter_phase(connection, PHASE_IDLE, NULL);
}

void connection_notice_end(const struct connection *connection)
{
    struct pollfd polled = {.fd = connection->socket, .events = POLLRDHUP};
    if (poll(&polled, 1, 0) == 1)
        (void)shutdown(connection->socket, SHUT_RD);
}

void connection_answer(const struct connection *connection, const struct request *request,
                       const struct failure *failure, int direction)
{
    char answer[EARLY_ANSWER_BYTES];
    size_t length = reply_failure_raw(answer, sizeof(answer), request, failure);
    (void)!send(connection->socket, answer, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)shutdown(connection->socket, direction);
}

/* From here on, on the watch's thread. */

static void close_late(struct connection *connection)
{
    atomic_store(&connection->late, true);
    (void)shutdown(connection->socket, SHUT_RDWR);
}

/* A connection that never sent a byte is no request: browsers open such ones to have them. */
static nanoseconds look_at_headers(struct connection *connection)
{
    struct failure late;
    const char *origins = connection->options->cors_origin;
    struct request nobody = {.options = connection->options,
                             .origin = cors_is_open(origins) ? origins : NULL};
    if (clock_now() < phase_deadline(connection, connection->options->header_timeout_seconds))
        return next_look(connection);
    if (received_bytes(connection->socket) == connection->received) {
        close_late(connection);
        return DEADLINE_NEVER;
    }
    (void)failure_set(&late, RESULT_HEADER_TIMEOUT,
                      "the headers did not arrive within %lld seconds (--header-timeout)",
                      (long long)connection->options->header_timeout_seconds);
    request_generate_id(&nobody);
    log_event(LOG_INFO, "request without end of headers", log_string("request_id", nobody.id),
              log_string("code", result_code(late.result)));
    atomic_store(&connection->late, true);
    connection_answer(connection, &nobody, &late, SHUT_RDWR);
    return DEADLINE_NEVER;
}

/* The next request begins with its first byte, as the system has counted. */
static nanoseconds look_at_idle(struct connection *connection)
{
    if (received_bytes(connection->socket) != connection->received) {
        set_phase(connection, PHASE_HEADERS);
    } else if (clock_now() >=
               phase_deadline(connection, connection->options->idle_timeout_seconds)) {
        close_late(connection);
        return DEADLINE_NEVER;
    }
    return next_look(connection);
}

static nanoseconds look_at_body(struct connection *connection)
{
    const struct server_options *options = connection->options;
    struct failure late;
    nanoseconds now = clock_now();
    int64_t seconds = (now - phase_deadline(connection, PACE_GRACE_SECONDS)) / second;
    int64_t received = (int64_t)atomic_load(&connection->request->bytes_in);
    if (now >= phase_deadline(connection, options->body_timeout_seconds))
        (void)failure_set(&late, RESULT_BODY_TIMEOUT,
                          "the body did not arrive within %lld seconds (--body-timeout)",
                          (long long)options->body_timeout_seconds);
    else if (seconds > 0 && received < seconds * options->min_body_rate)
        (void)failure_set(&late, RESULT_BODY_TIMEOUT,
                          "the body came slower than %lld bytes a second (--min-body-rate)",
                          (long long)options->min_body_rate);
    else
        return next_look(connection);
    atomic_store(&connection->late, true);
    connection_answer(connection, connection->request, &late, SHUT_RDWR);
    return DEADLINE_NEVER;
}

nanoseconds connection_expired(struct watched *watched)
{
    struct connection *connection =
        (struct connection *)((char *)watched - offsetof(struct connection, watched));
    connection_notice_end(connection);
    switch (connection->phase) {
    case PHASE_IDLE:
        return look_at_idle(connection);
    case PHASE_HEADERS:
        return look_at_headers(connection);
    case PHASE_BODY:
        return look_at_body(connection);
    case PHASE_WORK:
        wait_expired(connection->request);
        return DEADLINE_NEVER;
    case PHASE_ANSWER:
        close_late(connection);
        return DEADLINE_NEVER;
    case PHASE_NONE:
        break;
    }
    NOT_REACHED("a connection without a phase is not watched");
}
