#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/condition.h"
#include "base/log.h"
#include "http/connection_internal.h"
#include "http/handler_internal.h"
#include "http/request_internal.h"

enum {
    /* Past 32 KiB libmicrohttpd maps each connection's memory, and unmapping wipes it. */
    CONNECTION_MEMORY_BYTES = 64 * 1024,
    GOODBYE_SECONDS = 5,
    BACKLOG = 1024,
};

struct server {
    struct server_options options;
    struct MHD_Daemon *daemon;
    struct watch *watch;
    struct hangup_watch *hangup_watch;
    int listener;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t idle;
    unsigned requests;
};

const struct server_options *server_options(const struct server *server)
{
    return &server->options;
}

struct watch *server_watch(const struct server *server)
{
    return server->watch;
}

struct hangup_watch *server_hangup_watch(const struct server *server)
{
    return server->hangup_watch;
}

void server_count_request(struct server *server, int change)
{
    CHECK_ZERO(pthread_mutex_lock(&server->lock));
    server->requests = (unsigned)((int)server->requests + change);
    CHECK_ZERO(pthread_cond_signal(&server->idle));
    CHECK_ZERO(pthread_mutex_unlock(&server->lock));
}

__attribute__((format(printf, 2, 0))) static void on_log(void *context, const char *format,
                                                         va_list arguments)
{
    char line[256];
    (void)context;
    (void)vsnprintf(line, sizeof(line), format, arguments);
    line[strcspn(line, "\n")] = '\0';
    log_event(LOG_DEBUG, "http library", log_string("message", line));
}

static enum result listen_on(int *listener, const char *address, uint16_t port,
                             struct failure *failure)
{
    char service[8];
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                                   .ai_socktype = SOCK_STREAM};
    const int yes = 1;
    (void)snprintf(service, sizeof(service), "%u", port);
    if (getaddrinfo(address, service, &hints, &found) != 0)
        return failure_set(failure, RESULT_INTERNAL,
                           "--listen: %s is no numeric address; use 127.0.0.1:8080 or [::1]:8080",
                           address);
    int opened = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool listening =
        opened >= 0 && setsockopt(opened, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
        bind(opened, found->ai_addr, found->ai_addrlen) == 0 && listen(opened, BACKLOG) == 0;
    int error = errno;
    freeaddrinfo(found);
    if (listening) {
        *listener = opened;
        return RESULT_OK;
    }
    if (opened >= 0)
        close(opened);
    return failure_set(failure, RESULT_INTERNAL, "cannot listen on %s port %u: %s%s", address, port,
                       strerror(error),
                       error == EADDRINUSE ? "; stop what serves there, or name another port" : "");
}

static struct server *allocate_server(const struct server_options *options)
{
    struct server *server = calloc(1, sizeof(*server));
    if (server == NULL)
        return NULL;
    server->options = *options;
    server->listener = -1;
    CHECK_ZERO(pthread_mutex_init(&server->lock, NULL));
    condition_init(&server->idle);
    return server;
}

static void free_server(struct server *server)
{
    if (server->watch != NULL)
        watch_destroy(server->watch);
    if (server->hangup_watch != NULL)
        hangup_watch_destroy(server->hangup_watch);
    if (server->listener >= 0)
        close(server->listener);
    CHECK_ZERO(pthread_cond_destroy(&server->idle));
    CHECK_ZERO(pthread_mutex_destroy(&server->lock));
    free(server);
}

/*
 * As many connections as there are descriptors for: what the workers' pipes and files need is
 * kept back, so that no crowd of clients can take it.
 */
static unsigned count_connections(const struct server_options *options)
{
    enum { KEPT_BACK = 64, KEPT_BACK_A_WORKER = 16, LEAST = 8 };
    struct rlimit limit;
    CHECK_ZERO(getrlimit(RLIMIT_NOFILE, &limit));
    limit.rlim_cur = limit.rlim_max;
    CHECK_ZERO(setrlimit(RLIMIT_NOFILE, &limit));
    rlim_t kept_back = KEPT_BACK + (rlim_t)options->workers * KEPT_BACK_A_WORKER;
    rlim_t left = limit.rlim_cur < kept_back + LEAST ? LEAST : limit.rlim_cur - kept_back;
    if (left >= options->max_connections)
        return options->max_connections;
    log_event(LOG_WARNING,
              "fewer connections than --max-connections: raise the limit of open files",
              log_integer("connections", (long long)left),
              log_integer("open_files", (long long)limit.rlim_cur));
    return (unsigned)left;
}

static struct MHD_Daemon *start_daemon(struct server *server)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG,
        0, NULL, NULL, handler_on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, server,
        MHD_OPTION_LISTEN_SOCKET, server->listener, MHD_OPTION_NOTIFY_COMPLETED,
        handler_on_completed, server, MHD_OPTION_NOTIFY_CONNECTION, connection_on_notify, server,
        MHD_OPTION_URI_LOG_CALLBACK, connection_note_target, server, MHD_OPTION_CONNECTION_LIMIT,
        count_connections(&server->options), MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        server->options.max_connections_per_address, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY_BYTES, MHD_OPTION_END);
}

enum result server_start(struct server **server, const struct server_options *options,
                         struct failure *failure)
{
    struct server *started = allocate_server(options);
    if (started == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the server");
    enum result result = listen_on(&started->listener, options->address, options->port, failure);
    if (result == RESULT_OK)
        result = watch_create(&started->watch, connection_expired, failure);
    if (result == RESULT_OK)
        result = hangup_watch_create(&started->hangup_watch, wait_hung_up, failure);
    if (result == RESULT_OK) {
        started->daemon = start_daemon(started);
        if (started->daemon == NULL)
            result = failure_set(failure, RESULT_INTERNAL, "cannot start the HTTP server: %s",
                                 strerror(errno));
    }
    if (result == RESULT_OK)
        *server = started;
    else
        free_server(started);
    return result;
}

uint16_t server_port(const struct server *server)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address = {0};
    socklen_t length = sizeof(address);
    CHECK_ZERO(getsockname(server->listener, &address.any, &length));
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

void server_stop_accepting(struct server *server)
{
    (void)MHD_quiesce_daemon(server->daemon);
    /* Closed with the rest: libmicrohttpd's thread may yet be at it, and its number be another's.
     */
    (void)shutdown(server->listener, SHUT_RDWR);
}

static void await_idle(struct server *server)
{
    const nanoseconds deadline = deadline_in_seconds(GOODBYE_SECONDS);
    bool in_time = true;
    CHECK_ZERO(pthread_mutex_lock(&server->lock));
    while (server->requests > 0 && in_time)
        in_time = condition_wait(&server->idle, &server->lock, deadline);
    CHECK_ZERO(pthread_mutex_unlock(&server->lock));
}

void server_destroy(struct server *server)
{
    await_idle(server);
    MHD_stop_daemon(server->daemon);
    free_server(server);
}
