/*
 * A request that waits for its work: its connection sleeps and costs no thread. Whoever waits is
 * let go when its time is up or its client has gone.
 */
#include <stddef.h>

#include "http/connection_internal.h"
#include "http/handler_internal.h"
#include "http/request_internal.h"

void request_wake(struct request *request)
{
    MHD_resume_connection(request->connection);
}

/*
 * The connection sleeps before the work can be done, so that it is there to be woken. Should it be
 * woken at once, nothing of the request is touched before this thread returns to libmicrohttpd.
 */
void wait_begin(struct request *request)
{
    request->submitted = true;
    request->deadline = request->started_at + request->options->request_timeout_seconds *
                                                  MILLISECONDS_PER_SECOND *
                                                  NANOSECONDS_PER_MILLISECOND;
    MHD_suspend_connection(request->connection);
    if (!request->options->handlers->submit(request)) {
        request_wake(request);
    } else {
        connection_await_work(connection_of(request->connection), request);
        hangup_add(server_hangup_watch(request->server), &request->hangup, request->socket);
    }
}

void wait_end(struct request *request)
{
    hangup_remove(server_hangup_watch(request->server), &request->hangup);
    connection_end_work(connection_of(request->connection));
}

void wait_expired(struct request *request)
{
    struct failure late;
    failure_set(&late, RESULT_REQUEST_TIMEOUT,
                "the request's time was up before there was an answer (--request-timeout); try "
                "again later");
    request->options->handlers->leave(request, &late);
}

void wait_hung_up(struct hangup *hangup)
{
    struct request *request = (struct request *)((char *)hangup - offsetof(struct request, hangup));
    struct failure gone;
    failure_set(&gone, RESULT_CANCELLED,
                "the client closed its connection, or its side of it, before there was an answer");
    request->options->handlers->leave(request, &gone);
}
