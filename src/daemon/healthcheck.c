#include "daemon/healthcheck.h"

#include <errno.h>
#include <jansson.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char path[] = "/api/ready";

/* More than any answer to this question has. */
enum { MOST_ANSWER_BYTES = 65536, STATUS_READY = 200 };

static bool wait_for(int connection, short event, nanoseconds deadline)
{
    struct pollfd polled = {.fd = connection, .events = event};
    int count;
    do
        count = poll(&polled, 1, deadline_poll_timeout(deadline));
    while (count < 0 && errno == EINTR);
    if (count == 0)
        errno = ETIMEDOUT;
    return count > 0;
}

/* A server on every address is asked on this machine's own. */
static void prefer_loopback(struct sockaddr *address)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)address;
    if (address->sa_family == AF_INET && v4->sin_addr.s_addr == htonl(INADDR_ANY))
        v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else if (address->sa_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr))
        v6->sin6_addr = in6addr_loopback;
}

static bool finish_connecting(int connection, nanoseconds deadline)
{
    int error = 0;
    socklen_t length = sizeof(error);
    if (!wait_for(connection, POLLOUT, deadline) ||
        getsockopt(connection, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
        return false;
    errno = error;
    return error == 0;
}

/* A connected socket, or -1 with errno. */
static int connect_to(struct addrinfo *target, nanoseconds deadline)
{
    prefer_loopback(target->ai_addr);
    int connection = socket(target->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (connection < 0 || connect(connection, target->ai_addr, target->ai_addrlen) == 0 ||
        (errno == EINPROGRESS && finish_connecting(connection, deadline)))
        return connection;
    int error = errno;
    close(connection);
    errno = error;
    return -1;
}

static bool send_request(int connection, nanoseconds deadline)
{
    char request[128];
    int length = snprintf(request, sizeof(request),
                          "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
    /* It fits into an empty socket buffer: in one piece or not at all. */
    return wait_for(connection, POLLOUT, deadline) &&
           send(connection, request, (size_t)length, MSG_NOSIGNAL) == length;
}

/* Reads until the server closes, and ends the text with a zero. */
static bool read_answer(char *answer, size_t size, int connection, nanoseconds deadline)
{
    size_t length = 0;
    while (length < size - 1) {
        if (!wait_for(connection, POLLIN, deadline))
            return false;
        ssize_t got = recv(connection, answer + length, size - 1 - length, 0);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        length += (size_t)got;
    }
    answer[length] = '\0';
    return true;
}

/* The server's own word for it, or its sentence about an error, for whoever reads the log. */
static enum result refuse(struct failure *failure, int status, const char *answer)
{
    const char *body = strstr(answer, "\r\n\r\n");
    json_t *answered = body == NULL ? NULL : json_loads(body, 0, NULL);
    const char *why = json_string_value(json_object_get(answered, "message"));
    if (why == NULL)
        why = json_string_value(json_object_get(answered, "status"));
    enum result result = failure_set(failure, RESULT_INTERNAL, "%s answers with status %d%s%s",
                                     path, status, why == NULL ? "" : ": ", why == NULL ? "" : why);
    json_decref(answered);
    return result;
}

static enum result judge(const char *answer, struct failure *failure)
{
    int version;
    int status;
    if (sscanf(answer, "HTTP/1.%1d %3d ", &version, &status) != 2) /* NOLINT(cert-err34-c) */
        return failure_set(failure, RESULT_INTERNAL, "what answers there does not speak HTTP");
    return status == STATUS_READY ? RESULT_OK : refuse(failure, status, answer);
}

enum result healthcheck_ready(const char *address, uint16_t port, nanoseconds deadline,
                              struct failure *failure)
{
    char service[8];
    char answer[MOST_ANSWER_BYTES];
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                                   .ai_socktype = SOCK_STREAM};
    (void)snprintf(service, sizeof(service), "%u", port);
    if (getaddrinfo(address, service, &hints, &found) != 0)
        return failure_set(failure, RESULT_INTERNAL, "%s is no numeric address", address);
    int connection = connect_to(found, deadline);
    bool answered = connection >= 0 && send_request(connection, deadline) &&
                    read_answer(answer, sizeof(answer), connection, deadline);
    int error = errno;
    if (connection >= 0)
        close(connection);
    freeaddrinfo(found);
    return answered ? judge(answer, failure)
                    : failure_set(failure, RESULT_INTERNAL, "no answer on %s port %u: %s", address,
                                  port, strerror(error));
}
