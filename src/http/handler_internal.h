/*
 * From libmicrohttpd's callbacks to a request's routes and back, all on its one thread. Private to
 * http/.
 */
#ifndef HTTP_HANDLER_INTERNAL_H
#define HTTP_HANDLER_INTERNAL_H

#include <microhttpd.h>

#include "http/hangup.h"
#include "http/server.h"
#include "http/watch_internal.h"

/* libmicrohttpd's access handler and its word that a request is over; `context` is the server. */
enum MHD_Result handler_on_request(void *context, struct MHD_Connection *connection,
                                   const char *path, const char *method, const char *version,
                                   const char *body, size_t *body_length, void **slot);
void handler_on_completed(void *context, struct MHD_Connection *connection, void **slot,
                          enum MHD_RequestTerminationCode how);

/* What a request needs of its server. */
const struct server_options *server_options(const struct server *server);
struct watch *server_watch(const struct server *server);
struct hangup_watch *server_hangup_watch(const struct server *server);

void server_count_request(struct server *server, int change);

#endif
