#include "http/client.h"

#include <arpa/inet.h>
#include <microhttpd.h>

#include "http/request.h"

/* An IPv6 client has a network of 2^64 addresses to itself, as a rule. */
enum { NETWORK_BYTES = 8 };

const void *client_address(const union client_peer *peer, size_t *length)
{
    *length = 0;
    if (peer->any.sa_family == AF_INET) {
        *length = sizeof(peer->v4.sin_addr);
        return &peer->v4.sin_addr;
    }
    if (peer->any.sa_family != AF_INET6)
        return peer;
    const struct in6_addr *v6 = &peer->v6.sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(v6)) {
        *length = sizeof(peer->v4.sin_addr);
        return &v6->s6_addr[sizeof(*v6) - *length];
    }
    *length = NETWORK_BYTES;
    return v6;
}

static const union client_peer *peer_of(const struct request *request)
{
    return (const void *)MHD_get_connection_info(request->connection,
                                                 MHD_CONNECTION_INFO_CLIENT_ADDRESS)
        ->client_addr;
}

const void *request_peer(const struct request *request, size_t *length)
{
    return client_address(peer_of(request), length);
}

void request_address(char address[INET6_ADDRSTRLEN], const struct request *request)
{
    const union client_peer *peer = peer_of(request);
    const struct in6_addr *v6 = &peer->v6.sin6_addr;
    address[0] = '\0';
    if (peer->any.sa_family == AF_INET)
        (void)inet_ntop(AF_INET, &peer->v4.sin_addr, address, INET6_ADDRSTRLEN);
    else if (peer->any.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(v6))
        (void)inet_ntop(AF_INET, &v6->s6_addr[12], address, INET6_ADDRSTRLEN);
    else if (peer->any.sa_family == AF_INET6)
        (void)inet_ntop(AF_INET6, v6, address, INET6_ADDRSTRLEN);
}
