/*
 * A request that waits for its job: its connection sleeps and costs no thread. Whoever waits is let
 * go when its time is up or its client has gone, and nobody does the job then.
 */
#include <stddef.h>

#include "http/client_internal.h"
#include "http/connection_internal.h"
#include "http/handler_internal.h"
#include "http/request_internal.h"

static void on_job_done(struct job *job)
{
    struct request *request = job->context;
    MHD_resume_connection(request->connection);
}

/*
 * The connection sleeps before the job can be done, so that it is there to be woken. Should it be
 * woken at once, nothing of the request is touched before this thread returns to libmicrohttpd.
 */
void wait_begin(struct request *request)
{
    struct job *job = &request->job;
    request->submitted = true;
    job->done = on_job_done;
    job->context = request;
    job->client = request_client(request);
    job->deadline = request->started_at + request->options->request_timeout_seconds *
                                              MILLISECONDS_PER_SECOND * NANOSECONDS_PER_MILLISECOND;
    MHD_suspend_connection(request->connection);
    if (service_submit(request->options->service, job, &job->failure) != RESULT_OK) {
        MHD_resume_connection(request->connection);
    } else {
        connection_await_job(connection_of(request->connection), request);
        hangup_add(server_hangup_watch(request->server), &request->hangup, request->socket);
    }
}

void wait_end(struct request *request)
{
    hangup_remove(server_hangup_watch(request->server), &request->hangup);
}

void wait_expired(struct request *request)
{
    struct failure late;
    failure_set(&late, RESULT_REQUEST_TIMEOUT,
                "the request's time was up before there was an answer (--request-timeout); try "
                "again later");
    service_leave(request->options->service, &request->job, &late);
}

void wait_hung_up(struct hangup *hangup)
{
    struct request *request = (struct request *)((char *)hangup - offsetof(struct request, hangup));
    struct failure gone;
    failure_set(&gone, RESULT_CANCELLED,
                "the client closed its connection, or its side of it, before there was an answer");
    service_leave(request->options->service, &request->job, &gone);
}
