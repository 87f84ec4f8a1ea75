/*
 * The absolute deadlines of a connection: a request's headers, its body and the pace of it, its
 * work, and the way of the answer out. libmicrohttpd counts silence only, so that one byte a second
 * would hold a connection for ever. A connection is in one phase at a time. All but what the watch
 * calls runs on libmicrohttpd's one thread. Private to http/.
 */
#ifndef HTTP_CONNECTION_INTERNAL_H
#define HTTP_CONNECTION_INTERNAL_H

#include <microhttpd.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "base/failure.h"
#include "http/watch_internal.h"

struct connection;
struct request;

/* libmicrohttpd's word that a connection opens or closes; `context` is the server. */
void connection_on_notify(void *context, struct MHD_Connection *connection, void **slot,
                          enum MHD_ConnectionNotificationCode what);

/* Ours of a connection of libmicrohttpd's. */
struct connection *connection_of(struct MHD_Connection *connection);

/*
 * libmicrohttpd's word of the target in a request's first line, before it unescapes any of it.
 * Returns NULL: a request begins later.
 */
void *connection_note_target(void *context, const char *target, struct MHD_Connection *connection);

/* The path of the last such target, cut past LOGGED_PATH_CHARACTERS: longer than any of ours. */
const char *connection_path(const struct connection *connection);

/* A request's headers are whole. False when they came too late: there has been an answer. */
bool connection_begin(struct connection *connection);

/* Its body is on its way from here on; `request` stays valid until connection_end_body. */
void connection_await_body(struct connection *connection, struct request *request);

/* No more of the body is waited for. False when its time was over: there has been an answer. */
bool connection_end_body(struct connection *connection);

/* Its work is under way until its deadline, when wait_expired is called. */
void connection_await_work(struct connection *connection, struct request *request);

/* Its work is done: wait_expired is not called any more, and has returned. */
void connection_end_work(struct connection *connection);

/* Whether the time for headers, body or answer was over. Any thread. */
bool connection_is_late(const struct connection *connection);

/* The answer is on its way, for as long as its client takes it. */
void connection_send(struct connection *connection);

/* The request is over; the next may come. */
void connection_await_request(struct connection *connection);

/*
 * libmicrohttpd reads a socket until a read comes back short. An end of file that has come by then
 * raises no further event, and nobody would see that the client has gone; this raises one. Any
 * thread.
 */
void connection_notice_end(const struct connection *connection);

/*
 * libmicrohttpd takes a reply before the body or after it, never in its midst, and may take none
 * from a client that has closed its sending side. What cannot wait for the body's end, because
 * there may be none, is written to the socket here, and the socket shut in that direction; it is
 * then final. Any thread.
 */
void connection_answer(const struct connection *connection, const struct request *request,
                       const struct failure *failure, int direction);

/* The watch's callback. */
nanoseconds connection_expired(struct watched *watched);

#endif
